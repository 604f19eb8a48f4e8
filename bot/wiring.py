"""Putting Coach together: the one place that names concrete classes and reads the clock."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.answers.answering import AnswerFeature, Writer
from bot.backlog import Backlog
from bot.coach import Coach
from bot.errors import KnowledgeUnavailable
from bot.library_desk import LibraryDesk
from bot.metrics import Metrics
from bot.settings import Settings
from bot.stores.database import Database, open_database
from bot.stores.queues import SqlInbox, SqlOutbox
from bot.stores.repositories import SqlConversations, SqlDocuments, SqlUsage
from knowledge.embeddings import Embeddings, MiniLM, VendorEmbeddings
from knowledge.library import Library
from knowledge.remembered import Remembered
from knowledge.vectors import VectorStore, VectorStoreUnavailable

LOCAL_WORKSPACE = "local"


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock, handed to whoever needs it


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
        answers = AnswerFeature(library, _writer(settings, SqlUsage(database), metrics))
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
            coach=Coach(answering=answers, conversations=conversations, metrics=metrics, now=now),
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


def _writer(settings: Settings, usage: SqlUsage, metrics: Metrics) -> Writer | None:
    if not settings.coach_model:
        return None
    from bot.answers.modelled import ModelledAnswers  # noqa: PLC0415 - only with a model
    from bot.llm import LangChainModel  # noqa: PLC0415

    key = settings.coach_model_key
    model = LangChainModel(
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
    return ModelledAnswers(model)


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
