"""Answers in a running process, beside the embedding call they can't do without and the recipe."""

import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from evals.bench.figures import Row, percentile, ratio, seconds
from evals.cases import own_answer_cases
from evals.systems import Recipe, material, open_answers
from knowledge.embeddings import MiniLM

_QUESTIONS = 60

Ask = Callable[[str], Awaitable[object]]
Times = dict[str, list[float]]


async def warm_answers(index: Path, rounds: int) -> list[Row]:
    """Answer the same questions in all three ways, question by question, *rounds* times."""
    ways = await _ways(index)
    questions = [case.question for case in own_answer_cases() if not case.history][:_QUESTIONS]
    await _round(ways, questions[:10])
    taken = [await _round(ways, questions) for _ in range(rounds)]
    return [_row(taken, share, peer) for share in (0.5, 0.95) for peer in ("embedding", "recipe")]


async def _ways(index: Path) -> dict[str, Ask]:
    answers, model, recipe = await open_answers(index), MiniLM(), Recipe(material(None))

    async def by_coach(question: str) -> object:
        return await answers.answer(question, (), "bench")

    async def by_embedding(question: str) -> object:
        return model.embed([question])

    async def by_recipe(question: str) -> object:
        return recipe.find(question)

    return {"coach": by_coach, "embedding": by_embedding, "recipe": by_recipe}


async def _round(ways: dict[str, Ask], questions: Sequence[str]) -> Times:
    times: Times = {name: [] for name in ways}
    for question in questions:
        for name, ask in ways.items():
            started = time.perf_counter()
            await ask(question)
            times[name].append(time.perf_counter() - started)
    return times


def _row(taken: Sequence[Times], share: float, peer: str) -> Row:
    coach, other = ([percentile(times[name], share) for times in taken] for name in ("coach", peer))
    wanted = peer == "embedding" and share == 0.5
    return Row(
        f"warm answer, p{share * 100:.0f}",
        seconds(coach),
        seconds(other),
        _PEERS[peer],
        ratio(coach, other),
        "ratio ≤ 1.5" if wanted else "–",
    )


_PEERS = {
    "embedding": "embedding the question (limit)",
    "recipe": "the LangChain recipe (peer)",
}
