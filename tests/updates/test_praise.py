"""Praise out, facts in."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.updates.praise import lauds, praised, sober, without_cheers


@pytest.mark.parametrize(
    "clause",
    [
        "this is absolutely amazing",
        "🔥🔥 insane",
        "what an incredible team",
        "a truly groundbreaking result",
    ],
)
def test_of_mere_praise_nothing_is_left(clause: str) -> None:
    assert sober(clause) == ""


@pytest.mark.parametrize(
    "clause",
    [
        "it is the smartest tutor ever built",
        "we smashed it",
        "ours is the most advanced forecast any railway has built",
        "the terminal is the most intelligent port on earth",
        "a landmark achievement of the lab",
        "I'm thrilled",
        "Whoop whoop",
        "we are all absolutely stoked",
        "it is with considerable pride that I report on the appeal",
    ],
)
def test_praise_in_any_sense_is_told_from_facts(clause: str) -> None:
    assert lauds(clause)


@pytest.mark.parametrize(
    "clause",
    [
        "nothing here is amazing",
        "it isn't magic, let alone wizardry",
        "the lowest value ever seen",
        "the most common fault in the industry",
        "I am not thrilled",
    ],
)
def test_denied_praise_and_records_are_none(clause: str) -> None:
    assert not lauds(clause)


@pytest.mark.parametrize(
    ("clause", "kept"),
    [
        ("recall reached an amazing 71%", ["71%", "recall reached"]),
        ("we cut costs by an incredible €40,000", ["€40,000", "we cut costs"]),
        ("wow, AUC rose from 0.81 to 0.86", ["AUC rose from 0.81 to 0.86"]),
        ("the fantastic new ranker serves 5% of users 🚀🚀", ["new ranker serves 5% of users"]),
    ],
)
def test_the_facts_beside_praise_stay(clause: str, kept: list[str]) -> None:
    text = sober(clause)
    assert all(part in text for part in kept)
    assert not re.search(r"amazing|incredible|wow|fantastic|🚀", text, re.IGNORECASE)
    assert not re.search(r"\ban? \d", text), "no article is left over"


@pytest.mark.parametrize(
    ("clause", "kept"),
    [
        ("It is with great joy that we report a recall of 0.81", "a recall of 0.81"),
        ("mean error 0.4 mm, my student weeps with happiness", "mean error 0.4 mm"),
        ("the error is 0.4 mm, on the new set", "the error is 0.4 mm, on the new set"),
        ("the error is 0.4 mm, thanks go to Ana", "the error is 0.4 mm, thanks go to Ana"),
        ("recall up, latency down, cross-encoder = chef's kiss 😘", "recall up, latency down"),
    ],
)
def test_what_is_said_beside_a_figure_in_praise_goes(clause: str, kept: str) -> None:
    assert sober(clause).startswith(kept)
    assert not re.search(r"joy|weeps|kiss", sober(clause))


def test_a_statement_outlasts_the_emoji_behind_it() -> None:
    assert (
        sober("the ranker is in production since May 🥳") == "the ranker is in production since May"
    )
    assert not sober("we smashed it 🥳")


def test_praise_is_found_where_it_stands() -> None:
    clause = "the demo was absolutely amazing today"
    found = praised(clause)
    assert found is not None
    assert "amazing" in clause[slice(*found)]
    assert praised("the demo was short") is None


def test_cheers_go_and_text_stays() -> None:
    assert without_cheers("We shipped 🎉🎉!!! :rocket:") == "We shipped."


@pytest.mark.parametrize(
    "text",
    [
        "- [x] done → next (5 ✓)",
        "search ✔️ ads ✗ mail ☑ site ❌ shop ✅",
        "recall 0.61 ➜ 0.66",
        "⚠️ labels are late",
        "pilot: 🟢, budget: 🔴",
    ],
)
def test_marks_of_how_things_stand_are_no_cheers(text: str) -> None:
    assert without_cheers(text) == text


@pytest.mark.parametrize("clause", ["The Incredible Machine was restarted"])
def test_a_name_praises_nothing(clause: str) -> None:
    assert not lauds(clause)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["amazing", "an", "incredible", "recall", "is", "71%", "0.86", "very", "🔥",
                         "wow,", "rose", "and", "the best ever", "to", "€40k", "truly"]),
        max_size=12,
    ).map(" ".join)
)  # fmt: skip
def test_no_figure_is_lost_or_made_up(clause: str) -> None:
    assert re.findall(r"[\d.]*\d", sober(clause)) == re.findall(r"[\d.]*\d", clause)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_is_survived(text: str) -> None:
    assert isinstance(sober(text), str)
    found = praised(text)
    assert found is None or 0 <= found[0] <= found[1] <= len(text)


@pytest.mark.parametrize(
    "unit", ["very ", "amazing ", "🎉", "!", " ", "a ", "so very ", ". ", ", ", "\u200d"]
)
@pytest.mark.timeout(60)  # what it guards against takes time that grows with the square
def test_a_long_monotonous_clause_is_sobered_at_once(unit: str) -> None:
    clause = f"71% is {unit * (100_000 // len(unit))}x"
    assert "71%" in sober(clause)
