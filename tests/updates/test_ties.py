"""A draft's metric is known for what it is, whatever the context calls it."""

import pytest

from bot.records import BusinessContext, MetricMeaning
from bot.updates.review import Assignment
from bot.updates.reviewing import ReviewFeature


@pytest.mark.parametrize(
    ("result", "metric"),
    [
        ("EM is at 80, was 71", "exact match"),
        ("groundedness rose from 0.85 to 0.92", "share of answers supported by the handbook"),
        ("acc on cats went from 0.81 to 0.86", "cat detector accuracy"),
    ],
)
async def test_a_metric_is_tied_under_another_name(
    review_feature: ReviewFeature, result: str, metric: str
) -> None:
    meant = MetricMeaning(metric=metric, business_measure="forms that clerks type again")
    context = BusinessContext(project="Reader", metrics=(meant,))
    draft = f"Reader, week 3: {result}. We guarantee 99 by June."
    review = await review_feature.review(Assignment(draft=draft, context=context))
    assert "forms that clerks type again" in review.rewrite


@pytest.mark.parametrize(
    ("result", "metric", "worse"),
    [
        ("PR-AUC .62→.66, FPR@90R 4.1→3.2", "false positive rate at 90% recall", False),
        ("PR-AUC .62→.66, FPR@90R 3.2→4.1", "false positive rate at 90% recall", True),
        ("COMET went up to 0.861 for Czech (0.842 before) and BLEU to 38", "COMET score", False),
        ("recall fell from 0.8 to 0.7 while precision rose to 0.9", "precision", False),
    ],
)
async def test_the_direction_is_that_of_the_metric_which_is_tied(
    review_feature: ReviewFeature, result: str, metric: str, worse: bool
) -> None:
    meant = MetricMeaning(metric=metric, business_measure="appeals of players")
    context = BusinessContext(project="Reader", metrics=(meant,))
    draft = f"{result}. We guarantee 99 by June."
    review = await review_feature.review(Assignment(draft=draft, context=context))
    assert "appeals of players" in review.rewrite
    assert ("goes the wrong way" in review.rewrite) is worse


@pytest.mark.parametrize("result", ["recall is at 0.8, was 0.7", "latency fell to 40 ms"])
async def test_another_metric_is_not_tied(review_feature: ReviewFeature, result: str) -> None:
    meant = MetricMeaning(metric="exact match", business_measure="forms that clerks type again")
    context = BusinessContext(project="Reader", metrics=(meant,))
    draft = f"Reader, week 3: {result}. We guarantee 99 by June."
    review = await review_feature.review(Assignment(draft=draft, context=context))
    assert "forms that clerks type again" not in review.rewrite
