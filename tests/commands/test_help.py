"""Help that teaches, and usage errors that say what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests.commands import coach

COMMANDS = [
    ("run",),
    ("ask",),
    ("review",),
    ("chat",),
    ("gaps",),
    ("doctor",),
    ("knowledge", "add"),
    ("knowledge", "list"),
    ("knowledge", "remove"),
    ("knowledge", "rebuild"),
    ("context", "list"),
    ("context", "show"),
    ("context", "set"),
    ("context", "history"),
    ("context", "restore"),
    ("context", "forget"),
    ("privacy", "show"),
    ("privacy", "set"),
    ("privacy", "forget"),
    ("objections", "list"),
    ("objections", "allow"),
    ("objections", "refuse"),
    ("standup", "simulate"),
    ("log", "show"),
    ("log", "export"),
    ("log", "import"),
    ("teams", "package"),
    ("teams", "check"),
]

_FIRST_LOOK = """
import sys
from bot.__main__ import main
sys.argv = ["coach", "--help"]
try:
    main()
except SystemExit:
    pass
sys.stderr.write(" ".join(sys.modules))
"""


def shown(*arguments: str) -> str:
    """Return what `coach` prints, its line breaks and frames taken out."""
    printed = CliRunner().invoke(app, arguments).output
    return " ".join(printed.replace("│", " ").split())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_s_help_explains_it_by_an_example(words: tuple[str, ...]) -> None:
    text = shown(*words, "--help")
    example = text.partition("Example: ")[2]
    assert f"coach {' '.join(words)}" in example
    assert len(text.partition("Example: ")[0].split()) > 12


def test_the_overview_names_every_command_and_something_to_try() -> None:
    text = shown("--help")
    assert all(f" {words[0]} " in text for words in COMMANDS)
    assert 'coach ask "Who should own data labelling?"' in text


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_is_a_success(option: str) -> None:
    assert CliRunner().invoke(app, [option]).exit_code == 0


def test_help_loads_nothing_that_it_does_not_need() -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _FIRST_LOOK], capture_output=True, check=True, text=True, timeout=60
    )
    assert "Usage: coach" in done.stdout
    heavy = {"chromadb", "slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "langchain", "numpy"}
    assert not heavy & set(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ask",), "give a question in quotes, or --batch FILE"),
        (("ask", "  "), "give a question in quotes, or --batch FILE"),
        (("ask", "Who?", "--batch", "in.jsonl"), "not both"),
        (("ask", "Who?", "--out", "out.jsonl"), "--out goes with --batch FILE"),
        (("ask", "Who?", "labels?"), "unexpected extra argument"),
        (("ask", "--loud"), "No such option: --loud"),
        (("answer",), "No such command 'answer'"),
        (("review",), "give a file, - for standard input, or --batch FILE"),
        (("review", "-", "--batch", "in.jsonl"), "not both"),
        (("review", "-", "--out", "out.jsonl"), "--out goes with --batch FILE"),
        (("review", "-", "--json", "--diff"), "give --json or --diff, not both"),
        (("review", "-", "--audience", "cats"), "peer"),
        (("review", "--batch", "in.jsonl", "--json"), "are for one draft"),
        (("review", "--batch", "in.jsonl", "--audience", "peer"), "are for one draft"),
        (("knowledge", "add"), "Missing argument 'paths'"),
        (("knowledge", "remove"), "Missing argument 'names'"),
        (("context", "set", "Search"), "give --file, --project, --goal or --metric"),
        (("context", "restore", "Search"), "Missing option '--version'"),
        (("privacy", "set"), "give at least one option"),
        (("privacy", "set", "--draft-days", "0"), "greater than or equal to 1"),
        (("privacy", "set", "--answer-days", "3651"), "less than or equal to 3650"),
        (("privacy", "set", "--scale", "words"), "icd203"),
        (("gaps", "--limit", "0"), "greater than or equal to 1"),
        (("gaps", "--limit", "many"), "unable to parse string as an integer"),
    ],
)
def test_a_wrong_use_is_named_with_status_two(words: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert told.lower() in shown(*words).lower()


def test_a_wrong_use_of_the_real_command_goes_to_standard_error(tmp_path: Path) -> None:
    ran = coach("ask", data=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "give a question in quotes" in ran.err


_SECOND_LOOK = """
import sys
import bot.commands.contexts, bot.commands.objections, bot.commands.privacy
sys.stderr.write(" ".join(sys.modules))
"""


def test_administration_loads_the_database_and_nothing_else() -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _SECOND_LOOK], capture_output=True, check=True, text=True, timeout=60
    )
    heavy = {"chromadb", "slack_bolt", "slack_sdk", "aiohttp", "langchain", "numpy", "bot.wiring"}
    assert not heavy & set(done.stderr.split())
