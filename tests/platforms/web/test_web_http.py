"""The page over HTTP: what it takes, what it refuses and with which words, and its headers."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientResponse
from web_stand_ins import Clock, Connect, HttpClient, StandIn, StandInLibrary

from bot.messages import Platform, Venue
from bot.platforms.web.gate import MESSAGE_LIMIT
from bot.platforms.web.sessions import SESSION_SECONDS

PASSWORD = "correct horse battery staple"


def said(**changes: Any) -> dict[str, Any]:
    return {"channel": "ml-team", "id": str(uuid4()), "text": "When will it be done?", **changes}


async def problem(response: ClientResponse) -> str:
    return (await response.json())["problem"]


async def log_in(client: HttpClient, password: str = PASSWORD) -> ClientResponse:
    return await client.post("/web/login", json={"password": password})


# What a question becomes


async def test_a_question_gets_its_reply_as_json(connect: Connect) -> None:
    response = await (await connect()).post("/web/messages", json=said())
    reply = await response.json()
    assert response.status == 200
    assert reply["text"].startswith("You said: When will it be done?")
    assert [citation["number"] for citation in reply["citations"]] == [1, 2]


async def test_a_question_in_the_channel_starts_a_thread(connect: Connect, coach: StandIn) -> None:
    body = said()
    await (await connect()).post("/web/messages", json=body)
    place = coach.received[0].place
    assert (place.platform, place.workspace, place.channel) == (Platform.WEB, "local", "ml-team")
    assert (place.venue, place.thread) == (Venue.CHANNEL, body["id"])


async def test_a_follow_up_stays_in_its_thread(connect: Connect, coach: StandIn) -> None:
    thread = str(uuid4())
    await (await connect()).post("/web/messages", json=said(thread=thread, hidden=True))
    assert coach.received[0].place.thread == thread
    assert coach.received[0].hidden


async def test_private_messages_of_two_people_share_nothing(
    connect: Connect, coach: StandIn
) -> None:
    client = await connect()
    for _ in range(2):
        await client.post("/web/messages", json=said(channel="private"))
        client.session.cookie_jar.clear()
    one, other = (message.place for message in coach.received)
    assert one.venue == other.venue == Venue.PRIVATE
    assert one.channel != other.channel


async def test_a_browser_stays_the_same_person(connect: Connect, coach: StandIn) -> None:
    client = await connect()
    for _ in range(2):
        await client.post("/web/messages", json=said())
    one, other = coach.received
    assert one.person == other.person


async def test_the_person_cookie_is_kept_from_scripts_and_from_the_logs(
    connect: Connect, coach: StandIn
) -> None:
    response = await (await connect()).post("/web/messages", json=said())
    cookie = response.cookies["coach_person"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie.value not in coach.received[0].model_dump_json()


@pytest.mark.parametrize("forged", ["", "../../etc", "A" * 32, "0" * 4000])
async def test_a_cookie_that_the_page_could_not_have_made_is_replaced(
    connect: Connect, forged: str
) -> None:
    client = await connect()
    headers = {"Cookie": f"coach_person={forged}"}
    response = await client.post("/web/messages", json=said(), headers=headers)
    assert response.cookies["coach_person"].value not in ("", forged)


async def test_silence_is_an_empty_response(connect: Connect) -> None:
    response = await (await connect()).post("/web/messages", json=said(text="say nothing"))
    assert response.status == 204


async def test_a_press_reaches_coach_as_it_was_given(connect: Connect, coach: StandIn) -> None:
    press = {"action": "answer_helpful", "value": "x"}
    await (await connect()).post("/web/messages", json=said(text="", press=press))
    assert coach.received[0].press is not None
    assert coach.received[0].press.model_dump() == press


async def test_an_opened_page_is_welcomed(connect: Connect) -> None:
    response = await (await connect()).post("/web/messages", json=said(text="", opened=True))
    assert len((await response.json())["suggestions"]) == 2


# Asking again


async def test_a_retried_question_is_answered_once(connect: Connect, coach: StandIn) -> None:
    client, body = await connect(), said()
    replies = [await (await client.post("/web/messages", json=body)).json() for _ in range(3)]
    assert replies[0] == replies[1] == replies[2]
    assert len(coach.received) == 1


async def test_a_question_retried_while_it_is_worked_on_waits_for_the_same_answer(
    connect: Connect, coach: StandIn
) -> None:
    client, body = await connect(), said()
    await client.post("/web/messages", json=said())
    coach.forget()
    coach.open_gate.clear()
    attempts = [asyncio.create_task(client.post("/web/messages", json=body)) for _ in range(3)]
    await coach.asked.wait()
    coach.open_gate.set()
    assert {(await attempt).status for attempt in attempts} == {200}
    assert len(coach.received) == 1


async def test_an_answer_outlives_the_connection_that_asked_for_it(
    connect: Connect, coach: StandIn
) -> None:
    client, body = await connect(), said()
    await client.post("/web/messages", json=said())
    coach.forget()
    coach.open_gate.clear()
    dropped = asyncio.create_task(client.post("/web/messages", json=body))
    await coach.asked.wait()
    dropped.cancel()
    coach.open_gate.set()
    assert (await client.post("/web/messages", json=body)).status == 200
    assert len(coach.received) == 1


@pytest.mark.parametrize("failures", [1, 0])
async def test_what_failed_is_tried_again_under_the_same_id(
    connect: Connect, coach: StandIn, failures: int
) -> None:
    coach.failures = failures
    client, body = await connect(), said(text="fine" if failures else "break")
    await client.post("/web/messages", json=body)
    await client.post("/web/messages", json=body)
    assert len(coach.received) == 2


async def test_an_id_is_not_taken_for_another_question(connect: Connect) -> None:
    client, body = await connect(), said()
    await client.post("/web/messages", json=body)
    response = await client.post("/web/messages", json={**body, "text": "Something else?"})
    assert response.status == 409


async def test_two_people_with_the_same_id_get_their_own_answers(
    connect: Connect, coach: StandIn
) -> None:
    client, body = await connect(), said()
    for _ in range(2):
        await client.post("/web/messages", json=body)
        client.session.cookie_jar.clear()
    assert len({message.id for message in coach.received}) == 2


# What is refused


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        said(channel="general"),
        said(id="1"),
        said(thread="x"),
        said(text=3),
        said(text="a", opened=True),
        said(press={"action": "a", "value": "b"}),
        said(person="somebody else"),
    ],
)
async def test_a_request_of_the_wrong_form_is_refused_in_words(
    connect: Connect, coach: StandIn, body: object
) -> None:
    response = await (await connect()).post("/web/messages", json=body)
    assert response.status == 400
    assert "Reload the page" in await problem(response)
    assert not coach.received


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b'{"text": "\\ud800"}', b"null"])
async def test_what_is_not_json_is_refused_in_words(connect: Connect, data: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = await (await connect()).post("/web/messages", data=data, headers=headers)
    assert response.status == 400
    assert "can't read" in await problem(response)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_a_content_type_that_forms_can_send_is_refused(
    connect: Connect, coach: StandIn, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    response = await (await connect()).post("/web/messages", data=b"{}", headers=headers)
    assert response.status == 415
    assert not coach.received


async def test_forty_thousand_characters_are_taken(connect: Connect, coach: StandIn) -> None:
    response = await (await connect()).post("/web/messages", json=said(text="ü" * 40_000))
    assert response.status == 200
    assert len(coach.received[0].text) == 40_000


async def test_a_body_over_the_limit_is_refused_with_the_limit(
    connect: Connect, coach: StandIn
) -> None:
    response = await (await connect()).post("/web/messages", json=said(text="x" * MESSAGE_LIMIT))
    assert response.status == 413
    assert "256 KiB" in await problem(response)
    assert not coach.received


async def test_a_failure_inside_is_a_sentence_without_details(
    connect: Connect, coach: StandIn
) -> None:
    coach.failures = 1
    response = await (await connect()).post("/web/messages", json=said())
    assert response.status == 500
    assert await problem(response) == "Something went wrong on my side. Please try again."


# Other sites


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "[",
        "0",
    ],
)
@pytest.mark.parametrize("path", ["/", "/static/app.js", "/web/library"])
async def test_a_rebound_name_gets_nothing(connect: Connect, host: str, path: str) -> None:
    response = await (await connect()).get(path, headers={"Host": host})
    assert response.status == 403
    assert "127.0.0.1" in await problem(response)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:8080", "LOCALHOST:80"])
async def test_every_name_of_this_machine_is_served(connect: Connect, host: str) -> None:
    response = await (await connect()).get("/", headers={"Host": host})
    assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_post_from_another_site_does_nothing(
    connect: Connect, coach: StandIn, headers: dict[str, str]
) -> None:
    response = await (await connect()).post("/web/messages", json=said(), headers=headers)
    assert response.status == 403
    assert "another site" in await problem(response)
    assert not coach.received


async def test_a_post_from_the_page_itself_is_taken(connect: Connect) -> None:
    client = await connect()
    headers = {"Origin": str(client.make_url("/")).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert (await client.post("/web/messages", json=said(), headers=headers)).status == 200


# Pages and files


@pytest.mark.parametrize("path", ["/", "/static/app.js", "/static/missing.js", "/web/library"])
async def test_every_response_carries_the_security_headers(connect: Connect, path: str) -> None:
    headers = (await (await connect()).get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("app.js", "text/javascript"), ("style.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
async def test_files_have_types_that_browsers_accept(
    connect: Connect, name: str, content_type: str
) -> None:
    response = await (await connect()).get(f"/static/{name}")
    assert response.status == 200
    assert response.content_type == content_type


async def test_a_file_that_the_browser_has_is_not_sent_again(connect: Connect) -> None:
    client = await connect()
    tag = (await client.get("/static/app.js")).headers["ETag"]
    again = await client.get("/static/app.js", headers={"If-None-Match": tag})
    assert again.status == 304
    assert await again.read() == b""


@pytest.mark.parametrize(
    "path", ["/static/..%2Fplatform.py", "/static/%2e%2e%2fplatform.py", "/static/index.html"]
)
async def test_only_the_page_s_files_are_served(connect: Connect, path: str) -> None:
    assert (await (await connect()).get(path)).status == 404


async def test_the_page_loads_nothing_from_elsewhere(connect: Connect) -> None:
    client = await connect()
    for path in ("/", "/static/app.js", "/static/style.css"):
        text = await (await client.get(path)).text()
        assert "//" not in text.replace("// ", "")


async def test_the_library_is_listed(connect: Connect) -> None:
    shelf = await (await (await connect()).get("/web/library")).json()
    assert shelf["cards"][0]["title"] == "Early gains flatten"
    assert shelf["documents"][0]["title"] == "Handbook of local"


async def test_a_library_that_does_not_answer_says_so(
    connect: Connect, library: StandInLibrary
) -> None:
    library.broken = True
    response = await (await connect()).get("/web/library")
    assert response.status == 503
    assert "library does not answer" in await problem(response)


# With a password


async def test_a_password_guards_everything_but_files_and_login(connect: Connect) -> None:
    client = await connect(PASSWORD)
    page = await client.get("/", allow_redirects=False)
    assert (page.status, page.headers["Location"]) == (303, "/web/login")
    assert (await client.get("/web/login")).status == 200
    assert (await client.get("/static/style.css")).status == 200
    for refused in (
        await client.get("/web/library"),
        await client.post("/web/messages", json=said()),
    ):
        assert refused.status == 401
        assert "Log in again" in await problem(refused)


async def test_the_right_password_opens_the_page(connect: Connect) -> None:
    client = await connect(PASSWORD)
    response = await log_in(client)
    assert response.status == 204
    cookie = response.cookies["coach_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]
    assert (await client.get("/", allow_redirects=False)).status == 200
    assert (await client.post("/web/messages", json=said())).status == 200


async def test_behind_tls_cookies_are_for_tls_only(connect: Connect) -> None:
    client = await connect(PASSWORD)
    response = await client.post(
        "/web/login", json={"password": PASSWORD}, headers={"X-Forwarded-Proto": "https"}
    )
    assert response.cookies["coach_session"]["secure"]


async def test_with_a_password_any_host_name_is_served(connect: Connect) -> None:
    client = await connect(PASSWORD)
    response = await client.get("/web/login", headers={"Host": "coach.example.com"})
    assert response.status == 200


@pytest.mark.parametrize("guess", ["", "correct", PASSWORD.upper(), PASSWORD + " ", "ü\x00"])
async def test_a_wrong_password_is_told_and_opens_nothing(connect: Connect, guess: str) -> None:
    client = await connect(PASSWORD)
    response = await log_in(client, guess)
    assert response.status == 403
    assert "not the password" in await problem(response)
    assert (await client.get("/web/library")).status == 401


async def test_guessing_has_to_wait_longer_and_longer(connect: Connect, clock: Clock) -> None:
    client = await connect(PASSWORD)
    waits: list[int] = []
    for _ in range(12):
        response = await log_in(client, "guess")
        if response.status == 429:
            waits.append(int(response.headers["Retry-After"]))
            clock.now += waits[-1]
    assert waits == [1, 2, 4, 8, 16][: len(waits)]
    assert len(waits) >= 4


async def test_even_the_right_password_has_to_wait_and_then_opens(
    connect: Connect, clock: Clock
) -> None:
    client = await connect(PASSWORD)
    for _ in range(3):
        await log_in(client, "guess")
    refused = await log_in(client)
    assert refused.status == 429
    assert "Wait 1 seconds" in await problem(refused)
    clock.now += 1
    assert (await log_in(client)).status == 204
    assert (await log_in(client, "guess")).status == 403
    assert (await log_in(client)).status == 204


@pytest.mark.parametrize(
    "forged", ["", ".", "9999999999.x.", "9999999999.nonce.0000", "\xfc.\xfc.\xfc", "a.b.c.d"]
)
async def test_a_forged_session_opens_nothing(connect: Connect, forged: str) -> None:
    client = await connect(PASSWORD)
    headers = {"Cookie": f"coach_session={forged}"}
    assert (await client.get("/web/library", headers=headers)).status == 401


async def test_a_session_can_t_be_prolonged_by_hand(connect: Connect, clock: Clock) -> None:
    client = await connect(PASSWORD)
    token = (await log_in(client)).cookies["coach_session"].value
    expires, rest = token.split(".", 1)
    clock.now += SESSION_SECONDS
    client.session.cookie_jar.clear()
    for cookie in (token, f"{int(expires) * 2}.{rest}"):
        headers = {"Cookie": f"coach_session={cookie}"}
        assert (await client.get("/web/library", headers=headers)).status == 401


async def test_a_session_holds_on_another_replica_with_the_same_password_only(
    connect: Connect,
) -> None:
    token = (await log_in(await connect(PASSWORD))).cookies["coach_session"].value
    headers = {"Cookie": f"coach_session={token}"}
    same, changed = await connect(PASSWORD), await connect("a new password")
    assert (await same.get("/web/library", headers=headers)).status == 200
    assert (await changed.get("/web/library", headers=headers)).status == 401


async def test_logging_out_ends_the_session_in_this_browser(connect: Connect) -> None:
    client = await connect(PASSWORD)
    await log_in(client)
    assert (await client.post("/web/logout", json={})).status == 204
    assert (await client.get("/web/library")).status == 401


async def test_without_a_password_there_is_nothing_to_log_in_to(connect: Connect) -> None:
    client = await connect()
    response = await client.get("/web/login", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/")
    assert (await log_in(client)).status == 404
