"""Replies as messages with Adaptive Cards."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from markdown_it import MarkdownIt
from teams_limits import activity_problems, card_problems, walk

from bot.chart_records import Chart
from bot.intents import HELPFUL, NOT_HELPFUL
from bot.messages import (
    Button,
    Citation,
    Mark,
    MarkedText,
    Place,
    Platform,
    Press,
    Reply,
    Section,
    Venue,
)
from bot.platforms.teams import activities, cards
from bot.platforms.teams.markup import escaped, from_html, inert, message_text

Json = Mapping[str, Any]

HOSTILE = (
    "<at>Everybody</at>",
    "<script>alert(1)</script>",
    "[click me](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example/login",
    "www.evil.example",
    "**bold** __bold__ *it* _it_ ~~gone~~ `code`",
    "# heading",
    "1. one\n2) two",
    "- item\n+ item\n* item",
    "> quoted",
    "a | b\n--|--\n1 | 2",
    "{{DATE(2026-01-01T00:00:00Z)}}",
    "back\\slash \\* \\[1\\]",
    "&lt;b&gt; &amp;nbsp;",
    "\u202egnp.exe",
    "![](javascript:alert(1)) <javascript:alert(1)>",
    "R&D is up, 3 < 5 and 5 > 3, a<b",
    "setext\n===",
    "    indented",
    "```\nfence\n```",
)
ANSWER = Reply(
    text="Label in the team [1]. Ask twice [9].",
    citations=(
        Citation(
            number=1,
            title="Who owns labels",
            source="Lecture 3",
            section="Roles",
            quote="label in the team",
            passage="As a rule: label in the team, or close to it.",
        ),
    ),
    buttons=(
        Button(label="Helpful", action=HELPFUL, value="a1"),
        Button(label="Not helpful", action=NOT_HELPFUL, value="a1"),
    ),
    suggestions=("And then?", "Why?", "Who else?", "When?"),
)
ODDS = Chart(kind="odds", title="Odds", alt="Odds rose from 40 % to 55 %.")


def card_of(activity: Json) -> Json:
    [attached] = activity["attachments"]
    return attached["content"]


def elements(activity: Json, kind: str) -> list[Json]:
    return [element for element in walk(card_of(activity)) if element["type"] == kind]


def said(parts: Sequence[Json]) -> str:
    return "\n".join(e["text"] for part in parts for e in walk(part) if e["type"] == "TextRun")


def rendered(markdown: str) -> str:
    """Return what a Markdown renderer that makes links of addresses shows, as HTML."""
    return MarkdownIt("default", {"html": True, "linkify": False}).render(markdown)


# -- inert text


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_hostile_text_as_it_is(text: str) -> None:
    for markdown in (escaped(text), message_text(text)):
        html = rendered(markdown)
        tags = {"p", "br", "/p", "br /"}
        found = {part.split(">")[0] for part in html.split("<")[1:]}
        assert found <= tags, html
        shown = from_html(html).replace("\u2060", "")
        expected = from_html("<br>".join(_as_html(line) for line in _clean(text).split("\n")))
        assert shown.split() == expected.split()


def _clean(text: str) -> str:
    return text.replace("\u202e", "")


def _as_html(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_addresses_are_broken_invisibly() -> None:
    for text in ("https://evil.example/x", "www.evil.example", "me@evil.example"):
        assert inert(text) != text
        assert inert(text).replace("\u2060", "") == text


def test_marks_of_sources_stay_whole_and_others_do_not_become_links() -> None:
    text = message_text("So it is [1]. And [2](https://evil.example).", [1])
    assert "[1]" in text
    assert "\\[2\\]" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_cards_show_hostile_text_in_runs_that_know_no_markdown(text: str) -> None:
    hostile = Reply(
        text=text,
        sections=(Section(title=text, text=text), Section(title=text, text=text, verbatim=True)),
        buttons=(Button(label=text, action="log_x", value=text, asks=text),),
    )
    activity = cards.activity(hostile)
    assert activity_problems(activity) == []
    assert "text" not in activity
    for block in elements(activity, "TextBlock"):
        assert "<a " not in rendered(block["text"])
        assert "<img" not in rendered(block["text"])


# -- answers


def test_an_answer_s_sources_hang_on_its_words_and_open_in_the_card() -> None:
    activity = cards.activity(ANSWER, person_member="29:ada")
    assert activity_problems(activity) == []
    [message] = activity["entities"]
    [claim] = message["citation"]
    assert claim["position"] == 1
    assert claim["appearance"]["name"] == "Who owns labels"
    assert "[1]" in activity["text"]
    [toggle] = elements(activity, "Action.ToggleVisibility")
    [passage] = [e for e in elements(activity, "Container") if e.get("id")]
    assert toggle["targetElements"] == [passage["id"]]
    assert not passage["isVisible"]
    assert "As a rule" in said([passage])


def test_only_what_a_model_wrote_is_labelled_so() -> None:
    [entity] = cards.activity(ANSWER)["entities"]
    assert "additionalType" not in entity
    [entity] = cards.activity(ANSWER.model_copy(update={"by_model": True}))["entities"]
    assert entity["additionalType"] == ["AIGeneratedContent"]


def test_suggestions_of_words_alone_are_offered_beside_the_compose_box() -> None:
    words = Reply(text="That is not covered.", suggestions=("And then?", "Why?"))
    private = cards.activity(words, person_member="29:ada")
    assert "attachments" not in private, "Teams shows no suggestions beside a card"
    assert private["text"] == "That is not covered."
    assert private["suggestedActions"]["to"] == ["29:ada"]
    shown = [action["value"] for action in private["suggestedActions"]["actions"]]
    assert shown == ["And then?", "Why?"]


def test_suggestions_of_all_else_are_buttons_of_the_card() -> None:
    many = Reply(text="That is not covered.", suggestions=("a?", "b?", "c?", "d?"))
    assert "suggestedActions" not in cards.activity(many, person_member="29:ada")
    for private in (True, False):
        activity = cards.activity(ANSWER, person_member="29:ada", private=private)
        assert "suggestedActions" not in activity
        asks = [e["data"]["coach"] for e in elements(activity, "Action.Submit")]
        assert [ask["value"] for ask in asks if ask["do"] == "ask"] == list(ANSWER.suggestions)


def test_teams_own_thumbs_take_the_place_of_the_two_buttons() -> None:
    without = cards.activity(ANSWER)
    assert "channelData" not in without
    titles = [e["title"] for e in elements(without, "Action.Submit")]
    assert {"Helpful", "Not helpful"} <= set(titles)
    thumbs = cards.activity(ANSWER, feedback_loop=True)
    assert thumbs["channelData"] == {"feedbackLoop": {"type": "default"}}
    assert "Helpful" not in [e["title"] for e in elements(thumbs, "Action.Submit")]
    assert "channelData" not in cards.activity(Reply(text="Hi."), feedback_loop=True)


# -- buttons


def test_every_button_comes_back_as_it_was_given() -> None:
    press = Button(label="Odds", action="log_odds", value="o|1\u2028é")
    activity = cards.activity(Reply(text="Hi.", buttons=(press,)))
    [action] = elements(activity, "Action.Submit")
    said_ = {
        "type": "message",
        "id": "1",
        "from": {"id": "29:ada"},
        "recipient": {"id": "28:coach"},
        "conversation": {"id": "a:1", "conversationType": "personal"},
        "value": action["data"],
    }
    message = activities.from_activity(said_)
    assert message is not None
    assert message.press == Press(action=press.action, value=press.value)


def test_the_form_that_a_card_is_about_takes_its_place_in_private() -> None:
    check_in = Button(label="Check in", action="standup_check_in", value="a", opens_form=True)
    away = Button(label="I'm away…", action="standup_away", opens_form=True)
    prompt = Reply(text="Well?", buttons=(check_in, away),
                   refresh=Press(action="standup_check_in", value="a"))  # fmt: skip
    activity = cards.activity(prompt, person_member="29:ada")
    executes = {e["title"]: e for e in elements(activity, "Action.Execute")}
    assert executes["Check in"]["data"]["coach"]["do"] == "form"
    assert executes["Check in"]["fallback"]["type"] == "Action.Submit"
    [other] = elements(activity, "Action.Submit")
    assert (other["title"], other["data"]["coach"]["do"]) == ("I'm away…", "form")


def test_any_other_form_leaves_the_card_as_it_is_and_is_a_dialog_in_a_channel() -> None:
    reply = Reply(text="Hi.", buttons=(Button(label="New", action="log_x", opens_form=True),))
    [below] = elements(cards.activity(reply), "Action.Submit")
    assert below["data"]["coach"]["do"] == "form"
    assert "msteams" not in below["data"], "it comes as a message of its own"
    shared = cards.activity(reply, private=False)
    assert not elements(shared, "Action.Execute")
    [submit] = elements(shared, "Action.Submit")
    assert submit["data"]["msteams"] == {"type": "task/fetch"}
    assert submit["data"]["coach"]["do"] == "form"


def test_what_can_not_be_undone_asks_first() -> None:
    delete = Button(label="Delete now", action="review_delete", value="r1", asks="Delete it all?")
    activity = cards.activity(Reply(text="Hi.", buttons=(delete,)))
    [show] = elements(activity, "Action.ShowCard")
    assert said([show["card"]]) == "Delete it all?"
    [sure] = elements(activity, "Action.Submit")
    assert sure["style"] == "destructive"
    assert sure["data"]["coach"]["action"] == "review_delete"


def test_buttons_of_a_list_stand_in_a_row_for_each_thing_and_six_at_most() -> None:
    listed = [
        Button(label=f"{verb} {thing}", action=f"log_{verb}", value=thing)
        for thing in "abc"
        for verb in ("edit", "drop")
    ]
    many = [Button(label=str(n), action=f"log_{n}") for n in range(9)]
    rows = elements(cards.activity(Reply(text="Hi.", buttons=(*listed, *many))), "ActionSet")
    titles = [[action["title"] for action in row["actions"]] for row in rows]
    assert titles[:2] == [["edit a", "drop a"], ["edit b", "drop b"]]
    assert max(map(len, titles)) <= 6
    assert sum(map(len, titles)) == 15


def test_a_reply_that_moved_to_a_private_chat_remembers_where_it_belongs() -> None:
    place = Place(
        platform=Platform.TEAMS, workspace="t", channel="19:c", thread="9", venue=Venue.CHANNEL
    )
    share = Reply(text="Hi.", buttons=(Button(label="Share", action="answer_share", value="a"),))
    [submit] = elements(cards.activity(share, at=place), "Action.Submit")
    assert submit["data"]["coach"]["at"] == {
        "channel": "19:c",
        "thread": "9",
        "venue": "channel",
        "hidden": True,
    }


# -- the rest of a reply


def test_a_rewrite_can_be_copied_character_for_character() -> None:
    text = "Weekly.\n\n- AUC [unknown] **not bold** https://example.org\n  1. deep"
    reply = Reply(text="Hi.", sections=(Section(title="Rewrite", text=text, verbatim=True),))
    [box] = elements(cards.activity(reply), "Container")
    assert said([box]) == text.replace("\n\n", "\n")
    runs = [run for block in box["items"] for run in block["inlines"]]
    assert {run["fontType"] for run in runs} == {"Monospace"}


def test_every_finding_is_listed_under_its_kind_with_its_words() -> None:
    marked = MarkedText(
        text="We ship Friday. Amazing!",
        marks=(
            Mark(start=0, end=15, title="Promise", text="Sounds certain. Say likely.", citation=2),
            Mark(start=16, end=24, title="Hype", text="Not earned."),
            Mark(start=8, end=14, title="Promise", text="A date. Name what it rests on."),
            Mark(start=0, end=0, title="No risk named", text="What could go wrong?"),
        ),
    )
    activity = cards.activity(Reply(text="Hi.", marked=marked))
    assert activity_problems(activity) == []
    titles = [block["text"] for block in elements(activity, "TextBlock")]
    assert titles == ["Promise (2)", "Hype", "No risk named"]
    boxes = [said([box]) for box in elements(activity, "Container")]
    assert boxes[0] == "“We ship Friday.”\nSounds certain. Say likely. [2]"
    assert boxes[-1] == "What could go wrong?"


def test_a_chart_is_a_picture_with_words_or_words_alone() -> None:
    reply = Reply(text="Hi.", chart=ODDS)
    png = base64.b64decode(_PNG)
    [image] = elements(cards.activity(reply, picture=png), "Image")
    assert image["altText"] == ODDS.alt
    assert image["url"] == f"data:image/png;base64,{_PNG}"
    for picture in (None, b"x" * 600_000):
        activity = cards.activity(reply, picture=picture)
        assert not elements(activity, "Image")
        assert ODDS.alt in said([card_of(activity)])


_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


def test_a_card_that_can_be_shown_anew_asks_for_it_for_who_looks() -> None:
    reply = ANSWER.model_copy(update={"refresh": Press(action="standup_check_in", value="c1")})
    activity = cards.activity(reply, person_member="29:ada")
    assert activity_problems(activity) == []
    refresh = card_of(activity)["refresh"]
    assert refresh["userIds"] == ["29:ada"]
    assert refresh["action"]["data"]["coach"] == {
        "do": "refresh",
        "action": "standup_check_in",
        "value": "c1",
    }
    assert "text" not in activity
    assert "Label in the team" in said([card_of(activity)])


def test_a_card_has_words_for_who_sees_or_hears_no_card() -> None:
    card = cards.card(ANSWER)
    assert card["version"] == "1.5"
    for words in (card["fallbackText"], card["speak"]):
        assert "Label in the team" in words
    assert card_problems(cards.notice("Received. <b>")) == []
    assert "<" not in cards.notice("Received. <b>")["speak"]


def test_a_failure_names_its_reference_once() -> None:
    reply = Reply(text="It broke.", reference="0a1b")
    assert "Reference: 0a1b" in said([card_of(cards.activity(reply))])
    told = reply.model_copy(update={"text": "It broke: 0a1b."})
    assert said([card_of(cards.activity(told))]).count("0a1b") == 1


def test_an_author_s_text_is_posted_whole_or_not_at_all() -> None:
    text = "Weekly.\n- AUC is **up**"
    posted = cards.posted(text)
    assert activity_problems(posted) == []
    assert said([card_of(posted)]) == text
    assert cards.can_be_posted(text)
    assert cards.can_be_posted("word " * 3000)
    assert not cards.can_be_posted("word " * 12_000)


def test_ordinary_words_need_no_escapes() -> None:
    text = "R&D kept p < 0.05 (n = 12), up 5 % - a snake_case name, e.g. x > y!"
    assert message_text(text).replace("\u2060", "") == text
