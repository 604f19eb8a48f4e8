"""`coach ask` and `coach chat`: questions on the command line."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.answers.answer import Answer
from bot.commands.terminal import err, opened, out, progress, show_sources
from bot.errors import BadBatch, InputProblem
from bot.messages import Message, Person, Place, Platform, Turn
from bot.settings import Settings
from bot.wiring import LOCAL_WORKSPACE, Parts

_PERSON = Person(id="terminal", name="you")


class Question(BaseModel):
    """A line of a batch."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    history: tuple[Turn, ...] = ()


async def ask(settings: Settings, question: str, *, as_json: bool) -> None:
    """Answer one question."""
    async with opened(settings) as parts:
        answer, seconds = await _timed(parts, Question(id="1", question=question))
    if as_json:
        text = json.dumps(_as_json("1", answer, seconds), ensure_ascii=False, indent=2)
        sys.stdout.write(f"{text}\n")
        return
    _say(answer.text, answer.topics)
    show_sources(answer.citations)


async def ask_batch(settings: Settings, source: Path, target: Path | None) -> None:
    """Answer every line of *source* into *target*, or standard output.

    Raises BadBatch for a line that can't be used, before anything is answered or written.
    """
    questions = read_batch(source)
    async with opened(settings) as parts:
        with progress("Answering") as report:
            lines: list[str] = []
            for question in questions:
                result = _as_json(question.id, *await _timed(parts, question))
                lines.append(json.dumps(result, ensure_ascii=False))
                report(len(lines), len(questions))
    _write("".join(f"{line}\n" for line in lines), target)


def _write(text: str, target: Path | None) -> None:
    if target is None:
        sys.stdout.write(text)
        return
    target.write_text(text, encoding="utf-8")
    err.print(f"Answers written to {target}")


def read_batch(source: Path) -> list[Question]:
    """Read a batch of questions, one JSON object a line; blank lines are skipped."""
    try:
        lines = source.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputProblem(problem=f"{source} can't be read ({error}).") from error
    return [_question(n, line) for n, line in enumerate(lines, start=1) if line.strip()]


def _question(number: int, line: str) -> Question:
    try:
        item = json.loads(line)
        return Question.model_validate({**item, "id": str(item["id"])})
    except json.JSONDecodeError as error:
        raise BadBatch(line=number, problem=f"it is not JSON ({error.msg})") from error
    except (KeyError, TypeError) as error:
        raise BadBatch(line=number, problem="it is no object with an id") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise BadBatch(line=number, problem=f"{field}: {first['msg']}") from error


async def _timed(parts: Parts, question: Question) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = await parts.answers.answer(question.question, question.history, LOCAL_WORKSPACE)
    return answer, time.perf_counter() - started


def _as_json(id_: str, answer: Answer, seconds: float) -> dict[str, Any]:
    fields = {"title", "source", "section", "quote"}
    return {
        "id": id_,
        "answer": answer.text,
        "citations": [citation.model_dump(include=fields) for citation in answer.citations],
        "passages": list(answer.passages),
        "abstained": answer.abstained,
        "engine": answer.engine,
        "seconds": round(seconds, 6),
    }


async def chat(settings: Settings) -> None:
    """Hold a conversation in the terminal until an empty line or the end of input."""
    async with opened(settings) as parts:
        err.print("Ask me about managing an ML team. An empty line ends the conversation.")
        started = time.time_ns()
        place = Place(
            platform=Platform.TERMINAL,
            workspace=LOCAL_WORKSPACE,
            channel="terminal",
            thread=str(started),
        )
        for number, text in enumerate(_typed()):
            message = Message(id=f"chat-{started}-{number}", place=place, person=_PERSON, text=text)
            reply = await parts.coach.reply(message)
            if reply:
                _say(reply.text, reply.suggestions)
                show_sources(reply.citations)


def _typed() -> Iterator[str]:
    while True:
        try:
            line = input("\n> " if sys.stdin.isatty() else "").strip()
        except EOFError:
            return
        if not line:
            return
        yield line


def _say(text: str, suggestions: Sequence[str]) -> None:
    out.print(text, markup=False)
    for suggestion in suggestions:
        out.print(f"  - {suggestion}", markup=False, style="dim")
