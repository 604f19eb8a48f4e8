"""Who Coach is in a Slack workspace, and what it may do there."""

from pydantic import BaseModel, ConfigDict, Field

SCOPES = {
    "app_mentions:read": "to hear mentions in channels",
    "assistant:write": "to suggest questions in the assistant pane and to show that it is at work",
    "channels:history": "to look up whether an answer arrived in a public channel",
    "chat:write": "to answer",
    "commands": "to offer /coach and the message shortcut",
    "files:read": "to review a draft that is sent as a file",
    "files:write": "to show charts, and to send back a rewrite that is too long for a message",
    "groups:history": "to look up whether an answer arrived in a private channel",
    "im:history": "to read and look up private messages",
    "im:write": "to send reviews and check-ins privately",
    "mpim:history": "to look up whether an answer arrived in a group message",
    "users:read": "to know the names and time zones of people in standups, else they enter a zone",
}
"""The bot token's scopes and what each is for; the app manifest asks for exactly these."""


class Identity(BaseModel):
    """Coach's own ids, as `auth.test` answers them."""

    model_config = ConfigDict(frozen=True)

    team: str = Field(alias="team_id")
    bot_user: str = Field(alias="user_id")
    bot: str = Field("", alias="bot_id")
