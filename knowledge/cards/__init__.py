"""The shipped material: coaching cards in our own words, one narrow question answered by each."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from knowledge.data_files import read_yaml

_CARDS = Path(__file__).parent
_LECTURES = _CARDS.parent / "lectures.yaml"
_ASKED = _CARDS.parent / "asked"
_UNCOVERED = _CARDS.parent / "uncovered"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lecture(_Data):
    """Where facts come from."""

    title: str
    credit: str


class Source(_Data):
    """A section of a lecture; `lecture` is a key of lectures.yaml."""

    lecture: str
    section: str


class Card(_Data):
    """One coaching card.

    `answer` holds the facts, `advice` what to do about them; together at most 110 words.
    `questions` and `situations` are ways in which people ask: they are searched, never shown, but
    for the first question, which stands for the card where topics are suggested. More ways to ask,
    by other authors, stand in knowledge/asked and join `situations`.
    """

    id: str
    title: str
    sources: tuple[Source, ...] = Field(min_length=1)
    answer: str
    advice: str
    figures: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    questions: tuple[str, ...] = Field(min_length=1)
    situations: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole passage, as it is cited and given to a language model."""
        return f"{self.title}. {self.answer} {self.advice}"

    @property
    def asked(self) -> tuple[str, ...]:
        """Every way of asking that is known."""
        return self.questions + self.situations


class UncoveredTopic(_Data):
    """Questions that people might ask and the material does not answer."""

    label: str
    questions: tuple[str, ...]


@cache
def load_lectures() -> dict[str, Lecture]:
    """Return the lectures by key."""
    return TypeAdapter(dict[str, Lecture]).validate_python(read_yaml(_LECTURES))


@cache
def load_cards() -> tuple[Card, ...]:
    """Return all cards, ordered by file and place in it.

    Raises ValueError for a card that is malformed, doubled, or names an unknown card or lecture.
    """
    cards = TypeAdapter(tuple[Card, ...]).validate_python(
        [card for file in sorted(_CARDS.glob("*.yaml")) for card in read_yaml(file)]
    )
    more = TypeAdapter(list[dict[str, tuple[str, ...]]]).validate_python(
        [read_yaml(file) for file in sorted(_ASKED.glob("*.yaml"))]
    )
    _check(cards, more)
    return tuple(
        card.model_copy(
            update={"situations": sum((file.get(card.id, ()) for file in more), card.situations)}
        )
        for card in cards
    )


@cache
def load_uncovered() -> tuple[UncoveredTopic, ...]:
    """Return the topics known not to be covered."""
    topics = [
        topic for file in sorted(_UNCOVERED.glob("*.yaml")) for topic in read_yaml(file).values()
    ]
    return TypeAdapter(tuple[UncoveredTopic, ...]).validate_python(topics)


def _check(cards: tuple[Card, ...], more: list[dict[str, tuple[str, ...]]]) -> None:
    ids = [card.id for card in cards]
    doubled = {name for name in ids if ids.count(name) > 1}
    named = {name for card in cards for name in card.related} | {
        name for file in more for name in file
    }
    unknown = named - set(ids)
    lost = {source.lecture for card in cards for source in card.sources} - set(load_lectures())
    if doubled or unknown or lost:
        raise ValueError(f"cards: doubled {doubled}, unknown {unknown}, no such lecture {lost}")
