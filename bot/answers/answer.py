"""What an answer is, whichever engine wrote it."""

from dataclasses import dataclass

from bot.messages import Citation
from bot.records import Engine

WORD_LIMIT = 120


@dataclass(frozen=True)
class Answer:
    """One answer. `text` marks its sources as `[1]`; `passages` are the texts found, best first.

    `topics` are the nearest questions the material does answer, for an answer that abstains.
    `fallback` says why the built-in engine answered although a model is configured.
    """

    text: str
    citations: tuple[Citation, ...]
    passages: tuple[str, ...]
    abstained: bool = False
    topics: tuple[str, ...] = ()
    engine: Engine = "builtin"
    fallback: str = ""
