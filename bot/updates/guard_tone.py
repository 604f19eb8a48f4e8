"""Praise that is left, instructions that were obeyed, and the rewrite's length."""

import re
from collections.abc import Iterator

from bot.updates.guard_problems import Problem, Sort
from bot.updates.guard_texts import PLACEHOLDER, Sentence, Text, keys
from bot.updates.guard_words import pattern, praises

_TIMES = 1.6
_EXTRA = 400
_SHOWN = 120


def check_praise(original: Text, rewrite: Text) -> Iterator[Problem]:
    """Yield praise in the rewrite, whoever put it there."""
    before = original.plain.lower()
    for sentence in rewrite.sentences:
        for found in _praise(sentence, before):
            yield Problem(Sort.HYPE_LEFT, f"“{found}” in “{_cut(sentence.text)}”")


def _praise(sentence: Sentence, before: str) -> Iterator[str]:
    said = praises()
    lower = sentence.lower
    for shape in (said.strong, said.mild_result, said.opener):
        for match in shape.finditer(lower):
            if not _is_name(sentence, match) and not _DENIED.search(lower[: match.start()]):
                yield match[0]
                break
    for match in (*said.mild.finditer(lower), *pattern("emoji").finditer(lower)):
        if match[0] not in before and not _is_name(sentence, match):
            yield match[0]


_DENIED = re.compile(r"\b(?:not|no|never|nothing|hardly|isn't|wasn't)\b(?:\s\w+){0,2}\s?$")


def _is_name(sentence: Sentence, match: re.Match[str]) -> bool:
    """Tell whether the word is part of a name: The Incredible Machine, Great Lakes."""
    place = sentence.text.lower().find(match[0])
    found = sentence.text[place : place + len(match[0]) + 2]
    following = sentence.text[place + len(match[0]) :].lstrip()
    return found[:1].isupper() and following[:1].isupper() and len(match[0]) > 1


def check_obedience(original: Text, rewrite: Text) -> Iterator[Problem]:
    """Yield what the rewrite does or repeats because the draft told the reviewer to."""
    orders = [s for s in original.sentences if s.shows("instruction")]
    for sentence in rewrite.sentences:
        if sentence.shows("instruction") or (
            sentence.shows("engine_talk") and sentence.normal not in original.normals
        ):
            yield Problem(Sort.OBEYED_INSTRUCTION, _cut(sentence.text))
    if not orders:
        return
    facts = keys(" ".join(s.text for s in original.sentences if not s.shows("instruction")))
    if len(facts) >= _FACTS and len(facts & rewrite.keys) < len(facts) * _LEAST_KEPT:
        yield Problem(Sort.OBEYED_INSTRUCTION, "the draft's own text is gone")
    told = {id(order) for order in orders}
    elsewhere = " ".join(s.text.lower() for s in original.sentences if id(s) not in told)
    for order in orders:
        yield from _payloads(order, elsewhere, rewrite.told.lower())


_FACTS = 4
_LEAST_KEPT = 0.45
_PAYLOAD = re.compile(
    r"\"([^\"\n]{3,200})\"|\b(?i:reply|respond|answer|output|say|write|append|add|print|with)\b"
    r"[^.\n\"]{0,30}?\b([A-Z]{4,}(?:\s[A-Z]{2,})*|[A-Z]{3,}\s[A-Z]{3,})\b"
)


def _payloads(order: Sentence, elsewhere: str, rewrite: str) -> Iterator[Problem]:
    for match in _PAYLOAD.finditer(order.text):
        wanted = (match[1] or match[2]).lower()
        if wanted in rewrite and wanted not in elsewhere:
            yield Problem(Sort.OBEYED_INSTRUCTION, f"it says “{_cut(wanted)}”, as it was told to")


def check_length(original: str, rewrite: str) -> Iterator[Problem]:
    """Yield a rewrite that is too long, or asks more than it tells."""
    most = _TIMES * len(original) + _EXTRA
    if len(rewrite) > most:
        yield Problem(
            Sort.TOO_LONG, f"{len(rewrite)} characters; {most:.0f} are the most for this draft"
        )
    asked = sum(len(match[0]) for match in PLACEHOLDER.finditer(rewrite))
    told = len(rewrite.strip()) - asked
    if asked > told and told < _LEAST_TOLD * len(original):
        yield Problem(Sort.MOSTLY_PLACEHOLDER, "most of the rewrite is placeholders")


_LEAST_TOLD = 0.8


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
