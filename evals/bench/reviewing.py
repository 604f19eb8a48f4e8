"""Reviews of drafts by length, beside reading their sentences once (the limit)."""

from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.logs import configure_logs
from bot.records import Audience
from bot.settings import Settings
from bot.updates.drafts import parse
from bot.updates.reading import passages, shipped_model
from bot.updates.review import Assignment
from bot.wiring import open_reviews
from evals.bench.figures import Row, ratio, seconds
from evals.cases import DATA
from evals.review_cases import read_drafts
from knowledge.in_context import Contextual

_LENGTHS = (2_000, 20_000)  # words
_USUAL = range(130, 171)  # words
_LIMIT = "the encoder on its passages, once (limit)"


async def reviews(folder: Path, rounds: int) -> list[Row]:
    """Review usual drafts of some 150 words one by one, and long ones, *rounds* times."""
    configure_logs("WARNING", "console")
    drafts = [
        case.draft for path in sorted(DATA.glob("drafts_*.jsonl")) for case in read_drafts(path)
    ]
    usual = [draft for draft in drafts if len(draft.split()) in _USUAL]
    settings = Settings(coach_data=folder, coach_model="")
    encoder = Contextual(shipped_model().adapters, settings.coach_cache)
    async with open_reviews(settings) as feature:

        async def time_of(draft: str) -> float:
            started = perf_counter()
            await feature.review(Assignment(draft=draft, audience=Audience.EXEC))
            return perf_counter() - started

        def limit_of(draft: str) -> float:
            parsed = parse(draft)
            started = perf_counter()
            encoder.in_context([passage.text for passage in passages(parsed)])
            return perf_counter() - started

        await time_of(usual[0])
        limit_of(usual[0])
        rows = [
            _row(
                f"a draft of some 150 words, p50 of {len(usual)}",
                [median([await time_of(draft) for draft in usual]) for _ in range(rounds)],
                [median([limit_of(draft) for draft in usual]) for _ in range(rounds)],
                "well under 100 ms",
            )
        ]
        for length in _LENGTHS:
            draft = _of_words(length, drafts)
            rows.append(
                _row(
                    f"a draft of {length:,} words",
                    [await time_of(draft) for _ in range(rounds)],
                    [limit_of(draft) for _ in range(rounds)],
                    "linear",
                )
            )
    return rows


def _row(what: str, coach: list[float], limit: list[float], goal: str) -> Row:
    return Row(what, seconds(coach), seconds(limit), _LIMIT, ratio(coach, limit), goal)


def _of_words(count: int, drafts: Sequence[str]) -> str:
    """Return *drafts*, one after the other, with *count* words in all."""
    words = (word for draft in cycle(drafts) for word in (*draft.split(" "), "\n\n"))
    return " ".join(islice(words, count))
