"""Which way a metric went: from figures that are compared, and from nothing that only looks so."""

import pytest

from bot.updates.directions import Direction, direction
from bot.updates.terms import Better


@pytest.mark.parametrize(
    ("statement", "better", "went"),
    [
        ("MAE on finish time 3:10 min (was 4:05)", "lower", "better"),
        ("MAE fell from 14 days to 11 days", "lower", "better"),
        ("MAE 11 minutes, before 14 minutes", "lower", "better"),
        ("RMSE 1.9 nm -> 1.4 nm", "lower", "better"),
        ("MAPE 9.1% (prev. 12.6%)", "lower", "better"),
        ("the backlog went from 1,200 to 950", "lower", "better"),
        ("false alarms 12 per week instead of 19", "lower", "better"),
        ("false positives per image went from 0.6 to 0.9", "lower", "worse"),
        ("PR-AUC .62→.66", "higher", "better"),
        ("nDCG 0.62 (0.58 in May)", "higher", "better"),
        ("mAP at 72% compared with 68% in April", "higher", "better"),
        ("recall is 0.82, up from 0.79", "higher", "better"),
        ("recall fell from 0.8 to 0.7", "higher", "worse"),
        ("recall rose by 3 points to 0.81", "higher", "better"),
        ("precision suffered, 0.81 now", "higher", "worse"),
        ("grasps succeed less: success 93.5% → 91.8%", None, "worse"),
        ("complaints went from 40 to 31", None, "better"),
    ],
)
def test_a_comparison_tells_the_direction(
    statement: str, better: Better | None, went: Direction
) -> None:
    assert direction(statement, better) == went


@pytest.mark.parametrize(
    ("statement", "better"),
    [
        ("right for 82% of the routes (ordinal regression)", "higher"),
        ("recall 0.8 for patients who suffer from delirium", "higher"),
        ("no worse than before, recall 0.8", "higher"),
        ("MAE is 81 after 3 weeks of tuning", "lower"),
        ("error 12% over the last 4 weeks (n=43)", "lower"),
        ("AUC 0.84 from 31 hospitals", "higher"),
        ("MAE 14 in 3 to 5 days", "lower"),
        ("precision 91% from 12 sites", "higher"),
        ("MAE fell from 14 to 11 in Ulm and rose from 9 to 12 in Bonn", "lower"),
    ],
)
def test_what_compares_nothing_tells_none(statement: str, better: Better) -> None:
    assert direction(statement, better) == "unclear"


def test_without_knowing_what_is_better_only_words_tell() -> None:
    assert direction("the score went from 0.6 to 0.9", None) == "unclear"
    assert direction("the score improved from 0.6 to 0.9", None) == "better"
