"""What Coach says in Teams, on the way out: where it goes, and what Teams makes of it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import web
from fake_teams import (
    BROKEN,
    DROPPED_AFTER_ACTING,
    GROUP,
    PERSON,
    PERSON_OBJECT,
    PERSONAL,
    ROOM,
    TEAM,
    FakeTeams,
    Fields,
    refused,
    throttled,
)
from sqlalchemy import select
from teams_running import (
    card_in,
    data_of,
    delivery_to,
    in_room,
    parts,
    running_coach,
    until,
    words_in,
)

from bot.chart_records import Chart
from bot.messages import Button, Citation, Message, Person, Press, Reply
from bot.platforms.teams.files import is_microsofts
from bot.stores.database import Database
from bot.stores.tables import outbox

CHART = Chart(kind="odds", title="Odds", alt="The odds rose from 40 to 60 percent.")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200


async def reasons(database: Database) -> Sequence[str | None]:
    """Return why deliveries were given up."""
    async with database.transaction() as connection:
        query = select(outbox.c.problem).where(outbox.c.state == "failed")
        return list((await connection.execute(query)).scalars())


# -- where it goes


async def test_what_is_for_one_person_comes_in_their_private_chat(
    teams: FakeTeams, tmp_path: Path
) -> None:
    hidden = Reply(text="For you alone.", hidden=True)
    async with running_coach(teams, tmp_path, lambda _: hidden) as coach:
        await coach.say(teams.activity("hello"))
        sent = await coach.say(teams.in_channel("odds"))
        assert [each.conversation for each in sent] == [PERSONAL, PERSONAL]


ADA_LISTED = {"id": PERSON, "aadObjectId": PERSON_OBJECT, "name": "Ada"}


async def test_what_moved_to_the_private_chat_still_belongs_to_its_channel(
    teams: FakeTeams, tmp_path: Path
) -> None:
    share = Button(label="Share", action="answer_share", value="7")

    def answer(message: Message) -> Reply | None:
        return None if message.press else Reply(text=".", hidden=True, buttons=(share,))

    teams.members[ROOM] = [ADA_LISTED]
    async with running_coach(teams, tmp_path, answer) as coach:
        (sent,) = await coach.say(teams.in_channel("hello", thread="17"))
        value = data_of(card_in(sent.activity), "Share")
        await coach.say(teams.activity("", value=value))
        pressed = coach.replies.heard[-1]
        assert pressed.press == Press(action="answer_share", value="7")
        assert (pressed.place.channel, pressed.place.thread) == (ROOM, "17")
        assert pressed.hidden


async def test_a_digest_begins_a_thread_of_its_channel(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        await coach.put(delivery_to(place=in_room(ROOM), reply=Reply(text="This week: …")))
        await coach.settled()
        (sent,) = coach.messages()
        assert (sent.how, sent.conversation) == ("thread", ROOM)


async def test_a_digest_in_a_group_chat_is_a_message_of_it(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(id=GROUP, kind="group", conversation=GROUP, member="")
        await coach.put(delivery_to(place=in_room(GROUP)))
        await coach.settled()
        (sent,) = coach.messages()
        assert (sent.how, sent.conversation) == ("send", GROUP)


async def test_a_post_goes_to_the_chosen_channel_as_it_is(teams: FakeTeams, tmp_path: Path) -> None:
    post = Reply(text="Our <at>update</at> **as is**", posts_to=ROOM)
    teams.members[ROOM] = [ADA_LISTED]
    async with running_coach(teams, tmp_path, lambda _: post) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        (sent,) = await coach.say(teams.activity("post it"))
        assert (sent.how, sent.conversation) == ("thread", ROOM)
        assert "Our <at>update</at> **as is**" in words_in(card_in(sent.activity))


async def test_nobody_posts_where_teams_does_not_list_them(
    teams: FakeTeams, tmp_path: Path
) -> None:
    post = Reply(text="Our update", posts_to=ROOM)
    async with running_coach(teams, tmp_path, lambda _: post) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        teams.members[ROOM] = [{"id": "29:other", "aadObjectId": "other", "name": "Bo"}]
        (sent,) = await coach.say(teams.activity("post it"))
        assert sent.conversation == PERSONAL
        assert "does not list you" in words_in(card_in(sent.activity))


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (403, "BotNotInConversationRoster", "I am not in that team"),
        (404, "ConversationNotFound", "gone or archived"),
    ],
)
async def test_what_can_not_be_posted_is_told_to_its_author(
    teams: FakeTeams, tmp_path: Path, status: int, code: str, says: str
) -> None:
    post = Reply(text="Our update", posts_to=ROOM)
    async with running_coach(teams, tmp_path, lambda _: post) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        teams.refusals[ROOM] = refused(status, code)
        (sent,) = await coach.say(teams.activity("post it"))
        assert sent.conversation == PERSONAL
        said = words_in(card_in(sent.activity))
        assert "I did not post it" in said
        assert says in said


async def test_what_is_too_long_to_be_posted_is_told_to_its_author(
    teams: FakeTeams, tmp_path: Path
) -> None:
    post = Reply(text="word " * 20_000, posts_to=ROOM)
    async with running_coach(teams, tmp_path, lambda _: post) as coach:
        (sent,) = await coach.say(teams.activity("post it"))
        assert sent.conversation == PERSONAL
        assert "too long" in words_in(card_in(sent.activity))


# -- in place of another


async def test_a_reply_takes_the_place_of_the_one_before(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        first = delivery_to(key="digest:1", place=in_room(ROOM), reply=Reply(text="One"))
        second = delivery_to(
            key="digest:2", place=in_room(ROOM), reply=Reply(text="Two"), replaces="digest:1"
        )
        await coach.put(first)
        await coach.settled()
        await coach.put(second)
        await coach.settled()
        posted, changed = coach.messages()
        assert (changed.how, changed.id, changed.thread) == ("update", posted.id, posted.id)
        assert "Two" in words_in(card_in(changed.activity))


async def test_what_can_not_be_changed_is_posted_anew(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn()
        await coach.put(delivery_to(key="1"))
        await coach.settled()
        teams.order("update", refused(404, "ActivityNotFoundInConversation"))
        await coach.put(delivery_to(key="2", replaces="1", reply=Reply(text="Two")))
        await coach.settled()
        first, second = coach.messages()
        assert (second.how, second.conversation) == ("send", PERSONAL)
        assert first.id != second.id


async def test_a_change_whose_outcome_is_unknown_is_made_again(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn()
        await coach.put(delivery_to(key="1"))
        await coach.settled()
        teams.order("update", DROPPED_AFTER_ACTING, BROKEN)
        await coach.put(delivery_to(key="2", replaces="1", reply=Reply(text="Two")))
        await coach.settled()
        assert {each.id for each in coach.messages()} == {coach.messages()[0].id}
        assert teams.count("update") == 3


# -- what it looks like


async def test_a_chart_is_shown_as_a_picture_with_its_words(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(
        teams, tmp_path, lambda _: Reply(text="Odds", chart=CHART), draw=lambda _: PNG
    ) as coach:
        (sent,) = await coach.say(teams.activity("odds"))
        (image,) = [p for p in parts(card_in(sent.activity)) if p.get("type") == "Image"]
        assert image["url"].startswith("data:image/png;base64,")
        assert CHART.alt.split()[0] in image["altText"]


async def test_a_chart_that_can_not_be_drawn_is_told_in_words(
    teams: FakeTeams, tmp_path: Path
) -> None:
    def draw(_: Chart) -> bytes:
        raise ValueError("no such kind")

    async with running_coach(
        teams, tmp_path, lambda _: Reply(text="Odds", chart=CHART), draw=draw
    ) as coach:
        (sent,) = await coach.say(teams.activity("odds"))
        assert CHART.alt in words_in(card_in(sent.activity))


async def test_a_picture_that_teams_refuses_is_left_out(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(
        teams, tmp_path, lambda _: Reply(text="Odds", chart=CHART), draw=lambda _: PNG, works=False
    ) as coach:
        await coach.post(teams.activity("odds"))
        await until(lambda: teams.count("send") == 1)  # that Coach writes
        teams.order("send", refused(413, "MessageSizeTooBig"))
        coach.backlog.start()
        await coach.settled()
        (sent,) = coach.messages()
        assert CHART.alt in words_in(card_in(sent.activity))


async def test_sources_come_as_teams_own_citations(teams: FakeTeams, tmp_path: Path) -> None:
    source = Citation(
        number=1, title="Labels", source="Lecture 3", section="2", quote="q", passage="The passage."
    )
    reply = Reply(text="It depends [1].", citations=(source,), by_model=True)
    async with running_coach(teams, tmp_path, lambda _: reply) as coach:
        (sent,) = await coach.say(teams.activity("Who owns labelling?"))
        (entity,) = sent.activity["entities"]
        assert entity["additionalType"] == ["AIGeneratedContent"]
        assert entity["citation"][0]["appearance"]["name"] == "Labels"
        assert "The passage." in words_in(card_in(sent.activity))


async def test_suggestions_are_for_the_person_who_asked(teams: FakeTeams, tmp_path: Path) -> None:
    reply = Reply(text="Hello", suggestions=("What is a plateau?",))
    async with running_coach(teams, tmp_path, lambda _: reply) as coach:
        (sent,) = await coach.say(teams.activity("hello"))
        assert sent.activity["suggestedActions"]["to"] == [PERSON]


# -- when Teams wants patience, or says no


async def test_nobody_comes_back_before_teams_said(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        people = [f"person-{number}" for number in range(12)]
        for person in people:
            await coach.learn(id=person, conversation=f"a:{person}", name=person)
        storm = [throttled(0.6), throttled(0.4, 412), throttled(0.7), throttled(0.5, 412)]
        teams.order("send", *storm)
        await coach.put(*(delivery_to(person, bulk=True) for person in people))
        await coach.settled()
        assert teams.too_early == []
        assert sorted(each.conversation for each in coach.messages()) == sorted(
            f"a:{person}" for person in people
        )


async def test_a_conversation_that_has_to_wait_keeps_no_other_waiting(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn()
        await coach.learn(id="ben", conversation="a:ben")
        teams.order("send", throttled(30))
        await coach.put(delivery_to(key="1"))
        await until(lambda: teams.count("send") == 1)
        await coach.put(delivery_to("ben", key="2"))
        await until(lambda: len(coach.messages()) == 1)
        assert coach.messages()[0].conversation == "a:ben"


async def test_a_channel_that_is_gone_is_said_to_be(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn()
        await coach.learn(id=ROOM, kind="channel", conversation=ROOM, team=TEAM, member="")
        owner = Person(id=PERSON_OBJECT, name="Ada")
        teams.refusals[ROOM] = refused(404, "ConversationNotFound")
        await coach.put(delivery_to(place=in_room(ROOM), complain_to=owner))
        await coach.settled()
        (told,) = coach.messages()
        assert told.conversation == PERSONAL
        assert "gone or archived" in words_in(card_in(told.activity))
        assert len(await reasons(coach.database)) == 1


async def test_an_interrupted_message_is_sent_again(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.learn()
        teams.order("send", BROKEN)
        await coach.put(delivery_to())
        await coach.settled()
        assert len(coach.messages()) == 1


# -- files


def with_file(teams: FakeTeams, name: str, url: str, said: str = "") -> Fields:
    """Return a message that a file came with."""
    content = {"downloadUrl": url, "uniqueId": "1", "fileType": name.rpartition(".")[2]}
    kind = "application/vnd.microsoft.teams.file.download.info"
    return teams.activity(
        said, attachments=[{"contentType": kind, "name": name, "content": content}]
    )


async def served(files: web.Application) -> web.AppRunner:
    """Serve *files* on a free port."""
    runner = web.AppRunner(files, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


class Storage:
    """A server that holds files, and counts who comes for them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    async def __aenter__(self) -> "Storage":
        app = web.Application()
        app.router.add_get("/{name}", self._give)
        self._runner = await served(app)
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _give(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(name)
        self.headers.append(dict(request.headers))
        match name:
            case "elsewhere.txt":
                raise web.HTTPFound("/draft.txt")
            case "huge.txt":
                return web.Response(body=b"a" * 5_000_001)
            case "gone.txt":
                raise web.HTTPForbidden
            case "broken.txt":
                raise web.HTTPServiceUnavailable
            case _:
                return web.Response(body="\ufeffWe will hit\r\n0.75 by Friday.".encode())


async def test_a_draft_in_a_file_is_reviewed(teams: FakeTeams, tmp_path: Path) -> None:
    async with Storage() as storage, running_coach(teams, tmp_path, loopback=True) as coach:
        await coach.say(with_file(teams, "draft.txt", f"{storage.url}/draft.txt"))
        (heard,) = coach.replies.heard
        assert (heard.text, heard.verb) == ("We will hit\n0.75 by Friday.", "review")
        assert "Authorization" not in storage.headers[0]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("elsewhere.txt", "does not let me read it"),
        ("huge.txt", "larger than 5 MB"),
        ("gone.txt", "does not let me read it"),
        ("broken.txt", "does not answer"),
        ("picture.png", "I read drafts as"),
    ],
)
async def test_a_file_that_can_not_be_read_is_explained(
    teams: FakeTeams, tmp_path: Path, name: str, says: str
) -> None:
    async with Storage() as storage, running_coach(teams, tmp_path, loopback=True) as coach:
        (sent,) = await coach.say(with_file(teams, name, f"{storage.url}/{name}"))
        assert says in words_in(card_in(sent.activity))
        assert "draft.txt" not in storage.asked
        assert coach.replies.heard == []


async def test_with_authentication_nothing_is_fetched_from_this_machine(
    teams: FakeTeams, tmp_path: Path
) -> None:
    async with Storage() as storage, running_coach(teams, tmp_path) as coach:
        (sent,) = await coach.say(with_file(teams, "draft.txt", f"{storage.url}/draft.txt"))
        assert "not where Teams keeps files" in words_in(card_in(sent.activity))
        assert storage.asked == []


async def test_a_picture_beside_words_is_no_draft(teams: FakeTeams, tmp_path: Path) -> None:
    async with running_coach(teams, tmp_path) as coach:
        await coach.say(with_file(teams, "a.png", "https://evil.example/a.png", "Who owns it?"))
        assert coach.replies.heard[0].text == "Who owns it?"


@pytest.mark.parametrize(
    "url",
    [
        "https://contoso.sharepoint.com/personal/ada/Documents/draft.docx?tempauth=abc",
        "https://contoso-my.sharepoint.com/x",
        "https://contoso.sharepoint.us/x",
        "https://northeurope1-mediap.svc.ms/transform",
        "https://public.bn.files.1drv.com/y4m",
        "https://onedrive.live.com/download?x=1",
    ],
)
def test_files_are_fetched_from_where_microsoft_keeps_them(url: str) -> None:
    assert is_microsofts(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://contoso.sharepoint.com/x",
        "https://contoso.sharepoint.com:8443/x",
        "https://user@contoso.sharepoint.com/x",
        "https://contoso.sharepoint.com@evil.example/x",
        "https://evil.example/contoso.sharepoint.com",
        "https://contoso.sharepoint.com.evil.example/x",
        "https://evilsharepoint.com/x",
        "https://sharepoint.com\\@evil.example/x",
        "https://contoso.sharepoint.com /x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://localhost/x",
        "http://127.0.0.1/x",
        "file:///etc/passwd",
        "ftp://contoso.sharepoint.com/x",
        "https://contoso.sharepoint.com:port/x",
        "https://contosо.sharepoint.com/x",
    ],
)
def test_files_are_fetched_from_nowhere_else(url: str) -> None:
    assert not is_microsofts(url)


def test_only_this_machine_is_added_without_authentication() -> None:
    assert is_microsofts("http://127.0.0.1:9000/x", loopback=True)
    assert not is_microsofts("http://169.254.169.254/x", loopback=True)
    assert not is_microsofts("http://127.0.0.1.evil.example/x", loopback=True)
