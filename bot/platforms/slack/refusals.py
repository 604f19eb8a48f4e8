"""Why Slack will never deliver something, as a sentence that a person can act on. Pure."""

from bot.messages import Delivery, Venue

_GONE = "they are no longer in this workspace. Take them out of the standup's members."
_OFF = (
    "the Messages tab of my app is switched off. Ask your administrator to switch it on, under "
    "App Home in the app's settings."
)
_OF_PEOPLE = {
    "account_inactive": _GONE,
    "channel_not_found": _GONE,
    "user_disabled": _GONE,
    "user_not_found": _GONE,
    "user_not_visible": _GONE,
    "cannot_dm_bot": "that is an app, and I can write to people only. Take it out of the "
    "standup's members.",
    "messages_tab_disabled": _OFF,
}
_ARCHIVED = "that channel is archived. Choose another channel, or bring that one back."
_NOT_THERE = (
    "I am not in that channel, or it is gone. Invite me there (/invite @Coach), or choose another "
    "channel."
)
_MAY_NOT = "I may not post there. Choose another channel, or let me post in that one."
_OF_CHANNELS = {
    "account_inactive": "Slack says that my account is deactivated. Ask your administrator to run "
    "coach doctor.",
    "channel_not_found": _NOT_THERE,
    "not_in_channel": _NOT_THERE,
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,
    "restricted_action": _MAY_NOT,
    "restricted_action_read_only_channel": _MAY_NOT,
    "restricted_action_thread_only_channel": _MAY_NOT,
}


def explained(delivery: Delivery, code: str) -> str:
    """Say what could not be delivered where, why (Slack's *code*), and what to do.

    What it said is left out: a reason is logged, and a message may be private.
    """
    unknown = f"Slack refuses it ({code}). Ask your administrator to run coach doctor."
    if delivery.place.venue == Venue.CHANNEL:
        why = _OF_CHANNELS.get(code, unknown)
        return f"I could not post in the channel {delivery.place.channel}: {why}"
    person = delivery.person.name or delivery.person.id
    return f"I could not write to {person}: {_OF_PEOPLE.get(code, unknown)}"
