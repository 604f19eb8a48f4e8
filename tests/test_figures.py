"""Figures are told apart by value, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures import figures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.6M", "3.6 million"),
        ("3,600,000", "3.6M"),
        ("200-300k", "200,000–300,000"),
        ("two to three thousand", "2,000-3,000"),
        ("between 5 and 10 million", "5M and 10M"),
        ("70%", "70 per cent"),
        ("70 percent", "seventy percent"),
        ("10-20%", "10% to 20%"),
        ("twenty-five people", "25 people"),
        ("a hundred people", "100 people"),
        ("two dozen", "24"),
        ("$300k", "300,000 dollars"),
        ("5 March 2019", "March 5, 2019"),
        ("2019-03-05", "5 Mar 2019"),
        ("twice as many", "2x as many"),
        ("it doubled", "two times more"),
        ("half of them", "50% of them"),
        ("٣٠", "30"),
        ("0.50", "0.5"),
    ],
)
def test_the_same_figure_is_read_in_two_writings(one: str, other: str) -> None:
    assert figures(one) == figures(other) != frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("70", "70%"),
        ("3 million", "3 billion"),
        ("2", "2x"),
        ("March 2019", "May 2019"),
        ("1,000", "1.000"),
        ("12", "21"),
    ],
)
def test_different_figures_differ(one: str, other: str) -> None:
    assert figures(one) != figures(other)


@pytest.mark.parametrize(
    "text",
    [
        "one of the reasons",
        "the one who decides",
        "you may march on",
        "double-check it",
        "engineering and may leave",
        "",
    ],
)
def test_words_that_only_look_like_figures_are_none(text: str) -> None:
    assert figures(text) == frozenset()


@given(st.text(max_size=200))
def test_any_text_has_figures_or_none(text: str) -> None:
    assert all(str(figure) for figure in figures(text))
