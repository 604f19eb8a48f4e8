"""A question is read with what was said before when it leans on it, and alone when it doesn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.followups import heard, readings
from bot.messages import Turn

LISTED = (
    "There are three reasons: talent is scarce, planning is hard, and leaders lack ML sense [1]."
)
BULLETS = "Try this [1]:\n- ask for a range\n- name the next checkpoint\n- keep a log [2]"


def history(*texts: str) -> list[Turn]:
    """Return turns, a person's first, then Coach's, and so on."""
    return [Turn(role="assistant" if n % 2 else "user", text=text) for n, text in enumerate(texts)]


ASKED = history("Who should own data labelling?", "The ML function should own it [1].")


@pytest.mark.parametrize(
    "question",
    [
        "and who maintains them after that?",
        "Why?",
        "what about researchers?",
        "How does that change when the company grows to several hundred people?",
        "Would you also give this to people who have just joined the group from university?",
        "ok but my boss says the platform group should hold the budget for labelling instead",
        "for startups?",
        "So who pays?",
    ],
)
def test_a_question_that_leans_on_the_last_one_is_read_with_it(question: str) -> None:
    assert readings(question, ASKED)[-1] == f"Who should own data labelling? {question}"


def test_a_question_of_some_length_is_also_read_as_it_stands() -> None:
    question = "How does that change when the company grows to several hundred people?"
    assert readings(question, ASKED)[0] == question


def test_a_question_of_a_word_or_two_means_nothing_without_the_last_one() -> None:
    assert readings("Why?", ASKED) == ["Who should own data labelling? Why?"]


def test_questions_that_lean_on_each_other_are_read_together() -> None:
    turns = history("Who labels data?", "ML does.", "and how many of them?", "Two.")
    assert readings("why?", turns)[-1] == "Who labels data? and how many of them? why?"


def test_of_many_questions_that_lean_on_each_other_the_last_three_count() -> None:
    turns = history("Who?", "A.", "and B?", "B.", "and C?", "C.", "and D?", "D.")
    assert readings("and E?", turns)[-1] == "and B? and C? and D? and E?"


@pytest.mark.parametrize("question", ["what else?", "more", "Go on!", "and?", "ok, anything else"])
def test_who_asks_for_more_means_the_last_question(question: str) -> None:
    turns = [*ASKED, *history("more", "That is all.")]
    assert readings(question, turns) == ["Who should own data labelling?"]


def test_answers_are_heard_by_a_question_that_leans_on_them() -> None:
    assert heard("what else?", ASKED) == "The ML function should own it [1]."
    assert heard("and who pays for it?", []) == ""


def test_a_question_that_stands_alone_has_heard_nothing() -> None:
    alone = "Which skills does a product manager for machine learning need most of all?"
    assert heard(alone, ASKED) == ""


@pytest.mark.parametrize(
    "question",
    [
        "How do machine learning engineers differ from researchers in big companies?",
        "Which skills does a product manager for machine learning need most of all?",
        "What should our first job description for an engineer say about research?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert readings(question, ASKED) == [question]


@pytest.mark.parametrize("question", ["and them?", "Why?", "the last one", "", "🙂"])
def test_without_history_a_question_is_left_alone(question: str) -> None:
    assert readings(question, []) == [question]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("what about the last one?", "leaders lack ML sense"),
        ("tell me more about the second reason", "planning is hard"),
        ("the first", "talent is scarce"),
        ("Can you explain the third point?", "leaders lack ML sense"),
        ("and the FORMER?", "talent is scarce"),
        ("why the latter?", "leaders lack ML sense"),
    ],
)
def test_an_ordinal_picks_from_a_list_in_a_sentence(question: str, meant: str) -> None:
    turns = history("Why is ML hard to manage?", LISTED)
    assert readings(question, turns)[-1] == f"{meant}. {question}"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("how do I do the last one?", "keep a log"),
        ("the second thing?", "name the next checkpoint"),
        ("first one", "ask for a range"),
    ],
)
def test_an_ordinal_picks_from_bullets(question: str, meant: str) -> None:
    turns = history("How do I promise less?", BULLETS)
    assert readings(question, turns)[-1] == f"{meant}. {question}"


def test_numbered_lines_count_as_a_list() -> None:
    turns = history("How?", "Like so:\n1. plan\n2) build\n3. measure")
    assert readings("the second one", turns)[-1].startswith("build.")


def test_an_ordinal_beyond_the_list_falls_back_to_the_last_question() -> None:
    turns = history("Why is ML hard to manage?", LISTED)
    question = "what about the fifth one?"
    assert readings(question, turns)[-1] == f"Why is ML hard to manage? {question}"


def test_an_ordinal_without_a_list_falls_back_to_the_last_question() -> None:
    question = "what about the last one?"
    assert readings(question, ASKED)[-1] == f"Who should own data labelling? {question}"


def test_the_first_of_something_else_is_no_pick() -> None:
    turns = history("Why is ML hard to manage?", LISTED)
    assert "talent" not in readings("who should my first hire be?", turns)[-1]


def test_the_list_of_the_latest_answer_counts() -> None:
    turns = history("How?", BULLETS, "Why is ML hard to manage?", LISTED)
    assert readings("the last one?", turns)[-1].startswith("leaders lack ML sense")


def test_a_history_without_a_question_adds_nothing() -> None:
    welcome = [Turn(role="assistant", text="Hello, ask me anything.")]
    assert readings("and them?", welcome) == ["and them?"]


@given(st.text(max_size=80).map("{} labels?".format), st.lists(st.text(max_size=120), max_size=4))
def test_every_reading_of_any_question_ends_on_it(question: str, texts: list[str]) -> None:
    read = readings(question, history(*texts))
    assert len(read) in (1, 2)
    assert all(reading.endswith(question) for reading in read)
