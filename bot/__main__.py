"""The `coach` command: its arguments and its help. What it does is in `bot.commands`."""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.errors import CoachError

app = typer.Typer(
    name="coach",
    help="Coach answers the management questions of people who run machine-learning teams, on "
    'Slack, on a local web page and here. Try: coach ask "Who should own data labelling?"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
knowledge = typer.Typer(
    help="Your own documents beside the shipped lecture material: add, list, remove, rebuild.",
    no_args_is_help=True,
)
app.add_typer(knowledge, name="knowledge")

Workspace = Annotated[
    str, typer.Option(help="Slack team id; default: the configured Slack team, else the local one.")
]


@app.command()
def run() -> None:
    """Serve every platform that has its settings; with none, the local web page.

    Settings are environment variables, also read from a file named .env; .env.example lists them.

    Example: COACH_PORT=9000 coach run
    """
    from bot.commands.serve import run as serve

    _run(serve())


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    batch: Annotated[
        Path | None,
        typer.Option(help='Answer a JSONL file instead: {"id", "question", "history"?} a line.'),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where a batch's answers go.")] = None,
) -> None:
    """Answer one question with its sources, or a file of questions.

    Example: coach ask "My boss wants a date for the model. What do I say?"
    """
    from bot.commands import ask as asking
    from bot.commands.terminal import start_quietly

    if batch is None and not question.strip():
        raise typer.BadParameter("give a question in quotes, or --batch FILE")
    if batch is not None and question:
        raise typer.BadParameter("give a question or --batch FILE, not both")
    if out is not None and batch is None:
        raise typer.BadParameter("--out goes with --batch FILE")
    settings = start_quietly()
    if batch is not None:
        _run(asking.ask_batch(settings, batch, out))
    else:
        _run(asking.ask(settings, question, as_json=as_json))


@app.command()
def chat() -> None:
    """Hold a conversation here; follow-up questions work. An empty line ends it.

    Example: echo "How do I interview an ML engineer?" | coach chat
    """
    from bot.commands import ask as asking
    from bot.commands.terminal import start_quietly

    _run(asking.chat(start_quietly()))


@app.command()
def gaps(
    workspace: Workspace = "",
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 30,
) -> None:
    """List questions that were not covered or voted down: what to add to the library.

    Example: coach gaps --limit 10
    """
    from bot.commands.library import gaps as list_gaps

    _run(list_gaps(workspace, limit))


@app.command()
def doctor() -> None:
    """Check settings, database, vector store, model, tokens and clock; say how to fix each.

    Example: coach doctor && coach run
    """
    from bot.commands.doctor import examine

    if not _run(examine()):
        raise typer.Exit(2)


@knowledge.command("add")
def knowledge_add(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.")],
    workspace: Workspace = "",
) -> None:
    """Add Markdown, text, PDF, Word, HTML or subtitle files, or folders of them.

    A file that has changed replaces its passages; an unchanged one costs nothing; a broken one is
    named and skipped.

    Example: coach knowledge add handbook/ hiring.pdf
    """
    from bot.commands.library import add

    _run(add(paths, workspace))


@knowledge.command("list")
def knowledge_list(workspace: Workspace = "") -> None:
    """List the documents that were added, by the names that `remove` takes.

    Example: coach knowledge list
    """
    from bot.commands.library import show

    _run(show(workspace))


@knowledge.command("remove")
def knowledge_remove(
    names: Annotated[list[str], typer.Argument(help="Names as `coach knowledge list` shows them.")],
    workspace: Workspace = "",
) -> None:
    """Remove documents from the library; the files themselves stay where they are.

    Example: coach knowledge remove hiring.pdf
    """
    from bot.commands.library import remove

    _run(remove(names, workspace))


@knowledge.command("rebuild")
def knowledge_rebuild(workspace: Workspace = "") -> None:
    """Embed everything anew, for instance after a crash of the vector store.

    Example: coach knowledge rebuild
    """
    from bot.commands.library import rebuild

    _run(rebuild(workspace))


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def main() -> None:
    """Run the command; a problem is one sentence on standard error and an exit status."""
    try:
        app()
    except CoachError as error:
        sys.stderr.write(f"{error.sentence}\n")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)


if __name__ == "__main__":
    main()
