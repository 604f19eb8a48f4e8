"""Reviews of updates about an objective that the team tracks in its log."""

from datetime import UTC, date, datetime

import pytest

from bot.coach import Coach
from bot.log_records import Hypothesis, Objective
from bot.messages import Message, Person, Place, Platform
from bot.stores.database import Database
from bot.stores.log import SqlLog
from bot.updates.reviewing import ReviewFeature
from knowledge.library import Library
from tests.conftest import Clock
from tests.conversations import make_coach

WHEN = datetime(2020, 1, 1, 9, tzinfo=UTC)
DRAFT = (
    "Churn: recall on leavers rose from 0.58 to 0.66. Fewer customers leave by March, that is in "
    "the bag."
)


async def _track(database: Database, name: str, workspace: str = "T1") -> None:
    log = SqlLog(database)
    edit = {"created_at": WHEN, "edited_by": "ana", "edited_at": WHEN}
    objective = {"id": name, "name": name, "measure": "monthly churn", "target": "4 %"}
    await log.save_objective(
        Objective.model_validate(
            {"workspace": workspace, **objective, "due": date(2027, 3, 31), **edit}
        )
    )
    for number, prior in enumerate((0.4, 0.3)):
        bet = {"id": f"{name}-{number}", "objective": name, "claim": f"Approach {number}"}
        await log.save_hypothesis(
            Hypothesis.model_validate(
                {
                    "workspace": workspace,
                    **bet,
                    "prior": prior,
                    "owner": "ana",
                    "resolve_by": date(2027, 1, 15),
                    **edit,
                }
            )
        )


def _draft() -> Message:
    place = Place(platform=Platform.SLACK, workspace="T1", channel="D1")
    return Message(id="draft", place=place, person=Person(id="U1"), text=DRAFT, verb="review")


async def _rewrite(coach: Coach) -> str:
    reply = await coach.reply(_draft())
    assert reply
    return next(section.text for section in reply.sections if section.title == "Rewrite")


async def test_the_rewrite_tells_the_odds_of_the_objective_that_it_is_about(
    database: Database, library: Library, review_feature: ReviewFeature, clock: Clock
) -> None:
    await _track(database, "Fewer customers leave")
    rewrite = await _rewrite(make_coach(database, library, review_feature, clock))
    assert "2 of 2 approaches are still live" in rewrite
    assert "58 % (likely) by 31 March 2027" in rewrite


@pytest.mark.parametrize(
    ("name", "workspace"), [("Faster claims", "T1"), ("Fewer customers leave", "T2")]
)
async def test_odds_of_another_objective_or_workspace_stay_out(
    database: Database,
    library: Library,
    review_feature: ReviewFeature,
    clock: Clock,
    name: str,
    workspace: str,
) -> None:
    await _track(database, name, workspace)
    coach = make_coach(database, library, review_feature, clock)
    assert "approaches" not in await _rewrite(coach)
