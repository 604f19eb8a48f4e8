"""The marks by which Coach's own messages are recognised in a channel's history. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.messages import Delivery
from bot.platforms.slack.sources import Block

EVENT_TYPE = "coach_delivery"


def metadata(delivery: Delivery) -> Block:
    """Return the metadata of the message that carries *delivery*."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}}


def done(delivery: Delivery) -> str:
    """Return the id of a block in a message that carries all of *delivery*."""
    return f"done-{_digest(delivery)}"


def begun(delivery: Delivery) -> str:
    """Return the id of the first block of a stream that is to carry *delivery*."""
    return f"begun-{_digest(delivery)}"


def carries(message: Mapping[str, Any], delivery: Delivery) -> bool:
    """Say whether *message* is *delivery*, whole.

    Either mark will do: metadata is what Slack documents for this, but not every history has it.
    """
    found: Mapping[str, Any] = message.get("metadata") or {}
    payload: Mapping[str, Any] = found.get("event_payload") or {}
    by_metadata = found.get("event_type") == EVENT_TYPE and payload.get("key") == delivery.key
    return by_metadata or done(delivery) in block_ids(message)


def block_ids(message: Mapping[str, Any]) -> set[str]:
    """Return the ids of the message's blocks."""
    blocks: list[Mapping[str, Any]] = message.get("blocks") or []
    return {block.get("block_id", "") for block in blocks}


def file_name(delivery: Delivery, stem: str) -> str:
    """Return the name of a file that belongs to *delivery*."""
    return f"{stem}-{_digest(delivery)[:12]}.txt"


def brings_file(message: Mapping[str, Any], delivery: Delivery) -> bool:
    """Say whether *message* brings a file that belongs to *delivery*."""
    files: list[Mapping[str, Any]] = message.get("files") or []
    return any(_digest(delivery)[:12] in str(file.get("name", "")) for file in files)


def _digest(delivery: Delivery) -> str:
    return hashlib.sha256(delivery.key.encode()).hexdigest()[:32]
