"""A `Form` as Slack's modal view, and the filled-in view as a `Message`. Pure.

Slack takes up to 3,000 characters in a field, 100 options in a group, and 3,000 characters of our
own in the view: what the form is about and where its answer belongs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.messages import Field, Form, Frozen, Message, Option, Person, Submission, Venue
from bot.platforms.slack.events import Payload, place_of
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.markup import unescaped
from bot.platforms.slack.sources import Block, paragraph, plain

FORM = "form"
_TITLE = 24
_SUBMIT = 24
_LABEL = 2000
_OPTION = 75
_VALUE = 150
_IN_A_GROUP = 100
_IN_A_FIELD = 3000
_METADATA = 3000


class FormTooLarge(Exception):
    """What the form is about does not fit into a view."""


class _Opened(Frozen):
    """What has to be known again when the form comes back filled in."""

    action: str
    value: str = ""
    channel: str
    thread: str = ""
    venue: Venue
    hidden: bool = False
    handle: str = ""


def form_view(form: Form, asked: Message) -> Block:
    """Return *form* as the view that opens for *asked*, at whose place it is answered.

    A field whose text would not fit is left out, which the view says, and so is a choice of
    nothing. Raises FormTooLarge.
    """
    too_long = [field for field in form.fields if len(field.value) > _IN_A_FIELD]
    fitting = [field for field in form.fields if field not in too_long and _has_answers(field)]
    notes = [form.text, *(_does_not_fit(field) for field in too_long)]
    view: Block = {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": _metadata(form, asked),
        "title": plain(form.title, _TITLE),
        "close": plain("Cancel" if fitting else "Close", _SUBMIT),
        "blocks": [
            *(paragraph(note) for note in notes if note),
            *(_input(field) for field in fitting),
        ],
    }
    return {**view, "submit": plain(form.submit, _SUBMIT)} if fitting else view


def from_submission(body: Payload, me: Identity) -> Message:
    """Translate a filled-in form; sent twice, it is the same message."""
    view: Payload = body["view"]
    opened = _Opened.model_validate_json(view["private_metadata"])
    values: Mapping[str, Mapping[str, Payload]] = view["state"]["values"]
    return Message(
        id=f"view-{view['id']}-{view.get('hash', '')}",
        place=place_of(me, opened.channel, opened.thread, opened.venue),
        person=Person(id=body["user"]["id"], name=body["user"].get("name", "")),
        submission=Submission(
            action=opened.action,
            value=opened.value,
            answers={name: _answer(field[name]) for name, field in values.items()},
        ),
        hidden=opened.hidden,
        handle=opened.handle,
    )


def first_field(body: Payload) -> str:
    """Return the block under which to show what is wrong with a submission."""
    values: Mapping[str, object] = body["view"]["state"]["values"]
    return next(iter(values))


def _metadata(form: Form, asked: Message) -> str:
    place = asked.place
    opened = _Opened(
        action=form.action,
        value=form.value,
        channel=place.channel,
        thread=place.thread,
        venue=place.venue,
        hidden=asked.hidden,
        handle=asked.handle,
    )
    written = opened.model_dump_json(exclude_defaults=True)
    for character in "&<>":  # as Slack might escape them on the way
        written = written.replace(character, f"\\u{ord(character):04x}")
    if len(written) > _METADATA:
        raise FormTooLarge
    return written


def _has_answers(field: Field) -> bool:
    return field.kind != "choice" or bool(_choosable(field.options))


def _does_not_fit(field: Field) -> str:
    return (
        f"“{field.label}” is too long to be edited here: {len(field.value):,} characters, and a "
        f"Slack form takes {_IN_A_FIELD:,}. Send me the text as a message or a file instead."
    )


def _input(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain(field.label, _LABEL),
        "element": {"action_id": field.name, **_element(field)},
        "optional": not field.required,
    }
    hint = _hint(field)
    return {**block, "hint": plain(hint, _LABEL)} if hint else block


def _hint(field: Field) -> str:
    limited = field.kind in ("line", "lines") and field.length > _IN_A_FIELD
    longer = f"Up to {_IN_A_FIELD:,} characters; send me longer text as a message or a file."
    return " ".join(part for part in (field.hint, longer if limited else "") if part)


def _element(field: Field) -> Block:
    if field.kind == "channel":
        chosen = {"initial_conversation": field.value} if field.value else {}
        shown = {"include": ["public", "private"], "exclude_bot_users": True}
        return {"type": "conversations_select", "filter": shown, **chosen}
    if field.kind == "choice":
        return _select(field)
    return {
        "type": "plain_text_input",
        "multiline": field.kind == "lines",
        "max_length": max(min(field.length, _IN_A_FIELD), len(field.value)),
        **({"initial_value": field.value} if field.value else {}),
    }


def _select(field: Field) -> Block:
    chosen = [_option(o) for o in _choosable(field.options) if o.value == field.value]
    initial = {"initial_option": chosen[0]} if chosen else {}
    return {"type": "static_select", **_options(field.options), **initial}


def _choosable(options: Sequence[Option]) -> list[Option]:
    """Leave out what Slack would refuse the whole form for."""
    return [option for option in options if 0 < len(option.value) <= _VALUE]


def _options(options: Sequence[Option]) -> Block:
    shown = [_option(option) for option in _choosable(options)]
    if len(shown) <= _IN_A_GROUP:
        return {"options": shown}
    starts = range(0, len(shown), _IN_A_GROUP)
    groups = [(start, shown[start : start + _IN_A_GROUP]) for start in starts]
    return {
        "option_groups": [
            {"label": plain(f"{start + 1} to {start + len(group)}", _OPTION), "options": group}
            for start, group in groups
        ]
    }


def _option(option: Option) -> Block:
    return {"text": plain(option.label, _OPTION), "value": option.value}


def _answer(element: Mapping[str, Any]) -> str:
    """Return what was entered, chosen or, as an empty text, left out."""
    chosen: Payload = element.get("selected_option") or {}
    answer = element.get("value") or element.get("selected_conversation") or ""
    return str(answer or unescaped(str(chosen.get("value", ""))))
