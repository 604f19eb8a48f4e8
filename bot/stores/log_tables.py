"""The tables of the hypothesis log and of standups, on the same metadata as the others.

What is edited has a row for each version, of which one is in force. What queries don't look at is
in `record`, as JSON.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.stores.tables import UtcDateTime, metadata

objectives = Table(
    "objectives",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("id", String(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("in_force", Boolean, nullable=False),
    Column("record", Text, nullable=False),
    Index("ix_objectives_in_force", "workspace", "in_force"),
)

hypotheses = Table(
    "hypotheses",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("id", String(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("in_force", Boolean, nullable=False),
    Column("objective", String(200), nullable=False),
    Column("record", Text, nullable=False),
    Index("ix_hypotheses_in_force", "workspace", "in_force", "objective"),
)

# `number` tells which of two outcomes of the same moment came first.
outcomes = Table(
    "outcomes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("workspace", String(100), nullable=False),
    Column("id", String(400), nullable=False),
    Column("hypothesis", String(200), nullable=False),
    Column("person", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("record", Text, nullable=False),
    UniqueConstraint("workspace", "id"),
    Index("ix_outcomes_hypothesis", "workspace", "hypothesis"),
    Index("ix_outcomes_person", "workspace", "person"),
)

measurements = Table(
    "measurements",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("id", String(400), primary_key=True),
    Column("objective", String(200), nullable=False),
    Column("person", String(200), nullable=False),
    Column("record", Text, nullable=False),
    Index("ix_measurements_objective", "workspace", "objective"),
)

standups = Table(
    "standups",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("id", String(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("in_force", Boolean, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("record", Text, nullable=False),
    Index("ix_standups_in_force", "workspace", "in_force", "removed"),
)

# Up to when a standup's check-ins were planned.
plans = Table(
    "plans",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("standup", String(60), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

profiles = Table(
    "profiles",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("person", String(200), primary_key=True),
    Column("record", Text, nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("person", String(200), primary_key=True),
    Column("first", Date, primary_key=True),
    Column("last", Date, primary_key=True),
)

# `settled` counts what people did about the occurrence: a digest that was written when fewer were
# known is outdated from the start.
occurrences = Table(
    "occurrences",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("standup", String(60), primary_key=True),
    Column("on", Date, primary_key=True),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("outdated", Boolean, nullable=False),
    Column("settled", Integer, nullable=False),
)


def _of_a_check_in() -> list[Column[object]]:
    return [
        Column("name", Text, nullable=False),
        Column("state", String(20), nullable=False),
        Column("opens_at", UtcDateTime, nullable=False),
        Column("reminds_at", UtcDateTime),
        Column("closes_at", UtcDateTime, nullable=False),
        Column("reminded", Boolean, nullable=False),
        Column("answers", Text, nullable=False),
        Column("answered_at", UtcDateTime),
    ]


check_ins = Table(
    "check_ins",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("standup", String(60), primary_key=True),
    Column("on", Date, primary_key=True),
    Column("person", String(200), primary_key=True),
    Column("revision", Integer, nullable=False),
    *_of_a_check_in(),
    Index("ix_check_ins_person", "workspace", "person", "on"),
)

# A check-in as it was after each thing its person did. `event` is the SHA-256 of that event's id,
# and nothing once the person is forgotten.
check_in_versions = Table(
    "check_in_versions",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("standup", String(60), primary_key=True),
    Column("on", Date, primary_key=True),
    Column("person", String(200), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    *_of_a_check_in(),
    Column("event", String(64)),
    UniqueConstraint("workspace", "event"),
    Index("ix_check_in_versions_person", "workspace", "person"),
)
