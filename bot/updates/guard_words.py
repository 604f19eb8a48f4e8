"""What the guard knows about words; the data is in `guard_words.yaml` and `praise.yaml`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.messages import Frozen
from knowledge.data_files import read_yaml
from knowledge.lexical import stem

Sides = tuple[frozenset[str], frozenset[str]]


class _Words(Frozen):
    patterns: dict[str, tuple[str, ...]]
    opposites: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    beside: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    negators: tuple[str, ...]
    epistemic: tuple[str, ...]
    neutral: tuple[str, ...]
    mild: tuple[str, ...]
    results: tuple[str, ...]
    jargon_names: tuple[str, ...]
    places: tuple[str, ...]
    units: dict[str, tuple[str, ...]]
    rates: dict[str, str]


class _Praise(BaseModel):
    """The parts of `praise.yaml` that the guard looks for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    unmistakable: tuple[str, ...] = ()
    dropped: tuple[str, ...]
    replaced: dict[str, str]
    predicates: tuple[str, ...]
    interjections: tuple[str, ...]


@cache
def _words() -> _Words:
    return _Words.model_validate(read_yaml(_FOLDER / "guard_words.yaml"))


_FOLDER = Path(__file__).parent


@cache
def pattern(family: str) -> re.Pattern[str]:
    """Return the pattern of *family*, for text in lower case."""
    return re.compile("|".join(f"(?:{each})" for each in _words().patterns[family]))


def has(family: str, text: str) -> bool:
    """Tell whether *text*, in lower case, shows a cue of *family*."""
    return pattern(family).search(text) is not None


@cache
def opposites() -> tuple[Sides, ...]:
    """Return pairs of word sets, of which one says the opposite of the other."""
    return tuple((frozenset(one), frozenset(other)) for one, other in _words().opposites)


@cache
def beside() -> tuple[Sides, ...]:
    """Return pairs of word sets that give a figure beside them a side."""
    return tuple((frozenset(one), frozenset(other)) for one, other in _words().beside)


@cache
def negators() -> frozenset[str]:
    """Return the words that negate what follows them."""
    return frozenset(_words().negators)


@cache
def epistemic() -> frozenset[str]:
    """Return the stems whose negation is caution."""
    return _stems(_words().epistemic)


@cache
def neutral() -> frozenset[str]:
    """Return the stems that a rewrite may add without a source."""
    return _stems((*_words().neutral, *_words().epistemic))


@cache
def jargon_names() -> frozenset[str]:
    """Return terms of the field that look like names, in lower case."""
    return frozenset(name.lower() for name in _words().jargon_names)


@cache
def places() -> frozenset[str]:
    """Return places that are written in capitals, in lower case."""
    return frozenset(_words().places)


@cache
def units() -> dict[str, str]:
    """Return each spelling of a unit, in lower case, with the unit."""
    return {spelling: unit for unit, forms in _words().units.items() for spelling in forms}


@cache
def rates() -> dict[str, str]:
    """Return the periods that figures are counted over, by their words."""
    return dict(_words().rates)


@dataclass(frozen=True)
class Praises:
    """Patterns for praise: plain praise, praise that is plain speech elsewhere, and openers."""

    strong: re.Pattern[str]
    mild: re.Pattern[str]
    mild_result: re.Pattern[str]
    opener: re.Pattern[str]


@cache
def praises() -> Praises:
    """Return the patterns for praise, for text in lower case."""
    praise = _Praise.model_validate(read_yaml(_FOLDER / "praise.yaml"))
    mild = frozenset(_words().mild)
    told = {*praise.unmistakable, *praise.dropped, *praise.predicates, *praise.replaced} - {
        "very big"
    }
    results = "|".join(_words().results)
    return Praises(
        strong=re.compile(rf"(?<![\w-])(?:{_any(told - mild)})(?![\w-])"),
        mild=re.compile(rf"(?<![\w-])(?:{_any(mild)})(?![\w-])"),
        mild_result=re.compile(rf"(?<![\w-])(?:{_any(mild)}) (?:\w+ )?(?:{results})(?![\w-])"),
        opener=re.compile(rf"^(?:{_any(_CHEERS & set(praise.interjections))})\b(?=\s*[!,:.-])"),
    )


_SYMBOL = re.compile(r"[!\u2600-\u27bf\U0001f000-\U0001faff]")


def cheers(text: str) -> bool:
    """Tell whether *text*, in lower case, has praise or a cheering mark in it."""
    said = praises()
    return any(shape.search(text) for shape in (said.strong, said.mild, _SYMBOL, pattern("emoji")))


# Of the openers only those that nobody writes in a sober sentence.
_CHEERS = {
    "amazing", "awesome", "bam", "boom", "bravo", "hooray", "hurray", "lfg", "omg", "wow", "whoa",
    "woah", "woohoo", "yay", "huge news", "great news", "mic drop", "hallelujah",
}  # fmt: skip


def _any(words: Iterable[str]) -> str:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace("\\ ", r"[\s-]") for word in ordered)


@lru_cache(maxsize=20_000)
def stemmed(word: str) -> str:
    """Return the stem of *word*, remembered."""
    return stem(word)


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stemmed(word) for word in words)
