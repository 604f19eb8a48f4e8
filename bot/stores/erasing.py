"""Erasing what people wrote from the inbox and the outbox.

A message loses its text and counts as done: its key stays, so that a repeated event is still known,
and nobody answers it any more. A delivery goes altogether: nothing is sent, and whoever is sending
it finds nothing left to settle. Its message is done, so it does not come back.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import (
    ColumnElement,
    Delete,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.review_forms import QUESTIONS
from bot.stores.tables import inbox, outbox

_UNSETTLED = ("waiting", "working", "sending", "failed")


# What a row says of whose it is and what it is about. More than that is not looked at, so that rows
# of another version of Coach are told apart too.


class _Who(BaseModel):
    id: str


class _Form(BaseModel):
    action: str
    value: str = ""


class _Message(BaseModel):
    id: str
    person: _Who
    submission: _Form | None = None


class _Button(BaseModel):
    value: str = ""


class _Reply(BaseModel):
    buttons: tuple[_Button, ...] = ()


class _Delivery(BaseModel):
    person: _Who
    reply: _Reply


Row = TypeVar("Row", _Message, _Delivery)


@dataclass(frozen=True)
class _Queue(Generic[Row]):
    """A queue: what its rows hold and where, and the statement that erases some."""

    table: Table
    key: ColumnElement[str]
    text: ColumnElement[str]
    since: ColumnElement[datetime]
    holds: type[Row]
    erase: Callable[[ColumnElement[bool]], Update | Delete]

    def with_text(self) -> ColumnElement[bool]:
        """Match the rows that still hold text; the states let the index find them."""
        return and_(self.table.c.state.in_(_UNSETTLED), self.text != "")

    def of(self, workspace: str) -> ColumnElement[bool]:
        """Match the workspace's rows that still hold text."""
        return and_(self.table.c.workspace == workspace, self.with_text())


def _finish(which: ColumnElement[bool]) -> Update:
    return update(inbox).where(which).values(state="done", message="", owner=None, in_turn=None)


def _drop(which: ColumnElement[bool]) -> Delete:
    return delete(outbox).where(which)


_INBOX = _Queue(inbox, inbox.c.event_id, inbox.c.message, inbox.c.received_at, _Message, _finish)
_OUTBOX = _Queue(outbox, outbox.c.key, outbox.c.delivery, outbox.c.created_at, _Delivery, _drop)


@dataclass(frozen=True)
class Erased:
    """A row that was erased: its key, and since when it had been there."""

    key: str
    since: datetime


async def erase_review(connection: AsyncConnection, workspace: str, review_id: str) -> None:
    """Erase the draft, its author's answers and the review, wherever they wait or failed.

    A post to a channel stays: the author asked for it, and it goes out as asked.
    """

    def is_its_text(message: _Message) -> bool:
        form = message.submission
        answered = form is not None and form.action == QUESTIONS and form.value == review_id
        return message.id == review_id or answered

    def shows_it(delivery: _Delivery) -> bool:
        return any(button.value == review_id for button in delivery.reply.buttons)

    await _erase(connection, _INBOX, workspace, review_id, is_its_text)
    await _erase(connection, _OUTBOX, workspace, review_id, shows_it)


async def erase_person(connection: AsyncConnection, workspace: str, person: str) -> list[Erased]:
    """Erase all that waits or failed of what *person* wrote and of what was written to them.

    Returns what was erased of the inbox.
    """

    def is_theirs(row: _Message | _Delivery) -> bool:
        return row.person.id == person

    await _erase(connection, _OUTBOX, workspace, person, is_theirs)
    return await _erase(connection, _INBOX, workspace, person, is_theirs)


async def erase_before(connection: AsyncConnection, workspace: str, before: datetime) -> None:
    """Erase all that has been waiting or failed since before *before*."""
    for queue in (_INBOX, _OUTBOX):
        await connection.execute(queue.erase(and_(queue.of(workspace), queue.since < before)))


async def workspaces_with_text(connection: AsyncConnection) -> set[str]:
    """Return the workspaces of which either queue holds text."""
    found: set[str] = set()
    for queue in (_INBOX, _OUTBOX):
        query = select(queue.table.c.workspace).where(queue.with_text()).distinct()
        found.update((await connection.execute(query)).scalars())
    return found


async def _erase(
    connection: AsyncConnection,
    queue: _Queue[Row],
    workspace: str,
    identifier: str,
    concerned: Callable[[Row], bool],
) -> list[Erased]:
    """Erase the rows that name *identifier* and are *concerned*."""
    named = json.dumps(identifier, ensure_ascii=False)[1:-1]
    query = select(queue.key, queue.since, queue.text).where(
        queue.of(workspace), queue.text.contains(named, autoescape=True)
    )
    found = [
        Erased(key, since)
        for key, since, text in (await connection.execute(query)).all()
        if _concerns(queue.holds, text, concerned)
    ]
    if found:
        # Without text it was sent or finished meanwhile, and stays as it is.
        here = and_(queue.table.c.workspace == workspace, queue.text != "")
        one = and_(here, queue.key == bindparam("erased_key"))
        await connection.execute(queue.erase(one), [{"erased_key": row.key} for row in found])
    return found


def _concerns(holds: type[Row], text: str, concerned: Callable[[Row], bool]) -> bool:
    try:
        return concerned(holds.model_validate_json(text))
    except ValidationError:
        return True  # no version can work on it: better erased than kept
