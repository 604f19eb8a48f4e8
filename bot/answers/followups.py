"""Reading a question in the light of what was said before. Pure text, no model.

A follow-up leans on its history in one of three ways: it points back ("who maintains *them*?"), it
is too short to stand alone ("and for researchers?"), or it picks one of several things that were
listed ("what about the *last one*?").
"""

import re
from collections.abc import Sequence

from bot.messages import Turn

_OPENERS = re.compile(
    r"(and|but|so|or|also|then|ok(ay)?|what about|how about|what if|why|how come|same|k thx|vs"
    r"|versus|such as|like what)\b",
    re.IGNORECASE,
)
_POINTERS = re.compile(
    r"\b(that|those|these|this|it|its|they|them|their|he|she|him|her|there|such|one|ones|else|"
    r"instead|same|other|others|former|latter)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\W*(?:(?:and|ok(?:ay)?|so)\W+)?(?:what|anything|something|is that|that's)?\W*"
    r"(?:else|more|all|it|go on|continue|tell me more|and)\b\W*(?:please)?\W*",
    re.IGNORECASE,
)
_SHORT_WORDS = 7
_MOST_ASKED = 3  # questions that lean on each other, read as one
_ELLIPTIC_WORDS = 6  # so few words mean little without what they lean on
_ORDINAL = re.compile(
    r"\b(?:the\s+)?(first|second|third|fourth|fifth|last|latter|former)\b"
    r"(?=\s+(?:one|point|reason|option|thing|item|idea|tip|part|question)\b|[\s?.!]*$)",
    re.IGNORECASE,
)
_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}
_SEPARATORS = re.compile(r"\s*(?:;|,\s*(?:and|or)\s+|,|\s+(?:and|or)\s+)\s*")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+(.+)$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MARK = re.compile(r"\[\d+\]")


def readings(question: str, history: Sequence[Turn]) -> list[str]:
    """Return the ways to read *question*: as it stands, and with its context if it leans on one."""
    if not history or not _leans(question):
        return [question]
    meant = _picked(question, history)
    if meant:
        return [question, f"{meant}. {question}"]
    users = (turn.text for turn in history if turn.role == "user")
    asked = [text for text in users if not _GOES_ON.fullmatch(text)]
    if not asked:
        return [question]
    if _GOES_ON.fullmatch(question):
        return [_antecedent(asked)]
    in_context = f"{_antecedent(asked)} {question}"
    return [in_context] if _is_elliptic(question) else [question, in_context]


def heard(question: str, history: Sequence[Turn]) -> str:
    """Return the answers before *question* if it leans on them; nothing if it stands alone."""
    said = [turn.text for turn in history if turn.role == "assistant"]
    return "\n".join(said) if _leans(question) else ""


def _antecedent(asked: Sequence[str]) -> str:
    """Return the last of the questions *asked*, after those that it leaned on itself."""
    first = len(asked) - 1
    while first > 0 and len(asked) - first < _MOST_ASKED and _points_back(asked[first]):
        first -= 1
    return " ".join(asked[first:])


def _points_back(question: str) -> bool:
    return bool(_OPENERS.match(question.strip()) or _POINTERS.search(question))


def _is_elliptic(question: str) -> bool:
    return len(question.split()) <= _ELLIPTIC_WORDS and _OPENERS.match(question.strip()) is not None


def _leans(question: str) -> bool:
    return len(question.split()) <= _SHORT_WORDS or _points_back(question)


def _picked(question: str, history: Sequence[Turn]) -> str:
    """Return the listed thing that an ordinal in *question* picks, or nothing."""
    ordinal = _ORDINAL.search(question)
    said = next((turn.text for turn in reversed(history) if turn.role == "assistant"), "")
    items = _listed(_MARK.sub("", said))
    if not ordinal or not items:
        return ""
    place = _PLACES.get(ordinal.group(1).lower(), len(items) - 1)
    return items[place] if place < len(items) else ""


def _listed(text: str) -> list[str]:
    """Return the things that *text* lists: its bullets, or the parts of its longest enumeration."""
    bullets = _BULLET.findall(text)
    if len(bullets) > 1:
        return [bullet.strip() for bullet in bullets]
    enumerations = [
        [part.strip(" .:!?") for part in _SEPARATORS.split(sentence.rpartition(":")[2] or sentence)]
        for sentence in _SENTENCE.split(text)
    ]
    longest = max(enumerations, key=len)
    return longest if len(longest) > 2 else []
