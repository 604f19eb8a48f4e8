"""Coach's two icons, drawn here so that a package needs no files: a speech bubble with bars in it.

Teams takes the small one only if each of its pixels is opaque white or fully transparent, so it has
no smooth edges.
"""

import struct
import zlib
from collections.abc import Callable
from functools import cache

ACCENT = "#2B59C3"
COLOUR_SIZE = 192
OUTLINE_SIZE = 32

_WHITE = b"\xff\xff\xff"
_BLUE = bytes.fromhex(ACCENT[1:])
_FREE = 40  # pixels around the symbol of the large icon that Teams may cut off
_FINE = 4  # samples a pixel and direction, for the smooth edges of the large icon

Shape = Callable[[float, float], bool]


@cache
def colour() -> bytes:
    """Draw the icon of 192 × 192 pixels: white on Coach's blue, within Teams' safe middle."""
    size = range(COLOUR_SIZE)
    drawn = [_mixed(_share(_in_colour, x, y)) for y in size for x in size]
    return _png(COLOUR_SIZE, drawn, channels=3)


@cache
def outline() -> bytes:
    """Draw the icon of 32 × 32 pixels: white lines on nothing."""
    size = range(OUTLINE_SIZE)
    drawn = [_line(_in_outline(x + 0.5, y + 0.5)) for y in size for x in size]
    return _png(OUTLINE_SIZE, drawn, channels=4)


def _line(drawn: bool) -> bytes:
    return _WHITE + (b"\xff" if drawn else b"\x00")


def _mixed(share: float) -> bytes:
    pairs = zip(_BLUE, _WHITE, strict=True)
    return bytes(round(blue + (white - blue) * share) for blue, white in pairs)


def _share(shape: Shape, x: int, y: int) -> float:
    """Return how much of a pixel is drawn, 0 to 1."""
    if not (_FREE <= x < COLOUR_SIZE - _FREE and _FREE <= y < COLOUR_SIZE - _FREE):
        return 0.0
    steps = [(n + 0.5) / _FINE for n in range(_FINE)]
    return sum(shape(x + across, y + down) for across in steps for down in steps) / _FINE**2


def _in_colour(x: float, y: float) -> bool:
    """Tell whether a white bubble with blue bars is white at a point of the large icon."""
    bubble = _rounded(x, y, 42, 46, 150, 126, 20) or _tail(x, y, 62, 126, 24)
    return bubble and not _bars(x, y, (66, 88, 110), 16, 108, (22, 36, 50))


def _in_outline(x: float, y: float) -> bool:
    """Tell whether the line of the bubble or one of its bars is at a point of the small icon."""
    outer = _rounded(x, y, 2, 3, 30, 24, 5) or _tail(x, y, 7, 24, 6)
    inner = _rounded(x, y, 4, 5, 28, 22, 3) or _tail(x, y, 9, 20, 6)
    return (outer and not inner) or _bars(x, y, (9, 14, 19), 3, 19, (4, 7, 10))


def _rounded(
    x: float, y: float, left: float, top: float, right: float, bottom: float, radius: float
) -> bool:
    if not (left <= x <= right and top <= y <= bottom):
        return False
    across = max(left + radius - x, x - (right - radius), 0)
    down = max(top + radius - y, y - (bottom - radius), 0)
    return across**2 + down**2 <= radius**2


def _tail(x: float, y: float, left: float, top: float, size: float) -> bool:
    """Tell whether a point is in the triangle that makes a rectangle a speech bubble."""
    return left <= x and top <= y and (x - left) + (y - top) <= size


def _bars(
    x: float, y: float, lefts: tuple[int, ...], width: int, floor: int, heights: tuple[int, ...]
) -> bool:
    """Tell whether a point is in one of the bars that stand on *floor*."""
    return any(
        left <= x <= left + width and floor - height <= y <= floor
        for left, height in zip(lefts, heights, strict=True)
    )


def _png(size: int, pixels: list[bytes], channels: int) -> bytes:
    """Return square *pixels*, row by row, as PNG of eight bits a channel (3 RGB, 4 with alpha)."""
    kind = {3: 2, 4: 6}[channels]
    rows = [b"".join(pixels[start : start + size]) for start in range(0, size * size, size)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, kind, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    checked = name + body
    return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))
