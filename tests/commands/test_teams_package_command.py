"""`coach teams package` and `coach teams check` as people run them."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.commands import Ran, coach

APP_ID = "6f5a3f0e-4e0c-4d3a-9f6c-0b7d3a6e2c11"
HOST = ("--host", "coach.example.com")
OTHER_ID = APP_ID.replace("6f5a", "0000")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def package(*options: str, data: Path, configured: str = "") -> Ran:
    """Run the command; *configured* is the app id in the settings."""
    secret = "a-secret" if configured else ""
    return coach(
        *("teams", "package", *options),
        data=data,
        TEAMS_APP_ID=configured,
        TEAMS_APP_PASSWORD=secret,
    )


def manifest(path: Path) -> dict[str, object]:
    with ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def test_a_package_is_written_checked_and_followed_by_what_to_do_next(data: Path) -> None:
    ran = package(*HOST, "--app-id", APP_ID, data=data)
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[0] == f"Written to coach-teams.zip: Coach 1.0.0, app {APP_ID}"
    assert "https://coach.example.com/api/messages" in ran.out
    assert "docs/teams.md" in ran.out
    assert manifest(data / "coach-teams.zip")["id"] == APP_ID
    checked = coach("teams", "check", "coach-teams.zip", data=data)
    assert (checked.status, checked.err) == (0, "")
    assert checked.out == "coach-teams.zip keeps to Microsoft's published rules.\n"


def test_the_app_id_comes_from_the_settings_unless_it_is_given(data: Path) -> None:
    assert package(*HOST, "--out", "a.zip", data=data, configured=APP_ID).status == 0
    assert manifest(data / "a.zip")["id"] == APP_ID
    options = (*HOST, "--app-id", OTHER_ID.upper(), "--out", "b.zip")
    given = package(*options, data=data, configured=APP_ID)
    assert given.status == 0
    assert manifest(data / "b.zip")["id"] == OTHER_ID
    assert "a-secret" not in given.out + given.err
    assert b"a-secret" not in (data / "a.zip").read_bytes()


def test_everything_that_an_organisation_wants_of_its_own_is_in_the_package(data: Path) -> None:
    ran = package(
        *HOST,
        *("--app-id", APP_ID, "--name", "Trainer", "--developer", "Contoso"),
        *("--app-version", "1.2.0", "--website", "https://contoso.example/"),
        *("--privacy", "https://contoso.example/p", "--terms", "https://contoso.example/t"),
        data=data,
    )
    assert (ran.status, ran.err) == (0, "")
    found = manifest(data / "coach-teams.zip")
    assert found["version"] == "1.2.0"
    assert found["name"] == {"short": "Trainer", "full": "Trainer for machine-learning leads"}
    assert found["developer"] == {
        "name": "Contoso",
        "websiteUrl": "https://contoso.example/",
        "privacyUrl": "https://contoso.example/p",
        "termsOfUseUrl": "https://contoso.example/t",
    }


def test_pages_that_were_not_given_are_pointed_out(data: Path) -> None:
    ran = package(*HOST, "--app-id", APP_ID, data=data)
    assert "names https://coach.example.com/" in ran.err
    assert "--privacy" in ran.err


def test_a_package_that_is_there_is_replaced_only_by_force(data: Path) -> None:
    there = data / "coach-teams.zip"
    there.write_bytes(b"mine")
    refused = package(*HOST, "--app-id", APP_ID, data=data)
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith("No package was written. coach-teams.zip is there already")
    assert "--force" in refused.err
    assert there.read_bytes() == b"mine"
    assert package(*HOST, "--app-id", APP_ID, "--force", data=data).status == 0
    assert manifest(there)["id"] == APP_ID


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (HOST, "Give --app-id GUID or set TEAMS_APP_ID"),
        ((*HOST, "--app-id", "coach"), "“coach” is no app id, which is a GUID"),
        (("--app-id", APP_ID), "Give it with --host coach.example.com"),
        (("--app-id", APP_ID, "--host", "https://a.example"), "can't be used as --host"),
        (("--app-id", APP_ID, "--host", "localhost"), "can't be used as --host"),
        (("--app-id", APP_ID, "--host", "10.0.0.1"), "can't be used as --host"),
        (("--app-id", APP_ID, "--host", "a.example:8080"), "can't be used as --host"),
        ((*HOST, "--app-id", APP_ID, "--out", "no/a.zip"), "no/a.zip can't be written"),
    ],
    ids=["no id", "no GUID", "no host", "an address", "one word", "an IP", "a port", "no folder"],
)
def test_what_is_missing_or_wrong_is_one_sentence_that_says_what_to_do(
    data: Path, options: tuple[str, ...], told: str
) -> None:
    ran = package(*options, data=data)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("No package was written. ")
    assert told in ran.err
    assert len(ran.err.splitlines()) == 1
    assert list(data.iterdir()) == []


def test_everything_that_teams_would_refuse_is_told_at_once_and_nothing_is_written(
    data: Path,
) -> None:
    ran = package(
        *HOST,
        *("--app-id", APP_ID, "--name", "N" * 31, "--app-version", "2"),
        *("--privacy", "http://contoso.example/p"),
        data=data,
    )
    assert (ran.status, ran.out) == (1, "")
    first, *problems = ran.err.splitlines()
    assert first == "Teams would not take that package, so nothing was written:"
    assert [problem[:4] for problem in problems] == ["  - "] * 3
    assert list(data.iterdir()) == []


def test_a_broken_package_is_checked_with_status_1(data: Path) -> None:
    (data / "a.zip").write_bytes(b"no zip")
    ran = coach("teams", "check", "a.zip", data=data)
    assert (ran.status, ran.out) == (1, "")
    assert "The package is no zip file, or a broken one." in ran.err
    missing = coach("teams", "check", "b.zip", data=data)
    assert missing.status == 1
    assert "b.zip can't be read (No such file or directory)." in missing.err


def test_wrong_usage_is_status_2(data: Path) -> None:
    assert coach("teams", "check", data=data).status == 2
    assert package("--scope", "team", data=data).status == 2
