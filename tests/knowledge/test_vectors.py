"""One contract for the embedded vector store and for a real Chroma server."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from knowledge.embeddings import Vectors, VendorEmbeddings
from knowledge.vectors import Pace, VectorStore, VectorStoreUnavailable

REPOSITORY = Path(__file__).parents[2]
SIZE = 16
START_SECONDS = 30


class Counting:
    """Embeddings that remember what they were asked to embed."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.embedded: list[str] = []
        self._vendor = VendorEmbeddings(name, DeterministicFakeEmbedding(size=SIZE))

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._vendor.embed(texts)


@dataclass
class ChromaServer:
    process: subprocess.Popen[bytes]
    url: str

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=START_SECONDS)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_ready(server: ChromaServer, folder: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            with closing(VectorStore(Counting(), folder=folder, url=server.url)) as store:
                return store.ping()
        except VectorStoreUnavailable:
            assert server.process.poll() is None, "the server ended"
            assert time.monotonic() < give_up, "the server did not become ready"
            time.sleep(0.1)


@contextmanager
def chroma_server(folder: Path) -> Generator[ChromaServer]:
    port = free_port()
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", folder / "server"]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    server = ChromaServer(process, f"http://127.0.0.1:{port}")
    try:
        wait_until_ready(server, folder / "client")
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as server:
        yield server.url


Open = Callable[[Counting], VectorStore]


@pytest.fixture(params=["embedded", "server"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Open the same store again and again, each time with other embeddings."""
    url = request.getfixturevalue("server_url") if request.param == "server" else ""
    with ExitStack() as opened:

        def open_(embeddings: Counting) -> VectorStore:
            store = VectorStore(embeddings, folder=tmp_path, url=url)
            return opened.enter_context(closing(store))

        yield open_


@pytest.fixture
def open_embedded(tmp_path: Path) -> Iterator[Callable[[str], VectorStore]]:
    """Open embedded stores by the name of their folder."""
    with ExitStack() as opened:
        yield lambda name: opened.enter_context(
            closing(VectorStore(Counting(), folder=tmp_path / name))
        )


@pytest.fixture
def purpose() -> str:
    """A purpose that no other test on the shared server uses."""
    return f"documents {uuid4().hex}"


TEXTS = {"a": "Alpha owns labels.", "b": "Beta owns serving.", "c": "Gamma owns nothing."}


def stored(store: VectorStore, purpose: str) -> dict[str, Vectors]:
    ids, vectors = store.load(purpose)
    return dict(zip(ids, vectors, strict=True))


def test_a_sync_embeds_only_what_is_new(open_store: Open, purpose: str) -> None:
    counting = Counting()
    store = open_store(counting)
    assert store.sync(purpose, TEXTS) == 3
    assert store.sync(purpose, {**TEXTS, "d": "Delta is new."}) == 1
    assert counting.embedded == [*TEXTS.values(), "Delta is new."]


def test_a_gentle_sync_pauses_between_batches_alone(
    open_store: Open, purpose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    steps: list[tuple[int, int]] = []
    monkeypatch.setattr("knowledge.vectors.time.sleep", pauses.append)
    store = open_store(Counting())
    texts = {str(n): f"text {n}" for n in range(5)}

    def told(done: int, total: int) -> None:
        steps.append((done, total))

    assert store.sync(purpose, texts, told, Pace(batch=2, pause=0.05)) == 5
    assert steps == [(2, 5), (4, 5), (5, 5)]
    assert pauses == [0.05, 0.05]
    assert sorted(store.load(purpose)[0]) == sorted(texts)


def test_a_sync_removes_what_is_gone(open_store: Open, purpose: str) -> None:
    store = open_store(Counting())
    store.sync(purpose, TEXTS)
    assert store.sync(purpose, {"b": TEXTS["b"]}) == 0
    assert stored(store, purpose).keys() == {"b"}
    assert store.sync(purpose, {}) == 0
    assert store.load(purpose)[0] == []


def test_a_second_opening_embeds_nothing(open_store: Open, purpose: str) -> None:
    open_store(Counting()).sync(purpose, TEXTS)
    again = Counting()
    store = open_store(again)
    assert store.sync(purpose, TEXTS) == 0
    assert again.embedded == []
    assert stored(store, purpose).keys() == TEXTS.keys()


def test_what_is_loaded_is_what_was_stored(open_store: Open, purpose: str) -> None:
    counting = Counting()
    store = open_store(counting)
    store.sync(purpose, TEXTS)
    vectors = stored(store, purpose)
    for id_, text in TEXTS.items():
        np.testing.assert_allclose(vectors[id_], counting.embed([text])[0], atol=1e-6)


def test_more_than_a_page_is_loaded_whole(open_store: Open, purpose: str) -> None:
    store = open_store(Counting())
    many = {f"t{n}": f"text {n}" for n in range(2_050)}
    seen: list[tuple[int, int]] = []
    assert store.sync(purpose, many, lambda done, total: seen.append((done, total))) == 2_050
    assert stored(store, purpose).keys() == many.keys()
    assert seen[-1] == (2_050, 2_050)
    assert seen == sorted(seen)


def test_the_nearest_come_first_with_their_cosine(open_store: Open, purpose: str) -> None:
    counting = Counting()
    store = open_store(counting)
    many = {f"t{n}": f"text {n}" for n in range(100)}
    store.sync(purpose, many)
    question = counting.embed(["text 7"])[0]
    cosines = {id_: float(vector @ question) for id_, vector in stored(store, purpose).items()}
    near = store.nearest(purpose, question, 10)
    assert [hit.id for hit in near] == sorted(cosines, key=lambda id_: -cosines[id_])[:10]
    assert near[0].id == "t7"
    for hit in near:
        assert hit.similarity == pytest.approx(cosines[hit.id], abs=1e-4)


def test_asking_for_more_than_there_is_returns_all(open_store: Open, purpose: str) -> None:
    counting = Counting()
    store = open_store(counting)
    store.sync(purpose, TEXTS)
    near = store.nearest(purpose, counting.embed(["x"])[0], 20)
    assert {hit.id for hit in near} == TEXTS.keys()


def test_an_empty_collection_has_nothing_near(open_store: Open, purpose: str) -> None:
    counting = Counting()
    store = open_store(counting)
    assert store.nearest(purpose, counting.embed(["x"])[0], 5) == []
    assert store.load(purpose)[1].shape == (0, 0)


def test_a_dropped_collection_is_empty_and_can_be_filled_again(
    open_store: Open, purpose: str
) -> None:
    counting = Counting()
    store = open_store(counting)
    store.drop(purpose)
    store.sync(purpose, TEXTS)
    store.drop(purpose)
    assert store.load(purpose)[0] == []
    assert store.sync(purpose, TEXTS) == 3


def test_purposes_are_separate(open_store: Open, purpose: str) -> None:
    store = open_store(Counting())
    other = f"{purpose} other"
    store.sync(purpose, TEXTS)
    store.sync(other, {"z": "Zeta."})
    store.drop(purpose)
    assert stored(store, other).keys() == {"z"}


def test_models_are_separate(open_store: Open, purpose: str) -> None:
    open_store(Counting("one")).sync(purpose, TEXTS)
    other = Counting("two")
    assert open_store(other).sync(purpose, {"a": TEXTS["a"]}) == 1
    assert stored(open_store(Counting("one")), purpose).keys() == TEXTS.keys()


ODD = [
    "",
    " ",
    "T1/..",
    "T1\n",
    "T1",
    "t1",
    "ünïcödé 机器",
    "x" * 500,
    "x" * 499 + "y",
    "🙂",
    "a\x00b",
]


def test_odd_names_of_workspaces_neither_fail_nor_collide(open_store: Open, purpose: str) -> None:
    store = open_store(Counting())
    for n, name in enumerate(ODD):
        store.sync(f"{purpose} {name}", {f"id{n}": f"text {n}"})
    for n, name in enumerate(ODD):
        assert store.load(f"{purpose} {name}")[0] == [f"id{n}"]


def test_a_ping_finds_the_store_there(open_store: Open) -> None:
    open_store(Counting()).ping()


def test_a_server_that_is_away_is_reported_as_unavailable(tmp_path: Path) -> None:
    counting = Counting()
    vector = counting.embed(["x"])[0]
    with chroma_server(tmp_path) as server:
        store = VectorStore(counting, folder=tmp_path / "client", url=server.url)
        store.sync("cards", TEXTS)
        server.stop()
        for use in (
            store.ping,
            lambda: store.nearest("cards", vector, 3),
            lambda: store.load("cards"),
            lambda: store.sync("cards", {}),
            lambda: store.drop("cards"),
        ):
            with pytest.raises(VectorStoreUnavailable, match=server.url):
                use()
        store.close()


def test_a_server_that_never_was_there_is_reported_as_unavailable(tmp_path: Path) -> None:
    with pytest.raises(VectorStoreUnavailable, match="does not answer"):
        VectorStore(Counting(), folder=tmp_path, url=f"http://127.0.0.1:{free_port()}")


WRITER = """
import sys
from pathlib import Path
from langchain_core.embeddings import DeterministicFakeEmbedding
from knowledge.embeddings import VendorEmbeddings
from knowledge.vectors import VectorStore

embeddings = VendorEmbeddings("fake", DeterministicFakeEmbedding(size=16))
store = VectorStore(embeddings, folder=Path(sys.argv[1]))
store.sync("documents T1", {id_: f"text {id_}" for id_ in sys.argv[2:]})
"""


def write_from_another_process(folder: Path, *ids: str) -> None:
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", WRITER, folder, *ids], cwd=REPOSITORY, check=True, timeout=60
    )


def test_what_another_process_wrote_is_seen_after_a_sync(
    open_embedded: Callable[[str], VectorStore], tmp_path: Path
) -> None:
    store = open_embedded("shared")
    store.sync("documents T1", {"a": "text a", "b": "text b"})
    write_from_another_process(tmp_path / "shared", "b", "c")
    assert store.sync("documents T1", {"b": "text b", "c": "text c"}) == 0
    near = store.nearest("documents T1", Counting().embed(["text c"])[0], 5)
    assert [hit.id for hit in near] == ["c", "b"]


def test_stores_in_two_folders_of_one_process_do_not_disturb_each_other(
    open_embedded: Callable[[str], VectorStore],
) -> None:
    one, two = open_embedded("one"), open_embedded("two")
    one.sync("cards", TEXTS)
    two.sync("cards", {"z": "Zeta."})
    one.sync("cards", {"a": TEXTS["a"]})
    assert stored(one, "cards").keys() == {"a"}
    assert stored(two, "cards").keys() == {"z"}


def test_searches_go_on_while_another_thread_syncs(
    open_embedded: Callable[[str], VectorStore],
) -> None:
    store = open_embedded("one")
    store.sync("cards", TEXTS)
    vector = Counting().embed([TEXTS["a"]])[0]
    with ThreadPoolExecutor(1) as threads:
        syncs = [threads.submit(store.sync, "cards", {**TEXTS, "n": f"{n}"}) for n in range(20)]
        while not all(sync.done() for sync in syncs):
            assert store.nearest("cards", vector, 1)[0].id == "a"
    assert [sync.result() for sync in syncs] == [1] + [0] * 19


def test_searches_go_on_while_another_thread_drops_and_fills_anew(
    open_embedded: Callable[[str], VectorStore],
) -> None:
    store = open_embedded("one")
    store.sync("cards", TEXTS)
    vector = Counting().embed([TEXTS["a"]])[0]

    def rebuild() -> None:
        store.drop("cards")
        store.sync("cards", TEXTS)

    with ThreadPoolExecutor(1) as threads:
        rebuilds = [threads.submit(rebuild) for _ in range(100)]
        while not all(each.done() for each in rebuilds):
            assert [near.id for near in store.nearest("cards", vector, 1)] in ([], ["a"])
    assert not any(each.exception() for each in rebuilds)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_many_syncs_leave_no_files_open(open_embedded: Callable[[str], VectorStore]) -> None:
    store = open_embedded("one")
    store.sync("cards", TEXTS)
    before = open_files()
    for _ in range(30):
        store.sync("cards", TEXTS)
    assert open_files() < before + 30
