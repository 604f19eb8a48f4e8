"""The README, the settings' example and the files for containers agree with the code."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from bot.__main__ import app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")

_UNSET = "not set"
_SETTING = re.compile(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", re.MULTILINE)
_ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \| ([^|]+) \|", re.MULTILINE)
_COMMAND = re.compile(r"`coach ([a-z]+)(?: ([a-z]+))?|bin/coach ([a-z]+)(?: ([a-z]+))?")
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
# In pieces, so that this file does not hold what it looks for.
_FORBIDDEN = re.compile(
    "|".join(
        (
            r"files\.python" + r"hosted\.",
            r"py" + r"pi\.org/simple",
            r"registry\.npm" + r"js\.",
            r"(?<![\w.~-])/(?:home|Users)/" + r"\w",
            r"(?<![\w.~-])/(?:work|root|workspace)/" + r"[\w.]",
        )
    )
)


def _default(name: str) -> str:
    """Return a setting's default as it is written down: empty where there is none to write."""
    value = Settings.model_fields[name.lower()].default
    if value is None or Settings.model_fields[name.lower()].default_factory is not None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


SETTINGS = {name.upper(): _default(name.upper()) for name in Settings.model_fields}


def test_every_setting_is_in_the_example_with_its_default() -> None:
    assert dict(_SETTING.findall(EXAMPLE)) == SETTINGS


def test_the_example_as_it_stands_changes_nothing() -> None:
    lines = EXAMPLE.splitlines()
    assert all(line.startswith("#") for line in lines if line.strip())


def test_every_setting_is_in_the_readme() -> None:
    assert {name for name, _ in _ROW.findall(README)} == set(SETTINGS)


@pytest.mark.parametrize(("name", "told"), _ROW.findall(README))
def test_the_readme_tells_the_default_of_a_setting(name: str, told: str) -> None:
    if Settings.model_fields[name.lower()].default_factory is not None:
        assert "`" not in told, "a default that is computed is told in words"
    else:
        assert told == (f"`{SETTINGS[name]}`" if SETTINGS[name] else _UNSET)


def _commands() -> set[tuple[str, str]]:
    group: Any = typer.main.get_command(app)
    return {
        (name, inner)
        for name, command in group.commands.items()
        for inner in getattr(command, "commands", {"": None})
    }


def test_every_command_in_the_readme_exists() -> None:
    groups = {name for name, inner in _commands() if inner}
    told = {
        (a or c, (b or d) if (a or c) in groups else "") for a, b, c, d in _COMMAND.findall(README)
    }
    assert told - _commands() == set()


def test_every_command_is_in_the_readme() -> None:
    rows = re.findall(r"^\| `coach ([a-z ]+?)(?= [^a-z]|`)", README, re.MULTILINE)
    assert {" ".join(filter(None, command)) for command in _commands()} == set(rows)


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_readme_says_how_to_run_and_test(target: str) -> None:
    assert f"make {target}" in README


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/knowledge.md"])
def test_every_make_target_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_the_changelog_tells_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE)
    assert version is not None
    headings = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    assert any(heading.startswith((version[1], "Unreleased")) for heading in headings)


@pytest.mark.parametrize(
    "name", ["docker/compose.yaml", "docs/slack-manifest.yaml", ".pre-commit-config.yaml"]
)
def test_a_configuration_is_yaml(name: str) -> None:
    assert isinstance(yaml.safe_load((ROOT / name).read_text(encoding="utf-8")), dict)


@cache
def _services() -> dict[str, Any]:
    text = (ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["services"]


def test_the_containers_get_settings_that_exist_and_no_secrets() -> None:
    for name in ("coach-1", "coach-2"):
        environment = _services()[name]["environment"]
        assert {key for key in environment if key.startswith("COACH_")} <= set(SETTINGS)
        assert environment["COACH_REPLICA"] == name
    secrets = [
        str(value)
        for service in _services().values()
        for key, value in service.get("environment", {}).items()
        if "PASSWORD" in key or "TOKEN" in key or "SECRET" in key
    ]
    assert secrets
    assert all(value.startswith("${") for value in secrets)


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in _services().items() if "ports" in service] == ["proxy"]
    for name in ("postgres", "chroma"):
        assert _services()[name]["networks"] == ["inside"]


def _text_files() -> Iterator[Path]:
    """Yield the project's files, without what .gitignore leaves out."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    folders = {line.rstrip("/") for line in ignored if line.endswith("/")} | {".git"}
    files = {line for line in ignored if not line.endswith("/")}
    for path in _walk(ROOT, folders):
        if path.name not in files and b"\0" not in path.read_bytes()[:4096]:
            yield path


def _walk(folder: Path, without: set[str]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in without and not path.name.endswith(".egg-info"):
            yield from _walk(path, without)
        elif path.is_file():
            yield path


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in _text_files()
        if (match := _FORBIDDEN.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docker/README.md",
        "docs/architecture.md",
        "docs/knowledge.md",
        "docs/slack.md",
        "docs/standups.md",
        "docs/teams.md",
        "docs/decisions/0001-teams-sdk.md",
    ],
)
def test_every_link_between_documents_leads_somewhere(name: str) -> None:
    page = ROOT / name
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
