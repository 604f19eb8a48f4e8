"""A report that links a training run: what it measured is proposed, and recorded on a press."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from bot import log_forms, standup_forms
from bot.errors import LogGone, MlflowSilent, NotYourHypothesis, Outdated
from bot.log_records import Hypothesis, Objective, Outcome
from bot.messages import Message, Person, Place, Platform, Press, Reply, Submission, Venue
from bot.run_records import Run, RunMetric, RunStatus
from bot.standup_forms import Asked
from bot.standup_records import Member, Standup
from bot.standups.reports import field_name
from bot.stores.database import Database
from bot.team_wiring import TeamParts, open_team
from tests.conftest import Clock

BERT = "https://mlflow.example.org/#/experiments/1/runs/a"
SILENT = "https://mlflow.example.org/#/experiments/1/runs/b"
NO_NUMBER = "https://mlflow.example.org/#/experiments/1/runs/c"
ELSEWHERE = "https://wiki.example.org/bert"
MONDAY = date(2026, 3, 2)


class Server:
    """Runs by their addresses, as an MLflow server would have them."""

    async def read(self, address: str) -> Run | None:
        """See `bot.log_ports.Runs`."""
        if address == SILENT:
            raise MlflowSilent
        value = {BERT: 0.83, NO_NUMBER: None}
        if address not in value:
            return None
        return Run(
            address=address,
            name="bert-large-3",
            status=RunStatus.FINISHED,
            metrics=(
                RunMetric(name="val_recall", value=value[address]),
                RunMetric(name="l", value=1),
            ),
            ended=datetime(2026, 3, 1, 22, 0, tzinfo=UTC),
        )


@pytest.fixture
async def team(database: Database, clock: Clock) -> TeamParts:
    parts = open_team(database, clock, runs=Server())
    at = clock()
    stamp: dict[str, Any] = {
        "workspace": "T1",
        "created_at": at,
        "edited_by": "ana",
        "edited_at": at,
    }
    due = date(2026, 6, 1)
    await parts.log.save_objective(
        Objective(id="churn", name="Churn", measure="churn", target="5 %", due=due, **stamp)
    )
    for name, metric in (("features", "recall"), ("labels", "AUC")):
        await parts.log.save_hypothesis(
            Hypothesis(
                id=name, objective="churn", claim=f"More {name} help", metric=metric,
                threshold="at least 0.85", prior=0.4, owner="ana", resolve_by=due, **stamp,
            )
        )  # fmt: skip
    await parts.standups.save(
        Standup(
            id="daily", name="Daily", place=place(Venue.CHANNEL), owner=Person(id="ana"),
            members=(Member(person=Person(id="ana"), joined_at=at),), starts=MONDAY,
            at=time(9), zone="UTC", **stamp,
        )
    )  # fmt: skip
    return parts


def place(venue: Venue = Venue.PRIVATE) -> Place:
    return Place(platform=Platform.SLACK, workspace="T1", channel="C1", venue=venue)


async def check_in(team: TeamParts, event: str, hypothesis: str, **said: str) -> Reply:
    answers = {field_name(part, hypothesis): text for part, text in said.items()}
    submission = Submission(
        action=standup_forms.CHECK_IN,
        value=str(Asked("daily", MONDAY)),
        answers={field_name("result", hypothesis): "still_running", **answers},
    )
    message = Message(id=event, place=place(), person=Person(id="ana"), submission=submission)
    reply = await team.desk.submit(message, submission)
    assert reply
    return reply


async def press(team: TeamParts, reply: Reply, event: str = "e9", person: str = "ana") -> Reply:
    (value,) = [b.value for b in reply.buttons if b.action == log_forms.RECORD]
    pressed = Press(action=log_forms.RECORD, value=value)
    message = Message(id=event, place=place(), person=Person(id=person), press=pressed)
    found = await team.desk.press(message, pressed.action, pressed.value)
    assert found
    return found


async def standing(team: TeamParts, hypothesis: str) -> list[Outcome]:
    found = await team.log.outcomes("T1", [hypothesis])
    replaced = {outcome.replaces for outcome in found}
    return [outcome for outcome in found if outcome.id not in replaced]


def records(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons if button.action == log_forms.RECORD]


async def test_a_run_s_metric_is_proposed_beside_the_threshold_and_not_recorded(
    team: TeamParts,
) -> None:
    reply = await check_in(team, "e1", "features", evidence=BERT)
    assert (
        "The run “bert-large-3” (finished Sun 1 Mar) says that val_recall is 0.83; the threshold "
        "is at least 0.85."
    ) in reply.text
    assert records(reply) == ["Record 0.83"]
    assert [o.value for o in await standing(team, "features")] == [None]


async def test_the_value_is_recorded_on_a_press_with_all_else_as_it_was_reported(
    team: TeamParts,
) -> None:
    reply = await check_in(team, "e1", "features", evidence=BERT, tried="a bigger model")
    told = await press(team, reply)
    assert "Recorded: recall 0.83 (the threshold: at least 0.85)" in told.text
    (outcome,) = await standing(team, "features")
    assert (outcome.value, outcome.tried, outcome.evidence) == (0.83, "a bigger model", BERT)


async def test_a_value_that_is_recorded_after_the_digest_is_in_its_update(
    team: TeamParts, clock: Clock
) -> None:
    clock.time = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    await team.ticker.tick()
    reply = await check_in(team, "e1", "features", evidence=BERT)
    clock.time = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    await team.ticker.tick()
    [published] = await team.standups.occurrences("T1", "daily", 5)
    assert (published.closed, published.outdated) == (True, False)
    await press(team, reply)
    assert (await standing(team, "features"))[0].value == 0.83
    [after] = await team.standups.occurrences("T1", "daily", 5)
    assert after.outdated


async def test_a_second_press_records_nothing_more(team: TeamParts) -> None:
    reply = await check_in(team, "e1", "features", evidence=BERT)
    assert await press(team, reply, "e8") == await press(team, reply, "e9")
    assert len(await team.log.outcomes("T1", ["features"])) == 2


async def test_a_value_that_was_written_already_is_not_proposed_again(team: TeamParts) -> None:
    assert not records(await check_in(team, "e1", "features", evidence=BERT, value="0.83"))
    assert records(await check_in(team, "e2", "features", evidence=BERT, value="0.9"))


async def test_a_report_that_was_edited_since_is_not_overwritten(team: TeamParts) -> None:
    reply = await check_in(team, "e1", "features", evidence=BERT)
    await check_in(team, "e2", "features", evidence=BERT, value="0.9")
    with pytest.raises(Outdated):
        await press(team, reply)


async def test_nobody_records_for_another(team: TeamParts) -> None:
    reply = await check_in(team, "e1", "features", evidence=BERT)
    with pytest.raises(NotYourHypothesis):
        await press(team, reply, person="ben")


async def test_a_run_without_the_metric_is_told_with_what_it_has(team: TeamParts) -> None:
    reply = await check_in(team, "e1", "labels", evidence=BERT)
    assert "has no metric that is clearly “AUC”. It has val_recall, l." in reply.text
    assert not records(reply)


async def test_a_metric_that_is_no_number_is_not_proposed(team: TeamParts) -> None:
    reply = await check_in(team, "e1", "features", evidence=NO_NUMBER)
    assert "says that val_recall is no number." in reply.text
    assert not records(reply)


async def test_a_server_that_is_silent_loses_nothing(team: TeamParts) -> None:
    reply = await check_in(team, "e1", "features", evidence=SILENT)
    assert "1 report logged" in reply.text
    assert MlflowSilent().sentence in reply.text
    assert [o.evidence for o in await standing(team, "features")] == [SILENT]


async def test_other_links_are_kept_and_not_read(team: TeamParts) -> None:
    reply = await check_in(team, "e1", "features", evidence=ELSEWHERE)
    assert "run" not in reply.text
    assert not records(reply)


async def test_a_button_of_something_unknown_is_refused(team: TeamParts) -> None:
    reply = await check_in(team, "e1", "features", evidence=BERT)
    (button,) = [b for b in reply.buttons if b.action == log_forms.RECORD]
    value = button.value.replace("features", "gone")
    message = Message(id="e9", place=place(), person=Person(id="ana"))
    with pytest.raises(LogGone):
        await team.desk.press(message, log_forms.RECORD, value)
