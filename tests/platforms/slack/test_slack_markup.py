"""Hostile texts on every surface: nothing in them is live, nothing in them is lost."""

import json
import re
from typing import Any, cast

import pytest

from bot.messages import Button, Citation, Reply, Section
from bot.platforms.slack.markup import escaped, inert
from bot.platforms.slack.render import render, render_home
from bot.platforms.slack.sources import passage_view

HOSTILE = [
    "<!channel>", "<!here>", "<!everyone>", "<!channel|hi>", "<!here|@here>", "<! channel>",
    "<!subteam^S0123>", "<!subteam^S0123|@leads>", "<!date^1392734382^{date}|now>",
    "<@U0123>", "<@U0123|bob>", "<@W0123>", "<#C0123>", "<#C0123|general>", "<#C0123|>",
    "@channel", "@here", "@everyone", "@bob", "hi @channel!", "(@here)", "@CHANNEL",
    "<https://evil.example>", "<https://evil.example|click>", "https://evil.example/x?a=1&b=2",
    "http://127.0.0.1/", "ftp://evil.example", "slack://open", "evil.example", "www.evil.example",
    "sub.domain.evil.example/path", "mailto:a@evil.example", "a@evil.example",
    "<mailto:a@evil.example|mail>", "<tel:+123|call>", "xn--evil.example", "javascript://x",
    "*bold*", "_italic_", "~struck~", "`code`", "```block```", "> quote", ">>> quote",
    "&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "&", "<", ">", "<>", "<!", "<@", "<<!here>>",
    "<\u200b!channel>", "<!chan\x00nel>", "\u202e<!lennahc>", "\u2066@here\u2069",
    ":tada:", "[x](https://evil.example)", "![x](https://evil.example/p.png)", "\r\n<!here>",
    "<https://evil.example|<!channel>>", "a" * 5000 + "<!channel>", "@@channel", "@\u2060channel",
    '{"type":"mrkdwn"}', "</section><!channel>", "\\<!channel\\>", "%3C!channel%3E",
]  # fmt: skip

LIVE_ANYWHERE = re.compile(r"<[!@#]|@(?=\w)|://|(?<=\w)\.(?=[a-z]{2})", re.IGNORECASE)
LIVE_MARKUP = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")


def everywhere(text: str) -> Reply:
    citation = Citation(
        number=1, title=text, source=text, section=text, quote=text[:200], passage=f"a {text} b"
    )
    return Reply(
        text=f"{text}\n\n{text}",
        sections=(Section(title=text, text=text),),
        citations=(citation,),
        buttons=(Button(label=text, action="answer_helpful", value="a1"),),
        suggestions=(text,),
        by_model=True,
        reference=text,
    )


def texts(block: Any) -> list[tuple[str, str]]:
    """Return every text of *block* with the type of the element that shows it."""
    if isinstance(block, list):
        return [found for item in block for found in texts(item)]  # pyright: ignore[reportUnknownVariableType] - any JSON
    if not isinstance(block, dict):
        return []
    shown: dict[str, Any] = cast("dict[str, Any]", block)
    own = [(shown["type"], shown["text"])] if isinstance(shown.get("text"), str) else []
    return own + [found for value in shown.values() for found in texts(value)]


def test_there_are_enough_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 50


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_dead_in_every_element(hostile: str) -> None:
    reply = everywhere(hostile)
    rendered = render(reply)
    button = next(b["accessory"] for b in rendered.blocks if "View" in str(b.get("accessory")))
    assert isinstance(button, dict)
    dialog = passage_view(str(button["value"]))  # pyright: ignore[reportUnknownArgumentType]
    shown = texts([*rendered.blocks, dialog, render_home(reply)])
    assert shown
    assert {kind for kind, _ in shown} == {"plain_text"}
    assert [text for _, text in shown if LIVE_ANYWHERE.search(text)] == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_dead_in_the_notification(hostile: str) -> None:
    text = render(everywhere(hostile)).text
    assert not LIVE_MARKUP.search(text)
    assert not LIVE_ANYWHERE.search(text)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_shown_as_it_was_written(hostile: str) -> None:
    shown = inert(hostile)
    visible = re.sub(r"[\u2060\x00-\x1f\u202a-\u202e\u2066-\u2069]", "", shown)
    assert visible == re.sub(r"[\u2060\x00-\x1f\u202a-\u202e\u2066-\u2069]", "", hostile)


def test_ordinary_prose_is_left_alone() -> None:
    prose = "About 3.5 weeks, e.g. by May. *Ask* first: who labels? [1]\n\n- one\n- two"
    assert inert(prose) == prose
    assert escaped("R&D <5 % > 3 %") == "R&amp;D &lt;5 % &gt; 3 %"


def test_the_dialog_survives_slack_s_escaping_of_button_values() -> None:
    citation = Citation(
        number=3, title="A & B", source="S", section="", quote="b < c", passage="a & b < c > d"
    )
    [block] = [b for b in render(Reply(text="x", citations=(citation,))).blocks if "accessory" in b]
    button = block["accessory"]
    assert isinstance(button, dict)
    value = str(button["value"])  # pyright: ignore[reportUnknownArgumentType]
    sent_back = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert passage_view(sent_back) == passage_view(value)
    assert "“b < c”" in str(passage_view(value))
    assert json.loads(value)[2] == "a & b < c > d"
