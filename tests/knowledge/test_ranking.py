"""Cards are ranked by what people ask."""

from collections.abc import Callable

import numpy as np

from knowledge.cards import Card, Source, load_cards
from knowledge.library import Library
from knowledge.ranking import Asked, CardRanker


async def test_a_cards_first_question_finds_the_card(library: Library) -> None:
    missed = [card.id for card in load_cards() if not await is_found(library, card)]
    assert len(missed) <= 0.03 * len(load_cards()), missed


async def is_found(library: Library, card: Card) -> bool:
    found = await library.search([card.questions[0]], "T1")
    return card.id in [hit.card.id for hit in found.cards[:3]]


def a_card(name: str, *questions: str) -> Card:
    return Card(
        id=name,
        title=name,
        sources=(Source(lecture="l", section="s"),),
        answer=f"All about {name}.",
        advice="",
        questions=questions,
    )


Rank = Callable[[str, np.ndarray], np.ndarray]


def a_ranker() -> Rank:
    cards = [
        a_card("apples", "red apples", "green apples"),
        a_card("pears", "yellow pears", "brown pears", "old pears", "soft pears"),
        a_card("plums", "blue plums"),
    ]
    owner = np.array([n for n, card in enumerate(cards) for _ in card.asked])
    texts = tuple(text for card in cards for text in card.asked)
    noise = np.random.default_rng(1).normal(0, 0.01, (len(owner), 3))
    vectors = (np.eye(3)[owner] + noise).astype(np.float32)
    ranker = CardRanker(cards, Asked(texts, vectors, owner))
    return lambda text, vector: ranker.rank(text, vector, vectors @ vector)


def test_words_and_nearness_both_count() -> None:
    rank = a_ranker()
    _, pears, plums = np.eye(3, dtype=np.float32)
    between = (pears + plums) / np.float32(2**0.5)
    assert rank("anything", pears).argmax() == 1
    assert rank("blue plums", between).argmax() == 2
    assert rank("yellow pears", between).argmax() == 1


def test_how_many_questions_a_card_has_does_not_favour_it() -> None:
    rank = a_ranker()
    plums = np.eye(3, dtype=np.float32)[2]
    assert rank("", plums).argmax() == 2


def test_every_card_gets_a_finite_score_even_for_a_question_without_words() -> None:
    scores = a_ranker()("", np.zeros(3, dtype=np.float32))
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()
