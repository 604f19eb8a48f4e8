"""`coach knowledge` and `coach gaps` on real files."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from knowledge.library import Library
from tests.commands import Ran, check_shape, coach

NAME = "[b]The on-call handbook of the recommendations team, third edition, with all appendices.md"


@dataclass(frozen=True)
class Stocked:
    """A library with documents of its own, how they went in, and where they came from."""

    data: Path
    shelf: Path
    added: Ran


@pytest.fixture(scope="module")
def stocked(
    indexed_cards: tuple[Path, Library], tmp_path_factory: pytest.TempPathFactory
) -> Stocked:
    folder = tmp_path_factory.mktemp("stocked")
    data, shelf = folder / "data", folder / "shelf"
    shutil.copytree(indexed_cards[0], data / "chroma")
    (shelf / "team").mkdir(parents=True)
    (shelf / NAME).write_text(
        "# On-call handbook\n\n## Rota\n\nThe quokka rota: the on-call engineer of the "
        "recommendations team hands the pager over every Tuesday at 11:00.\n"
    )
    (shelf / "team" / "snacks.txt").write_text("The snack budget is forty euros a month.\n")
    (shelf / "broken.pdf").write_bytes(b"%PDF-1.4 cut off")
    (shelf / "logo.png").write_bytes(b"\x89PNG")
    return Stocked(data, shelf, coach("knowledge", "add", str(shelf), data=data))


@pytest.fixture
def copied(stocked: Stocked, tmp_path: Path) -> Path:
    """A data folder of its own with the same documents."""
    shutil.copytree(stocked.data, tmp_path / "data")
    return tmp_path / "data"


def asked_about_the_rota(data: Path) -> dict[str, Any]:
    """Return the answer to a question that only the handbook answers."""
    ran = coach("ask", "--json", "When does the quokka rota hand the pager over?", data=data)
    assert ran.status == 0
    return json.loads(ran.out)


def test_what_is_broken_is_named_and_the_rest_goes_in(stocked: Stocked) -> None:
    lines = stocked.added.out.splitlines()
    assert f"added      {NAME} (1 passages)" in lines
    assert "added      team/snacks.txt (1 passages)" in lines
    assert any(line.startswith("skipped    broken.pdf: ") for line in lines)
    assert "ignored    1 files of other types" in lines
    assert stocked.added.status == 1
    assert "1 skipped, everything else is in." in stocked.added.err


def test_the_list_shows_whole_names(stocked: Stocked) -> None:
    ran = coach("knowledge", "list", data=stocked.data)
    assert ran.status == 0
    assert "coaching cards are shipped with Coach." in ran.out
    assert NAME in ran.out
    assert "team/snacks.txt" in ran.out
    assert "broken.pdf" not in ran.out


def test_an_answer_from_a_document_cites_it(stocked: Stocked) -> None:
    answer = asked_about_the_rota(stocked.data)
    check_shape(answer)
    assert answer["abstained"] is False
    assert len(answer["passages"]) >= 5
    assert "Tuesday" in answer["answer"]
    assert [citation["title"] for citation in answer["citations"]] == ["On-call handbook"]


def test_a_changed_file_is_replaced_and_an_unchanged_one_left(
    stocked: Stocked, copied: Path, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    shutil.copytree(stocked.shelf, shelf)
    (shelf / "broken.pdf").unlink()
    (shelf / "team" / "snacks.txt").write_text("The snack budget is fifty euros a month.\n")
    ran = coach("knowledge", "add", str(shelf), data=copied)
    assert ran.status == 0
    assert "replaced   team/snacks.txt (1 passages)" in ran.out
    assert f"unchanged  {NAME}" in ran.out


def test_a_removed_document_is_not_found_any_more(copied: Path) -> None:
    ran = coach("knowledge", "remove", NAME, data=copied)
    assert ran.status == 0
    assert f"removed    {NAME}" in ran.out
    assert "To have it back" in ran.err
    assert NAME not in coach("knowledge", "list", data=copied).out
    answer = asked_about_the_rota(copied)
    assert "Tuesday" not in json.dumps(answer)


def test_a_name_that_is_not_there_is_answered_with_the_nearest(stocked: Stocked) -> None:
    ran = coach("knowledge", "remove", "snack.txt", data=stocked.data)
    assert (ran.status, ran.out) == (1, "")
    assert "did you mean team/snacks.txt?" in ran.err


def test_after_a_rebuild_everything_is_found_again(copied: Path) -> None:
    shutil.rmtree(copied / "chroma")
    ran = coach("knowledge", "rebuild", data=copied)
    assert (ran.status, ran.out) == (0, "Everything is embedded anew.\n")
    answer = asked_about_the_rota(copied)
    assert "Tuesday" in answer["answer"]


def test_a_new_library_says_what_to_do(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert "coach knowledge add PATH" in coach("knowledge", "list", data=data).out
    assert "No gaps so far" in coach("gaps", data=data).out


def test_another_workspace_sees_none_of_it(stocked: Stocked) -> None:
    ran = coach("knowledge", "list", "--workspace", "T2", data=stocked.data)
    assert "snacks.txt" not in ran.out
