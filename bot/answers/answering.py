"""The answers feature: read the question, search, let an engine answer, fall back when it fails."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import structlog

from bot.answers.answer import Answer
from bot.answers.composing import compose, covered, gather, trusted
from bot.answers.evidence import Evidence
from bot.answers.followups import heard, readings
from bot.errors import KnowledgeUnavailable, ModelUnavailable
from bot.messages import Turn
from knowledge.library import Found, NotReady
from knowledge.vectors import VectorStoreUnavailable

_WORD = re.compile(r"[^\W_]")
_NO_QUESTION = Answer(
    text="I could not find a question in that. Ask me about managing an ML team, in a sentence.",
    citations=(),
    passages=(),
    abstained=True,
)
_MAX_QUESTION = 4_000
_EVIDENCE = 6

log = structlog.get_logger(__name__)


class Search(Protocol):
    """The library, as far as answers need it."""

    async def search(self, readings: Sequence[str], workspace: str) -> Found:
        """Search for a question given in one or more readings."""
        ...


class Writer(Protocol):
    """An engine that writes an answer from evidence."""

    async def write(
        self,
        question: str,
        history: Sequence[Turn],
        evidence: Sequence[Evidence],
        workspace: str,
    ) -> Answer | None:
        """Return a checked answer, or None if the evidence doesn't answer the question.

        Raises ModelUnavailable when there is no usable answer.
        """
        ...


class AnswerFeature:
    """Answers questions from what a workspace may see."""

    def __init__(self, library: Search, writer: Writer | None = None) -> None:
        """Search *library*; let *writer* answer where one is configured."""
        self._library = library
        self._writer = writer

    async def answer(self, question: str, history: Sequence[Turn], workspace: str) -> Answer:
        """Answer *question*, read in the light of *history*, or say that it isn't covered."""
        if not _WORD.search(question):
            return _NO_QUESTION
        found = await self._search(readings(_shortened(question), history), workspace)
        plain = compose(found, heard(question, history))
        if self._writer is None or not covered(found):
            return plain
        evidence = gather(found)[:_EVIDENCE]
        try:
            written = await self._writer.write(question, history, evidence, workspace)
        except ModelUnavailable as error:
            log.warning("model_fallback", reason=error.sentence)
            return replace(plain, fallback=error.sentence)
        if written is None:
            return replace(plain, fallback="The language model found no answer in the passages.")
        return replace(written, passages=plain.passages)

    async def _search(self, texts: Sequence[str], workspace: str) -> Found:
        try:
            return trusted(await self._library.search(texts, workspace))
        except (NotReady, VectorStoreUnavailable) as error:
            raise KnowledgeUnavailable from error


def _shortened(question: str) -> str:
    """Keep both ends of a very long message: people open with the story and end on the question."""
    if len(question) <= _MAX_QUESTION:
        return question
    half = _MAX_QUESTION // 2
    return f"{question[:half]} {question[-half:]}"
