"""The real command line, run as people run it."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

SECONDS = 90
KEYS = ["id", "answer", "citations", "passages", "abstained", "engine", "seconds"]


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Return the variables of a person who has set nothing but a data folder and *settings*."""
    cache = user_cache_path("ml-coach", appauthor=False)  # its model takes seconds to make
    return {
        "HOME": str(data.parent),
        "COACH_DATA": str(data),
        "COACH_CACHE": str(cache),
        **settings,
    }


def command(*arguments: str) -> list[str]:
    """Return the command line for `coach` with *arguments*."""
    return [sys.executable, "-m", "bot", *arguments]


def coach(*arguments: str, data: Path, typed: bytes = b"", **settings: str) -> Ran:
    """Run `coach` with *arguments* on the folder *data*, with *typed* on its standard input."""
    # Not the repository's own folder: a developer's .env must not be read.
    data.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603 - our own command
        command(*arguments),
        input=typed,
        capture_output=True,
        check=False,
        cwd=data,
        env=environment(data, **settings),
        timeout=SECONDS,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def check_shape(item: dict[str, Any]) -> None:
    """Check what scripts rely on in an answer as JSON."""
    assert list(item) == KEYS
    assert item["engine"] == "builtin"
    assert isinstance(item["abstained"], bool)
    assert isinstance(item["seconds"], float)
    assert all(isinstance(passage, str) for passage in item["passages"])
    for citation in item["citations"]:
        assert list(citation) == ["title", "source", "section", "quote"]
    assert len(item["answer"].split()) <= 120
