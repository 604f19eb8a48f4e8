"""The `coach` command: its arguments and its help. What it does is in `bot.commands`."""

import asyncio
import gc
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bot import team_groups, teams_group
from bot.errors import CoachError

app = typer.Typer(
    name="coach",
    help="Coach answers the management questions of people who run machine-learning teams, in "
    "Slack, in Microsoft Teams, on a local web page and here. Try: coach ask "
    '"Who should own data labelling?"',
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
context = typer.Typer(
    help="What your metrics mean for the business, by team or project: reviews use it in rewrites.",
    no_args_is_help=True,
)
app.add_typer(context, name="context")
privacy = typer.Typer(
    help="How long drafts and answers are kept, where drafts may go, and deleting a person's.",
    no_args_is_help=True,
)
app.add_typer(privacy, name="privacy")
objections = typer.Typer(
    help="Findings that people called no problem: list them, allow or refuse their phrases.",
    no_args_is_help=True,
)
app.add_typer(objections, name="objections")
app.add_typer(team_groups.standup, name="standup")
app.add_typer(team_groups.log, name="log")
app.add_typer(teams_group.teams, name="teams")

Workspace = Annotated[
    str, typer.Option(help="Slack team id; default: the configured Slack team, else the local one.")
]
ContextName = Annotated[str, typer.Argument(help="Team or project, in any case.")]
Sure = Annotated[bool, typer.Option("--yes", help="Delete without asking.")]
Kind = Annotated[str, typer.Argument(help="Kind of finding, as `coach objections list` shows it.")]
Phrase = Annotated[
    str, typer.Argument(help="The phrase, in quotes; case and spacing don't matter.")
]


@app.command()
def run() -> None:
    """Serve every platform that has its settings; with none, the local web page.

    Settings are environment variables, also read from a file named .env; .env.example lists them.

    Example: COACH_PORT=9000 coach run
    """
    # What is imported stays: looking through it for garbage is a fifth of the time to be ready.
    gc.disable()  # until `bot.server.settle`
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
    from bot.commands.console import start_quietly

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
def review(
    draft: Annotated[str, typer.Argument(help="The draft's file, or - for standard input.")] = "",
    audience: Annotated[
        Literal["exec", "product", "board", "peer"] | None,
        typer.Option(help="Who will read it; peers know machine learning. Default: exec."),
    ] = None,
    context: Annotated[
        Path | None,
        typer.Option(help="Business context as JSON, as `coach context show --json` prints it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the review as JSON.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what the rewrite takes out and puts in.")
    ] = False,
    batch: Annotated[
        Path | None,
        typer.Option(
            help='Review a JSONL file instead: {"id", "draft", "audience"?, "context"?} a line.'
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where a batch's reviews go.")] = None,
) -> None:
    """Review a draft update: what a reader could take wrongly, and a rewrite that misleads nobody.

    Example: echo "AUC rose to 0.91. We will ship by Friday." | coach review - --diff
    """
    from bot.commands import review as reviewing
    from bot.commands.console import start_quietly
    from bot.records import Audience

    if batch is None:
        _check_one_draft(draft, out, as_json=as_json, diff=diff)
        work = reviewing.review(
            start_quietly(),
            draft,
            Audience(audience or "exec"),
            context,
            as_json=as_json,
            diff=diff,
        )
    else:
        _check_batch_of_drafts(draft, [audience, context, as_json, diff])
        work = reviewing.review_batch(start_quietly(), batch, out)
    _run(work)


def _check_one_draft(draft: str, out: Path | None, *, as_json: bool, diff: bool) -> None:
    if not draft:
        raise typer.BadParameter("give a file, - for standard input, or --batch FILE")
    if out is not None:
        raise typer.BadParameter("--out goes with --batch FILE")
    if as_json and diff:
        raise typer.BadParameter("give --json or --diff, not both")


def _check_batch_of_drafts(draft: str, of_one_draft: Sequence[object]) -> None:
    if draft:
        raise typer.BadParameter("give a file or --batch FILE, not both")
    if any(of_one_draft):
        raise typer.BadParameter(
            "--audience, --context, --json and --diff are for one draft; the lines of a batch have "
            "their own audience and context"
        )


@app.command()
def chat() -> None:
    """Hold a conversation here; follow-up questions work. An empty line ends it.

    Example: echo "How do I interview an ML engineer?" | coach chat
    """
    from bot.commands import ask as asking
    from bot.commands.console import start_quietly

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


@context.command("list")
def context_list(workspace: Workspace = "") -> None:
    """List the business contexts in force: what each team's metrics mean for the business.

    Example: coach context list
    """
    from bot.commands.contexts import show_all

    _run(show_all(workspace))


@context.command("show")
def context_show(
    name: ContextName,
    version: Annotated[
        int | None, typer.Option(min=1, help="Default: the version in force.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print it as `coach context set --file` takes it.")
    ] = False,
    workspace: Workspace = "",
) -> None:
    """Show a business context: project, goal, and what each metric means and is worth.

    Example: coach context show Search --json > search.json
    """
    from bot.commands.contexts import show

    _run(show(name, version or 0, workspace, as_json=as_json))


@context.command("set")
def context_set(
    name: ContextName,
    file: Annotated[
        Path | None,
        typer.Option(help="JSON file that replaces all of it, as `coach context show` prints it."),
    ] = None,
    project: Annotated[str | None, typer.Option(help="Default: the name.")] = None,
    goal: Annotated[str | None, typer.Option(help="What the business wants of it.")] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            help='"METRIC = BUSINESS MEASURE = EFFECT": added, or put in place of its namesake; '
            "may be given several times."
        ),
    ] = None,
    workspace: Workspace = "",
) -> None:
    """Make a business context, or change what you name of it; earlier versions are kept.

    Example: coach context set Search --goal "Fewer support calls" --metric "nDCG = calls per
    order = 1 point is about 2,000 calls a month"
    """
    from bot.commands.contexts import save

    if file is None and project is None and goal is None and not metric:
        raise typer.BadParameter("give --file, --project, --goal or --metric")
    _run(save(name, file, project, goal, metric or (), workspace))


@context.command("history")
def context_history(name: ContextName, workspace: Workspace = "") -> None:
    """List every version of a business context, newest first, and what each one changed.

    Example: coach context history Search
    """
    from bot.commands.contexts import history

    _run(history(name, workspace))


@context.command("restore")
def context_restore(
    name: ContextName,
    version: Annotated[int, typer.Option(min=1, help="As `coach context history` shows it.")],
    workspace: Workspace = "",
) -> None:
    """Put an older version of a business context in force again, as a new version.

    Example: coach context restore Search --version 2
    """
    from bot.commands.contexts import restore

    _run(restore(name, version, workspace))


@context.command("forget")
def context_forget(name: ContextName, sure: Sure = False, workspace: Workspace = "") -> None:
    """Delete a business context with all its versions; asks first, and can't be undone.

    Example: coach context forget Search
    """
    from bot.commands.contexts import forget

    _run(forget(name, workspace, sure=sure))


@privacy.command("show")
def privacy_show(workspace: Workspace = "") -> None:
    """Show how long drafts and answers are kept and whether drafts go to a language model.

    Example: coach privacy show
    """
    from bot.commands.privacy import show

    _run(show(workspace))


@privacy.command("set")
def privacy_set(
    draft_days: Annotated[
        int | None,
        typer.Option(min=1, max=3650, help="Delete drafts and their reviews after so many days."),
    ] = None,
    answer_days: Annotated[
        int | None,
        typer.Option(min=1, max=3650, help="Delete questions and answers after so many days."),
    ] = None,
    drafts_to_model: Annotated[
        bool | None,
        typer.Option(
            "--drafts-to-model/--no-drafts-to-model",
            help="Whether drafts may go to the language model's vendor.",
        ),
    ] = None,
    scale: Annotated[
        Literal["icd203", "ipcc"] | None,
        typer.Option(help="Words for likelihoods: “likely” is 55–80 % or 66–100 %."),
    ] = None,
    workspace: Workspace = "",
) -> None:
    """Decide how long drafts and answers are kept, and whether drafts may go to a model's vendor.

    Example: coach privacy set --draft-days 14 --no-drafts-to-model
    """
    from bot.commands.privacy import decide

    given = {
        "draft_days": draft_days,
        "answer_days": answer_days,
        "drafts_to_model": drafts_to_model,
        "scale": scale,
    }
    decisions = {name: value for name, value in given.items() if value is not None}
    if not decisions:
        raise typer.BadParameter("give at least one option; `coach privacy set --help` lists them")
    _run(decide(workspace, decisions))


@privacy.command("forget")
def privacy_forget(
    person: Annotated[str, typer.Argument(help="The platform's id, in Slack the member ID.")],
    sure: Sure = False,
    workspace: Workspace = "",
) -> None:
    """Delete a person's drafts, reviews and questions at once; asks first, and can't be undone.

    Example: coach privacy forget U012ABCDEF
    """
    from bot.commands.privacy import forget

    _run(forget(person, workspace, sure=sure))


@objections.command("list")
def objections_list(workspace: Workspace = "") -> None:
    """List the phrases that authors called no problem, those that wait for you first.

    Example: coach objections list
    """
    from bot.commands.objections import show_all

    _run(show_all(workspace))


@objections.command("allow")
def objections_allow(kind: Kind, phrase: Phrase, workspace: Workspace = "") -> None:
    """Agree that a phrase is no problem: reviews in this workspace don't raise it any more.

    Example: coach objections allow jargon "churn uplift"
    """
    from bot.commands.objections import decide

    _run(decide(kind, phrase, workspace, allowed=True))


@objections.command("refuse")
def objections_refuse(kind: Kind, phrase: Phrase, workspace: Workspace = "") -> None:
    """Keep raising a phrase in reviews, also one that was allowed before.

    Example: coach objections refuse hype "game-changing"
    """
    from bot.commands.objections import decide

    _run(decide(kind, phrase, workspace, allowed=False))


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
