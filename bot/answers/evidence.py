"""What an answer may rest on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """A numbered passage with where it stands."""

    number: int
    title: str
    source: str
    section: str
    text: str
