"""What the web page shows of the library, and the port that supplies it."""

from datetime import datetime
from typing import Protocol

from pydantic import Field

from bot.messages import Frozen


class ShelfCard(Frozen):
    """A coaching card: where it comes from, what it says and what to do about it."""

    title: str
    source: str
    section: str
    answer: str
    advice: str


class ShelfDocument(Frozen):
    """A document that the workspace added, and how many passages were made of it."""

    name: str
    title: str
    passages: int = Field(ge=0)
    added_at: datetime


class Shelf(Frozen):
    """Everything a workspace can get answers from."""

    cards: tuple[ShelfCard, ...] = ()
    documents: tuple[ShelfDocument, ...] = ()


class LibraryView(Protocol):
    """The library as a person browses it."""

    async def shelf(self, workspace: str) -> Shelf:
        """Return what *workspace* may see. Raises a CoachError when it can't be read."""
        ...
