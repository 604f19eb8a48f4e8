"""The choice of words for a claim, and which of its words keep their capital."""

import re
from dataclasses import dataclass
from functools import cache

from bot.updates.terms import lexicon
from knowledge.cards import load_cards, load_uncovered
from knowledge.lexical import STOP_WORDS

_NAMEISH = re.compile(r"^[A-Z][a-z]+(?:['’]s)?$")
# Names that end like common words. A longer list would not help: nobody can list them all.
KNOWN_NAMES = frozenset(
    """january february april june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday christmas easter ramadan diwali
    adams ahmed alexander alfred amber athens bayer beijing bengal boeing brussels cannes carlos
    charles chester chongqing christopher clarence clement constance cyprus daimler dallas darcy
    davis denver dominic edwards emily evans florence france frances frederic gene gregory
    grenoble hannover harris heather honduras hughes hunter inverness jakobs james jennifer
    johannes jonas jones julius kansas lagos lawrence leeds leicester lucas lukas manchester
    marcus mark matthias may memphis mercedes minneapolis mohammed montreal nancy nanjing naples
    nepal netherlands nicholas oliver paris parker pascal peter philippines portugal provence
    quincy ray roberts roger senegal siemens spencer texas thales thomas tobias tracy tyler
    vancouver wales walter williams wyoming xavier""".split()  # noqa: SIM905 - reads better than a list
)
# "Leeds is done": of a plural, "are" would be said; and "Ahmed" or "Emily" then is nothing else.
_LIKE_A_VERB = re.compile(r"(?:[^s]s|ed|ly)$")
_SINGULAR = re.compile(r"[\w.'’-]+\s(?:is|was|has|does|needs|gets|goes|makes|takes)\b")
_SINGULAR_ENDING = re.compile(r"(?:ics|sis|us|news)$")
FUNCTION_WORDS = STOP_WORDS | {
    *("nobody", "everyone", "everybody", "nothing", "everything", "yes", "both", "every", "each"),
    *("first", "second", "third", "fourth", "fifth", "last", "another", "half", "twice", "either"),
}
_SHORT = 4
_COMMON_ENDING = re.compile(
    r"(?:s|tion|ing|ment|ly|ed|er|ance|ence|al|ive|ic|ity|ness|ble|ous|ory|ure|age|ism|cy)$"
)


@dataclass(frozen=True)
class Wording:
    """The choice of words for one claim."""

    turn: int
    lower: frozenset[str]
    names: frozenset[str]
    asked: bool = False
    figurative: bool = False
    labelled: bool = False

    def pick(self, *choices: str) -> str:
        """Return one of *choices*, another one for the next claim."""
        return choices[self.turn % len(choices)]

    def inside(self, clause: str) -> str:
        """Return *clause* as it stands inside a sentence: a first word that is no name is small."""
        first, space, rest = clause.partition(" ")
        word = first.rstrip(",:")
        small = word.lower()
        if (
            re.fullmatch(r"I(?:['’]\w+)?", word)
            or not word[:1].isupper()
            or not (len(word) == 1 or word[1:].islower())
        ):
            return clause
        stem = re.sub(r"['’].*$", "", small)
        known = {stem, stem.partition("-")[0]} & (FUNCTION_WORDS | self.lower)
        compound = re.fullmatch(r"[A-Z][a-z]+-[a-z]+", word) is not None
        common = bool(known) or compound or self._reads_common(clause, stem)
        return f"{first[0].lower()}{first[1:]}{space}{rest}" if common else clause

    def _reads_common(self, clause: str, stem: str) -> bool:
        """Tell whether the first word is common, as far as its ending and the verb say."""
        if stem in self.names or not _COMMON_ENDING.search(stem) or len(stem) <= _SHORT:
            return False
        is_name = (
            _LIKE_A_VERB.search(stem)
            and not _SINGULAR_ENDING.search(stem)
            and _SINGULAR.match(clause)
        )
        return not is_name and _NAMEISH.match(clause.split(" ")[0].rstrip(",:")) is not None


@cache
def vocabulary() -> frozenset[str]:
    """Return common words, no names: what shipped texts with capitals write in small letters.

    So do the explanations of terms, whatever word they start with.
    """
    cards = load_cards()
    asked = [text for card in cards for text in card.asked]
    asked += [text for topic in load_uncovered() for text in topic.questions]
    text = "\n".join([*(card.answer for card in cards), *(q for q in asked if q[:1].isupper())])
    named = {name.lower() for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+\b", text)}
    written = set(re.findall(r"(?<![.!?] )\b[a-z]{3,}\b", text)) - named
    explaining = {
        word
        for term in lexicon().lower.values()
        for word in re.findall(r"\b[a-z]{3,}\b", term.plain)
    }
    return frozenset(written | explaining) - KNOWN_NAMES
