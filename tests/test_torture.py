"""A small torture, so that the big one (`make torture`) stays in working order."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.torture.report import file, report
from tests.torture.torture import Plan, Toll, torture

PLAN = Plan(kills=3, rate=10, spread=1, working_seconds=1, seed=7)

SPOTLESS = Toll(
    acknowledged=9,
    unanswered=(),
    doubled=(),
    drained=True,
    exit_status=0,
    kills=Counter({"at work": 3}),
    deliveries=27,
    refused=Counter({503: 2, 0: 1}),
    fates=Counter(),
    unheard=0,
    look_ups=0,
    seconds=1.0,
)


async def test_killed_three_times_coach_answers_every_acknowledged_mention_once(
    data_folder: Path, tmp_path: Path
) -> None:
    toll = await torture(PLAN, data_folder / "chroma", tmp_path)

    assert toll.kills.total() == 3
    assert toll.acknowledged > 0
    assert toll.deliveries == 3 * toll.acknowledged
    assert toll.survived, toll


def test_a_lost_or_doubled_answer_or_a_crash_at_the_end_is_no_survival() -> None:
    assert SPOTLESS.survived
    assert not replace(SPOTLESS, unanswered=("Ev1",)).survived
    assert not replace(SPOTLESS, doubled=("Ev1",)).survived
    assert not replace(SPOTLESS, drained=False).survived
    assert not replace(SPOTLESS, exit_status=1).survived


def test_the_report_keeps_the_latest_of_each_kind(tmp_path: Path) -> None:
    target = tmp_path / "REPORT.md"

    for database, acknowledged in (("sqlite", 1), ("postgresql", 2), ("sqlite", 3)):
        toll = replace(SPOTLESS, acknowledged=acknowledged)
        file(report(PLAN, database, toll), target)

    text = target.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("# ")] == [
        "# Torture on postgresql, one replica",
        "# Torture on sqlite, one replica",
    ]
    assert "| acknowledged mentions" in text
    assert "3 (1 no answer, 2 status 503)" in text
