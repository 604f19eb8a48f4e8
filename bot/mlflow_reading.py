"""Reads one MLflow run in a process of its own: an order comes in, an answer goes out, both JSON.

MLflow's client takes its credentials, timeouts, retries, redirects and the switch of its telemetry
from the environment alone, and can't be stopped once it waits; a process has an environment of its
own and can be killed. `bot.mlflow_runs` starts it. It imports nothing else of Coach.
"""

import json
import math
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GONE = frozenset({"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"})
_FORBIDDEN = frozenset({"PERMISSION_DENIED", "UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED"})


def answer(server: str, run: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the *run* of *server* as JSON, or {"problem": …, "detail": …}.

    The problems are missing (MLflow's client), gone, forbidden, silent and odd (whatever else).
    *environment* is set first: MLflow reads some of it when it is imported.
    """
    os.environ.update(environment)  # noqa: TID251 - MLflow's client takes these from nowhere else
    try:
        from mlflow.tracking import MlflowClient  # noqa: PLC0415 - see above; and optional
    except ImportError as error:
        return _problem("missing", error)
    try:
        found: Any = MlflowClient(tracking_uri=server).get_run(run).to_proto()
    except Exception as error:  # noqa: BLE001 - MLflow raises what it likes
        return _problem(_kind(error), error)
    if found.info.run_id != run:  # some other service answers there
        return {"problem": "odd", "detail": "another run"}
    if found.info.lifecycle_stage == "deleted":
        return {"problem": "gone", "detail": "deleted"}
    return _told(found)


def _problem(kind: str, error: Exception) -> dict[str, Any]:
    return {"problem": kind, "detail": getattr(error, "error_code", type(error).__name__)}


def _kind(error: Exception) -> str:
    from mlflow.exceptions import RestException  # noqa: PLC0415 - optional, and there by now
    from requests import RequestException  # noqa: PLC0415 - comes with MLflow

    code = getattr(error, "error_code", "")
    if code in _FORBIDDEN:
        return "forbidden"
    if isinstance(error, RestException):  # MLflow's own words, not those of a proxy before it
        return "gone" if code in _GONE else "odd"
    return "silent" if isinstance(error.__context__, RequestException) else "odd"


def _told(run: Any) -> dict[str, Any]:
    from mlflow.entities import RunStatus  # noqa: PLC0415 - optional, and there by now

    return {
        "experiment": run.info.experiment_id,
        "name": run.info.run_name or run.info.run_id[:8],
        "status": RunStatus.to_string(run.info.status).lower(),
        "metrics": [_metric(metric) for metric in run.data.metrics],
        "started": _time(run.info.start_time),
        "ended": _time(run.info.end_time),
    }


def _metric(metric: Any) -> dict[str, Any]:
    return {
        "name": metric.key,
        "value": _number(metric.value),
        "step": metric.step,
        "at": _time(metric.timestamp),
    }


def _number(value: float) -> float | None:
    """Return *value* if it is a number; servers keep an infinite one as the largest there is."""
    return value if math.isfinite(value) and abs(value) < sys.float_info.max else None


def _time(milliseconds: int) -> str | None:
    try:
        return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat() if milliseconds else None
    except OverflowError:  # whatever somebody's code logged
        return None


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):  # the output is for the answer alone
        told = answer(**json.load(sys.stdin))
    sys.stdout.write(json.dumps(told))
