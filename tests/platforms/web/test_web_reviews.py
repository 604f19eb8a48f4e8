"""Reviews over HTTP: drafts, forms and files, what is refused, and what is not kept."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import structlog
from aiohttp import ClientResponse
from docx import Document
from web_stand_ins import Connect, HttpClient, StandIn

from bot.draft_files import LARGEST
from bot.logs import configure_logs
from bot.platforms.web.gate import DRAFT_LIMIT

DRAFT = "We will ship on Friday for everybody. It is a game changer."
CANARY = "heliotrope-wombat"


def said(**changes: Any) -> dict[str, Any]:
    return {"channel": "private", "id": str(uuid4()), **changes}


def submitted(action: str, value: str = "", **answers: str) -> dict[str, Any]:
    return said(submission={"action": action, "value": value, "answers": answers})


def pressed(action: str, value: str = "") -> dict[str, Any]:
    return said(press={"action": action, "value": value})


async def review(client: HttpClient, draft: str = DRAFT) -> dict[str, Any]:
    response = await client.post("/web/reviews", json=submitted("review_new", draft=draft))
    assert response.status == 200
    return await response.json()


async def problem(response: ClientResponse) -> str:
    return (await response.json())["problem"]


async def send_file(client: HttpClient, name: str, content: bytes) -> ClientResponse:
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": name}
    return await client.post("/web/files", data=io.BytesIO(content), headers=headers)


# What reaches Coach


async def test_a_draft_comes_back_with_marks_and_a_rewrite_to_copy(connect: Connect) -> None:
    reply = await review(await connect())
    assert reply["marked"]["text"] == DRAFT
    assert [mark["title"] for mark in reply["marked"]["marks"]][:2] == ["Promise", "Overclaim"]
    assert reply["sections"][0]["verbatim"]


async def test_a_filled_in_form_reaches_coach_as_it_was_sent(
    connect: Connect, coach: StandIn
) -> None:
    body = submitted("review_new", draft=DRAFT, audience="peer", context="Cats")
    await (await connect()).post("/web/reviews", json=body)
    submission = coach.received[0].submission
    assert submission is not None
    assert submission.model_dump() == body["submission"]


async def test_a_verb_reaches_coach(connect: Connect, coach: StandIn) -> None:
    await (await connect()).post("/web/reviews", json=said(verb="review", text=DRAFT))
    assert (coach.received[0].verb, coach.received[0].text) == ("review", DRAFT)


async def test_the_longest_draft_is_taken_where_drafts_are(
    connect: Connect, coach: StandIn
) -> None:
    client, draft = await connect(), '😀\n"' * 50_000
    body = submitted("review_new", draft=draft)
    assert (await client.post("/web/messages", json=body)).status == 413
    await review(client, draft)
    assert coach.received[0].submission is not None
    assert coach.received[0].submission.answers["draft"] == draft


async def test_more_than_the_longest_draft_is_refused_with_the_limit(connect: Connect) -> None:
    body = json.dumps(submitted("review_new", draft="x" * DRAFT_LIMIT)).encode()
    headers = {"Content-Type": "application/json"}
    response = await (await connect()).post("/web/reviews", data=io.BytesIO(body), headers=headers)
    assert response.status == 413
    assert "1024 KiB" in await problem(response)


# Whose a review is


async def test_a_review_belongs_to_the_browser_that_sent_the_draft(connect: Connect) -> None:
    client = await connect()
    review_id = (await review(client))["buttons"][0]["value"]
    asked = pressed("review_answers", review_id)
    assert (await client.post("/web/forms", json=asked)).status == 200
    client.session.cookie_jar.clear()
    refused = await client.post("/web/forms", json=asked)
    assert refused.status == 422
    assert "I no longer have that draft" in await problem(refused)


async def test_a_form_opened_first_and_a_review_sent_later_are_one_person_s(
    connect: Connect, coach: StandIn
) -> None:
    client = await connect()
    response = await client.post("/web/forms", json=said(verb="review"))
    assert response.cookies["coach_person"]["httponly"]
    await review(client)
    again = await client.post("/web/forms", json=said(verb="review"))
    assert again.cookies["coach_person"].value == response.cookies["coach_person"].value


async def test_a_review_is_not_remembered_once_it_was_given(
    connect: Connect, coach: StandIn
) -> None:
    client, body = await connect(), submitted("review_new", draft=DRAFT)
    for _ in range(2):
        assert (await client.post("/web/reviews", json=body)).status == 200
    assert len(coach.received) == 2


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Give the process its logging back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("own_logging")
async def test_a_draft_that_made_coach_fail_is_not_in_the_logs_or_the_answer(
    connect: Connect, coach: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("DEBUG", "console")
    coach.failures = 1
    body = submitted("review_new", draft=CANARY)
    response = await (await connect()).post("/web/reviews", json=body)
    assert response.status == 500
    assert CANARY not in await response.text()
    logged = "".join(capsys.readouterr())
    assert "web_request_failed" in logged
    assert CANARY not in logged


# Forms


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        (said(verb="review"), ["draft", "audience", "context"]),
        (said(verb="review", text=""), ["draft", "audience", "context"]),
        (pressed("review_context"), ["name", "metrics"]),
    ],
)
async def test_a_form_is_given_as_json(
    connect: Connect, asked: dict[str, Any], fields: list[str]
) -> None:
    form = await (await (await connect()).post("/web/forms", json=asked)).json()
    assert [field["name"] for field in form["fields"]] == fields


async def test_a_button_without_a_form_says_so(connect: Connect) -> None:
    response = await (await connect()).post("/web/forms", json=pressed("review_nothing"))
    assert response.status == 404
    assert "Reload the page" in await problem(response)


async def test_posting_to_a_channel_is_left_to_slack_and_teams(connect: Connect) -> None:
    client = await connect()
    review_id = (await review(client))["buttons"][0]["value"]
    form = await client.post("/web/forms", json=pressed("review_post", review_id))
    assert form.status == 200
    body = submitted("review_post", review_id, channel="ml-team")
    posted = await client.post("/web/reviews", json=body)
    assert posted.status == 409
    assert "Copy the text instead" in await problem(posted)


# What is refused


@pytest.mark.parametrize(
    "body",
    [
        said(verb="delete"),
        said(submission={"answers": {}}),
        said(submission={"action": "a", "answers": {"draft": 3}}),
        said(submission={"action": "a"}, text="a"),
        said(submission={"action": "a"}, verb="review"),
        said(submission={"action": "a"}, press={"action": "a"}),
    ],
)
@pytest.mark.parametrize("path", ["/web/reviews", "/web/forms"])
async def test_a_request_of_the_wrong_form_is_refused_in_words(
    connect: Connect, coach: StandIn, path: str, body: object
) -> None:
    response = await (await connect()).post(path, json=body)
    assert response.status == 400
    assert "Reload the page" in await problem(response)
    assert not coach.received


@pytest.mark.parametrize("path", ["/web/reviews", "/web/forms", "/web/files"])
async def test_other_sites_and_their_forms_get_nothing(connect: Connect, path: str) -> None:
    client = await connect()
    foreign = {"Origin": "http://evil.example", "Content-Type": "application/json"}
    assert (await client.post(path, data=b"{}", headers=foreign)).status == 403
    plain = {"Content-Type": "text/plain"}
    assert (await client.post(path, data=b"{}", headers=plain)).status == 415


@pytest.mark.parametrize("path", ["/web/reviews", "/web/forms"])
async def test_a_password_guards_reviews(connect: Connect, path: str) -> None:
    response = await (await connect("open sesame")).post(path, json=said(verb="review"))
    assert response.status == 401


# Files


async def test_a_password_guards_the_reading_of_files(connect: Connect) -> None:
    assert (await send_file(await connect("open sesame"), "a.txt", b"a")).status == 401


@pytest.mark.parametrize("name", ["update.md", "update.TXT", "C%3A%5Cdrafts%5Cupdate.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_text_and_markdown_stay_as_they_are(
    connect: Connect, name: str, encoding: str
) -> None:
    text = "# Week 7 🐱\r\n\r\n- **Accuracy** rose.\r\n  - <b>On cats</b>\r\n"
    response = await send_file(await connect(), name, text.encode(encoding))
    assert (await response.json())["text"] == text.replace("\r\n", "\n")


async def test_the_words_of_a_word_document_are_read(connect: Connect) -> None:
    document, content = Document(), io.BytesIO()
    document.add_heading("Week 7", level=1)
    document.add_paragraph(DRAFT)
    document.save(content)
    response = await send_file(await connect(), "update.docx", content.getvalue())
    text = (await response.json())["text"]
    assert "Week 7" in text
    assert DRAFT in text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("cat.png", b"\x89PNG", "cat.png: I read drafts as text"),
        ("", b"words", "The file: I read drafts as text"),
        ("update.pdf", b"not a PDF", "update.pdf: The file ends in .pdf but is not a PDF."),
        ("%C3%BCber.txt", b"  ", "über.txt: The file is empty."),
        ("../../etc/%7Bpasswd%7D.txt", b"", "{passwd}.txt: The file is empty."),
    ],
)
async def test_a_file_that_holds_no_draft_is_refused_in_words(
    connect: Connect, name: str, content: bytes, sentence: str
) -> None:
    response = await send_file(await connect(), name, content)
    assert response.status == 422
    assert (await problem(response)).startswith(sentence)


async def test_a_file_over_the_limit_is_refused(connect: Connect) -> None:
    response = await send_file(await connect(), "a.txt", b"x" * (LARGEST + 1))
    assert response.status == 413
