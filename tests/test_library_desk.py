import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.errors import DocumentProblem
from bot.library_desk import AddReport, LibraryDesk, Progress
from bot.stores.database import open_database
from bot.stores.repositories import SqlDocuments
from knowledge.documents import Limits
from knowledge.passages import Passage
from knowledge.vectors import VectorStoreUnavailable
from tests.conftest import Clock
from tests.knowledge.files import make_docx, make_pdf

TEAM = "T1"


class RecordingIndex:
    """An index that keeps what it was told, and can be away."""

    def __init__(self) -> None:
        self.refreshed: list[str] = []
        self.passages: dict[str, list[Passage]] = {}
        self.away = False

    async def refresh(self, workspace: str, passages: Sequence[Passage]) -> None:
        if self.away:
            raise VectorStoreUnavailable
        self.refreshed.append(workspace)
        self.passages[workspace] = list(passages)

    def texts(self, workspace: str = TEAM) -> list[str]:
        return [passage.text for passage in self.passages.get(workspace, [])]


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[SqlDocuments]:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'coach.sqlite3'}")
    yield SqlDocuments(database)
    await database.close()


@pytest.fixture
def index() -> RecordingIndex:
    return RecordingIndex()


@pytest.fixture
def desk(documents: SqlDocuments, index: RecordingIndex, clock: Clock) -> LibraryDesk:
    return LibraryDesk(documents, index, clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good documents, one broken, one of no known type, and hidden ones."""
    shelf = tmp_path / "shelf"
    (shelf / "team").mkdir(parents=True)
    (shelf / ".git").mkdir()
    (shelf / "plan.md").write_text("# Plan\n\nWe try three approaches.\n")
    (shelf / "team" / "roles.txt").write_text("An engineer owns the model.\n")
    (shelf / "broken.pdf").write_bytes(b"%PDF-1.4 cut")
    (shelf / "logo.png").write_bytes(b"\x89PNG")
    (shelf / ".hidden.md").write_text("Hidden.")
    (shelf / ".git" / "notes.md").write_text("Hidden too.")
    return shelf


def added(report: AddReport) -> list[str]:
    return [document.name for document in report.added]


def skipped(report: AddReport) -> dict[str, str]:
    return {file.name: file.problem for file in report.skipped}


async def test_a_folder_goes_in_without_what_is_broken_or_hidden(
    desk: LibraryDesk, index: RecordingIndex, clock: Clock, folder: Path
) -> None:
    report = await desk.add(TEAM, [folder])
    assert added(report) == ["plan.md", "team/roles.txt"]
    assert "damaged or cut off" in skipped(report)["broken.pdf"]
    assert report.ignored == ("logo.png",)
    assert report.indexed
    assert index.texts() == ["We try three approaches.", "An engineer owns the model."]
    [plan, _] = await desk.list(TEAM)
    assert (plan.title, plan.passages, plan.added_at) == ("Plan", 1, clock())


async def test_one_addition_refreshes_the_index_once(
    desk: LibraryDesk, index: RecordingIndex, folder: Path
) -> None:
    await desk.add(TEAM, [folder])
    assert index.refreshed == [TEAM]


async def test_an_unchanged_file_costs_nothing(
    desk: LibraryDesk, index: RecordingIndex, clock: Clock, folder: Path
) -> None:
    await desk.add(TEAM, [folder])
    before = await desk.list(TEAM)
    clock.advance(60)
    report = await desk.add(TEAM, [folder])
    assert report.unchanged == ("plan.md", "team/roles.txt")
    assert not report.added
    assert not report.replaced
    assert index.refreshed == [TEAM]
    assert await desk.list(TEAM) == before


async def test_a_changed_file_replaces_its_passages(
    desk: LibraryDesk, index: RecordingIndex, folder: Path
) -> None:
    await desk.add(TEAM, [folder])
    (folder / "plan.md").write_text("# Plan\n\nWe try four approaches now.\n")
    report = await desk.add(TEAM, [folder])
    assert [document.name for document in report.replaced] == ["plan.md"]
    assert index.texts() == ["We try four approaches now.", "An engineer owns the model."]


async def test_a_file_that_broke_leaves_its_earlier_passages(
    desk: LibraryDesk, index: RecordingIndex, folder: Path
) -> None:
    await desk.add(TEAM, [folder / "plan.md"])
    (folder / "plan.md").write_bytes(b"\0\1\2" * 100)
    report = await desk.add(TEAM, [folder / "plan.md"])
    assert "binary" in skipped(report)["plan.md"]
    assert index.texts() == ["We try three approaches."]


async def test_progress_counts_every_file_and_ends_full(desk: LibraryDesk, folder: Path) -> None:
    seen: list[Progress] = []
    await desk.add(TEAM, [folder], seen.append)
    assert [step.name for step in seen] == ["broken.pdf", "plan.md", "team/roles.txt", ""]
    assert [step.done for step in seen] == [0, 1, 2, 3]
    assert {step.total for step in seen} == {3}


async def test_two_different_files_of_one_name_are_reported(
    desk: LibraryDesk, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "plan.md").write_text("Another plan.")
    report = await desk.add(TEAM, [folder / "plan.md", other / "plan.md"])
    assert added(report) == ["plan.md"]
    assert "took the first" in skipped(report)["plan.md"]


async def test_a_file_that_is_named_twice_goes_in_once(desk: LibraryDesk, folder: Path) -> None:
    report = await desk.add(TEAM, [folder / "plan.md", folder / "plan.md"])
    assert added(report) == ["plan.md"]
    assert not report.skipped
    assert not report.unchanged


async def test_problems_of_paths_are_reported_one_by_one(
    desk: LibraryDesk, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / "nothing.md", tmp_path / "empty", folder / "logo.png", folder / "plan.md"]
    report = await desk.add(TEAM, paths)
    assert added(report) == ["plan.md"]
    problems = skipped(report)
    assert "no such file" in problems["nothing.md"]
    assert "no files" in problems["empty"]
    assert "Files of this type" in problems["logo.png"]


async def test_links_out_of_a_folder_are_not_followed(
    desk: LibraryDesk, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("hunter2")
    (folder / "way-out.md").symlink_to(tmp_path / "secret.md")
    (folder / "inside.md").symlink_to(folder / "plan.md")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "round").symlink_to(folder)
    report = await desk.add(TEAM, [folder])
    assert added(report) == ["inside.md", "plan.md", "team/roles.txt"]
    assert "leads out of the folder" in skipped(report)["way-out.md"]
    assert "symbolic links" in skipped(report)["loop.md"]


async def test_names_are_made_safe_to_store_and_print(desk: LibraryDesk, folder: Path) -> None:
    (folder / "re\u202eport\n1.md").write_text("Words.")
    (folder / "cafe\u0301.md").write_text("Words.")
    (folder / b"bad\xff.md".decode("utf-8", "surrogateescape")).write_text("Words.")
    report = await desk.add(TEAM, [folder])
    assert {"report 1.md", "café.md", "bad.md"} <= set(added(report))


async def test_a_path_too_long_to_store_is_reported(desk: LibraryDesk, folder: Path) -> None:
    deep = folder.joinpath(*["x" * 200] * 3)
    deep.mkdir(parents=True)
    (deep / "plan.md").write_text("Words.")
    report = await desk.add(TEAM, [folder])
    assert any("longer than 500 characters" in problem for problem in skipped(report).values())


async def test_the_event_loop_runs_on_while_a_file_is_read(
    desk: LibraryDesk, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(make_pdf(("One line of words.",)))
    adding = asyncio.create_task(desk.add(TEAM, [tmp_path / "a.pdf"]))
    turns = 0
    while not adding.done():
        turns += 1
        await asyncio.sleep(0)
    assert added(await adding) == ["a.pdf"]
    assert turns > 200


async def test_limits_hold_for_every_file(
    documents: SqlDocuments, index: RecordingIndex, clock: Clock, folder: Path
) -> None:
    (folder / "handbook.docx").write_bytes(make_docx())
    desk = LibraryDesk(documents, index, clock, Limits(file_bytes=100))
    report = await desk.add(TEAM, [folder])
    assert "larger than 100 bytes" in skipped(report)["handbook.docx"]
    assert added(report) == ["plan.md", "team/roles.txt"]


async def test_workspaces_do_not_see_each_other(
    desk: LibraryDesk, index: RecordingIndex, folder: Path
) -> None:
    await desk.add(TEAM, [folder / "plan.md"])
    await desk.add("T2", [folder / "team" / "roles.txt"])
    assert [document.name for document in await desk.list("T2")] == ["roles.txt"]
    assert index.texts() == ["We try three approaches."]
    with pytest.raises(DocumentProblem):
        await desk.remove("T2", "plan.md")


async def test_a_removed_document_is_gone_and_can_be_added_again(
    desk: LibraryDesk, index: RecordingIndex, folder: Path
) -> None:
    await desk.add(TEAM, [folder])
    removal = await desk.remove(TEAM, "plan.md")
    assert removal.document.title == "Plan"
    assert "coach knowledge add PATH/plan.md" in removal.advice
    assert removal.indexed
    assert index.texts() == ["An engineer owns the model."]
    assert added(await desk.add(TEAM, [folder / "plan.md"])) == ["plan.md"]


async def test_a_document_from_a_folder_comes_back_with_its_folder(
    desk: LibraryDesk, folder: Path
) -> None:
    await desk.add(TEAM, [folder])
    assert "its folder" in (await desk.remove(TEAM, "team/roles.txt")).advice


@pytest.mark.parametrize("name", ["plam.md", "PLAN.md", "old/plan.md", "plan"])
async def test_removing_what_is_not_there_names_what_is_near(
    desk: LibraryDesk, folder: Path, name: str
) -> None:
    await desk.add(TEAM, [folder])
    with pytest.raises(DocumentProblem, match=r"did you mean plan\.md"):
        await desk.remove(TEAM, name)
    assert len(await desk.list(TEAM)) == 2


async def test_removing_from_an_empty_or_unlike_library_says_so(
    desk: LibraryDesk, folder: Path
) -> None:
    with pytest.raises(DocumentProblem, match="holds none of yours"):
        await desk.remove(TEAM, "plan.md")
    await desk.add(TEAM, [folder])
    with pytest.raises(DocumentProblem, match="coach knowledge list"):
        await desk.remove(TEAM, "zzzzzzzzzz")


async def test_what_the_index_missed_is_healed_by_a_rebuild(
    desk: LibraryDesk, index: RecordingIndex, folder: Path
) -> None:
    index.away = True
    report = await desk.add(TEAM, [folder])
    assert added(report) == ["plan.md", "team/roles.txt"]
    assert not report.indexed
    assert not (await desk.remove(TEAM, "plan.md")).indexed
    with pytest.raises(VectorStoreUnavailable):
        await desk.rebuild(TEAM)
    index.away = False
    assert await desk.rebuild(TEAM) == 1
    assert index.texts() == ["An engineer owns the model."]


async def test_additions_at_the_same_time_leave_the_index_complete(
    desk: LibraryDesk, index: RecordingIndex, folder: Path
) -> None:
    await asyncio.gather(
        desk.add(TEAM, [folder / "plan.md"]), desk.add(TEAM, [folder / "team" / "roles.txt"])
    )
    assert sorted(index.texts()) == ["An engineer owns the model.", "We try three approaches."]
