"""Reading what people type: chat shorthand spelled out, misspelt words set right.

Known words are the whole words of the embedding model's own vocabulary, which is ordered by
frequency, and the words of the library. Nothing is corrected that is known, short, or far from any
known word. Names, addresses, code, ticket numbers and words of other scripts stay as they are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from functools import cache
from pathlib import Path
from types import MappingProxyType

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tokenizers import Tokenizer

from knowledge.cards import load_cards
from knowledge.data_files import read_yaml

_WORD = re.compile(r"[a-z]+")
_SHORTHAND = Path(__file__).parent / "shorthand.yaml"
_CHUNK = re.compile(r"(`[^`\n]*`|\s+)")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[\W\d_]+")
# Addresses, mentions, paths, calls, identifiers, tickets: anything but prose.
_VERBATIM = re.compile(
    r"://|::|[@\\=<>{}`#]|\w_\w|\w\(|[^\W\d_]-?\d|[a-z][A-Z]|[^\W\d_]\.\w{2}|^[~.]*/\w"
)
_EDGES = ".,;:!?()[]\"'“”‘’*…-–—"
_RARE = 25_000  # rank from which a vocabulary entry is too rare to correct towards
_MIN_LENGTH, _MAX_LENGTH = 4, 24
_REMEMBERED = 10_000


@cache
def load_shorthand() -> dict[str, str]:
    """Return chat shorthand and what it stands for, lower case."""
    return {str(short): str(long) for short, long in read_yaml(_SHORTHAND).items()}


class Speller:
    """Spells out shorthand and corrects words, given what the library talks about."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        library_words: Iterable[str],
        asked_words: Iterable[str] = (),
        corrected: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Know the whole words of *tokenizer*, *library_words*, and *asked_words*.

        Corrections lead to the first two only: what people ask with may itself be misspelt.
        *corrected* words need not be worked out again.
        """
        self._tokenizer = tokenizer
        vocabulary: dict[str, int] = tokenizer.get_vocab()
        general = {
            word: rank for word, rank in vocabulary.items() if word.isascii() and word.isalpha()
        }
        self._known = {*general, *asked_words}
        self._rank = {
            word: rank
            for word, rank in general.items()
            if rank < _RARE and len(word) >= _MIN_LENGTH - 1
        }
        for word in library_words:
            self._known.add(word)
            # A word of the material is what people mean more often than its general rank says.
            if len(word) >= _MIN_LENGTH:
                self._rank[word] = min(self._rank.get(word, _RARE), 2_000)
        # Frequent words first: of many equally near ones, they are the ones compared.
        self._candidates = sorted(self._rank, key=lambda word: (self._rank[word], word))
        self._corrected = dict(corrected)

    @property
    def corrected(self) -> dict[str, str]:
        """The words met so far that are none, and what they were taken for."""
        return dict(sorted(self._corrected.items()))

    def read(self, text: str, terms: Set[str] = frozenset()) -> str:
        """Return *text* with shorthand spelled out and misspelt words corrected.

        *terms* are further known words, lower case: those of an organisation's own documents.
        """
        shouted = text.isupper()
        chunks = _CHUNK.split(text)  # every second one is what parts two others
        chunks[::2] = [self._chunk(chunk, terms, shouted=shouted) for chunk in chunks[::2]]
        return "".join(chunks)

    def _chunk(self, chunk: str, terms: Set[str], *, shouted: bool) -> str:
        core = chunk.strip(_EDGES)
        long = load_shorthand().get(core.lower())
        # A capital letter on its own is a name: R the language.
        if long is not None and (len(core) > 1 or core.islower()):
            return chunk.replace(core, long, 1)
        if _VERBATIM.search(chunk):
            return chunk
        return "".join(self._word(token, terms, shouted=shouted) for token in _TOKEN.findall(chunk))

    def _word(self, token: str, terms: Set[str], *, shouted: bool) -> str:
        word = token.lower()
        # Single letters within a chunk belong to something else: R&D, n/a, U.S.
        long = load_shorthand().get(word) if len(word) > 1 else None
        if long is not None:
            return long
        # Capitals mark names and acronyms, unless everything is in capitals.
        named = token[0].isupper() and not (shouted and token.isupper())
        if named or not _is_correctable(word) or word in terms or self.knows(word):
            return token
        return self._correction(word)

    def _correction(self, word: str) -> str:
        known = self._corrected.get(word)
        if known is None:
            known = self._nearest(word)
            if len(self._corrected) >= _REMEMBERED:
                self._corrected.clear()
            self._corrected[word] = known
        return known

    def knows(self, word: str) -> bool:
        """Whether *word* (lower case) is a word: plain, with a common ending, or a compound."""
        return (
            word in self._known
            or any(stem in self._known for stem in _stems(word))
            or self._is_compound(word)
        )

    def _is_compound(self, word: str) -> bool:
        # "biotech" falls into two long pieces, "expirience" into many short ones.
        pieces = self._tokenizer.encode(word, add_special_tokens=False).tokens
        return len(pieces) == 2 and min(len(p.removeprefix("##")) for p in pieces) >= 3

    def _nearest(self, word: str) -> str:
        limit = 1 if len(word) <= 5 else 2
        near = process.extract(
            word, self._candidates, scorer=OSA.distance, score_cutoff=limit, limit=25
        )
        if not near:
            return word
        return min(near, key=lambda found: self._cost(word, found[0], found[1]))[0]

    def _cost(self, word: str, candidate: str, distance: float) -> tuple[float, str]:
        # Typos rarely hit the first letter and often double or drop a letter.
        slips = distance + (0.7 if candidate[0] != word[0] else 0)
        if sorted(set(word)) == sorted(set(candidate)):
            slips -= 0.5
        return slips + self._rank[candidate] / 10_000, candidate


def _is_correctable(word: str) -> bool:
    return _MIN_LENGTH <= len(word) <= _MAX_LENGTH and word.isascii() and word.isalpha()


def _stems(word: str) -> list[str]:
    stems = [
        word[: -len(ending)]
        for ending in ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "able")
        if word.endswith(ending)
    ]
    stems += [word[:-3] + "e" for ending in ("ing",) if word.endswith(ending)]
    stems += [word[:-3] + "y" for ending in ("ies", "ied") if word.endswith(ending)]
    if word.endswith("ing") and len(word) > 5 and word[-4] == word[-5]:
        stems.append(word[:-4])
    return [stem for stem in stems if len(stem) > 2]


def card_speller(
    tokenizer: Tokenizer, corrected: Mapping[str, str] = MappingProxyType({})
) -> Speller:
    """Return a speller that knows the cards' words and those that people ask them with."""
    cards = load_cards()
    asked = Counter(
        word for card in cards for text in card.asked for word in set(_WORD.findall(text.lower()))
    )
    written = {word for card in cards for word in _WORD.findall(card.text.lower())}
    common = (word for word, times in asked.items() if times > 1)
    return Speller(tokenizer, written, common, corrected)
