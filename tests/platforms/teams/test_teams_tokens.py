"""Who is let in: only what Microsoft signed for this app, this address and now."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

import aiohttp
import pytest
from doorway import Doorway, doorway
from fake_teams import APP_ID, BROKEN, ISSUER, SILENT, TENANT, FakeTeams, Fault, Fields
from tokens import part, signed, signing_key, unsigned

OTHER_APP = "99999999-ffff-4fff-8fff-000000000009"
FORGER = signing_key(99)
SKILL_ISSUER = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"
EMULATOR_ISSUER = "https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0"


@pytest.fixture
async def door() -> AsyncGenerator[Doorway]:
    async with FakeTeams() as teams, doorway(teams) as standing:
        yield standing


def now() -> int:
    return int(time.time())


Forge = Callable[[FakeTeams], str]


def bearer(**changed: object) -> Forge:
    """A token signed by Microsoft, but not for this."""
    return lambda teams: f"Bearer {teams.token(**changed)}"


def by_forger(teams: FakeTeams) -> str:
    forger = replace(FORGER, kid=teams.keys[0].kid)
    return f"Bearer {signed(teams.claims(), forger)}"


def with_header(**header: object) -> Forge:
    return lambda teams: f"Bearer {signed(teams.claims(), teams.keys[0], header)}"


def with_algorithm(algorithm: str) -> Forge:
    return lambda teams: f"Bearer {signed(teams.claims(), teams.keys[0], None, algorithm)}"


def without_signature(teams: FakeTeams) -> str:
    head, claims, _ = teams.token().split(".")
    return f"Bearer {head}.{claims}."


def alg_none(name: str) -> Forge:
    def forge(teams: FakeTeams) -> str:
        header = {"alg": name, "typ": "JWT", "kid": teams.keys[0].kid}
        return f"Bearer {unsigned(teams.claims(), header)}"

    return forge


def hs256_with_public_key(teams: FakeTeams) -> str:
    key = teams.keys[0]
    header = {"alg": "HS256", "typ": "JWT", "kid": key.kid}
    body = unsigned(teams.claims(), header).rstrip(".")
    mac = hmac.new(key.public_pem(), body.encode(), hashlib.sha256).digest()
    return f"Bearer {body}.{part(mac)}"


def with_other_claims(teams: FakeTeams) -> str:
    """A good signature under other claims."""
    head, _, signature = teams.token(aud=OTHER_APP).split(".")
    body = unsigned(teams.claims(), {}).split(".")[1]
    return f"Bearer {head}.{body}.{signature}"


def cut(teams: FakeTeams) -> str:
    return f"Bearer {teams.token()[:-20]}"


def instead_of_bearer(scheme: str) -> Forge:
    return lambda teams: f"{scheme} {teams.token()}"


def text(authorization: str) -> Forge:
    return lambda _: authorization


def emulator(app: str) -> Forge:
    claims: Fields = {"iss": EMULATOR_ISSUER, "ver": "2.0", "azp": app, "aud": app}
    return bearer(**claims)


FORGERIES: dict[str, Forge] = {
    "no header": text(""),
    "empty bearer": text("Bearer "),
    "bearer alone": text("Bearer"),
    "garbage": text("garbage"),
    "garbage token": text("Bearer garbage"),
    "garbage in three parts": text("Bearer a.b.c"),
    "parts that are no objects": text(f"Bearer {part('[]')}.{part('1')}.{part('x')}"),
    "basic instead of bearer": text("Basic dXNlcjpwYXNzd29yZA=="),
    "lower-case bearer": instead_of_bearer("bearer"),
    "two blanks after bearer": instead_of_bearer("Bearer "),
    "two tokens": lambda teams: f"Bearer {teams.token()} {teams.token()}",
    "null": text("Bearer null"),
    "signed by another's key under the right id": by_forger,
    "signature missing": without_signature,
    "signature cut": cut,
    "signature of other claims": with_other_claims,
    "alg none": alg_none("none"),
    "alg None": alg_none("None"),
    "HS256 with the public key as secret": hs256_with_public_key,
    "RS512 is not what the key is for": with_algorithm("RS512"),
    "PS256": with_algorithm("PS256"),
    "unknown key id": with_header(kid="nobody-knows"),
    "no key id": with_header(kid=None),
    "empty key id": with_header(kid=""),
    "key of its own in the header": lambda teams: (
        f"Bearer {signed(teams.claims(), FORGER, {'jwk': FORGER.published()})}"
    ),
    "key address of its own in the header": lambda teams: (
        f"Bearer {signed(teams.claims(), FORGER, {'jku': teams.url})}"
    ),
    "unknown critical header": with_header(crit=["b64"], b64=False),
    "wrong issuer": bearer(iss="https://sts.windows.net/evil/"),
    "issuer with a slash more": bearer(iss=ISSUER + "/"),
    "no issuer": bearer(iss=None),
    "issuers in a list": bearer(iss=[ISSUER]),
    "another app's audience": bearer(aud=OTHER_APP),
    "no audience": bearer(aud=None),
    "empty audience": bearer(aud=""),
    "audience among others": bearer(aud=[APP_ID, OTHER_APP]),
    "expired 6 minutes ago": bearer(exp=now() - 360, nbf=now() - 4000),
    "expired a day ago": bearer(exp=now() - 86_400, nbf=now() - 90_000),
    "no expiry": bearer(exp=None),
    "expiry in words": bearer(exp="tomorrow"),
    "not valid before an hour": bearer(nbf=now() + 3600, exp=now() + 7200),
    "issued in an hour": bearer(iat=now() + 3600),
    "for another service URL": bearer(serviceurl="https://smba.trafficmanager.net/amer/"),
    "no service URL": bearer(serviceurl=None),
    "an emulator's for this app": emulator(APP_ID),
    "an emulator's for another app": emulator(OTHER_APP),
    "another bot's": bearer(iss=SKILL_ISSUER, ver="1.0", appid=OTHER_APP),
    "an anonymous skill's": bearer(appid="AnonymousSkill", aud=None),
    "US government's issuer": bearer(iss="https://api.botframework.us"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_token_that_is_not_microsofts_for_this_app_is_refused_and_nothing_processed(
    door: Doorway, forge: Forge
) -> None:
    answer = await door.post(authorization=forge(door.teams))
    good = await door.post()
    assert (answer.status, good.status, len(door.handled)) == (401, 200, 1)


@pytest.mark.parametrize("endorsements", [None, [], ["webchat"], ["MSTEAMS"]])
async def test_a_key_that_is_not_endorsed_for_teams_admits_nobody(
    door: Doorway, endorsements: list[str] | None
) -> None:
    unendorsed = signing_key(2, "not-for-teams", endorsements)
    door.teams.keys.append(unendorsed)
    answer = await door.post(authorization=f"Bearer {signed(door.teams.claims(), unendorsed)}")
    assert (answer.status, door.handled) == (401, [])


@pytest.mark.parametrize("channel", ["webchat", "emulator", "", None])
async def test_another_channels_activity_is_refused_under_a_good_token(
    door: Doorway, channel: str | None
) -> None:
    answer = await door.post(door.teams.activity(channelId=channel))
    assert (answer.status, door.handled) == (401, [])


async def test_a_token_is_good_within_five_minutes_of_its_times(door: Doorway) -> None:
    ended = await door.post(authorization=bearer(exp=now() - 200)(door.teams))
    early = await door.post(authorization=bearer(nbf=now() + 200)(door.teams))
    assert (ended.status, early.status) == (200, 200)


async def test_the_keys_are_fetched_once_for_many_activities(door: Doorway) -> None:
    for _ in range(5):
        assert (await door.post()).status == 200
    assert door.teams.count("keys") == 1


async def test_the_keys_are_fetched_once_for_many_activities_at_the_same_time(
    door: Doorway,
) -> None:
    answers = await asyncio.gather(*(door.post() for _ in range(20)))
    assert ({answer.status for answer in answers}, door.teams.count("keys")) == ({200}, 1)


async def test_forged_key_ids_do_not_make_coach_fetch_keys_each_time(door: Doorway) -> None:
    for number in range(10):
        forged = with_header(kid=f"forged-{number}")(door.teams)
        assert (await door.post(authorization=forged)).status == 401
    assert door.teams.count("keys") == 1


class Clock:
    """Seconds that tests move."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_rotated_key_is_fetched_when_its_id_first_comes() -> None:
    clock = Clock()
    async with FakeTeams() as teams, doorway(teams, clock=clock) as door:
        assert (await door.post()).status == 200
        clock.seconds += 61
        teams.rotate()
        assert (await door.post()).status == 200
        assert teams.count("keys") == 2


async def test_a_key_that_was_withdrawn_admits_nobody_after_the_next_fetch() -> None:
    clock = Clock()
    async with FakeTeams() as teams, doorway(teams, clock=clock) as door:
        old = teams.token()
        assert (await door.post(authorization=f"Bearer {old}")).status == 200
        teams.rotate()
        clock.seconds += 13 * 3600
        assert (await door.post(authorization=f"Bearer {old}")).status == 401


@pytest.mark.parametrize("fault", [BROKEN, Fault(404), Fault(drops=True)])
@pytest.mark.parametrize("what", ["openid", "keys"])
async def test_without_the_keys_nobody_is_refused_but_asked_to_come_again(
    what: str, fault: Fault
) -> None:
    clock = Clock()
    async with FakeTeams() as teams, doorway(teams, clock=clock) as door:
        teams.order(what, fault, fault, fault)
        assert (await door.post()).status == 503
        asked = teams.count("openid")
        assert (await door.post()).status == 503
        assert teams.count("openid") == asked  # not again within a moment
        teams.faults.clear()
        clock.seconds += 3
        assert (await door.post()).status == 200
        assert len(door.handled) == 1


async def test_a_key_server_that_keeps_silent_is_given_up() -> None:
    async with FakeTeams() as teams, doorway(teams, timeout=0.2) as door:
        teams.order("keys", SILENT)
        assert (await door.post()).status == 503
        assert door.handled == []


async def test_known_keys_are_used_for_a_day_while_the_key_server_is_down() -> None:
    clock = Clock()
    async with FakeTeams() as teams, doorway(teams, clock=clock) as door:
        assert (await door.post()).status == 200
        teams.order("openid", *[BROKEN] * 9)
        clock.seconds += 13 * 3600
        assert (await door.post()).status == 200
        clock.seconds += 12 * 3600
        assert (await door.post()).status == 503


async def test_key_ids_that_are_unknown_while_the_key_server_is_down_are_no_forgeries_yet() -> None:
    clock = Clock()
    async with FakeTeams() as teams, doorway(teams, clock=clock) as door:
        assert (await door.post()).status == 200
        clock.seconds += 61
        teams.rotate()
        teams.order("keys", BROKEN)
        assert [(await door.post()).status for _ in range(2)] == [503, 503]
        assert teams.count("keys") == 2
        clock.seconds += 3
        assert (await door.post()).status == 200


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"allowed_tenants": frozenset({TENANT})}, 200),
        ({"allowed_tenants": frozenset({TENANT.upper()})}, 200),
        ({"allowed_tenants": frozenset({"another"})}, 403),
        ({"tenant": TENANT}, 200),
        ({"tenant": "another"}, 403),
        ({"tenant": "another", "allowed_tenants": frozenset({"another", TENANT})}, 200),
        ({}, 200),
    ],
)
async def test_only_allowed_tenants_are_let_in(options: Fields, status: int) -> None:
    async with FakeTeams() as teams, doorway(teams, **options) as door:
        assert (await door.post()).status == status
        assert len(door.handled) == (status == 200)


@pytest.mark.parametrize("data", [None, {}, {"tenant": {}}, {"tenant": TENANT}, [TENANT]])
async def test_an_activity_without_a_tenant_is_no_allowed_tenants(data: object) -> None:
    async with FakeTeams() as teams, doorway(teams, tenant=TENANT) as door:
        activity = teams.activity(channelData=data, conversation={"id": "a:1"})
        assert (await door.post(activity)).status == 403
        assert door.handled == []


HOSTILE = [
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/",
    "http://smba.trafficmanager.net/emea/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evil-smba.trafficmanager.net/",
    "https://evil.trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://smba.trafficmanager.net:8443/emea/",
    "https://user:secret@smba.trafficmanager.net/",
    "https://evil.example/smba.trafficmanager.net/",
    "https://evil.example\\@smba.trafficmanager.net/",
    "https://evil.example#@smba.trafficmanager.net/",
    "https://evil.example?@smba.trafficmanager.net/",
    "https://smba.trafficmanager.net./",
    "https://smba.trafficmanager.net/emea/?to=https://evil.example",
    "https://smba.trafficmanager.net/../",
    "https://smbа.trafficmanager.net/",  # a Cyrillic letter
    "https://smba.trafficmanager.net:x/",
    "//smba.trafficmanager.net/",
    "ftp://smba.trafficmanager.net/",
    "file:///etc/passwd",
    "https://[::1",
    "http://127.0.0.1:8080/",
    "http://localhost/",
    "http://[::1]/",
    "http://2130706433/",
    "https://smba.trafficmanager.net\n.evil.example/",
    "",
    None,
    7,
]


@pytest.mark.parametrize("url", HOSTILE)
async def test_a_service_url_that_is_not_microsofts_is_refused_under_a_good_token(
    url: object,
) -> None:
    async with FakeTeams() as teams, doorway(teams, loopback=False) as door:
        token = f"Bearer {teams.token(serviceurl=url)}"
        answer = await door.post(teams.activity(serviceUrl=url), token)
        assert (answer.status, door.handled) == (401, [])


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net/amer/22222222-bbbb-4bbb-8bbb-000000000002/",
        "https://smba.trafficmanager.net:443/teams",
        "https://SMBA.trafficmanager.net/teams/",
        "https://smba.infra.gcc.teams.microsoft.com/gcc",
    ],
)
async def test_microsofts_service_urls_are_taken(url: str) -> None:
    async with FakeTeams() as teams, doorway(teams, loopback=False) as door:
        token = f"Bearer {teams.token(serviceurl=url)}"
        assert (await door.post(teams.activity(serviceUrl=url), token)).status == 200


async def test_without_an_app_id_everybody_is_taken_in_on_loopback_alone() -> None:
    async with FakeTeams() as teams, doorway(teams, app_id="") as door:
        assert (await door.post(authorization="")).status == 200
        assert (await door.post(authorization="Bearer garbage")).status == 200
        elsewhere = teams.activity(serviceUrl="https://evil.example/")
        assert (await door.post(elsewhere, "")).status == 401
        assert teams.count("keys") == 0
        with pytest.raises(ValueError, match="loopback"):
            async with doorway(teams, app_id="", loopback=False):
                pass


async def test_without_an_app_id_coach_answers_to_the_names_of_this_machine_alone() -> None:
    async with FakeTeams() as teams, doorway(teams, app_id="") as door:
        body = json.dumps(teams.activity())
        for host, status in (("127.0.0.1", 200), ("localhost:8080", 200), ("evil.example", 403)):
            headers = {"Host": host, "Content-Type": "application/json"}
            async with (
                aiohttp.ClientSession() as session,
                session.post(door.url, data=body, headers=headers) as response,
            ):
                assert response.status == status, host
        assert len(door.handled) == 2
