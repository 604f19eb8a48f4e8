"""The answers feature with its engines: who answers, and what happens when one can't."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.answers.answer import Answer
from bot.answers.answering import AnswerFeature
from bot.answers.evidence import Evidence
from bot.errors import KnowledgeUnavailable, ModelUnavailable
from bot.messages import Citation, Turn
from knowledge.library import Found, Library, NotReady
from knowledge.vectors import VectorStoreUnavailable

COVERED = "Who should own data labelling?"
NOT_COVERED = "Which GPU should I buy for my gaming PC?"


@dataclass
class Scribe:
    """A writer that answers what it is told to, and remembers what it was given."""

    result: Answer | ModelUnavailable | None
    given: list[tuple[str, Sequence[Turn], Sequence[Evidence], str]] = field(
        default_factory=list[tuple[str, Sequence[Turn], Sequence[Evidence], str]]
    )

    async def write(
        self,
        question: str,
        history: Sequence[Turn],
        evidence: Sequence[Evidence],
        workspace: str,
    ) -> Answer | None:
        self.given.append((question, history, evidence, workspace))
        if isinstance(self.result, ModelUnavailable):
            raise self.result
        return self.result


WRITTEN = Answer(
    text="The ML function owns it [1].",
    citations=(
        Citation(number=1, title="t", source="s", section="s", quote="owns", passage="owns it"),
    ),
    passages=("only this",),
    engine="llm",
)


async def test_without_a_writer_the_built_in_engine_answers(library: Library) -> None:
    answer = await AnswerFeature(library).answer(COVERED, (), "T1")
    assert answer.engine == "builtin"
    assert not answer.abstained
    assert not answer.fallback
    assert "label" in answer.text
    assert len(answer.passages) >= 5


async def test_a_writers_answer_is_used_with_the_passages_that_were_found(
    library: Library,
) -> None:
    plain = await AnswerFeature(library).answer(COVERED, (), "T1")
    answer = await AnswerFeature(library, Scribe(WRITTEN)).answer(COVERED, (), "T1")
    assert (answer.text, answer.citations, answer.engine) == (
        WRITTEN.text, WRITTEN.citations, "llm"
    )  # fmt: skip
    assert answer.passages == plain.passages


async def test_a_writer_is_given_the_question_its_history_and_the_best_evidence(
    library: Library,
) -> None:
    scribe = Scribe(WRITTEN)
    turns = [Turn(role="user", text=COVERED), Turn(role="assistant", text="The ML function.")]
    answer = await AnswerFeature(library, scribe).answer("and why is that?", turns, "T1")
    [(question, history, evidence, workspace)] = scribe.given
    assert (question, history, workspace) == ("and why is that?", turns, "T1")
    assert [item.number for item in evidence] == [1, 2, 3, 4, 5, 6]
    assert tuple(item.text for item in evidence) == answer.passages[:6]


async def test_an_unavailable_model_leaves_the_built_in_answer_marked_with_the_reason(
    library: Library,
) -> None:
    plain = await AnswerFeature(library).answer(COVERED, (), "T1")
    broken = Scribe(ModelUnavailable(reason="it timed out"))
    answer = await AnswerFeature(library, broken).answer(COVERED, (), "T1")
    assert "it timed out" in answer.fallback
    assert (answer.text, answer.citations, answer.engine) == (
        plain.text, plain.citations, "builtin"
    )  # fmt: skip


async def test_a_model_without_an_answer_leaves_the_built_in_one_marked(library: Library) -> None:
    answer = await AnswerFeature(library, Scribe(None)).answer(COVERED, (), "T1")
    assert answer.engine == "builtin"
    assert not answer.abstained
    assert answer.fallback


async def test_a_question_that_is_not_covered_never_reaches_the_writer(library: Library) -> None:
    scribe = Scribe(WRITTEN)
    answer = await AnswerFeature(library, scribe).answer(NOT_COVERED, (), "T1")
    assert answer.abstained
    assert answer.topics
    assert scribe.given == []


@dataclass
class Broken:
    """A library that can't be searched."""

    error: Exception

    async def search(self, readings: Sequence[str], workspace: str) -> Found:
        raise self.error


@pytest.mark.parametrize("error", [NotReady(), VectorStoreUnavailable("away")])
async def test_a_library_that_does_not_answer_is_told_as_such(error: Exception) -> None:
    with pytest.raises(KnowledgeUnavailable) as told:
        await AnswerFeature(Broken(error)).answer(COVERED, (), "T1")
    assert told.value.__cause__ is error


class Recording:
    """The library, remembering what it was asked."""

    def __init__(self, library: Library) -> None:
        self.readings: list[str] = []
        self._library = library

    async def search(self, readings: Sequence[str], workspace: str) -> Found:
        self.readings += readings
        return await self._library.search(readings, workspace)


async def test_of_a_very_long_message_both_ends_are_read(library: Library) -> None:
    recording = Recording(library)
    story = f"We label data. {'blah ' * 10_000} {COVERED}"
    await AnswerFeature(recording).answer(story, (), "T1")
    [reading] = recording.readings
    assert len(reading) <= 4_001
    assert reading.startswith("We label data.")
    assert reading.endswith(COVERED)


async def test_a_follow_up_is_searched_with_what_it_leans_on(library: Library) -> None:
    recording = Recording(library)
    turns = [Turn(role="user", text=COVERED), Turn(role="assistant", text="The ML function.")]
    await AnswerFeature(recording).answer("and why is that?", turns, "T1")
    assert recording.readings[-1] == f"{COVERED} and why is that?"


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂🙂", "?!…", "\u200b", "\n"])
async def test_a_question_without_words_is_declined_with_advice(
    library: Library, text: str
) -> None:
    scribe = Scribe(WRITTEN)
    answer = await AnswerFeature(library, scribe).answer(text, (), "T1")
    assert answer.abstained
    assert "in a sentence" in answer.text
    assert not answer.citations
    assert scribe.given == []
