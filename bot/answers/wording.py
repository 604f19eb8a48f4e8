"""What sentences say, as far as words tell: shared words, negation, opposites, addressed machines.

Deterministic and crude on purpose: it decides whether one text may rest on another, not what
either means. The words it knows are in `guard_words.yaml`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from knowledge.data_files import read_yaml
from knowledge.lexical import stem, words_of

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_CLAUSE = re.compile(
    r"[,;:()–—]|\s-\s|\b(?:but|and|because|while|whereas|although|though|which|so that)\b"
)
_WORD = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_COMPOUND = re.compile(r"\b(\w+)-(\w+)\b")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_DOUBLED = re.compile(r"(.)\1$")
_ALIKE = 0.7  # share of the words that two clauses about the same thing have in common
_LEAST_SHARED = 2
_MOST_PAIRS = 2
_KEY = 6  # letters of a stem that count: "predict" and "predictable" meet


class _Lexicon(BaseModel):
    """The words of `guard_words.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    negators: frozenset[str]
    opposites: tuple[tuple[str, str], ...]
    neutral: frozenset[str]
    connectives: tuple[str, ...]
    instructions: tuple[str, ...]


@dataclass(frozen=True)
class _Words:
    negators: frozenset[str]
    opposites: tuple[tuple[str, str], ...]
    neutral: frozenset[str]
    connective: re.Pattern[str]
    instruction: re.Pattern[str]


@dataclass(frozen=True)
class _Clause:
    keys: frozenset[str]
    words: frozenset[str]
    negative: bool


def sentences(text: str) -> list[str]:
    """Return the sentences of *text*; headings and list items count as one each."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def keys(text: str) -> frozenset[str]:
    """Return the content words of *text*, cut so that the forms of a word meet."""
    joined = " ".join("".join(pair) for pair in _COMPOUND.findall(text))
    return frozenset(_key(word) for word in words_of(f"{text} {joined}".replace("’", "'")))


def telling(text: str) -> frozenset[str]:
    """Return the keys of *text* that say something; all of them if none does."""
    every = keys(_COMPOUND.sub(r"\1 \2", text))
    return every - _words().neutral or every


def is_connective(text: str) -> bool:
    """Whether *text* only leads from one sentence to the next."""
    return _words().connective.fullmatch(" ".join(_WORD.findall(text.lower()))) is not None


def addresses_machine(text: str) -> bool:
    """Whether *text* tells a machine what to do rather than a reader what is so."""
    return _words().instruction.search(text) is not None


def trusted_sentences(text: str) -> list[str]:
    """Return the sentences of *text* up to the first that talks to a machine."""
    kept: list[str] = []
    for sentence in sentences(text):
        if addresses_machine(sentence):
            break
        kept.append(sentence)
    return kept


def contradicts(said: str, support: Iterable[str]) -> str:
    """Return the sentence of *support* that says the opposite of a part of *said*, or nothing.

    Only clauses with nearly the same words are compared: of those, one that agrees outweighs any
    that doesn't.
    """
    for clause in _clauses(said):
        opposed = ""
        for sentence in support:
            verdicts = [_opposed(clause, other) for other in _clauses(sentence)]
            if False in verdicts:
                opposed = ""
                break
            opposed = opposed or (sentence if True in verdicts else "")
        if opposed:
            return opposed
    return ""


def _opposed(said: _Clause, other: _Clause) -> bool | None:
    """Whether two clauses oppose each other; None if they are about different things."""
    shared = len(said.keys & other.keys)
    longest = max(len(said.keys), len(other.keys))
    if (shared + _MOST_PAIRS) / longest < _ALIKE:
        return None
    pairs = sum(_opposite(said.words, other.words, pair) for pair in _words().opposites)
    if (
        shared + min(pairs, 1) < _LEAST_SHARED
        or (shared + min(pairs, _MOST_PAIRS)) / longest < _ALIKE
    ):
        return None
    return (said.negative != other.negative) != (pairs % 2 == 1)


def _opposite(said: frozenset[str], other: frozenset[str], pair: tuple[str, str]) -> bool:
    return any(
        one in said and two in other and two not in said and one not in other
        for one, two in (pair, pair[::-1])
    )


@lru_cache(maxsize=1_024)
def _clauses(sentence: str) -> tuple[_Clause, ...]:
    clauses = (_clause(part) for part in _CLAUSE.split(sentence.lower()))
    return tuple(clause for clause in clauses if clause.keys)


def _clause(text: str) -> _Clause:
    """Read one clause; its words are stemmed only after "hardly" has been told from "hard"."""
    every = _WORD.findall(_APOSTROPHE.sub("", text))
    words = [word for word in every if word not in _words().negators]
    negative = (len(every) - len(words)) % 2 == 1
    return _Clause(keys(" ".join(words)), frozenset(map(_stem, words)), negative)


def _stem(word: str) -> str:
    return _DOUBLED.sub(r"\1", stem(word))


def _cut(stemmed: str) -> str:
    return stemmed[:_KEY]


def _key(stemmed: str) -> str:
    return _cut(_DOUBLED.sub(r"\1", stemmed))


@cache
def _words() -> _Words:
    file = Path(__file__).with_name("guard_words.yaml")
    read = _Lexicon.model_validate(read_yaml(file))
    return _Words(
        negators=read.negators,
        opposites=tuple((_stem(one), _stem(two)) for one, two in read.opposites),
        neutral=frozenset(_cut(_stem(word)) for word in read.neutral),
        connective=re.compile("|".join(f"(?:{pattern})" for pattern in read.connectives)),
        instruction=re.compile(
            "|".join(f"(?:{pattern})" for pattern in read.instructions), re.IGNORECASE
        ),
    )
