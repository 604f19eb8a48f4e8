"""Finding texts by their words."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexical import LexicalIndex, stem, words_of

TEXTS = [
    "The team labels images and the team trains models.",
    "The team trains models on a schedule.",
    "The flywheel turns when users bring data to the team.",
    "The team meets on Mondays.",
]


@pytest.mark.parametrize(
    "forms",
    [
        ("label", "labels", "labeled", "labeler", "labeling"),
        ("organize", "organizes", "organized", "organizing"),
        ("company", "companies"),
        ("quick", "quickly"),
    ],
)
def test_forms_of_a_word_meet(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_short_words_keep_their_endings() -> None:
    assert [stem(word) for word in ("as", "red", "her", "ml")] == ["as", "red", "her", "ml"]


def test_stop_words_are_no_content_and_figures_are() -> None:
    assert words_of("Is it 5,000 or the 18.2 million?") == ["5,000", "18.2", "million"]
    assert words_of("the of and") == []


def test_rare_words_weigh_more_than_frequent_ones() -> None:
    scores = LexicalIndex(TEXTS).scores("flywheel team")
    assert scores.argmax() == 2
    assert scores[2] > 2 * max(scores[n] for n in (0, 1, 3))


def test_scores_are_those_of_the_formula() -> None:
    scores = LexicalIndex(["apple apple pear", "pear", ""]).scores("apple pear")
    # Of three texts with 4 words, "apple" stands in one and "pear" in two.
    apple, pear, usual = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5), 4 / 3
    long, short = 1.5 * (0.25 + 0.75 * 3 / usual), 1.5 * (0.25 + 0.75 / usual)
    assert scores[0] == pytest.approx(apple * 2 / (2 + long) + pear / (1 + long))
    assert scores[1] == pytest.approx(pear / (1 + short))
    assert scores[2] == 0


def test_a_text_without_a_shared_word_scores_nothing() -> None:
    index = LexicalIndex(TEXTS)
    assert index.scores("mondays")[0] == 0
    assert not index.scores("zebra").any()
    assert not index.scores("").any()
    assert not index.scores("the of and").any()


def test_shares_say_how_much_of_the_question_a_text_has() -> None:
    index = LexicalIndex(TEXTS)
    shares = index.shares("flywheel users data")
    assert shares[2] == pytest.approx(1)
    assert shares[3] == 0
    part = index.shares("flywheel zebra")
    assert 0 < part[2] < 1
    assert index.shares("team zebra")[3] < part[2]


@pytest.mark.parametrize("texts", [[], [""], ["the of and", "!!!"]])
def test_an_index_without_words_finds_nothing(texts: list[str]) -> None:
    index = LexicalIndex(texts)
    assert index.scores("flywheel").tolist() == [0] * len(texts)
    assert index.shares("flywheel").tolist() == [0] * len(texts)


@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=60))
def test_any_texts_and_query_give_one_finite_score_a_text(texts: list[str], query: str) -> None:
    index = LexicalIndex(texts)
    scores, shares = index.scores(query), index.shares(query)
    assert scores.shape == shares.shape == (len(texts),)
    assert np.isfinite(scores).all()
    assert ((shares >= 0) & (shares <= 1 + 1e-6)).all()
