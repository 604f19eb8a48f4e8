"""Short readable ids, the same each time the same event is worked on. Pure."""

import re
import unicodedata
from hashlib import sha256

_LONGEST = 40


def readable_id(name: str, event: str) -> str:
    """Return an id made of the words of *name* and a few letters that belong to *event*."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].rstrip("-")
    mark = sha256(event.encode()).hexdigest()[:5]
    return f"{words}-{mark}" if words else mark
