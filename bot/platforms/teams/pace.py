"""Teams takes so many calls about a conversation in so many seconds: when the next one may be."""

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.delivery import TryLater

_REMEMBERED = 1000
_TIDY_SECONDS = 60.0
_LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class Window:
    """At most `calls` in any `seconds`."""

    seconds: float
    calls: int


CONVERSATION = (Window(1, 7), Window(2, 8), Window(30, 60), Window(3600, 1800))
"""Microsoft's limits for one bot in one chat or channel."""

TENANT = (Window(1, 50),)
"""Microsoft's limit for one bot in one tenant."""


class Pace:
    """Turns to call, for each conversation (or whatever else has the same windows)."""

    def __init__(
        self, windows: Sequence[Window], clock: Callable[[], float], patience: float = 1.0
    ) -> None:
        """Keep all of *windows* by *clock*; a turn that is over *patience* seconds off is none."""
        self._windows = windows
        self._clock = clock
        self._patience = patience
        self._longest = max(window.seconds for window in windows)
        self._most = max(window.calls for window in windows)
        self._turns: dict[str, deque[float]] = {}
        self._tidy_at = -math.inf

    def turn(self, key: str) -> float:
        """Take the next turn of *key* and return how many seconds off it is.

        Raises TryLater, and takes none, if it is not near.
        """
        now = self._clock()
        self._forget(now)
        turns = self._turns.setdefault(key, deque(maxlen=self._most))
        at = max([now, *(_free(turns, window) for window in self._windows)])
        if at - now > self._patience:
            raise TryLater(at - now)
        turns.append(at)
        return at - now

    def _forget(self, now: float) -> None:
        if len(self._turns) < _REMEMBERED or now < self._tidy_at:
            return
        self._tidy_at = now + _TIDY_SECONDS
        since = now - self._longest
        self._turns = {k: turns for k, turns in self._turns.items() if turns and turns[-1] > since}


def _free(turns: Sequence[float], window: Window) -> float:
    """Return from when on a further call fits into *window*."""
    return turns[-window.calls] + window.seconds if len(turns) >= window.calls else -math.inf


class Backoff:
    """Who is not to be called before when, because Teams said so."""

    def __init__(self, clock: Callable[[], float], spread: Callable[[], float]) -> None:
        """Double the wait each time that Teams names none, up to a minute, plus some of that.

        *spread* gives from 0 to 1, by chance, so that replicas do not come back together.
        """
        self._clock = clock
        self._spread = spread
        self._until: dict[str, float] = {}
        self._times: dict[str, int] = {}

    def check(self, key: str) -> None:
        """Raise TryLater while the wait of *key* is not over."""
        seconds = self._until.get(key, -math.inf) - self._clock()
        if seconds > 0:
            raise TryLater(seconds)
        self._until.pop(key, None)

    def wait(self, key: str, named: float | None = None) -> TryLater:
        """Let *key* wait for as long as Teams *named*, and return that for raising."""
        times = self._times[key] = self._times.get(key, 0) + 1
        doubled = min(_LONGEST_WAIT, 2.0 ** min(times - 1, 10)) * (1 + self._spread() / 4)
        seconds = doubled if named is None else named
        self._until[key] = max(self._until.get(key, -math.inf), self._clock() + seconds)
        return TryLater(seconds)

    def times(self, key: str) -> int:
        """Return how often in a row *key* has had to wait."""
        return self._times.get(key, 0)

    def done(self, key: str) -> None:
        """Let the next wait of *key* be short again; one that is under way goes on."""
        self._times.pop(key, None)
