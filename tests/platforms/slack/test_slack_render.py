"""Replies as messages: complete, and inside Slack's limits whatever they hold."""

from hypothesis import given
from hypothesis import strategies as st
from slack_limits import block_problems

from bot.messages import Button, Citation, Reply, Section
from bot.platforms.slack.render import render, render_home
from bot.platforms.slack.sources import VALUE_LIMIT, citation_block, passage_view


def many(unit: str) -> str:
    """Return a long text."""
    return unit * 900


words = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="&<>. \n", max_size=80),
    st.text(min_size=1, max_size=9).map(many),
)
some = st.text(min_size=1, max_size=60).filter(str.strip)
citations = st.builds(
    Citation,
    number=st.integers(1, 99),
    title=some,
    source=words,
    section=words,
    quote=words,
    passage=words,
)
replies = st.builds(
    Reply,
    text=words,
    sections=st.lists(st.builds(Section, title=some, text=words), max_size=30).map(tuple),
    citations=st.lists(citations, max_size=30).map(tuple),
    buttons=st.lists(
        st.builds(Button, label=some, action=st.sampled_from("abcdef"), value=some), max_size=40
    ).map(tuple),
    suggestions=st.lists(some, max_size=30).map(tuple),
    by_model=st.booleans(),
)


@given(replies)
def test_every_reply_is_inside_slack_s_limits(reply: Reply) -> None:
    rendered = render(reply)
    assert block_problems(rendered.blocks) == []
    assert 0 < len(rendered.text) <= 40_000


@given(replies)
def test_every_reply_fits_the_home_tab(reply: Reply) -> None:
    blocks = render_home(reply)["blocks"]
    assert isinstance(blocks, list)
    assert block_problems(blocks, limit=100) == []  # pyright: ignore[reportUnknownArgumentType] - checked above


@given(citations)
def test_every_passage_fits_its_button_and_opens(citation: Citation) -> None:
    button = citation_block(citation)["accessory"]
    assert isinstance(button, dict)
    value = str(button["value"])  # pyright: ignore[reportUnknownArgumentType] - any JSON
    assert len(value) <= VALUE_LIMIT
    view = passage_view(value)
    title = view["title"]
    assert isinstance(title, dict)
    assert len(str(title["text"])) <= 24  # pyright: ignore[reportUnknownArgumentType] - any JSON
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    assert block_problems(blocks, limit=100) == []  # pyright: ignore[reportUnknownArgumentType]


def test_an_answer_shows_text_sources_and_buttons_in_this_order() -> None:
    citation = Citation(
        number=1, title="Dates", source="Lecture 2", section="Plans", quote="q", passage="a q b"
    )
    button = Button(label="Helpful", action="answer_helpful", value="a1")
    reply = Reply(text="Say so. [1]\n\nThen ask.", citations=(citation,), buttons=(button,))
    blocks = render(reply).blocks
    assert [block["type"] for block in blocks] == ["section", "section", "section", "actions"]
    assert "[1] Dates — Lecture 2, Plans" in str(blocks[2])
    assert render(reply).text == "Say so. [1]\n\nThen ask.\n\n[1] Dates — Lecture 2, Plans"


def test_buttons_survive_where_there_is_too_much() -> None:
    sections = tuple(Section(title=f"Part {n}", text="…") for n in range(80))
    button = Button(label="Helpful", action="answer_helpful", value="a1")
    blocks = render(Reply(text="Much", sections=sections, buttons=(button,))).blocks
    assert len(blocks) == 50
    assert blocks[-1]["type"] == "actions"


def test_a_long_passage_is_shown_around_the_words_relied_on() -> None:
    passage = "before " * 600 + "the words relied on" + " after" * 600
    citation = Citation(
        number=1, title="T", source="S", section="", quote="the words relied on", passage=passage
    )
    button = citation_block(citation)["accessory"]
    assert isinstance(button, dict)
    shown = str(passage_view(str(button["value"])))  # pyright: ignore[reportUnknownArgumentType]
    assert "“the words relied on”" in shown
    assert "before the words relied on after" in shown
    assert shown.count("…") == 2
