"""Which way a metric went, as far as a statement says so.

A wrong word here turns a gain into a loss, so whatever can be read in two ways is unclear: "81
after 3 weeks" compares nothing, "3 to 5 days" is a range, and a regression model is no regression.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.updates.terms import Better

Direction = Literal["better", "worse", "unclear"]

_I = re.IGNORECASE
_BETTER = re.compile(r"(?<!no )(?<!not )\b(?:improv(?:ed|es|ement)|better)\b", _I)
_WORSE = re.compile(
    r"(?<!no )(?<!not )\b(?:worse(?:ned)?|deteriorat(?:ed|es|ion)|degrad(?:ed|es|ation)"
    r"|regress(?:ed|es)|suffer(?:ed|s)(?!\sfrom))\b",
    _I,
)
_UP = re.compile(
    r"\b(?:up|rose|rise[sn]?|increas(?:ed|es)|gain(?:ed|s)?|grew|grown|climb(?:ed|s)|higher|jump(?:ed|s))\b",
    _I,
)
_DOWN = re.compile(
    r"\b(?:down|fell|falls|fallen|dropp?(?:ed|s)|declin(?:ed|es)|decreas(?:ed|es)|lower(?:ed)?"
    r"|reduc(?:ed|es)|slipped|dipped|sank|shrank)\b",
    _I,
)


def direction(statement: str, better: Better | None) -> Direction:
    """Return which way the metric of *statement* went: from its figures, else from its words.

    *better* tells which values of the metric are better, if that is known; else its words may.
    """
    better = better or _usually(statement)
    if _WORSE.search(statement):
        return "worse"
    change = _change(statement)
    if change == 0 or better is None:
        return "better" if _BETTER.search(statement) else "unclear"
    return "better" if (change > 0) == (better == "higher") else "worse"


def _usually(statement: str) -> Better | None:
    """Return which values are better of what is counted in everyday words, if that is certain."""
    good, bad = _OF_GOOD.search(statement), _OF_BAD.search(statement)
    if bool(good) is bool(bad):
        return None
    return "higher" if good else "lower"


_OF_GOOD = re.compile(
    r"\b(?:success(?:es|ful)?|accura(?:cy|te)|correct(?:ly)?|right|agree(?:d|ment)?)\b", _I
)
_OF_BAD = re.compile(
    r"\b(?:errors?|fail(?:ed|ures?)|miss(?:ed|es)?|false|wrong|mistakes?|delays?|waits?|complaints?|defects?|scrap|waste)\b",
    _I,
)


def _change(statement: str) -> int:
    """Return 1 for a rise, -1 for a fall, 0 where neither is certain."""
    changes = {_sign(old, new) for old, new in _compared(statement)}
    if changes:
        return changes.pop() if len(changes) == 1 else 0
    return (_UP.search(statement) is not None) - (_DOWN.search(statement) is not None)


@dataclass(frozen=True)
class _Quantity:
    """A number with the word or sign of its unit, and where they stand."""

    start: int
    end: int
    value: float
    fraction: bool
    unit: str


def _sign(old: _Quantity, new: _Quantity) -> int:
    return (new.value > old.value) - (new.value < old.value)


def _compared(statement: str) -> Iterator[tuple[_Quantity, _Quantity]]:
    """Yield the earlier and the later value wherever two neighbours are compared."""
    for first, second in pairwise(_quantities(statement)):
        before, between = statement[: first.start], statement[first.end : second.start]
        leads = _ARROW.fullmatch(between) or (_MOVED.search(before) and _TO.fullmatch(between))
        if leads and _alike(first, second):
            yield first, second
        elif _tells_earlier(statement, first, second):
            yield second, first


def _tells_earlier(statement: str, first: _Quantity, second: _Quantity) -> bool:
    """Tell whether *second* is said to be the earlier value.

    Words that may say other things, "after" and "in", count only between figures of one form.
    """
    between = statement[first.end : second.start]
    if _WAS.fullmatch(between):
        return _alike(first, second)
    bracketed = between.endswith("(") and _EARLIER_BEHIND.match(statement, second.end)
    return _same_form(first, second) and bool(_EARLIER.fullmatch(between) or bracketed)


_ARROW = re.compile(r"\s?(?:[-–]+>|→|=>|now|up\sto|down\sto|to\snow)\s?(?:now\s)?", _I)
_TO = re.compile(r"\s?to\s", _I)
_MOVED = re.compile(
    r"\b(?:from|went|moved|rose|fell|dropped|improved|climbed|grew|sank|slipped|up|down)\s$", _I
)
_ASIDE = r"[^.;:\d]{0,30}?[\s(,–—-]"
_WAS = re.compile(
    rf"{_ASIDE}(?:was|were|had\sbeen|up\sfrom|down\sfrom|instead\sof|vs\.?|versus|against|prev(?:ious)?(?:ly)?\.?|compared\s(?:to|with)|used\sto\sbe)\s[^.;:\d]{{0,25}}",
    _I,
)
_EARLIER = re.compile(
    rf"{_ASIDE}(?:from|after|before|earlier|last\s[a-z]+|in\s[a-z]+)[\s:]+[^.;\d]{{0,15}}", _I
)
_EARLIER_BEHIND = re.compile(
    r"\s?(?:before|earlier|previously|until|in|last|then|so\sfar|prev)\b", _I
)

_NUMBER = re.compile(
    r"(?<![\w.,:])(?:(?P<minutes>\d{1,2}):(?P<seconds>[0-5]\d)(?![\d:])|(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*[.,]?\d+))(?![\d:])"
    r"(?:[\s-]?(?P<unit>%|[a-z°€]+(?:/[a-z]+)?))?",
    _I,
)
# What may follow a number and is no unit of it.
_NO_UNIT = frozenset(
    """a after against an and as at before but by down earlier for from in instead is last less more
    now of on or over points pp previously since so than that the then to up versus via vs was were
    which while with compared used""".split()  # noqa: SIM905 - reads better than a list
)


def _quantities(statement: str) -> Iterator[_Quantity]:
    for match in _NUMBER.finditer(statement):
        digits, unit = match["digits"] or "", (match["unit"] or "").lower()
        known = unit not in _NO_UNIT
        if match["minutes"]:
            value = int(match["minutes"]) + int(match["seconds"]) / 60
        else:
            plain = digits.replace(",", "") if re.search(r",\d{3}", digits) else digits
            value = float(plain.replace(",", "."))
        end = match.end() if known else match.start("unit")
        while statement[end - 1 : end].isspace():
            end -= 1
        is_fraction = bool(match["minutes"]) or "." in digits
        name = {"percent": "%"}.get(unit, unit.removesuffix("s")) if known else ""
        yield _Quantity(match.start(), end, value, is_fraction, name)


def _same_form(first: _Quantity, second: _Quantity) -> bool:
    return first.unit == second.unit and first.fraction == second.fraction


def _alike(first: _Quantity, second: _Quantity) -> bool:
    """Tell whether two quantities may measure the same: units differ only where one is unsaid."""
    return first.unit == second.unit or not (first.unit and second.unit)
