"""A rendered reply as the arguments of the calls that show it. Pure."""

from collections.abc import Sequence

from bot.messages import Delivery
from bot.platforms.slack.marks import done, metadata
from bot.platforms.slack.render import Rendered
from bot.platforms.slack.sources import Block


def message_of(rendered: Rendered) -> Block:
    """Write a message in which nothing is parsed, linked or unfolded."""
    return {
        "text": rendered.text,
        "blocks": rendered.blocks,
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def marked_message(delivery: Delivery, rendered: Rendered) -> Block:
    """Write a message that `find` recognises."""
    blocks = with_id(done(delivery), rendered.blocks)
    return {**message_of(rendered), "blocks": blocks, "metadata": metadata(delivery)}


def with_id(block_id: str, blocks: Sequence[Block]) -> list[Block]:
    """Return *blocks*, the first of which goes by *block_id*."""
    return [{**blocks[0], "block_id": block_id}, *blocks[1:]]
