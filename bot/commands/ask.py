"""`coach ask` and `coach chat`: questions on the command line."""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictInt, StrictStr

from bot.answers.answer import Answer
from bot.commands.batches import dumped, read_lines, write
from bot.commands.console import err, out
from bot.commands.terminal import opened, progress, show_sources
from bot.errors import InputProblem
from bot.messages import Message, Person, Place, Platform, Text, Turn
from bot.settings import LOCAL_WORKSPACE, Settings
from bot.wiring import Parts

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
        sys.stdout.write(f"{dumped(_as_json('1', answer, seconds), indent=2)}\n")
        return
    _say(answer.text, answer.topics)
    show_sources(answer.citations)


async def ask_batch(settings: Settings, source: Path, target: Path | None) -> None:
    """Answer every line of *source* into *target*, or standard output.

    Raises BadBatch for a line that can't be used and InputProblem for a file that can't, before
    anything is answered or written.
    """
    questions = read_lines(source, Question)
    if target and not target.parent.is_dir():
        raise InputProblem(problem=f"{target} can't be written: {target.parent} is no folder.")
    async with opened(settings) as parts:
        with progress("Answering") as report:
            lines: list[str] = []
            for question in questions:
                result = _as_json(question.id, *await _timed(parts, question))
                lines.append(dumped(result))
                report(len(lines), len(questions))
    write("".join(f"{line}\n" for line in lines), target)


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
