"""Checking rewrites: facts kept, nothing forbidden left, what is required said, no number made up.

Numbers are read here on their own terms, apart from `bot.figures`: that is what the guard reads
with, and a measure should not share its blind spots.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from bot.records import BusinessContext
from bot.updates.review import Assignment, facts
from evals.review_cases import DraftCase
from evals.review_scoring import plain

# -- numbers

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_WORDS = {word: Decimal(value) for value, word in enumerate(_UNITS)} | {
    word: Decimal(value)
    for value, *words in (
        (1, "first", "once"), (2, "second", "twice"), (3, "third"), (12, "dozen"), (20, "twenty"),
        (30, "thirty"), (40, "forty"), (50, "fifty"), (60, "sixty"), (70, "seventy"),
        (80, "eighty"), (90, "ninety"), (100, "hundred"), (1_000, "thousand"),
    )
    for word in words
}  # fmt: skip
_SCALES = {
    word: Decimal(10) ** power
    for power, *words in (
        (3, "k", "thousand"), (6, "m", "mm", "mn", "mio", "million"), (9, "b", "bn", "billion"),
    )
    for word in words
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<letters>[^\W\d_]*)(?P<digits>\d+(?:[.,]\d+)*|(?<!\d)\.\d+)"
    rf"(?:\s?(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))})\b)?",
    re.IGNORECASE,
)
_GROUPED_BY_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_BY_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL = re.compile(r"\d*[.,]?\d+")
_VERSION = re.compile(r"v\d")
_MONEY = re.compile(r"(?:eur|usd|gbp|us|ca|rs|e)\d")

_PLACEHOLDER = re.compile(r"\[[^\[\]]*\](?!\()")
_LINK = re.compile(r"https?://[^\s<>|)\]]+|<[@#!][^>]*>")
_LIST_MARK = re.compile(
    r"^[ \t>]*(?:[-*•–+]\s+)?(?:\(?\d{1,2}[.)]|\(\d{1,2}\)|#\d{1,2}:?)(?=\s)", re.MULTILINE
)


@dataclass(frozen=True)
class Number:
    """A number as printed, and every value it can be read as: 1.200 is also 1200.

    `name` is the whole of one that letters lead to, as in Q3 or v2; empty for all others.
    """

    printed: str
    name: str
    values: frozenset[Decimal]


def numbers(text: str) -> Iterator[Number]:
    """Yield the numbers that *text* writes in digits."""
    for match in _NUMBER.finditer(text):
        name = (match["letters"] + match["digits"]).lower() if match["letters"] else ""
        values = _values(match["digits"])
        if scale := match["scale"]:
            values |= {value * _SCALES[scale.lower()] for value in values}
        yield Number(match[0].strip(), name, frozenset(values))


def _values(digits: str) -> set[Decimal]:
    if _GROUPED_BY_COMMAS.fullmatch(digits):
        return {Decimal(digits.replace(",", ""))}
    if _GROUPED_BY_POINTS.fullmatch(digits):
        grouped = Decimal(digits.replace(".", "").replace(",", "."))
        ambiguous = digits.count(".") == 1 and "," not in digits
        return {grouped, Decimal(digits)} if ambiguous else {grouped}
    if _DECIMAL.fullmatch(digits):
        return {Decimal(digits.replace(",", "."))}
    return {Decimal(part) for part in re.findall(r"\d+", digits)}


def invented(rewrite: str, source: str) -> list[str]:
    """Return the numbers in *rewrite* that *source* does not state, as printed.

    Those in [placeholders] and list marks are no statements. A number word in the source stands for
    its digits; what could be calculated from the source (0.8 is 80 %) still is invented.
    """
    stated = list(numbers(source))
    names = {number.name for number in stated if number.name}
    values = {value for number in stated for value in number.values}
    values |= {_WORDS[word] for word in re.findall(r"[a-z]+", source.lower()) if word in _WORDS}
    return [
        number.printed
        for number in numbers(_statements(rewrite, source))
        if not _is_stated(number, names, values)
    ]


def _statements(rewrite: str, source: str) -> str:
    text = _PLACEHOLDER.sub(" ", rewrite)
    for link in _LINK.findall(source):
        text = text.replace(link, " ")
    return _LIST_MARK.sub(" ", text)


def _is_stated(number: Number, names: set[str], values: set[Decimal]) -> bool:
    if number.name in names:
        return True
    if not number.name or _MONEY.match(number.name):
        return bool(number.values & values)
    return _VERSION.match(number.name) is not None and number.values <= values


# -- facts

_PERCENT = re.compile(r"%|per ?cent\b|\bpct\b|percentage points?")
_NO_WORDS = {"percent", "eur", "usd"}
_NO_LETTER_BEFORE = r"(?<![^\W\d_])"


def states(text: str, fact: str) -> bool:
    """Tell whether *text* states *fact*: in its words, or with all its words and values anywhere.

    60% is 60 percent, 1,200 is 1200, .42 is 0.42, and "on June 14" states 14 June.
    """
    said, wanted = plain(text), plain(fact)
    if re.search(_by_itself(wanted), said):
        return True
    asked = list(numbers(wanted))
    if not asked or ("%" in wanted and not _PERCENT.search(said)):
        return False
    given = list(numbers(said))
    words = set(re.findall(r"[^\W\d_]{3,}", wanted)) - _NO_WORDS
    return all(any(_equal(one, other) for other in given) for one in asked) and all(
        re.search(_NO_LETTER_BEFORE + re.escape(word), said) for word in words
    )


def _equal(one: Number, other: Number) -> bool:
    return one.name == other.name if one.name else bool(one.values & other.values)


def _by_itself(fact: str) -> str:
    """Return an expression for *fact* where it is no part of a longer number or word."""
    before = after = ""
    if fact[:1].isdigit():
        before = r"(?<!\d)(?<!\d[.,])"
    elif fact[:1].isalpha():
        before = _NO_LETTER_BEFORE
    if fact[-1:].isdigit():
        after = r"(?!\d|[.,]\d)"
    elif fact[-1:].isalpha():
        after = r"(?![^\W\d_])"
    return before + re.escape(fact) + after


# -- expressions

_AFFIRMED = "(?#affirmed)"
_SENTENCE_END = re.compile(r"[.!?;:]\s|\n")
_HEDGE = re.compile(
    r"\b(?:not|cannot|no\s(?:guarantee|evidence|claim|assurance|promise)|whether|if|rather\sthan"
    r"|instead\sof|un(?:proven|verified|confirmed|tested)|too\searly|may|might|could|should|would"
    r"|aims?|hope|goal|target|hypothesis|possibl[ey]|estimated?|potential(?:ly)?|remains\sto\sbe)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)


def is_left(expression: str, text: str) -> bool:
    """Tell whether *text* still says what *expression* forbids.

    One that starts with `(?#affirmed)` forbids the claim, not the words: a hit with a negation or a
    hedge before it in its sentence is none.
    """
    hits = _compiled(expression).finditer(text)
    if not expression.startswith(_AFFIRMED):
        return any(True for _ in hits)
    return any(not _hedged(text, hit.start()) for hit in hits)


def _hedged(text: str, at: int) -> bool:
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, at)]
    hedges = _HEDGE.finditer(text, ends[-1] if ends else 0)
    first = next(hedges, None)
    return first is not None and first.start() < at


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE | re.MULTILINE)


# -- all of it


@dataclass(frozen=True)
class Faults:
    """What is wrong with a rewrite; all empty if nothing is."""

    lost: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unsaid: tuple[tuple[str, ...], ...] = ()
    invented: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any((self.lost, self.left, self.unsaid, self.invented))


def faults(case: DraftCase, rewrite: str) -> Faults:
    """Check *rewrite* against the labels of *case*."""
    context = Assignment(draft=case.draft, context=case.context or BusinessContext())
    source = "\n".join((case.draft, *facts(context)))
    return Faults(
        lost=tuple(fact for fact in case.keep if not states(rewrite, fact)),
        left=tuple(one for one in case.forbid if is_left(one, rewrite)),
        unsaid=tuple(
            group
            for group in case.require_any
            if not any(_compiled(one).search(rewrite) for one in group)
        ),
        invented=tuple(invented(rewrite, source)),
    )
