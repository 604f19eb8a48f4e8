"""Reading a long document: passages a second, beside embedding the same kind of passages."""

import itertools
import json
import re
import shutil
from pathlib import Path
from random import Random

from evals.bench.figures import Row, per_second, ratio
from evals.bench.running import Died, run
from knowledge.cards import load_cards
from knowledge.chunks import passages_of
from knowledge.documents import read_document

_BYTES = 2_000_000
_SAMPLE = 10  # the limit is measured on every tenth passage, half of them before and half after
_PASSAGES = re.compile(r"\((\d+) passages\)")


async def ingestion(folder: Path, index: Path) -> list[Row]:
    """Add a text of two megabytes with `coach knowledge add`."""
    data = folder / "ingestion"
    shutil.copytree(index, data / "chroma")
    document = folder / "handbook.md"
    document.write_text(_long_text(), encoding="utf-8")
    texts = [passage.text for passage in passages_of(read_document(document))][::_SAMPLE]
    before = await _embedding_seconds(folder, texts[::2])
    add = ("-m", "bot", "knowledge", "add", str(document))
    printed, seconds = await run(folder, *add, COACH_DATA=str(data))
    after = await _embedding_seconds(folder, texts[1::2])
    passages = _PASSAGES.search(printed)
    if passages is None:
        raise Died(f"No passages were added: {printed}")
    coach, limit = [int(passages[1]) / seconds], [len(texts) / (before + after)]
    what = f"passages of a {_BYTES // 1_000_000} MB text, {passages[1]} in all"
    return [
        Row(
            what,
            per_second(coach),
            per_second(limit),
            "embedding passages (limit)",
            ratio(coach, limit),
        )
    ]


async def _embedding_seconds(folder: Path, texts: list[str]) -> float:
    file = folder / "passages.json"
    file.write_text(json.dumps(texts), encoding="utf-8")
    printed, _ = await run(folder, "-m", "evals.bench.embedding", str(file))
    return float(printed)


def _long_text() -> str:
    """Return a handbook made of the cards' sentences, shuffled."""
    random = Random(1)  # noqa: S311 - reproducible, not secret
    sentences = [s for card in load_cards() for s in re.split(r"(?<=\.)\s+", card.text)]
    parts: list[str] = []
    length = 0
    for number in itertools.count(1):
        if length > _BYTES:
            return "\n\n".join(parts)
        paragraph = " ".join(random.choices(sentences, k=6))
        parts.append(f"## Section {number}\n\n{paragraph}" if number % 5 == 1 else paragraph)
        length += len(parts[-1]) + 2
    raise AssertionError("counting ended")
