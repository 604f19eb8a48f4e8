"""A scripted team through the real desks, ticker and store: a script's mistakes, what comes out."""

import asyncio
import copy
import json
from collections.abc import Iterable
from typing import Any

import pytest

from bot.errors import InputProblem
from bot.log_records import Result
from bot.rehearsal import Rehearsal, rehearse
from bot.rehearsal_script import read_script
from bot.standup_records import CheckInState
from tests.conftest import REPOSITORY

WEEK = REPOSITORY / "bot" / "demo_week.json"
DOCUMENTS = REPOSITORY / "docs" / "standups.md"

SMALL: dict[str, Any] = {
    "start": "2026-06-02T00:00:00Z",
    "end": "2026-06-03T00:00:00Z",
    "people": [
        {"id": "ana", "name": "Ana", "zone": "Europe/Lisbon", "country": "PT"},
        {"id": "bo", "name": "Bo", "zone": "Asia/Kolkata"},
        {"id": "cy", "name": "Cy"},
    ],
    "standup": {
        "name": "Search", "owner": "ana", "members": ["ana", "bo"], "at": "09:30",
        "zone": "Europe/Lisbon", "questions": ["Mood?"],
    },
    "objectives": [
        {"id": "churn", "name": "Less churn", "measure": "churn", "target": "4 %",
         "due": "2026-09-01"}
    ],
    "hypotheses": [
        {"id": "larger", "objective": "churn", "owner": "ana", "prior": 40,
         "claim": "A larger model finds more", "resolve_by": "2026-07-01"}
    ],
    "events": [],
}  # fmt: skip


def script(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a script with *events* and *changes*: `standup__at` is `at` in `standup`."""
    made = copy.deepcopy(SMALL)
    made["events"] = list(events)
    for path, value in changes.items():
        *inner, last = (int(p) if p.isdecimal() else p for p in path.split("__"))
        place: Any = made
        for part in inner:
            place = place[part]
        place[last] = value
    return made


def event(do: str, at: str = "2026-06-02T10:00:00Z", person: str = "ana", **more: Any) -> Any:
    return {"do": do, "at": at, "person": person, **more}


def report(result: str = "still_running", **more: Any) -> dict[str, Any]:
    return {"hypothesis": "larger", "result": result, **more}


async def played(*events: dict[str, Any], **changes: Any) -> Rehearsal:
    return await rehearse(read_script(json.dumps(script(*events, **changes))))


def sent(rehearsal: Rehearsal) -> list[tuple[str, str, str]]:
    """Return what was sent when (day and time in UTC) to whom."""
    return [(f"{each.at:%d %H:%M}", each.what, each.to) for each in rehearsal.sent]


def replies(rehearsal: Rehearsal) -> list[str]:
    return [each.text for each in rehearsal.sent if each.what == "reply"]


def states(rehearsal: Rehearsal) -> dict[tuple[str, str], CheckInState]:
    return {(f"{c.on:%d}", c.person.id): c.state for c in rehearsal.check_ins}


def problem_of(text: str) -> str:
    with pytest.raises(InputProblem) as raised:
        read_script(text)
    return raised.value.sentence


# -- mistakes in scripts


LATER = "2026-06-05T10:00:00Z"
MISTAKES: dict[str, tuple[dict[str, Any], Iterable[str]]] = {
    "unknown owner": (script(standup__owner="zed"), ["people lacks zed"]),
    "unknown members": (script(standup__members=["ana", "zed", "yo"]), ["people lacks yo, zed"]),
    "unknown owner of a bet": (script(hypotheses__0__owner="zed"), ["people lacks zed"]),
    "unknown person in an event": (script(event("skip", person="zed")), ["people lacks zed"]),
    "unknown person who joins": (script(event("join", who="zed")), ["people lacks zed"]),
    "unknown objective": (script(hypotheses__0__objective="x"), ["objectives lacks x"]),
    "unknown hypothesis": (
        script(event("answer", reports=[{"hypothesis": "x", "result": "blocked"}])),
        ["hypotheses lacks x"],
    ),
    "the same person twice": (script(people__2__id="bo"), ["people has bo twice"]),
    "unknown zone of the team": (script(standup__zone="Mars"), ["standup.zone", "no zone “Mars”"]),
    "unknown zone of a person": (script(people__1__zone="Mars"), ["people.1.zone", "“Mars”"]),
    "a zone that is a path": (script(people__1__zone="../etc"), ["people.1.zone", "“../etc”"]),
    "no zone": (script(standup__zone=""), ["standup.zone"]),
    "unknown country": (script(people__0__country="XX"), ["people.0.country", "“XX”"]),
    "a country in lower case": (script(standup__country="pt"), ["standup.country", "“pt”"]),
    "an event before the start": (
        script(event("skip"), event("skip", at="2026-05-01T00:00:00Z")),
        ["events.1 is not between start and end"],
    ),
    "an event after the end": (script(event("skip", at=LATER)), ["events.0 is not between"]),
    "an end before the start": (script(end="2026-06-01T00:00:00Z"), ["end must be after start"]),
    "no end": (script(end=None), ["at end"]),
    "a time without a zone": (script(start="2026-06-02T00:00:00"), ["at start", "timezone"]),
    "no date": (script(hypotheses__0__resolve_by="soon"), ["hypotheses.0.resolve_by"]),
    "no such date": (script(objectives__0__due="2026-02-30"), ["objectives.0.due"]),
    "no time": (script(standup__at="half past nine"), ["standup.at"]),
    "no such day": (script(standup__days=[0, 7]), ["standup.days.1", "less than or equal to 6"]),
    "too likely": (script(hypotheses__0__prior=140), ["hypotheses.0.prior", "100"]),
    "a chance in words": (script(hypotheses__0__prior="likely"), ["hypotheses.0.prior"]),
    "a window of a minute": (script(standup__window=1), ["standup.window"]),
    "no name": (script(standup__name=""), ["standup.name"]),
    "an id with a space": (script(people__0__id="ana maria"), ["people.0.id"]),
    "nobody": (script(people=[]), ["at people"]),
    "people by number": (script(people=3), ["at people"]),
    "a list for a script": ([], ["at the script"]),  # type: ignore[dict-item]
    "nothing in it": ({}, ["at start", "Field required"]),
    "an unknown field": (script(standup__when="9:30"), ["standup.when"]),
    "an unknown event": (script(event("dance")), ["events.0", "dance"]),
    "an event without a person": (script(event("skip", person="")), ["events.0.skip.person"]),
    "an event without a time": (script({"do": "skip", "person": "ana"}), ["events.0.skip.at"]),
    "an unknown result": (
        script(event("answer", reports=[report("great")])),
        ["events.0.answer.reports.0.result"],
    ),
    "a question that is not asked": (
        script(event("answer", answers={"Weather?": "Rain"})),
        ["events.0 answers “Weather?”, which is no question"],
    ),
    "an absence without an end": (
        script(event("away", first="2026-06-02")),
        ["events.0.away.last"],
    ),
    "an outage without an end": (script({"do": "down", "at": LATER}), ["events.0.down.until"]),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_script_is_one_sentence_that_names_the_place(mistake: str) -> None:
    made, named = MISTAKES[mistake]
    said = problem_of(json.dumps(made))
    assert said.startswith("I can't use that: that script has a mistake at ")
    assert all(part in said for part in named), said
    assert "\n" not in said
    assert said.endswith(".")
    assert len(said) < 250


@pytest.mark.parametrize(
    "text",
    ["", " ", "not JSON", '{"start": ', "[" * 100_000, '{"start": 1' + "0" * 5_000 + "}",
     WEEK.read_text(encoding="utf-8")[:-40], '{"a": "\\ud800"}', "{}{}", "NaN"],
)  # fmt: skip
def test_what_is_no_json_is_one_sentence_too(text: str) -> None:
    said = problem_of(text)
    assert said.startswith("I can't use that: that script has a mistake at ")
    assert "\n" not in said
    assert len(said) < 250


@pytest.mark.parametrize(
    "mistake",
    [
        {"do": "down", "at": "2026-06-02T10:00:00Z", "until": "2026-06-02T09:00:00Z"},
        event("away", first="2026-06-05", last="2026-06-02"),
    ],
    ids=["down", "away"],
)
def test_what_ends_before_it_begins_is_a_mistake(mistake: dict[str, Any]) -> None:
    assert "events.0" in problem_of(json.dumps(script(mistake)))


def test_a_member_named_twice_is_a_mistake() -> None:
    assert "ana" in problem_of(json.dumps(script(standup__members=["ana", "bo", "ana"])))


def test_more_questions_than_a_standup_takes_are_a_mistake() -> None:
    many = [f"Question {n}?" for n in range(6)]
    assert "standup.questions" in problem_of(json.dumps(script(standup__questions=many)))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00Z", "0001-01-05T00:00:00Z"),
        ("2026-06-01T00:00:00Z", "9999-12-31T00:00:00Z"),
    ],
    ids=["the first year", "eight thousand years"],
)
def test_a_span_that_can_not_be_played_is_a_mistake(start: str, end: str) -> None:
    said = problem_of(json.dumps(script(start=start, end=end)))
    assert "start" in said or "end" in said


# -- what comes out


@pytest.fixture(scope="module")
def week() -> Rehearsal:
    """What comes of the shipped week."""
    return asyncio.run(rehearse(read_script(WEEK.read_text(encoding="utf-8"))))


async def test_the_same_script_gives_the_same_output_again(week: Rehearsal) -> None:
    again = await rehearse(read_script(WEEK.read_text(encoding="utf-8")))
    assert again.model_dump_json() == week.model_dump_json()


def test_the_shipped_week_tells_what_happened_in_it(week: Rehearsal) -> None:
    found = week
    sorts = {each.what for each in found.sent}
    assert {"prompt", "reminder", "digest", "digest_update", "reply"} == sorts
    assert [each.at for each in found.sent] == sorted(each.at for each in found.sent)
    assert len({each.key for each in found.sent}) == len(found.sent)
    # Thanksgiving is Ben's holiday; Chloe is away from Thursday on.
    asked = {(f"{c.on:%a}", c.person.id) for c in found.check_ins}
    assert ("Thu", "ben") not in asked
    assert asked.isdisjoint({("Thu", "chloe"), ("Fri", "chloe")})
    assert ("Thu", "ana") in asked
    tickets = [each for each in found.log.hypotheses if each.id == "tickets"]
    assert [each.state for each in sorted(tickets, key=lambda h: h.version)] == ["open", "refuted"]
    assert len(found.log.outcomes) == 6
    assert found.portfolio.text == "1 objective is open."
    assert [each.title for each in found.portfolio.sections] == [
        "Fewer customers leave",
        "How the team works",
    ]


async def test_people_are_asked_reminded_and_answered_when_they_should_be() -> None:
    found = await played(
        event("answer", at="2026-06-02T09:00:00Z", reports=[report("supported", chance=90)])
    )
    assert sent(found) == [
        ("02 04:00", "prompt", "bo"),
        ("02 07:00", "reminder", "bo"),
        ("02 08:30", "prompt", "ana"),
        ("02 09:00", "reply", "ana"),
        ("02 09:00", "digest", "ml-team"),
    ]
    assert states(found) == {
        ("02", "ana"): CheckInState.ANSWERED,
        ("02", "bo"): CheckInState.UNANSWERED,
    }
    (outcome,) = found.log.outcomes
    assert (outcome.result, outcome.chance, outcome.person) == (Result.SUPPORTED, 0.9, "ana")


async def test_a_late_answer_updates_the_digest() -> None:
    found = await played(
        event("answer", answers={"Mood?": "Fine"}),
        event("answer", at="2026-06-02T20:00:00Z", person="bo", answers={"note": "Late"}),
    )
    digests = [each for each in found.sent if each.what.startswith("digest")]
    assert [each.what for each in digests] == ["digest", "digest_update"]
    assert "• Bo: Late" in digests[1].text
    assert "• Ana: Fine" in digests[1].text


async def test_who_skips_or_is_away_is_left_alone() -> None:
    found = await played(
        event("skip", at="2026-06-02T08:45:00Z"),
        event("away", at="2026-06-02T01:00:00Z", person="bo", first="2026-06-02",
              last="2026-06-02"),
    )  # fmt: skip
    assert sent(found) == [
        ("02 01:00", "reply", "bo"),
        ("02 08:30", "prompt", "ana"),
        ("02 08:45", "reply", "ana"),
    ]
    assert states(found) == {("02", "ana"): CheckInState.SKIPPED}


async def test_muting_joining_leaving_and_pausing_work_as_they_do_for_people() -> None:
    found = await played(
        event("mute", at="2026-06-02T01:00:00Z", person="bo"),
        event("join", at="2026-06-02T01:00:00Z", who="cy"),
        event("leave", at="2026-06-02T10:00:00Z", who="ana"),
        event("unmute", at="2026-06-02T23:00:00Z", person="bo"),
        event("pause", at="2026-06-03T03:00:00Z"),
        event("resume", at="2026-06-03T06:00:00Z"),
        end="2026-06-04T00:00:00Z",
    )
    prompts = [each for each in sent(found) if each[1] == "prompt"]
    assert prompts == [
        ("02 08:30", "prompt", "ana"),
        ("02 08:30", "prompt", "cy"),
        ("03 06:00", "prompt", "bo"),
        ("03 08:30", "prompt", "cy"),
    ]
    assert states(found)[("02", "ana")] == CheckInState.LEFT


async def test_run_now_asks_at_once_and_only_once() -> None:
    found = await played(
        event("run_now", at="2026-06-02T03:00:00Z"), event("run_now", at="2026-06-02T03:30:00Z")
    )
    assert [each for each in sent(found) if each[1] == "prompt"] == [
        ("02 03:00", "prompt", "ana"),
        ("02 03:00", "prompt", "bo"),
    ]
    assert replies(found)[1].startswith("Nobody is left to ask")


async def test_while_coach_is_down_nothing_is_sent_and_then_it_owns_up() -> None:
    found = await played(
        {"do": "down", "at": "2026-06-02T03:00:00Z", "until": "2026-06-02T10:00:00Z"},
        event("answer", at="2026-06-02T09:00:00Z", answers={"note": "While you were away"}),
    )
    assert states(found) == {
        ("02", "ana"): CheckInState.ANSWERED,
        ("02", "bo"): CheckInState.MISSED_BY_US,
    }
    times = sent(found)
    assert {each[0] for each in times} == {"02 10:00"}
    assert ("02 10:00", "notice", "ana") in times


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"reports": [report(chance=140)]}, "Write a chance from 0 to 100, for instance 60."),
        ({"reports": [report(tried="x" * 20_000)]}, "That has 20,000 characters"),
        ({"reports": [report(evidence="my notebook")]}, "That is no web address."),
        ({"reports": [], "on": "2026-08-01"}, "has no check-in for you to answer"),
    ],
)
async def test_what_coach_would_not_take_from_people_it_does_not_take_here(
    said: dict[str, Any], told: str
) -> None:
    found = await played(event("answer", at="2026-06-02T09:00:00Z", **said))
    assert any(told in each for each in replies(found))
    assert found.log.outcomes == ()


async def test_nobody_answers_for_a_bet_that_is_anothers() -> None:
    found = await played(event("answer", person="bo", reports=[report()]))
    assert replies(found) == [
        "That hypothesis is Ana's. They, the owner of their standup or an administrator can change "
        "it; you can register one of your own."
    ]


async def test_who_is_no_member_is_told_so() -> None:
    found = await played(event("answer", person="cy", answers={"note": "Hi"}))
    assert "You are no member of “Search”" in replies(found)[0]


async def test_a_team_without_bets_and_without_events_is_played() -> None:
    found = await played(objectives=[], hypotheses=[])
    assert {each.what for each in found.sent} == {"prompt", "reminder"}
    assert found.portfolio.text.startswith("No objective is open.")
    assert (found.log.objectives, found.log.hypotheses, found.log.outcomes) == ((), (), ())


async def test_events_may_stand_in_any_order_and_in_any_zone() -> None:
    early = event("answer", at="2026-06-02T09:00:00Z", answers={"note": "First"})
    late = event("answer", at="2026-06-02T21:00:00+09:00", answers={"note": "Second"})
    one = await played(early, late)
    other = await played(late, early)
    assert one.model_dump_json() == other.model_dump_json()
    assert [f"{each.at:%H:%M}" for each in one.sent if each.what == "reply"] == ["09:00", "12:00"]


async def test_names_and_words_of_any_language_come_through() -> None:
    words = "検索 حسّن 🐨 <!channel> [b]bold[/b]"
    found = await played(
        event("answer", reports=[report("refuted", tried=words, learned=words)]),
        people__0__name=words,
        hypotheses__0__claim=words,
        standup__name=words,
    )
    digest = next(each for each in found.sent if each.what == "digest")
    assert digest.text.count(words) >= 4
    assert found.log.outcomes[0].tried == words


# -- what is written down about it


async def test_the_output_has_the_parts_that_the_documents_name() -> None:
    found = json.loads((await played(event("skip"))).model_dump_json())
    documented = DOCUMENTS.read_text(encoding="utf-8").rpartition("What comes out:")[2]
    assert set(found) == {"sent", "check_ins", "occurrences", "portfolio", "log"}
    assert all(f"`{name}`" in documented for name in found)
    assert set(found["sent"][0]) == {"at", "to", "what", "text", "key"}
    assert found["log"]["workspace"] == "rehearsal"
    assert found["check_ins"] == found["log"]["check_ins"]


def test_every_event_that_is_documented_can_be_played() -> None:
    table = DOCUMENTS.read_text(encoding="utf-8").partition("| `do` | with |")[2]
    events = [
        line.partition("|")[2].partition("|")[0] for line in table.splitlines() if "|" in line
    ]
    named = {name.strip(" `") for names in events[1:] for name in names.split(",")} - {"---"}
    more = {
        "away": {"first": "2026-06-02", "last": "2026-06-03"},
        "join": {"who": "cy"},
        "leave": {"who": "bo"},
        "down": {"until": "2026-06-02T12:00:00Z"},
    }
    assert len(named) == 11
    for name in named:
        read_script(json.dumps(script(event(name, **more.get(name, {})))))
