"""Structured logs on standard error, with everything that looks like a secret taken out."""

import logging
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, Literal, cast

import structlog

_SECRETS = re.compile(
    r"""
      (?:xoxe\.)?xox[abeoprs]-[\w-]+ | xapp-[\w-]+           # Slack
    | \bsk-[\w-]{8,} | \bAIza[\w-]{20,}           # model vendors
    | \bgh[pousr]_\w{20,} | \bAKIA[0-9A-Z]{16}    # others that get pasted
    | \beyJ[\w-]+\.[\w-]+\.[\w-]*                 # JSON web tokens
    | (?i:\bbearer\s+)[\w.~+/=-]+
    | (?<=://)[^\s/:@]*:[^\s/@]+(?=@)             # user:password in a URL
    | (?i:(?<=hooks\.slack\.com/))[\w/-]+
    """,
    re.VERBOSE,
)
_SECRET_KEYS = re.compile(r"token|secret|password|authorization|api_?key|cookie", re.IGNORECASE)
_HIDDEN = "[redacted]"
# At DEBUG these log what people wrote: bound parameters, requests, events.
_QUOTING = ("aiosqlite", "anthropic", "httpcore", "openai", "slack_bolt", "slack_sdk")
# Libraries that report their routine at INFO, or set a lower level of their own.
_CHATTY = ("alembic", "httpx")


def redact(value: Any) -> Any:
    """Return *value* with secrets in it, at any depth, replaced."""
    if isinstance(value, str):
        return _SECRETS.sub(_HIDDEN, value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return {
            redact(key): _HIDDEN if _SECRET_KEYS.search(str(key)) and item else redact(item)
            for key, item in pairs.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in cast("Iterable[object]", value)]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _SECRETS.sub(_HIDDEN, str(value))


def _redact_event(_logger: object, _name: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    # The standard library's record stays as it is: structlog needs it, and it is not printed.
    record = {key: event.pop(key) for key in ("_record",) if key in event}
    return redact(event) | record


def configure_logs(level: str, style: Literal["console", "json"]) -> None:
    """Send Coach's and its libraries' logs to standard error in *style*."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    renderer = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)  # some libraries set their own loggers to DEBUG
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _QUOTING:
        logging.getLogger(name).setLevel(max(logging.INFO, root.level))
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
