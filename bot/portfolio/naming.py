"""Which objectives a text speaks of, by the words of their names and measures. Pure."""

import re
from collections.abc import Sequence

from bot.log_records import Objective

_WORD = re.compile(r"[^\W\d_]{3,}")
_STEM = 5
_ENOUGH = 0.6
_FEWEST = 2
_COMMON = frozenset(
    _WORD.findall(
        "the and for with from per our your their its are was will not all any than that this into "
        "over under less more fewer better good new monthly weekly daily yearly rate share number "
        "paying time team model goal target"
    )
)


def mentioned(text: str, objectives: Sequence[Objective]) -> list[Objective]:
    """Return the objectives that *text* speaks of.

    It speaks of one whose name stands in it, or whose name or measure has most of its telling words
    there, at least two, in any inflection: words are compared by their first five letters.
    """
    said = {_stem(word) for word in _WORD.findall(text)}
    return [
        o
        for o in objectives
        if _stands_in(o.name, text) or any(_told(words, said) for words in (o.name, o.measure))
    ]


def _stands_in(name: str, text: str) -> bool:
    pattern = r"\s+".join(re.escape(word) for word in name.split())
    return bool(re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE))


def _told(words: str, said: set[str]) -> bool:
    telling = {_stem(word) for word in _WORD.findall(words) if word.lower() not in _COMMON}
    found = {stem for stem in telling if any(_alike(stem, other) for other in said)}
    return len(found) >= _FEWEST and len(found) >= _ENOUGH * len(telling)


def _alike(one: str, other: str) -> bool:
    """Tell whether stems are of one word; "loan" and "loans" are both shorter than a stem."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) == _STEM - 1 and longer.startswith(shorter))


def _stem(word: str) -> str:
    return word.casefold()[:_STEM]
