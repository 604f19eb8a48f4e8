"""What becomes of people whose work was judged by its results: the role that one gets for it."""

import re
from collections.abc import Collection, Iterator, Sequence

from bot.records import Kind
from bot.updates.cues import has
from bot.updates.drafts import Span
from bot.updates.people import names
from bot.updates.reading import Reading
from bot.updates.spots import Spot

_REWARDED = re.compile(
    r"\b(?:should|must|will|gets?|deserves?|put|move|give|promote|(?:is|are)\s(?:going\sto|to))\b|['’]ll\b",
    re.IGNORECASE,
)
_HOLDS_POWER = re.compile(
    r"(?:[a-z]+\s)?(?:picks?|chooses?|leads?|decides?|heads?|owns|takes\s(?:over|charge)|inherits?"
    r"|(?:has|gets|keeps)\s(?:the|a|his|her)\s(?:\w+\s)?(?:say|vote|word|lead|role|job|post|slot|seat|budget|money|contract)"
    r"|(?:sets|calls)\s(?:the|all)|in\scharge|goes\sback|reports?\sto|sits?\sout)\b",
    re.IGNORECASE,
)
_HANDED = re.compile(
    r"\b(?:hand|give|offer|grant|entrust|trust|promote|put|let|move|make|reward|demote|bench)\s(?P<who>[\w'’-]+)",
    re.IGNORECASE,
)
# "Joost's was a waste of time": no finding of an experiment, whatever came of it.
_DISMISSED = re.compile(
    r"['’]s\s(?:(?!had\b|said\b)[\w-]+\s){0,2}?(?:was|is|were|proved|turned\sout)\s(?:(?!not\b|no\b|never\b|hardly\b)[a-z]+\s){0,3}?"
    r"waste\sof\s(?:time|money|effort|space)\b",
    re.IGNORECASE,
)
_PRONOUNS = frozenset({"he", "she", "him", "her"})
_NEAR = 6
_MEASURES = 0.5  # how likely a result is that blames nobody


def dismissals_of_work(readings: Sequence[Reading], spots: Sequence[Spot]) -> Iterator[Spot]:
    """Yield what calls the work of somebody named a waste, from the start of its sentence."""
    for reading in readings:
        place = Span(reading.sentence.clauses[0].span.start, reading.clause.span.end)
        known = any(spot.kind is Kind.CREDIT_BY_RESULT and spot.span.meets(place) for spot in spots)
        if not known and _DISMISSED.search(reading.clause.text) and names(reading.sentence.text):
            yield Spot(Kind.CREDIT_BY_RESULT, place)


def rewards(readings: Sequence[Reading], spots: Sequence[Spot]) -> Iterator[Spot]:
    """Yield the clauses among *readings* that draw consequences for the people judged in *spots*.

    So does what blames people right before. Far from the verdict only its own people count; right
    behind it whoever was named just before.
    """
    verdicts = [spot.span for spot in spots if spot.kind is Kind.CREDIT_BY_RESULT]
    if not verdicts:
        return
    judged = [any(verdict.meets(each.clause.span) for verdict in verdicts) for each in readings]
    named = [names(each.clause.text) for each in readings]
    people = {name for place, found in enumerate(named) if judged[place] for name in found}
    for place, reading in enumerate(readings):
        if judged[place]:
            continue
        text = reading.clause.text
        rewarded = people & set(named[place]) and _REWARDED.search(text)
        around = {name for found in named[max(0, place - _NEAR) : place + 1] for name in found}
        follows = place and judged[place - 1] and _hands_power(text, around)
        if rewarded or follows:
            yield Spot(Kind.CREDIT_BY_RESULT, reading.clause.span)
        elif _blames_ahead(readings, judged, place):
            end = reading.sentence.clauses[-1].span.end
            yield Spot(Kind.CREDIT_BY_RESULT, Span(reading.clause.span.start, end))


def _blames_ahead(readings: Sequence[Reading], judged: Sequence[bool], place: int) -> bool:
    """Tell whether a sentence starts at *place* that blames people right before a verdict."""
    sentence = readings[place].sentence
    behind = place + len(sentence.clauses)
    measures = any(each.odds["result"] >= _MEASURES for each in readings[place:behind])
    starts = readings[place].clause == sentence.clauses[0] and not measures
    verdict = starts and behind < len(readings) and judged[behind]
    return bool(verdict and has("blame_person", sentence.text) and names(sentence.text))


def _hands_power(clause: str, people: Collection[str]) -> bool:
    """Tell whether *clause* gives one of *people*, or takes from one, what results should not."""
    known = {word for name in people for word in name.split()}
    if any(match["who"] in known | _PRONOUNS for match in _HANDED.finditer(clause)):
        return True
    return any(
        word[0].lower() in _PRONOUNS or word[0] in known
        for word in re.finditer(r"[\w-]+", clause)
        if _HOLDS_POWER.match(clause, word.end() + 1)
    )
