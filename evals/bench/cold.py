"""Answers in fresh processes: `coach ask`, beside loading the model and the recipe."""

import json
from pathlib import Path

from evals.bench.figures import Row, percentile, ratio, seconds
from evals.bench.running import run
from evals.cases import own_answer_cases


async def cold_answers(folder: Path, data: Path, rounds: int) -> list[Row]:
    """Ask *rounds* questions, each in a new process; *data* has a warm index."""
    coach: list[float] = []
    embedding: list[float] = []
    recipe: list[float] = []
    cases = [case for case in own_answer_cases() if not case.history]
    texts = folder / "question.json"
    for case in cases[:rounds]:
        texts.write_text(json.dumps([case.question]), encoding="utf-8")
        ask = ("-m", "bot", "ask", case.question)
        coach.append((await run(folder, *ask, COACH_DATA=str(data)))[1])
        embedding.append((await run(folder, "-m", "evals.bench.embedding", str(texts)))[1])
        recipe.append((await run(folder, "-m", "evals.bench.fresh_recipe", case.question))[1])
    return [
        _row(share, coach, other, beside)
        for share in (0.5, 0.95)
        for other, beside in (
            (embedding, "loading the model, embedding (limit)"),
            (recipe, "the LangChain recipe, one passage (peer)"),
        )
    ]


def _row(share: float, coach: list[float], other: list[float], beside: str) -> Row:
    taken, others = percentile(coach, share), percentile(other, share)
    return Row(
        f"cold answer (`coach ask`), p{share * 100:.0f} of {len(coach)}",
        seconds([taken]),
        seconds([others]),
        beside,
        ratio([taken], [others]),
    )
