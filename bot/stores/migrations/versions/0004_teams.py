"""Create the table of where people, channels and groups are reached; index what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create both."""
    op.create_table(
        "addresses",
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(400), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("service_url", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("bot", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("zone", sa.String(100), nullable=False),
        sa.Column("installed", sa.Boolean, nullable=False),
    )
    op.create_index("ix_outbox_platform_id", "outbox", ["workspace", "platform_id"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_outbox_platform_id", "outbox")
    op.drop_table("addresses")
