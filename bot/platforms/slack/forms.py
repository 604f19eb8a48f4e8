"""A `Form` as Slack's modal view, and the filled-in view as a `Message`. Pure.

Slack takes up to 100 blocks, and 3,000 characters of our own in the view: what the form is about
and where its answer belongs.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.frozen import Frozen
from bot.messages import Field, Form, Message, Person, Submission, Venue
from bot.platforms.slack.events import Payload, place_of
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.inputs import LONGEST, element, entered, fits, has_answers, limits_text
from bot.platforms.slack.remarks import header
from bot.platforms.slack.sources import Block, paragraph, plain

FORM = "form"
WHOLE = ""
_TITLE = 24
_SUBMIT = 24
_LABEL = 2000
_PROBLEM = 2000
_METADATA = 3000
_BLOCKS = 100


class FormTooLarge(Exception):
    """The form, or what it is about, does not fit into a view."""


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
    too_long = [field for field in form.fields if not fits(field)]
    fitting = [field for field in form.fields if fits(field) and has_answers(field)]
    notes = [form.text, *(_does_not_fit(field) for field in too_long)]
    blocks = [*(paragraph(note) for note in notes if note), *_inputs(fitting)]
    if len(blocks) > _BLOCKS:
        raise FormTooLarge
    view: Block = {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": _metadata(form, asked),
        "title": plain(form.title, _TITLE),
        "close": plain("Cancel" if fitting else "Close", _SUBMIT),
        "blocks": blocks,
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
            answers={name: entered(field[name]) for name, field in values.items()},
        ),
        hidden=opened.hidden,
        handle=opened.handle,
    )


def under_fields(body: Payload, problems: Mapping[str, str]) -> dict[str, str]:
    """Return *problems* by the block under which Slack shows each.

    What belongs to no field of the view, such as a problem with the WHOLE, goes under the first.
    """
    inputs = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    placed: dict[str, list[str]] = {}
    for name, sentence in problems.items():
        placed.setdefault(name if name in inputs else inputs[0], []).append(sentence)
    return {block: " ".join(sentences)[:_PROBLEM] for block, sentences in placed.items()}


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


def _does_not_fit(field: Field) -> str:
    return (
        f"“{field.label}” is too long to be edited here: {len(field.value):,} characters, and a "
        f"Slack form takes {LONGEST:,}. It stays as it is."
    )


def _inputs(fields: Sequence[Field]) -> Iterator[Block]:
    group = ""
    for field in fields:
        if field.group and field.group != group:
            yield header(field.group)
        group = field.group
        yield _input(field)


def _input(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain(field.label, _LABEL),
        "element": {"action_id": field.name, **element(field)},
        "optional": not field.required,
    }
    hint = _hint(field)
    return {**block, "hint": plain(hint, _LABEL)} if hint else block


def _hint(field: Field) -> str:
    longer = f"Up to {LONGEST:,} characters."
    return " ".join(part for part in (field.hint, longer if limits_text(field) else "") if part)
