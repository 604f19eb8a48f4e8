"""The floor for reviews: keywords find, hype words are deleted, "will" becomes "may"."""

import re

from bot.records import Audience, Finding, Kind
from bot.updates.review import Assignment, Review

_SENTENCE = re.compile(r"[^\s.!?\n](?:[^.!?\n]|\.(?=\w))*[.!?]?")
_METRIC = r"\b(?:accuracy|auc|auroc|f1|precision|recall|mae|mape|rmse|map|iou|bleu|wer|loss)\b"
_HYPE = (
    r"\b(?:amazing|awesome|incredible|insane|huge|massive|revolutionary|groundbreaking"
    r"|game.?changer|world.?class|crushed it|killed it|unbelievable|fantastic|phenomenal)\b"
    r"|[🔥🚀🎉]+"
)
_SENTENCES = {
    Kind.PROMISE: r"\b(?:will|guarantee\w*|promise|definitely|going to)\b|\bwe['’]ll\b",
    Kind.EXTRAPOLATION: r"\b(?:at this (?:rate|pace)|if this continues|so we(?:['’]ll| will))\b",
    Kind.METRIC_WITHOUT_IMPACT: rf"{_METRIC}.*\d|\d.*{_METRIC}",
    Kind.OVERCLAIM: r"\b(?:solved|proven|always|never|any|all|every|perfect|100 ?%|zero)\b",
    Kind.CREDIT_BY_RESULT: r"\b(?:credit|thanks to|(?:idea|bet) (?:worked|won|failed|flopped))\b",
    Kind.OVERHEDGED: r"\b(?:may|might|could)\b.*\b(?:perhaps|possibly|maybe|might)\b",
}
_WORDS = {
    Kind.HYPE: _HYPE,
    Kind.JARGON: rf"{_METRIC}|\b(?:embeddings?|fine-?tun\w+|epochs?|(?-i:[A-Z]{{2,5}}))\b",
}
_RISK = r"\b(?:risks?|not yet|unknown|unclear|limit\w*|only|still|caveats?|untested)\b"
_IMPACT = r"\b(?:customers?|users?|revenue|costs?|sav(?:e[sd]?|ings?)|hours)\b|[$€£]"


class Keywords:
    """Reviews drafts by keywords alone, as a script of an afternoon would."""

    async def review(self, assignment: Assignment) -> Review:
        """Return a finding for every sentence or word with a keyword of its kind."""
        draft = assignment.draft
        found = [
            _finding(kind, sentence[0], sentence.start())
            for sentence in _SENTENCE.finditer(draft)
            for kind, keywords in _SENTENCES.items()
            if _has(keywords, sentence[0])
            and not (kind is Kind.METRIC_WITHOUT_IMPACT and _has(_IMPACT, draft))
        ]
        found += [
            _finding(kind, word[0], word.start())
            for kind, keywords in _WORDS.items()
            for word in re.finditer(keywords, draft, re.IGNORECASE)
            if not (kind is Kind.JARGON and assignment.audience is Audience.PEER)
        ]
        if found and not _has(_RISK, draft):
            found.append(_finding(Kind.MISSING_RISK, "", 0))
        return Review(findings=tuple(found), rewrite=_rewritten(draft))


def _has(keywords: str, text: str) -> bool:
    return re.search(keywords, text, re.IGNORECASE) is not None


def _finding(kind: Kind, quote: str, start: int) -> Finding:
    end = start + len(quote)
    return Finding(kind=kind, quote=quote, start=start, end=end, message="", advice="")


def _rewritten(draft: str) -> str:
    modest = re.sub(rf"(?:{_HYPE})[ \t]?", "", draft, flags=re.IGNORECASE)
    spaced = re.sub(r"(?<=\bwe)['’]ll\b", " will", modest, flags=re.IGNORECASE)
    return re.sub(r"\bwill\b", "may", spaced)
