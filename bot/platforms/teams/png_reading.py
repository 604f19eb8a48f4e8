"""Reads just enough of PNG to judge an icon: its size, and the pixels of one with transparency."""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGBA = 6
_CHANNELS = 4

Pixel = tuple[int, int, int, int]
Predict = Callable[[int, int, int], int]


class NotPng(Exception):
    """Those bytes are no PNG, or a broken one."""


class NoTransparency(Exception):
    """That PNG is not one of eight bits a channel with an alpha channel."""


@dataclass(frozen=True)
class Head:
    """What a PNG says of itself at its start."""

    width: int
    height: int
    depth: int
    kind: int
    interlaced: bool


def head(content: bytes) -> Head:
    """Read the head of a PNG. Raises NotPng."""
    for name, body in _chunks(content):
        if name != b"IHDR" or len(body) != 13:
            break
        width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        return Head(width, height, depth, kind, bool(interlaced))
    raise NotPng


def pixels(content: bytes) -> list[Pixel]:
    """Read the pixels, row by row. Raises NotPng or NoTransparency."""
    found = head(content)
    if (found.depth, found.kind, found.interlaced) != (8, _RGBA, False):
        raise NoTransparency
    flat = b"".join(_rows(_inflated(content, found), found))
    return [
        (flat[at], flat[at + 1], flat[at + 2], flat[at + 3])
        for at in range(0, len(flat), _CHANNELS)
    ]


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and bodies as far as they are whole."""
    if not content.startswith(_SIGNATURE):
        raise NotPng
    at = len(_SIGNATURE)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        checksum = content[at + 8 + length : at + 12 + length]
        if struct.pack(">I", zlib.crc32(name + body)) != checksum:
            raise NotPng
        yield name, body
        at += 12 + length


def _inflated(content: bytes, found: Head) -> bytes:
    wanted = found.height * (found.width * _CHANNELS + 1)
    packed = b"".join(body for name, body in _chunks(content) if name == b"IDAT")
    try:
        # Bounded: a few packed bytes can become gigabytes.
        flat = zlib.decompressobj().decompress(packed, wanted + 1)
    except zlib.error as error:
        raise NotPng from error
    if len(flat) != wanted:
        raise NotPng
    return flat


def _rows(flat: bytes, found: Head) -> Iterator[bytes]:
    """Undo the filter of each row: PNG stores the difference from a neighbour."""
    length = found.width * _CHANNELS
    above = bytes(length)
    for start in range(0, len(flat), length + 1):
        predict = _PREDICTIONS.get(flat[start])
        if predict is None:
            raise NotPng
        above = _row(flat[start + 1 : start + 1 + length], above, predict)
        yield above


def _row(stored: bytes, above: bytes, predict: Predict) -> bytes:
    row = bytearray(len(stored))
    for at, difference in enumerate(stored):
        left = row[at - _CHANNELS] if at >= _CHANNELS else 0
        corner = above[at - _CHANNELS] if at >= _CHANNELS else 0
        row[at] = (difference + predict(left, above[at], corner)) % 256
    return bytes(row)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda near: abs(guess - near))


_PREDICTIONS: dict[int, Predict] = {
    0: lambda left, up, corner: 0,
    1: lambda left, up, corner: left,
    2: lambda left, up, corner: up,
    3: lambda left, up, corner: (left + up) // 2,
    4: _paeth,
}
