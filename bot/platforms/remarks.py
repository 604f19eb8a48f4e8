"""The remarks on a reviewed text as every chat shows them: by kind, what is said of many once."""

from collections.abc import Iterator, Sequence

from bot.messages import Mark, MarkedText


def by_title(marked: MarkedText) -> Iterator[tuple[str, list[Mark]]]:
    """Yield the remarks by title, in the order in which the titles first come up."""
    for title in dict.fromkeys(mark.title for mark in marked.marks):
        yield title, [mark for mark in marked.marks if mark.title == title]


def with_count(title: str, marks: Sequence[Mark]) -> str:
    """Return *title* with the number of its *marks*, if there are several."""
    return f"{title} ({len(marks)})" if len(marks) > 1 else title


def quoted(marked: MarkedText, mark: Mark, limit: int) -> str:
    """Return the words that *mark* is about in quotation marks; empty if it is about all."""
    words = " ".join(marked.text[mark.start : mark.end].split())
    shown = words if len(words) <= limit else words[: limit - 1] + "…"
    return f"“{shown}”" if shown else ""


def in_words(marked: MarkedText, limit: int) -> Iterator[str]:
    """Yield each remark as a line for those who see no layout; quotes up to *limit* characters."""
    for mark in marked.marks:
        yield f"{mark.title}: {quoted(marked, mark, limit)} {mark.text}"


def said(marks: Sequence[Mark]) -> Iterator[tuple[Mark, str]]:
    """Yield *marks*, each with what to say of it: nothing where that was said of one before.

    A remark without a stretch of its own has nothing else to show, so it says its text again.
    """
    told: set[tuple[str, int]] = set()
    for mark in marks:
        again = (mark.text, mark.citation) in told and mark.end > mark.start
        told.add((mark.text, mark.citation))
        number = f" [{mark.citation}]" if mark.citation else ""
        yield mark, "" if again else f"{mark.text}{number}"
