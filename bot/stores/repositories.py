"""Conversations, documents and usage in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Delete,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Place, Turn
from bot.records import AnswerRecord, Gap, StoredDocument, Vote
from bot.stores import tables
from bot.stores.database import Database
from bot.stores.queues import insert_new
from bot.stores.tables import answers, documents, usage, votes
from knowledge.passages import Passage


class SqlConversations:
    """Questions, answers and opinions; see `bot.ports.Conversations`."""

    def __init__(self, database: Database) -> None:
        """Work in *database*."""
        self._database = database

    async def record(self, answer: AnswerRecord) -> None:
        """See `bot.ports.Conversations.record`."""
        values = {
            "channel": answer.place.channel,
            "thread": answer.place.thread,
            "person": answer.person.id,
            "question": answer.question,
            "abstained": answer.abstained,
            "asked_at": answer.asked_at,
            "record": answer.model_dump_json(exclude_defaults=True),
        }
        async with self._database.transaction() as connection:
            await connection.execute(
                insert_new(connection, answers)
                .values(workspace=answer.place.workspace, id=answer.id, **values)
                .on_conflict_do_update(index_elements=["workspace", "id"], set_=values)
            )

    async def answer(self, workspace: str, answer_id: str) -> AnswerRecord | None:
        """See `bot.ports.Conversations.answer`."""
        query = select(answers.c.record).where(
            answers.c.workspace == workspace, answers.c.id == answer_id
        )
        async with self._database.transaction() as connection:
            record = (await connection.execute(query)).scalar_one_or_none()
        return AnswerRecord.model_validate_json(record) if record else None

    async def history(self, place: Place, since: datetime, limit: int) -> list[Turn]:
        """See `bot.ports.Conversations.history`."""
        query = (
            select(answers.c.record)
            .where(
                answers.c.workspace == place.workspace,
                answers.c.channel == place.channel,
                answers.c.thread == place.thread,
                answers.c.asked_at >= since,
            )
            .order_by(answers.c.asked_at.desc())
            .limit(limit)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).scalars().all()
        exchanges = [AnswerRecord.model_validate_json(row) for row in reversed(rows)]
        return [turn for exchange in exchanges for turn in _turns(exchange)]

    async def vote(self, workspace: str, vote: Vote) -> None:
        """See `bot.ports.Conversations.vote`."""
        opinion = {"helpful": vote.helpful, "at": vote.at, "words": vote.words}
        async with self._database.transaction() as connection:
            await connection.execute(
                insert_new(connection, votes)
                .values(
                    workspace=workspace, answer_id=vote.answer_id, person=vote.person, **opinion
                )
                .on_conflict_do_update(
                    index_elements=["workspace", "answer_id", "person"], set_=opinion
                )
            )

    async def gaps(self, workspace: str | None, limit: int) -> list[Gap]:
        """See `bot.ports.Conversations.gaps`."""
        asked_when = (answers.c.question, answers.c.asked_at)
        unanswered = select(*asked_when, literal("").label("words")).where(answers.c.abstained)
        disliked = (
            select(*asked_when, votes.c.words)
            .join(
                votes,
                and_(votes.c.workspace == answers.c.workspace, votes.c.answer_id == answers.c.id),
            )
            .where(votes.c.helpful.is_(False), answers.c.abstained.is_(False))
        )
        found: list[Gap] = []
        async with self._database.transaction() as connection:
            for reason, query in (("not covered", unanswered), ("voted down", disliked)):
                scoped = query.where(answers.c.workspace == workspace) if workspace else query
                asked = scoped.subquery()
                grouped = select(
                    func.min(asked.c.question).label("question"),
                    func.count().label("times"),
                    func.max(asked.c.asked_at).label("last_asked"),
                    func.max(asked.c.words).label("words"),
                ).group_by(func.lower(func.trim(asked.c.question)))
                rows = (await connection.execute(grouped)).mappings()
                found.extend(Gap.model_validate({**row, "reason": reason}) for row in rows)
        return sorted(found, key=lambda gap: (-gap.times, -gap.last_asked.timestamp()))[:limit]

    async def forget_person(self, workspace: str, person: str) -> int:
        """See `bot.ports.Conversations.forget_person`; their votes go too."""
        theirs = and_(answers.c.workspace == workspace, answers.c.person == person)
        opinions = and_(votes.c.workspace == workspace, votes.c.person == person)
        async with self._database.transaction() as connection:
            await connection.execute(delete(votes).where(opinions))
            return await _delete_answers(connection, workspace, theirs)

    async def expire(self, workspace: str, before: datetime) -> int:
        """See `bot.ports.Conversations.expire`; the votes on them go too."""
        old = and_(answers.c.workspace == workspace, answers.c.asked_at < before)
        async with self._database.transaction() as connection:
            return await _delete_answers(connection, workspace, old)

    async def workspaces(self) -> list[str]:
        """See `bot.ports.Conversations.workspaces`."""
        query = select(answers.c.workspace).distinct().order_by(answers.c.workspace)
        async with self._database.transaction() as connection:
            return list((await connection.execute(query)).scalars())


async def _delete_answers(
    connection: AsyncConnection, workspace: str, which: ColumnElement[bool]
) -> int:
    """Delete the workspace's answers *which*, and what people thought of them."""
    ids = select(answers.c.id).where(which)
    on_them = and_(votes.c.workspace == workspace, votes.c.answer_id.in_(ids))
    await connection.execute(delete(votes).where(on_them))
    return (await connection.execute(delete(answers).where(which))).rowcount


def _turns(exchange: AnswerRecord) -> list[Turn]:
    return [
        Turn(role="user", text=exchange.question),
        Turn(role="assistant", text=exchange.text),
    ]


class SqlDocuments:
    """Documents and their passages; see `bot.ports.Documents`."""

    def __init__(self, database: Database) -> None:
        """Work in *database*."""
        self._database = database

    async def find(self, workspace: str, name: str) -> StoredDocument | None:
        """See `bot.ports.Documents.find`."""
        query = select(documents).where(
            documents.c.workspace == workspace, documents.c.name == name
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return _document(row) if row else None

    async def all(self, workspace: str) -> list[StoredDocument]:
        """See `bot.ports.Documents.all`."""
        query = (
            select(documents).where(documents.c.workspace == workspace).order_by(documents.c.name)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_document(row) for row in rows]

    async def replace(self, document: StoredDocument, passages: Sequence[Passage]) -> None:
        """See `bot.ports.Documents.replace`."""
        async with self._database.transaction() as connection:
            for statement in _deletions(document.workspace, document.name):
                await connection.execute(statement)
            await connection.execute(insert(documents), document.model_dump())
            rows = [
                {**passage.model_dump(), "workspace": document.workspace, "position": position}
                for position, passage in enumerate(passages)
            ]
            if rows:
                await connection.execute(insert(tables.passages), rows)

    async def remove(self, workspace: str, name: str) -> bool:
        """See `bot.ports.Documents.remove`."""
        async with self._database.transaction() as connection:
            results = [await connection.execute(s) for s in _deletions(workspace, name)]
        return results[-1].rowcount == 1

    async def revision(self, workspace: str) -> str:
        """See `knowledge.library.DocumentSource.revision`."""
        query = select(
            func.count(), func.max(documents.c.added_at), func.min(documents.c.digest)
        ).where(documents.c.workspace == workspace)
        async with self._database.transaction() as connection:
            return str(tuple((await connection.execute(query)).one()))

    async def passages(self, workspace: str) -> list[Passage]:
        """See `bot.ports.Documents.passages`."""
        query = (
            select(tables.passages)
            .where(tables.passages.c.workspace == workspace)
            .order_by(tables.passages.c.document, tables.passages.c.position)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Passage(
                id=row["id"],
                document=row["document"],
                title=row["title"],
                section=row["section"],
                text=row["text"],
            )
            for row in rows
        ]


def _document(row: RowMapping) -> StoredDocument:
    return StoredDocument.model_validate(dict(row))


def _deletions(workspace: str, name: str) -> tuple[Delete, Delete]:
    pieces = tables.passages
    return (
        delete(pieces).where(pieces.c.workspace == workspace, pieces.c.document == name),
        delete(documents).where(documents.c.workspace == workspace, documents.c.name == name),
    )


class SqlUsage:
    """Tokens per workspace and day; see `bot.ports.Usage`."""

    def __init__(self, database: Database) -> None:
        """Work in *database*."""
        self._database = database

    async def spent(self, workspace: str, day: str) -> int:
        """See `bot.ports.Usage.spent`."""
        query = select(usage.c.tokens).where(usage.c.workspace == workspace, usage.c.day == day)
        async with self._database.transaction() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or 0

    async def spend(self, workspace: str, day: str, tokens: int) -> None:
        """See `bot.ports.Usage.spend`."""
        async with self._database.transaction() as connection:
            await connection.execute(
                insert_new(connection, usage)
                .values(workspace=workspace, day=day, tokens=tokens)
                .on_conflict_do_update(
                    index_elements=["workspace", "day"],
                    set_={"tokens": usage.c.tokens + tokens},
                )
            )
