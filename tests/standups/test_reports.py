"""What is read from a check-in's form: chances, numbers, links, and the outcomes they make."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.log_records import BlockerState, Execution, Hypothesis, Outcome, Result
from bot.standups import reports
from bot.standups.reports import Occasion, field_name
from tests.standups.made import WORKSPACE, utc

WHEN = utc(2026, 6, 2, 9)
TUESDAY = date(2026, 6, 2)
KEY = "search:2026-06-02:Ana"
LONGEST = 10_000


def bet(name: str = "larger", **more: object) -> Hypothesis:
    fields: dict[str, object] = {
        "workspace": WORKSPACE,
        "id": name,
        "objective": "churn",
        "claim": "A larger model finds more",
        "prior": 0.4,
        "owner": "Ana",
        "resolve_by": date(2026, 7, 1),
        "created_at": WHEN,
        "edited_by": "Ana",
        "edited_at": WHEN,
    }
    return Hypothesis.model_validate(fields | more)


def about(name: str = "larger", **parts: str) -> dict[str, str]:
    """Return the answers of a form's fields about a hypothesis."""
    return {field_name(part, name): text for part, text in parts.items()}


def occasion(event: str = "Ev1", at: datetime = WHEN, check_in: str = KEY) -> Occasion:
    return Occasion(WORKSPACE, "Ana", event, at, TUESDAY, check_in)


def logged(
    answers: Mapping[str, str],
    event: str = "Ev1",
    earlier: Sequence[Outcome] = (),
    *,
    at: datetime = WHEN,
    check_in: str = KEY,
) -> list[Outcome]:
    """Return what answers about the bets "larger" and "labels" add to the log."""
    known = {name: bet(name) for name in ("larger", "labels")}
    return reports.outcomes(answers, occasion(event, at, check_in), known, earlier)


# -- chances


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("60", 0.6),
        ("0", 0.0),
        ("100", 1.0),
        ("60%", 0.6),
        ("60 %", 0.6),
        ("60 percent", 0.6),
        ("60 Percent", 0.6),
        ("12,5", 0.125),
        ("12.5 %", 0.125),
        ("1", 0.01),
        ("060", 0.6),
        ("６０", 0.6),
        ("٦٠", 0.6),
        ("", None),
    ],
)
def test_a_chance_is_read_as_people_write_it(text: str, read: float | None) -> None:
    assert reports.chance_problem(text) == ""
    assert reports.chance(text) == (pytest.approx(read) if read is not None else None)


@pytest.mark.parametrize(
    "text",
    ["101", "100.1", "1000", "-1", "sixty", "60-70", "60 70", "6e1", "60%%", "nan", "½", "about 60",
     "60 Prozent", "1" * 400, "%", "=60", "60\n70", "²"],
)  # fmt: skip
def test_what_is_no_chance_is_told_with_an_example(text: str) -> None:
    assert reports.chance_problem(text) == "Write a chance from 0 to 100, for instance 60."


@pytest.mark.parametrize("text", ["0.6", "0,6", "0.60"])
def test_a_chance_between_0_and_1_is_asked_back_as_percent(text: str) -> None:
    assert reports.chance_problem(text) == (
        "That would be less than one percent. For 60 % write 60."
    )


# -- numbers


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0.81", 0.81),
        ("0,81", 0.81),
        (".5", 0.5),
        ("-3", -3.0),
        ("−0.5", -0.5),
        ("+7", 7.0),
        ("81%", 81.0),
        ("81 %", 81.0),
        ("1234567", 1_234_567.0),
        ("0,812", 0.812),
        ("12,5", 12.5),
        ("0", 0.0),
        ("", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, read: float | None) -> None:
    assert reports.number_problem(text) == ""
    assert reports.number(text) == read


@pytest.mark.parametrize(
    "text", ["0.81 AUC", "about 3", "1 000", "1.2.3", "1e5", "inf", "NaN", "--1", "1" * 31, "$5"]
)
def test_what_is_no_number_is_told_with_an_example(text: str) -> None:
    assert reports.number_problem(text).startswith("Write one number, for instance 0.81")


def test_a_number_that_could_mean_two_things_is_asked_back() -> None:
    assert reports.number_problem("1,234") == "Is that 1234 or 1.234? Write it that way."
    assert reports.number_problem("-12,500") == "Is that -12500 or -12.500? Write it that way."


@settings(deadline=None, max_examples=300)
@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False))
def test_a_number_that_is_filled_in_is_read_as_the_same(value: float) -> None:
    rounded = float(f"{value:.10g}")
    text = reports.plain(rounded)
    if len(text) <= 30:
        assert reports.number_problem(text) == ""
        assert reports.number(text) == pytest.approx(rounded)


@settings(deadline=None, max_examples=200)
@given(st.floats(min_value=0.01, max_value=1))
def test_a_chance_that_is_filled_in_is_read_as_the_same(chance: float) -> None:
    text = reports.plain(chance * 100)
    assert reports.chance_problem(text) == ""
    assert reports.chance(text) == pytest.approx(chance, rel=1e-6)


# -- links


@pytest.mark.parametrize(
    "text",
    ["", "https://example.com", "http://mlflow.local:5000/#/experiments/1?x=y",
     "https://例え.jp/ノート", "https://[::1]:5000/runs"],
)  # fmt: skip
def test_a_link_to_evidence_is_taken(text: str) -> None:
    assert reports.link_problem(text) == ""


@pytest.mark.parametrize(
    "text",
    ["example.com", "javascript:alert(1)", "file:///etc/passwd", "https://", "https:///path",
     "data:text/html,x", "https://a b", "https://[::1", "ftp://example.com", "see the notebook"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(text: str) -> None:
    assert reports.link_problem(text) == ("That is no web address. It should begin with https://.")


@pytest.mark.parametrize("text", ["https://me:secret@example.com", "https://token@example.com/x"])
def test_a_link_with_a_password_in_it_is_refused_without_repeating_it(text: str) -> None:
    assert "name or password" in reports.link_problem(text)
    assert "secret" not in reports.link_problem(text)


def test_a_link_may_have_two_thousand_characters_and_no_more() -> None:
    longest = "https://example.com/".ljust(2_000, "x")
    assert reports.link_problem(longest) == ""
    assert "2,000" in reports.link_problem(f"{longest}x")


# -- problems by field


def test_each_field_that_can_not_be_used_is_named() -> None:
    answers = about(
        result="supported",
        chance="high",
        value="many",
        evidence="a notebook",
        execution="badly",
        blocker_state="gone",
        tried="x" * (LONGEST + 1),
    )
    found = reports.problems({**answers, **about("labels", result="refuted", chance="5")})
    parts = ("chance", "value", "evidence", "execution", "blocker_state", "tried")
    assert set(found) == {field_name(part, "larger") for part in parts}
    assert all(sentence.endswith(".") and "None" not in sentence for sentence in found.values())


def test_who_writes_something_has_to_say_what_came_of_it() -> None:
    for part, text in (("tried", "More data"), ("chance", "50"), ("blocker", "Legal")):
        found = reports.problems(about(**{part: text}))
        assert found == {"result/larger": "Choose what came of it."}


def test_a_result_that_is_not_offered_is_refused() -> None:
    assert reports.problems(about(result="great")) == {
        "result/larger": "Choose one of those that are offered."
    }


def test_an_empty_form_and_the_teams_own_questions_are_no_problem() -> None:
    assert reports.problems({}) == {}
    empty = about(result="", tried="  ", chance="", value="", evidence="", blocker="")
    assert reports.problems({**empty, "question0": "x" * 50_000, "note": "60-70"}) == {}


@pytest.mark.parametrize("part", ["tried", "learned", "next", "blocker"])
def test_a_text_may_have_ten_thousand_characters_and_no_more(part: str) -> None:
    longest = about(**{"result": "still_running", part: "ü" * LONGEST})
    assert reports.problems(longest) == {}
    found = reports.problems(about(**{"result": "still_running", part: "ü" * (LONGEST + 1)}))
    assert found == {
        f"{part}/larger": "That has 10,001 characters; I keep up to 10,000. Link the rest as "
        "evidence."
    }


def test_a_hypothesis_whose_name_has_a_slash_keeps_it() -> None:
    (report,) = reports.reports({"result/a/b": "supported"})
    assert (report.hypothesis, report.answers) == ("a/b", {"result": "supported"})


def test_what_is_mentioned_is_what_something_was_said_of() -> None:
    answers = {**about(result="", tried=" "), **about("labels", result="blocked"), "note": "Hi"}
    assert reports.mentioned(answers) == ["labels"]


# -- outcomes


@pytest.mark.parametrize("result", list(Result))
def test_a_report_becomes_an_outcome_whatever_its_result(result: Result) -> None:
    (found,) = logged(about(result=result.value, tried="Twice the layers", chance="55"))
    assert (found.result, found.tried, found.chance) == (result, "Twice the layers", 0.55)
    assert (found.person, found.at, found.on, found.check_in) == ("Ana", WHEN, TUESDAY, KEY)
    assert reports.closes(found) == (result in (Result.SUPPORTED, Result.REFUTED))


def test_everything_that_is_said_is_kept() -> None:
    (found,) = logged(
        about(
            result="blocked",
            tried=" A\nB ",
            execution="cut_short",
            learned="日本語 🐨",
            value="−0,5",
            evidence="https://example.com/1",
            next="C",
            blocker="Legal",
        )
    )
    assert found.tried == "A\nB"
    assert found.execution is Execution.CUT_SHORT
    assert found.learned == "日本語 🐨"
    assert (found.value, found.evidence, found.next) == (-0.5, "https://example.com/1", "C")
    assert (found.blocker, found.blocker_state) == ("Legal", BlockerState.NEW)
    assert found.chance is None


@pytest.mark.parametrize("state", ["still", "changed", "resolved"])
def test_what_became_of_a_blocker_is_kept(state: str) -> None:
    (found,) = logged(about(result="still_running", blocker="Legal", blocker_state=state))
    assert found.blocker_state == state


def test_nothing_is_logged_of_what_nothing_was_said_of_or_is_not_known() -> None:
    assert logged({}) == []
    assert logged(about(result="", tried="  ")) == []
    assert logged(about("unheard-of", result="supported")) == []
    assert logged({"note": "All is well", "question0": "60"}) == []


def test_the_same_event_makes_the_same_outcomes() -> None:
    answers = {**about(result="supported"), **about("labels", result="refuted")}
    first = logged(answers)
    assert len({each.id for each in first}) == 2
    assert logged(answers, earlier=first) == first


def test_another_answer_to_the_same_check_in_replaces_the_first() -> None:
    first = logged(about(result="still_running", tried="A"))
    (second,) = logged(about(result="supported", tried="A"), "Ev2", first)
    assert second.replaces == first[0].id
    (third,) = logged(about(result="refuted", tried="A"), "Ev3", [*first, second])
    assert third.replaces == second.id


def test_saying_the_same_again_adds_nothing() -> None:
    answers = about(result="still_running", tried="A", chance="40")
    first = logged(answers)
    assert logged(answers, "Ev2", first, at=WHEN + timedelta(hours=1)) == []


def test_an_answer_to_another_check_in_replaces_nothing() -> None:
    first = logged(about(result="still_running", tried="A"))
    (second,) = logged(
        about(result="still_running", tried="A"), "Ev2", first, check_in="search:2026-06-03:Ana"
    )
    assert second.replaces == ""


def test_what_was_reported_by_hand_replaces_nothing() -> None:
    first = logged(about(result="still_running"), check_in="")
    (second,) = logged(about(result="supported"), "Ev2", first, check_in="")
    assert second.replaces == ""


def test_an_event_that_comes_again_after_it_was_corrected_changes_nothing() -> None:
    answers = about(result="still_running", tried="A")
    first = logged(answers)
    second = logged(about(result="supported", tried="A"), "Ev2", first)
    assert logged(answers, "Ev1", [*first, *second]) == []


def test_a_text_that_was_too_long_to_be_asked_again_stays() -> None:
    first = logged(about(result="still_running", tried="x" * 9_000, learned="L"))
    (second,) = logged(about(result="supported", learned=""), "Ev2", first)
    assert (len(second.tried), second.learned) == (9_000, "")


# -- what was said last


def outcome(name: str, at: datetime, **more: object) -> Outcome:
    fields: dict[str, object] = {
        "workspace": WORKSPACE,
        "id": name,
        "hypothesis": "larger",
        "person": "Ana",
        "at": at,
        "on": at.date(),
        "result": Result.STILL_RUNNING,
    }
    return Outcome.model_validate(fields | more)


def test_the_latest_is_by_the_day_it_is_about_and_not_by_when_it_was_sent() -> None:
    early = outcome("early", WHEN, on=TUESDAY + timedelta(days=1))
    late = outcome("late", WHEN + timedelta(hours=5), on=TUESDAY)
    assert reports.latest([late, early])["larger"] == early
    assert reports.latest([early, late])["larger"] == early


def test_what_was_corrected_is_not_the_latest() -> None:
    wrong = outcome("wrong", WHEN + timedelta(days=1))
    right = outcome("right", WHEN, replaces="wrong")
    assert reports.latest([wrong, right])["larger"] == right


def test_what_was_said_with_a_check_in_comes_before_what_was_said_since() -> None:
    mine = outcome("mine", WHEN, check_in=KEY)
    since = outcome("since", WHEN + timedelta(days=3))
    assert reports.latest([mine, since], KEY)["larger"] == mine
    assert reports.latest([mine, since])["larger"] == since
    assert reports.latest([]) == {}


@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(
            [field_name(part, "larger") for part in
             ("result", "tried", "execution", "learned", "chance", "value", "evidence", "next",
              "blocker", "blocker_state")]
        ),
        st.text(max_size=40) | st.sampled_from([*Result, *Execution, *BlockerState, "60", "0,5"]),
    )
)  # fmt: skip
def test_whatever_is_sent_is_either_told_to_be_wrong_or_logged(answers: dict[str, str]) -> None:
    if not reports.problems(answers):
        found = logged(answers)
        assert len(found) == len(reports.mentioned(answers))
        assert logged(answers, earlier=found) == found
