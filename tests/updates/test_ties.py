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


@pytest.mark.parametrize("result", ["recall is at 0.8, was 0.7", "latency fell to 40 ms"])
async def test_another_metric_is_not_tied(review_feature: ReviewFeature, result: str) -> None:
    meant = MetricMeaning(metric="exact match", business_measure="forms that clerks type again")
    context = BusinessContext(project="Reader", metrics=(meant,))
    draft = f"Reader, week 3: {result}. We guarantee 99 by June."
    review = await review_feature.review(Assignment(draft=draft, context=context))
    assert "forms that clerks type again" not in review.rewrite
