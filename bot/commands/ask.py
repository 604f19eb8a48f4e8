"""`coach ask` and `coach chat`: questions on the command line."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictInt, StrictStr, ValidationError

from bot.answers.answer import Answer
from bot.commands.terminal import err, opened, out, progress, show_sources
from bot.errors import BadBatch, InputProblem
from bot.messages import Message, Person, Place, Platform, Text, Turn
from bot.settings import Settings
from bot.wiring import LOCAL_WORKSPACE, Parts

_PERSON = Person(id="terminal", name="you")


class Question(BaseModel):
    """A line of a batch; its answer carries the same `id`."""

    model_config = ConfigDict(frozen=True)

    id: StrictStr | StrictInt
    question: Text
    history: tuple[Turn, ...] = ()


async def ask(settings: Settings, question: str, *, as_json: bool) -> None:
    """Answer one question."""
    async with opened(settings) as parts:
        answer, seconds = await _timed(parts, Question(id="1", question=question))
    if as_json:
        sys.stdout.write(f"{_dumped(_as_json('1', answer, seconds), indent=2)}\n")
        return
    _say(answer.text, answer.topics)
    show_sources(answer.citations)


async def ask_batch(settings: Settings, source: Path, target: Path | None) -> None:
    """Answer every line of *source* into *target*, or standard output.

    Raises BadBatch for a line that can't be used and InputProblem for a file that can't, before
    anything is answered or written.
    """
    questions = read_batch(source)
    if target and not target.parent.is_dir():
        raise InputProblem(problem=f"{target} can't be written: {target.parent} is no folder.")
    async with opened(settings) as parts:
        with progress("Answering") as report:
            lines: list[str] = []
            for question in questions:
                result = _as_json(question.id, *await _timed(parts, question))
                lines.append(_dumped(result))
                report(len(lines), len(questions))
    _write("".join(f"{line}\n" for line in lines), target)


def _write(text: str, target: Path | None) -> None:
    if target is None:
        sys.stdout.write(text)
        return
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputProblem(problem=f"{target} can't be written ({error.strerror}).") from error
    err.print(f"Answers written to {target}")


def read_batch(source: Path) -> list[Question]:
    """Read a batch of questions, one JSON object a line; blank lines are skipped."""
    try:
        # Not splitlines: JSON strings may hold other line separators, such as U+2028.
        lines = source.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise InputProblem(problem=f"{source} is no UTF-8 text.") from error
    except OSError as error:
        raise InputProblem(problem=f"{source} can't be read ({error.strerror}).") from error
    return [_question(n, line) for n, line in enumerate(lines, start=1) if line.strip()]


def _question(number: int, line: str) -> Question:
    try:
        item = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadBatch(line=number, problem=f"it is not JSON ({error.msg})") from error
    if not isinstance(item, dict):
        raise BadBatch(line=number, problem="it is no JSON object")
    try:
        return Question.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise BadBatch(line=number, problem=f"{field}: {first['msg']}") from error


async def _timed(parts: Parts, question: Question) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = await parts.answers.answer(question.question, question.history, LOCAL_WORKSPACE)
    return answer, time.perf_counter() - started


def _as_json(id_: str | int, answer: Answer, seconds: float) -> dict[str, Any]:
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


def _dumped(item: dict[str, Any], indent: int | None = None) -> str:
    """Return JSON that reads well; half a character, as JSON may hold, stays an escape."""
    text = json.dumps(item, ensure_ascii=False, indent=indent)
    return text.encode(errors="backslashreplace").decode()


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
    out.print(text)
    for suggestion in suggestions:
        out.print(f"  - {suggestion}", style="dim")
