"""Conversations with Coach as a whole: real stores, the real library, the built-in engines."""

from bot.answers.answering import AnswerFeature
from bot.coach import Coach
from bot.metrics import Metrics
from bot.review_desk import ReviewDesk
from bot.stores.database import Database
from bot.stores.repositories import SqlConversations
from bot.stores.reviews import SqlContexts, SqlObjections, SqlPolicies, SqlReviews
from bot.team_wiring import open_team
from bot.updates.reviewing import ReviewFeature
from knowledge.library import Library
from tests.conftest import Clock


def make_coach(
    database: Database,
    library: Library,
    feature: ReviewFeature,
    clock: Clock,
    metrics: Metrics | None = None,
) -> Coach:
    """Put a Coach together on *database*."""
    desk = ReviewDesk(
        feature=feature,
        reviews=SqlReviews(database),
        contexts=SqlContexts(database),
        objections=SqlObjections(database),
        policies=SqlPolicies(database),
        tracking=open_team(database, clock).telling,
        now=clock,
    )
    return Coach(
        answering=AnswerFeature(library),
        reviewing=desk,
        team=open_team(database, clock).desk,
        conversations=SqlConversations(database),
        metrics=metrics or Metrics(),
        now=clock,
    )
