"""Microsoft's published rules for a Teams app package, written down as a check: zip and icons.

Source: the page on app packages on learn.microsoft.com; the size limit is Coach's own. What stands
in the manifest is looked at in `manifest_rules`.
"""

import json
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from bot.platforms.teams import png_reading
from bot.platforms.teams.icons import COLOUR_SIZE, OUTLINE_SIZE
from bot.platforms.teams.manifest_rules import manifest_problems

MANIFEST = "manifest.json"
_LARGEST_PACKAGE = 1_000_000  # bytes; Coach's own limit, its package has some 3,000
_ENCRYPTED = 0x1


def validate(package: bytes) -> list[str]:
    """Return every reason why Teams would refuse *package*, as sentences; empty if it is fine."""
    if len(package) > _LARGEST_PACKAGE:
        return [f"The package has {len(package):,} bytes; {_LARGEST_PACKAGE:,} are allowed."]
    try:
        with ZipFile(BytesIO(package)) as archive:
            entries = archive.infolist()
            problems = list(_unreadable(entries))
            if problems:
                return problems
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError):
        return ["The package is no zip file, or a broken one."]
    return list(_problems(files))


def _unreadable(entries: list[ZipInfo]) -> Iterator[str]:
    names = [entry.filename for entry in entries]
    for entry in entries:
        if names.count(entry.filename) > 1:
            yield f"{entry.filename} is in the package twice."
        if entry.flag_bits & _ENCRYPTED:
            yield f"{entry.filename} is encrypted; Teams can't read it."
        if "/" in entry.filename or "\\" in entry.filename:
            yield f"{entry.filename} is in a folder; all files must be at the root of the zip."
    size = sum(entry.file_size for entry in entries)
    if size > _LARGEST_PACKAGE:
        yield f"Unpacked, the files have {size:,} bytes; {_LARGEST_PACKAGE:,} are allowed."


def _problems(files: dict[str, bytes]) -> Iterator[str]:
    if MANIFEST not in files:
        yield f"{MANIFEST} is missing from the package."
        return
    try:
        manifest = json.loads(files[MANIFEST].decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        yield f"{MANIFEST} is no JSON in UTF-8 ({type(error).__name__})."
        return
    yield from manifest_problems(manifest)
    if isinstance(manifest, dict):
        yield from _icons(cast(dict[str, Any], manifest), files)


def _icons(manifest: dict[str, Any], files: dict[str, bytes]) -> Iterator[str]:
    icons = manifest.get("icons")
    named = cast(dict[str, Any], icons) if isinstance(icons, dict) else {}
    wanted = {MANIFEST}
    for kind, size in (("color", COLOUR_SIZE), ("outline", OUTLINE_SIZE)):
        name = named.get(kind)
        if not isinstance(name, str):
            continue
        wanted.add(name)
        if name not in files:
            yield f"{name}, the icon that icons.{kind} names, is missing from the package."
            continue
        yield from _icon(name, files[name], size, outline=kind == "outline")
    if named and named.get("color") == named.get("outline"):
        yield "icons.color and icons.outline are the same file."
    for name in sorted(files.keys() - wanted):
        yield f"{name} does not belong in the package: it holds the manifest and two icons."


def _icon(name: str, content: bytes, size: int, *, outline: bool) -> Iterator[str]:
    try:
        found = png_reading.head(content)
        if (found.width, found.height) != (size, size):
            yield f"{name} is {found.width} × {found.height} pixels; it must be {size} × {size}."
        elif outline:
            yield from _line_drawing(name, png_reading.pixels(content))
    except png_reading.NotPng:
        yield f"{name} is no PNG, or a broken one."
    except png_reading.NoTransparency:
        yield f"{name} must be a PNG of eight bits a channel with transparency (RGBA)."


def _line_drawing(name: str, pixels: list[png_reading.Pixel]) -> Iterator[str]:
    visible = [pixel for pixel in pixels if pixel[3]]
    if any(pixel != (255, 255, 255, 255) for pixel in visible):
        yield f"{name}: each pixel must be opaque white or fully transparent."
    if len(visible) == len(pixels):
        yield f"{name} has no transparent pixel; it must be lines on a transparent ground."
    if not visible:
        yield f"{name} is empty: every pixel is transparent."
