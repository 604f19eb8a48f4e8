"""What an invoke is answered with: Teams shows a card, or says a sentence, each in its place. Pure.

Shapes as in Microsoft's documentation of Universal Actions and of dialogs.
"""

from typing import Protocol

from bot.platforms.teams.elements import attachment
from bot.platforms.teams.wire import Payload

_CARD = "application/vnd.microsoft.card.adaptive"
_SENTENCE = "application/vnd.microsoft.activity.message"
_ERROR = "application/vnd.microsoft.error"


class Surface(Protocol):
    """Where somebody just did something."""

    @property
    def is_dialog(self) -> bool:
        """Tell whether it is a dialog, which closes."""
        ...

    def shows(self, card: Payload, title: str) -> Payload:
        """Show *card* there."""
        ...

    def says(self, sentence: str) -> Payload:
        """Say *sentence*; what stood there stays, if Teams can do that."""
        ...


class CardSurface:
    """A card in a chat; what is shown takes its place."""

    is_dialog = False

    def shows(self, card: Payload, title: str) -> Payload:
        """See `Surface.shows`."""
        del title  # stands on the card
        return {"statusCode": 200, "type": _CARD, "value": card}

    def says(self, sentence: str) -> Payload:
        """See `Surface.says`."""
        return {"statusCode": 200, "type": _SENTENCE, "value": sentence}


class DialogSurface:
    """A dialog, open or about to be."""

    is_dialog = True

    def shows(self, card: Payload, title: str) -> Payload:
        """See `Surface.shows`."""
        size = {"height": "large", "width": "medium"}
        value = {"title": title, **size, "card": attachment(card)}
        return {"task": {"type": "continue", "value": value}}

    def says(self, sentence: str) -> Payload:
        """See `Surface.says`; in a dialog it takes the place of all else."""
        return {"task": {"type": "message", "value": sentence}}


def nothing_new(status: int, code: str, sentence: str) -> Payload:
    """Leave a card as it is; Teams shows *sentence* at most to whoever asked for a new one."""
    return {"statusCode": status, "type": _ERROR, "value": {"code": code, "message": sentence}}
