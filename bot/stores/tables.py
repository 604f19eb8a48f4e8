"""The tables. Every row belongs to a workspace; times are UTC."""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept as naive UTC because SQLite knows no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that what comes back is UTC."""
        return value.replace(tzinfo=UTC) if value else None


inbox = Table(
    "inbox",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("event_id", String(200), primary_key=True),
    Column("message", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("owner", String(200)),
    Column("lease_until", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    Column("in_turn", String(200)),
    Index("ix_inbox_state_received_at", "state", "received_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String(400), primary_key=True),
    Column("workspace", String(100), nullable=False),
    Column("delivery", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("owner", String(200)),
    Column("lease_until", UtcDateTime),
    Column("not_before", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("platform_id", String(200)),
    Column("problem", Text),
    Column("replaces", String(400)),
    Column("bulk", Boolean),
    Index("ix_outbox_state_not_before", "state", "not_before"),
    Index("ix_outbox_platform_id", "workspace", "platform_id"),
)

answers = Table(
    "answers",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("channel", String(200), nullable=False),
    Column("thread", String(200), nullable=False),
    Column("person", String(200), nullable=False),
    Column("question", Text, nullable=False),
    Column("abstained", Boolean, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("record", Text, nullable=False),
    Index("ix_answers_place", "workspace", "channel", "thread", "asked_at"),
    Index("ix_answers_person", "workspace", "person"),
    Index("ix_answers_asked_at", "workspace", "asked_at"),
)

votes = Table(
    "votes",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("answer_id", String(200), primary_key=True),
    Column("person", String(200), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
)

documents = Table(
    "documents",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("name", String(500), primary_key=True),
    Column("title", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("passages", Integer, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("document", String(500), nullable=False),
    Column("position", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_passages_document", "workspace", "document", "position"),
)

usage = Table(
    "usage",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("tokens", Integer, nullable=False),
)

# A review that was deleted leaves its key with an empty person and record, so that work on it that
# is still under way can't bring it back.
reviews = Table(
    "reviews",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("reviewed_at", UtcDateTime, nullable=False),
    Column("record", Text, nullable=False),
    Index("ix_reviews_person", "workspace", "person"),
    Index("ix_reviews_reviewed_at", "workspace", "reviewed_at"),
)

# `key` is the name as it is compared: without regard to case and spacing.
contexts = Table(
    "contexts",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("key", String(600), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), nullable=False),
    Column("context", Text, nullable=False),
    Column("edited_by", String(200), nullable=False),
    Column("edited_at", UtcDateTime, nullable=False),
)

# `digest` is the SHA-256 of the phrase as it is compared, because a phrase is too long for a key.
objections = Table(
    "objections",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("phrase", Text, nullable=False),
    Column("person", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("draft_days", Integer, nullable=False),
    Column("answer_days", Integer, nullable=False),
    Column("drafts_to_model", Boolean, nullable=False),
    Column("scale", String(10), nullable=False),
)

# Where people, channels and groups are reached on platforms that have to be told. A personal chat
# is no row of its own: its `conversation` stands with the person.
addresses = Table(
    "addresses",
    metadata,
    Column("workspace", String(100), primary_key=True),
    Column("id", String(400), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("service_url", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("member", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("zone", String(100), nullable=False),
    Column("installed", Boolean, nullable=False),
)
