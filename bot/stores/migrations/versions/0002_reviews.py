"""Create the tables of reviews, and the indexes that find what a person left or time has passed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "reviews",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("reviewed_at", sa.DateTime, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("ix_reviews_person", "reviews", ["workspace", "person"])
    op.create_index("ix_reviews_reviewed_at", "reviews", ["workspace", "reviewed_at"])
    op.create_table(
        "contexts",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("key", sa.String(600), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("edited_by", sa.String(200), nullable=False),
        sa.Column("edited_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "objections",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("phrase", sa.Text, nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
    )
    op.create_table(
        "policies",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("draft_days", sa.Integer, nullable=False),
        sa.Column("answer_days", sa.Integer, nullable=False),
        sa.Column("drafts_to_model", sa.Boolean, nullable=False),
        sa.Column("scale", sa.String(10), nullable=False),
    )
    op.create_index("ix_answers_person", "answers", ["workspace", "person"])
    op.create_index("ix_answers_asked_at", "answers", ["workspace", "asked_at"])


def downgrade() -> None:
    """Drop everything."""
    for index in ("ix_answers_asked_at", "ix_answers_person"):
        op.drop_index(index, "answers")
    for table in ("policies", "objections", "contexts", "reviews"):
        op.drop_table(table)
