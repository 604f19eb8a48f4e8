"""Tying a metric to its business measure: which entry of the context it is, which way it went."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.records import BusinessContext, MetricMeaning
from bot.updates.directions import Direction, direction
from bot.updates.drafts import Draft, Span
from bot.updates.terms import Better, Lexicon, Term
from knowledge.lexical import words_of

_SIMILAR, _SIMILAR_MEANING = 0.41, 0.6
_SAME_TERM = 0.35
_UNKNOWN = re.compile(
    r"\s*(?:not |unknown|none|unclear|open|tbd|to be |n/?a\b|no (?:figure|number|estimate))",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(?:not (?:yet )?(?:measured|confirmed|quantified|known|validated)|expected to|correlation only)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)*|\.\d+)\s?(%)?")


class Embedder(Protocol):
    """Turns short texts into unit vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text."""
        ...


def ties(
    draft: Draft, context: BusinessContext, lexicon: Lexicon, embedder: Embedder
) -> dict[Span, list[str]]:
    """Return what to say of the business, by the place of the sentence that it goes behind."""
    entries = [entry for entry in context.metrics if entry.business_measure or entry.effect]
    statements = [
        _Statement(sentence.span, part)
        for sentence in draft.sentences
        for part in _PARTS.split(sentence.text)
        if re.search(r"\d", part)
    ]
    told: dict[Span, list[str]] = {}
    for statement, entry in _meanings(statements, entries, lexicon, embedder):
        went = direction(*_reported(statement.text, entry, lexicon))
        told.setdefault(statement.place, []).append(_told(entry, went))
    return told


@dataclass(frozen=True)
class _Statement:
    """Part of a sentence with a figure in it, and the sentence's place."""

    place: Span
    text: str


# What a figure is compared with stays with it.
_PARTS = re.compile(
    r";\s|\),\s|,\s(?!(?:previously|before|earlier|it\swas|was|were|up|down|from|instead|compared|versus|vs"
    r"|against|after|last|prev)\b)(?=[^\d\s]*[a-z]{3})"
)


def _meanings(
    statements: Sequence[_Statement],
    entries: Sequence[MetricMeaning],
    lexicon: Lexicon,
    embedder: Embedder,
) -> Iterator[tuple[_Statement, MetricMeaning]]:
    """Yield where a draft reports the metric of an entry.

    Names vary ("acc on cats", "cat detector accuracy"): entries are compared by the term of the
    lexicon they mean and by the similarity of their words. Each entry and statement counts once.
    """
    if not statements or not entries:
        return
    texts = [
        *(_wording(statement.text, lexicon) for statement in statements),
        *(_meaning(statement.text, lexicon) for statement in statements),
        *(_wording(entry.metric, lexicon) for entry in entries),
    ]
    said, meant, known = np.split(embedder.embed(texts), [len(statements), 2 * len(statements)])
    # A meaning alone is alike more easily: no other words stand beside it.
    similar = np.maximum(said @ known.T, meant @ known.T - (_SIMILAR_MEANING - _SIMILAR))
    pairs = sorted(
        (
            (float(similar[i, j]) + _bonus(entry, statement.text, lexicon), -i, j)
            for i, statement in enumerate(statements)
            for j, entry in enumerate(entries)
        ),
        reverse=True,
    )
    taken: set[int] = set()
    measures: set[str] = set()
    for score, i, j in pairs:
        entry = entries[j]
        measure = entry.business_measure or entry.effect
        if score < _SIMILAR or i in taken or measure in measures:
            continue
        taken.add(i)
        measures.add(measure)
        yield statements[-i], entry


def _reported(statement: str, entry: MetricMeaning, lexicon: Lexicon) -> tuple[str, Better | None]:
    """Return what *statement* says of the entry's metric, and which way is better for it.

    Of several metrics it is the one that the entry names, from its name to the next one's.
    """
    metrics = [m for m in lexicon.mentions(statement) if m.term.kind == "metric"]
    if not metrics:
        return statement, None
    named = _metrics(entry.metric, lexicon).keys()
    mine = next((n for n, m in enumerate(metrics) if m.term.term in named), 0)
    others = [m.span.start for m in metrics[mine + 1 :]]
    said = statement[metrics[mine].span.start : min(others, default=len(statement))]
    alone = len({m.term.term for m in metrics}) == 1
    return (said if re.search(r"\d", said) and not alone else statement), metrics[mine].term.better


def _terms(text: str, lexicon: Lexicon) -> dict[str, Term]:
    """Return the terms that *text* uses by their names, in their order."""
    return {mention.term.term: mention.term for mention in lexicon.mentions(text)}


def _metrics(text: str, lexicon: Lexicon) -> dict[str, Term]:
    """Return those of the terms that are metrics."""
    return {name: term for name, term in _terms(text, lexicon).items() if term.kind == "metric"}


def _bonus(entry: MetricMeaning, statement: str, lexicon: Lexicon) -> float:
    if entry.metric.lower() in statement.lower() or _initials(entry.metric) in statement.split():
        return 1.0
    subject, said = _subject(entry.metric), set(words_of(statement))
    if subject and subject <= said:
        return 1.0
    meant, used = (_metrics(text, lexicon) for text in (entry.metric, statement))
    if meant.keys() & used.keys() or len(subject & said) >= _SAME_WORDS:
        return _SAME_TERM
    alike = set(words_of(" ".join(meant))) & set(words_of(" ".join(used)))
    return -0.15 if meant and used and not alike else 0.0


_SAME_WORDS = 2
# What many metrics are called; what is left says what they are about.
_GENERIC = frozenset(
    words_of(
        "rate share score accuracy error average mean percentage percent number count value level"
        " ratio quality index time"
    )
)


def _subject(metric: str) -> set[str]:
    """Return the words of a metric's name that say what it measures: "containment" of its rate."""
    return set(words_of(metric)) - _GENERIC


def _initials(name: str) -> str:
    """Return what people may shorten *name* to: "exact match" to EM."""
    words = re.findall(r"[A-Za-z]+", name)
    return "".join(word[0].upper() for word in words) if len(words) > 1 else name


def _meaning(statement: str, lexicon: Lexicon) -> str:
    """Return what the metrics of *statement* mean; nothing if it has none."""
    return "; ".join(term.plain for term in _metrics(statement, lexicon).values())


def _wording(statement: str, lexicon: Lexicon) -> str:
    """Return *statement* without its figures, its terms spelled out in full and in plain words."""
    names = re.sub(r"\s+", " ", _NUMBER.sub(" ", statement))[:200]
    meant = _terms(statement, lexicon).values()
    full = (f"{max((t.term, *t.aliases), key=len)}, {t.plain}" for t in meant)
    return "; ".join((names, *full))


def _told(entry: MetricMeaning, went: Direction) -> str:
    """Say what the metric means for the business in the context's own words."""
    measure, effect = entry.business_measure.strip(" ."), entry.effect.strip(" .")
    if not measure:
        open_ = "" if _HEDGED.search(effect) or _UNKNOWN.match(effect) else _UNCONFIRMED
        return f"For the business: {effect}{open_}."
    wrong = ", and this change goes the wrong way" if went == "worse" else ""
    subject = f"In business terms: {measure}{wrong}"
    if not effect:
        return f"{subject}; the effect is not known yet."
    if _UNKNOWN.match(effect):
        return f"{subject}; the effect is {_small(effect)}."
    if _HEDGED.search(effect):
        return f"{subject} ({effect})."
    return f"{subject} ({effect}){_UNCONFIRMED}."


_UNCONFIRMED = "; not confirmed for this change"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
