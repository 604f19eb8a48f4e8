"""Reading a user's file into sections of text, whatever its format, or saying why not.

Formats with a risky parser (PDF, Word, HTML) are read in a process of their own, which has little
memory and time, no network and none of this process's environment. What a document says is data:
nothing in it is run, fetched or obeyed.
"""

import codecs
import hashlib
import re
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt, ValidationError

from knowledge.converters import (
    Converted,
    Section,
    Unconvertible,
    clean,
    convert_markdown,
    convert_subtitles,
    convert_text,
    one_line,
)

SUPPORTED: Mapping[str, str] = MappingProxyType(
    {
        ".md": "markdown",
        ".markdown": "markdown",
        ".txt": "text",
        ".pdf": "pdf",
        ".docx": "docx",
        ".html": "html",
        ".htm": "html",
        ".srt": "subtitles",
        ".vtt": "subtitles",
    }
)
SUPPORTED_NAMES = "Markdown (.md), text (.txt), PDF, Word (.docx), HTML and subtitles (.srt, .vtt)"

_ROOT = Path(__file__).parent.parent
_TEXT_CONVERTERS = {
    "markdown": convert_markdown,
    "text": convert_text,
    "subtitles": convert_subtitles,
}
_MARKS_OF_ORDER = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""charset\s{0,5}=\s{0,5}["']?([\w-]{2,30})""", re.IGNORECASE)
_CHARACTER_SETS = re.compile(
    r"(?:iso-8859|windows-12|koi8|gb|big5|euc|shift|utf-16)", re.IGNORECASE
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x7fELF", "a program"),
)
_OPENS_HTML = re.compile(
    r"\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,200})?<(?:!doctype html|html)\b", re.I
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class Unreadable(Exception):
    """A file that can't be read; `problem` is one sentence for the person who added it."""

    def __init__(self, name: str, problem: str) -> None:
        """Keep the file's name and what is wrong with it."""
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class Limits(BaseModel):
    """How much one document may cost: bytes of file and memory, seconds, characters of text."""

    model_config = ConfigDict(frozen=True)

    file_bytes: PositiveInt = 50_000_000
    seconds: PositiveFloat = 60.0
    memory_bytes: PositiveInt = 1 << 30
    characters: PositiveInt = 20_000_000


DEFAULT_LIMITS = Limits()


class Document(BaseModel):
    """A document's text by section; `digest` is the SHA-256 of the file's bytes."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    digest: str
    sections: tuple[Section, ...]


def is_supported(path: Path) -> bool:
    """Tell by its name whether *path* is of a type that can be read."""
    return path.suffix.lower() in SUPPORTED


def digest_of(path: Path, limits: Limits = DEFAULT_LIMITS, name: str = "") -> str:
    """Return the SHA-256 of a file that is fit to be read. Raises Unreadable."""
    return hashlib.sha256(_read(path, limits, name or path.name)).hexdigest()


def read_document(path: Path, limits: Limits = DEFAULT_LIMITS, name: str = "") -> Document:
    """Read one file; it is called *name* where one is given, else by the file's name.

    May take up to `limits.seconds`; call it off the event loop. Raises Unreadable.
    """
    name = name or path.name
    data = _read(path, limits, name)
    try:
        converted = _convert(SUPPORTED[path.suffix.lower()], path.suffix.lower(), data, limits)
    except Unconvertible as error:
        raise Unreadable(name, error.problem) from None
    return Document(
        name=name,
        title=one_line(clean(converted.title))[:300] or _title_from(path),
        digest=hashlib.sha256(data).hexdigest(),
        sections=converted.sections,
    )


def _title_from(path: Path) -> str:
    return one_line(clean(re.sub(r"[_-]+", " ", path.stem))) or path.name


# --- bytes ---------------------------------------------------------------------------------------


def _read(path: Path, limits: Limits, name: str) -> bytes:
    try:
        return _read_regular_file(path, limits)
    except Unconvertible as error:
        raise Unreadable(name, error.problem) from None
    except FileNotFoundError:
        raise Unreadable(name, "There is no such file.") from None
    except PermissionError:
        raise Unreadable(name, "I am not allowed to read this file.") from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its path is not usable"
        raise Unreadable(name, f"The file can't be read ({reason.lower()}).") from None


def _read_regular_file(path: Path, limits: Limits) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise Unconvertible("This is a folder, not a file.")
    if not stat.S_ISREG(status.st_mode):
        raise Unconvertible("This is not a regular file.")
    if not is_supported(path):
        raise Unconvertible(f"Files of this type can't be read; I read {SUPPORTED_NAMES}.")
    with path.open("rb") as file:
        data = file.read(limits.file_bytes + 1) if status.st_size <= limits.file_bytes else None
    if data is None or len(data) > limits.file_bytes:
        most = _megabytes(limits.file_bytes)
        raise Unconvertible(f"The file is larger than {most}; split it or export just its text.")
    if not data.strip():
        raise Unconvertible("The file is empty.")
    return data


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB" if size >= 1_000_000 else f"{size:,} bytes"


def _convert(kind: str, suffix: str, data: bytes, limits: Limits) -> Converted:
    if kind in ("pdf", "docx"):
        _check_signature(kind, data)
        converted = _convert_apart(kind, data, limits)
    else:
        text = _read_text(data, suffix)
        converted = _convert_decoded(kind, suffix, text, limits)
    if sum(len(section.text) for section in converted.sections) > limits.characters:
        raise Unconvertible(_too_much_text(limits))
    if not any(section.text.strip() for section in converted.sections):
        raise Unconvertible("There is no text in it.")
    return converted


def _convert_decoded(kind: str, suffix: str, text: str, limits: Limits) -> Converted:
    if len(text) > limits.characters:
        raise Unconvertible(_too_much_text(limits))
    if kind == "html":
        if "<" not in text:
            raise Unconvertible("This is not HTML; rename it to .txt if it is plain text.")
        return _convert_apart(kind, text.encode(), limits)
    if _OPENS_HTML.match(text):
        raise Unconvertible(f"The file ends in {suffix} but is HTML; rename it to .html.")
    return _TEXT_CONVERTERS[kind](text)


def _too_much_text(limits: Limits) -> str:
    return f"It holds more than {limits.characters:,} characters; split it into smaller files."


def _check_signature(kind: str, data: bytes) -> None:
    if kind == "pdf" and b"%PDF-" not in data[:1024]:
        raise Unconvertible("The file ends in .pdf but is not a PDF.")
    if kind == "docx" and data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unconvertible(
            "It is protected with a password or an old .doc; save it as an unprotected .docx."
        )
    if kind == "docx" and not data.startswith(b"PK\x03\x04"):
        raise Unconvertible("The file ends in .docx but is not a Word document.")


# --- text ----------------------------------------------------------------------------------------


def _read_text(data: bytes, suffix: str) -> str:
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise Unconvertible(f"The file ends in {suffix} but is {what}.")
    text = decode(data, declared=_declared_encoding(data))
    if len(_CONTROL.findall(text[:100_000])) > len(text[:100_000]) // 100:
        raise Unconvertible(f"The file ends in {suffix} but holds binary data, not text.")
    if not clean(text).strip():
        raise Unconvertible("The file is empty.")
    return text


def decode(data: bytes, *, declared: str = "") -> str:
    """Decode text by its byte-order mark, as UTF-8, as *declared*, else as Western European."""
    for mark, encoding in _MARKS_OF_ORDER:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    for encoding in ("utf-8", _utf16_without_mark(data), declared, "cp1252"):
        try:
            if encoding and not (encoding == "utf-8" and b"\0" in data[:4_000]):
                return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("latin-1")


def _utf16_without_mark(data: bytes) -> str:
    sample = data[:4_000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 5 and even * 20 < odd:
        return "utf-16-le"
    return "utf-16-be" if even > len(sample) // 5 and odd * 20 < even else ""


def _declared_encoding(data: bytes) -> str:
    declared = _DECLARED.search(data[:4_000])
    name = declared[1].decode("ascii", errors="ignore") if declared else ""
    return name if _CHARACTER_SETS.match(name) else ""


# --- a process apart -----------------------------------------------------------------------------


class Outcome(BaseModel):
    """What `knowledge.convert_worker` writes: the text, or a problem."""

    model_config = ConfigDict(frozen=True)

    converted: Converted | None = None
    problem: str = ""


def _convert_apart(kind: str, data: bytes, limits: Limits) -> Converted:
    allowed = [str(limits.memory_bytes), str(int(limits.seconds) + 1), str(limits.characters)]
    command = [sys.executable, "-P", "-B", "-m", "knowledge.convert_worker", kind, *allowed]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, this package, fixed words, numbers
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            # No secret of ours goes where a hostile file is read.
            env={"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        outcome = Outcome.model_validate_json(done.stdout)
    except subprocess.TimeoutExpired:
        raise Unconvertible(
            f"Reading it took longer than {limits.seconds:g} seconds; split it into smaller files."
        ) from None
    except ValidationError:  # the process died without a word, for instance at its memory limit
        raise Unconvertible(
            "Reading it needs more memory than a document may use, or the file is damaged."
        ) from None
    if outcome.converted is None:
        raise Unconvertible(outcome.problem)
    return outcome.converted
