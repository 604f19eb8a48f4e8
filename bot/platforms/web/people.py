"""Who speaks on the page: a browser by its cookie, in standups a member by name."""

import unicodedata
from collections.abc import Iterable
from hashlib import sha256

from bot.messages import Person
from bot.ports import Known

LONGEST_NAME = 60

_UNSEEN = ("Cc", "Cf", "Cs")
_REMEMBERED = 2_000


def holder_of(cookie: str) -> Person:
    """Return who holds *cookie*; the id does not give the cookie away."""
    return Person(id=sha256(cookie.encode()).hexdigest()[:24])


def speaker(holder: Person, name: str, *, in_team: bool) -> Person:
    """Return who says something: the *holder* of the cookie, in standups who goes by *name*.

    Here a standup's members are written down as names: there is nobody to pick from a list. Who is
    asked and who answers are the same only if a member's id is what somebody can write. So in
    standups whoever gives a name is that member, in every browser; drafts and answers stay the
    cookie's. Without a name there is only the cookie.
    """
    if in_team and name:
        return Person(id=member_id(name), name=name)
    return holder.model_copy(update={"name": name})


def readable(name: str) -> str:
    """Return *name* without what nobody sees, its words separated by single spaces."""
    seen = (c for c in name if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return " ".join("".join(seen).split())


def member_id(name: str) -> str:
    """Return the id of who goes by *name*; “Ana” and “ana” are one, in any way of writing an é."""
    return unicodedata.normalize("NFKC", readable(name)).casefold()


def names_in(text: str) -> list[str]:
    """Return the names that *text* lists, one a line."""
    return [name for name in map(readable, text.splitlines()) if name]


class Spellings:
    """How people's names were written last; their ids are in lower case.

    Fits `bot.ports.Directory`, so that a member is shown as the one who was written down.
    """

    def __init__(self) -> None:
        """Know nobody yet."""
        self._names: dict[str, str] = {}

    def learn(self, names: Iterable[str]) -> None:
        """Remember how *names* are written; the oldest are forgotten when there are too many."""
        for name in names:
            key = member_id(name)
            self._names.pop(key, None)
            self._names[key] = name
        for key in list(self._names)[:-_REMEMBERED]:
            del self._names[key]

    async def find(self, workspace: str, person: str) -> Known:
        """See `bot.ports.Directory.find`; the page's names are the same for every workspace."""
        del workspace
        return Known(name=self._names.get(person, ""))
