"""Putting Coach together: the one place that names concrete classes."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.answers.answering import AnswerFeature, Writer
from bot.backlog import Backlog
from bot.clock import now
from bot.coach import Coach
from bot.errors import KnowledgeUnavailable
from bot.housekeeping import Housekeeping
from bot.library_desk import LibraryDesk
from bot.log_ports import Runs
from bot.metrics import Metrics
from bot.ports import LanguageModel
from bot.review_desk import ReviewDesk
from bot.settings import Settings
from bot.stores.database import Database, open_database
from bot.stores.queues import SqlInbox, SqlOutbox
from bot.stores.repositories import SqlConversations, SqlDocuments, SqlUsage
from bot.stores.reviews import SqlContexts, SqlObjections, SqlPolicies, SqlReviews
from bot.team_wiring import TeamParts, open_team
from bot.updates.finding import Finder
from bot.updates.reading import Reader, shipped_model
from bot.updates.reviewing import ReviewFeature, ReviewWriter
from bot.updates.rewriting import Rewriter
from bot.updates.terms import lexicon
from knowledge.embeddings import Embeddings, MiniLM, VendorEmbeddings
from knowledge.in_context import Contextual
from knowledge.library import Library
from knowledge.remembered import Remembered
from knowledge.vectors import VectorStore, VectorStoreUnavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts:
    """A Coach put together, and what the command line and the server need of it."""

    settings: Settings
    metrics: Metrics
    database: Database
    documents: SqlDocuments
    conversations: SqlConversations
    library: Library
    store: VectorStore
    desk: LibraryDesk
    answers: AnswerFeature
    reviews: ReviewFeature
    housekeeping: Housekeeping
    team: TeamParts
    coach: Coach


@asynccontextmanager
async def open_coach(settings: Settings) -> AsyncGenerator[Parts]:
    """Open the stores and put Coach together; call `library.warm` before asking it anything.

    Raises StoreUnavailable or KnowledgeUnavailable if a store does not answer.
    """
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url)
        stack.push_async_callback(database.close)
        documents = SqlDocuments(database)
        builtin = MiniLM()
        store = _open_vectors(settings, _embeddings(settings.coach_embeddings, builtin))
        stack.callback(store.close)
        library = Library(store, documents, builtin.tokenizer)
        stack.callback(library.close)
        metrics = Metrics()
        conversations = SqlConversations(database)
        model = _model(settings, SqlUsage(database), metrics)
        answers = AnswerFeature(library, _answer_writer(model))
        contextual = _contextual(settings, lambda: log.info("preparing_review_model"))
        reviews = _reviews(contextual, builtin, model)
        team = open_team(database, now, settings.admins, _runs(settings))
        kept_reviews, policies = SqlReviews(database), SqlPolicies(database)
        desk = ReviewDesk(
            feature=reviews,
            reviews=kept_reviews,
            contexts=SqlContexts(database),
            objections=SqlObjections(database),
            policies=policies,
            tracking=team.telling,
            now=now,
        )
        yield Parts(
            settings=settings,
            metrics=metrics,
            database=database,
            documents=documents,
            conversations=conversations,
            library=library,
            store=store,
            desk=LibraryDesk(documents, library, now),
            answers=answers,
            reviews=reviews,
            housekeeping=Housekeeping(
                reviews=kept_reviews, conversations=conversations, policies=policies, now=now
            ),
            team=team,
            coach=Coach(
                answering=answers,
                reviewing=desk,
                team=team.desk,
                conversations=conversations,
                metrics=metrics,
                now=now,
            ),
        )


def _runs(settings: Settings) -> Runs | None:
    if not settings.coach_mlflow_url:
        return None
    from bot.mlflow_runs import MlflowRuns  # noqa: PLC0415 - only with a server

    token, password = settings.coach_mlflow_token, settings.coach_mlflow_password
    return MlflowRuns(
        settings.coach_mlflow_url,
        token=token.get_secret_value() if token else "",
        user=settings.coach_mlflow_user,
        password=password.get_secret_value() if password else "",
    )


def _open_vectors(settings: Settings, embeddings: Embeddings) -> VectorStore:
    folder = settings.coach_data / "chroma"
    try:
        return VectorStore(embeddings, folder=folder, url=settings.coach_chroma_url)
    except VectorStoreUnavailable as error:
        raise KnowledgeUnavailable from error


def _embeddings(name: str, builtin: MiniLM) -> Embeddings:
    if name == "builtin":
        return Remembered(builtin)
    from langchain.embeddings import init_embeddings  # noqa: PLC0415 - slow, and rarely used

    return VendorEmbeddings(name, init_embeddings(name))


@asynccontextmanager
async def open_reviews(
    settings: Settings, preparing: Callable[[], None] = lambda: None
) -> AsyncGenerator[ReviewFeature]:
    """Open what reviews need and nothing else: no library, so that a review starts at once.

    *preparing* is called if the model that reads drafts has to be made first. Raises
    StoreUnavailable if the database does not answer.
    """
    contextual = _contextual(settings, preparing)
    if not settings.coach_model:
        yield _reviews(contextual, MiniLM(), None)
        return
    database = await open_database(settings.database_url)
    try:
        model = _model(settings, SqlUsage(database), Metrics())
        yield _reviews(contextual, MiniLM(), model)
    finally:
        await database.close()


def _contextual(settings: Settings, preparing: Callable[[], None]) -> Contextual:
    return Contextual(shipped_model().adapters, settings.coach_cache, preparing)


def _reviews(
    contextual: Contextual, embeddings: MiniLM, model: LanguageModel | None
) -> ReviewFeature:
    terms = lexicon()
    finder = Finder(Reader(contextual, terms), terms)
    return ReviewFeature(finder, Rewriter(terms, embeddings), _review_writer(model))


def _answer_writer(model: LanguageModel | None) -> Writer | None:
    if model is None:
        return None
    from bot.answers.modelled import ModelledAnswers  # noqa: PLC0415 - only with a model

    return ModelledAnswers(model)


def _review_writer(model: LanguageModel | None) -> ReviewWriter | None:
    if model is None:
        return None
    from bot.updates.modelled import ModelledReviews  # noqa: PLC0415 - only with a model

    return ModelledReviews(model)


def _model(settings: Settings, usage: SqlUsage, metrics: Metrics) -> LanguageModel | None:
    if not settings.coach_model:
        return None
    from bot.llm import LangChainModel  # noqa: PLC0415 - slow, and only with a model

    key = settings.coach_model_key
    return LangChainModel(
        settings.coach_model,
        base_url=settings.coach_model_url,
        api_key=key.get_secret_value() if key else "",
        timeout=settings.coach_model_timeout,
        daily_tokens=settings.coach_model_daily_tokens,
        input_price=settings.coach_model_input_price,
        output_price=settings.coach_model_output_price,
        usage=usage,
        metrics=metrics,
        now=now,
    )


async def open_backlog(parts: Parts) -> Backlog:
    """Return this replica's queues, with what it left unfinished last time taken up again."""
    replica = parts.settings.coach_replica
    inbox = SqlInbox(parts.database, replica, now)
    outbox = SqlOutbox(parts.database, replica, now)
    await inbox.recover()
    await outbox.recover()
    return Backlog(
        inbox=inbox,
        outbox=outbox,
        coach=parts.coach,
        metrics=parts.metrics,
        workers=parts.settings.coach_workers,
    )
