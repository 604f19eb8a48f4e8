"""What a person gets to read on each platform, taken out of what the platform is sent.

Nothing here knows how that was made: Slack's blocks and Teams' cards are read as their public
descriptions say, and the page is shown by its own scripts in a browser.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any, cast

from tests.platforms.teams.teams_limits import walk

Json = Mapping[str, Any]

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~>])")


@dataclass
class Seen:
    """All the words of a message, and its buttons as label, action and value."""

    words: str = ""
    buttons: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])

    def has(self, text: str) -> bool:
        """Tell whether *text* is in the words, but for white space."""
        return plain(text) in self.words


@dataclass(frozen=True)
class FieldSeen:
    """A field of a form as somebody finds it; `chosen` are labels of options."""

    label: str
    about: str = ""
    value: str = ""
    options: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    required: bool = False
    group: str = ""


@dataclass
class FormSeen:
    """A form as somebody finds it."""

    words: str
    submit: str
    fields: list[FieldSeen]


def plain(text: str) -> str:
    """Return *text* without invisible characters, its words separated by single spaces."""
    return " ".join(text.replace("\u2060", "").split())


# -- Slack


def slack_message(blocks: Sequence[Json], files: Sequence[str]) -> Seen:
    """Read a message's blocks and the text files beside it."""
    words = [text for block in blocks for text in _slack_texts(block)]
    return Seen(
        plain(" ".join([*words, *files])), [b for one in blocks for b in _slack_button(one)]
    )


def _slack_texts(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for one in cast("list[object]", node):
            yield from _slack_texts(one)
    elif isinstance(node, dict):
        yield from _slack_element(cast("dict[str, Any]", node))


def _slack_element(node: Json) -> Iterator[str]:
    match node.get("type"):
        case "plain_text":
            yield node["text"]
        case "mrkdwn":
            yield unescape(re.sub(r"<(https?://[^>|]*)>", r"\1", node["text"]))
        case "image":
            yield node["alt_text"]
        case _ if node.get("action_id") == "view_passage":
            _, label, passage, *_ = json.loads(node["value"])
            yield f"{label} {passage}"
        case _:
            for name, inner in node.items():
                yield from () if name in {"value", "action_id"} else _slack_texts(inner)


def _slack_button(block: Json) -> Iterator[tuple[str, str, str]]:
    elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
    for one in elements:
        if one["type"] == "button":
            action = one["action_id"].removeprefix("form:")
            yield plain(one["text"]["text"]), action, one.get("value", "")


def slack_form(view: Json) -> FormSeen:
    """Read a modal."""
    blocks: list[Json] = view["blocks"]
    words = [view["title"]["text"]]
    words += [text for block in blocks if block["type"] != "input" for text in _slack_texts(block)]
    fields: list[FieldSeen] = []
    group = ""
    for block in blocks:
        if block["type"] == "header":
            group = plain(block["text"]["text"])
        elif block["type"] == "input":
            fields.append(replace(_slack_field(block), group=group))
    return FormSeen(plain(" ".join(words)), view["submit"]["text"], fields)


def _slack_field(block: Json) -> FieldSeen:
    element: Json = block["element"]
    groups = element.get("option_groups") or [{"options": element.get("options", ())}]
    chosen = [element["initial_option"]] if "initial_option" in element else []
    chosen += element.get("initial_options", [])
    values = ("initial_value", "initial_date", "initial_time")
    return FieldSeen(
        label=plain(block["label"]["text"]),
        about=plain(block["hint"]["text"]) if "hint" in block else "",
        value=next((element[name] for name in values if name in element), ""),
        options=tuple(plain(o["text"]["text"]) for group in groups for o in group["options"]),
        chosen=tuple(plain(option["text"]["text"]) for option in chosen),
        required=not block.get("optional", False),
    )


# -- Teams


def teams_message(activity: Json) -> Seen:
    """Read a message with its cards."""
    words = [_unmarked(activity.get("text", ""))]
    seen = Seen()
    for attached in activity.get("attachments", ()):
        card = attached["content"]
        words += [text for element in walk(card) for text in _teams_texts(element)]
        seen.buttons += [b for element in walk(card) for b in _teams_button(element)]
    loop = activity.get("channelData", {}).get("feedbackLoop")
    seen.buttons += [("Helpful", "answer_helpful", "?")] if loop else []
    seen.buttons += [("Not helpful", "answer_not_helpful", "?")] if loop else []
    if any("additionalType" in entity for entity in activity.get("entities", ())):
        words.append("Written by a language model")
    suggested = activity.get("suggestedActions", {}).get("actions", ())
    seen.buttons += [(plain(one["title"]), "", one["value"]) for one in suggested]
    words += [one["value"] for one in suggested]
    seen.words = plain(" ".join(words))
    return seen


def _unmarked(text: str) -> str:
    """Return what Markdown shows."""
    return unescape(_ESCAPED.sub(r"\1", text))


def _teams_texts(element: Json) -> Iterator[str]:
    match element["type"]:
        case "TextBlock":
            yield _unmarked(element["text"])
        case "TextRun":
            yield element["text"]
        case "Image":
            yield element["altText"]
        case _:
            yield element.get("title", "")


def _teams_button(element: Json) -> Iterator[tuple[str, str, str]]:
    coach = element.get("data", {}).get("coach") if "data" in element else None
    if coach:
        yield plain(element["title"]), coach.get("action", ""), coach.get("value", "")


def teams_form(card: Json) -> FormSeen:
    """Read a card that asks; what stands below an input is about it."""
    fields: list[FieldSeen] = []
    above: list[str] = []
    submit = group = ""
    for part in card["body"]:
        inside = list(walk(part))
        texts = " ".join(text for one in inside for text in _teams_texts(one))
        if part["type"].startswith("Input."):
            fields.append(replace(_teams_field(part), group=group))
        elif part.get("style") == "heading" and part["size"] != "Large":
            group = plain(texts)
        elif part["type"] == "ActionSet":
            submit = part["actions"][0]["title"]
        elif fields:
            about = plain(f"{fields[-1].about} {texts}")
            fields[-1] = replace(fields[-1], about=about)
        else:
            above.append(texts)
    return FormSeen(plain(" ".join(above)), submit, fields)


def _teams_field(element: Json) -> FieldSeen:
    choices: list[Json] = element.get("choices", [])
    value = element.get("value", "")
    values = value.split(",") if element.get("isMultiSelect") else [value]
    return FieldSeen(
        label=plain(element["label"]),
        value="" if choices else value,
        options=tuple(plain(choice["title"]) for choice in choices),
        chosen=tuple(plain(c["title"]) for c in choices if value and c["value"] in values),
        required=element.get("isRequired", False),
    )


# -- the page

SHOW_REPLY = """async (reply) => {
  const { replyBody } = await import("/reply.js");
  const post = { id: "a-post", reply };
  const nothing = async () => null;
  const acting = { press: nothing, form: nothing, opens: nothing, ask: nothing };
  document.body.replaceChildren(...replyBody(post, acting));
  while (document.querySelector("[aria-busy=true]")) await new Promise((go) => setTimeout(go, 5));
  const buttons = [...document.querySelectorAll(".buttons .group button, .chips button")];
  return { words: document.body.textContent, buttons: buttons.map((one) => one.textContent) };
}"""

SHOW_FORM = """async (form) => {
  const { formView } = await import("/forms.js");
  const view = formView(form, { submit: async () => "" });
  document.body.replaceChildren(view.element);
  const text = (node) => node?.textContent ?? "";
  const insists = (row, boxes) => {
    const checked = boxes.filter((box) => box.checked);
    for (const box of checked) box.checked = false;
    row.dispatchEvent(new Event("change"));
    const missing = Boolean(boxes[0].validationMessage);
    for (const box of checked) box.checked = true;
    return missing;
  };
  const fields = [...document.querySelectorAll(".field")].map((row) => {
    const boxes = [...row.querySelectorAll("input[type=checkbox]")];
    const select = row.querySelector("select");
    const input = row.querySelector("input:not([type=checkbox]), textarea");
    const options = select ? [...select.options].filter((one) => one.value) : [];
    const labelled = boxes.map((box) => box.parentElement);
    return {
      label: text(row.querySelector(select || input ? "label" : "legend")),
      about: [...row.querySelectorAll("p")].map(text).join(" "),
      value: input?.value ?? "",
      options: [...options, ...labelled].map(text),
      chosen: [
        ...options.filter((one) => one.selected).map(text),
        ...labelled.filter((one) => one.querySelector("input").checked).map(text),
      ],
      required: (input ?? select)?.required ?? insists(row, boxes),
      group: text(row.closest("fieldset.group")?.querySelector("legend")),
    };
  });
  const above = [...document.querySelectorAll("form > h3, form > p.text")].map(text).join(" ");
  return { words: above, submit: text(document.querySelector("[type=submit]")), fields };
}"""


def page_message(shown: Json, reply: Json) -> Seen:
    """Read what SHOW_REPLY returned for *reply*, which the page has as it is."""
    known = [(plain(b["label"]), b["action"], b["value"]) for b in reply["buttons"]]
    asks = [(plain(q), "", q) for q in reply["suggestions"]]
    labels = [plain(label) for label in shown["buttons"]]
    return Seen(plain(shown["words"]), [one for one in (*known, *asks) if one[0] in labels])


def page_form(shown: Json) -> FormSeen:
    """Read what SHOW_FORM returned."""
    fields = [
        FieldSeen(
            label=plain(one["label"]),
            about=plain(one["about"]),
            value=one["value"],
            options=tuple(map(plain, one["options"])),
            chosen=tuple(map(plain, one["chosen"])),
            required=one["required"],
            group=plain(one["group"]),
        )
        for one in shown["fields"]
    ]
    return FormSeen(plain(shown["words"]), plain(shown["submit"]), fields)
