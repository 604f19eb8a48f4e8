"""People in an update: thanked for their work, never ranked by its outcome."""

import re

from bot.updates.phrasing import vocabulary
from knowledge.lexical import STOP_WORDS

_WORD = r"[A-ZÀ-Þ][a-zà-ÿ]{1,20}(?:-[A-ZÀ-Þ][a-zà-ÿ]{1,20})*"
_NAME = re.compile(rf"@[\w.-]+|<@\w+>|(?<![\w-]){_WORD}\b(?![:-])(?: {_WORD}\b(?![:-]))*")
_SMALL = re.compile(
    r"(?<!@)\b([a-zà-ÿ]{2,15})['’]s (?=(?:\w+ )?(?:idea|approach|variant|model|run|bet|hunch"
    r"|proposal|version|method|solution|experiment|trick|suggestion|sweep|branch|prototype|hypothesis)\b)"
)
# What starts with a capital in English and is nobody's name.
_NO_NAMES = STOP_WORDS | {
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
    *("mr", "mrs", "ms", "dr", "prof", "team", "management", "hr", "sales", "finance"),
    *("thanks", "thank", "credit", "clearly", "obviously", "great", "good", "well", "meanwhile"),
    *("unlike", "given", "since", "two", "three", "shout", "big", "huge", "props", "kudos"),
    *("everyone", "nobody", "please", "hats", "congratulations", "bonus", "anyone", "someone"),
    *(
        "guess",
        "whose",
        "which",
        "super",
        "bravo",
        "brilliant",
        "excellent",
        "fantastic",
        "amazing",
        "superb",
        "wonderful",
    ),
    *("awesome", "outstanding", "wow", "nice", "lovely", "fine", "top", "hurray", "hooray"),
    *("anybody", "somebody", "everybody", "whoever", "between", "among", "besides", "despite"),
}
# Words that are first names as well.
_FIRST_NAMES = frozenset(
    """amber art bill chase dawn drew eve faith frank grace guy hope iris jack joy lily mark max
    nick olive pat rob rose ruby sue will""".split()  # noqa: SIM905 - reads better than a list
)
THANKS = "for the work on this; "


def thanked(verdicts: str, lesson: str = "") -> str:
    """Thank those whom *verdicts* judge; *lesson* is what the team learned, if the author said."""
    people = names(verdicts)
    several = len(people) != 1
    asked = "[what we learned from each approach]" if several else "[what we learned]"
    learned = f"what we learned: {lesson}" if lesson else asked
    return f"Thanks to {_list(people)} {THANKS}{learned}"


def names(sentence: str) -> list[str]:
    """Return the people that *sentence* names, in their order."""
    matches = [*_NAME.finditer(sentence), *_SMALL.finditer(sentence)]
    found: list[str] = []
    for match in sorted(matches, key=lambda match: match.start()):
        words = match[0].partition("'")[0].partition("’")[0].split()
        starts = _STARTS.search(sentence, 0, match.start()) and "'" not in match[0]
        if starts and not sentence.startswith(("'", "’"), match.end()):
            alone = len(words) == 1 and not _ACTS.match(sentence, match.end())
            words = words[alone or _is_common(words[0].lower()) :]
        name = " ".join(word for word in words if word.lower() not in _NO_NAMES)
        if name and name not in found and not _is_no_person(sentence, match):
            found.append(name)
    return found[:4]


def _is_common(word: str) -> bool:
    return word in vocabulary() and word not in _FIRST_NAMES


_STARTS = re.compile(r"(?:^|[.;:!?])\s*$")
# A first word is a name if somebody else stands beside it, or if it does something.
_ACTS = re.compile(
    r",?\s(?:(?:and|&|or)\s)?[A-ZÀ-Þ]|,\s(?:who|whose)\b|\s(?:–|-|alone|and\s(?:his|her|their))\s"
    r"|\s(?:was|is|had|has|did|does|gets?|got|won|lost|beat|beats|saw|knew|said|says|called|takes?|took|leads?|led|deserves?|should|can|could|will|would|must|may"
    r"|made|makes|found|finds|built|wrote|ran|runs|kept|keeps|thought|bet|brought|gave|gives|chose|stood|went|goes|came|comes|proved|proves|[a-z]{3,}ed|never|always|again|once|clearly|simply|really|also)\b"
)
_AT_A_PLACE = re.compile(r"(?:\d|\b(?:in|at|near))\s$", re.IGNORECASE)
_OF_A_PLACE = re.compile(
    r"\s(?:project|pilot|site|office|market|plant|region|roll-?out|account|contract|programme)\b"
)


def _is_no_person(sentence: str, name: re.Match[str]) -> bool:
    """Tell whether a *name* is a place: "in Porto", "the Colombia project"."""
    before = sentence[: name.start()]
    of_place = before.lower().endswith("the ") and _OF_A_PLACE.match(sentence, name.end())
    return bool(_AT_A_PLACE.search(before) or of_place)


def _list(people: list[str]) -> str:
    if not people:
        return "everyone"
    return people[0] if len(people) == 1 else f"{', '.join(people[:-1])} and {people[-1]}"
