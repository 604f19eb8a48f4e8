"""Standups and bets over HTTP: who speaks, forms that are checked first, charts, the demo team."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from team_stand_in import ODDS, WEEK
from web_stand_ins import Connect, HttpClient, StandIn, StandInLibrary, page_of, serving

from bot.chart_records import Chart
from bot.messages import Person
from bot.platforms.web.charts import CHART_LIMIT, Charts
from bot.platforms.web.demo import DemoWeek
from bot.platforms.web.people import Members, holder_of, member_id, speaker
from bot.platforms.web.platform import WebPlatform
from bot.ports import Known

CHART = ODDS.model_dump(mode="json")


def said(**changes: Any) -> dict[str, Any]:
    return {"channel": "private", "id": str(uuid4()), **changes}


def submitted(action: str, people: list[str] | None = None, **answers: str) -> dict[str, Any]:
    sent = {"action": action, "answers": answers, "people": people or []}
    return said(submission=sent, name="Ana")


async def say(client: HttpClient, body: dict[str, Any]) -> ClientResponse:
    return await client.post("/web/reviews", json=body)


async def problem(response: ClientResponse) -> str:
    return (await response.json())["problem"]


# Who speaks


async def test_check_ins_are_asked_for_by_name(connect: Connect, coach: StandIn) -> None:
    response = await say(await connect(), said(verb="checkin", name="Ana Sousa"))
    assert (await response.json())["text"].startswith("Hello Ana Sousa.")
    assert coach.team.people == ["ana sousa"]


@pytest.mark.parametrize(
    "about_team",
    [
        {"verb": "standup"},
        {"verb": "objective", "text": "churn"},
        {"verb": "hypothesis"},
        {"verb": "odds"},
        {"verb": "checkin"},
        {"press": {"action": "standup_list"}},
        {"press": {"action": "log_odds"}},
        {"submission": {"action": "standup_new", "answers": {"name": "Daily"}}},
    ],
)
async def test_in_standups_one_is_who_one_says(
    connect: Connect, coach: StandIn, about_team: dict[str, Any]
) -> None:
    client = await connect()
    for name in ("Ana", " ANA "):
        await say(client, said(**about_team, name=name))
        client.session.cookie_jar.clear()
    people = coach.team.people or [message.person.id for message in coach.received]
    assert people == ["ana", "ana"]


@pytest.mark.parametrize(
    "about_me",
    [
        {"text": "When?"},
        {"opened": True},
        {"verb": "review", "text": "Draft"},
        {"press": {"action": "review_keep", "value": "x"}},
        {"submission": {"action": "review_new", "answers": {"draft": "Draft"}}},
    ],
)
async def test_drafts_and_questions_stay_the_browser_s_own(
    connect: Connect, about_me: dict[str, Any]
) -> None:
    seen: list[Person] = []

    async def reply(message: Any) -> None:
        seen.append(message.person)

    async def form(message: Any) -> None:
        return None

    async with (
        serving(WebPlatform(reply, StandInLibrary(), forms=form)) as server,
        TestClient(server) as client,
    ):
        for _ in range(2):
            assert (await say(client, said(**about_me, name="Ana"))).status == 204
            client.session.cookie_jar.clear()
    assert seen[0].id != seen[1].id
    assert {person.name for person in seen} == {"Ana"}


async def test_without_a_name_a_member_is_the_browser(connect: Connect, coach: StandIn) -> None:
    client = await connect()
    for name in ("", " \u200b "):
        await say(client, said(verb="checkin", name=name))
    one, other = coach.team.people
    assert one == other
    assert len(one) == 24


@pytest.mark.parametrize(
    ("written", "name", "key"),
    [
        ("Ana", "Ana", "ana"),
        ("  Ana\t Maria \n", "Ana Maria", "ana maria"),
        ("A\x00n\x1ba\u202e", "Ana", "ana"),
        ("Benoi\u0302t", "Benoi\u0302t", "benoît"),
        ("STRAẞE", "STRAẞE", "strasse"),
        ("李雷", "李雷", "李雷"),
        ("\u200d", "", ""),
    ],
)
def test_how_a_name_becomes_an_id(written: str, name: str, key: str) -> None:
    assert member_id(written) == key
    assert speaker(holder_of("x"), name, in_team=True) == (
        Person(id=key, name=name) if key else holder_of("x")
    )


async def test_a_name_that_is_too_long_is_refused(connect: Connect, coach: StandIn) -> None:
    client = await connect()
    assert (await say(client, said(verb="checkin", name="n" * 60))).status == 200
    response = await say(client, said(verb="checkin", name="n" * 61))
    assert response.status == 400
    assert "name" in await problem(response)


async def test_people_are_listed_by_name_and_known_by_id(connect: Connect, coach: StandIn) -> None:
    answers = {"name": "Daily", "members": "Ana \n\nBENOÎT\n ana\n", "note": "Ana\nBEN"}
    await say(await connect(), submitted("standup_new", ["members", "nothing"], **answers))
    kept = coach.team.kept["Daily"]
    assert kept == {"name": "Daily", "members": "ana\nbenoît", "note": "Ana\nBEN"}


async def test_people_are_shown_as_they_were_written_last() -> None:
    members = Members()
    members.listed(["ana", "Benoît", "Ana"])
    assert (await members.find("local", "ana")).name == "Ana"
    assert (await members.find("local", "carla")).name == ""
    members.listed(f"Number {number}" for number in range(2_000))
    assert (await members.find("local", "ana")).name == ""


@pytest.mark.parametrize(
    ("zone", "known"), [("europe/lisbon", "Europe/Lisbon"), ("Mars/Olympus", ""), ("", "")]
)
async def test_a_member_is_where_their_browser_is(zone: str, known: str) -> None:
    members = Members()
    members.met("Ana", zone)
    members.listed(["ANA"])
    assert await members.find("local", "ana") == Known(name="ANA", zone=known)


async def test_a_member_stays_where_they_were_if_a_browser_does_not_say() -> None:
    members = Members()
    members.met("Ana", "Europe/Lisbon")
    members.met("Ana", "")
    assert (await members.find("local", "ana")).zone == "Europe/Lisbon"


async def test_a_form_shows_members_as_they_were_written(connect: Connect) -> None:
    client = await connect()
    await say(client, submitted("standup_new", ["members"], name="Daily", members="ANA\nBenoît"))
    asked = said(press={"action": "standup_new"}, name="Carla")
    form = await (await client.post("/web/forms", json=asked)).json()
    members = next(field for field in form["fields"] if field["kind"] == "people")
    assert members["value"] == "Ana\nBenoît"


async def test_the_page_knows_the_people_who_were_written_on_it(
    coach: StandIn, library: StandInLibrary
) -> None:
    page = page_of(coach, library)
    async with serving(page) as server, TestClient(server) as client:
        body = submitted("standup_new", ["members"], name="Daily", members="Benoît")
        await say(client, body)
    names = [(await page.directory.find("local", each)).name for each in ("ana", "benoît", "daily")]
    assert names == ["Ana", "Benoît", ""]


async def test_the_page_knows_where_its_people_are(coach: StandIn, library: StandInLibrary) -> None:
    page = page_of(coach, library)
    async with serving(page) as server, TestClient(server) as client:
        await say(client, said(verb="checkin", name="Ana", zone="America/Chicago"))
    assert (await page.directory.find("local", "ana")).zone == "America/Chicago"


# Forms


async def test_a_form_may_ask_for_the_channel(connect: Connect) -> None:
    asked = said(press={"action": "standup_new"})
    form = await (await (await connect()).post("/web/forms", json=asked)).json()
    assert "channel" in [field["kind"] for field in form["fields"]]


async def test_what_is_wrong_with_a_form_is_said_by_field_and_nothing_is_done(
    connect: Connect, coach: StandIn
) -> None:
    body = submitted("standup_new", name="Daily", chance="lots", day="0")
    response = await say(await connect(), body)
    assert response.status == 422
    assert await response.json() == {
        "fields": {
            "chance": "Write a chance from 0 to 100, for instance 60.",
            "day": "Monday is a holiday.",
        }
    }
    assert not coach.team.kept


async def test_a_corrected_form_is_taken_under_the_same_id(
    connect: Connect, coach: StandIn
) -> None:
    client, body = await connect(), submitted("standup_new", name="Daily", chance="lots")
    assert (await say(client, body)).status == 422
    body["submission"]["answers"]["chance"] = "60"
    assert (await say(client, body)).status == 200
    assert coach.team.kept["Daily"]["chance"] == "60"


async def test_a_retried_form_is_taken_once(connect: Connect, coach: StandIn) -> None:
    client, body = await connect(), submitted("standup_new", name="Daily")
    replies = [await (await say(client, body)).json() for _ in range(2)]
    assert replies[0] == replies[1]
    assert len(coach.team.people) == 1


# Charts


async def test_a_chart_comes_back_as_an_image_for_light_and_dark(
    connect: Connect, coach: StandIn
) -> None:
    client = await connect()
    for path in ("/web/charts", "/web/charts?dark=1"):
        response = await client.post(path, json=CHART)
        assert (response.status, response.content_type) == (200, "image/png")
        assert (await response.read()).startswith(b"\x89PNG")
        assert response.headers["Cache-Control"] == "no-store"
    assert coach.team.drawn == [False, True]


async def test_the_same_chart_is_drawn_once(connect: Connect, coach: StandIn) -> None:
    client = await connect()
    images = [client.post("/web/charts", json=CHART) for _ in range(3)]
    assert {response.status for response in await asyncio.gather(*images)} == {200}
    assert coach.team.drawn == [False]


async def test_only_the_latest_charts_are_remembered() -> None:
    drawn: list[str] = []

    def draw(chart: Chart, *, dark: bool = False) -> bytes:
        drawn.append(chart.title)
        return b""

    charts = Charts(draw, keep=2)
    for title in "abacab":
        await charts.png(ODDS.model_copy(update={"title": title}), dark=False)
    assert drawn == ["a", "b", "c", "b"]


async def test_what_is_no_chart_is_refused_in_words(connect: Connect, coach: StandIn) -> None:
    client = await connect()
    for body in ({}, {**CHART, "kind": "pie"}, {**CHART, "script": "x"}):
        response = await client.post("/web/charts", json=body)
        assert response.status == 400
        assert "Reload the page" in await problem(response)
    long = await client.post("/web/charts", json={**CHART, "alt": "x" * CHART_LIMIT})
    assert (long.status, await problem(long)) == (
        413,
        "That is too long: I can take 64 KiB at a time. Send a shorter part of it.",
    )
    assert not coach.team.drawn


async def test_a_chart_that_can_t_be_drawn_is_a_sentence(connect: Connect, coach: StandIn) -> None:
    coach.team.can_draw = False
    client = await connect()
    assert (await client.post("/web/charts", json=CHART)).status == 500
    coach.team.can_draw = True
    assert (await client.post("/web/charts", json=CHART)).status == 200


# The demo team


async def test_the_demo_team_plays_once_for_everybody(connect: Connect, coach: StandIn) -> None:
    client = await connect()
    coach.team.curtain.clear()
    asking = [asyncio.create_task(client.get("/web/demo")) for _ in range(2)]
    while not coach.team.demos:
        await asyncio.sleep(0)
    coach.team.curtain.set()
    weeks = [DemoWeek.model_validate(await (await each).json()) for each in asking]
    assert weeks == [WEEK, WEEK]
    assert (await client.get("/web/demo")).status == 200
    assert coach.team.demos == 1


async def test_a_demo_that_failed_is_played_again(connect: Connect, coach: StandIn) -> None:
    coach.team.demo_failures = 1
    client = await connect()
    statuses = [(await client.get("/web/demo")).status for _ in range(3)]
    assert statuses == [500, 200, 200]
    assert coach.team.demos == 2


async def test_stopping_does_not_wait_for_the_demo(coach: StandIn, library: StandInLibrary) -> None:
    coach.team.curtain.clear()
    platform = page_of(coach, library)
    async with serving(platform) as server, TestClient(server) as client:
        asking = asyncio.create_task(client.get("/web/demo"))
        while not coach.team.demos:
            await asyncio.sleep(0)
        await platform.stop()
        asking.cancel()


# Everybody


@pytest.mark.parametrize("path", ["/web/charts", "/web/demo"])
async def test_a_password_guards_charts_and_the_demo(connect: Connect, path: str) -> None:
    client = await connect("open sesame")
    asked = client.get(path) if path == "/web/demo" else client.post(path, json=CHART)
    assert (await asked).status == 401


async def test_other_sites_get_no_charts(connect: Connect, coach: StandIn) -> None:
    foreign = {"Origin": "http://evil.example"}
    response = await (await connect()).post("/web/charts", json=CHART, headers=foreign)
    assert response.status == 403
    assert not coach.team.drawn


async def test_a_page_without_charts_or_demo_says_so(
    coach: StandIn, library: StandInLibrary
) -> None:
    platform = WebPlatform(coach.reply, library, forms=coach.form)
    async with serving(platform) as server, TestClient(server) as client:
        for response in (
            await client.post("/web/charts", json=CHART),
            await client.get("/web/demo"),
        ):
            assert response.status == 404
            assert await problem(response)
        assert 'data-demo="no"' in await (await client.get("/")).text()


async def test_images_come_from_the_page_itself_and_from_what_it_was_sent(
    connect: Connect,
) -> None:
    policy = (await (await connect()).get("/")).headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["img-src"] == "'self' blob:"
    assert [name for name, sources in rules.items() if "blob:" in sources] == ["img-src"]
