"""A `Form` as an Adaptive Card, to stand in a chat or in a dialog. Pure.

What comes back filled in is read by `activities`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.messages import Field, Form, Message, Option, Press, Venue
from bot.platforms.teams.elements import (
    action_rows,
    adaptive,
    container,
    execute,
    heading,
    submit,
    words,
)
from bot.platforms.teams.inputs import SEVERAL, Choosable, element, has_answers
from bot.platforms.teams.sizes import LIMIT, weight
from bot.platforms.teams.wire import Payload

WHOLE = ""
OPENED_BY, PEOPLE = "opened", "people"
_NO_CHANNELS = (
    "Teams named no channel just now that you and I are in. If I am in none of your teams yet, add "
    "me to one; then open this form again."
)
_CROWDED = 500  # characters: shorter texts are not what makes a form too large


class FormTooLarge(Exception):
    """The form does not fit into a message."""


def card(
    form: Form,
    asked: Message,
    *,
    problems: Mapping[str, str] | None = None,
    entered: Mapping[str, str] | None = None,
    channels: Sequence[Option] = (),
    people: Sequence[Option] = (),
    dialog: bool = False,
) -> Payload:
    """Return *form* as the card that opens for *asked*, at whose place it is answered.

    *problems* has a sentence per field that can't be used, with the WHOLE too, and *entered* is
    what stands in the fields then. *channels* and *people* can be chosen. In a *dialog* it is sent
    as a dialog's answer. The longest texts are left out of what would not fit, which the card
    says. Raises FormTooLarge.
    """
    filling = _Filling(form, asked, problems or {}, entered or {}, Choosable(channels, people))
    long = sorted(
        (field for field in form.fields if len(filling.value(field)) > _CROWDED),
        key=lambda field: -len(filling.value(field)),
    )
    for left_out in range(len(long) + 1):
        shown = filling.card({field.name for field in long[:left_out]}, dialog=dialog)
        if weight(shown) <= LIMIT:
            return shown
    raise FormTooLarge


class _Filling:
    """A form in somebody's hands."""

    def __init__(
        self,
        form: Form,
        asked: Message,
        problems: Mapping[str, str],
        entered: Mapping[str, str],
        choosable: Choosable,
    ) -> None:
        self._form = form
        self._asked = asked
        self._problems = problems
        self._entered = entered
        self._choosable = choosable

    def value(self, field: Field) -> str:
        """Return what stands in *field*."""
        return self._entered.get(field.name, field.value)

    def card(self, left_out: set[str], *, dialog: bool) -> Payload:
        """Return the card without the fields *left_out*."""
        form = self._form
        shown = [
            field
            for field in form.fields
            if field.name not in left_out and has_answers(field, self._choosable)
        ]
        body = [
            *([] if dialog else [heading(form.title, large=True)]),
            *words(form.text),
            *self._notes(left_out),
            *self._banner({field.name for field in shown}),
            *self._fields(shown),
            *(action_rows([[self._send(shown, dialog=dialog)]]) if shown else []),
        ]
        return adaptive(body, f"{form.title}\n\n{form.text}", full=not dialog)

    def _notes(self, left_out: set[str]) -> list[Payload]:
        long = [_does_not_fit(f, self.value(f)) for f in self._form.fields if f.name in left_out]
        lost = [
            _NO_CHANNELS
            for field in self._form.fields
            if field.kind == "channel" and not has_answers(field, self._choosable)
        ]
        return [part for note in (*long, *lost) for part in words(note, color="Warning")]

    def _banner(self, shown: set[str]) -> list[Payload]:
        """Show what is wrong and belongs to no field that is shown."""
        whole = [sentence for name, sentence in self._problems.items() if name not in shown]
        lines = [part for sentence in whole for part in words(sentence, color="Attention")]
        if self._problems and not lines:
            lines = words("Not sent yet: please look at what is marked below.", color="Attention")
        return [container(lines, style="attention")] if lines else []

    def _fields(self, fields: Sequence[Field]) -> Iterator[Payload]:
        group = ""
        for field in fields:
            if field.group and field.group != group:
                yield heading(field.group)
            group = field.group
            yield from self._field(field)

    def _field(self, field: Field) -> list[Payload]:
        """Return the input, what is wrong with what is in it, and its hint."""
        problem = self._problems.get(field.name, "")
        wrong = words(problem, color="Attention", weight="Bolder") if problem else []
        hint = words(field.hint, isSubtle=True, size="Small") if field.hint else []
        below = [{**part, "spacing": "None"} for part in (*wrong, *hint)]
        entry = {**element(field, self.value(field), self._choosable), "spacing": "Medium"}
        return [entry, *below]

    def _send(self, shown: Sequence[Field], *, dialog: bool) -> Payload:
        form = self._form
        coach: dict[str, Any] = {
            "do": "submit",
            "action": form.action,
            "value": form.value,
            "fields": [field.name for field in shown],
            "several": [field.name for field in shown if field.kind in SEVERAL],
            OPENED_BY: _opening(self._asked),
        }
        if people := [field.name for field in shown if field.kind == "people"]:
            coach[PEOPLE] = people
        if at := _place(self._asked):
            coach["at"] = at
        data = {"coach": coach}
        if dialog:
            return submit(form.submit, data, style="positive")
        return execute(form.submit, "submit", data, style="positive")


def _opening(asked: Message) -> dict[str, str]:
    """Return what has to be known again so that the form can be shown once more."""
    press = asked.press or Press(action="")
    found = {"action": press.action, "value": press.value, "verb": asked.verb}
    return {name: value for name, value in found.items() if value}


def _place(asked: Message) -> Mapping[str, Any]:
    """Return what has to be known again of where the form belongs."""
    place = asked.place
    if place.venue == Venue.PRIVATE:
        return {"hidden": True} if asked.hidden else {}
    known = {"channel": place.channel, "thread": place.thread, "venue": str(place.venue)}
    return {**known, **({"hidden": True} if asked.hidden else {})}


def _does_not_fit(field: Field, value: str) -> str:
    return (
        f"“{field.label}” is too long to be edited here: {len(value):,} characters. "
        "It stays as it is."
    )
