"""The contracts of reviews, contexts, objections and policies, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import review_forms as forms
from bot.messages import Button, Delivery, Message, Press, Reply, Submission
from bot.records import (
    BusinessContext,
    Finding,
    Inquiry,
    KeptContext,
    Kind,
    MetricMeaning,
    Objection,
    Policy,
    ReviewRecord,
)
from bot.stores.database import Database
from bot.stores.queues import LEASE, SqlInbox, SqlOutbox
from bot.stores.reviews import SqlContexts, SqlObjections, SqlPolicies, SqlReviews
from bot.stores.tables import inbox as inbox_table
from bot.stores.tables import metadata
from bot.stores.tables import outbox as outbox_table
from tests.conftest import Clock

Make = Callable[..., Message]

DRAFT = "Quokka accuracy is up 3 points, we will ship on Friday."


@pytest.fixture
def reviews(database: Database) -> SqlReviews:
    return SqlReviews(database)


@pytest.fixture
def inbox(database: Database, clock: Clock) -> SqlInbox:
    return SqlInbox(database, "one", clock)


@pytest.fixture
def outbox(database: Database, clock: Clock) -> SqlOutbox:
    return SqlOutbox(database, "one", clock)


def reviewed(message: Message, clock: Clock, **fields: object) -> ReviewRecord:
    finding = Finding(
        kind=Kind.PROMISE, quote="we will ship", start=34, end=46, message="Why.", advice="What."
    )
    return ReviewRecord.model_validate(
        {
            "id": message.id,
            "place": message.place,
            "person": message.person,
            "draft": message.text,
            "findings": (finding,),
            "rewrite": f"{message.text} Perhaps.",
            "inquiries": (Inquiry(name="impact", text="Why does it matter?", kind=Kind.JARGON),),
            "reviewed_at": clock(),
            **fields,
        }
    )


def review_shown(message: Message, review_id: str = "", text: str = DRAFT) -> Delivery:
    """Make the delivery of a review, answering *message*."""
    button = Button(label="Delete now", action=forms.DELETE, value=review_id or message.id)
    return Delivery(
        key=f"slack:{message.place.workspace}:{message.id}",
        place=message.place,
        person=message.person,
        reply=Reply(text=text, buttons=(button,)),
    )


async def answer(inbox: SqlInbox, message: Message, *deliveries: Delivery) -> None:
    """Bring deliveries into the outbox the way they get there."""
    await inbox.put(message)
    claimed = await inbox.claim(1)
    assert claimed == [message]
    assert await inbox.finish(message, deliveries)


async def everything(database: Database) -> str:
    """Return the contents of every table in one string."""
    rows: list[Any] = []
    async with database.transaction() as connection:
        for table in metadata.sorted_tables:
            rows.extend((await connection.execute(select(table))).all())
    return "\n".join(map(str, rows))


# -- keeping


async def test_a_review_is_found_as_it_was_kept_in_its_workspace_alone(
    reviews: SqlReviews, clock: Clock, a_message: Make
) -> None:
    review = reviewed(a_message(DRAFT, workspace="T1"), clock)
    await reviews.keep(review)
    assert await reviews.find("T1", review.id) == review
    assert await reviews.find("T2", review.id) is None
    assert await reviews.find("T1", "another") is None


async def test_keeping_a_review_again_replaces_it(
    reviews: SqlReviews, clock: Clock, a_message: Make
) -> None:
    review = reviewed(a_message(DRAFT), clock)
    await reviews.keep(review)
    answered = review.model_copy(update={"answers": {"impact": "Fewer calls."}})
    await reviews.keep(answered)
    assert await reviews.find("T1", review.id) == answered


async def test_a_long_draft_in_any_script_is_kept_whole(
    reviews: SqlReviews, clock: Clock, a_message: Make
) -> None:
    draft = ("Ünïcode \\ \"quoted\" 🐨 'x' % _ \u2028\t" * 5_000)[:120_000]
    review = reviewed(a_message(draft), clock)
    await reviews.keep(review)
    assert await reviews.find("T1", review.id) == review


# -- forgetting one


async def test_a_forgotten_review_is_gone_and_stays_so(
    reviews: SqlReviews, database: Database, clock: Clock, a_message: Make
) -> None:
    review = reviewed(a_message(DRAFT), clock)
    await reviews.keep(review)
    assert await reviews.forget("T1", review.id)
    assert not await reviews.forget("T1", review.id), "there is nothing left to delete"
    await reviews.keep(review)
    assert await reviews.find("T1", review.id) is None, "work under way does not bring it back"
    assert "Quokka" not in await everything(database)


async def test_a_review_is_not_forgotten_from_another_workspace(
    reviews: SqlReviews, clock: Clock, a_message: Make
) -> None:
    review = reviewed(a_message(DRAFT, workspace="T1"), clock)
    await reviews.keep(review)
    assert not await reviews.forget("T2", review.id)
    assert await reviews.find("T1", review.id) == review


async def test_a_forgotten_review_is_not_sent_any_more(
    reviews: SqlReviews,
    inbox: SqlInbox,
    outbox: SqlOutbox,
    database: Database,
    clock: Clock,
    a_message: Make,
) -> None:
    draft, answered, given_up = (a_message(DRAFT) for _ in range(3))
    await reviews.keep(reviewed(draft, clock))
    await answer(inbox, given_up, review_shown(given_up, draft.id))
    await outbox.claim(1)
    await outbox.failed(f"slack:T1:{given_up.id}", "channel_not_found")
    await answer(inbox, draft, review_shown(draft))
    await outbox.claim(1)
    await answer(inbox, answered, review_shown(answered, draft.id))
    await reviews.forget("T1", draft.id)
    assert await outbox.claim(9) == []
    assert await outbox.waiting() == 0
    assert "Quokka" not in await everything(database)


async def test_an_answer_to_a_forgotten_review_is_not_worked_on_any_more(
    reviews: SqlReviews, inbox: SqlInbox, database: Database, clock: Clock, a_message: Make
) -> None:
    draft = a_message(DRAFT)
    await reviews.keep(reviewed(draft, clock))
    given = Submission(action=forms.QUESTIONS, value=draft.id, answers={"impact": "Quokka sales."})
    claimed, waiting = (a_message("", submission=given) for _ in range(2))
    await inbox.put(claimed)
    await inbox.claim(1)
    await inbox.put(waiting)
    await reviews.forget("T1", draft.id)
    assert await inbox.claim(9) == []
    assert not await inbox.finish(claimed, [review_shown(claimed, draft.id)])
    await inbox.put(waiting)
    assert await inbox.claim(9) == [], "a repeated event is still known"
    assert "Quokka" not in await everything(database)


async def test_forgetting_a_review_leaves_everything_else_alone(
    reviews: SqlReviews, inbox: SqlInbox, outbox: SqlOutbox, clock: Clock, a_message: Make
) -> None:
    draft, other = a_message(DRAFT, id="Ev1"), a_message(DRAFT, id="Ev11")
    for message in (draft, other):
        await reviews.keep(reviewed(message, clock))
    posted = a_message("")
    post = Delivery(
        key="post", place=posted.place, person=posted.person,
        reply=Reply(text="As the author wanted it.", posts_to="C9"),
    )  # fmt: skip
    await answer(inbox, other, review_shown(other))
    await answer(inbox, posted, post)
    press = a_message("", press=Press(action=forms.DELETE, value=draft.id))
    asked_to_post = a_message(
        "", submission=Submission(action=forms.POST, value=draft.id, answers={"channel": "C9"})
    )
    await inbox.put(press)
    await inbox.claim(1)
    await inbox.put(asked_to_post)

    assert await reviews.forget("T1", draft.id)
    assert await reviews.find("T1", other.id)
    assert {d.key for d in await outbox.claim(9)} == {"slack:T1:Ev11", "post"}
    assert await inbox.finish(press, []), "the button that deletes is answered"
    assert await inbox.claim(9) == [asked_to_post], "its author is told that the draft is gone"


async def test_what_was_given_up_on_is_erased_where_no_version_can_read_it(
    reviews: SqlReviews, inbox: SqlInbox, database: Database, clock: Clock, a_message: Make
) -> None:
    draft = a_message(DRAFT, id="Ev1")
    await reviews.keep(reviewed(draft, clock))
    await inbox.put(a_message(id="Ev2"))
    async with database.transaction() as connection:
        cut_off = '{"id": "Ev1", "text": "Quokka'
        await connection.execute(update(inbox_table).values(message=cut_off))
    await reviews.forget("T1", "Ev1")
    assert "Quokka" not in await everything(database)


class NewerMessage(Message):
    """A message as a version of Coach writes it that this one does not know."""

    mood: str = ""


class NewerReply(Reply):
    """A reply of that version."""

    tone: str = ""


class NewerDelivery(Delivery):
    """A delivery of that version."""

    reply: NewerReply  # pyright: ignore[reportIncompatibleVariableOverride] - frozen, so sound


async def from_a_newer_version(
    inbox: SqlInbox, outbox: SqlOutbox, message: Message, review_id: str
) -> None:
    """Bring a message and a delivery into the queues that this version can't read."""
    plain = review_shown(message, review_id)
    reply = NewerReply.model_validate({**plain.reply.model_dump(), "tone": "warm"})
    newer = NewerDelivery.model_validate({**plain.model_dump(), "reply": reply.model_dump()})
    await answer(inbox, message, newer)
    await inbox.put(
        NewerMessage.model_validate({**message.model_dump(), "id": "EvN", "mood": "glad"})
    )
    assert (await inbox.claim(9), await outbox.claim(9)) == ([], [])


async def test_rows_of_a_newer_version_are_erased_for_whom_they_concern(
    reviews: SqlReviews,
    inbox: SqlInbox,
    outbox: SqlOutbox,
    database: Database,
    a_message: Make,
) -> None:
    message = a_message(f"{DRAFT} Thanks, U1 and Ev1!", person="U12")
    await from_a_newer_version(inbox, outbox, message, "Ev12")
    await reviews.forget("T1", "Ev1")
    await reviews.forget_person("T1", "U1")
    assert (await inbox.waiting(), await outbox.waiting()) == (1, 1), "they only name them"
    await reviews.forget("T1", "Ev12")
    assert (await inbox.waiting(), await outbox.waiting()) == (1, 0)
    await reviews.forget_person("T1", "U12")
    assert await inbox.waiting() == 0
    assert "Quokka" not in await everything(database)


# -- forgetting a person


async def test_a_forgotten_person_leaves_nothing_of_what_they_wrote(
    reviews: SqlReviews,
    inbox: SqlInbox,
    outbox: SqlOutbox,
    database: Database,
    clock: Clock,
    a_message: Make,
) -> None:
    drafts = [a_message(DRAFT, person="U1") for _ in range(2)]
    for message in drafts:
        await reviews.keep(reviewed(message, clock))
        await answer(inbox, message, review_shown(message))
    await outbox.claim(1)
    await outbox.failed((await being_sent(database))[0], "not_in_channel")
    worked_on, waiting = (a_message(DRAFT, person="U1") for _ in range(2))
    await inbox.put(worked_on)
    await inbox.claim(1)
    await inbox.put(waiting)

    assert await reviews.forget_person("T1", "U1") == 2
    await reviews.keep(reviewed(worked_on, clock))
    assert await reviews.find("T1", worked_on.id) is None, "it was being reviewed at that moment"
    assert not await inbox.finish(worked_on, [review_shown(worked_on)])
    assert (await inbox.claim(9), await outbox.claim(9)) == ([], [])
    assert "Quokka" not in await everything(database)
    assert await reviews.forget_person("T1", "U1") == 0


async def being_sent(database: Database) -> list[str]:
    query = select(outbox_table.c.key).where(outbox_table.c.state == "sending")
    async with database.transaction() as connection:
        return list((await connection.execute(query)).scalars())


async def test_forgetting_a_person_leaves_others_alone(
    reviews: SqlReviews, inbox: SqlInbox, outbox: SqlOutbox, clock: Clock, a_message: Make
) -> None:
    others = [
        a_message(DRAFT, person="U11", workspace="T1"),
        a_message(DRAFT, person="U1", workspace="T2"),
        a_message("What does U1 do?", person="U2", workspace="T1"),
    ]
    for message in others:
        await reviews.keep(reviewed(message, clock))
        await answer(inbox, message, review_shown(message))
        clock.advance(1)
    for message in others:
        await inbox.put(message.model_copy(update={"id": f"{message.id}-again"}))
        clock.advance(1)
    assert await reviews.forget_person("T1", "U1") == 0
    for message in others:
        assert await reviews.find(message.place.workspace, message.id)
    assert len(await inbox.claim(9)) == 3
    assert len(await outbox.claim(9)) == 3


# -- expiry


async def test_reviews_expire_by_their_age_in_their_workspace(
    reviews: SqlReviews, database: Database, clock: Clock, a_message: Make
) -> None:
    old, elsewhere = a_message(DRAFT), a_message("Elsewhere.", workspace="T2")
    for message in (old, elsewhere):
        await reviews.keep(reviewed(message, clock))
    clock.advance(60)
    new = a_message("Newer.")
    await reviews.keep(reviewed(new, clock))
    assert await reviews.expire("T1", clock()) == 1
    assert await reviews.expire("T1", clock()) == 0
    assert await reviews.find("T1", old.id) is None
    assert await reviews.find("T1", new.id)
    assert await reviews.find("T2", elsewhere.id)
    assert "Quokka" not in await everything(database)


async def test_a_deleted_review_expires_without_being_counted(
    reviews: SqlReviews, database: Database, clock: Clock, a_message: Make
) -> None:
    message = a_message(DRAFT)
    await reviews.keep(reviewed(message, clock))
    await reviews.forget("T1", message.id)
    assert await reviews.expire("T1", clock() + timedelta(seconds=1)) == 0
    assert message.id not in await everything(database)


async def test_what_waited_or_failed_for_too_long_loses_its_text(
    reviews: SqlReviews,
    inbox: SqlInbox,
    outbox: SqlOutbox,
    database: Database,
    clock: Clock,
    a_message: Make,
) -> None:
    failed, stuck, unreadable = (a_message(DRAFT) for _ in range(3))
    for message in (failed, stuck):
        await answer(inbox, message, review_shown(message))
        await outbox.claim(1)
    await outbox.failed(f"slack:T1:{failed.id}", "channel_not_found")
    await inbox.put(unreadable)
    async with database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE inbox SET message = 'Quokka' WHERE message != ''")
    assert await inbox.claim(9) == []
    await inbox.put(a_message("Quokka, says a message that nobody worked on."))
    clock.advance(60)
    fresh = a_message("Fresh.")
    await inbox.put(fresh)

    assert await reviews.workspaces() == ["T1"], "where text waits there is something to expire"
    await reviews.expire("T1", clock())
    assert "Quokka" not in await everything(database)
    assert await inbox.claim(9) == [fresh]
    clock.advance(LEASE.total_seconds() + 1)
    assert await outbox.orphans() == []
    await outbox.retry(f"slack:T1:{stuck.id}", 0)
    assert await outbox.claim(9) == []
    assert await outbox.waiting() == 0, "a send that was under way does not come back empty"


async def test_text_in_the_queues_of_another_workspace_stays(
    reviews: SqlReviews, inbox: SqlInbox, clock: Clock, a_message: Make
) -> None:
    message = a_message(DRAFT, workspace="T2")
    await inbox.put(message)
    await reviews.expire("T1", clock() + timedelta(days=1))
    assert await inbox.claim(9) == [message]


async def test_workspaces_without_anything_to_expire_are_not_listed(
    reviews: SqlReviews, inbox: SqlInbox, outbox: SqlOutbox, clock: Clock, a_message: Make
) -> None:
    sent = a_message(DRAFT, workspace="T1")
    await answer(inbox, sent, review_shown(sent))
    await outbox.claim(1)
    await outbox.sent(f"slack:T1:{sent.id}", "ts")
    assert await reviews.workspaces() == []
    await reviews.keep(reviewed(a_message(DRAFT, workspace="T3"), clock))
    await inbox.put(a_message(DRAFT, workspace="T2"))
    assert await reviews.workspaces() == ["T2", "T3"]


async def test_erased_rows_still_hold_what_tells_repeats(
    reviews: SqlReviews, inbox: SqlInbox, database: Database, a_message: Make
) -> None:
    message = a_message(DRAFT, person="U1")
    await inbox.put(message)
    await reviews.forget_person("T1", "U1")
    async with database.transaction() as connection:
        row = (await connection.execute(select(inbox_table))).one()
    assert (row.event_id, row.state, row.message, row.owner) == (message.id, "done", "", None)


# -- contexts


@pytest.fixture
def contexts(database: Database) -> SqlContexts:
    return SqlContexts(database)


def a_context(clock: Clock, name: str = "Search", workspace: str = "T1", **fields: str) -> Any:
    meaning = MetricMeaning(metric="nDCG", business_measure="conversion", effect="+1 is 40k")
    return KeptContext(
        workspace=workspace,
        name=name,
        context=BusinessContext.model_validate(
            {"project": name, "goal": "Sell more.", "metrics": (meaning,), **fields}
        ),
        edited_by="U1",
        edited_at=clock(),
    )


async def test_every_save_is_the_next_version_and_the_newest_is_in_force(
    contexts: SqlContexts, clock: Clock
) -> None:
    first = await contexts.save(a_context(clock))
    clock.advance(60)
    second = await contexts.save(a_context(clock, goal="Sell better."))
    assert (first.version, second.version) == (1, 2)
    assert await contexts.find("T1", "Search") == second
    assert await contexts.find("T1", "Search", 1) == first
    assert await contexts.find("T1", "Search", 3) is None
    assert await contexts.versions("T1", "Search") == [second, first]


async def test_names_are_compared_without_case_and_spacing(
    contexts: SqlContexts, clock: Clock
) -> None:
    await contexts.save(a_context(clock, "Search  Team"))
    again = await contexts.save(a_context(clock, "search team "))
    assert again.version == 2
    assert await contexts.find("T1", "SEARCH TEAM") == again
    assert await contexts.all("T1") == [again]


async def test_all_contexts_in_force_are_listed_by_name(
    contexts: SqlContexts, clock: Clock
) -> None:
    for name in ("search", "Ads", "search", "Maps"):
        await contexts.save(a_context(clock, name))
    assert [(kept.name, kept.version) for kept in await contexts.all("T1")] == [
        ("Ads", 1), ("Maps", 1), ("search", 2),
    ]  # fmt: skip
    assert await contexts.all("T2") == []


async def test_contexts_belong_to_their_workspace(contexts: SqlContexts, clock: Clock) -> None:
    await contexts.save(a_context(clock, workspace="T1"))
    other = await contexts.save(a_context(clock, workspace="T2", goal="Another."))
    assert other.version == 1
    assert await contexts.forget("T1", "Search")
    assert await contexts.find("T2", "Search") == other
    assert await contexts.find("T1", "Search") is None


async def test_a_forgotten_context_loses_all_versions(contexts: SqlContexts, clock: Clock) -> None:
    for _ in range(3):
        await contexts.save(a_context(clock))
    assert await contexts.forget("T1", "search")
    assert not await contexts.forget("T1", "search")
    assert await contexts.versions("T1", "Search") == []
    assert (await contexts.save(a_context(clock))).version == 1


async def test_saves_at_the_same_moment_get_different_numbers(
    database: Database, database_url: str, clock: Clock
) -> None:
    stores = [SqlContexts(database), SqlContexts(database)]
    saved = await asyncio.gather(
        *(stores[n % 2].save(a_context(clock, goal=f"Goal {n}.")) for n in range(24))
    )
    assert sorted(kept.version for kept in saved) == list(range(1, 25))
    versions = await stores[0].versions("T1", "Search")
    assert sorted(versions, key=lambda kept: kept.version) == sorted(
        saved, key=lambda kept: kept.version
    )


async def test_the_longest_name_fits_however_it_folds(contexts: SqlContexts, clock: Clock) -> None:
    for name in ("ΐ" * 150, "🐨" * 150, "ß" * 150):
        saved = await contexts.save(a_context(clock, name))
        assert await contexts.find("T1", name) == saved


async def test_a_forgotten_editor_leaves_the_team_its_contexts(
    contexts: SqlContexts, clock: Clock
) -> None:
    await contexts.save(a_context(clock))
    await contexts.forget_person("T2", "U1")
    kept = await contexts.find("T1", "Search")
    assert kept is not None
    assert kept.edited_by == "U1"
    await contexts.forget_person("T1", "U1")
    assert await contexts.find("T1", "Search") == kept.model_copy(update={"edited_by": ""})


# -- objections


@pytest.fixture
def objections(database: Database) -> SqlObjections:
    return SqlObjections(database)


def an_objection(clock: Clock, phrase: str = "Game-Changer", **fields: object) -> Objection:
    return Objection.model_validate(
        {"kind": Kind.HYPE, "phrase": phrase, "person": "U1", "at": clock(), **fields}
    )


async def test_the_same_objection_in_any_case_changes_nothing(
    objections: SqlObjections, clock: Clock
) -> None:
    first = an_objection(clock)
    await objections.raise_("T1", first)
    clock.advance(60)
    await objections.raise_("T1", an_objection(clock, "game-changer", person="U2"))
    assert await objections.all("T1") == [first]
    await objections.raise_("T1", an_objection(clock, kind=Kind.JARGON))
    assert len(await objections.all("T1")) == 2, "of another kind it is another objection"
    assert await objections.all("T2") == []


async def test_objections_wait_first_then_the_newest_come_first(
    objections: SqlObjections, clock: Clock
) -> None:
    for phrase in ("one", "two", "three", "four"):
        await objections.raise_("T1", an_objection(clock, phrase))
        clock.advance(60)
    assert await objections.decide("T1", Kind.HYPE, "Three", allowed=True)
    assert await objections.decide("T1", Kind.HYPE, "four", allowed=False)
    assert [(o.phrase, o.state) for o in await objections.all("T1")] == [
        ("two", "waiting"), ("one", "waiting"), ("four", "refused"), ("three", "allowed"),
    ]  # fmt: skip


async def test_what_nobody_objected_to_can_not_be_decided(
    objections: SqlObjections, clock: Clock
) -> None:
    await objections.raise_("T1", an_objection(clock))
    assert not await objections.decide("T1", Kind.JARGON, "Game-Changer", allowed=True)
    assert not await objections.decide("T2", Kind.HYPE, "Game-Changer", allowed=True)
    assert not await objections.decide("T1", Kind.HYPE, "another", allowed=True)


async def test_a_decision_can_be_reversed_and_outlives_new_objections(
    objections: SqlObjections, clock: Clock
) -> None:
    await objections.raise_("T1", an_objection(clock, "a\n  phrase"))
    for allowed in (True, False):
        assert await objections.decide("T1", Kind.HYPE, "a phrase", allowed=allowed)
    await objections.raise_("T1", an_objection(clock, "A Phrase"))
    assert [o.state for o in await objections.all("T1")] == ["refused"]


async def test_the_longest_phrase_fits_however_it_folds(
    objections: SqlObjections, clock: Clock
) -> None:
    phrase = "ΐ" * 500
    await objections.raise_("T1", an_objection(clock, phrase))
    assert await objections.decide("T1", Kind.HYPE, phrase, allowed=True)


async def test_a_forgotten_persons_undecided_objections_go_and_rules_stay(
    objections: SqlObjections, clock: Clock
) -> None:
    for phrase in ("rule", "undecided"):
        await objections.raise_("T1", an_objection(clock, phrase))
    await objections.raise_("T1", an_objection(clock, "another's", person="U2"))
    await objections.decide("T1", Kind.HYPE, "rule", allowed=True)
    assert await objections.forget_person("T1", "U1") == 1
    assert [(o.phrase, o.person) for o in await objections.all("T1")] == [
        ("another's", "U2"), ("rule", ""),
    ]  # fmt: skip


# -- policies


async def test_a_workspace_without_decisions_has_the_defaults(database: Database) -> None:
    assert await SqlPolicies(database).policy("T1") == Policy()


async def test_a_decision_replaces_the_one_before_in_its_workspace(database: Database) -> None:
    policies = SqlPolicies(database)
    await policies.decide("T1", Policy(draft_days=1))
    decided = Policy(draft_days=7, answer_days=90, drafts_to_model=True, scale="ipcc")
    await policies.decide("T1", decided)
    assert await policies.policy("T1") == decided
    assert await policies.policy("T2") == Policy()
