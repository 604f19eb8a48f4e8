"""The check that every drafted answer passes before a person sees it, whichever engine drafted it.

Pure and deterministic: sentences with their citation numbers and the passages in, problems out. It
asks whether each sentence rests on the passages it cites (figures, names, links, words, direction);
it can't judge meaning, so it is strict, and a draft that fails is repaired or dropped.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bot.answers.answer import WORD_LIMIT
from bot.answers.evidence import Evidence
from bot.answers.wording import (
    addresses_machine,
    contradicts,
    is_connective,
    keys,
    sentences,
    telling,
    trusted_sentences,
)
from bot.figures import Figure, figures

Kind = Literal[
    "empty",
    "too_long",
    "unknown_citation",
    "uncited",
    "invented_figure",
    "moved_figure",
    "invented_name",
    "foreign_markup",
    "contradicted",
    "unsupported",
    "instruction",
]

_LEAST_SUPPORT = 0.5
_LEAST_WORDS = 2
_MOST_NEUTRAL = 1 / 3  # of a sentence may be words of the question
_QUESTION_WORDS = 15
_SHOWN = 160

_MARKUP = re.compile(
    r"""
      \b[a-z][a-z0-9+.-]*://\S+ | \b(?:mailto|javascript|data|tel):\S+     # links
    | \bwww\.\S+ | \b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|ai|dev|co|app|info|biz|me|xyz|ru|cn|uk
      |de|eu|gov|edu|ly|gg|sh|link|site|online|zip|mov)\b(?:/\S*)?
    | [\w.+-]+@[\w-]+\.\w+                                                # addresses
    | (?<!\w)@\w+ | <[!@\#][^>]*>? | </?[a-z][^>]*>?                        # mentions, tags
    | !?\[[^\]]*\]\([^)]*\)? | \[\d+\]                                    # Markdown links, marks
    | ```|`[^`]+` | \*\*|__|~~ | (?<!\w)[*_]\w[^*_]*[*_](?!\w)            # emphasis and code
    | (?m:^\s*(?:\#{1,6}\s|>|[-*•]\s|\|))                                 # blocks
    | &(?:\#\d+|\#x[\da-f]+|[a-z]+);
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_](?:[\w&.'’/-]*\w)?")
_PARTS = re.compile(r"[-/&.'’_]")
_FRESH_START = re.compile(r"(?:^|[.!?:;•(\[\"“‘'–—]|\s-)\s*$")
_KNOWN_NAMES = frozenset({"i", "ai", "ml", "coach", "s", "t", "m", "d", "ll", "re", "ve"})


@dataclass(frozen=True)
class Sentence:
    """A drafted sentence and the numbers of the passages it rests on."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong with a sentence of the draft (empty: with all of it), said to its writer."""

    kind: Kind
    sentence: str
    message: str


@dataclass(frozen=True)
class _Support:
    """Passages as something to rest on: without what talks to the machine."""

    evidence: tuple[Evidence, ...]

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        return tuple(s for item in self.evidence for s in trusted_sentences(item.text))

    @cached_property
    def headings(self) -> tuple[str, ...]:
        named = (text for item in self.evidence for text in (item.title, item.section))
        return tuple(text for text in named if not addresses_machine(text))

    @cached_property
    def text(self) -> str:
        return "\n".join((*self.headings, *self.sentences))

    @cached_property
    def keys(self) -> frozenset[str]:
        return keys(self.text)

    @cached_property
    def said(self) -> frozenset[str]:
        """The sentences, for comparing one that is copied whole."""
        return frozenset(_even(sentence) for sentence in self.sentences)


def check(
    draft: Sequence[Sentence], evidence: Sequence[Evidence], question: str = ""
) -> tuple[Problem, ...]:
    """Return what is wrong with *draft* as an answer to *question* from *evidence*."""
    whole = tuple(_check_whole(draft))
    if any(problem.kind == "empty" for problem in whole):
        return whole
    by_number = {item.number: item for item in evidence}
    everything = _Support(tuple(evidence))
    problems = (
        problem
        for sentence in draft
        for problem in _check_sentence(sentence, by_number, everything, question)
    )
    return (*whole, *problems)


def words_in(draft: Sequence[Sentence]) -> int:
    """Return the length of *draft* in words, with one for the marks after a cited sentence."""
    return sum(len(item.text.split()) + bool(item.citations) for item in draft)


def _check_whole(draft: Sequence[Sentence]) -> Iterator[Problem]:
    if not any(sentence.text.strip() for sentence in draft):
        yield Problem("empty", "", "There is no sentence in the draft.")
    length = words_in(draft)
    if length > WORD_LIMIT:
        yield Problem(
            "too_long", "", f"The draft has {length} words; at most {WORD_LIMIT} are allowed."
        )


def _check_sentence(
    sentence: Sentence,
    by_number: Mapping[int, Evidence],
    everything: _Support,
    question: str,
) -> Iterator[Problem]:
    unknown = [number for number in sentence.citations if number not in by_number]
    for number in unknown:
        yield _problem("unknown_citation", sentence, f"There is no passage {number}.")
    cited = tuple(by_number[n] for n in dict.fromkeys(sentence.citations) if n in by_number)
    if cited:
        yield from _check_support(sentence, _Support(cited), question)
    elif not unknown:
        yield from _check_uncited(sentence, everything)


def _check_uncited(sentence: Sentence, everything: _Support) -> Iterator[Problem]:
    if is_connective(sentence.text) or _is_closing_question(sentence.text, everything):
        return
    yield _problem("uncited", sentence, "It cites no passage; every statement needs one.")


def _is_closing_question(text: str, everything: _Support) -> bool:
    """Whether *text* is a short question about nothing but what the passages speak of."""
    asks = text.rstrip().endswith("?") and len(text.split()) <= _QUESTION_WORDS
    plain = asks and len(sentences(text)) == 1 and not _MARKUP.search(text) and not figures(text)
    return plain and telling(text) <= everything.keys and not _unknown_names(text, everything.text)


def _check_support(sentence: Sentence, support: _Support, question: str) -> Iterator[Problem]:
    if _even(sentence.text) in support.said:
        return
    for rule in _RULES:
        yield from rule(sentence, support, question)


def _check_instruction(sentence: Sentence, support: _Support, question: str) -> Iterator[Problem]:
    del support, question
    if addresses_machine(sentence.text):
        yield _problem(
            "instruction", sentence, "It speaks of instructions to you, not of the question."
        )


def _check_markup(sentence: Sentence, support: _Support, question: str) -> Iterator[Problem]:
    del question
    foreign = [found for found in _markup(sentence.text) if found not in support.text]
    if foreign:
        shown = ", ".join(repr(text) for text in dict.fromkeys(foreign))
        yield _problem(
            "foreign_markup", sentence, f"Links, mentions and markup are not allowed: {shown}."
        )


def _check_figures(sentence: Sentence, support: _Support, question: str) -> Iterator[Problem]:
    del question
    stated = figures(sentence.text)
    invented = stated - figures(support.text)
    if invented:
        yield _problem(
            "invented_figure",
            sentence,
            f"The passages it cites don't have {_listed(invented)}; take figures as they stand.",
        )
    moved = [f for f in stated - invented if not _said_of_it(f, sentence.text, support)]
    if moved:
        yield _problem(
            "moved_figure",
            sentence,
            f"The passages say {_listed(moved)} of something else.",
        )


def _said_of_it(figure: Figure, said: str, support: _Support) -> bool:
    """Whether a sentence with *figure* shares another word with what is said."""
    words = keys(_without_digits(said))
    having = [text for text in support.sentences if figure in figures(text)]
    return not having or not words or any(words & keys(_without_digits(text)) for text in having)


def _check_names(sentence: Sentence, support: _Support, question: str) -> Iterator[Problem]:
    unknown = _unknown_names(sentence.text, f"{support.text}\n{question}")
    if unknown:
        shown = ", ".join(dict.fromkeys(unknown))
        yield _problem("invented_name", sentence, f"The passages it cites don't mention {shown}.")


def _check_words(sentence: Sentence, support: _Support, question: str) -> Iterator[Problem]:
    telling_words = telling(_without_digits(sentence.text))
    supported = telling_words & support.keys
    borrowed = (telling_words & keys(question)) - supported
    spared = min(len(borrowed), int(len(telling_words) * _MOST_NEUTRAL))
    counted = len(telling_words) - spared
    enough = min(_LEAST_WORDS, len(telling_words))
    if not counted or len(supported) < enough or len(supported) / counted < _LEAST_SUPPORT:
        yield _problem(
            "unsupported", sentence, "The passages it cites don't say this; stay with their words."
        )


def _check_direction(sentence: Sentence, support: _Support, question: str) -> Iterator[Problem]:
    del question
    for part in sentences(sentence.text):
        opposed = contradicts(part, support.sentences)
        if opposed:
            yield _problem("contradicted", sentence, f"A passage says the opposite: “{opposed}”")


_Rule = Callable[[Sentence, _Support, str], Iterator[Problem]]
_RULES: tuple[_Rule, ...] = (
    _check_instruction,
    _check_markup,
    _check_figures,
    _check_names,
    _check_words,
    _check_direction,
)


def _markup(text: str) -> Iterator[str]:
    for match in _MARKUP.finditer(text):
        yield match[0].strip()
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") and character not in "\n\t":
            yield character


def _unknown_names(text: str, known: str) -> list[str]:
    """Return capitalised words of *text*, other than at the start of a sentence, not in *known*."""
    words = {_singular(part) for word in _WORD.findall(known) for part in _parts(word)}
    return [
        name
        for name in _names(text)
        if not all(_singular(part) in words | _KNOWN_NAMES for part in _parts(name))
    ]


def _names(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        word = match[0]
        opens = _FRESH_START.search(text, 0, match.start()) is not None
        if sum(c.isupper() for c in word) > 1 or (word[0].isupper() and not opens):
            yield word


def _parts(word: str) -> list[str]:
    return [part for part in _PARTS.split(word.casefold()) if part]


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 2 else word


def _without_digits(text: str) -> str:
    return re.sub(r"[\w.,]*\d[\w.,]*", " ", text)


def _even(text: str) -> str:
    return " ".join(text.split()).rstrip(".!").casefold()


def _listed(found: Sequence[Figure] | frozenset[Figure]) -> str:
    return ", ".join(sorted(map(str, found)))


def _problem(kind: Kind, sentence: Sentence, message: str) -> Problem:
    return Problem(kind, sentence.text[:_SHOWN], message)
