"""Facts: directions, negations, bad news and names of a draft, and what its rewrite adds."""

import re
from collections.abc import Iterator

from bot.updates.guard_claims import claims, is_open
from bot.updates.guard_figures import lost, read_numbers
from bot.updates.guard_problems import Problem, Sort
from bot.updates.guard_texts import URL, Clause, Sentence, Text, keys
from bot.updates.guard_words import (
    beside,
    cheers,
    epistemic,
    has,
    jargon_names,
    neutral,
    opposites,
    pattern,
    places,
    stemmed,
)

_SHOWN = 120


def droppable(sentence: Sentence) -> bool:
    """Tell whether a rewrite may drop *sentence*: a verdict on people, a talk to the reviewer."""
    return sentence.shows("instruction") or (
        sentence.shows("verdict") and _NAMED.search(sentence.text) is not None
    )


_NAMED = re.compile(r"@\w|\b[A-Z][a-z]+|\b(?:he|she|they|his|her|their|him)\b")


# -- direction


def check_direction(original: Text, rewrite: Text) -> Iterator[Problem]:
    """Yield what went one way in the draft and goes the other way in the rewrite."""
    yield from _swapped(original, rewrite)
    yield from _other_side(original, rewrite)
    copied = original.normals
    for sentence in rewrite.sentences:
        if sentence.normal not in copied:
            for clause in sentence.clauses:
                yield from _opposed(clause, original)


# Never from the middle of a number: a long one would be read again from each of its digits.
_N = r"(?P<{}>[-+]?(?<!\d)(?<!\d[.,])(?:\d++(?:[.,]\d+)*+|\.\d++))"
_CURRENCY = r"(?:[$€£]|eur |usd |gbp )?"
_UNIT = r"\s?(?:%|percent|per cent|[a-z]{1,6})?\s?"
_OLD_NEW = re.compile(
    rf"(?:from\s)?{_CURRENCY}{_N.format('old')}{_UNIT}(?:->|to|up to|down to)\s(?:now\s)?"
    rf"{_CURRENCY}{_N.format('new')}"
)
_NEW_OLD = re.compile(
    rf"{_N.format('new')}{_UNIT}[^.;\d]{{0,24}}?\b(?:was|were|from|instead of|vs\.?|versus|against"
    rf"|after|before|previously|prev\.?|earlier|last \w+|compared (?:to|with))\b"
    rf"[^.;\d]{{0,14}}?{_N.format('old')}"
)


def _changes(text: Text) -> set[tuple[str, str]]:
    lower = text.told.lower()
    found: set[tuple[str, str]] = set()
    for shape in (_OLD_NEW, _NEW_OLD):
        for match in shape.finditer(lower):
            if shape is _NEW_OLD and re.search(
                r"(?:->|from)\s?$", lower[max(0, match.start() - 6) : match.start()]
            ):
                continue
            found.add((match["old"], match["new"]))
    return found


def _swapped(original: Text, rewrite: Text) -> Iterator[Problem]:
    before = _changes(original)
    for old, new in sorted(_changes(rewrite)):
        if old != new and (new, old) in before and (old, new) not in before:
            yield Problem(Sort.FLIPPED_DIRECTION, f"from {old} to {new} was from {new} to {old}")


def _other_side(original: Text, rewrite: Text) -> Iterator[Problem]:
    before, after = _sides(original), _sides(rewrite)
    for value, sides in after.items():
        known = before.get(value, set())
        for axis, side in sorted(sides - known):
            if (axis, 1 - side) in known and (axis, 1 - side) not in sides:
                yield Problem(Sort.FLIPPED_DIRECTION, f"{value} stood on the other side")


_FIGURE = re.compile(
    r"(?<![\w.])(?:\d+(?:[.,]\d+)*|\.\d+|two|three|four|five|six|seven|eight|nine|ten|twelve)"
)


def _sides(text: Text) -> dict[str, set[tuple[int, int]]]:
    """Return for each figure what stands right beside it, by axis and side."""
    lower = text.told.lower()
    found: dict[str, set[tuple[int, int]]] = {}
    for match in _FIGURE.finditer(lower):
        before = re.findall(r"[a-z]+|[^\sa-z]", lower[max(0, match.start() - 22) : match.start()])[
            -2:
        ]
        after = re.findall(r"[a-z]+|[^\sa-z]", lower[match.end() : match.end() + 26])
        near = {*_up_to_stop(before[::-1]), *_up_to_stop([w for w in after if w not in "%$"][:2])}
        for axis, sides in enumerate(beside()):
            for side, words in enumerate(sides):
                if near & words:
                    found.setdefault(match[0], set()).add((axis, side))
    return found


def _up_to_stop(words: list[str]) -> Iterator[str]:
    for word in words:
        if not word.isalpha():
            return
        yield word


def _opposed(clause: Clause, original: Text) -> Iterator[Problem]:
    match = original.near.nearest(clause.keys)
    if match is None or match.of_wanted < _ALIKE or match.of_found < _ALIKE:
        return
    if clause.text in match.found.text:
        return
    said, was = frozenset(clause.words), frozenset(match.found.words)
    mine, theirs = said - was, was - said
    if bool(clause.negated) != bool(match.found.negated):
        return
    for one, other in opposites():
        for here, there in ((one, other), (other, one)):
            if mine & here and not mine & there and theirs & there and not theirs & here:
                yield Problem(
                    Sort.FLIPPED_DIRECTION,
                    f"“{_cut(match.found.text)}” became “{_cut(clause.text)}”",
                )
                return


_ALIKE = 0.4


# -- negation


def check_negation(original: Text, rewrite: Text) -> Iterator[Problem]:
    """Yield what one text denies and the other asserts."""
    told = original.normals
    for sentence in rewrite.sentences:
        if sentence.normal not in told:
            for clause in sentence.clauses:
                yield from _denial_added(clause, original)
    kept = rewrite.normals
    for sentence in original.sentences:
        if sentence.normal not in kept and not droppable(sentence):
            for clause in sentence.clauses:
                yield from _denial_lost(clause, rewrite)


def _denial_added(clause: Clause, original: Text) -> Iterator[Problem]:
    if not clause.negated or clause.negated[0] in epistemic() or is_open(clause):
        return
    match = original.near.nearest(clause.keys)
    if match is None or match.of_found < _ALIKE or match.found.negated or claims(match.found):
        return
    nearest = clause.negated[:1] if match.found.shows("bad") else clause.negated
    if set(nearest) & match.found.keys:
        yield _flipped(match.found, clause)


def _denial_lost(clause: Clause, rewrite: Text) -> Iterator[Problem]:
    prefixed = _prefixed(clause)
    if not clause.negated and not prefixed:
        return
    match = rewrite.near.nearest(clause.keys | {base for _, base in prefixed})
    if match is None or match.of_found < _ALIKE_DENIED or claims(clause):
        return
    after = match.found
    if after.negated or _cues(after) - _cues(clause) or _opened(clause, after):
        return
    denied = set(clause.negated)
    if (denied and len(denied & after.keys) * 2 >= min(len(denied), 2)) or any(
        word not in after.words and base in after.keys for word, base in prefixed
    ):
        yield _flipped(clause, after)


def _cues(clause: Clause) -> set[str]:
    return {match[0] for match in pattern("bad").finditer(clause.lower)}


def _opened(before: Clause, after: Clause) -> bool:
    """Tell whether *after* is open where *before* was not; a permission is not open."""
    if _FORBIDS.search(before.lower) and not after.shows("open_question"):
        return False
    return is_open(after) and not is_open(before)


_FORBIDS = re.compile(r"\b(?:must|may|shall|can)(?: not|not)\b|\bmustn't\b|\bnot allowed\b")
_ALIKE_DENIED = 0.3
_PREFIX = re.compile(r"(?:un|in|im|ir|dis|non)([a-z]{5,})")


def _prefixed(clause: Clause) -> list[tuple[str, str]]:
    """Return words such as `incomplete` with the stem of what they deny."""
    found = ((word, _PREFIX.fullmatch(word)) for word in clause.words)
    return [(word, stemmed(match[1])) for word, match in found if match]


def _flipped(before: Clause, after: Clause) -> Problem:
    return Problem(Sort.FLIPPED_NEGATION, f"“{_cut(before.text)}” became “{_cut(after.text)}”")


# -- what is lost


def check_lost(original: Text, rewrite: Text) -> Iterator[Problem]:
    """Yield figures, bad news and names that the rewrite does not have."""
    kept = rewrite.normals
    gone = [s for s in original.sentences if s.normal not in kept and not droppable(s)]
    yield from _lost_figures(gone, rewrite)
    if not (original.english and rewrite.english):
        return
    words = set[str](re.findall(r"[^\W_]+", rewrite.told.lower()))
    common = set[str](re.findall(r"[^\W_]+", original.plain))
    for sentence in gone:
        for clause in sentence.clauses:
            if not claims(clause):
                yield from _lost_bad_news(clause, rewrite)
                yield from _lost_fact(clause, rewrite)
        yield from _lost_names(sentence, words, common)


def _lost_figures(gone: list[Sentence], rewrite: Text) -> Iterator[Problem]:
    after = read_numbers(rewrite.told)
    for sentence in gone:
        told = (URL.sub(" ", clause.text) for clause in sentence.clauses if not claims(clause))
        facts = " ; ".join(told)
        told_in_praise = cheers(sentence.lower)
        for shown in lost(read_numbers(facts), after):
            if told_in_praise and not re.search(r"\d", shown):
                continue  # "the best result in ten years"
            yield Problem(Sort.LOST_FIGURE, f"{shown} of “{_cut(sentence.text)}”")


def _lost_bad_news(clause: Clause, rewrite: Text) -> Iterator[Problem]:
    for part in re.split(r",\s+|\s+and\s+", clause.lower):
        if _bad(part) and not _still_told(keys(part), clause, rewrite):
            yield Problem(Sort.LOST_BAD_NEWS, _cut(clause.text))
            return


def _lost_fact(clause: Clause, rewrite: Text) -> Iterator[Problem]:
    """Yield a plain statement that is nowhere; praise may go, with or without its facts."""
    telling = clause.keys - neutral()
    if len(telling) < _LEAST_ADDED or cheers(clause.sentence.lower()):
        return
    if len(telling & rewrite.keys) < len(telling) * _MOST_RESTING:
        yield Problem(Sort.LOST_FACT, _cut(clause.text))


def _bad(part: str) -> bool:
    settled = has("good_after_all", part) and not _UNSETTLED.search(part)
    return has("bad", part) and not settled


_UNSETTLED = re.compile(r"\b(?:until|unless|if|when|before|once)\b")


def _still_told(wanted: frozenset[str], clause: Clause, rewrite: Text) -> bool:
    """Tell whether a sentence says most of it, and says it as bad news."""
    near = (rewrite.near_sentences.nearest(k) for k in (wanted, clause.keys))
    told = [match.found for match in near if match]
    return not wanted or any(
        len(wanted & sentence.keys) >= _TOLD * len(wanted)
        and (sentence.shows("bad") or _denials(sentence))
        for sentence in told
    )


_TOLD = 0.5


def _denials(sentence: Sentence) -> list[str]:
    return [stem for clause in sentence.clauses for stem in clause.negated]


_CAPITAL = re.compile(r"(?<![\w'])@?[^\W\d_]*[A-Z][\w]*[a-z]\w*(?:'s)?|\b[A-Z]{2,5}\b|@[\w.-]+")
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december christmas easter mon tue tues wed thu thur
    thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec eur usd""".split()  # noqa: SIM905 - reads better than a list
)


def _lost_names(sentence: Sentence, words: set[str], common: set[str]) -> Iterator[Problem]:
    """Yield names that are not in *words*; *common* words, as they are written, are no names."""
    if sentence.shows("blame"):
        return
    facts = " ; ".join(clause.text for clause in sentence.clauses if not claims(clause))
    for name in _names(facts):
        parts: list[str] = re.findall(r"[^\W_]+", name.lower().removesuffix("'s"))
        kept = all(part in words or f"{part}s" in words for part in parts)
        is_word = name[0] != "@" and all(part in common for part in parts)
        if not kept and not is_word:
            yield Problem(Sort.LOST_NAME, name)


def _names(facts: str) -> Iterator[str]:
    for match in _CAPITAL.finditer(facts):
        name = match[0]
        starts = re.search(r"(?:^|[.:;!?|\"]\s?|^[^\w]*)$", facts[: match.start()]) is not None
        if starts and not name.endswith("'s") and not name.startswith("@"):
            continue
        if name.lower().removesuffix("'s") in _CALENDAR | jargon_names():
            continue
        if name.isupper() and name.lower() not in places():
            continue
        yield name


# -- what is added


def check_added(
    original: Text, rewrite: Text, sources: frozenset[str], links: str
) -> Iterator[Problem]:
    """Yield statements and links that rest on nothing the author or the sources said."""
    known = original.keys | sources
    stems = {key[:_STEM] for key in known}
    for link in URL.findall(rewrite.plain):
        if link not in original.plain and link not in links:
            yield Problem(Sort.INVENTED_CLAIM, f"a link that is not the author's: {link}")
    told = original.normals
    for sentence in rewrite.sentences:
        if sentence.normal in told:
            continue
        for clause in sentence.clauses:
            added = [key for key in clause.keys - neutral() if not key[0].isdigit()]
            rests = [key for key in added if key in known or key[:_STEM] in stems]
            if len(added) >= _LEAST_ADDED and len(rests) <= len(added) * _MOST_RESTING:
                yield Problem(Sort.INVENTED_CLAIM, _cut(clause.text))


_STEM = 6
_LEAST_ADDED = 3
_MOST_RESTING = 0.25


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
