"""The digest's words: inputs, bets and odds, decisions; nobody is named as winner or missing."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.log_records import BlockerState, Execution, Hypothesis, Objective, Outcome, Result
from bot.messages import Person, Reply
from bot.standup_records import CheckIn, CheckInState, Standup
from bot.standups.digest import Day, Told, digest
from tests.standups.made import WORKSPACE, member, standup, utc
from tests.standups.rendered import texts

ON = date(2026, 6, 2)
WHEN = utc(2026, 6, 2, 9)
EDIT: dict[str, object] = {
    "workspace": WORKSPACE,
    "created_at": WHEN,
    "edited_by": "Ana",
    "edited_at": WHEN,
}
HOSTILE = "<!channel> <@U1>\n• Blocked: *b* `c` [1] {0} %s \u202e &amp; =1+1"


def objective(name: str = "churn", **more: object) -> Objective:
    fields: dict[str, object] = {
        **EDIT,
        "id": name,
        "name": f"Less {name}",
        "measure": "monthly churn",
        "target": "at most 4 %",
        "due": date(2026, 9, 1),
    }
    return Objective.model_validate(fields | more)


def bet(number: int = 1, **more: object) -> Hypothesis:
    fields: dict[str, object] = {
        **EDIT,
        "id": f"bet-{number}",
        "objective": "churn",
        "claim": f"Approach {number} works",
        "prior": 0.4,
        "owner": "Zelda",
        "owner_name": "Zelda",
        "resolve_by": date(2026, 7, 1),
    }
    return Hypothesis.model_validate(fields | more)


def outcome(result: Result, number: int = 1, person: str = "Zelda", **more: object) -> Outcome:
    fields: dict[str, object] = {
        "workspace": WORKSPACE,
        "id": f"Ev-{number}-{person}",
        "hypothesis": f"bet-{number}",
        "person": person,
        "at": WHEN,
        "on": ON,
        "result": result,
    }
    return Outcome.model_validate(fields | more)


def check_in(
    person: str,
    state: CheckInState = CheckInState.ANSWERED,
    answers: Mapping[str, str] | None = None,
) -> CheckIn:
    return CheckIn(
        workspace=WORKSPACE,
        standup="search",
        on=ON,
        person=Person(id=f"U-{person}", name=person),
        state=state,
        opens_at=WHEN,
        closes_at=WHEN,
        answers=dict(answers or {}),
    )


def a_day(
    *outcomes: Outcome,
    check_ins: Sequence[CheckIn] = (),
    bets: Sequence[Hypothesis] = (bet(),),
    objectives: Sequence[Objective] = (objective(),),
    told: Sequence[Told] = (),
    kept: Standup | None = None,
    chances: dict[str, float] | None = None,
) -> Day:
    return Day(
        standup=kept or standup(member("Zelda")),
        on=ON,
        check_ins=check_ins,
        outcomes=outcomes,
        hypotheses={each.id: each for each in bets},
        objectives=objectives,
        chances=chances or {},
        told=told,
    )


def written(day: Day) -> Reply:
    reply = digest(day)
    assert reply is not None
    return reply


def section(reply: Reply, title: str) -> list[str]:
    """Return the lines of a section; none if there is no such section."""
    found = [each.text.split("\n") for each in reply.sections if each.title == title]
    assert len(found) <= 1
    return found[0] if found else []


def everything(reply: Reply) -> str:
    return "\n".join((reply.text, *(f"{each.title}\n{each.text}" for each in reply.sections)))


# -- whether there is one


@pytest.mark.parametrize("state", [each for each in CheckInState if each != CheckInState.ANSWERED])
def test_there_is_no_digest_where_nobody_said_anything(state: CheckInState) -> None:
    assert digest(a_day(check_ins=[check_in("Ana", state), check_in("Bo", state)])) is None


def test_there_is_no_digest_for_nobody() -> None:
    assert digest(a_day(bets=(), objectives=())) is None


def test_an_answer_without_words_makes_no_digest() -> None:
    assert digest(a_day(check_ins=[check_in("Ana")])) is None


# -- the first line


@pytest.mark.parametrize(
    ("results", "line"),
    [
        ([Result.SUPPORTED], "1 experiment reported, 1 hypothesis settled"),
        (
            [Result.SUPPORTED, Result.REFUTED, Result.INCONCLUSIVE],
            "3 experiments reported, 2 hypotheses settled",
        ),
        ([Result.STILL_RUNNING], "1 experiment reported"),
        ([Result.BLOCKED] * 2, "2 experiments reported"),
    ],
)
def test_the_first_line_counts_in_the_singular_and_the_plural(
    results: list[Result], line: str
) -> None:
    said = [outcome(each, n, tried="A try") for n, each in enumerate(results)]
    bets = [bet(n) for n in range(len(results))]
    assert written(a_day(*said, bets=bets)).text == f"Search, Tue 2 Jun: {line}."


@pytest.mark.parametrize("result", [Result.NOT_STARTED, Result.BLOCKED, Result.STILL_RUNNING])
def test_what_was_no_experiment_is_not_counted_as_one(result: Result) -> None:
    assert written(a_day(outcome(result))).text == "Search, Tue 2 Jun: what the team said."


# -- what was tried


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Result.SUPPORTED, "supported"),
        (Result.REFUTED, "refuted"),
        (Result.INCONCLUSIVE, "inconclusive"),
        (Result.BLOCKED, "blocked"),
        (Result.STILL_RUNNING, "still running"),
        (Result.NOT_STARTED, "not started"),
    ],
)
def test_what_came_of_a_try_stands_by_the_approach(result: Result, said: str) -> None:
    reply = written(a_day(outcome(result, tried="Twice the layers.")))
    assert section(reply, "What was tried") == [f"• Approach 1 works: Twice the layers; {said}"]


@pytest.mark.parametrize(
    ("execution", "said"),
    [
        (Execution.UNSAID, ""),
        (Execution.AS_PLANNED, "; carried out as planned"),
        (Execution.CHANGED, "; carried out with changes"),
        (Execution.CUT_SHORT, "; carried out cut short"),
    ],
)
def test_how_it_was_carried_out_comes_before_what_came_of_it(
    execution: Execution, said: str
) -> None:
    reply = written(a_day(outcome(Result.INCONCLUSIVE, tried="A", execution=execution)))
    assert section(reply, "What was tried") == [f"• Approach 1 works: A{said}; inconclusive"]


def test_what_was_learned_and_the_evidence_stand_with_it() -> None:
    said = outcome(
        Result.REFUTED,
        tried="400 by hand.",
        learned="Leavers write no more.",
        evidence="https://example.com/1",
    )
    assert section(written(a_day(said)), "What was tried") == [
        "• Approach 1 works: 400 by hand; refuted. Learned: Leavers write no more. "
        "(https://example.com/1)"
    ]


def test_a_settled_bet_without_words_leaves_no_empty_place() -> None:
    reply = written(a_day(outcome(Result.SUPPORTED)))
    assert section(reply, "What was tried") == ["• Approach 1 works: supported"]


def test_what_was_learned_without_a_try_is_shown_as_well() -> None:
    reply = written(a_day(outcome(Result.STILL_RUNNING, learned="It is slow")))
    assert section(reply, "What was tried") == [
        "• Approach 1 works: still running. Learned: It is slow"
    ]


def test_several_lines_are_told_in_one_and_long_ones_are_cut_with_an_ellipsis() -> None:
    reply = written(a_day(outcome(Result.BLOCKED, tried="One\n\ntwo\t three " + "x" * 9_000)))
    (line,) = section(reply, "What was tried")
    assert line.startswith("• Approach 1 works: One two three xxx")
    assert line.endswith("x…; blocked")
    assert len(line) < 320


def test_of_many_tries_twelve_are_told_and_the_others_counted() -> None:
    said = [outcome(Result.INCONCLUSIVE, n, tried=f"Try {n}") for n in range(15)]
    lines = section(written(a_day(*said, bets=[bet(n) for n in range(15)])), "What was tried")
    assert len(lines) == 13
    assert lines[-1] == "… and 3 more."


def test_an_outcome_of_a_hypothesis_that_is_not_there_leaves_no_trace() -> None:
    reply = written(a_day(outcome(Result.BLOCKED, 9, tried="A", blocker="B"), bets=[bet()]))
    assert section(reply, "What was tried") == section(reply, "Needs a decision") == []


# -- people


def test_nobody_is_named_by_what_came_of_their_bets() -> None:
    """Neither the one who was right nor the one who was wrong, nor who said nothing."""
    said = [
        outcome(Result.SUPPORTED, 1, "Zelda", tried="A"),
        outcome(Result.REFUTED, 2, "Xaver", tried="B", blocker="C"),
    ]
    present = [
        check_in("Zelda"),
        check_in("Xaver"),
        check_in("Quentin", CheckInState.UNANSWERED),
        check_in("Yoko", CheckInState.SKIPPED),
        check_in("Waldo", CheckInState.AWAY),
        check_in("Vera", CheckInState.MISSED_BY_US),
        check_in("Ulf", CheckInState.LEFT),
    ]
    bets = [bet(1), bet(2, owner="Xaver", owner_name="Xaver", resolve_by=date(2026, 5, 1))]
    reply = written(a_day(*said, check_ins=present, bets=bets))
    text = everything(reply)
    for name in ("Zelda", "Xaver", "Quentin", "Yoko", "Waldo", "Vera", "Ulf", "U-"):
        assert name not in text
    assert "missing" not in text


def test_answers_to_the_teams_own_questions_stand_by_the_name() -> None:
    asked = [
        check_in("Ana", answers={"Wins?": "A demo", "Mood?": "Fine"}),
        check_in("Bo", answers={"Mood?": "So so"}),
        check_in("Cy", CheckInState.SKIPPED, answers={"Mood?": "Taken back"}),
    ]
    reply = written(a_day(check_ins=asked, bets=(), objectives=()))
    assert [each.title for each in reply.sections] == ["Wins?", "Mood?"]
    assert section(reply, "Wins?") == ["• Ana: A demo"]
    assert section(reply, "Mood?") == ["• Ana: Fine", "• Bo: So so"]
    assert reply.text == "Search, Tue 2 Jun: what the team said."


def test_who_has_no_name_stands_by_the_id() -> None:
    nameless = check_in("", answers={"Mood?": "Fine"})
    assert section(written(a_day(check_ins=[nameless])), "Mood?") == ["• U-: Fine"]


# -- bets and odds


def test_bets_stand_by_objective_the_likeliest_live_one_first() -> None:
    bets = [
        bet(1, state="refuted"),
        bet(2),
        bet(3),
        bet(4, state="dropped"),
        bet(5, state="supported"),
        bet(6),
    ]
    chances = {"bet-2": 0.2, "bet-3": 0.555, "bet-5": 1.0, "bet-1": 0.0}
    told = [Told(objective="churn", odds="At least one gets there: 60 to 80 %. [1]")]
    reply = written(a_day(outcome(Result.BLOCKED), bets=bets, chances=chances, told=told))
    assert section(reply, "Less churn: at most 4 %") == [
        "At least one gets there: 60 to 80 %. [1]",
        "• Approach 5 works: supported",
        "• Approach 3 works: 56 %",
        "• Approach 2 works: 20 %",
        "• Approach 6 works: 40 %",
        "• Approach 1 works: refuted",
        "• Approach 4 works: dropped",
    ]


def test_the_most_and_the_least_likely_are_told_in_whole_percent() -> None:
    bets = [bet(1), bet(2), bet(3)]
    chances = {"bet-1": 1.0, "bet-2": 0.0, "bet-3": 1 / 3}
    lines = section(
        written(a_day(outcome(Result.BLOCKED), bets=bets, chances=chances)),
        "Less churn: at most 4 %",
    )
    assert [line.rpartition(": ")[2] for line in lines] == ["100 %", "33 %", "0 %"]


def test_an_objective_without_bets_is_left_out() -> None:
    reply = written(a_day(outcome(Result.BLOCKED), objectives=[objective(), objective("cost")]))
    assert section(reply, "Less cost: at most 4 %") == []


# -- what needs a decision


def test_what_is_blocked_needs_a_decision_until_it_is_resolved() -> None:
    said = [
        outcome(Result.BLOCKED, 1),
        outcome(Result.BLOCKED, 2, blocker="Legal", blocker_state=BlockerState.NEW),
        outcome(Result.STILL_RUNNING, 3, blocker="GPUs", blocker_state=BlockerState.STILL),
        outcome(Result.STILL_RUNNING, 4, blocker="Data", blocker_state=BlockerState.RESOLVED),
        outcome(Result.STILL_RUNNING, 5),
    ]
    reply = written(a_day(*said, bets=[bet(n) for n in range(1, 6)]))
    assert section(reply, "Needs a decision") == [
        "• Blocked: Approach 1 works",
        "• Blocked: Approach 2 works: Legal",
        "• Blocked: Approach 3 works: GPUs",
    ]


def test_what_is_overdue_is_told_with_what_would_have_dropped_it() -> None:
    bets = [
        bet(1, resolve_by=date(2026, 6, 1), kill_criterion="recall stays under 0.6"),
        bet(2, resolve_by=date(2026, 6, 1)),
        bet(3, resolve_by=ON),
        bet(4, resolve_by=date(2026, 6, 1), state="refuted"),
        bet(5, resolve_by=date(2026, 6, 1), objective="closed"),
    ]
    reply = written(a_day(outcome(Result.NOT_STARTED), bets=bets))
    assert section(reply, "Needs a decision") == [
        "• Overdue: Approach 1 works was to be known by Mon 1 Jun: settle it, drop it or give it a "
        "new date. Dropped if: recall stays under 0.6.",
        "• Overdue: Approach 2 works was to be known by Mon 1 Jun: settle it, drop it or give it a "
        "new date.",
    ]


def test_warnings_of_the_log_need_a_decision() -> None:
    told = [Told(objective="churn", odds="Odds. [1]", warnings=("One carries it all. [2]",))]
    reply = written(a_day(outcome(Result.NOT_STARTED), told=told))
    assert section(reply, "Needs a decision") == ["• One carries it all. [2]"]


def test_where_nothing_is_to_be_decided_nothing_is_said_of_it() -> None:
    reply = written(a_day(outcome(Result.STILL_RUNNING, tried="A")))
    assert [each.title for each in reply.sections] == ["What was tried", "Less churn: at most 4 %"]


# -- order, size and hostile text


def test_inputs_come_first_then_questions_then_bets_then_decisions() -> None:
    reply = written(
        a_day(
            outcome(Result.BLOCKED, tried="A"),
            check_ins=[check_in("Ana", answers={"Mood?": "Fine"})],
        )
    )
    assert [each.title for each in reply.sections] == [
        "What was tried",
        "Mood?",
        "Less churn: at most 4 %",
        "Needs a decision",
    ]


@pytest.mark.parametrize(
    "text", ["検索の精度を上げた。🐨", "حسّنّا البحث", "Größe über Maß", "ทดลองแล้ว"]
)
def test_other_languages_are_kept_as_they_are(text: str) -> None:
    reply = written(
        a_day(
            outcome(Result.BLOCKED, tried=text, learned=text, blocker=text),
            bets=[bet(claim=text)],
            check_ins=[check_in(text, answers={text: text})],
        )
    )
    assert everything(reply).count(text) >= 8
    assert any(text in each for each in texts(reply))


def test_hostile_text_pings_nobody_and_makes_no_line_of_its_own() -> None:
    reply = written(
        a_day(
            outcome(Result.BLOCKED, tried=HOSTILE, learned=HOSTILE, blocker=HOSTILE),
            check_ins=[check_in("Ana", answers={"Mood?": HOSTILE})],
        )
    )
    assert len(section(reply, "Mood?")) == len(section(reply, "Needs a decision")) == 1
    assert len(section(reply, "What was tried")) == 1
    shown = "\n".join(texts(reply))
    assert "<!channel>" not in shown
    assert "<@U1>" not in shown


def busy(objectives: int, bets: int, people: int, questions: int, length: int) -> Day:
    """A day on which everybody reports, a quarter is blocked and a fifth overdue."""
    aims = [objective(f"aim-{n}") for n in range(objectives)]
    claims = [
        bet(n, objective=aims[n % objectives].id, claim=f"Approach {n} ".ljust(length // 2, "c"),
            resolve_by=date(2026, 6, 1 if n % 5 == 0 else 30), kill_criterion="k" * 60)
        for n in range(objectives * bets)
    ]  # fmt: skip
    said = [
        outcome(Result.BLOCKED if n % 4 == 0 else Result.INCONCLUSIVE, n, tried="t" * length,
                learned="l" * length, blocker="b" * length if n % 4 == 0 else "",
                evidence="https://example.com/".ljust(length, "e"))
        for n in range(min(people, len(claims)))
    ]  # fmt: skip
    answers = {f"Question {n}?": "a" * length for n in range(questions)}
    asked = [check_in(f"P{n}", answers=answers) for n in range(people)]
    told = [Told(objective=each.id, odds="o" * 200, warnings=("w" * 150,)) for each in aims]
    return a_day(*said, check_ins=asked, bets=claims, objectives=aims, told=told)


def test_the_busiest_day_fits_into_a_message() -> None:
    reply = written(busy(objectives=30, bets=12, people=200, questions=5, length=1_000))
    assert texts(reply)[0] == "Search, Tue 2 Jun: 200 experiments reported."


@pytest.mark.parametrize(("people", "bets", "questions"), [(15, 6, 2), (50, 10, 2)])
def test_a_teams_ordinary_day_shows_every_objective_and_what_needs_a_decision(
    people: int, bets: int, questions: int
) -> None:
    reply = written(busy(3, bets, people, questions, length=100))
    shown = texts(reply)
    assert [each.title for each in reply.sections if each.title not in shown] == []
    assert "Needs a decision" in shown


def test_every_section_fits_into_what_slack_takes_and_counts_what_it_leaves_out() -> None:
    reply = written(busy(objectives=3, bets=10, people=30, questions=2, length=400))
    for each in reply.sections:
        assert len(each.text) <= 3_000, each.title
    assert section(reply, "What was tried")[-1].endswith(" more.")


TEXTS = st.text(max_size=30) | st.just("") | st.just(HOSTILE) | st.text("x ", max_size=400)


@settings(deadline=None, max_examples=200)
@given(
    results=st.lists(st.sampled_from(Result), min_size=1, max_size=4),
    texts=st.lists(TEXTS, min_size=5, max_size=5),
    states=st.lists(st.sampled_from(["open", "supported", "refuted", "dropped"]), max_size=4),
    blocker_state=st.sampled_from(BlockerState),
    execution=st.sampled_from(Execution),
)
def test_no_digest_has_an_empty_place_or_speaks_of_none(
    results: list[Result],
    texts: list[str],
    states: list[str],
    blocker_state: BlockerState,
    execution: Execution,
) -> None:
    tried, learned, blocker, evidence, kill = (
        each.replace("None", "").replace(":", "") for each in texts
    )
    said = [
        outcome(each, n, tried=tried.strip(), learned=learned.strip(), blocker=blocker.strip(),
                evidence=evidence.strip(), blocker_state=blocker_state, execution=execution)
        for n, each in enumerate(results)
    ]  # fmt: skip
    bets = [
        bet(n, state=state, kill_criterion=" ".join(kill.split()), resolve_by=date(2026, 6, n + 1))
        for n, state in enumerate(states)
    ]
    reply = digest(a_day(*said, bets=bets))
    assert reply is not None
    assert "None" not in everything(reply)
    for each in reply.sections:
        assert each.title
        for line in each.text.split("\n"):
            assert line.removeprefix("•").strip()
            assert not line.rstrip().endswith(":")
