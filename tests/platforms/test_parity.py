"""Every reply and form of the product says the same on Slack, in Teams and on the page.

Each is rendered as the platform does it, held against the platform's limits, and read back: every
sentence, heading, remark, source, passage, button and field must be there. Differences that are
meant:

- A remark's quote is cut at 300 characters on Slack and in Teams; the page marks the text itself.
- Slack cuts an option's label at 75 characters and adds to a hint how long a text may be.
- Which channels and people can be chosen is each platform's own matter, so their values are not
  compared. The page has one channel, and takes names.
- Slack and Teams note the reference of a failure; the page shows it only where the text has it.
- The page posts nothing to channels: a reply that goes to one is refused there with a sentence.
- Invisible word joiners keep addresses and mentions from becoming live; they are not compared.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, async_playwright

from bot.messages import (
    Button,
    Citation,
    Field,
    Form,
    Mark,
    MarkedText,
    Message,
    Option,
    Person,
    Place,
    Platform,
    Reply,
    Section,
    Venue,
)
from bot.platforms.slack.forms import form_view
from bot.platforms.slack.remarks import aloud
from bot.platforms.slack.render import picture_of, render, render_home
from bot.platforms.slack.sources import Block
from bot.platforms.teams import cards, forms
from bot.updates.reviewing import ReviewFeature
from knowledge.library import Library
from tests.conversations.team import Engines
from tests.platforms.seen import (
    SHOW_FORM,
    SHOW_REPLY,
    FieldSeen,
    FormSeen,
    Seen,
    page_form,
    page_message,
    plain,
    slack_form,
    slack_message,
    teams_form,
    teams_message,
)
from tests.platforms.slack.slack_limits import block_problems, too_long, view_problems
from tests.platforms.teams.teams_limits import activity_problems, card_problems
from tests.platforms.the_product import FORMS, HOSTILE, REPLIES, Product, collected

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9b"
    b"U\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
STATIC = Path(__file__).parents[2] / "bot" / "platforms" / "web" / "static"
PLATFORMS = ("Slack", "Teams", "web")
PEOPLE = (Option(value="ada", label="Ada"), Option(value="bo", label="Bo"))
CHANNELS = (Option(value="C1", label="General"), Option(value="C2", label="Reports"))
OWN = ("channel", "people")
TEXTS = ("line", "lines", "number", "date", "time")
QUOTE = 290


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory,
    indexed_cards: tuple[Path, Library],
    review_feature: ReviewFeature,
) -> Product:
    """Everything that Coach says, collected once."""
    folder = tmp_path_factory.mktemp("product")
    return asyncio.run(collected(folder, Engines(indexed_cards[1], review_feature)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page() -> AsyncIterator[Page]:
    """A browser with the page's own scripts."""
    chromium = shutil.which("chromium")
    if chromium is None and os.getenv("CI") == "true":
        pytest.fail("no chromium found, and CI=true demands the browser tests: install chromium")
    if chromium is None:
        pytest.skip("no chromium found: install Debian's chromium to run these tests")
    app = web.Application()
    app.router.add_static("/", STATIC)
    async with (
        TestServer(app, host="127.0.0.1") as server,
        async_playwright() as playwright,
        await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        ) as browser,
    ):
        shown = await browser.new_page()
        await shown.goto(str(server.make_url("/login.html")))
        yield shown


# -- what a reply says


def pieces(reply: Reply) -> Iterator[tuple[str, str]]:
    """Yield everything that *reply* says, each with what it is."""
    yield from (("text", line) for line in reply.text.splitlines())
    if reply.chart:
        yield "chart", reply.chart.alt
    for section in reply.sections:
        yield "section", section.title
        yield from (("section", line) for line in section.text.splitlines())
    for mark in reply.marked.marks if reply.marked else ():
        yield "finding", mark.title
        yield "finding", mark.text
        yield "finding", reply.marked.text[mark.start : mark.end][:QUOTE] if reply.marked else ""
    for cited in reply.citations:
        for part in (cited.title, cited.source, cited.section, cited.quote, cited.passage):
            yield from (("citation", line) for line in part.splitlines())
    yield from (("suggestion", question) for question in reply.suggestions)
    if reply.by_model:
        yield "by a model", "Written by a language model"


def missing(reply: Reply, seen: Seen) -> list[str]:
    """Return what of *reply* is not in what is *seen*."""
    lost = [f"{what}: {text[:80]}" for what, text in pieces(reply) if not seen.has(text)]
    for button in reply.buttons:
        shown = (plain(button.label), button.action, button.value)
        loop = (*shown[:2], "?")
        lost += [] if shown in seen.buttons or loop in seen.buttons else [f"button: {button.label}"]
    return lost


def on_slack(reply: Reply) -> list[str]:
    """Return what is wrong with *reply* on Slack."""
    if reply.posts_to:
        blocks = aloud(reply.text)
        return [*block_problems(blocks), *missing(reply, slack_message(blocks, []))]
    if reply.chart and reply.suggestions:  # only the home has both, and Slack a place for it
        home = render_home(reply, picture_of(reply.chart, "F1"))
        blocks = cast("list[Block]", home["blocks"])
        return [*view_problems(home), *missing(reply, slack_message(blocks, []))]
    found: list[str] = []
    pictures = [None, *([picture_of(reply.chart, "F1")] if reply.chart else [])]
    for picture in pictures:
        shown = render(reply, picture=picture)
        found += block_problems(shown.blocks)
        found += ["too long"] if too_long(shown.blocks) else []
        seen = slack_message(shown.blocks, [file.text for file in shown.files])
        found += missing(reply, seen)
        found += [] if not reply.reference or seen.has(reply.reference) else ["reference"]
        found += [b.label for b in reply.buttons if b.asks and not seen.has(b.asks)]
    return found


def in_teams(reply: Reply) -> list[str]:
    """Return what is wrong with *reply* in Teams, in each sort of place."""
    if reply.posts_to:
        shown = cards.posted(reply.text)
        return [*activity_problems(shown), *missing(reply, teams_message(shown))]
    found: list[str] = []
    place = Place(platform=Platform.TEAMS, workspace="T1", channel="19:c@thread.tacv2", thread="1")
    for shown in (
        cards.activity(reply, person_member="29:ada"),
        cards.activity(reply, person_member="29:ada", picture=PNG, feedback_loop=True, at=place),
        cards.activity(reply, private=False),
        alone(cards.card(reply, person_member="29:ada")),
    ):
        found += activity_problems(shown)
        seen = teams_message(shown)
        found += missing(reply, seen)
        found += [] if not reply.reference or seen.has(reply.reference) else ["reference"]
        found += [b.label for b in reply.buttons if b.asks and not seen.has(b.asks)]
    return found


def alone(card: object) -> dict[str, object]:
    """Return the message that *card* would be alone."""
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


async def on_page(reply: Reply, page: Page) -> list[str]:
    """Return what is wrong with *reply* on the page."""
    if reply.posts_to:
        return []
    given = reply.model_dump(mode="json")
    shown = await page.evaluate(SHOW_REPLY, given)
    return missing(reply, page_message(shown, given))


def very_long(what: str) -> Reply:
    """Return a reply with far too much of something, each piece of it told by its number."""
    lines = [f"{what} {number}: {HOSTILE}" for number in range(400)]
    text = "\n".join(lines)
    buttons = tuple(Button(label=f"Do {n}", action=f"log_{n}", value="x") for n in range(8))
    match what:
        case "text":
            return Reply(text=text, buttons=buttons)
        case "sections":
            parts = tuple(Section(title=f"Part {n}", text=line) for n, line in enumerate(lines))
            return Reply(text="Short.", sections=parts, buttons=buttons)
        case "one section":
            return Reply(
                text="Short.", sections=(Section(title="Part", text=text),), buttons=buttons
            )
        case "a rewrite":
            copied = Section(title="Rewrite", text=text, verbatim=True)
            return Reply(text="Short.", sections=(copied,), buttons=buttons)
        case "findings":
            marks = tuple(
                Mark(start=0, end=20, title=f"Kind {n % 7}", text=line)
                for n, line in enumerate(lines)
            )
            return Reply(text="Short.", marked=MarkedText(text=text, marks=marks), buttons=buttons)
        case _:
            cited = tuple(
                Citation(
                    number=n + 1,
                    title=f"Source {n}",
                    source="Lecture",
                    section="",
                    quote=f"{n} {HOSTILE}",
                    passage=f"{text} {n} {HOSTILE} {text}"[-20_000:],
                )
                for n in range(12)
            )
            return Reply(text="Short [1].", citations=cited, buttons=buttons)


LONG = ("text", "sections", "one section", "a rewrite", "findings", "sources")


@pytest.mark.parametrize("what", LONG)
def test_what_is_too_much_for_a_chat_gives_way_and_the_buttons_and_the_beginning_stay(
    what: str,
) -> None:
    reply = very_long(what)
    slack, teams = render(reply), cards.activity(reply, person_member="29:ada")
    assert block_problems(slack.blocks) == []
    assert not too_long(slack.blocks)
    assert activity_problems(teams) == []
    for seen in (slack_message(slack.blocks, []), teams_message(teams)):
        assert seen.has(reply.text[:100])
        assert len(seen.buttons) >= len(reply.buttons)
        assert all(seen.has(citation.title) for citation in reply.citations)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("text", "more characters do not fit into a message"),
        ("sections", "There is no room here for all of “Part"),
        ("one section", "There is no room here for all of “Part”"),
        ("a rewrite", "so its end is missing here"),
        ("findings", "more findings would not fit here"),
    ],
)
def test_a_card_says_what_is_missing_in_it(what: str, sentence: str) -> None:
    assert teams_message(cards.activity(very_long(what))).has(sentence)


def test_all_that_was_collected_is_looked_at(product: Product) -> None:
    assert set(product.replies) == set(REPLIES)
    assert set(product.forms) == set(FORMS)


def test_every_form_that_a_button_opens_is_among_the_forms(product: Product) -> None:
    buttons = [button for reply in product.replies.values() for button in reply.buttons]
    opened = {button.action for button in buttons if button.opens_form}
    assert opened <= {form.action for form in product.forms.values()}


@pytest.mark.parametrize("name", REPLIES)
@pytest.mark.parametrize("check", [on_slack, in_teams])
def test_a_reply_says_everything_within_the_limits_of_a_chat(
    product: Product, name: str, check: Callable[[Reply], list[str]]
) -> None:
    assert check(product.replies[name]) == []


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", REPLIES)
async def test_a_reply_says_everything_on_the_page(product: Product, page: Page, name: str) -> None:
    assert await on_page(product.replies[name], page) == []


# -- what a form asks


def asked_in_teams() -> Message:
    place = Place(platform=Platform.TEAMS, workspace="T1", channel="a:1", venue=Venue.PRIVATE)
    return Message(id="1", place=place, person=Person(id="ada"))


def differences(form: Form, seen: FormSeen, cut: int = 200) -> list[str]:
    """Return what of *form* is not in what is *seen*; labels of options are cut at *cut*."""
    lost = [line for line in (form.title, *form.text.splitlines()) if plain(line) not in seen.words]
    lost += [] if seen.submit == form.submit else ["submit"]
    if len(form.fields) != len(seen.fields):
        return [*lost, f"{len(seen.fields)} of {len(form.fields)} fields"]
    for field, shown in zip(form.fields, seen.fields, strict=True):
        lost += [f"{field.name}: {what}" for what in _field_differences(field, shown, cut)]
    return lost


def _field_differences(field: Field, shown: FieldSeen, cut: int) -> Iterator[str]:
    if (shown.group, shown.label) != (plain(field.group), plain(field.label)):
        yield f"label {shown.group} {shown.label}"
    if plain(field.hint) not in shown.about:
        yield "hint"
    if shown.required != field.required:
        yield "required"
    if field.kind in TEXTS and shown.value != field.value:
        yield f"value {shown.value[:40]}"
    if field.kind in OWN:
        return
    labels = [_cut(option.label, cut) for option in field.options if option.value]
    if [_cut(label, cut) for label in shown.options] != labels:
        yield "options"
    values = field.value.split("\n")
    chosen = [_cut(o.label, cut) for o in field.options if o.value and o.value in values]
    if [_cut(label, cut) for label in shown.chosen] != chosen and field.options:
        yield "chosen"


def _cut(label: str, cut: int) -> str:
    return plain(label)[: cut - 10]


def form_on_slack(form: Form) -> list[str]:
    """Return what is wrong with *form* on Slack."""
    view = form_view(form, asked_in_teams())
    return [*view_problems(view), *differences(form, slack_form(view), 75)]


def form_in_teams(form: Form) -> list[str]:
    """Return what is wrong with *form* in Teams, in a chat and in a dialog."""
    found: list[str] = []
    for dialog in (False, True):
        card = forms.card(form, asked_in_teams(), channels=CHANNELS, people=PEOPLE, dialog=dialog)
        seen = teams_form(card)
        seen.words += f" {form.title}" if dialog else ""  # the dialog itself has the title
        found += [*card_problems(card), *differences(form, seen)]
    return found


async def form_on_page(form: Form, page: Page) -> list[str]:
    """Return what is wrong with *form* on the page."""
    return differences(
        form, page_form(await page.evaluate(SHOW_FORM, form.model_dump(mode="json")))
    )


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("check", [form_on_slack, form_in_teams])
def test_a_form_asks_the_same_within_the_limits_of_a_chat(
    product: Product, name: str, check: Callable[[Form], list[str]]
) -> None:
    assert check(product.forms[name]) == []


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", FORMS)
async def test_a_form_asks_the_same_on_the_page(product: Product, page: Page, name: str) -> None:
    assert await form_on_page(product.forms[name], page) == []


# -- all at a glance


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
async def test_the_table_of_kinds_and_platforms_has_no_gap(product: Product, page: Page) -> None:
    """Show it with `pytest -s -k table`."""
    rows = [
        (name, [on_slack(reply), in_teams(reply), await on_page(reply, page)])
        for name, reply in product.replies.items()
    ]
    rows += [
        (
            f"form: {name}",
            [form_on_slack(form), form_in_teams(form), await form_on_page(form, page)],
        )
        for name, form in product.forms.items()
    ]
    sys.stdout.write(table(rows))
    assert not [name for name, found in rows if any(found)]


def table(rows: Sequence[tuple[str, Sequence[list[str]]]]) -> str:
    """Return a Markdown table of the kinds and what is wrong with them where."""
    lines = [f"| {' | '.join(('kind', *PLATFORMS))} |", "| --- " * 4 + "|"]
    for name, found in rows:
        cells = ["; ".join(problems)[:60] or "same" for problems in found]
        lines.append(f"| {' | '.join((name, *cells))} |")
    return "\n" + "\n".join(lines) + "\n"
