"""The metric that a hypothesis is judged by is found among a run's, never guessed."""

import pytest

from bot.portfolio.run_metrics import matching
from bot.run_records import Run, RunMetric, RunStatus


def found(metric: str, *names: str) -> str | None:
    """Return the name of the metric found among *names*."""
    metrics = tuple(RunMetric(name=name, value=0.5) for name in names)
    run = Run(address="runs:/1", name="r", status=RunStatus.FINISHED, metrics=metrics)
    match = matching(run, metric)
    return match.name if match else None


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("AUC", "auc"),
        ("ROC AUC", "roc_auc"),
        ("ROC-AUC", "val/roc.auc"),
        ("F1 score", "eval/f1"),
        ("F1", "training_f1_score"),
        ("macro F1", "test_macroF1"),
        ("recall@10", "recall_at_10"),
        ("top-1 accuracy", "top1_accuracy"),
        ("mAP", "map"),
        ("AUC on the test set", "test_auc"),
        ("AUC (val)", "auc_val"),
        ("val_loss", "validation-loss"),
        ("score", "score"),
        ("Größe", "eval größe"),
        ("test", "test"),
        ("p95 latency, ms", "p95_latency_ms"),
    ],
)
def test_spelling_does_not_count(metric: str, name: str) -> None:
    assert found(metric, "epoch", name, "learning_rate") == name


def test_test_data_go_before_validation_data() -> None:
    assert found("AUC", "train_auc", "auc", "val_auc", "test_auc") == "test_auc"


def test_validation_data_go_before_what_does_not_say() -> None:
    assert found("AUC", "train_auc", "auc", "eval/auc") == "eval/auc"


def test_what_does_not_say_goes_before_training_data() -> None:
    assert found("AUC", "train_auc", "auc") == "auc"


def test_training_data_are_better_than_nothing() -> None:
    assert found("AUC", "train_auc") == "train_auc"


def test_a_name_that_says_which_data_means_those_alone() -> None:
    assert found("val_auc", "test_auc", "val_auc") == "val_auc"
    assert found("test AUC", "val_auc", "auc") is None


def test_two_that_fit_equally_well_are_none() -> None:
    assert found("AUC", "val_auc", "eval/auc") is None
    assert found("AUC", "auc", "AUC") is None


def test_the_same_words_go_before_words_that_mean_the_same() -> None:
    assert found("val AUC", "eval/auc", "val_auc") == "val_auc"


@pytest.mark.parametrize(
    ("metric", "names"),
    [
        ("", ("auc", "")),
        ("—", ("auc", "_")),
        ("AUC", ()),
        ("AUC", ("pr_auc", "auc_std")),
        ("accuracy", ("acc",)),
        ("recall at precision 90", ("precision_at_recall_90",)),
    ],
)
def test_another_metric_is_none(metric: str, names: tuple[str, ...]) -> None:
    assert found(metric, *names) is None
