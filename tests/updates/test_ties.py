"""A draft's metric is known for what it is, whatever the context calls it."""

import pytest

from bot.records import BusinessContext, MetricMeaning
from bot.updates.review import Assignment
from bot.updates.reviewing import ReviewFeature

MEASURE = "forms that clerks type again"


async def rewrite(review_feature: ReviewFeature, result: str, metric: str) -> str:
    """Return how a draft with *result* reads in a context where *metric* means MEASURE."""
    meant = MetricMeaning(metric=metric, business_measure=MEASURE)
    context = BusinessContext(project="Reader", metrics=(meant,))
    draft = f"Reader, week 3: {result}. We guarantee 99 by June."
    return (await review_feature.review(Assignment(draft=draft, context=context))).rewrite


@pytest.mark.parametrize(
    ("result", "metric"),
    [
        ("EM is at 80, was 71", "exact match"),
        ("groundedness rose from 0.85 to 0.92", "share of answers supported by the handbook"),
        ("acc on cats went from 0.81 to 0.86", "cat detector accuracy"),
        ("containment of the chat went from 47% to 52%", "containment rate"),
        ("false positives per image went from 0.6 to 0.9", "false alarm rate"),
    ],
)
async def test_a_metric_is_tied_under_another_name(
    review_feature: ReviewFeature, result: str, metric: str
) -> None:
    assert MEASURE in await rewrite(review_feature, result, metric)


@pytest.mark.parametrize(
    ("result", "metric", "worse"),
    [
        ("PR-AUC .62→.66, FPR@90R 4.1→3.2", "false positive rate at 90% recall", False),
        ("PR-AUC .62→.66, FPR@90R 3.2→4.1", "false positive rate at 90% recall", True),
        ("COMET went up to 0.861 for Czech (0.842 before) and BLEU to 38", "COMET score", False),
        ("recall fell from 0.8 to 0.7 while precision rose to 0.9", "precision", False),
        ("CER is now 2.4%, previously 1.5%, on old phones", "character error rate", True),
        ("CER is now 1.5%, it was 2.4% in May", "character error rate", False),
    ],
)
async def test_the_direction_is_that_of_the_metric_which_is_tied(
    review_feature: ReviewFeature, result: str, metric: str, worse: bool
) -> None:
    text = await rewrite(review_feature, result, metric)
    assert MEASURE in text
    assert ("goes the wrong way" in text) is worse


@pytest.mark.parametrize("result", ["recall is at 0.8, was 0.7", "latency fell to 40 ms"])
async def test_another_metric_is_not_tied(review_feature: ReviewFeature, result: str) -> None:
    assert MEASURE not in await rewrite(review_feature, result, "exact match")


async def test_what_is_not_tied_names_the_goal_and_what_it_is_measured_by(
    review_feature: ReviewFeature,
) -> None:
    meant = MetricMeaning(metric="exact match", business_measure=MEASURE)
    context = BusinessContext(goal="less typing", metrics=(meant,))
    draft = "Reader, week 3: perplexity fell to 14. Nights are untested."
    review = await review_feature.review(Assignment(draft=draft, context=context))
    assert f"the goal is “less typing”; the effect on it ({MEASURE}) is not known yet" in (
        review.rewrite
    )
