"""The verdict on a run finds what was broken in it, in Coach's own rows and messages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import delete, insert, select, update

from bot import standup_forms
from bot.clock import now
from bot.messages import Delivery, Message, Person, Place, Platform, Press, Submission
from bot.platforms.slack.marks import metadata
from bot.standup_forms import Asked
from bot.stores.database import Database
from bot.stores.log_tables import check_ins, hypotheses, outcomes
from bot.stores.queues import SqlOutbox
from bot.team_wiring import TeamParts, open_team
from evals.bench.slack import TEAM
from tests.conftest import Clock
from tests.torture.payloads import Fields
from tests.torture.people import Filled, Skipped
from tests.torture.rounds import Kind, Round, Team
from tests.torture.rows import kept_check_ins, kept_hypotheses, kept_outcomes
from tests.torture.slack import direct
from tests.torture.verdict import Evidence, verdict

MEMBERS = 6
OPEN_FIRST = 1  # a seed with which the first standup is open


@dataclass(frozen=True)
class Ended:
    """A standup that went well: the store it left behind, and what else there is to look at."""

    database: Database
    evidence: Evidence

    async def looked_at(self, **other: object) -> Evidence:
        """Read the store again, as it is now; put *other* in the place of what was seen."""
        read = replace(
            self.evidence,
            check_ins=await kept_check_ins(self.database, TEAM),
            outcomes=await kept_outcomes(self.database, TEAM),
            hypotheses=await kept_hypotheses(self.database, TEAM),
        )
        return replace(read, **other)  # type: ignore[arg-type]  # fields by their names


class Standup:
    """One standup of a few people, held without any accident."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.filled: dict[str, Filled] = {}
        self.messages: list[Fields] = []
        self._clock = clock
        self._parts: TeamParts = open_team(database, clock)
        self._outbox = SqlOutbox(database, "one", clock)

    async def tick(self) -> None:
        """Do what is due, and see what is posted."""
        await self._parts.ticker.tick()
        while deliveries := await self._outbox.claim(100):
            for each in deliveries:
                self.messages.append(posted(each))
                await self._outbox.sent(each.key, f"{len(self.messages)}.1")

    async def answer(self, round_: Round, person: str, number: int) -> None:
        """Fill the form in as *person*, who decides their bet if the number is 1."""
        mine = [h for h in await self._parts.log.hypotheses(TEAM) if h.owner == person][:3]
        result = "supported" if number == 1 else "inconclusive"
        tried = {h.id: f"Experiment {number} on {h.id}." for h in mine}
        said = {f"tried/{h}": text for h, text in tried.items()}
        said |= {f"result/{h}": result for h in tried}
        need = f"Need {number}."
        value = str(Asked(round_.standup.id, round_.opens.date()))
        form = Submission(
            action=standup_forms.CHECK_IN, value=value, answers={**said, "question0": need}
        )
        event = f"view-{number}"
        message = by(person, event).model_copy(update={"submission": form})
        assert await self._parts.desk.submit(message, form)
        self.filled[event] = Filled(number, event, round_.standup.id, person, tried, need)

    async def skip(self, round_: Round, person: str) -> None:
        """Press Skip as *person*."""
        value = str(Asked(round_.standup.id, round_.opens.date()))
        message = by(person, f"skip-{person}").model_copy(
            update={"press": Press(action=standup_forms.SKIP, value=value)}
        )
        assert await self._parts.desk.press(message, standup_forms.SKIP, value)


def by(person: str, event: str) -> Message:
    place = Place(platform=Platform.SLACK, workspace=TEAM, channel=person)
    return Message(id=event, place=place, person=Person(id=person))


def posted(delivery: Delivery) -> Fields:
    """Return the message as Slack would have it."""
    channel = delivery.place.channel
    return {
        "channel": direct(channel) if channel.startswith("U") else channel,
        "text": delivery.reply.text,
        "metadata": metadata(delivery),
    }


@pytest.fixture
async def ended(database: Database, clock: Clock) -> Ended:
    team = Team(database, MEMBERS, Random(OPEN_FIRST))  # noqa: S311 - reproducible, not secret
    await team.settle_in()
    round_ = await team.next_round()
    assert round_.kind == Kind.OPEN
    clock.time = now()
    held = Standup(database, clock)
    await held.tick()
    *answering, skipping = [person.id for person in team.people]
    for number, person in enumerate(answering, start=1):
        await held.answer(round_, person, number)
    await held.answer(round_, answering[0], 99)  # an edit, which also takes a decision back
    await held.skip(round_, skipping)
    clock.time = round_.closes + timedelta(seconds=1)
    await held.tick()
    kept = Ended(
        database,
        Evidence(
            rounds=team.rounds,
            messages=held.messages,
            sent=held.filled,
            filled=held.filled,
            skipped=frozenset({Skipped(round_.standup.id, skipping)}),
            check_ins=(),
            outcomes=(),
            hypotheses=(),
        ),
    )
    return Ended(database, await kept.looked_at())


def found(evidence: Evidence) -> set[str]:
    """Return what went wrong."""
    return {what for what, examples in verdict(evidence).faults.items() if examples}


def of(ended: Ended, what: str) -> Fields:
    """Return a message of some sort."""
    return next(m for m in ended.evidence.messages if f":{what}:" in key(m))


def key(message: Fields) -> str:
    return message["metadata"]["event_payload"]["key"]


async def test_a_standup_that_went_well_is_clean(ended: Ended) -> None:
    seen = verdict(ended.evidence)

    assert seen.clean, seen.faults
    assert seen.counts["prompts"] == MEMBERS
    assert seen.counts["answers acknowledged"] == MEMBERS
    assert seen.counts["digests"] == 1


Breaking = Callable[[Ended], Awaitable[Evidence]]


async def an_answer_is_lost(ended: Ended) -> Evidence:
    async with ended.database.transaction() as connection:
        await connection.execute(delete(outcomes).where(outcomes.c.id.startswith("view-3:")))
    return await ended.looked_at()


async def an_answer_to_the_own_question_is_lost(ended: Ended) -> Evidence:
    async with ended.database.transaction() as connection:
        theirs = check_ins.c.person == "U3"
        await connection.execute(update(check_ins).where(theirs).values(answers="{}"))
    return await ended.looked_at()


async def an_answer_is_logged_twice(ended: Ended) -> Evidence:
    async with ended.database.transaction() as connection:
        theirs = select(outcomes).where(outcomes.c.id.startswith("view-3:"))
        row = dict((await connection.execute(theirs)).mappings().one())
        del row["number"]  # the database counts
        record = row["record"].replace('"id":"view-3:', '"id":"again:')
        again = {**row, "id": f"again:{row['hypothesis']}", "record": record}
        await connection.execute(insert(outcomes).values(again))
    return await ended.looked_at()


async def an_edit_replaces_nothing(ended: Ended) -> Evidence:
    async with ended.database.transaction() as connection:
        theirs = select(outcomes).where(outcomes.c.id.startswith("view-99:"))
        row = (await connection.execute(theirs)).mappings().one()
        record = row["record"].replace('"replaces":"view-1:bet-U1-0"', '"replaces":""')
        change = update(outcomes).where(outcomes.c.number == row["number"])
        await connection.execute(change.values(record=record))
    return await ended.looked_at()


async def an_edit_comes_before_its_answer(ended: Ended) -> Evidence:
    first, edit = (ended.evidence.filled[event] for event in ("view-1", "view-99"))
    swapped = {"view-1": replace(first, number=99), "view-99": replace(edit, number=1)}
    filled = {**ended.evidence.filled, **swapped}
    return await ended.looked_at(filled=filled, sent=filled)


async def a_skip_is_not_stored(ended: Ended) -> Evidence:
    async with ended.database.transaction() as connection:
        skipped = check_ins.c.state == "skipped"
        await connection.execute(update(check_ins).where(skipped).values(state="unanswered"))
    return await ended.looked_at()


async def a_prompt_is_posted_twice(ended: Ended) -> Evidence:
    return await ended.looked_at(messages=[*ended.evidence.messages, of(ended, "check-in")])


async def a_prompt_is_missing(ended: Ended) -> Evidence:
    prompts = [m for m in ended.evidence.messages if key(m).endswith(":U6")]
    others = [m for m in ended.evidence.messages if m not in prompts]
    return await ended.looked_at(messages=others)


async def a_prompt_goes_to_somebody_else(ended: Ended) -> Evidence:
    prompt = of(ended, "check-in")
    others = [m for m in ended.evidence.messages if m is not prompt]
    return await ended.looked_at(messages=[*others, {**prompt, "channel": "DU99"}])


async def a_digest_is_posted_twice(ended: Ended) -> Evidence:
    return await ended.looked_at(messages=[*ended.evidence.messages, of(ended, "digest")])


async def the_digest_is_missing(ended: Ended) -> Evidence:
    others = [m for m in ended.evidence.messages if m is not of(ended, "digest")]
    return await ended.looked_at(messages=others)


async def the_digest_counts_wrongly(ended: Ended) -> Evidence:
    digest = of(ended, "digest")
    others = [m for m in ended.evidence.messages if m is not digest]
    text = "Round 1, today: 1 experiment reported."
    return await ended.looked_at(messages=[*others, {**digest, "text": text}])


async def a_decision_is_not_drawn(ended: Ended) -> Evidence:
    async with ended.database.transaction() as connection:
        theirs = outcomes.c.id.startswith("view-3:")
        row = (await connection.execute(select(outcomes).where(theirs))).mappings().one()
        record = row["record"].replace("inconclusive", "supported")
        await connection.execute(update(outcomes).where(theirs).values(record=record))
        still_open = select(hypotheses.c.id).where(hypotheses.c.id == row["hypothesis"])
        assert (await connection.execute(still_open)).scalar_one()
    return await ended.looked_at()


@pytest.mark.parametrize(
    ("breaking", "fault"),
    [
        (an_answer_is_lost, "acknowledged answers that are not in the log"),
        (an_answer_to_the_own_question_is_lost, "acknowledged answers that are not in the log"),
        (an_answer_is_logged_twice, "answers in the log that nobody gave, or twice"),
        (an_edit_replaces_nothing, "corrections beside what they correct"),
        (an_edit_comes_before_its_answer, "earlier answers in the place of later ones"),
        (a_skip_is_not_stored, "acknowledged skips that are not stored"),
        (a_prompt_is_posted_twice, "members prompted twice"),
        (a_prompt_is_missing, "members forgotten"),
        (a_prompt_goes_to_somebody_else, "prompts to somebody else"),
        (a_digest_is_posted_twice, "digests posted twice"),
        (the_digest_is_missing, "digests that are missing"),
        (the_digest_counts_wrongly, "digests of something else than the log"),
        (a_decision_is_not_drawn, "decided hypotheses that stay open"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
async def test_what_was_broken_is_found(ended: Ended, breaking: Breaking, fault: str) -> None:
    assert fault in found(await breaking(ended))
