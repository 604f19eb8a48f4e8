"""What every value is made of: immutable, strict about its fields, free of unreadable text."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _readable(text: object) -> object:
    """Drop what is no text: control characters, which databases and terminals choke on.

    Before anything else is checked: of a text that holds nothing else, nothing is left.
    """
    return _CONTROL.sub("", text) if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_readable)]


class Frozen(BaseModel):
    """An immutable value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
