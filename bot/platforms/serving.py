"""What a platform is given to serve: functions that take messages in and tell of forms."""

from collections.abc import Awaitable, Callable, Mapping

from bot.messages import Form, Message

Accept = Callable[[Message], Awaitable[None]]
Forms = Callable[[Message], Awaitable[Form | None]]
Problems = Callable[[Message], Awaitable[Mapping[str, str]]]


async def no_forms(_: Message) -> Form | None:
    """Have nothing to fill in."""
    return None


async def no_problems(_: Message) -> Mapping[str, str]:
    """Find nothing wrong."""
    return {}
