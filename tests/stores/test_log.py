"""The contract of the hypothesis log, on SQLite and PostgreSQL."""

import asyncio
import gc
import itertools
from collections.abc import AsyncIterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from bot.log_records import Execution, Hypothesis, Measurement, Objective, Outcome, Result
from bot.stores.database import Database, open_database
from bot.stores.log import SqlLog
from bot.stores.log_tables import metadata
from tests.conftest import Clock

HOSTILE = "Ünïcode \\ \"quoted\" 🐨 'x' %_ \u2028\t\n\u202e"


@pytest.fixture
def log(database: Database) -> SqlLog:
    return SqlLog(database)


@pytest.fixture
async def replicas(database_url: str, database: Database) -> AsyncIterator[list[SqlLog]]:
    """Two logs with a connection pool each, on one database.

    SQLite has one writer, whom both share.
    """
    if database_url.startswith("sqlite"):
        yield [SqlLog(database), SqlLog(database)]
        return
    other = await open_database(database_url)
    yield [SqlLog(database), SqlLog(other)]
    await other.close()


def an_objective(clock: Clock, **fields: object) -> Objective:
    return Objective.model_validate(
        {
            "workspace": "T1",
            "id": "search",
            "name": "Better search",
            "measure": "Conversion",
            "target": "4 %",
            "due": date(2026, 6, 30),
            "created_at": clock(),
            "edited_by": "U1",
            "edited_at": clock(),
            **fields,
        }
    )


def a_hypothesis(clock: Clock, **fields: object) -> Hypothesis:
    return Hypothesis.model_validate(
        {
            "workspace": "T1",
            "id": "larger-model",
            "objective": "search",
            "claim": "A larger model ranks better",
            "prior": 0.4,
            "owner": "U1",
            "owner_name": "Ada",
            "resolve_by": date(2026, 5, 31),
            "created_at": clock(),
            "edited_by": "U1",
            "edited_at": clock(),
            **fields,
        }
    )


def an_outcome(clock: Clock, id: str = "Ev1:larger-model", **fields: object) -> Outcome:
    return Outcome.model_validate(
        {
            "workspace": "T1",
            "id": id,
            "hypothesis": "larger-model",
            "person": "U1",
            "at": clock(),
            "on": clock().date(),
            "result": Result.STILL_RUNNING,
            **fields,
        }
    )


def a_measurement(clock: Clock, id: str = "Ev1", **fields: object) -> Measurement:
    return Measurement.model_validate(
        {
            "workspace": "T1",
            "id": id,
            "objective": "search",
            "on": clock().date(),
            "value": 3.1,
            "person": "U1",
            "at": clock(),
            **fields,
        }
    )


async def everything(database: Database) -> str:
    """Return the contents of every table in one string."""
    rows: list[Any] = []
    async with database.transaction() as connection:
        for table in metadata.sorted_tables:
            rows.extend((await connection.execute(select(table))).all())
    return "\n".join(map(str, rows))


# -- versions


async def test_every_save_is_the_next_version_and_the_newest_is_in_force(
    log: SqlLog, clock: Clock
) -> None:
    first = await log.save_objective(an_objective(clock))
    assert first is not None
    assert first == an_objective(clock, version=1)
    clock.advance(60)
    edit = {"target": "5 %", "edited_by": "U2", "edited_at": clock()}
    second = await log.save_objective(first.model_copy(update=edit))
    assert second is not None
    assert (second.version, second.created_at) == (2, first.created_at)
    assert await log.objective("T1", "search") == second
    assert await log.objectives("T1") == [second]
    assert await log.objective_versions("T1", "search") == [second, first]


async def test_a_version_that_is_there_already_is_not_overwritten(
    log: SqlLog, clock: Clock
) -> None:
    first = await log.save_hypothesis(a_hypothesis(clock))
    assert first is not None
    assert await log.save_hypothesis(a_hypothesis(clock, claim="Another")) is None
    second = await log.save_hypothesis(first.model_copy(update={"prior": 0.5}))
    assert await log.save_hypothesis(first.model_copy(update={"prior": 0.6})) is None
    assert await log.save_hypothesis(a_hypothesis(clock)) is None, "it is not new any more"
    assert await log.hypothesis("T1", "larger-model") == second
    assert await log.hypothesis_versions("T1", "larger-model") == [second, first]


async def test_of_those_who_edit_the_same_version_at_once_one_is_faster(
    replicas: list[SqlLog], clock: Clock
) -> None:
    kept = a_hypothesis(clock)
    for number in range(5):
        edits = [kept.model_copy(update={"claim": f"Claim {number}.{n}"}) for n in range(8)]
        saved = await asyncio.gather(
            *(replicas[n % 2].save_hypothesis(edit) for n, edit in enumerate(edits))
        )
        (kept,) = [each for each in saved if each]
        assert kept.version == number + 1
        assert await replicas[0].hypotheses("T1") == [kept]
    versions = await replicas[1].hypothesis_versions("T1", kept.id)
    assert [each.version for each in versions] == [5, 4, 3, 2, 1]


async def test_versions_read_from_elsewhere_keep_their_numbers(log: SqlLog, clock: Clock) -> None:
    saved = await log.save_objective(an_objective(clock, version=6))
    assert saved is not None
    assert saved.version == 7
    assert await log.save_objective(an_objective(clock)) is None, "an older one is not in force"
    assert await log.objectives("T1") == [saved]


async def test_what_was_never_saved_is_not_there(log: SqlLog, clock: Clock) -> None:
    await log.save_objective(an_objective(clock))
    await log.save_hypothesis(a_hypothesis(clock))
    for workspace, id in (("T2", "search"), ("T2", "larger-model"), ("T1", "else")):
        assert await log.objective(workspace, id) is None
        assert await log.hypothesis(workspace, id) is None
        assert await log.objective_versions(workspace, id) == []
        assert await log.hypothesis_versions(workspace, id) == []
    assert await log.objectives("T2") == []
    assert await log.hypotheses("T2") == []


async def test_objectives_come_in_the_order_they_are_due(log: SqlLog, clock: Clock) -> None:
    for month, id in ((6, "a"), (3, "b"), (12, "c")):
        await log.save_objective(an_objective(clock, id=id, due=date(2026, month, 1)))
    assert [objective.id for objective in await log.objectives("T1")] == ["b", "a", "c"]


async def test_hypotheses_come_oldest_first_and_by_objective_if_asked(
    log: SqlLog, clock: Clock
) -> None:
    for id, objective in (("z", "search"), ("m", "ads"), ("a", "search")):
        first = await log.save_hypothesis(a_hypothesis(clock, id=id, objective=objective))
        clock.advance(60)
        assert first is not None
        if id == "z":
            await log.save_hypothesis(first.model_copy(update={"edited_at": clock()}))
    assert [each.id for each in await log.hypotheses("T1")] == ["z", "m", "a"]
    assert [each.id for each in await log.hypotheses("T1", "search")] == ["z", "a"]
    assert await log.hypotheses("T1", "maps") == []


async def test_a_hypothesis_that_moves_belongs_to_its_new_objective_alone(
    log: SqlLog, clock: Clock
) -> None:
    first = await log.save_hypothesis(a_hypothesis(clock))
    assert first is not None
    moved = await log.save_hypothesis(first.model_copy(update={"objective": "ads"}))
    assert await log.hypotheses("T1", "search") == []
    assert await log.hypotheses("T1", "ads") == [moved]


# -- outcomes and measurements


async def test_an_outcome_is_stored_once_and_never_changed(log: SqlLog, clock: Clock) -> None:
    outcome = an_outcome(clock, tried=HOSTILE, chance=0.25, value=-0.1)
    await log.add_outcomes([outcome, outcome])
    await log.add_outcomes([outcome.model_copy(update={"tried": "Something else."})])
    assert await log.outcomes("T1") == [outcome]
    await log.add_outcomes([])
    assert await log.outcomes("T2") == []
    elsewhere = outcome.model_copy(update={"workspace": "T2"})
    await log.add_outcomes([elsewhere])
    assert await log.outcomes("T2") == [elsewhere]
    assert await log.outcomes("T1") == [outcome]


async def test_outcomes_come_oldest_first_and_of_one_moment_as_they_were_stored(
    log: SqlLog, clock: Clock
) -> None:
    first = an_outcome(clock, "z", tried="First.")
    correction = an_outcome(clock, "a", tried="Second.", replaces="z")
    clock.advance(-3_600)
    before = an_outcome(clock, "m")
    for outcome in (first, correction, before):
        await log.add_outcomes([outcome])
    assert await log.outcomes("T1") == [before, first, correction]


async def test_outcomes_of_some_hypotheses_are_those_of_them_alone(
    log: SqlLog, clock: Clock
) -> None:
    names = [f"h{number}" for number in range(30)]
    await log.add_outcomes([an_outcome(clock, name, hypothesis=name) for name in names])
    found = await log.outcomes("T1", ["h3", "h7", "unknown"])
    assert [outcome.hypothesis for outcome in found] == ["h3", "h7"]
    many = ["h3", "h7", *(f"unknown{number}" for number in range(40_000))]
    assert await log.outcomes("T1", many) == found


async def test_random_histories_read_back_as_a_plain_list_would(log: SqlLog, clock: Clock) -> None:
    random = Random(7)  # noqa: S311 - repeatable choices
    kept: dict[str, Outcome] = {}
    for _ in range(40):
        clock.advance(random.choice((-60, 0, 60)))
        batch = [
            an_outcome(
                clock,
                f"Ev{random.randrange(60)}",
                hypothesis=f"h{random.randrange(4)}",
                result=random.choice(list(Result)),
                chance=random.choice((None, random.random())),
                replaces=random.choice(("", *kept)),
            )
            for _ in range(random.randrange(4))
        ]
        await log.add_outcomes(batch)
        for outcome in batch:
            kept.setdefault(outcome.id, outcome)
    expected = sorted(kept.values(), key=lambda outcome: outcome.at)
    assert await log.outcomes("T1") == expected
    some = [outcome for outcome in expected if outcome.hypothesis in ("h0", "h2")]
    assert await log.outcomes("T1", ["h0", "h2"]) == some


async def test_replicas_that_store_the_same_outcomes_store_them_once(
    replicas: list[SqlLog], clock: Clock
) -> None:
    outcomes = [an_outcome(clock, f"Ev{number}") for number in range(200)]
    await asyncio.gather(*(replicas[n % 2].add_outcomes(outcomes) for n in range(6)))
    assert await replicas[0].outcomes("T1") == outcomes


async def test_readings_come_in_the_order_of_their_days(log: SqlLog, clock: Clock) -> None:
    later = a_measurement(clock, "Ev1", on=date(2026, 2, 2))
    clock.advance(60)
    earlier = a_measurement(clock, "Ev2", on=date(2026, 2, 1), note=HOSTILE)
    again = a_measurement(clock, "Ev3", on=date(2026, 2, 2))
    ads = a_measurement(clock, "Ev4", objective="ads")
    for reading in (again, later, earlier, ads, later.model_copy(update={"value": 9.0})):
        await log.add_measurement(reading)
    assert await log.measurements("T1", "search") == [earlier, later, again]
    assert await log.measurements("T1") == [earlier, later, again, ads]
    assert await log.measurements("T2") == []


async def test_an_older_version_reads_rows_that_use_nothing_new(
    log: SqlLog, database: Database, clock: Clock
) -> None:
    await log.add_outcomes([an_outcome(clock)])
    async with database.transaction() as connection:
        record = (await connection.execute(text("SELECT record FROM outcomes"))).scalar_one()
    assert set(Outcome.model_validate_json(record).model_fields_set) == {
        "workspace", "id", "hypothesis", "person", "at", "on", "result",
    }  # fmt: skip


async def test_reading_leaves_garbage_collection_as_it_was(
    log: SqlLog, database: Database, clock: Clock
) -> None:
    await log.add_outcomes([an_outcome(clock)])
    await asyncio.gather(*(log.outcomes("T1") for _ in range(8)))
    assert gc.isenabled()
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE outcomes SET record = 'unreadable'"))
    with pytest.raises(ValidationError):
        await log.outcomes("T1")
    assert gc.isenabled()


# -- forgetting a person

PLANTED = ("quokka", "periwinkle", "marmalade", "tangerine", "walnut", "crimson", "U100", "Zaphod")


async def fill(log: SqlLog, clock: Clock, person: str = "U100") -> None:
    """Let *person* leave their words and id wherever the log has room for them."""
    await log.save_objective(an_objective(clock, edited_by=person))
    owned = {"owner": person, "owner_name": "Zaphod", "edited_by": person}
    first = await log.save_hypothesis(a_hypothesis(clock, **owned))
    assert first is not None
    await log.save_hypothesis(first.model_copy(update={"prior": 0.5}))
    said = {
        "person": person,
        "tried": "quokka",
        "learned": "periwinkle",
        "evidence": "https://example.org/marmalade",
        "next": "tangerine",
        "blocker": "walnut",
        "blocker_state": "new",
        "execution": Execution.CHANGED,
        "chance": 0.7,
        "value": 0.81,
    }
    for number in range(2):
        replaces = f"{person}:Ev{number - 1}" if number else ""
        key = f"daily:2026-03-0{number + 1}:{person}"
        await log.add_outcomes(
            [an_outcome(clock, f"{person}:Ev{number}", check_in=key, replaces=replaces, **said)]
        )
        clock.advance(60)
    await log.add_measurement(a_measurement(clock, f"{person}:Ev9", person=person, note="crimson"))


async def test_a_forgotten_person_leaves_what_counts_and_nothing_else(
    log: SqlLog, database: Database, clock: Clock
) -> None:
    await fill(log, clock)
    before = await log.outcomes("T1")
    readings = await log.measurements("T1")
    assert await log.forget_person("T1", "U100") == 2

    kept = await everything(database)
    assert [planted for planted in PLANTED if planted in kept] == []
    after = await log.outcomes("T1")
    counted = {"result", "chance", "value", "at", "on", "hypothesis", "execution", "blocker_state"}
    assert [each.model_dump(include=counted) for each in after] == [
        each.model_dump(include=counted) for each in before
    ]
    (person,) = {each.person for each in after}
    assert [each.check_in for each in after] == [
        f"daily:2026-03-01:{person}", f"daily:2026-03-02:{person}",
    ]  # fmt: skip
    assert [each.replaces for each in after] == ["", after[0].id], "a correction stays one"
    assert [each.value for each in await log.measurements("T1")] == [r.value for r in readings]


async def test_a_forgotten_persons_hypotheses_stay_the_teams(log: SqlLog, clock: Clock) -> None:
    await fill(log, clock)
    before = await log.hypothesis_versions("T1", "larger-model")
    await log.forget_person("T1", "U100")
    nameless = {"owner": "", "owner_name": "", "edited_by": ""}
    assert await log.hypothesis_versions("T1", "larger-model") == [
        version.model_copy(update=nameless) for version in before
    ]
    objective = await log.objective("T1", "search")
    assert objective is not None
    assert objective.edited_by == ""


async def test_forgetting_again_finds_nothing(
    log: SqlLog, database: Database, clock: Clock
) -> None:
    await fill(log, clock)
    await log.forget_person("T1", "U100")
    before = await everything(database)
    assert await log.forget_person("T1", "U100") == 0
    assert await everything(database) == before


async def test_two_forgotten_people_can_not_be_confused_or_traced(
    log: SqlLog, clock: Clock
) -> None:
    for person in ("U1", "U2"):
        await log.add_outcomes([an_outcome(clock, f"{person}:{n}", person=person) for n in "ab"])
    for person in ("U1", "U2"):
        assert await log.forget_person("T1", person) == 2
    names = [outcome.person for outcome in await log.outcomes("T1")]
    assert len(set(names)) == 2
    assert not {"U1", "U2"} & set(names)


async def test_forgetting_a_person_leaves_others_and_elsewhere_alone(
    log: SqlLog, database: Database, clock: Clock
) -> None:
    others = [
        an_outcome(clock, "Ev1", person="U11", tried="Ask U1.", check_in="daily:2026-03-02:U11"),
        an_outcome(clock, "Ev2", person="u1", tried="Ask U1."),
        an_outcome(clock, "Ev3", workspace="T2", tried="Ask U1."),
    ]
    await log.add_outcomes(others)
    hypothesis = await log.save_hypothesis(
        a_hypothesis(clock, owner="U11", owner_name="U1's friend", edited_by="U11")
    )
    reading = a_measurement(clock, person="U11", note="U1 read it.")
    await log.add_measurement(reading)
    before = await everything(database)
    assert await log.forget_person("T1", "U1") == 0
    assert await everything(database) == before
    assert await log.hypotheses("T1") == [hypothesis]
    assert await log.measurements("T1") == [reading]


async def test_anothers_correction_still_names_what_it_corrects(log: SqlLog, clock: Clock) -> None:
    await log.add_outcomes([an_outcome(clock, "Ev1")])
    clock.advance(60)
    correction = an_outcome(clock, "Ev2", person="U2", tried="No.", replaces="Ev1")
    await log.add_outcomes([correction])
    await log.forget_person("T1", "U1")
    theirs, corrected = await log.outcomes("T1")
    assert theirs.id != "Ev1", "an event's id may hold the person's"
    assert corrected == correction.model_copy(update={"replaces": theirs.id})


@pytest.mark.parametrize("person", ["U_1", "U%", 'U"1', "Ü1\\"])
async def test_a_person_with_any_id_can_be_forgotten(
    log: SqlLog, database: Database, clock: Clock, person: str
) -> None:
    await fill(log, clock, person)
    other = an_outcome(clock, "Ev1", person="UX1", tried="Mine.")
    await log.add_outcomes([other])
    assert await log.forget_person("T1", person) == 2
    assert other in await log.outcomes("T1")
    kept = await everything(database)
    assert [planted for planted in PLANTED if planted in kept] == []
    hypothesis = await log.hypothesis("T1", "larger-model")
    assert hypothesis is not None
    assert hypothesis.owner == ""


async def test_people_are_forgotten_while_others_report_and_edit(
    replicas: list[SqlLog], database: Database, clock: Clock
) -> None:
    people = [f"U{number}" for number in range(100, 106)]
    kept = await replicas[0].save_hypothesis(a_hypothesis(clock, owner="U100"))
    for number, person in enumerate(people):
        replaces = f"Ev{number - 1}" if number else ""
        outcome = an_outcome(clock, f"Ev{number}", person=person, replaces=replaces, tried=person)
        await replicas[0].add_outcomes([outcome])
    assert kept is not None
    forget = [replicas[n % 2].forget_person("T1", person) for n, person in enumerate(people)]
    edits = [
        replicas[n % 2].save_hypothesis(kept.model_copy(update={"claim": f"{n}.", "owner": "U2"}))
        for n in range(4)
    ]
    report = [replicas[n % 2].add_outcomes([an_outcome(clock, f"New{n}")]) for n in range(4)]
    counts = await asyncio.gather(*itertools.chain(forget, edits, report))
    assert counts[: len(people)] == [1] * len(people)
    stored = await everything(database)
    assert [person for person in people if person in stored] == []
    chain = [outcome for outcome in await replicas[0].outcomes("T1") if outcome.id[:3] != "New"]
    assert [each.replaces for each in chain] == ["", *(each.id for each in chain[:-1])]


async def test_a_year_of_two_hundred_people_is_read_in_one_go(log: SqlLog, clock: Clock) -> None:
    start = clock()
    outcomes = [
        an_outcome(clock, f"Ev{n}", hypothesis=f"h{n % 97}", at=start + timedelta(minutes=n))
        for n in range(40_000)
    ]
    await log.add_outcomes(outcomes)
    assert await log.outcomes("T1") == outcomes
