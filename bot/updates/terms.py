"""The open lexicon of ML terms: which words of a draft are jargon, and what they mean.

Terms, their other spellings and plain meanings are data, in `terms.yaml`; a workspace's readers
know the acronyms in `business_words.yaml`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BeforeValidator, Field, TypeAdapter

from bot.messages import Frozen
from bot.updates.drafts import Span
from knowledge.data_files import read_yaml

_WORD = re.compile(r"[^\W_]+")


Known = Literal["none", "half", "well"]
Better = Literal["higher", "lower"]
_Plain = Annotated[str, Field(max_length=100)]


def _pairs(mapping: object) -> object:
    """Return what YAML has as a mapping in pairs, which can be hashed."""
    return tuple(cast("dict[str, str]", mapping).items()) if isinstance(mapping, dict) else mapping


class Term(Frozen):
    """A term of the field.

    `exact` spellings count in exactly that case only, `aliases` in any; `measured` are ordinary
    words that count right before a figure. `known` says who knows the term: nobody outside the
    field, half of them, or everybody in business; its `short` forms nobody does, nor what is
    measured by its ordinary words. `meanings` are those of spellings that mean something else.
    """

    term: str
    aliases: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    kind: Literal["metric", "method", "data", "infrastructure", "statistics", "shorthand"]
    better: Better | None = None
    known: Known = "none"
    plain: _Plain
    meanings: Annotated[tuple[tuple[str, _Plain], ...], BeforeValidator(_pairs)] = ()

    @cached_property
    def relatives(self) -> Mapping[str, "Term"]:
        """The terms of the same sort with a meaning of their own, by their spellings."""
        return {
            alias: Term(term=alias, kind=self.kind, better=self.better, known=self.known, plain=own)
            for alias, own in self.meanings
        }

    @cached_property
    def short_forms(self) -> frozenset[str]:
        """The short forms as they are looked up."""
        return frozenset(_spelling(form).lower() for form in self.short)


@dataclass(frozen=True)
class Mention:
    """A term where a draft uses it; `known` as it is written there.

    `name` is what a reader would look up: PESQ and STOI are both ways to score speech.
    """

    term: Term
    span: Span
    name: str
    known: Known


@dataclass(frozen=True)
class Lexicon:
    """The terms by their spellings, words joined by spaces."""

    lower: Mapping[str, Term]
    exact: Mapping[str, Term]
    measured: Mapping[str, Term]
    acronyms: frozenset[str]

    @cached_property
    def _starts(self) -> Mapping[str, int]:
        """The words that spellings start with, in lower case; how many words these have at most."""
        longest: dict[str, int] = {}
        for spelling in (*self.lower, *self.exact, *self.measured):
            first, *rest = spelling.lower().split(" ")
            longest[first] = max(longest.get(first, 0), 1 + len(rest))
        return longest

    def mentions(self, text: str) -> list[Mention]:
        """Return the terms that *text* uses, longest spelling first where they overlap."""
        words = list(_WORD.finditer(text))
        found: list[Mention] = []
        place = 0
        while place < len(words):
            longest = self._longest_from(words[place][0].lower())
            mention, taken = self._at(text, words, place, longest)
            if mention:
                found.append(mention)
            place += taken
        return found

    def _longest_from(self, word: str) -> int:
        """Return how many words a spelling may have that starts with *word*, in any number."""
        starts = self._starts
        if word[-1] != "s":
            return starts.get(word, 0)
        return max(starts.get(form, 0) for form in (word, word[:-1], word[:-2], f"{word[:-3]}y"))

    def _at(
        self, text: str, words: Sequence[re.Match[str]], place: int, longest: int
    ) -> tuple[Mention | None, int]:
        for count in range(min(longest, len(words) - place), 0, -1):
            span = Span(words[place].start(), words[place + count - 1].end())
            if count > 1 and (not _joined(span.of(text)) or _MEASURED.match(text, span.end)):
                continue
            spelling = _at_any_cutoff(span.of(text))
            if term := self._spelled(spelling) or self._measuring(spelling, text, span.end):
                name = name_of(term, span.of(text))
                obscure = (
                    _any_form(spelling.lower()) & term.short_forms
                    or _is_made_up(name, term)
                    or self._measuring(spelling, text, span.end) is term
                )
                known = "none" if obscure else term.known
                return Mention(term, _with_suffix(text, span), name, known), count
        return None, 1

    def _spelled(self, spelling: str) -> Term | None:
        return self.exact.get(spelling) or _any_number(self.lower, spelling.lower())

    def _measuring(self, spelling: str, text: str, end: int) -> Term | None:
        term = self.measured.get(spelling.lower())
        return term if term and _MEASURES.match(text, end) else None

    def unknown_terms(self, text: str) -> Iterator[Span]:
        """Yield what looks like a term of the field, but is none that it or business knows.

        That is capitals or a name_of_a_variable before a figure, what is counted at a cut-off
        ("hit@20"), a variant of a metric ("mF1"), and names built like those of models ("TrOCR").
        """
        for match in _VARIANT.finditer(text):
            metric = self._spelled(match["metric"])
            if metric and metric.kind == "metric" and not self._spelled(match[0]):
                yield Span(*match.span())
        for match in _ACRONYM.finditer(text):
            word = match[0].rstrip("s")
            known = word in self.acronyms or match[0] in self.exact or word in self.exact
            if (
                not known
                and _MEASURES.match(text, match.end())
                and _any_number(self.lower, word.lower()) is None
            ):
                yield Span(*match.span())
        for match in _BUILT_LIKE_A_TERM.finditer(text):
            first = _spelling(match[0]).split(" ")[0]
            known = self._spelled(_at_any_cutoff(match[0])) or self._spelled(first)
            variable = match["variable"] and not _MEASURES.match(text, match.end())
            if not (known or variable):
                yield Span(*match.span())


_BUILT_LIKE_A_TERM = re.compile(
    r"""(?<![\w@#/.:-])(?:[A-Za-z][A-Za-z-]*@\d+(?:\.\d+)?%?
    |(?P<variable>[a-z]+(?:_[a-z0-9]+)+)
    |(?=\w*[a-z])[A-Z]\w*(?:Net|BERT|GPT|OCR|GAN|VAE|CNN|RNN|LSTM|SVM|LLM|Former|2[vV]ec))
    (?![\w@/]|\.\w)""",
    re.VERBOSE,
)
_VARIANT = re.compile(r"(?<![\w@#/.-])[a-z]{1,2}(?P<metric>[A-Z][A-Za-z]*[A-Z0-9])(?![\w@/])")
_ACRONYM = re.compile(r"(?<![\w@#/.-])(?=[A-Z][0-9]*[A-Z])[A-Z][A-Z0-9]*+s?(?![\w/]|-\d)")
_MEASURES = re.compile(
    r"(?:\s\((?=[a-z])[^()\n]{8,110}\))?+"  # its explanation
    r"[)\]]?\s*+(?:(?:[=:<≤]|(?:at|of|is|are|was|were|down|up|rose|fell|went|came|stands|stood|reached|hit"
    r"|improved|increased|decreased|dropped|climbed|grew|jumped|slipped)\b)\s*+)?"
    r"(?:(?:at|to|by|from|now)\b\s*+)?[(\[]?\.?\d"
)


def _any_number(terms: Mapping[str, Term], spelling: str) -> Term | None:
    if spelling in terms:
        return terms[spelling]
    if spelling.endswith("ies"):
        return terms.get(f"{spelling[:-3]}y")
    if spelling.endswith(_PLURAL_IN_ES) and (term := terms.get(spelling[:-2])):
        return term
    return terms.get(spelling[:-1]) if spelling.endswith("s") else None


_PLURAL_IN_ES = ("ses", "xes", "zes", "ches", "shes")


def name_of(term: Term, said: str) -> str:
    """Return what a reader would look up: the acronym that is *said* for *term*, or the term."""
    word = said.partition("@")[0]
    word = word[:-1] if word.endswith("s") and word[:-1].isupper() else word
    capitals = sum(character.isupper() for character in word)
    named = capitals >= _CAPITALS and _spelling(word).lower() != _spelling(term.term).lower()
    return word if named and word.isalnum() else term.term


_CAPITALS = 2


def _is_made_up(name: str, term: Term) -> bool:
    """Tell whether *name* is one like TrOCR or SASRec, which fewer people know than the term."""
    return name != term.term and not name.isupper()


def _any_form(spelling: str) -> frozenset[str]:
    """Return how an acronym may stand in the lexicon; unlike a word it has no plural in -es."""
    return frozenset((spelling, spelling.removesuffix("s")))


def _joined(words: str) -> bool:
    """Tell whether only single spaces, hyphens, slashes and the like stand between the words."""
    return _PARTED.search(words) is None


# The 3 of "nDCG +3.1" is no cut-off.
_MEASURED = re.compile(r"(?<=\d)[.,]\d")
_PARTED = re.compile(r"[^\w\s@/+&'’.-]|\.(?!\d)|(?<!\d)\.|\n|\s{3,}")


def _with_suffix(text: str, span: Span) -> Span:
    """Take in what belongs to a term's name: the 10 of NDCG@10."""
    suffix = _SUFFIX.match(text, span.end)
    return Span(span.start, suffix.end()) if suffix else span


_SUFFIX = re.compile(r"@\.?\d+(?:\.\d+)?\b")


def _spelling(text: str) -> str:
    return " ".join(_WORD.findall(text))


def _at_any_cutoff(name: str) -> str:
    """Return the spelling of *name*, which counts at a cut-off if it has an @: `hit@10`."""
    return _spelling(_CUTOFF.sub("@k", name))


_CUTOFF = re.compile(r"@\d+$")


@cache
def lexicon() -> Lexicon:
    """Return the shipped lexicon."""
    folder = Path(__file__).parent
    terms = TypeAdapter(list[Term]).validate_python(read_yaml(folder / "terms.yaml"))
    words = read_yaml(folder / "business_words.yaml")
    acronyms = TypeAdapter(dict[str, list[str]]).validate_python(words)
    lower: dict[str, Term] = {}
    exact: dict[str, Term] = {}
    measured: dict[str, Term] = {}
    for term in terms:
        words = {_spelling(word).lower(): term for word in term.measured}
        if not term.exact and _spelling(term.term).lower() not in words:
            lower[_spelling(term.term).lower()] = term
        lower |= {_spelling(alias).lower(): term for alias in (*term.aliases, *term.short)}
        lower |= {_spelling(alias).lower(): other for alias, other in term.relatives.items()}
        exact |= {_spelling(form): term for form in term.exact}
        measured |= words
    return Lexicon(lower, exact, measured, frozenset(acronyms["acronyms"]))
