"""Who speaks on the page: a browser by its cookie, in standups a member by name."""

import unicodedata
from collections.abc import Iterable
from hashlib import sha256

from bot.messages import Field, Form, Person
from bot.ports import Known
from bot.standups.schedule import zone_or_none

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


class Members:
    """How people's names were written last, as their ids are in lower case, and their zones.

    Fits `bot.ports.Directory`, so that a member is shown as the one who was written down and asked
    at the time of the place where they are.
    """

    def __init__(self) -> None:
        """Know nobody yet."""
        self._known: dict[str, Known] = {}

    def listed(self, names: Iterable[str]) -> None:
        """Remember how *names* are written; the oldest are forgotten when there are too many."""
        for name in names:
            self._keep(name, self._of(name).zone)

    def met(self, name: str, zone: str) -> None:
        """Remember who goes by *name* and that their browser is in *zone*, if there is one."""
        own = zone_or_none(zone)
        self._keep(name, own.key if own else self._of(name).zone)

    async def find(self, workspace: str, person: str) -> Known:
        """See `bot.ports.Directory.find`; the page's names are the same for every workspace."""
        del workspace
        return self._of(person)

    def named(self, form: Form) -> Form:
        """Return *form* with the names of the people in it, which it has by their ids."""
        fields = tuple(self._with_names(field) for field in form.fields)
        return form.model_copy(update={"fields": fields})

    def _with_names(self, field: Field) -> Field:
        if field.kind != "people":
            return field
        names = [self._of(person).name or person for person in field.value.splitlines()]
        return field.model_copy(update={"value": "\n".join(names)})

    def _of(self, name: str) -> Known:
        return self._known.get(member_id(name), Known())

    def _keep(self, name: str, zone: str) -> None:
        key = member_id(name)
        self._known.pop(key, None)
        self._known[key] = Known(name=name, zone=zone)
        for oldest in list(self._known)[:-_REMEMBERED]:
            del self._known[oldest]
