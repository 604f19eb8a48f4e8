"""A text as the guard reads it: sentences and clauses with their telling words.

Also finds which clauses of two texts speak of the same. Linear in length, whatever stands in it.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from bot.updates.drafts import Block, BlockKind, parse
from bot.updates.guard_words import has, negators, pattern, stemmed
from knowledge.lexical import STOP_WORDS

PLACEHOLDER = re.compile(r"\[[^\[\]]{0,400}\](?!\()")
URL = re.compile(r"\bhttps?://[^\s<>|)\]]+|\bwww\.[^\s<>|)\]]+")
_QUOTED = re.compile(r"\"[^\"\n]{2,300}\"")
_LIST_NUMBER = re.compile(r"^[ \t>]*(?:[-*•+]\s+)?\(?\d{1,2}[.)](?=\s)", re.MULTILINE)
_SPLIT = re.compile(r"(?<=[.!?…])[\"')\]*_]*\s+|\n+")
_GOES_ON = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|vs|approx|ca|cf|etc|mrs?|(?<!\d\s)ms|dr|prof|st|no|fig|resp|incl|est|(?<!\d\s)min|max|avg"
    r"|prev|wk|sept?|jan|feb|mar|apr|jun|jul|aug|oct|nov|dec|z\.b|bzw)\.|\b[a-zA-Z]\.)$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b\d{1,2}\.$")
_CLAUSES = re.compile(
    r"\s*;\s*|\s+-{1,3}\s+|\s*\.{3}\s*|,\s+(?=(?:but|and|so|yet|though|although|while|whereas|which|because)\b)"
    r"|\s+(?=(?:but|although|though|whereas|while)\b)|:\s+(?=\w+\s+\w+)"
)
_LONGEST = 500
_WORD = re.compile(r"[^\W\d_]{2,}|\d+(?:[.,]\d+)*")
_MARKS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—−―", "-"),
        **dict.fromkeys("‘’‛ʼ´", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("→➜⟶⇒", " -> "),
    }
)
_APOSTROPHES = re.compile(r"(?<=[a-z])'(?=[a-z])")
_TOKEN = re.compile(r"[a-z]+")


_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_FOREIGN_LETTER = re.compile(r"[^\W\d_a-zA-Z]")


def plain(text: str) -> str:
    """Return *text* with ASCII digits, straight quotes, hyphens for dashes and `->` for arrows."""
    marked = text.translate(_MARKS)
    normal = unicodedata.normalize("NFKC", marked).translate(_MARKS)
    digits = _FOREIGN_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), normal)
    return digits.replace("=>", "->")


def keys(text: str) -> frozenset[str]:
    """Return the stems of the telling words of *text*, and its numbers."""
    return frozenset(
        stemmed(word) for word in _WORD.findall(text.lower()) if word not in STOP_WORDS
    )


@dataclass(frozen=True)
class _Stretch:
    """A stretch of text with what its words say."""

    text: str

    @cached_property
    def lower(self) -> str:
        """It in lower case, without other people's words."""
        return _QUOTED.sub(' "" ', self.text.lower())

    @cached_property
    def keys(self) -> frozenset[str]:
        """Its telling words."""
        return keys(self.text)

    @cached_property
    def _shown(self) -> dict[str, bool]:
        return {}

    def shows(self, family: str) -> bool:
        """Tell whether it shows a cue of *family*; asked again, it remembers."""
        if family not in self._shown:
            self._shown[family] = has(family, self.lower)
        return self._shown[family]


@dataclass(frozen=True)
class Clause(_Stretch):
    """A stretch that states one thing; `before` and `after` are the rest of its sentence."""

    sentence: str
    before: str
    after: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in lower case, `don't` as one."""
        return tuple(_TOKEN.findall(_APOSTROPHES.sub("", self.lower)))

    @cached_property
    def negated(self) -> tuple[str, ...]:
        """The stems that it denies, the nearest after each negator first."""
        return tuple(_negated(self.words))


@dataclass(frozen=True)
class Sentence(_Stretch):
    """A sentence on one line, and the kind of block it stands in."""

    kind: BlockKind

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Its clauses in their order."""
        return tuple(_clauses(self.text))

    @cached_property
    def normal(self) -> str:
        """The sentence without what may differ between two copies of it."""
        return re.sub(r"[\W_]+", " ", self.text.lower()).strip()


_NOT_TOLD = {BlockKind.CODE, BlockKind.QUOTE}
_FRAME = {BlockKind.GREETING, BlockKind.CLOSING}


class Text:
    """A draft or a rewrite, read once."""

    def __init__(self, raw: str) -> None:
        """Read *raw*."""
        self.plain = plain(raw)
        self.told = _LIST_NUMBER.sub(" ", URL.sub(" ", PLACEHOLDER.sub(" ", self.plain)))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The author's own sentences, without placeholders, greeting and closing."""
        return tuple(sentence for sentence in self._all if sentence.kind not in _NOT_TOLD | _FRAME)

    @cached_property
    def _all(self) -> tuple[Sentence, ...]:
        bare = PLACEHOLDER.sub(" ", self.plain)
        return tuple(s for block in parse(bare).blocks for s in _sentences(bare, block))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of all sentences."""
        return tuple(clause for sentence in self.sentences for clause in sentence.clauses)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The telling words of the whole text, placeholders apart."""
        return keys(PLACEHOLDER.sub(" ", self.plain))

    @cached_property
    def normals(self) -> frozenset[str]:
        """The sentences, for telling which are copied."""
        return frozenset(sentence.normal for sentence in self._all)

    @cached_property
    def english(self) -> bool:
        """Whether it reads as English; if not, only its figures are compared."""
        if len(_FOREIGN_LETTER.findall(self.told)) * 3 > len(self.told):
            return False
        lower = self.told.lower()
        foreign, english = (
            sum(1 for _ in pattern(family).finditer(lower)) for family in ("foreign", "english")
        )
        return foreign < _FEW_FOREIGN or english > foreign

    @cached_property
    def near(self) -> "Index[Clause]":
        """Its clauses, to be found by their words."""
        return Index(self.clauses)

    @cached_property
    def near_sentences(self) -> "Index[Sentence]":
        """Its sentences, to be found by their words."""
        return Index(self.sentences)


_FEW_FOREIGN = 3


def _sentences(text: str, block: Block) -> Iterator[Sentence]:
    body = block.span.of(text)
    if block.kind is not BlockKind.TABLE:
        body = body.replace("\n", " ")
    for part in _parts(body):
        for piece in _pieces(part):
            yield Sentence(piece, block.kind)


def _parts(body: str) -> Iterator[str]:
    start = 0
    for match in _SPLIT.finditer(body):
        before = body[max(start, match.start() - 12) : match.start()]
        if _GOES_ON.search(before) or (
            _ORDINAL.search(before)
            and body[match.end() : match.end() + 1].isalpha()
            and _date_goes_on(body[match.end() : match.end() + 12])
        ):
            continue
        yield body[start : match.end()]
        start = match.end()
    yield body[start:]


def _date_goes_on(following: str) -> bool:
    return (
        re.match(
            r"(?:of|im|jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])",
            following.lower(),
        )
        is not None
    )


def _pieces(part: str) -> Iterator[str]:
    """Cut what no writer would call a sentence, so that no rule meets an endless one."""
    words = " ".join(part.split())
    while len(words) > _LONGEST:
        cut = words.rfind(" ", 1, _LONGEST)
        cut = cut if cut > 0 else _LONGEST
        yield words[:cut]
        words = words[cut:].lstrip()
    if words:
        yield words


def _clauses(sentence: str) -> Iterator[Clause]:
    start = 0
    for match in _CLAUSES.finditer(sentence):
        if match.start() > start and _counts(sentence[start : match.start()]):
            yield _clause(sentence, start, match.start())
            start = match.end()
    if start < len(sentence):
        yield _clause(sentence, start, len(sentence))


def _counts(text: str) -> bool:
    return re.search(r"\w+\W+\w+", text) is not None


def _clause(sentence: str, start: int, end: int) -> Clause:
    return Clause(sentence[start:end].strip(), sentence, sentence[:start], sentence[end:])


_REACH = 4


def _negated(words: Sequence[str]) -> Iterator[str]:
    deny = negators()
    for place, word in enumerate(words):
        if word in deny or (
            word in ("fails", "failed", "refused") and words[place + 1 : place + 2] == ("to",)
        ):
            telling = (w for w in words[place + 1 :] if w not in STOP_WORDS and w not in deny)
            yield from (stemmed(w) for _, w in zip(range(_REACH), telling, strict=False))


T = TypeVar("T", Clause, Sentence)


@dataclass(frozen=True)
class Match(Generic[T]):
    """What was found, and how much of it and of what was looked for is shared (0 to 1)."""

    found: T
    of_wanted: float
    of_found: float


class Index(Generic[T]):
    """Stretches of a text by their words; rare words count more."""

    def __init__(self, items: Sequence[T]) -> None:
        """Index *items*."""
        self._items = items
        counts = Counter(key for item in items for key in item.keys)
        self._weight = {key: math.log(1 + (len(items) + 1) / n) for key, n in counts.items()}
        self._unknown = math.log(2 + len(items))
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for place, item in enumerate(items):
            for key in item.keys:
                self._places[key].append(place)
        self._totals = [self._sum(item.keys) for item in items]

    def nearest(self, wanted: frozenset[str]) -> Match[T] | None:
        """Return what shares most with *wanted*; None if nothing shares a rare enough word."""
        scores: defaultdict[int, float] = defaultdict(float)
        for key in wanted:
            places = self._places.get(key, ())
            if len(places) <= _COMMON:
                for place in places:
                    scores[place] += self._weight[key]
        if not scores:
            return None
        whole = self._sum(wanted)
        best = max(scores, key=lambda at: (scores[at] / (self._totals[at] + whole), -at))
        shared = self._sum(wanted & self._items[best].keys)
        return Match(self._items[best], shared / whole, shared / self._totals[best])

    def _sum(self, chosen: Iterable[str]) -> float:
        return sum(self._weight.get(key, self._unknown) for key in chosen)


_COMMON = 40
