"""What `coach knowledge add|list|remove|rebuild` does: a workspace's own documents.

The database holds the documents; the search index follows it. If the index can't follow (its store
is away, or the process is killed in between), nothing is lost: `rebuild` makes it equal to the
database again, and is to be called for each workspace at start, where it costs nothing if the index
is up to date.
"""

import asyncio
import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol

from bot.errors import DocumentProblem
from bot.messages import Frozen
from bot.ports import Documents
from bot.records import StoredDocument
from knowledge.chunks import passages_of
from knowledge.converters import clean, one_line
from knowledge.documents import (
    DEFAULT_LIMITS,
    Document,
    Limits,
    Unreadable,
    digest_of,
    is_supported,
    read_document,
)
from knowledge.passages import Passage
from knowledge.vectors import VectorStoreUnavailable

_NAME_LENGTH = 500


class Index(Protocol):
    """The search over a workspace's passages."""

    async def refresh(self, workspace: str, passages: Sequence[Passage]) -> None:
        """Make the workspace's index hold exactly *passages*, embedding only what is new.

        Raises VectorStoreUnavailable.
        """
        ...


class Progress(Frozen):
    """How far an addition has come; `name` is the file that is read next, empty at the end."""

    done: int
    total: int
    name: str = ""


class SkippedFile(Frozen):
    """A file that was left out, and one sentence that says why."""

    name: str
    problem: str


class AddReport(Frozen):
    """What became of the files; `ignored` are files in folders whose type can't be read.

    `indexed` is False where the documents are stored but can't be found yet: the index catches up
    at the next start or rebuild.
    """

    added: tuple[StoredDocument, ...] = ()
    replaced: tuple[StoredDocument, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[SkippedFile, ...] = ()
    ignored: tuple[str, ...] = ()
    indexed: bool = True


class Removal(Frozen):
    """A document that was removed, how to add it again, and whether search has forgotten it."""

    document: StoredDocument
    advice: str
    indexed: bool = True


@dataclass(frozen=True)
class _File:
    path: Path
    name: str
    problem: str = ""
    ignored: bool = False


class LibraryDesk:
    """Takes in, lists and gives back documents."""

    def __init__(
        self,
        documents: Documents,
        index: Index,
        now: Callable[[], datetime],
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Keep documents in *documents* and findable in *index*; *now* gives aware times."""
        self._documents = documents
        self._index = index
        self._now = now
        self._limits = limits
        # Two refreshes at once could leave the index with the older state.
        self._refreshing = asyncio.Lock()

    async def add(
        self,
        workspace: str,
        paths: Sequence[Path],
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> AddReport:
        """Add files and everything in folders; what can't be read is reported, the rest goes in."""
        files = await asyncio.to_thread(_files_in, paths)
        wanted = [file for file in files if not file.ignored]
        ledger = _Ledger()
        for done, file in enumerate(wanted):
            progress(Progress(done=done, total=len(wanted), name=file.name))
            await self._add_or_skip(workspace, file, ledger)
        progress(Progress(done=len(wanted), total=len(wanted)))
        changed = bool(ledger.added or ledger.replaced)
        return AddReport(
            added=tuple(ledger.added),
            replaced=tuple(ledger.replaced),
            unchanged=tuple(ledger.unchanged),
            skipped=tuple(ledger.skipped),
            ignored=tuple(file.name for file in files if file.ignored),
            indexed=not changed or await self._catch_up(workspace),
        )

    async def _add_or_skip(self, workspace: str, file: _File, ledger: "_Ledger") -> None:
        try:
            await self._add_one(workspace, file, ledger)
        except Unreadable as error:
            ledger.skipped.append(SkippedFile(name=error.name, problem=error.problem))

    async def _add_one(self, workspace: str, file: _File, ledger: "_Ledger") -> None:
        if file.problem:
            raise Unreadable(file.name, file.problem)
        digest = await asyncio.to_thread(digest_of, file.path, self._limits, file.name)
        if ledger.is_repeat(file.name, digest):
            return
        before = await self._documents.find(workspace, file.name)
        if before and before.digest == digest:
            ledger.unchanged.append(file.name)
            return
        document, passages = await asyncio.to_thread(self._read, file)
        stored = StoredDocument(
            workspace=workspace,
            name=document.name,
            title=document.title,
            digest=document.digest,
            passages=len(passages),
            added_at=self._now(),
        )
        await self._documents.replace(stored, passages)
        (ledger.replaced if before else ledger.added).append(stored)

    def _read(self, file: _File) -> tuple[Document, list[Passage]]:
        document = read_document(file.path, self._limits, file.name)
        return document, passages_of(document)

    async def list(self, workspace: str) -> list[StoredDocument]:
        """Return the workspace's documents by name."""
        return await self._documents.all(workspace)

    async def remove(self, workspace: str, name: str) -> Removal:
        """Delete the document called *name*. Raises DocumentProblem if there is none."""
        document = await self._documents.find(workspace, name)
        if document is None or not await self._documents.remove(workspace, name):
            raise DocumentProblem(name=_shown(name), problem=await self._not_there(workspace, name))
        indexed = await self._catch_up(workspace)
        return Removal(document=document, advice=_how_to_have_it_back(name), indexed=indexed)

    async def _not_there(self, workspace: str, name: str) -> str:
        names = [document.name for document in await self._documents.all(workspace)]
        if not names:
            return "There is no such document; the library holds none of yours yet."
        near = _near(name, names)
        if not near:
            return "There is no such document; `coach knowledge list` shows what there is."
        return f"There is no such document; did you mean {' or '.join(near)}?"

    async def rebuild(self, workspace: str) -> int:
        """Make the index equal to the database; return how many passages there are.

        Raises VectorStoreUnavailable.
        """
        async with self._refreshing:
            passages = await self._documents.passages(workspace)
            await self._index.refresh(workspace, passages)
        return len(passages)

    async def _catch_up(self, workspace: str) -> bool:
        try:
            await self.rebuild(workspace)
        except VectorStoreUnavailable:
            return False
        return True


@dataclass(frozen=True)
class _Ledger:
    """What one addition has done so far; `digests` are those of the files seen in it, by name."""

    added: list[StoredDocument] = field(default_factory=list[StoredDocument])
    replaced: list[StoredDocument] = field(default_factory=list[StoredDocument])
    unchanged: list[str] = field(default_factory=list[str])
    skipped: list[SkippedFile] = field(default_factory=list[SkippedFile])
    digests: dict[str, str] = field(default_factory=dict[str, str])

    def is_repeat(self, name: str, digest: str) -> bool:
        """Tell whether this very file was given before. Raises Unreadable if another one was."""
        earlier = self.digests.get(name)
        if earlier not in (None, digest):
            raise Unreadable(name, "Two files of this name differ; I took the first: rename one.")
        self.digests[name] = digest
        return earlier is not None


def _how_to_have_it_back(name: str) -> str:
    if "/" in name:
        return f"To have it back, add its folder (the one that holds {name}) again."
    return f"To have it back, add the file again: coach knowledge add PATH/{name}"


def _near(name: str, names: Sequence[str]) -> list[str]:
    """Return up to three names like *name*: in its spelling, its letter case or its last part."""
    folded = {known.casefold(): known for known in reversed(names)}
    close = get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    ends = [key for key in folded if key.rpartition("/")[2] == name.casefold().rpartition("/")[2]]
    return [folded[key] for key in dict.fromkeys((*close, *ends))][:3]


# --- files and folders ---------------------------------------------------------------------------


def _files_in(paths: Sequence[Path]) -> list[_File]:
    files: list[_File] = []
    for path in paths:
        if os.path.isdir(path):  # unlike Path.is_dir never raises
            files += _folder_files(path)
        else:
            files.append(_named(path, path.name))
    return files


def _folder_files(folder: Path) -> Iterator[_File]:
    unreadable: list[OSError] = []
    found = False
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            found = True
            yield _folder_file(folder, Path(parent) / name)
    for error in unreadable:
        path = Path(str(error.filename or folder))
        yield _File(path, _shown(path.name), "I am not allowed to look into this folder.")
    if not found and not unreadable:
        yield _File(folder, _shown(folder.name), "There are no files in this folder.")


def _folder_file(folder: Path, path: Path) -> _File:
    name = path.relative_to(folder).as_posix()
    if not is_supported(path):
        return _File(path, _shown(name), ignored=True)
    if path.is_symlink() and _leads_outside(folder, path):
        return _File(path, _shown(name), "It is a link that leads out of the folder.")
    return _named(path, name)


def _leads_outside(folder: Path, path: Path) -> bool:
    try:
        return not path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False  # a broken link or a loop: reading it says so


def _named(path: Path, name: str) -> _File:
    shown = _shown(name)
    if len(shown) > _NAME_LENGTH:
        return _File(path, shown[:80] + "…", f"Its path is longer than {_NAME_LENGTH} characters.")
    return _File(path, shown)


def _shown(name: str) -> str:
    """Make a file's name safe to store and to print; the same on every system."""
    return one_line(clean(unicodedata.normalize("NFC", name))) or "(no name)"
