"""The contract of the address book, on SQLite and PostgreSQL."""

import asyncio

import pytest

from bot.errors import StoreUnavailable
from bot.ports import Address
from bot.stores.addresses import SqlAddresses
from bot.stores.database import Database

MAYA = Address(
    workspace="T1",
    id="maya",
    kind="person",
    service_url="https://smba.example/emea/",
    conversation="a:1",
    member="29:maya",
    bot="28:coach",
    name="Maya",
    zone="Europe/Madrid",
)


@pytest.fixture
def addresses(database: Database) -> SqlAddresses:
    return SqlAddresses(database)


async def test_what_was_learnt_is_found(addresses: SqlAddresses) -> None:
    await addresses.learn(MAYA)
    assert await addresses.find("T1", "maya") == MAYA


async def test_nobody_is_found_in_another_workspace(addresses: SqlAddresses) -> None:
    await addresses.learn(MAYA)
    assert await addresses.find("T2", "maya") is None
    assert await addresses.people("T2") == []
    assert await addresses.any("T2") is None


async def test_what_is_empty_stays_as_it_was_known(addresses: SqlAddresses) -> None:
    await addresses.learn(MAYA)
    less = Address(
        workspace="T1", id="maya", kind="person", service_url="https://smba.example/amer/"
    )
    await addresses.learn(less)
    moved = MAYA.model_copy(update={"service_url": "https://smba.example/amer/"})
    assert await addresses.find("T1", "maya") == moved


async def test_what_is_told_anew_counts(addresses: SqlAddresses) -> None:
    await addresses.learn(MAYA)
    changed = MAYA.model_copy(update={"conversation": "a:2", "zone": "Asia/Tokyo"})
    await addresses.learn(changed)
    assert await addresses.find("T1", "maya") == changed


async def test_whether_coach_is_installed_is_always_taken(addresses: SqlAddresses) -> None:
    await addresses.learn(MAYA)
    for installed in (False, True):
        await addresses.learn(MAYA.model_copy(update={"installed": installed}))
        found = await addresses.find("T1", "maya")
        assert found is not None
        assert found.installed is installed


async def test_addresses_come_by_name(addresses: SqlAddresses) -> None:
    for name in ("zoe", "Anna", "ben", "Ben"):
        await addresses.learn(MAYA.model_copy(update={"id": f"id-{name}", "name": name}))
    assert [each.name for each in await addresses.people("T1")] == ["Anna", "Ben", "ben", "zoe"]


async def test_learning_at_once_from_two_sides_loses_nothing(addresses: SqlAddresses) -> None:
    base = {
        "workspace": "T1",
        "id": "maya",
        "kind": "person",
        "service_url": "https://smba.example/",
    }
    parts = ({"name": "Maya"}, {"zone": "Europe/Madrid"}, {"member": "29:maya"}, {"bot": "28:c"})
    await asyncio.gather(*(addresses.learn(Address.model_validate(base | part)) for part in parts))
    found = await addresses.find("T1", "maya")
    assert found is not None
    assert (found.name, found.zone, found.member, found.bot) == (
        "Maya", "Europe/Madrid", "29:maya", "28:c",
    )  # fmt: skip


async def test_a_forgotten_person_is_gone_and_channels_stay(addresses: SqlAddresses) -> None:
    channel = MAYA.model_copy(update={"id": "19:c", "kind": "channel"})
    elsewhere = MAYA.model_copy(update={"workspace": "T2"})
    for address in (MAYA, channel, elsewhere):
        await addresses.learn(address)
    assert await addresses.forget_person("T1", "maya") == 1
    assert await addresses.forget_person("T1", "maya") == 0
    assert await addresses.forget_person("T1", "19:c") == 0
    assert await addresses.people("T1") == []
    assert await addresses.rooms("T1") == [channel]
    assert await addresses.find("T2", "maya") == elsewhere


async def test_a_database_that_is_away_reads_as_such(
    database: Database, addresses: SqlAddresses
) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE addresses")
    with pytest.raises(StoreUnavailable):
        await addresses.learn(MAYA)
    with pytest.raises(StoreUnavailable):
        await addresses.find("T1", "maya")


async def test_any_address_is_one_where_coach_is_if_there_is_one(addresses: SqlAddresses) -> None:
    gone = MAYA.model_copy(update={"id": "gone", "installed": False})
    await addresses.learn(gone)
    assert await addresses.any("T1") == gone
    await addresses.learn(MAYA)
    assert await addresses.any("T1") == MAYA
