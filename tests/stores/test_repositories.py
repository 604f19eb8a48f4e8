"""The contracts of conversations, documents and usage, on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import timedelta

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select

from bot.messages import Message
from bot.records import AnswerRecord, StoredDocument, Vote
from bot.stores.database import Database
from bot.stores.repositories import SqlConversations, SqlDocuments, SqlUsage
from bot.stores.tables import metadata, votes
from knowledge.passages import Passage
from tests.conftest import Clock

Make = Callable[..., Message]


def answered(message: Message, clock: Clock, **fields: object) -> AnswerRecord:
    return AnswerRecord.model_validate(
        {
            "id": message.id,
            "place": message.place,
            "person": message.person,
            "question": message.text,
            "text": f"About {message.text}",
            "asked_at": clock(),
            **fields,
        }
    )


async def test_migrations_make_exactly_the_declared_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_history_is_the_threads_own_oldest_first(
    database: Database, clock: Clock, a_message: Make
) -> None:
    conversations = SqlConversations(database)
    for number in range(3):
        message = a_message(f"question {number}", thread="t1")
        await conversations.record(answered(message, clock))
        clock.advance(60)
    for elsewhere in (
        a_message("other thread", thread="t2"),
        a_message("other workspace", thread="t1", workspace="T2"),
        a_message("other channel", thread="t1", channel="C2"),
    ):
        await conversations.record(answered(elsewhere, clock))
    place = a_message(thread="t1").place
    turns = await conversations.history(place, clock() - timedelta(hours=1), 2)
    assert [turn.text for turn in turns] == [
        "question 1", "About question 1", "question 2", "About question 2",
    ]  # fmt: skip
    assert await conversations.history(place, clock(), 2) == []


async def test_an_event_worked_on_twice_is_recorded_once(
    database: Database, clock: Clock, a_message: Make
) -> None:
    conversations = SqlConversations(database)
    message = a_message()
    await conversations.record(answered(message, clock))
    await conversations.record(answered(message, clock, text="again"))
    record = await conversations.answer("T1", message.id)
    assert record is not None
    assert record.text == "again"
    assert len(await conversations.history(message.place, clock(), 9)) == 2


async def test_an_answer_is_not_seen_from_another_workspace(
    database: Database, clock: Clock, a_message: Make
) -> None:
    conversations = SqlConversations(database)
    message = a_message(workspace="T1")
    await conversations.record(answered(message, clock))
    assert await conversations.answer("T2", message.id) is None


async def test_gaps_are_questions_not_covered_or_voted_down(
    database: Database, clock: Clock, a_message: Make
) -> None:
    conversations = SqlConversations(database)
    for text in ("Which GPU?", "which gpu? "):
        await conversations.record(answered(a_message(text), clock, abstained=True))
    disliked, liked = a_message("Who owns data?"), a_message("What is a flywheel?")
    for message in (disliked, liked):
        await conversations.record(answered(message, clock))
    for message, helpful in ((disliked, True), (disliked, False), (liked, True)):
        words = "" if helpful else "We have no data team"
        vote = Vote(answer_id=message.id, person="U1", helpful=helpful, at=clock(), words=words)
        await conversations.vote("T1", vote)
    gaps = await conversations.gaps("T1", 10)
    assert [(gap.question.strip().lower(), gap.times, gap.reason, gap.words) for gap in gaps] == [
        ("which gpu?", 2, "not covered", ""),
        ("who owns data?", 1, "voted down", "We have no data team"),
    ]
    assert await conversations.gaps("T2", 10) == []
    assert len(await conversations.gaps(None, 1)) == 1


async def test_a_forgotten_person_leaves_no_question_and_no_vote(
    database: Database, clock: Clock, a_message: Make
) -> None:
    conversations = SqlConversations(database)
    theirs = [a_message(person="U1") for _ in range(2)]
    others, elsewhere = a_message(person="U2"), a_message(person="U1", workspace="T2")
    for message in (*theirs, others, elsewhere):
        await conversations.record(answered(message, clock))
    for message, person in ((others, "U1"), (theirs[0], "U2")):
        vote = Vote(answer_id=message.id, person=person, helpful=False, at=clock())
        await conversations.vote("T1", vote)
    assert len(await conversations.gaps("T1", 9)) == 1
    assert await conversations.forget_person("T1", "U1") == 2
    assert [await conversations.answer("T1", message.id) for message in theirs] == [None, None]
    assert await conversations.answer("T1", others.id)
    assert await conversations.answer("T2", elsewhere.id)
    assert await conversations.gaps("T1", 9) == [], "the vote on another's answer is theirs too"
    async with database.transaction() as connection:
        assert (await connection.execute(select(votes))).all() == []
    assert await conversations.forget_person("T1", "U1") == 0


async def test_answers_expire_by_their_age_in_their_workspace(
    database: Database, clock: Clock, a_message: Make
) -> None:
    conversations = SqlConversations(database)
    old, elsewhere = a_message(), a_message(workspace="T2")
    for message in (old, elsewhere):
        await conversations.record(answered(message, clock))
        vote = Vote(answer_id=message.id, person="U2", helpful=True, at=clock())
        await conversations.vote(message.place.workspace, vote)
    clock.advance(60)
    new = a_message()
    await conversations.record(answered(new, clock))
    assert await conversations.workspaces() == ["T1", "T2"]
    assert await conversations.expire("T1", clock()) == 1
    assert await conversations.answer("T1", old.id) is None
    assert await conversations.answer("T1", new.id)
    assert await conversations.answer("T2", elsewhere.id)
    async with database.transaction() as connection:
        left = (await connection.execute(select(votes.c.workspace))).scalars().all()
    assert left == ["T2"]


def a_document(clock: Clock, name: str = "handbook.md", workspace: str = "T1") -> StoredDocument:
    return StoredDocument(
        workspace=workspace, name=name, title="Handbook", digest="0" * 64, passages=2,
        added_at=clock(),
    )  # fmt: skip


def some_passages(name: str = "handbook.md", *texts: str) -> list[Passage]:
    return [
        Passage(id=f"{name}-{text}", document=name, title="Handbook", section="", text=text)
        for text in texts or ("one", "two")
    ]


async def test_replacing_a_document_replaces_its_passages(database: Database, clock: Clock) -> None:
    documents = SqlDocuments(database)
    await documents.replace(a_document(clock), some_passages())
    before = await documents.revision("T1")
    clock.advance(1)
    changed = some_passages("handbook.md", "three")
    await documents.replace(a_document(clock), changed)
    assert await documents.passages("T1") == changed
    assert [document.name for document in await documents.all("T1")] == ["handbook.md"]
    assert await documents.revision("T1") != before


async def test_documents_belong_to_their_workspace(database: Database, clock: Clock) -> None:
    documents = SqlDocuments(database)
    await documents.replace(a_document(clock, workspace="T1"), some_passages())
    assert await documents.find("T2", "handbook.md") is None
    assert await documents.passages("T2") == []
    assert not await documents.remove("T2", "handbook.md")
    assert await documents.remove("T1", "handbook.md")
    assert await documents.passages("T1") == []
    assert await documents.find("T1", "handbook.md") is None


async def test_usage_adds_up_by_workspace_and_day(database: Database) -> None:
    usage = SqlUsage(database)
    for tokens in (10, 5):
        await usage.spend("T1", "2026-03-02", tokens)
    assert await usage.spent("T1", "2026-03-02") == 15
    assert await usage.spent("T1", "2026-03-03") == 0
    assert await usage.spent("T2", "2026-03-02") == 0
