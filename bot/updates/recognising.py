"""Is a private message a draft to review or a question to answer? Pure."""

import re
from enum import Enum

from bot.updates.drafts import BlockKind, parse


class Sort(Enum):
    """What a private message is."""

    DRAFT = "draft"
    QUESTION = "question"
    UNSURE = "unsure"


_ASKS_REVIEW = re.compile(
    r"""^\s*(?:(?:hi|hello|hey)\W+)?(?:(?:can|could|would|will)\syou\s(?:please\s)?|please\s|pls\s|i['’]d\slike\syou\sto\s)?
    (?:review|rewrite|check|proof-?read|improve|edit|polish|look\s(?:at|over)|give\s(?:me\s)?feedback\son)\b
    (?:\s(?:this|the|my|our|following|draft|status|update|report|weekly|message|mail|e-?mail|text|note|below|for|me|board|exec\w*)){1,6}\s*[?.]?\s*[:\n–—-]\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_THIS = re.compile(
    r"^\s*(?:this|the following)(?:\s(?:draft|update|status|report|text|message|mail|e-?mail)){0,2}\s*[:\n]\s*",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"""^\s*(?:how|what|why|when|who|which|where|should|can|could|do|does|did|is|are|am|was|will|would|may|must|has|have|any\s(?:tips|advice|ideas|thoughts)|tell\sme|explain|help\sme|i\s(?:need|want|would\slike)\s(?:help|advice|to\sknow)|advice)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ADVICE = re.compile(
    r"\b(?:what (?:do|should|would|can) (?:i|we|you)|how (?:do|should|can|would) (?:i|we|you)|should (?:i|we)|any (?:advice|tips|ideas|thoughts|suggestions)|what(?:'s| is) (?:the best|a good)|is it (?:ok|okay|normal|worth)|your (?:advice|opinion|take|view))\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"""\d\s?%|\d\.\d|->|→|\b(?:subject:|weekly|status|update|report|sprint|q[1-4]|this\s(?:week|month|sprint|quarter)|last\s(?:week|month|sprint|quarter)|done:|next:|blocked:|blockers?:|highlights?|lowlights?|tl;?dr|dear|hi\s(?:all|team|everyone|folks)|team,|rose|fell|improved|dropped|reached|increased|launched|shipped|rolled\sout|merged|trained|accuracy|recall|precision|auc|f1|model)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def requested(text: str) -> str | None:
    """Return the draft in "please review this: …"; None if nothing of the kind is asked."""
    asked = _ASKS_REVIEW.match(text)
    draft = text[asked.end() :].strip() if asked else ""
    return draft or None


def without_request(draft: str) -> str:
    """Return *draft* without the "this:" of a command such as "review this: …"."""
    return _THIS.sub("", draft, count=1) or draft


def sort(text: str) -> Sort:
    """Return what *text*, written to Coach in private, is."""
    if requested(text):
        return Sort.DRAFT
    draft = parse(text)
    sentences = [s for s in draft.sentences if re.search(r"\w", s.text)]
    if not sentences:
        return Sort.QUESTION
    asking = sum(s.text.rstrip().endswith("?") for s in sentences)
    reports = len({match.lower() for match in _REPORTS.findall(text)})
    form = sum(
        block.kind in (BlockKind.BULLET, BlockKind.TABLE, BlockKind.GREETING, BlockKind.CLOSING)
        for block in draft.blocks
    )
    if asking and (
        sentences[-1].text.rstrip().endswith("?") or _ASKS.match(text) or _ADVICE.search(text)
    ):
        return (
            Sort.UNSURE
            if form >= 3 and reports >= 3 and not _ADVICE.search(text)
            else Sort.QUESTION
        )
    if _ASKS.match(text) or _ADVICE.search(text):
        return Sort.QUESTION if reports < 3 else Sort.UNSURE
    evidence = reports + form + (len(sentences) > 2)
    if evidence >= 3 or (evidence >= 2 and len(text) > 80):
        return Sort.DRAFT
    return Sort.UNSURE if evidence >= 1 and len(text) > 40 else Sort.QUESTION
