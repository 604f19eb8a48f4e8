"""What a failed call to a language model means, whichever vendor's client raised it.

Told by status codes and class names: the vendors' errors have no class in common, and their
packages need not be installed.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

_PASSING = frozenset({408, 409, 425, 429})
_OVER_THE_RATE = 429
_THEIR_FAULT = 500
_CONNECTION_ERRORS = frozenset({"APIConnectionError", "TransportError"})
_REASONS = {
    400: "it rejected the request",
    401: "it refused the API key; check COACH_MODEL_KEY",
    403: "it refused the API key; check COACH_MODEL_KEY",
    404: "it was not found; check COACH_MODEL and COACH_MODEL_URL",
    408: "it did not answer in time",
    429: "it is over its rate limit",
}
_KINDS = {
    "LengthFinishReasonError": "its answer was cut off",
    "ContentFilterFinishReasonError": "it refused to answer",
}


@dataclass(frozen=True)
class Tokens:
    """Tokens of one call."""

    read: int = 0
    written: int = 0


def status(error: BaseException) -> int:
    """Return the HTTP status that *error* carries, 0 without one."""
    carried = getattr(error, "status_code", 0)
    return carried if isinstance(carried, int) and carried > 0 else 0


def is_passing(error: BaseException) -> bool:
    """Whether the same request may well succeed later."""
    code = status(error)
    if code:
        return code in _PASSING or code >= _THEIR_FAULT
    return _timed_out(error) or _unreachable(error)


def outcome(error: BaseException) -> str:
    """Name the failure for the metrics."""
    if _timed_out(error):
        return "timed_out"
    return "rate_limited" if status(error) == _OVER_THE_RATE else "failed"


def retry_after(error: BaseException | None, now: datetime) -> float:
    """Return the seconds that the vendor asks to wait, 0 if it doesn't say."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    asked = str(headers.get("retry-after", "")) if headers else ""
    if asked.replace(".", "", 1).isdecimal():
        return float(asked)
    try:
        return max((parsedate_to_datetime(asked) - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return 0.0


def reason(error: BaseException) -> str:
    """Say what went wrong. Never the error's own text: it may quote the key or the prompt."""
    code = status(error)
    if code >= _THEIR_FAULT:
        return f"its service failed (status {code})"
    if code:
        return _REASONS.get(code, f"it rejected the request (status {code})")
    if _timed_out(error):
        return _REASONS[408]
    if _unreachable(error):
        return "it can't be reached; check COACH_MODEL_URL"
    return _KINDS.get(type(error).__name__, "its answer can't be read")


def tokens_of_failure(error: BaseException) -> Tokens:
    """Return what OpenAI's client says of an answer that it gave up on, else nothing."""
    counted = getattr(getattr(error, "completion", None), "usage", None)
    return Tokens(counted.prompt_tokens, counted.completion_tokens) if counted else Tokens()


def _timed_out(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or "Timeout" in type(error).__name__


def _unreachable(error: BaseException) -> bool:
    named = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, ConnectionError) or bool(named & _CONNECTION_ERRORS)
