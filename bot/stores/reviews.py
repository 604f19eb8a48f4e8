"""Reviews of drafts, business contexts, objections to findings and policies in SQL."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, RowMapping, and_, case, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import BusinessContext, KeptContext, Kind, Objection, Policy, ReviewRecord
from bot.stores.database import Database
from bot.stores.erasing import (
    Erased,
    erase_before,
    erase_person,
    erase_review,
    workspaces_with_text,
)
from bot.stores.queues import insert_new
from bot.stores.tables import contexts, objections, policies, reviews

_DELETED = {"person": "", "record": ""}


class SqlReviews:
    """Drafts and their reviews; see `bot.ports.Reviews`.

    Deleting a review also erases its text from the inbox and the outbox, and a review that was
    deleted stays so: `keep` does not bring it back.
    """

    def __init__(self, database: Database) -> None:
        """Work in *database*."""
        self._database = database

    async def keep(self, review: ReviewRecord) -> None:
        """See `bot.ports.Reviews.keep`."""
        values = {
            "person": review.person.id,
            "reviewed_at": review.reviewed_at,
            "record": review.model_dump_json(exclude_defaults=True),
        }
        async with self._database.transaction() as connection:
            await connection.execute(
                insert_new(connection, reviews)
                .values(workspace=review.place.workspace, id=review.id, **values)
                .on_conflict_do_update(
                    index_elements=["workspace", "id"], set_=values, where=_there()
                )
            )

    async def find(self, workspace: str, review_id: str) -> ReviewRecord | None:
        """See `bot.ports.Reviews.find`."""
        query = select(reviews.c.record).where(
            reviews.c.workspace == workspace, reviews.c.id == review_id, _there()
        )
        async with self._database.transaction() as connection:
            record = (await connection.execute(query)).scalar_one_or_none()
        return ReviewRecord.model_validate_json(record) if record else None

    async def forget(self, workspace: str, review_id: str) -> bool:
        """See `bot.ports.Reviews.forget`."""
        its = and_(reviews.c.workspace == workspace, reviews.c.id == review_id)
        async with self._database.transaction() as connection:
            found = await _deleted(connection, its)
            await erase_review(connection, workspace, review_id)
        return found == 1

    async def forget_person(self, workspace: str, person: str) -> int:
        """See `bot.ports.Reviews.forget_person`; what else waits of theirs is erased too."""
        theirs = and_(reviews.c.workspace == workspace, reviews.c.person == person)
        async with self._database.transaction() as connection:
            erased = await erase_person(connection, workspace, person)
            found = await _deleted(connection, theirs)
            await _keep_out(connection, workspace, erased)
        return found

    async def expire(self, workspace: str, before: datetime) -> int:
        """See `bot.ports.Reviews.expire`; what has waited or failed for as long is erased too."""
        old = and_(reviews.c.workspace == workspace, reviews.c.reviewed_at < before)
        async with self._database.transaction() as connection:
            found = await _deleted(connection, old)
            await connection.execute(delete(reviews).where(old))
            await erase_before(connection, workspace, before)
        return found

    async def workspaces(self) -> list[str]:
        """See `bot.ports.Reviews.workspaces`; one whose queues hold text counts too."""
        async with self._database.transaction() as connection:
            found = (await connection.execute(select(reviews.c.workspace).distinct())).scalars()
            return sorted({*found, *await workspaces_with_text(connection)})


def _there() -> ColumnElement[bool]:
    return reviews.c.record != ""


async def _deleted(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    """Delete the reviews *which*, leaving their keys; return how many there were."""
    result = await connection.execute(update(reviews).where(which, _there()).values(_DELETED))
    return result.rowcount


async def _keep_out(
    connection: AsyncConnection, workspace: str, erased: Collection[Erased]
) -> None:
    """Make sure that nothing is kept of messages that somebody may be reviewing right now."""
    rows = [
        {"workspace": workspace, "id": message.key, "reviewed_at": message.since, **_DELETED}
        for message in erased
    ]
    if rows:
        await connection.execute(insert_new(connection, reviews).on_conflict_do_nothing(), rows)


class SqlContexts:
    """Business contexts; see `bot.ports.Contexts`. Names are compared without case and spacing."""

    def __init__(self, database: Database) -> None:
        """Work in *database*."""
        self._database = database

    async def save(self, context: KeptContext) -> KeptContext:
        """See `bot.ports.Contexts.save`."""
        latest = select(func.coalesce(func.max(contexts.c.version), 0)).where(
            _named(context.workspace, context.name)
        )
        async with self._database.transaction() as connection:
            while True:
                number = (await connection.execute(latest)).scalar_one() + 1
                saved = context.model_copy(update={"version": number})
                row = insert_new(connection, contexts).values(_context_row(saved))
                stored = row.on_conflict_do_nothing().returning(contexts.c.version)
                # Whoever saves at the same moment may have taken the number: then take the next.
                if (await connection.execute(stored)).scalar_one_or_none():
                    return saved

    async def find(self, workspace: str, name: str, version: int = 0) -> KeptContext | None:
        """See `bot.ports.Contexts.find`."""
        found = await self._select(
            and_(_named(workspace, name), contexts.c.version == version)
            if version
            else _named(workspace, name)
        )
        return found[0] if found else None

    async def all(self, workspace: str) -> list[KeptContext]:
        """See `bot.ports.Contexts.all`."""
        here = contexts.c.workspace == workspace
        newest = (
            select(contexts.c.key, func.max(contexts.c.version))
            .where(here)
            .group_by(contexts.c.key)
        )
        found = await self._select(
            and_(here, tuple_(contexts.c.key, contexts.c.version).in_(newest))
        )
        return sorted(found, key=lambda kept: _folded(kept.name))

    async def versions(self, workspace: str, name: str) -> list[KeptContext]:
        """See `bot.ports.Contexts.versions`."""
        return await self._select(_named(workspace, name))

    async def forget(self, workspace: str, name: str) -> bool:
        """See `bot.ports.Contexts.forget`."""
        async with self._database.transaction() as connection:
            result = await connection.execute(delete(contexts).where(_named(workspace, name)))
        return result.rowcount > 0

    async def forget_person(self, workspace: str, person: str) -> None:
        """Forget that *person* edited contexts; what they say belongs to the team and stays."""
        theirs = and_(contexts.c.workspace == workspace, contexts.c.edited_by == person)
        async with self._database.transaction() as connection:
            await connection.execute(update(contexts).where(theirs).values(edited_by=""))

    async def _select(self, which: ColumnElement[bool]) -> list[KeptContext]:
        """Return the versions *which*, newest first."""
        query = select(contexts).where(which).order_by(contexts.c.version.desc())
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_context(row) for row in rows]


def _folded(text: str) -> str:
    """Return *text* as it is compared: without regard to case and spacing."""
    return " ".join(text.split()).casefold()


def _named(workspace: str, name: str) -> ColumnElement[bool]:
    return and_(contexts.c.workspace == workspace, contexts.c.key == _folded(name))


def _context_row(kept: KeptContext) -> dict[str, object]:
    return {
        "workspace": kept.workspace,
        "key": _folded(kept.name),
        "version": kept.version,
        "name": kept.name,
        "context": kept.context.model_dump_json(exclude_defaults=True),
        "edited_by": kept.edited_by,
        "edited_at": kept.edited_at,
    }


def _context(row: RowMapping) -> KeptContext:
    return KeptContext(
        workspace=row["workspace"],
        name=row["name"],
        version=row["version"],
        context=BusinessContext.model_validate_json(row["context"]),
        edited_by=row["edited_by"],
        edited_at=row["edited_at"],
    )


class SqlObjections:
    """Objections to findings; see `bot.ports.Objections`. Spacing does not tell phrases apart."""

    def __init__(self, database: Database) -> None:
        """Work in *database*."""
        self._database = database

    async def raise_(self, workspace: str, objection: Objection) -> None:
        """See `bot.ports.Objections.raise_`."""
        row = {
            **objection.model_dump(),
            "workspace": workspace,
            "digest": _digest(objection.phrase),
        }
        async with self._database.transaction() as connection:
            new = insert_new(connection, objections).values(row)
            await connection.execute(new.on_conflict_do_nothing())

    async def decide(self, workspace: str, kind: Kind, phrase: str, *, allowed: bool) -> bool:
        """See `bot.ports.Objections.decide`."""
        decided = (
            update(objections)
            .where(
                objections.c.workspace == workspace,
                objections.c.kind == kind,
                objections.c.digest == _digest(phrase),
            )
            .values(state="allowed" if allowed else "refused")
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(decided)).rowcount == 1

    async def all(self, workspace: str) -> list[Objection]:
        """See `bot.ports.Objections.all`."""
        query = (
            select(objections)
            .where(objections.c.workspace == workspace)
            .order_by(case((objections.c.state == "waiting", 0), else_=1), objections.c.at.desc())
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_objection(row) for row in rows]

    async def forget_person(self, workspace: str, person: str) -> int:
        """Delete what *person* objected to and nobody decided; return how much that was.

        What was decided is the workspace's rule and stays, without the person.
        """
        theirs = and_(objections.c.workspace == workspace, objections.c.person == person)
        waiting = delete(objections).where(theirs, objections.c.state == "waiting")
        async with self._database.transaction() as connection:
            found = (await connection.execute(waiting)).rowcount
            await connection.execute(update(objections).where(theirs).values(person=""))
        return found


def _digest(phrase: str) -> str:
    return sha256(_folded(phrase).encode()).hexdigest()


def _objection(row: RowMapping) -> Objection:
    return Objection.model_validate({name: row[name] for name in Objection.model_fields})


class SqlPolicies:
    """What administrators decided; see `bot.ports.Policies`."""

    def __init__(self, database: Database) -> None:
        """Work in *database*."""
        self._database = database

    async def policy(self, workspace: str) -> Policy:
        """See `bot.ports.Policies.policy`."""
        query = select(policies).where(policies.c.workspace == workspace)
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return Policy.model_validate({name: row[name] for name in Policy.model_fields if row})

    async def decide(self, workspace: str, policy: Policy) -> None:
        """See `bot.ports.Policies.decide`."""
        decided = policy.model_dump()
        async with self._database.transaction() as connection:
            await connection.execute(
                insert_new(connection, policies)
                .values(workspace=workspace, **decided)
                .on_conflict_do_update(index_elements=["workspace"], set_=decided)
            )
