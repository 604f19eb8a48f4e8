"""The report says of every mention that was lost where in Coach it got stuck."""

from collections import Counter

from bot.messages import Delivery, Message, Reply
from bot.stores.database import Database
from bot.stores.queues import SqlInbox, SqlOutbox
from tests.conftest import Clock, MakeMessage
from tests.torture.report import report
from tests.torture.rows import Rows, rows
from tests.torture.torture import Plan, Toll


def toll(unanswered: tuple[str, ...], left: Rows) -> Toll:
    return Toll(
        acknowledged=9,
        unanswered=unanswered,
        doubled=(),
        drained=True,
        exit_status=0,
        kills=Counter(),
        deliveries=27,
        refused=Counter(),
        fates=Counter(),
        unheard=0,
        look_ups=0,
        seconds=1.0,
        rows=left,
    )


def answer_to(message: Message) -> Delivery:
    key = f"slack:{message.place.workspace}:{message.id}"
    return Delivery(
        key=key, place=message.place, person=message.person, reply=Reply(text="An answer.")
    )


async def test_the_rows_say_how_far_each_event_got(
    database: Database, clock: Clock, a_message: MakeMessage
) -> None:
    inbox, outbox = SqlInbox(database, "one", clock), SqlOutbox(database, "one", clock)
    given_up, waiting = a_message(id="Ev1"), a_message(id="Ev2")
    await inbox.put(given_up)
    await inbox.claim(1)
    await inbox.finish(given_up, [answer_to(given_up)])
    await outbox.claim(1)
    await outbox.failed("slack:T1:Ev1", "is_archived")
    await inbox.put(waiting)

    left = await rows(database)

    assert left.of("Ev1") == "message done, answer failed (is_archived)"
    assert left.of("Ev2") == "message waiting, answer not stored"
    assert left.of("Ev3") == "message not stored, answer not stored"
    assert left.counts() == {
        "messages done": 1,
        "messages waiting": 1,
        "answers failed (is_archived)": 1,
    }


def test_lost_mentions_are_put_together_by_how_far_they_got() -> None:
    left = Rows(messages={"Ev1": "done", "Ev2": "failed", "Ev3": "failed"}, answers={"Ev1": "sent"})

    text = report(Plan(kills=1), "sqlite", toll(("Ev1", "Ev2", "Ev3"), left)).markdown()

    assert "Never answered, message done, answer sent: 1 (Ev1)" in text
    assert "Never answered, message failed, answer not stored: 2 (Ev2, Ev3)" in text
    assert "4 (1 answers sent, 1 messages done, 2 messages failed)" in text
