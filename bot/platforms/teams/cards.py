"""From a `Reply` to what Teams shows: a message with an Adaptive Card. Pure.

All stays inside what Teams takes. What is too much for one message gives way in a fixed order,
buttons, text and notes last, and the card says what is missing.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from bot.intents import HELPFUL, NOT_HELPFUL
from bot.messages import Button, MarkedText, Place, Reply, Section
from bot.platforms.remarks import by_title, in_words, quoted, said, with_count
from bot.platforms.teams.citations import entity, source_line, sources
from bot.platforms.teams.elements import (
    ACTIONS,
    action_rows,
    adaptive,
    attachment,
    container,
    execute,
    heading,
    submit,
    title,
    words,
)
from bot.platforms.teams.markup import inert, message_text
from bot.platforms.teams.sizes import LIMIT, PICTURE_LIMIT, Room, weight
from bot.platforms.teams.wire import Payload

_ENVELOPE = 12 * 1024  # bytes for what the card and the message say besides its body
_LONGEST_TEXT = 14_000
_SUMMARY = 200
_FOR_SOURCES = 8 * 1024
_FOR_A_SENTENCE = 800
_MARKED = 300
_SUGGESTED = 3
_OPINIONS = (HELPFUL, NOT_HELPFUL)
_NAMED = 5


def activity(
    reply: Reply,
    *,
    person_member: str = "",
    private: bool = True,
    picture: bytes | None = None,
    at: Place | None = None,
    feedback_loop: bool = False,
) -> Payload:
    """Return *reply* as a message.

    *person_member* is who asked, as the conversation knows them; *private* tells whether only they
    read it. *picture* is the PNG of its chart, left out where it does not fit. *at* is the place
    that the reply belongs to where it is shown elsewhere. With *feedback_loop* Teams' own thumbs
    take the place of the two buttons for an opinion.
    """
    # Teams hangs its citations on marks in the message's text, and can refresh only the card.
    cited = [c for c in reply.citations if f"[{c.number}]" in reply.text and not reply.refresh]
    suggested = _suggested(reply, person_member, feedback_loop=feedback_loop) if private else None
    above = bool(cited or suggested)
    card_ = _card(
        reply.model_copy(update={"suggestions": ()}) if suggested else reply,
        person_member=person_member,
        private=private,
        picture=picture,
        at=at,
        with_text=not above,
        with_opinions=not feedback_loop,
    )
    message: dict[str, Any] = {
        "type": "message",
        "summary": inert(" ".join(_said(reply)[:_SUMMARY].split())) or "Coach",
        "entities": entity(cited, by_model=reply.by_model),
    }
    if above:
        message["text"] = message_text(_cut(reply.text), [citation.number for citation in cited])
        message["textFormat"] = "markdown"
    if card_["body"]:
        message["attachments"] = [attachment(card_)]
    if suggested:
        message["suggestedActions"] = suggested
    if feedback_loop and _opinions(reply.buttons):
        message["channelData"] = {"feedbackLoop": {"type": "default"}}
    return message


def card(
    reply: Reply,
    *,
    person_member: str = "",
    private: bool = True,
    picture: bytes | None = None,
    at: Place | None = None,
) -> Payload:
    """Return all of *reply* as a card alone; for the rest see `activity`."""
    return _card(reply, person_member=person_member, private=private, picture=picture, at=at)


def posted(text: str) -> Payload:
    """Return the message that shows an author's *text* to everybody in a channel."""
    room = Room(LIMIT - _ENVELOPE)
    body = room.first(words(text))
    return {
        "type": "message",
        "summary": inert(" ".join(text[:_SUMMARY].split())) or "…",
        "attachments": [attachment(adaptive(body, text, full=True))],
    }


def can_be_posted(text: str) -> bool:
    """Tell whether all of *text* fits into a message."""
    return Room(LIMIT - _ENVELOPE).takes(words(text))


def notice(text: str) -> Payload:
    """Return a small card that says one thing."""
    return adaptive(words(_cut(text) or "…"), text)


def _card(
    reply: Reply,
    *,
    person_member: str,
    private: bool,
    picture: bytes | None,
    at: Place | None,
    with_text: bool = True,
    with_opinions: bool = True,
) -> Payload:
    buttons = [b for b in reply.buttons if with_opinions or b.action not in _OPINIONS]
    in_place = reply.refresh.action if reply.refresh and private else ""
    actions = action_rows(_rows(buttons, private=private, at=at, in_place=in_place))
    asked = [_asks(question) for question in reply.suggestions]
    room = Room(LIMIT - _ENVELOPE - (0 if with_text else 2 * weight(_cut(reply.text))))
    # What must not be missing takes its room first.
    actions = room.first(actions)
    said = room.first(words(_cut(reply.text) or "…")) if with_text else []
    notes = room.first(_notes(reply))
    alt = room.first(words(reply.chart.alt, isSubtle=True)) if reply.chart else []
    copies = [part for section in reply.sections for part in _to_copy(section, room)]
    remarks = _remarks(reply.marked, room)
    parts = _sections(reply.sections, room)
    cited = sources(reply.citations, room)
    asked = room.first(asked)
    rest = [*copies, *remarks, *parts, *notes, *cited, *asked, *actions]
    chart = [_image(reply, picture)] if reply.chart and _fits(picture) else alt
    shown = adaptive([*said, *chart, *rest], _said(reply), full=_is_wide(reply))
    return {**shown, **_refresh(reply, person_member)}


def _is_wide(reply: Reply) -> bool:
    return bool(reply.sections or reply.marked or reply.chart)


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_TEXT:
        return text
    missing = len(text) - _LONGEST_TEXT
    return f"{text[:_LONGEST_TEXT]}…\n\n({missing:,} more characters do not fit into a message.)"


def _fits(picture: bytes | None) -> bool:
    return picture is not None and len(picture) <= PICTURE_LIMIT


def _image(reply: Reply, picture: bytes | None) -> Payload:
    chart = reply.chart
    return {
        "type": "Image",
        "url": "data:image/png;base64," + base64.b64encode(picture or b"").decode(),
        "altText": inert(chart.alt) if chart else "",
        "size": "Stretch",
        "msteams": {"allowExpand": True},
    }


def _notes(reply: Reply) -> list[Payload]:
    notes: list[str] = []
    if reply.by_model:
        notes.append("Written by a language model from the sources below.")
    if reply.reference and reply.reference not in reply.text:
        notes.append(f"Reference: {reply.reference}")
    return [block for note in notes for block in words(note, isSubtle=True, size="Small")]


def _to_copy(section: Section, room: Room) -> list[Payload]:
    """Show a verbatim section, as much of it as there is room for, and say what is missing."""
    if not section.verbatim:
        return []
    top = room.first([heading(section.title)])
    lines = words(section.text, copied=True)
    taken = room.first(lines, _FOR_SOURCES)
    shown = [*top, container(taken or words("…"), style="emphasis")]
    if len(taken) < len(lines):
        shown += room.first(words(_TOO_LONG, color="Attention"))
    return shown


_TOO_LONG = (
    "It is too long for a message in Teams, so its end is missing here. Send me the text in "
    "shorter parts."
)


def _remarks(marked: MarkedText | None, room: Room) -> list[Payload]:
    """List the remarks by kind; what does not fit is counted."""
    if marked is None:
        return []
    shown: list[Payload] = []
    left = len(marked.marks)
    for name, marks in by_title(marked):
        top = heading(with_count(name, marks))
        found = [_remark(quoted(marked, mark, _MARKED), remark) for mark, remark in said(marks)]
        if not room.takes([top, found[0]], _FOR_SOURCES):
            break
        more = room.first(found[1:], _FOR_SOURCES)
        shown += [top, found[0], *more]
        left -= 1 + len(more)
    if left:
        noun = "finding" if left == 1 else "findings"
        shown += room.first(words(f"{left} more {noun} would not fit here.", color="Attention"))
    return shown


def _remark(quote: str, remark: str) -> Payload:
    shown = words(quote, italic=True) if quote else []
    return container([*shown, *(words(remark) if remark else [])], style="emphasis")


def _sections(sections: Sequence[Section], room: Room) -> list[Payload]:
    """Show the sections, as much of them as there is room for, and name what is missing."""
    shown: list[Payload] = []
    plain = [section for section in sections if not section.verbatim]
    for number, section in enumerate(plain):
        parts = [heading(section.title), *words(section.text)]
        taken = room.first(parts, _FOR_A_SENTENCE)
        shown += taken if len(taken) > 1 else []
        if len(taken) < len(parts):
            names = [f"“{left.title[:60]}”" for left in plain[number:][:_NAMED]]
            rest = "" if len(plain) - number <= _NAMED else " and more"
            sentence = f"There is no room here for all of {', '.join(names)}{rest}."
            return [*shown, *room.first(words(sentence, color="Attention"))]
    return shown


def _rows(
    buttons: Sequence[Button], *, private: bool, at: Place | None, in_place: str
) -> list[list[Payload]]:
    """Lay buttons out: several about one thing stand in a row of their own.

    The form of the action *in_place* is what the card is about, and takes its place.
    """
    rows: list[list[Button]] = []
    for button in buttons:
        if not rows or not _stands_with(button, rows[-1]):
            rows.append([])
        rows[-1].append(button)
    return [
        [_button(b, private=private, at=at, in_place=b.action == in_place) for b in row]
        for row in rows
    ]


def _stands_with(button: Button, row: Sequence[Button]) -> bool:
    elsewhere = [other for other in row if other.action == button.action]
    if len(row) == ACTIONS or any(_about(other) != _about(button) for other in elsewhere):
        return False
    about = [_about(other) for other in row if other.value]
    closed = len(about) > 1 and len(set(about)) == 1  # it is about one thing
    return not (closed and button.value and _about(button) != about[0])


def _about(button: Button) -> str:
    """Return what *button* is about, of which its value may say more."""
    return button.value.partition("|")[0]


def _button(button: Button, *, private: bool, at: Place | None, in_place: bool) -> Payload:
    data = {"coach": _coach("form" if button.opens_form else "press", button, at)}
    if button.opens_form and not private:
        return submit(button.label, {"msteams": {"type": "task/fetch"}, **data})
    if button.opens_form and in_place:
        return execute(button.label, "form", data)
    if button.opens_form or not button.asks:
        return submit(button.label, data)
    sure = action_rows([[submit(button.label, data, style="destructive")]])
    inner = {"type": "AdaptiveCard", "body": [*words(button.asks), *sure]}
    return {"type": "Action.ShowCard", "title": title(button.label), "card": inner}


def _coach(do: str, button: Button, at: Place | None) -> Payload:
    return {"do": do, "action": button.action, "value": button.value, **known_place(at)}


def known_place(at: Place | None, *, hidden: bool = True) -> Mapping[str, Any]:
    """Return what a button carries so that the place *at* is known again when it is pressed."""
    if at is None:
        return {}
    place = {"channel": at.channel, "thread": at.thread, "venue": str(at.venue), "hidden": hidden}
    return {"at": {name: value for name, value in place.items() if value}}


def _asks(question: str) -> Payload:
    """Show a question that can be pressed; a button would cut a long one."""
    press = submit(question, {"coach": {"do": "ask", "value": question}})
    return container(words(question, color="Accent"), style="emphasis", selectAction=press)


def _suggested(reply: Reply, person_member: str, *, feedback_loop: bool) -> Payload | None:
    """Return the questions as Teams' own suggestions, which last until something else is said.

    Teams shows three at most, and none beside a card: elsewhere the card has them all.
    """
    questions = reply.suggestions
    if not person_member or not 0 < len(questions) <= _SUGGESTED:
        return None
    buttons = [b for b in reply.buttons if not (feedback_loop and b.action in _OPINIONS)]
    needs_card = (buttons, reply.sections, reply.citations, reply.chart, reply.marked,
                  reply.refresh, reply.reference)  # fmt: skip
    if any(needs_card):
        return None
    actions = [{"type": "imBack", "title": title(q), "value": q} for q in questions]
    return {"to": [person_member], "actions": actions}


def _opinions(buttons: Sequence[Button]) -> bool:
    return any(button.action == HELPFUL for button in buttons)


def _refresh(reply: Reply, person_member: str) -> Mapping[str, Any]:
    if reply.refresh is None:
        return {}
    press = {"do": "refresh", "action": reply.refresh.action, "value": reply.refresh.value}
    action = {
        "type": "Action.Execute",
        "title": "Refresh",
        "verb": "refresh",
        "data": {"coach": press},
    }
    users = {"userIds": [person_member]} if person_member else {}
    return {"refresh": {"action": action, **users}}


def _said(reply: Reply) -> str:
    """Return the reply in words, for those who see no card."""
    parts = [reply.text, reply.chart.alt if reply.chart else ""]
    parts += [f"{section.title}\n{section.text}" for section in reply.sections]
    if reply.marked:
        parts += in_words(reply.marked, _MARKED)
    parts += [source_line(citation) for citation in reply.citations]
    return "\n\n".join(part for part in parts if part.strip())
