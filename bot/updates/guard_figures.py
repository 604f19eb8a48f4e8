"""The figures, dates and identifiers of a text, and what a rewrite made of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property, lru_cache

from bot.figures import figures
from bot.updates.guard_words import pattern, rates, units


@dataclass(frozen=True)
class Quantity:
    """A number where it stands; `unit` and `rate` are empty where none is named."""

    value: Decimal
    unit: str
    rate: str
    sign: str
    approximate: bool
    shown: str
    start: int


@dataclass
class Numbers:
    """What a text counts and dates."""

    quantities: list[Quantity] = field(default_factory=list[Quantity])
    dates: dict[str, str] = field(default_factory=dict[str, str])
    names: dict[str, str] = field(default_factory=dict[str, str])

    def by_value(self) -> dict[Decimal, list[Quantity]]:
        """Return the quantities by their values."""
        found: defaultdict[Decimal, list[Quantity]] = defaultdict(list)
        for quantity in self.distinct:
            found[quantity.value].append(quantity)
        return found

    @cached_property
    def stated(self) -> frozenset[Decimal]:
        """All values, those in dates and identifiers among them."""
        texts = [*self.dates.values(), *self.names.values()]
        inside = {Decimal(n) for text in texts for n in re.findall(r"\d+(?:\.\d+)?", text)}
        return frozenset(inside | {quantity.value for quantity in self.quantities})

    @cached_property
    def dated(self) -> frozenset[str]:
        """The dates, and their months alone."""
        months = {key.split()[0] for key in self.dates if key[:3] in _MONTHS}
        return frozenset(self.dates.keys() | months)

    @cached_property
    def distinct(self) -> tuple[Quantity, ...]:
        """The quantities, each way of writing one once."""
        ways = {(q.value, q.unit, q.rate, q.sign, q.approximate): q for q in self.quantities[::-1]}
        return tuple(ways.values())[::-1]


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\.?"
_SPAN = "day|week|month|quarter|year|sprint|spring|summer|autumn|winter|release"
_WORKDAYS = "monday|tuesday|wednesday|thursday|friday"
_DATES = re.compile(
    rf"""\b(?:
    (?P<iso>\d{{4}}-\d{{2}}(?:-\d{{2}})?)\b
    |(?P<slash>[0-3]?\d/[0-3]?\d(?:/\d{{2,4}})?)\b(?!\s?%)
    |(?:(?P<first>[0-3]?\d)(?:st|nd|rd|th)?\.?\s?(?:-|to|and)\s?)?
      {_DAY}\ (?:of\ )?{_MONTH}(?!\ be\b)
    |{_MONTH.replace("month", "month2")}\ {_DAY.replace("day", "day2")}(?![\d.,:%]*\d|\s?%)
    |(?P<seasonyear>\d{{4}}[-/]\d{{2}})\b
    |(?P<quarter>[qh][1-4])\b
    |(?:week|wk|kw|sprint|fortnight)\ (?P<week>\d{{1,2}})\b
    |(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)(?=days?\b)|(?:tues?|thu(?:rs?)?|fri)\b)
    |(?P<feast>christmas|easter|diwali|ramadan|thanksgiving|new\ year|monsoon|year[-\ ]end
      |end\ of\ (?:the\ )?(?:year|quarter|month|week))\b
    |(?P<relative>(?:next|this|last|coming|previous)\ (?:{_SPAN}|{_WORKDAYS}))\b
    |(?P<near>tomorrow|tonight|yesterday)\b
    |(?:by|in|until|before)\ (?P<season>spring|summer|autumn|winter)\b
    |(?P<alone>january|february|april|june|july|august|september|october|november|december)\b
    |(?:in|by|since|until|before|end\ of|early|mid|late|for)\ (?P<alone2>march|may)\b(?!\ be\b)
    |(?P<year>(?:19|20)\d{{2}})\b
    )""",
    re.VERBOSE,
)
_VERSION = re.compile(r"\b(?:v|version|release|rev)\.?\s?(\d+(?:\.\d+)*(?:-?[a-z]+\d*)?)\b")
_NUMBERED = re.compile(
    r"\b(lot|ticket|build|batch|train|ward|phase|pr|cell|case|issue|job) #?(\d+)\b(?![.,]?\d|\s?%)"
)
_NAME = re.compile(
    r"(?<![\w.])(?!(?:eur|usd|gbp|chf|inr|us|rs|n)\d)"
    r"[a-z]+(?:[-_./@][a-z]+){0,8}[-_@]?\d\w*(?:[.@_/-]\w+){0,8}(?!\w)"
)
_SMALL = "two|three|four|five|six|seven|eight|nine"
_TEENS = (
    "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|zero|twice"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORD = (
    rf"(?:(?:{_TENS})(?:[- ](?:one|{_SMALL}))?|{_TEENS}|{_SMALL}|half"
    r"|a (?:hundred|thousand|million|dozen)|one (?=hundred|thousand|million|per\s?cent)"
    r"|hundred|thousand)"
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)*|(?<![\d\w])\.\d+)"
_SCALE = (
    r"(?:\s?(?:k|mn|mio|m|bn|b)\b|[-\s](?:dozen|hundred|thousand|million|billion|trillion)s?\b)"
)
_RANGE = re.compile(
    r"\s?(?:%\s?)?(?:-|->|to|and|or|vs\.?|versus|against|instead of)\s?(?:now )?[$€£]?$"
)
_HALF = re.compile(r"half (?:of|the|all|their|our|your|as)\b|(?<=by )half\b|(?<=in )half\b")


def read_numbers(text: str) -> Numbers:
    """Return the figures, dates and identifiers of *text*, which `plain` has made plain."""
    lower = text.lower()
    numbers = Numbers()
    lower = _take_dates(lower, numbers)
    lower = _take_names(lower, numbers)
    found = list(_quantities(lower))
    numbers.quantities.extend(_with_shared_units(lower, found))
    return numbers


def _take_dates(text: str, numbers: Numbers) -> str:
    def take(match: re.Match[str]) -> str:
        for key in _date_keys(match):
            numbers.dates.setdefault(key, match[0].strip())
        return " " * len(match[0])

    return _DATES.sub(take, text)


def _date_keys(match: re.Match[str]) -> Iterator[str]:
    kind = match.lastgroup or ""
    if match["iso"]:
        year, month, *day = match["iso"].split("-")
        yield year
        yield _MONTHS[(int(month) - 1) % 12] + (f" {int(day[0])}" if day else "")
    elif match["month"] or match["month2"]:
        month = (match["month"] or match["month2"])[:3]
        for day in (match["first"], match["day"] or match["day2"]):
            if day:
                yield f"{month} {int(day)}"
    elif match["alone"] or match["alone2"]:
        yield (match["alone"] or match["alone2"])[:3]
    elif match["weekday"]:
        yield match["weekday"][:3]
    elif match["week"]:
        yield f"week {int(match['week'])}"
    else:
        yield (
            f"{kind} {match[kind]}"
            if kind in ("near", "relative")
            else match[0].split(" ", 1)[-1]
            if kind == "season"
            else match[0]
        )


def _take_names(text: str, numbers: Numbers) -> str:
    def version(match: re.Match[str]) -> str:
        numbers.names.setdefault(f"v{match[1]}", match[0])
        return " " * len(match[0])

    def numbered(match: re.Match[str]) -> str:
        numbers.names.setdefault(f"{match[1]} {match[2]}", match[0])
        return " " * len(match[0])

    def name(match: re.Match[str]) -> str:
        numbers.names.setdefault(match[0].rstrip("s"), match[0])
        return " " * len(match[0])

    return _NAME.sub(name, _NUMBERED.sub(numbered, _VERSION.sub(version, text)))


def _quantities(text: str) -> Iterator[Quantity]:
    known = units()
    for match in _quantity().finditer(text):
        value = _value(match["number"], match["scale"] or "", text, match)
        if value is None:
            continue
        prefix = (match["currency"] or match["cur2"] or "").strip()
        unit = known.get(prefix, "") or known.get(match["unit"] or "", "")
        if match["number"] == "half" or match["number"] == "twice":
            unit = "%" if match["number"] == "half" else "x"
        yield Quantity(
            value=value,
            unit=unit,
            rate=rates().get(match["period"] or "", ""),
            sign=match["sign"] or "",
            approximate=pattern("approximate").search(
                text[max(0, match.start() - 24) : match.start()]
            )
            is not None,
            shown=match[0].strip(),
            start=match.start(),
        )


@cache
def _quantity() -> re.Pattern[str]:
    unit = "|".join(re.escape(each) for each in sorted(units(), key=lambda u: (-len(u), u)))
    return re.compile(
        rf"(?P<currency>(?:\b(?:eur|usd|gbp|chf|inr|us\$)|[$€£₹¥])\s?)?"
        rf"(?P<sign>(?<![\w%)\]|$€£])[-+](?=[\d.$€£]))?(?P<cur2>[$€£]\s?)?"
        rf"(?P<number>(?<![\w.])(?:{_DIGITS})|\b{_WORD}\b)(?P<scale>(?:{_SCALE})*)"
        rf"(?:[\s-]?(?:(?:more|additional|extra|full|whole|working|business|calendar|straight|further)\s)?(?P<unit>(?:{unit})(?!\w)))?"
        rf"(?P<rate>\s?(?:/|an?|per|each|every)\s?(?P<period>hour|day|week|month|quarter|year|shift|sprint)\b)?"
    )


def _value(number: str, scale: str, text: str, match: re.Match[str]) -> Decimal | None:
    if number == "half":
        return Decimal(50) if _HALF.match(text, match.start("number")) else None
    return _number(number, scale)


@lru_cache(maxsize=10_000)
def _number(number: str, scale: str) -> Decimal | None:
    """Return the value; a comma before one, two or four digits is a decimal one."""
    if number[0] == ".":
        number = f"0{number}"
    if number[0].isdigit():
        if re.fullmatch(r"\d+,\d{1,2}|0,\d+", number):
            number = number.replace(",", ".")
        elif re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:\.\d{3})+,\d+", number):
            number = number.replace(".", "").replace(",", ".")
        if number.count(".") > 1:
            return None
    values = {figure.value for figure in figures(f"{number}{scale}")}
    return max(values).normalize() if values else None


def _with_shared_units(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """Give the first of `71 to 86%` the unit of the second."""
    shared = list(found)
    for place in range(len(found) - 2, -1, -1):
        here, following = shared[place], shared[place + 1]
        between = text[here.start + len(here.shown) : following.start]
        if not here.unit and len(between) < 16 and _RANGE.fullmatch(between):
            shared[place] = Quantity(
                here.value, following.unit, here.rate or following.rate, here.sign,
                here.approximate, here.shown, here.start,
            )  # fmt: skip
    return shared


# -- what became of them


@dataclass(frozen=True)
class Compared:
    """What a rewrite did to the figures; each list shows them as they are written."""

    invented: list[str]
    units: list[str]
    dates: list[str]
    names: list[str]
    signs: list[str]
    surer: list[str]


def compare(original: Numbers, rewrite: Numbers, sources: Iterable[Numbers]) -> Compared:
    """Compare *rewrite* with *original* and what else may be used."""
    extra = list(sources)
    known = original.by_value()
    for numbers in extra:
        for value, quantities in numbers.by_value().items():
            known[value] = [*known.get(value, []), *quantities]
    return Compared(
        invented=list(_invented(known, rewrite, original)),
        units=list(_changed_units(known, rewrite)),
        dates=list(_missing({d for each in (original, *extra) for d in each.dated}, rewrite.dates)),
        names=list(_missing({n for each in (original, *extra) for n in each.names}, rewrite.names)),
        signs=list(_signs(known, rewrite)),
        surer=list(_surer(original, rewrite)),
    )


def _invented(
    known: dict[Decimal, list[Quantity]], rewrite: Numbers, original: Numbers
) -> Iterator[str]:
    licensed = {Decimal(1)} | original.stated
    for quantity in rewrite.distinct:
        if quantity.value not in known and quantity.value not in licensed:
            yield quantity.shown


def _changed_units(known: dict[Decimal, list[Quantity]], rewrite: Numbers) -> Iterator[str]:
    for value, quantities in rewrite.by_value().items():
        before = known.get(value)
        if not before:
            continue
        for quantity in quantities:
            if not any(_same_unit(old, quantity) for old in before):
                yield f"{before[0].shown} → {quantity.shown}"


def _same_unit(old: Quantity, new: Quantity) -> bool:
    if old.rate and new.rate and old.rate != new.rate:
        return False
    if old.unit == new.unit:
        return True
    if not new.unit:
        return old.unit not in ("%", *_CURRENCIES)
    return not old.unit and old.value >= 1 and new.unit == "%"


_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "INR", "JPY")


def _missing(known: set[str], stated: dict[str, str]) -> Iterator[str]:
    for key, shown in stated.items():
        if key not in known:
            yield shown


def _signs(known: dict[Decimal, list[Quantity]], rewrite: Numbers) -> Iterator[str]:
    for quantity in rewrite.distinct:
        signs = {old.sign for old in known.get(quantity.value, ())}
        if quantity.sign and signs and quantity.sign not in signs and "" not in signs:
            yield quantity.shown


def _surer(original: Numbers, rewrite: Numbers) -> Iterator[str]:
    """Yield figures that were approximate and are not any more."""
    stated = _by_unit(rewrite)
    for key, quantities in _by_unit(original).items():
        after = stated.get(key)
        was, still = (q.approximate for q in quantities), (q.approximate for q in after or ())
        if after and all(was) and not any(still):
            yield quantities[0].shown


def _by_unit(numbers: Numbers) -> dict[tuple[Decimal, str], list[Quantity]]:
    found: defaultdict[tuple[Decimal, str], list[Quantity]] = defaultdict(list)
    for quantity in numbers.distinct:
        found[quantity.value, quantity.unit].append(quantity)
    return found


def lost(original: Numbers, rewrite: Numbers) -> Iterator[str]:
    """Yield figures, dates and identifiers of *original* that *rewrite* does not have."""
    for quantity in original.distinct:
        if quantity.value not in rewrite.stated:
            yield quantity.shown
    for key, shown in original.dates.items():
        if key not in rewrite.dated and not key.startswith(("relative", "near")):
            yield shown
    for key, shown in original.names.items():
        if key not in rewrite.names and any(c.isdigit() for c in key):
            yield shown
