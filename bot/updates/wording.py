"""A finding in words: why it misleads, what to do, and the coaching card behind it."""

from functools import cache

from bot.messages import Citation
from bot.records import Finding, Kind
from bot.updates.kinds import words
from knowledge.cards import load_cards, load_lectures


def finding(kind: Kind, draft: str, start: int, end: int, meaning: str = "") -> Finding:
    """Return a finding on `draft[start:end]`; *meaning* is what a term means."""
    said = words()[kind]
    return Finding(
        kind=kind,
        quote=draft[start:end],
        start=start,
        end=end,
        message=said.message,
        advice=f"{said.advice} For instance: {meaning}." if meaning else said.advice,
        citation=_citation(said.card),
    )


@cache
def _citation(card_id: str) -> Citation:
    card = next(card for card in load_cards() if card.id == card_id)
    source = card.sources[0]
    return Citation(
        number=1,
        title=card.title,
        source=load_lectures()[source.lecture].title,
        section=source.section,
        quote=card.advice,
        passage=card.text,
    )
