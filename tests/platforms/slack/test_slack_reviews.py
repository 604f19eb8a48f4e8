"""Reviews on their way out: what an author sees, and what is posted where the author says."""

from pathlib import Path
from typing import Any

import pytest
from fake_slack import (
    BROKEN,
    BROKEN_AFTER_ACTING,
    SILENT_AFTER_ACTING,
    FakeSlack,
    Fault,
    rate_limited,
    refused,
)
from hypothesis import given
from hypothesis import strategies as st
from payloads import command, press, private_message, shortcut
from running import HASTY, running_coach, until
from slack_limits import block_problems, too_long

from bot.messages import Button, Citation, Mark, MarkedText, Message, Reply, Section, Venue
from bot.platforms.slack.markup import drafted, pieces, spoken
from bot.platforms.slack.remarks import aloud
from bot.platforms.slack.render import render

DRAFT = (
    "*Status*: accuracy 91% on <cats> & dogs.\n\tWe will ship on Friday, @here! See a.example.org"
)
MARKS = (
    Mark(
        start=42, end=67, title="Promise", text="Nobody knows that. Name a checkpoint.", citation=2
    ),
    Mark(start=10, end=22, title="Metric without impact", text="Say what it means.", citation=1),
    Mark(start=42, end=49, title="Promise", text="Say on what it depends."),
    Mark(start=0, end=0, title="No risk named", text="Add what could still go wrong."),
)
SOURCES = tuple(
    Citation(number=n, title=f"Card {n}", source="Lecture 3", section="", quote="q", passage="a q")
    for n in (1, 2)
)
REVIEW = Reply(
    text="Three things would mislead its readers.",
    marked=MarkedText(text=DRAFT, marks=MARKS),
    sections=(
        Section(title="Questions", text="What does accuracy change for users?"),
        Section(title="Rewrite", text=DRAFT, verbatim=True),
    ),
    citations=SOURCES,
    buttons=(
        Button(label="Answer a question", action="review_answer", value="r1", opens_form=True),
        Button(label="Delete now", action="review_delete", value="r1", asks="Delete this draft?"),
    ),
)
LONG = "\n".join(f"- item {n}: we tried <this> & that; it is 0.{n} better now" for n in range(400))
LONG_REVIEW = REVIEW.model_copy(
    update={
        "marked": MarkedText(
            text=LONG,
            marks=tuple(
                Mark(start=s, end=s + 400, title=f"Kind {s % 7}", text="Why. What to do.")
                for s in range(0, 4000, 20)
            ),
        ),
        "sections": (Section(title="Rewrite", text=LONG, verbatim=True),),
    }
)


def test_a_review_shows_the_rewrite_then_findings_by_kind_then_sources_and_buttons() -> None:
    blocks = render(REVIEW).blocks
    headings = [text_of(block) for block in blocks if block["type"] == "header"]
    assert headings == [
        "Rewrite", "Promise (2)", "Metric without impact", "No risk named", "Questions",
    ]  # fmt: skip
    shown = [text_of(block) for block in blocks if block["type"] == "section"]
    assert shown[0] == REVIEW.text
    assert shown[1] == DRAFT
    assert shown[2] == f"“{DRAFT[42:67].strip()}”\nNobody knows that. Name a checkpoint. [2]"
    assert shown[5] == "Add what could still go wrong."
    assert [block["type"] for block in blocks][-3:] == ["section", "section", "actions"]
    assert "“" + DRAFT[42:49].strip() in render(REVIEW).text


def test_a_question_before_it_counts_and_a_form_are_marked_on_the_button() -> None:
    row: dict[str, Any] = render(REVIEW).blocks[-1]
    opens, asks = row["elements"]
    assert opens["action_id"] == "form:review_answer"
    assert "confirm" not in opens
    assert asks["action_id"] == "review_delete"
    assert asks["confirm"]["text"]["text"] == "Delete this draft?"
    assert asks["confirm"]["confirm"]["text"] == "Delete now"


def test_a_rewrite_is_copied_character_for_character() -> None:
    reply = Reply(text="Ok", sections=(Section(title="Rewrite", text=DRAFT, verbatim=True),))
    block: dict[str, Any] = render(reply).blocks[2]
    assert block["text"] == {"type": "plain_text", "text": DRAFT, "emoji": False}
    assert block["expand"]


def test_people_named_in_a_rewrite_are_shown_by_name_and_nothing_else_is_live() -> None:
    text = "Thanks @U0123ABCD for <!channel> & @channel"
    reply = Reply(text="Ok", sections=(Section(title="Rewrite", text=text, verbatim=True),))
    block: dict[str, Any] = render(reply).blocks[2]
    assert block["text"]["type"] == "mrkdwn"
    assert block["text"]["verbatim"] is True
    shown = block["text"]["text"]
    assert shown == "Thanks <@U0123ABCD> for &lt;!channel&gt; &amp; @\u2060channel"


def test_a_long_review_gives_every_kind_and_puts_the_rest_into_files() -> None:
    rendered = render(LONG_REVIEW)
    assert block_problems(rendered.blocks) == []
    assert not too_long(rendered.blocks)
    headings = [text_of(block) for block in rendered.blocks if block["type"] == "header"]
    assert {f"Kind {n} ({len(range(0, 4000, 20)) // 7 + (n in (0, 2, 4, 6))})" for n in (0,)} <= {
        *headings
    }
    assert len(headings) == 8
    rewrite, findings = rendered.files
    assert rewrite.text == LONG
    assert findings.text.count("“") == 200
    assert findings.text.count("Why. What to do.") == 7, "once for each kind"
    assert "more findings would not fit here: see the file below." in str(rendered.blocks)
    assert rendered.blocks[-1]["type"] == "actions"


def test_without_the_right_to_files_the_message_says_what_is_missing() -> None:
    rendered = render(LONG_REVIEW, attach=False)
    assert rendered.files == ()
    assert str(rendered.blocks).count("I may not send files here") == 2


def test_many_sources_are_all_named() -> None:
    sources = tuple(
        SOURCES[0].model_copy(update={"number": n, "title": f"Card {n}.", "passage": "p" * 4000})
        for n in range(1, 13)
    )
    blocks = render(LONG_REVIEW.model_copy(update={"citations": sources})).blocks
    assert [n for n in range(1, 13) if f"Card {n}." not in str(blocks)] == []
    assert not too_long(blocks)


words = st.one_of(st.text(max_size=60), st.text(alphabet="&<>@U0123ABCD \n", max_size=4000))
marked = st.builds(
    MarkedText,
    text=words,
    marks=st.lists(
        st.builds(
            Mark,
            start=st.integers(0, 4000),
            end=st.integers(0, 4000),
            title=st.sampled_from(["Promise", "Hype", "Jargon"]),
            text=words,
            citation=st.integers(0, 3),
        ),
        max_size=60,
    ).map(tuple),
)


@given(
    st.builds(
        Reply,
        text=words,
        marked=marked,
        sections=st.lists(
            st.builds(Section, title=st.just("T"), text=words, verbatim=st.booleans()), max_size=4
        ).map(tuple),
        citations=st.just(SOURCES),
        buttons=st.just(REVIEW.buttons),
    ),
    st.booleans(),
)
def test_every_review_is_inside_slack_s_limits(reply: Reply, attach: bool) -> None:
    rendered = render(reply, attach=attach)
    assert block_problems(rendered.blocks) == []
    assert not too_long(rendered.blocks)
    assert 0 < len(rendered.text) <= 40_000


@given(st.text(alphabet="ab &<\n", max_size=400), st.integers(20, 60))
def test_a_text_is_cut_without_losing_a_word(text: str, limit: int) -> None:
    cut = pieces(text, limit)
    assert all(len(piece) <= limit for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


async def test_a_long_review_comes_with_its_files(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path, lambda _: LONG_REVIEW) as coach:
        await coach.deliver(private_message("draft"))
        await coach.settled()
    assert_reviewed_once(slack)


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("files.getUploadURLExternal", rate_limited(1)),
        ("files.getUploadURLExternal", BROKEN),
        ("upload", BROKEN),
        ("chat.postMessage", rate_limited(1)),
        ("chat.postMessage", BROKEN),
        ("chat.postMessage", BROKEN_AFTER_ACTING),
        ("chat.postMessage", SILENT_AFTER_ACTING),
        ("files.completeUploadExternal", BROKEN),
        ("files.completeUploadExternal", BROKEN_AFTER_ACTING),
        ("files.completeUploadExternal", SILENT_AFTER_ACTING),
    ],
)
async def test_a_long_review_survives_faults_and_is_never_doubled(
    slack: FakeSlack, tmp_path: Path, method: str, fault: Fault
) -> None:
    slack.order(method, fault)
    async with running_coach(slack, tmp_path, lambda _: LONG_REVIEW, timing=HASTY) as coach:
        await coach.deliver(private_message("draft"))
        await coach.settled()
    assert_reviewed_once(slack)
    assert slack.too_early == []


@pytest.mark.parametrize("fault", [refused("missing_scope"), refused("access_denied")])
async def test_a_long_review_comes_without_files_where_coach_may_not_send_any(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("files.getUploadURLExternal", fault)
    async with running_coach(slack, tmp_path, lambda _: LONG_REVIEW) as coach:
        await coach.deliver(private_message("draft"))
        await coach.settled()
    [message] = slack.messages
    assert "I may not send files here" in str(message["blocks"])


async def test_a_long_private_review_goes_to_the_direct_message(
    slack: FakeSlack, tmp_path: Path
) -> None:
    hidden = LONG_REVIEW.model_copy(update={"hidden": True})
    async with running_coach(slack, tmp_path, lambda _: hidden) as coach:
        await coach.deliver(command("review draft", slack.response_url("c")))
        await coach.settled()
        await until(lambda: len(slack.whispers) == 1)
    assert_reviewed_once(slack)
    assert "I have sent it to you in our private conversation" in slack.whispers[0]["text"]


@pytest.mark.parametrize("code", ["channel_not_found", "not_in_channel", "user_not_in_channel"])
async def test_a_private_answer_that_can_not_be_whispered_any_more_goes_to_the_direct_message(
    slack: FakeSlack, tmp_path: Path, code: str
) -> None:
    slack.order("response_url", refused("expired_url"))
    slack.order("chat.postEphemeral", refused(code))
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(command("ask how?", slack.response_url("c")))
        await coach.settled()
    assert [(m["channel"], m["text"]) for m in slack.messages] == [("D1", "You said: how?")]
    assert slack.whispers == []


async def test_a_private_answer_is_never_posted_to_a_channel(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("response_url", refused("expired_url"))
    slack.order("chat.postEphemeral", refused("channel_not_found"))
    slack.order("chat.postMessage", refused("channel_not_found"))
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(command("ask how?", slack.response_url("c")))
        await coach.settled()
    assert slack.messages == []
    assert slack.whispers == []


async def test_the_shortcut_reviews_a_message_in_the_direct_message(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path) as coach:
        chosen = shortcut("We <@U0123ABCD> ship &amp; win")
        assert await coach.deliver(chosen) == 200
        assert await coach.deliver(chosen) == 200
        assert await coach.deliver(shortcut("x", callback="another")) == 200
        await coach.settled()
        [heard] = coach.replies.heard
    assert (heard.verb, heard.text) == ("review", "We @U0123ABCD ship & win")
    assert heard.place.venue == Venue.PRIVATE
    assert slack.posts("D1") == ["You said: We @\u2060U0123ABCD ship &amp; win"]


@pytest.mark.parametrize("fault", [BROKEN_AFTER_ACTING, SILENT_AFTER_ACTING])
async def test_a_shortcut_s_review_without_a_receipt_is_not_repeated(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("chat.postMessage", fault)
    async with running_coach(slack, tmp_path, timing=HASTY) as coach:
        await coach.deliver(shortcut("We ship"))
        await coach.settled()
    assert slack.posts("D1") == ["You said: We ship"]


@pytest.mark.parametrize("fault", [refused("user_disabled"), refused("missing_scope")])
async def test_a_review_arrives_where_the_direct_message_can_not_be_opened(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("conversations.open", fault)
    async with running_coach(slack, tmp_path) as coach:
        await coach.deliver(shortcut("We ship"))
        await coach.settled()
    assert slack.posts("D1") == ["You said: We ship"]


async def test_the_shortcut_works_over_the_socket(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path, socket=True) as coach:
        await until(lambda: slack.socket.connections == 1)
        await slack.socket.send("interactive", shortcut("We ship"))
        await until(lambda: len(slack.socket.acknowledged) == 1)
        await coach.settled()
    assert slack.posts("D1") == ["You said: We ship"]


async def test_a_consented_update_is_posted_where_its_author_says(
    slack: FakeSlack, tmp_path: Path
) -> None:
    text = "*Done*: <b> & https://a.example/x?a=1&b=2. Thanks @U0123ABCD. @channel <!here>"
    async with running_coach(slack, tmp_path, posting(text)) as coach:
        await coach.deliver(press("post", "r1"))
        await coach.settled()
    [message] = slack.messages
    assert message["channel"] == "C2"
    assert "thread_ts" not in message
    [block] = message["blocks"]
    assert block["text"]["text"] == (
        "*Done*: &lt;b&gt; &amp; <https://a.example/x?a=1&amp;b=2>. Thanks <@U0123ABCD>. "
        "@\u2060channel &lt;!here&gt;"
    )
    assert slack.whispers == []


@pytest.mark.parametrize("fault", [BROKEN_AFTER_ACTING, SILENT_AFTER_ACTING, BROKEN])
async def test_a_consented_update_is_posted_once(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("chat.postMessage", fault)
    async with running_coach(slack, tmp_path, posting("Done"), timing=HASTY) as coach:
        await coach.deliver(press("post", "r1"))
        await coach.settled()
    assert slack.posts("C2") == ["Done"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("not_in_channel", "/invite"),
        ("channel_not_found", "/invite"),
        ("is_archived", "archived"),
        ("restricted_action", "may not post"),
    ],
)
async def test_an_author_hears_why_an_update_was_not_posted(
    slack: FakeSlack, tmp_path: Path, code: str, says: str
) -> None:
    slack.order("chat.postMessage", refused(code))
    async with running_coach(slack, tmp_path, posting("Done")) as coach:
        await coach.deliver(press("post", "r1", slack.response_url("p")))
        await coach.settled()
    assert slack.messages == []
    [whisper] = slack.whispers
    assert says in whisper["text"]
    assert "I did not post it" in whisper["text"]


async def test_in_a_private_message_the_author_hears_once_why_it_was_not_posted(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.order("chat.postMessage", refused("not_in_channel"), BROKEN_AFTER_ACTING)
    async with running_coach(slack, tmp_path, posting("Done")) as coach:
        await coach.deliver(private_message("post it"))
        await coach.settled()
    [message] = slack.messages
    assert message["channel"] == "D1"
    assert "I did not post it" in message["text"]


async def test_an_update_too_long_for_a_message_is_not_posted(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, posting(LONG)) as coach:
        await coach.deliver(private_message("post it"))
        await coach.settled()
    [message] = slack.messages
    assert message["channel"] == "D1"
    assert "too long for one message" in message["text"]


@given(st.text(alphabet="@<>!&;|:/. \nchannelhereUW0123456789ABC#https", max_size=200))
def test_nothing_that_is_posted_pings_a_channel_or_a_group(text: str) -> None:
    for block in aloud(text):
        said: dict[str, Any] = block["text"]  # pyright: ignore[reportAssignmentType] - JSON
        live = [part.split(">")[0] for part in said["text"].split("<")[1:]]
        assert all(part.startswith(("@U", "@W", "http://", "https://")) for part in live)
        assert said["verbatim"] is True
        assert "@channel" not in said["text"].lower()
        assert "@here" not in said["text"].lower()


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@U0123ABCD> &amp; <@UBOT> <#C2|ml> <!here>", "@U0123ABCD &  #ml @here"),
        ("<https://a.example|a.example> <https://a.example/x|paper>",
         "https://a.example paper (https://a.example/x)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("*bold* _x_ &lt;b&gt;", "*bold* _x_ <b>"),
    ],
)  # fmt: skip
def test_a_draft_loses_nothing_when_it_is_read(sent: str, read: str) -> None:
    assert drafted(sent, "UBOT") == read


def test_a_draft_is_spoken_as_it_was_written() -> None:
    sent = "*Thanks* <@U0123ABCD>, see <https://a.example/x?a=1&amp;b=2> &lt;soon&gt;"
    assert spoken(drafted(sent, "UBOT")) == sent


def posting(text: str) -> Any:
    def answer(message: Message) -> Reply:
        return Reply(text=text, posts_to="C2")

    return answer


def text_of(block: dict[str, Any]) -> str:
    return str(block["text"]["text"]).replace("\u2060", "")


def assert_reviewed_once(slack: FakeSlack) -> None:
    message, share = slack.messages
    assert (message["channel"], share["channel"]) == ("D1", "D1")
    assert message["blocks"][-1]["type"] == "actions"
    assert slack.files[share["files"][0]["id"]]["content"].decode() == LONG
    assert [file["title"] for file in share["files"]] == ["Rewrite", "All findings"]
