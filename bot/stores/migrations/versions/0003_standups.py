"""Create the tables of the hypothesis log and of standups; let a delivery replace an earlier one.

A replica of the version before adds rows to the queues without naming the new columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TABLES = (
    "check_in_versions",
    "check_ins",
    "occurrences",
    "absences",
    "profiles",
    "plans",
    "standups",
    "measurements",
    "outcomes",
    "hypotheses",
    "objectives",
)


def upgrade() -> None:
    """Create everything."""
    _create_log()
    _create_standups()
    _create_check_ins()
    op.add_column("inbox", sa.Column("in_turn", sa.String(200)))
    op.add_column("outbox", sa.Column("replaces", sa.String(400)))
    op.add_column("outbox", sa.Column("bulk", sa.Boolean))


def downgrade() -> None:
    """Drop everything."""
    op.drop_column("outbox", "bulk")
    op.drop_column("outbox", "replaces")
    op.drop_column("inbox", "in_turn")
    for table in _TABLES:
        op.drop_table(table)


def _create_log() -> None:
    op.create_table("objectives", *_versions(), sa.Column("record", sa.Text, nullable=False))
    op.create_index("ix_objectives_in_force", "objectives", ["workspace", "in_force"])
    op.create_table(
        "hypotheses",
        *_versions(),
        sa.Column("objective", sa.String(200), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("ix_hypotheses_in_force", "hypotheses", ["workspace", "in_force", "objective"])
    op.create_table(
        "outcomes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("workspace", sa.String(100), nullable=False),
        sa.Column("id", sa.String(400), nullable=False),
        sa.Column("hypothesis", sa.String(200), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.UniqueConstraint("workspace", "id", name="uq_outcomes_workspace_id"),
    )
    op.create_index("ix_outcomes_hypothesis", "outcomes", ["workspace", "hypothesis"])
    op.create_index("ix_outcomes_person", "outcomes", ["workspace", "person"])
    op.create_table(
        "measurements",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(400), primary_key=True),
        sa.Column("objective", sa.String(200), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("ix_measurements_objective", "measurements", ["workspace", "objective"])


def _create_standups() -> None:
    op.create_table(
        "standups",
        *_versions(),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("ix_standups_in_force", "standups", ["workspace", "in_force", "removed"])
    op.create_table(
        "plans",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("standup", sa.String(60), primary_key=True),
        sa.Column("until", sa.DateTime, nullable=False),
    )
    op.create_table(
        "profiles",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "absences",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("first", sa.Date, primary_key=True),
        sa.Column("last", sa.Date, primary_key=True),
    )


def _create_check_ins() -> None:
    op.create_table(
        "occurrences",
        *_a_day(),
        sa.Column("closes_at", sa.DateTime, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("outdated", sa.Boolean, nullable=False),
        sa.Column("settled", sa.Integer, nullable=False),
    )
    op.create_table(
        "check_ins",
        *_a_day(),
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        *_of_a_check_in(),
    )
    op.create_index("ix_check_ins_person", "check_ins", ["workspace", "person", "on"])
    op.create_table(
        "check_in_versions",
        *_a_day(),
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        *_of_a_check_in(),
        sa.Column("event", sa.String(64)),
        sa.UniqueConstraint("workspace", "event", name="uq_check_in_versions_workspace_event"),
    )
    op.create_index("ix_check_in_versions_person", "check_in_versions", ["workspace", "person"])


def _versions() -> list[sa.Column[object]]:
    return [
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(60), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("in_force", sa.Boolean, nullable=False),
    ]


def _a_day() -> list[sa.Column[object]]:
    return [
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("standup", sa.String(60), primary_key=True),
        sa.Column("on", sa.Date, primary_key=True),
    ]


def _of_a_check_in() -> list[sa.Column[object]]:
    return [
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("opens_at", sa.DateTime, nullable=False),
        sa.Column("reminds_at", sa.DateTime),
        sa.Column("closes_at", sa.DateTime, nullable=False),
        sa.Column("reminded", sa.Boolean, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("answered_at", sa.DateTime),
    ]
