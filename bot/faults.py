"""What a log may say of a fault: its type and the places it came through.

Its words are left out: an exception may quote what a person wrote, and drafts are private.
"""

import traceback
from pathlib import Path


def told(error: BaseException | None) -> str:
    """Return the type of *error* and the frames it came through, the innermost last."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    places = (f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)
    return " > ".join((type(error).__name__, *places))
