"""What each kind of finding is called and says; the words are data, in `kinds.yaml`."""

from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from bot.messages import Frozen
from bot.records import Kind
from knowledge.data_files import read_yaml


class Words(Frozen):
    """A kind's name, why it misleads, what to do about it, and the card that says so."""

    title: str
    message: str
    advice: str
    card: str


@cache
def words() -> dict[Kind, Words]:
    """Return the words of every kind."""
    file = Path(__file__).with_name("kinds.yaml")
    loaded = TypeAdapter(dict[Kind, Words]).validate_python(read_yaml(file))
    if missing := set(Kind) - set(loaded):
        raise ValueError(f"kinds.yaml lacks {sorted(missing)}")
    return loaded
