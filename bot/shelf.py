"""What a workspace can get answers from, as the web page shows it."""

from bot.platforms.web.library import Shelf, ShelfCard, ShelfDocument
from bot.ports import Documents
from knowledge.cards import load_cards, load_lectures


class LibraryShelf:
    """The shipped cards and the documents of a workspace."""

    def __init__(self, documents: Documents) -> None:
        """List the documents in *documents*."""
        self._documents = documents

    async def shelf(self, workspace: str) -> Shelf:
        """See `bot.platforms.web.library.LibraryView.shelf`."""
        return Shelf(
            cards=_cards(),
            documents=tuple(
                ShelfDocument(
                    name=document.name,
                    title=document.title,
                    passages=document.passages,
                    added_at=document.added_at,
                )
                for document in await self._documents.all(workspace)
            ),
        )


def _cards() -> tuple[ShelfCard, ...]:
    lectures = load_lectures()
    return tuple(
        ShelfCard(
            title=card.title,
            source=lectures[card.sources[0].lecture].title,
            section=card.sources[0].section,
            answer=card.answer,
            advice=card.advice,
        )
        for card in load_cards()
    )
