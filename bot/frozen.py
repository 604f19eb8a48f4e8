"""What every value is made of: immutable, strict about its fields, free of unreadable text."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _readable(text: str) -> str:
    """Drop what is no text: control characters, which databases and terminals choke on."""
    return _CONTROL.sub("", text)


Text = Annotated[str, AfterValidator(_readable)]


class Frozen(BaseModel):
    """An immutable value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
