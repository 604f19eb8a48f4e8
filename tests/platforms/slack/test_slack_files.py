"""Drafts that come as files, and showing in the assistant pane that Coach is at work."""

import io
from pathlib import Path

import docx
import pytest
from fake_slack import BROKEN, SILENT_AFTER_ACTING, FakeSlack, Fault, rate_limited, refused
from payloads import private_message, shortcut
from running import HASTY, running_coach, until

from bot.messages import Message, Reply
from bot.platforms.slack.handle import Handle

IN_PANE = {"thread_ts": "1700000000.000100"}


def word_document(text: str) -> bytes:
    document = docx.Document()
    document.add_heading("Status", 1)
    document.add_paragraph(text)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "filetype", "content", "read"),
    [
        ("update.txt", "text", b"\xef\xbb\xbfWe hit 95%.\r\n- one\r\n", "We hit 95%.\n- one\n"),
        ("update.md", "markdown", b"# A\n\n**91%** `cats`\n", "# A\n\n**91%** `cats`\n"),
        ("Untitled", "text", b"We hit 95%.", "We hit 95%."),
        ("update.docx", "docx", word_document("We hit 95%."), "Status\n\nWe hit 95%."),
        ("update.html", "html", b"<html><body><p>We hit 95%.</p></body></html>", "We hit 95%."),
    ],
)  # fmt: skip
async def test_a_file_is_read_as_a_draft(
    slack: FakeSlack, tmp_path: Path, name: str, filetype: str, content: bytes, read: str
) -> None:
    file = slack.has_file(name, content, filetype)
    async with running_coach(slack, tmp_path) as coach:
        said = private_message("please review", subtype="file_share", files=[file])
        assert await coach.deliver(said) == 200
        await coach.settled()
        [heard] = coach.replies.heard
    assert (heard.verb, heard.text) == ("review", read)


async def test_a_file_is_fetched_only_after_its_event_is_acknowledged(
    slack: FakeSlack, tmp_path: Path
) -> None:
    file = slack.has_file("update.txt", b"We hit 95%.")
    async with running_coach(slack, tmp_path, works=False) as coach:
        said = private_message("", subtype="file_share", files=[file])
        assert await coach.deliver(said) == 200
        assert slack.downloads == []
        [message] = await coach.inbox.claim(1)
    assert [shared.name for shared in Handle.read(message.handle).files] == ["update.txt"]


async def test_the_shortcut_reads_the_message_s_file(slack: FakeSlack, tmp_path: Path) -> None:
    file = slack.has_file("update.txt", b"We hit 95%.")
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(shortcut("", files=[file]))
        await coach.settled()
        assert [heard.text for heard in coach.replies.heard] == ["We hit 95%."]


@pytest.mark.parametrize(
    ("name", "content", "size", "says"),
    [
        ("photo.png", b"\x89PNG", 4, "I read drafts as text (.txt), Markdown (.md), Word"),
        ("update.txt", b"", 0, "The file is empty."),
        ("update.txt", b"\x89PNG....", 8, "is an image"),
        ("update.pdf", b"hello", 5, "is not a PDF"),
        ("update.txt", b"x", 5_000_001, "larger than 5 MB"),
        ("update.txt", b"x" * 5_000_001, 1, "larger than 5 MB"),
    ],
)
async def test_a_file_that_is_no_draft_gets_a_clear_sentence(
    slack: FakeSlack, tmp_path: Path, name: str, content: bytes, size: int, says: str
) -> None:
    file = {**slack.has_file(name, content, "binary"), "size": size}
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(private_message("", subtype="file_share", files=[file]))
        await coach.settled()
        assert coach.replies.heard == []
    [said] = slack.posts("D1")
    assert said.replace("\u2060", "").startswith(name)
    assert says in said.replace("\u2060", "")


async def test_two_drafts_at_once_are_too_many(slack: FakeSlack, tmp_path: Path) -> None:
    files = [slack.has_file(f"{n}.txt", b"We hit 95%.") for n in "ab"]
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(private_message("", subtype="file_share", files=files))
        await coach.settled()
    assert "one file at a time" in slack.posts("D1")[0]


async def test_a_question_with_a_picture_is_still_answered(
    slack: FakeSlack, tmp_path: Path
) -> None:
    file = slack.has_file("photo.png", b"\x89PNG", "png")
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(private_message("who labels?", subtype="file_share", files=[file]))
        await coach.settled()
    assert slack.posts("D1") == ["You said: who labels?"]


async def test_a_file_that_slack_withholds_is_explained(slack: FakeSlack, tmp_path: Path) -> None:
    slack.may_read_files = False
    file = slack.has_file("update.txt", b"We hit 95%.")
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(private_message("", subtype="file_share", files=[file]))
        await coach.settled()
    assert "Slack does not let me read it" in slack.posts("D1")[0]


@pytest.mark.parametrize("fault", [BROKEN, rate_limited(30)])
async def test_a_file_that_does_not_come_is_asked_for_again(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("download", fault)
    file = slack.has_file("update.txt", b"We hit 95%.")
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(private_message("", subtype="file_share", files=[file]))
        await coach.settled()
    assert "Please try again" in slack.posts("D1")[0]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/update.txt",
        "https://files.slack.com.evil.example/update.txt",
        "https://files.slack.com@evil.example/update.txt",
        "http://files.slack.com/update.txt",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/update.txt",
        "https://files.slack.com:8443/update.txt",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
async def test_the_token_is_shown_to_slack_alone(
    slack: FakeSlack, tmp_path: Path, url: str
) -> None:
    file = {**slack.has_file("update.txt", b"x"), "url_private_download": url, "url_private": url}
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(private_message("", subtype="file_share", files=[file]))
        await coach.settled()
    assert "Slack does not let me read it" in slack.posts("D1")[0]


@pytest.mark.parametrize(
    ("text", "files", "status"),
    [
        ("how?", [], "is thinking…"),
        ("We will ship. " * 60, [], "is reading your draft…"),
        ("", ["update.txt"], "is reading your file…"),
    ],
)
async def test_the_assistant_pane_shows_what_coach_does(
    slack: FakeSlack, tmp_path: Path, text: str, files: list[str], status: str
) -> None:
    shared = [slack.has_file(name, b"We hit 95%.") for name in files]
    async with running_coach(slack, tmp_path, works=False) as coach:
        said = private_message(text, subtype="file_share", files=shared, **IN_PANE)
        assert await coach.deliver(said) == 200
        await until(lambda: slack.showing() == {"1700000000.000100": status})


async def test_nothing_is_shown_outside_the_assistant_pane(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(private_message("how?"))
        await coach.settled()
    assert slack.count("assistant.threads.setStatus") == 0


@pytest.mark.parametrize(
    "fault", [refused("missing_scope"), rate_limited(30), BROKEN, SILENT_AFTER_ACTING]
)
async def test_a_status_that_fails_harms_nothing(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("assistant.threads.setStatus", fault)
    async with running_coach(slack, tmp_path) as coach:
        assert await coach.deliver(private_message("how?", **IN_PANE)) == 200
        await coach.settled()
    assert slack.posts("D1") == ["You said: how?"]


async def test_a_status_that_comes_after_the_answer_is_taken_back(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("assistant.threads.setStatus", SILENT_AFTER_ACTING)
    async with running_coach(slack, tmp_path, at_once, timing=HASTY) as coach:
        await coach.deliver(private_message("how?", **IN_PANE))
        await coach.settled()
        await until(lambda: slack.count("assistant.threads.setStatus") == 2)
        await until(lambda: slack.showing() == {})


def at_once(message: Message) -> Reply:
    return Reply(text="Yes")
