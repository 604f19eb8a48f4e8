"""The cards carry every fact of the lectures, and nothing that would break an answer."""

import re
from pathlib import Path

import pytest
import yaml

from knowledge.cards import Card, load_cards, load_lectures, load_uncovered

FACTS: list[dict[str, object]] = yaml.safe_load(
    (Path(__file__).parent / "facts.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_a_card_carries_the_fact(fact: dict[str, object]) -> None:
    patterns = [re.compile(str(p), re.IGNORECASE) for p in fact["patterns"]]  # type: ignore[attr-defined]
    texts = (f"{card.title}\n{card.answer}\n{card.advice}" for card in load_cards())
    assert any(all(p.search(text) for p in patterns) for text in texts), fact["fact"]


@pytest.mark.parametrize("card", load_cards(), ids=lambda card: card.id)
def test_a_card_fits_an_answer_and_states_its_figures(card: Card) -> None:
    words = f"{card.answer} {card.advice}".split()
    assert len(words) <= 110
    assert all(figure in f"{card.answer} {card.advice}" for figure in card.figures)


@pytest.mark.parametrize("card", load_cards(), ids=lambda card: card.id)
def test_a_card_can_be_asked_for_in_many_ways(card: Card) -> None:
    assert len(card.questions) >= 10
    assert len(card.situations) >= 8
    assert len(set(card.asked)) == len(card.asked)


def test_every_lecture_is_used() -> None:
    used = {source.lecture for card in load_cards() for source in card.sources}
    assert used == set(load_lectures())


def test_no_question_is_both_covered_and_uncovered() -> None:
    covered = {text.lower() for card in load_cards() for text in card.asked}
    uncovered = {text.lower() for topic in load_uncovered() for text in topic.questions}
    assert not covered & uncovered
