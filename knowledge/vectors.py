"""Vectors in Chroma, embedded or on a server: kept in step with texts, searched by nearness.

Vectors are always passed in: Chroma never embeds anything itself, and its telemetry is off.
Importing Chroma costs a second, so it is imported when a store is opened.
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from filelock import FileLock

from knowledge.embeddings import Embeddings, Vectors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client

Progress = Callable[[int, int], None]

_PAGE = 2_000
_SERVER_SECONDS = 30.0


@dataclass(frozen=True)
class Pace:
    """How many vectors are written together, and how many seconds pass before the next ones."""

    batch: int
    pause: float


AT_ONCE = Pace(batch=512, pause=0.0)
# Chroma keeps every other thread from running while it writes, and would take its next turn before
# anybody else gets one. Who answers people meanwhile writes little at a time and waits in between.
GENTLY = Pace(batch=64, pause=0.05)


class VectorStoreUnavailable(Exception):
    """The vector store does not answer."""


@dataclass(frozen=True)
class Near:
    """A text found near a question; `similarity` is the cosine, -1 to 1."""

    id: str
    similarity: float


def no_progress(_done: int, _total: int) -> None:
    """Report to nobody."""


class VectorStore:
    """Collections of vectors, one for each purpose, workspace and embedding model."""

    def __init__(self, embeddings: Embeddings, *, folder: Path, url: str = "") -> None:
        """Open the embedded store in *folder*, or the server at *url* where one is given.

        Raises VectorStoreUnavailable when the server does not answer.
        """
        self.embeddings = embeddings
        self._folder = folder
        self._url = url
        folder.mkdir(parents=True, exist_ok=True)
        # Two processes may open one embedded store; only one of them at a time writes to it.
        self._lock = FileLock(folder / "chroma.lock")
        # Held while the client is used and while it is exchanged for a new one. Chroma writes
        # in several steps, between which a search would find half of a collection.
        self._using = threading.RLock()
        with _as_unavailable(url):
            self._client = self._connect()

    def _connect(self) -> "Client":
        import chromadb  # noqa: PLC0415 - a second that `coach --help` need not pay
        from chromadb.config import Settings  # noqa: PLC0415

        settings = Settings(anonymized_telemetry=False)
        if not self._url:
            embedded = chromadb.PersistentClient(path=str(self._folder), settings=settings)
            return cast("Client", embedded)
        parts = urlsplit(self._url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        remote = chromadb.HttpClient(
            host=parts.hostname or "", port=port, ssl=secure, settings=settings
        )
        client = cast("Client", remote)
        for session in _sessions(client):
            session.timeout = _SERVER_SECONDS  # Chroma would wait for ever
        return client

    def sync(
        self,
        purpose: str,
        texts: Mapping[str, str],
        progress: Progress = no_progress,
        pace: Pace = AT_ONCE,
    ) -> int:
        """Make the collection for *purpose* hold exactly *texts*, by id; return how many were new.

        Only texts whose id is not there yet are embedded, so an id must change with its text.
        """
        with _as_unavailable(self._url), self._lock:
            self._reopen()
            with self._using:
                collection = self._collection(purpose)
            there = set(collection.get(include=[])["ids"])
            gone, new = sorted(there - texts.keys()), [id_ for id_ in texts if id_ not in there]
            for batch in _batched(gone, pace):
                with self._using:
                    collection.delete(ids=batch)
            done = 0
            for batch in _batched(new, pace):
                vectors = self.embeddings.embed([texts[id_] for id_ in batch])
                with self._using:
                    collection.upsert(ids=batch, embeddings=vectors)
                done += len(batch)
                progress(done, len(new))
            return len(new)

    def _reopen(self) -> None:
        """See what other processes wrote: an embedded client does not notice by itself."""
        if self._url:
            return
        with self._using:
            # Closed rather than dropped: each would keep a dozen files open for long.
            self._client.close()
            self._client = self._connect()

    def load(self, purpose: str) -> tuple[list[str], Vectors]:
        """Return every id of a collection and its vectors, shape (ids, dimensions)."""
        ids: list[str] = []
        parts: list[Vectors] = []
        with _as_unavailable(self._url), self._using:
            collection = self._collection(purpose)
            for offset in range(0, collection.count(), _PAGE):
                page = collection.get(limit=_PAGE, offset=offset, include=["embeddings"])
                ids += page["ids"]
                parts.append(np.asarray(page["embeddings"], dtype=np.float32))
        return ids, np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def nearest(self, purpose: str, vector: Vectors, count: int) -> list[Near]:
        """Return the *count* texts nearest to a unit *vector*, nearest first."""
        with _as_unavailable(self._url), self._using:
            found: Any = self._collection(purpose).query(
                query_embeddings=[vector.tolist()], n_results=count, include=["distances"]
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [Near(id_, 1.0 - float(distance)) for id_, distance in pairs]

    def drop(self, purpose: str) -> None:
        """Delete a collection with everything in it; its absence is fine."""
        with _as_unavailable(self._url), self._lock, self._using:
            names = {collection.name for collection in self._client.list_collections()}
            if self._name(purpose) in names:
                self._client.delete_collection(self._name(purpose))

    def ping(self) -> None:
        """Raise VectorStoreUnavailable unless the store answers."""
        with _as_unavailable(self._url), self._using:
            self._client.heartbeat()

    def close(self) -> None:
        """Let go of files and connections; the store can't be used afterwards."""
        with self._using:
            for session in _sessions(self._client) if self._url else ():
                session.close()
            self._client.close()

    def _collection(self, purpose: str) -> "Collection":
        return self._client.get_or_create_collection(
            self._name(purpose),
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
        )

    def _name(self, purpose: str) -> str:
        readable = re.sub(r"[^A-Za-z0-9]+", "-", purpose).strip("-")[:40]
        exact = hashlib.sha256(f"{purpose}\n{self.embeddings.name}".encode()).hexdigest()[:12]
        return f"coach-{readable}-{exact}"


def _sessions(client: "Client") -> list[Any]:
    """Return the HTTP sessions under a server's *client*, which Chroma neither limits nor closes.

    There are two: the client's own and that of the admin client which it keeps.
    """
    parts: tuple[Any, Any] = (client, client._admin_client)  # pyright: ignore[reportPrivateUsage]
    return [part._server._session for part in parts]


@contextmanager
def _as_unavailable(url: str) -> Generator[None]:
    try:
        yield
    except VectorStoreUnavailable:
        raise
    except Exception as error:
        where = f"the Chroma server at {url}" if url else "the embedded vector store"
        raise VectorStoreUnavailable(f"{where} does not answer: {error}") from error


def _batched(ids: list[str], pace: Pace) -> Iterator[list[str]]:
    for start in range(0, len(ids), pace.batch):
        if start:
            time.sleep(pace.pause)
        yield ids[start : start + pace.batch]
