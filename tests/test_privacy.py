"""What people write in drafts, contexts, answers and objections stands in no log and no metric."""

import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from pydantic import TypeAdapter

from bot import review_forms as forms
from bot.coach import Coach
from bot.errors import StoreUnavailable
from bot.logs import configure_logs
from bot.messages import Message, Press, Reply, Submission
from bot.metrics import Metrics
from bot.stores.database import Database
from bot.updates.finding import Finder
from bot.updates.review import Assignment, Review
from bot.updates.reviewing import ReviewFeature
from bot.updates.rewriting import Rewriter
from bot.updates.terms import lexicon
from knowledge.embeddings import MiniLM
from knowledge.library import Library
from tests.conftest import Clock
from tests.conversations import make_coach

Make = Callable[..., Message]
Captured = pytest.CaptureFixture[str]

PHRASES = [
    "quokka-lantern",
    "periwinkle forklift",
    "marmalade heliograph",
    "tangerine bathysphere",
    "walnut ombudsman",
    "0.8731",
    "crimson turnstile",
]
DRAFT = (
    "Weekly update, quokka-lantern ranker.\n"
    "- nDCG rose from 0.61 to 0.8731 in the periwinkle forklift test\n"
    "- We will hit 0.95 in the marmalade heliograph by Friday"
)
QUESTION = "Should the walnut ombudsman own data labelling?"


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Give the process its logging back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def coach(
    database: Database,
    library: Library,
    review_feature: ReviewFeature,
    clock: Clock,
    metrics: Metrics,
) -> Coach:
    return make_coach(database, library, review_feature, clock, metrics)


def check_silent(text: str) -> None:
    assert [phrase for phrase in PHRASES if phrase.lower() in text.lower()] == []


async def said(coach: Coach, message: Message) -> Reply:
    reply = await coach.reply(message)
    assert reply is not None
    return reply


def sent(make: Make, action: str, value: str, **answers: str) -> Message:
    return make("", submission=Submission(action=action, value=value, answers=answers))


async def converse(coach: Coach, make: Make) -> None:
    """Do everything that can be done with a draft, and some of it wrongly."""
    context = {"name": "Tangerine bathysphere", "metrics": "nDCG = crimson turnstile passes"}
    await said(coach, sent(make, forms.CONTEXT, "", **context))
    await said(coach, sent(make, forms.CONTEXT, "", name="x", metrics="crimson turnstile"))
    await said(coach, make("tangerine bathysphere", verb="context"))
    draft = make(DRAFT)
    reply = await said(coach, draft)
    assert reply.marked is not None
    for action in (forms.QUESTIONS, forms.POST, forms.OBJECT):
        assert await coach.form(make("", press=Press(action=action, value=draft.id)))
    answers = {"risk": "a walnut ombudsman", "keep_in": "tangerine bathysphere 2"}
    await said(coach, sent(make, forms.QUESTIONS, draft.id, impact="crimson turnstile", **answers))
    preview = await coach.form(make("", press=Press(action=forms.POST, value=draft.id)))
    assert preview
    posted = await said(coach, sent(make, forms.POST, preview.value, channel="C9"))
    assert "quokka-lantern" in posted.text
    await said(coach, sent(make, forms.OBJECT, draft.id, finding="1"))
    await said(coach, sent(make, forms.NEW, "", draft=DRAFT, audience="crimson turnstile"))
    await said(coach, make("marmalade heliograph " * 9_000, verb="review"))
    await said(coach, make(QUESTION))
    await said(coach, make("", press=Press(action=forms.DELETE, value=draft.id)))
    await said(coach, sent(make, forms.POST, draft.id, channel="C9"))


async def test_a_whole_review_leaves_nothing_in_logs_and_metrics(
    coach: Coach, a_message: Make, metrics: Metrics, capsys: Captured
) -> None:
    configure_logs("DEBUG", "json")
    await converse(coach, a_message)
    text = capsys.readouterr().err
    assert '"refused"' in text
    check_silent(text)
    check_silent(metrics.text().decode())


class Quoting(ReviewFeature):
    """An engine with a fault: its errors say what it was working on, each in another way."""

    def __init__(self, finder: Finder, embeddings: MiniLM, fail: Callable[[str], None]) -> None:
        super().__init__(finder, Rewriter(lexicon(), embeddings))
        self._fail = fail

    async def review(self, assignment: Assignment) -> Review:
        self._fail(assignment.draft)
        return await super().review(assignment)


def _plainly(draft: str) -> None:
    raise RuntimeError(draft)


def _by_a_cause(draft: str) -> None:
    try:
        _plainly(draft)
    except RuntimeError as error:
        raise StoreUnavailable from error


def _in_the_context_of_another(draft: str) -> None:
    try:
        _plainly(draft)
    except RuntimeError:
        _as_a_key(draft)


def _as_a_key(draft: str) -> None:
    known: dict[str, int] = {}
    known[draft] += 1


def _by_validation(draft: str) -> None:
    TypeAdapter(int).validate_python(draft)


def _as_a_note(draft: str) -> None:
    error = RuntimeError("no luck")
    error.add_note(draft)
    raise error


def _as_a_group(draft: str) -> None:
    raise ExceptionGroup("several", [RuntimeError(draft), ValueError(draft)])


FAULTS = [
    _plainly,
    _by_a_cause,
    _in_the_context_of_another,
    _by_validation,
    _as_a_note,
    _as_a_group,
]


@pytest.mark.parametrize("fail", FAULTS, ids=lambda fault: fault.__name__.strip("_"))
async def test_a_fault_that_quotes_the_draft_is_logged_without_it(
    database: Database,
    library: Library,
    finder: Finder,
    embeddings: MiniLM,
    clock: Clock,
    a_message: Make,
    capsys: Captured,
    fail: Callable[[str], None],
) -> None:
    coach = make_coach(database, library, Quoting(finder, embeddings, fail), clock)
    configure_logs("DEBUG", "json")
    reply = await said(coach, a_message(DRAFT))
    text = capsys.readouterr().err
    assert reply.reference
    assert reply.reference in text, "the administrator finds the place"
    assert f"in {fail.__name__}" in text, "and the line that failed"
    check_silent(text)
    check_silent(reply.text)
