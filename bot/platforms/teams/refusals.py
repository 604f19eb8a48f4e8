"""Why Teams will never deliver something, as a sentence that a person can act on. Pure."""

from collections.abc import Mapping

from bot.messages import Delivery, Venue

_NOT_INSTALLED = (
    "they do not have me in Teams yet. Ask them to open Apps in Teams, look for Coach and choose "
    "Add, or ask your Teams administrator to install me for everybody in the setup policy. What I "
    "write from then on arrives."
)
_BLOCKED = "they have blocked me in Teams. Ask them to open our chat and choose Unblock."
_DISABLED = (
    "your Teams administrator has switched me off. Ask them to allow the app Coach in the Teams "
    "admin center."
)
_GONE = (
    "Teams does not know them here any more. If they have left, take them out of the standup's "
    "members."
)
_OF_PEOPLE: Mapping[str, str] = {
    "BotNotInConversationRoster": _NOT_INSTALLED,
    "ForbiddenOperationException": _NOT_INSTALLED,
    "Forbidden": _NOT_INSTALLED,
    "ConversationBlockedByUser": _BLOCKED,
    "MessageWritesBlocked": _BLOCKED,
    "BotDisabledByAdmin": _DISABLED,
}
_NOT_IN_TEAM = (
    "I am not in that team or chat, or was removed. Add me there (in Teams: Manage team, Apps), or "
    "choose another channel."
)
_CHANNEL_GONE = "that channel is gone or archived. Choose another one, or bring it back."
_OF_CHANNELS: Mapping[str, str] = {
    "BotNotInConversationRoster": _NOT_IN_TEAM,
    "ForbiddenOperationException": _NOT_IN_TEAM,
    "NotEnoughPermissions": "I may not post there. Let me, or choose another channel.",
    "BotDisabledByAdmin": _DISABLED,
}
_TOO_LARGE = "It is too large for a message in Teams."
NOWHERE = (
    "nobody has written to me in your Teams yet, so I have no way to reach anybody. Add me to the "
    "team, or write to me once."
)


def explained(delivery: Delivery, status: int, code: str, *, private: bool) -> str:
    """Say what could not be delivered where, why (Teams' *status* and *code*), and what to do.

    What it said is left out: a reason is logged, and a message may be private.
    """
    return _sentence(delivery, reason_of(status, code, private=private), private=private)


def unreachable(delivery: Delivery, *, private: bool) -> str:
    """Say that there is no way to where *delivery* should go, and what to do."""
    return _sentence(delivery, NOWHERE, private=private)


def reason_of(status: int, code: str, *, private: bool) -> str:
    """Return Teams' reason as half a sentence, and what to do."""
    if status == 413 or code == "MessageSizeTooBig":
        return _TOO_LARGE
    by_status = {403: _NOT_INSTALLED, 404: _GONE} if private else {404: _CHANNEL_GONE}
    if not private and status == 403:
        by_status = {403: _NOT_IN_TEAM}
    unknown = f"Teams refuses it ({code or status}). Ask your administrator to run coach doctor."
    known = _OF_PEOPLE if private else _OF_CHANNELS
    return known.get(code) or by_status.get(status, unknown)


def _sentence(delivery: Delivery, why: str, *, private: bool) -> str:
    if not private and delivery.place.venue == Venue.CHANNEL:
        return f"I could not post in the channel {delivery.place.channel}: {why}"
    person = delivery.person.name or delivery.person.id
    return f"I could not write to {person}: {why}"
