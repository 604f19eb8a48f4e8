"""Which of a run's metrics is the one that a hypothesis is judged by. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.run_records import Run, RunMetric


class _Split(IntEnum):
    """The data that a metric was measured on; the lowest tells most about new data."""

    TEST = 0
    VALIDATION = 1
    UNSAID = 2
    TRAINING = 3


@dataclass(frozen=True, slots=True)
class _Name:
    """A metric's name in words; `core` is the letters of those that name the measure itself."""

    words: tuple[str, ...]
    core: str
    split: _Split


_SAID = {
    _Split.TEST: ("test", "testing", "holdout"),
    _Split.VALIDATION: ("val", "valid", "validation", "eval", "evaluation", "dev"),
    _Split.TRAINING: ("train", "training"),
}
_SPLITS = {word: split for split, words in _SAID.items() for word in words}
_FILLING = frozenset({"on", "the", "set", "split", "score"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")


def matching(run: Run, metric_name: str) -> RunMetric | None:
    """Return the metric of *run* that *metric_name* means, None where that would be a guess.

    Case, separators and words such as "score" don't count: "F1 score" is `eval/f1`. A name that
    says on which data means those data alone. One that does not means the test data, else the
    validation data, else what does not say either, and the training data only if there is nothing
    else. Two metrics that fit equally well are none.
    """
    wanted = _named(metric_name)
    names = {metric: _named(metric.name) for metric in run.metrics}
    alike = [metric for metric, name in names.items() if name.core == wanted.core and name.core]
    splits = {names[metric].split for metric in alike}
    split = min(splits, default=None) if wanted.split is _Split.UNSAID else wanted.split
    best = [metric for metric in alike if names[metric].split == split]
    same = [metric for metric in best if names[metric].words == wanted.words]
    return _only(same) or _only(best)


def _only(metrics: Sequence[RunMetric]) -> RunMetric | None:
    return metrics[0] if len(metrics) == 1 else None


def _named(name: str) -> _Name:
    plain = _HUMP.sub(" ", unicodedata.normalize("NFKC", name)).replace("@", " at ").casefold()
    words = tuple(_WORD.findall(plain))
    said = [word for word in words if word in _SPLITS][: len(words) - 1]  # a name has to remain
    rest = [word for word in words if word not in said[:1]]
    core = [word for word in rest if word not in _FILLING] or rest
    return _Name(words, "".join(core), _SPLITS[said[0]] if said else _Split.UNSAID)
