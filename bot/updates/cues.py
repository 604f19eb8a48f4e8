"""Cues: what gives a clause away, family by family. The patterns are data.

Those that the clause model is trained with are in `cues.yaml`.
"""

import re
from functools import cache
from pathlib import Path

from pydantic import RootModel

from knowledge.data_files import read_yaml


class _Families(RootModel[dict[str, list[str]]]):
    """Patterns by family."""


@cache
def families(file: str = "cues.yaml") -> dict[str, re.Pattern[str]]:
    """Return one compiled pattern per family of *file*, which stands beside this module."""
    loaded = _Families.model_validate(read_yaml(Path(__file__).with_name(file))).root
    return {
        name: re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
        for name, patterns in loaded.items()
    }


def has(family: str, text: str) -> bool:
    """Tell whether *text* shows a cue of *family*."""
    return families()[family].search(text) is not None


def found(text: str) -> frozenset[str]:
    """Return the families that *text* shows a cue of."""
    return frozenset(name for name, pattern in families().items() if pattern.search(text))
