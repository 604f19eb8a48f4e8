"""The language-model engine: a model drafts sentences with citations, the guard decides.

What fails is repaired once, with the problems named; what fails again is not shown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from pydantic import BaseModel, ConfigDict, Field

from bot.answers.answer import Answer
from bot.answers.evidence import Evidence
from bot.answers.guard import Problem, Sentence, check
from bot.answers.wording import keys, trusted_sentences
from bot.errors import ModelUnavailable
from bot.messages import Citation, Turn
from bot.ports import LanguageModel
from prompts import Value, load_prompt

_ASKED_WORDS = 100  # fewer than the limit: models overshoot
_TURNS = 6
_TURN_LENGTH = 600
_QUESTION_LENGTH = 4_000
_PASSAGE_LENGTH = 4_000
_MARKS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")

log = structlog.get_logger(__name__)


class DraftSentence(BaseModel):
    """One sentence of the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(description="The sentence, without citation marks.")
    citations: tuple[int, ...] = Field(description="Numbers of the passages that say it.")


class DraftAnswer(BaseModel):
    """An answer to the question from the passages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    covered: bool = Field(description="Whether the passages answer the question.")
    sentences: tuple[DraftSentence, ...] = Field(
        description="The answer, sentence by sentence; empty if it is not covered."
    )


@dataclass(frozen=True)
class _Asked:
    """A question with what there is to answer it from."""

    question: str
    evidence: tuple[Evidence, ...]
    values: dict[str, Value]
    workspace: str


class ModelledAnswers:
    """Writes answers with a language model, from evidence and nothing else."""

    def __init__(self, model: LanguageModel) -> None:
        """Draft with *model*."""
        self._model = model
        self._first = load_prompt("answer")
        self._repair = load_prompt("answer_repair")

    async def write(
        self,
        question: str,
        history: Sequence[Turn],
        evidence: Sequence[Evidence],
        workspace: str,
    ) -> Answer | None:
        """Return a checked answer, or None if the evidence doesn't answer the question.

        Passages are numbered for the model in the order given. Raises ModelUnavailable when the
        model fails, its budget is spent, or its answer does not pass the guard after one repair.
        """
        asked = _asked(question, history, evidence, workspace)
        prompt = self._first.render(asked.values)
        draft = await self._model.draft(workspace, prompt.system, prompt.user, DraftAnswer)
        if not draft.covered:
            return None
        problems = _problems(draft, asked)
        if not problems:
            return _answer(draft, asked)
        log.info("draft_refused", kinds=sorted({problem.kind for problem in problems}))
        return await self._repaired(asked, draft, problems)

    async def _repaired(
        self, asked: _Asked, draft: DraftAnswer, problems: Sequence[Problem]
    ) -> Answer | None:
        values = {"draft": _shown(draft), "problems": "\n".join(map(_told, problems))}
        prompt = self._repair.render(asked.values | values)
        second = await self._model.draft(asked.workspace, prompt.system, prompt.user, DraftAnswer)
        if not second.covered:
            return None
        remaining = _problems(second, asked)
        if remaining:
            log.info("repair_refused", kinds=sorted({problem.kind for problem in remaining}))
            raise ModelUnavailable(reason="its answer did not pass the checks")
        return _answer(second, asked)


def _asked(
    question: str, history: Sequence[Turn], evidence: Sequence[Evidence], workspace: str
) -> _Asked:
    numbered = tuple(
        Evidence(number, item.title, item.source, item.section, item.text[:_PASSAGE_LENGTH])
        for number, item in enumerate(evidence, start=1)
    )
    shortened = _both_ends(question, _QUESTION_LENGTH)
    values: dict[str, Value] = {
        "word_limit": str(_ASKED_WORDS),
        "history": "\n".join(map(_line, history[-_TURNS:])) or "(nothing)",
        "passages": [_passage(item) for item in numbered],
        "question": shortened,
    }
    return _Asked(shortened, numbered, values, workspace)


def _line(turn: Turn) -> str:
    speaker = "Person" if turn.role == "user" else "Coach"
    return f"{speaker}: {_both_ends(turn.text, _TURN_LENGTH)}"


def _passage(item: Evidence) -> str:
    heading = " · ".join(part for part in (item.title, item.source, item.section) if part)
    return f"{heading}\n{item.text}"


def _both_ends(text: str, length: int) -> str:
    """Shorten from the middle: people open with the story and end on the question."""
    half = length // 2
    return text if len(text) <= length else f"{text[:half]} … {text[-half:]}"


def _drafted(draft: DraftAnswer) -> list[Sentence]:
    """Return the draft's sentences, without marks that the model wrote into them."""
    texts = ((_MARKS.sub("", item.text).strip(), item.citations) for item in draft.sentences)
    return [Sentence(text, tuple(dict.fromkeys(numbers))) for text, numbers in texts if text]


def _problems(draft: DraftAnswer, asked: _Asked) -> tuple[Problem, ...]:
    return check(_drafted(draft), asked.evidence, asked.question)


def _shown(draft: DraftAnswer) -> str:
    return "\n".join(f"{item.text} {list(item.citations)}" for item in draft.sentences)


def _told(problem: Problem) -> str:
    about = f"“{problem.sentence}”: " if problem.sentence else ""
    return f"- {about}{problem.message}"


def _answer(draft: DraftAnswer, asked: _Asked) -> Answer:
    said = _drafted(draft)
    used = list(dict.fromkeys(number for item in said for number in item.citations))
    new_number = {old: new for new, old in enumerate(used, start=1)}
    marked = (
        " ".join([item.text, "".join(f"[{new_number[n]}]" for n in item.citations)]).strip()
        for item in said
    )
    by_number = {item.number: item for item in asked.evidence}
    return Answer(
        text=" ".join(marked),
        citations=tuple(_cite(new, by_number[old], said) for old, new in new_number.items()),
        passages=tuple(item.text for item in asked.evidence),
        engine="llm",
    )


def _cite(number: int, item: Evidence, said: Sequence[Sentence]) -> Citation:
    resting = keys(" ".join(s.text for s in said if item.number in s.citations))
    quote = max(trusted_sentences(item.text), key=lambda text: len(resting & keys(text)))
    return Citation(
        number=number,
        title=item.title,
        source=item.source,
        section=item.section,
        quote=quote,
        passage=item.text,
    )
