"""What Adaptive Cards 1.5 and Teams take, written down from their public schema and documents.

Independent of what builds the cards. Sources: the Adaptive Cards schema (adaptivecards.io), and on
learn.microsoft.com "Format your bot messages" (100 KB in UTF-16 without base64 images, 80 KB to be
sure), "Suggested actions" (the first three are shown), "Bot messages with AI-generated content"
(80 characters in a citation's name, 160 in its abstract, three keywords of 28), "Universal actions"
(refresh for up to 60 people), "Cards reference" (six actions), "Format cards" (pictures of under
1 MB).
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

MESSAGE_BYTES = 80 * 1024
PICTURE_BYTES = 1024 * 1024
ACTIONS = 6
SUGGESTED = 3
CARD_TYPE = "application/vnd.microsoft.card.adaptive"

_SPACING = {"Default", "None", "Small", "Medium", "Large", "ExtraLarge", "Padding"}
_COLORS = {"Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"}
_SIZES = {"Default", "Small", "Medium", "Large", "ExtraLarge"}
_WEIGHTS = {"Default", "Lighter", "Bolder"}
_STYLES = {"default", "emphasis", "good", "attention", "warning", "accent"}
_ELEMENT: dict[str, Any] = {
    "id": str,
    "isVisible": bool,
    "separator": bool,
    "spacing": _SPACING,
    "height": {"auto", "stretch"},
}
_TEXT: dict[str, Any] = {
    "text": str,
    "color": _COLORS,
    "fontType": {"Default", "Monospace"},
    "isSubtle": bool,
    "size": _SIZES,
    "weight": _WEIGHTS,
}
_INPUT: dict[str, Any] = {
    **_ELEMENT,
    "label": str,
    "isRequired": bool,
    "errorMessage": str,
    "value": str,
}
_ACTION: dict[str, Any] = {
    "id": str,
    "title": str,
    "iconUrl": str,
    "style": {"default", "positive", "destructive"},
    "tooltip": str,
    "isEnabled": bool,
    "mode": {"primary", "secondary"},
    "fallback": object,
}

# Per type: the properties that it must have, and all that it may have.
_TYPES: dict[str, tuple[set[str], dict[str, Any]]] = {
    "AdaptiveCard": (
        {"body"},
        {
            "$schema": str,
            "version": str,
            "body": list,
            "actions": list,
            "fallbackText": str,
            "speak": str,
            "lang": str,
            "minHeight": str,
            "refresh": dict,
            "msteams": dict,
        },
    ),
    "TextBlock": (
        {"text"},
        {
            **_ELEMENT,
            **_TEXT,
            "wrap": bool,
            "maxLines": int,
            "style": {"default", "heading"},
            "horizontalAlignment": {"left", "center", "right"},
        },
    ),
    "RichTextBlock": ({"inlines"}, {**_ELEMENT, "inlines": list, "horizontalAlignment": str}),
    "TextRun": (
        {"text"},
        {
            **_TEXT,
            "highlight": bool,
            "italic": bool,
            "strikethrough": bool,
            "underline": bool,
            "selectAction": dict,
        },
    ),
    "Image": (
        {"url"},
        {
            **_ELEMENT,
            "url": str,
            "altText": str,
            "backgroundColor": str,
            "size": {"auto", "stretch", "small", "medium", "large", "Auto", "Stretch"},
            "style": {"default", "person"},
            "msteams": dict,
            "selectAction": dict,
        },
    ),
    "Container": (
        {"items"},
        {
            **_ELEMENT,
            "items": list,
            "style": _STYLES,
            "bleed": bool,
            "minHeight": str,
            "selectAction": dict,
        },
    ),
    "ColumnSet": (
        {"columns"},
        {**_ELEMENT, "columns": list, "style": _STYLES, "bleed": bool, "selectAction": dict},
    ),
    "Column": (
        {"items"},
        {
            **_ELEMENT,
            "items": list,
            "width": object,
            "style": _STYLES,
            "verticalContentAlignment": {"top", "center", "bottom"},
        },
    ),
    "FactSet": ({"facts"}, {**_ELEMENT, "facts": list}),
    "ActionSet": ({"actions"}, {**_ELEMENT, "actions": list}),
    "Input.Text": (
        {"id"},
        {
            **_INPUT,
            "isMultiline": bool,
            "maxLength": int,
            "placeholder": str,
            "regex": str,
            "style": {"text", "tel", "url", "email", "password"},
        },
    ),
    "Input.Date": ({"id"}, {**_INPUT, "max": str, "min": str, "placeholder": str}),
    "Input.Time": ({"id"}, {**_INPUT, "max": str, "min": str, "placeholder": str}),
    "Input.ChoiceSet": (
        {"id", "choices"},
        {
            **_INPUT,
            "choices": list,
            "choices.data": dict,
            "isMultiSelect": bool,
            "style": {"compact", "expanded", "filtered"},
            "wrap": bool,
            "placeholder": str,
        },
    ),
    "Action.Submit": (
        {"title"},
        {**_ACTION, "data": object, "associatedInputs": {"auto", "none"}},
    ),
    "Action.Execute": (
        {"title", "verb"},
        {**_ACTION, "verb": str, "data": object, "associatedInputs": {"auto", "none"}},
    ),
    "Action.ShowCard": ({"title", "card"}, {**_ACTION, "card": dict}),
    "Action.ToggleVisibility": ({"title", "targetElements"}, {**_ACTION, "targetElements": list}),
}
_ELEMENTS = {name for name in _TYPES if not name.startswith("Action.")} - {
    "AdaptiveCard",
    "TextRun",
    "Column",
}
_PARTS = {
    "body": _ELEMENTS,
    "items": _ELEMENTS,
    "columns": {"Column"},
    "inlines": {"TextRun"},
    "actions": {name for name in _TYPES if name.startswith("Action.")},
}


def activity_problems(activity: Json) -> list[str]:
    """Return why Teams would refuse *activity*, or would not show all of it."""
    problems = [] if activity.get("type") == "message" else ["not a message"]
    if not activity.get("text") and not activity.get("attachments"):
        problems.append("says nothing")
    if activity.get("textFormat", "markdown") not in {"markdown", "plain", "xml"}:
        problems.append("text format")
    if len(str(activity.get("summary", ""))) > 300:
        problems.append("summary too long")
    problems += [] if size(activity) <= MESSAGE_BYTES else [f"{size(activity)} bytes"]
    for attached in activity.get("attachments", ()):
        problems += [] if attached["contentType"] == CARD_TYPE else ["attachment of unknown type"]
        problems += card_problems(attached["content"])
    return [*problems, *_suggested(activity), *_entities(activity), *_feedback(activity)]


def card_problems(card: Json) -> list[str]:
    """Return why Teams would refuse *card*, or would not show all of it."""
    problems = [] if card.get("version") == "1.5" else ["version"]
    problems += [] if card.get("fallbackText") and card.get("speak") else ["no words"]
    problems += [] if size(card) <= MESSAGE_BYTES else [f"a card of {size(card)} bytes"]
    elements = list(walk(card))
    ids = [element["id"] for element in elements if element.get("id")]
    problems += ["an id twice"] if len(ids) != len(set(ids)) else []
    for element in elements:
        problems += _element(element)
        targets = element.get("targetElements", ())
        problems += [f"no {target} to toggle" for target in targets if target not in ids]
    inputs = [element for element in elements if element["type"].startswith("Input.")]
    sends = [e for e in elements if e["type"] in {"Action.Submit", "Action.Execute"}]
    problems += ["inputs that can't be sent"] if inputs and not sends else []
    return [*problems, *_refresh(card)]


def size(message: Json) -> int:
    """Return the bytes that count: all in UTF-16 but for pictures in base64."""
    written = json.dumps(message, ensure_ascii=False)
    without = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", written)
    return len(without.encode("utf-16-le", errors="surrogatepass"))


def walk(element: Json) -> Iterator[Json]:
    """Yield *element* and everything inside, actions and the cards they show included."""
    yield element
    for part in _PARTS:
        for inner in element.get(part, ()):
            yield from walk(inner)
    if element["type"] == "Action.ShowCard":
        yield from walk(element["card"])
    if "selectAction" in element:
        yield from walk(element["selectAction"])


def _element(element: Json) -> Iterator[str]:
    kind = element["type"]
    if kind not in _TYPES:
        yield f"unknown {kind}"
        return
    required, known = _TYPES[kind]
    yield from (f"{kind} without {name}" for name in required if name not in element)
    for name, value in element.items():
        if name != "type" and not _fits(value, known.get(name)):
            yield f"{kind}.{name} {str(value)[:60]}"
    for part, kinds in _PARTS.items():
        yield from (
            f"{inner['type']} in {kind}.{part}"
            for inner in element.get(part, ())
            if inner["type"] not in kinds
        )
    if check := _CHECKS.get(kind):
        yield from check(element)
    if kind.startswith("Input."):
        yield from _input(element)
    if kind.startswith("Action."):
        yield from _action(element)


def _fits(value: object, wanted: Any) -> bool:
    if wanted is None:
        return False
    if isinstance(wanted, set):
        return value in wanted
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))


def _text_block(element: Json) -> Iterator[str]:
    if not element["text"].strip():
        yield "an empty text"
    if element["type"] == "TextBlock" and element.get("wrap") is not True:
        yield "a text that is cut at the end of its line"


def _group(element: Json) -> Iterator[str]:
    inside = element.get("items", element.get("columns", element.get("inlines")))
    if not inside:
        yield f"an empty {element['type']}"


def _action_set(element: Json) -> Iterator[str]:
    if not 0 < len(element["actions"]) <= ACTIONS:
        yield f"{len(element['actions'])} actions in a row"


def _image(element: Json) -> Iterator[str]:
    if not element.get("altText", "").strip():
        yield "a picture without words"
    head, _, data = element["url"].partition(",")
    if head != "data:image/png;base64" or len(base64.b64decode(data)) > PICTURE_BYTES:
        yield "a picture that Teams does not show"


def _input(element: Json) -> Iterator[str]:
    if not element.get("label", "").strip() or len(element["label"]) > 500:
        yield f"label of {element['id']}"
    if element.get("isRequired") and not element.get("errorMessage"):
        yield f"{element['id']} is required and does not say so"


def _text_input(element: Json) -> Iterator[str]:
    most = element.get("maxLength", 1)
    if most < 1 or len(element.get("value", "")) > most:
        yield f"length of {element['id']}"


def _date_input(element: Json) -> Iterator[str]:
    if "value" in element and not re.fullmatch(r"\d{4}-\d\d-\d\d", element["value"]):
        yield f"date {element['value']}"


def _time_input(element: Json) -> Iterator[str]:
    if "value" in element and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", element["value"]):
        yield f"time {element['value']}"


def _choice_set(element: Json) -> Iterator[str]:
    choices: Sequence[Json] = element["choices"]
    values = [choice.get("value", "") for choice in choices]
    several = element.get("isMultiSelect", False)
    if any(set(choice) != {"title", "value"} or not choice["title"].strip() for choice in choices):
        yield "a choice without title or value"
    if not all(values) or len(values) != len(set(values)):
        yield "choices that can't be told apart"
    if several and any("," in value for value in values):
        yield "a comma in one of several choices"
    chosen = element.get("value", "").split(",") if several else [element.get("value", "")]
    if "value" in element and any(value not in values for value in chosen):
        yield f"chosen is none of the choices: {element['value'][:60]}"
    source = element.get("choices.data")
    if source and (source["type"] != "Data.Query" or not source["dataset"]):
        yield "data query"
    if not choices and not source:
        yield "nothing to choose"


def _action(element: Json) -> Iterator[str]:
    if not 0 < len(element["title"]) <= 80:
        yield f"title of {len(element['title'])} characters"
    fallback = element.get("fallback")
    if element["type"] == "Action.Execute" and "verb" in element and fallback is not None:
        yield from _element(fallback)


def _show_card(element: Json) -> Iterator[str]:
    if element["card"].get("type") != "AdaptiveCard":
        yield "shows no card"


_CHECKS = {
    "TextBlock": _text_block,
    "TextRun": _text_block,
    "Container": _group,
    "Column": _group,
    "ColumnSet": _group,
    "RichTextBlock": _group,
    "ActionSet": _action_set,
    "Image": _image,
    "Input.Text": _text_input,
    "Input.Date": _date_input,
    "Input.Time": _time_input,
    "Input.ChoiceSet": _choice_set,
    "Action.ShowCard": _show_card,
}


def _refresh(card: Json) -> Iterator[str]:
    refresh = card.get("refresh")
    if refresh is None:
        return
    if refresh["action"]["type"] != "Action.Execute":
        yield "refresh by something else than Action.Execute"
    yield from _element(refresh["action"])
    if not 0 < len(refresh.get("userIds", ["everybody"])) <= 60:
        yield "refresh for too many or nobody"


def _suggested(activity: Json) -> Iterator[str]:
    suggested = activity.get("suggestedActions")
    if suggested is None:
        return
    if not 0 < len(suggested["actions"]) <= SUGGESTED:
        yield f"{len(suggested['actions'])} suggested actions"
    if not suggested.get("to"):
        yield "suggested to nobody"
    for action in suggested["actions"]:
        if action["type"] != "imBack" or not action["title"] or not action["value"]:
            yield "suggested action"


def _entities(activity: Json) -> Iterator[str]:
    messages = [
        entity
        for entity in activity.get("entities", ())
        if entity["type"] == "https://schema.org/Message"
    ]
    if len(messages) > 1:
        yield "two message entities"
    for message in messages:
        citations = message.get("citation", [])
        if citations and not activity.get("text"):
            yield "citations without a text to hang on"
        positions = [citation["position"] for citation in citations]
        if len(positions) != len(set(positions)) or any(position < 1 for position in positions):
            yield "positions of citations"
        for citation in citations:
            yield from _citation(citation)


def _citation(citation: Json) -> Iterator[str]:
    shown = citation["appearance"]
    if citation["@type"] != "Claim" or shown["@type"] != "DigitalDocument":
        yield "citation of unknown type"
    if not 0 < len(shown["name"]) <= 80 or not 0 < len(shown["abstract"]) <= 160:
        yield f"citation {citation['position']} too long or empty"
    words = shown.get("keywords", [])
    if len(words) > 3 or any(not 0 < len(word) <= 28 for word in words):
        yield f"keywords of citation {citation['position']}"


def _feedback(activity: Json) -> Iterator[str]:
    data = activity.get("channelData", {})
    if "feedbackLoop" in data and (
        data["feedbackLoop"].get("type") not in {"default", "custom"}
        or "feedbackLoopEnabled" in data
    ):
        yield "feedback loop"
