"""The figures in a text, written one way: 3.6M is 3.6 million, 200-300k is 200,000 and 300,000.

Reads digits of any script, number words, scales, percentages, ranges, multiples and dates. A plain
"one" is mostly a pronoun and is left out.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: n for n, word in enumerate(_UNITS)} | {
    word: 10 * n for n, word in enumerate(_TENS, start=2)
}
_SCALES = {
    "dozen": 12, "hundred": 100, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000,
    "million": 1_000_000, "mio": 1_000_000, "bn": 10**9, "b": 10**9, "billion": 10**9,
    "trillion": 10**12,
}  # fmt: skip
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip

_SCALE_WORD = r"(?:dozen|hundred|thousand|million|billion|trillion)s?\b"
_COUNTED = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[-\s](?P<unit>{'|'.join(_UNITS[1:10])}))?"
    rf"|(?P<word>{'|'.join(_UNITS)}))\b(?P<more>(?=[-\s]+(?:{_SCALE_WORD}|per\s?cent\b)))?"
)
_A_SCALE = re.compile(rf"\ban?\s+(?={_SCALE_WORD})")
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_FIGURE = re.compile(
    rf"(?<![0-9])(?:(?P<low>{_NUMBER})\s?(?:-|to|and)\s?[$€£]?)?(?P<number>{_NUMBER})"
    rf"(?P<scale>(?:(?:k|mn|mio|m|bn|b)\b|[-\s]?{_SCALE_WORD})*)"
    r"(?P<unit>\s?%|[-\s]?per\s?cent\b|\s?(?:x\b|×|times\b)|-?fold\b)?"
)
_ISO_DATE = re.compile(r"(?<![0-9])([0-9]{4})-(0[1-9]|1[0-2])(?:-([0-3][0-9]))?(?![0-9])")
_MONTH = re.compile(
    rf"(?:(?<=[0-9]\s)|(?<=[0-9](?:st|nd|rd|th)\s)|\b(?=\w+\.?,?\s[0-9]))"
    rf"({'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in _MONTHS)})\b"
)
_TWICE = re.compile(r"\b(?:twice|doubl(?:e|es|ed|ing)\b(?![-\s](?:check|down|click)))")
_HALF = re.compile(
    r"\bhalf\s+(?:of|the|all|their|our|your|as)\b|\b(?:by|in|one|a|than)\s+half\b|\bhalv(?:e|es|ed|ing)\b"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))

Unit = Literal["", "%", "x", "month"]


@dataclass(frozen=True)
class Figure:
    """A value and what it counts: percent, multiples, a month, or anything (empty)."""

    value: Decimal
    unit: Unit = ""

    def __str__(self) -> str:
        """Show as 3600000, 70% or 2x; a month by its name."""
        if self.unit == "month":
            return _MONTHS[int(self.value) - 1].capitalize()
        return f"{self.value:f}{self.unit}"


def figures(text: str) -> frozenset[Figure]:
    """Return the figures that *text* states."""
    plain = _with_digits(_plain(text))
    found = set(_dates(plain))
    found.update(
        figure for match in _FIGURE.finditer(_ISO_DATE.sub(" ", plain)) for figure in _values(match)
    )
    if _TWICE.search(plain):
        found.add(Figure(Decimal(2), "x"))
    if _HALF.search(plain):
        found.add(Figure(Decimal(50), "%"))
    return frozenset(found)


def _plain(text: str) -> str:
    """Return *text* in lower case with ASCII digits, whatever script they were written in."""
    digits = (
        str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c
        for c in unicodedata.normalize("NFKC", text)
    )
    return "".join(digits).translate(_DASHES).lower()


def _with_digits(text: str) -> str:
    return _COUNTED.sub(_counted, _A_SCALE.sub("1 ", text))


def _counted(match: re.Match[str]) -> str:
    if match["word"] == "one" and match["more"] is None:
        return match[0]
    words = (match["tens"], match["unit"], match["word"])
    return str(sum(_WORDS[word] for word in words if word))


def _dates(text: str) -> Iterator[Figure]:
    for year, month, day in _ISO_DATE.findall(text):
        yield Figure(Decimal(year))
        yield Figure(Decimal(month), "month")
        if day:
            yield Figure(Decimal(day))
    for name in _MONTH.findall(text):
        month = next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name[:3]))
        yield Figure(Decimal(month), "month")


def _values(match: re.Match[str]) -> Iterator[Figure]:
    """Yield one figure, or both ends of a range; what follows the second end counts for both."""
    unit, scale = _unit(match["unit"]), _scale(match["scale"])
    high = _decimal(match["number"])
    yield Figure(high * scale, unit)
    if match["low"] is not None:
        low = _decimal(match["low"])
        yield Figure(low * scale, unit) if low < high else Figure(low)


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _unit(text: str | None) -> Unit:
    if not text:
        return ""
    return "%" if "%" in text or "cent" in text else "x"


def _scale(text: str) -> int:
    product = 1
    for word in re.findall(r"[a-z]+", text):
        product *= _SCALES.get(word) or _SCALES[word.removesuffix("s")]
    return product
