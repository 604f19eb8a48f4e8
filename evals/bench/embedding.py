"""`python -m evals.bench.embedding FILE`: load the model, embed a JSON list, print the seconds.

The limit for everything that has to embed: nothing of Coach but its model.
"""

import json
import sys
import time
from pathlib import Path

from knowledge.embeddings import MiniLM


def main(file: str) -> None:
    """Embed the texts in *file*; loading is not counted in what is printed."""
    model = MiniLM()
    texts: list[str] = json.loads(Path(file).read_text(encoding="utf-8"))
    started = time.perf_counter()
    model.embed(texts)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1])
