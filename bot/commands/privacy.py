"""`coach privacy`: how long drafts and answers are kept, where drafts may go, and deleting."""

from collections.abc import Mapping

from rich.table import Table

from bot.commands.console import confirm, err, out
from bot.commands.stores import opened_stores
from bot.records import Policy
from bot.settings import Settings
from bot.stores.log import new_pseudonym
from bot.updates.likelihoods import scales


async def show(workspace: str) -> None:
    """Show the workspace's policy."""
    async with opened_stores(workspace) as stores:
        policy = await stores.policies.policy(stores.workspace)
    _show(policy, stores.settings)


async def decide(workspace: str, decisions: Mapping[str, object]) -> None:
    """Put the *decisions*, by field of `Policy`, in force; the rest stays as it is."""
    async with opened_stores(workspace) as stores:
        before = await stores.policies.policy(stores.workspace)
        policy = Policy.model_validate({**before.model_dump(), **decisions})
        await stores.policies.decide(stores.workspace, policy)
    _show(policy, stores.settings)
    if policy.draft_days < before.draft_days or policy.answer_days < before.answer_days:
        err.print("What is older is deleted within the hour, or when `coach run` starts.")


async def forget(person: str, workspace: str, *, sure: bool) -> None:
    """Delete what *person* wrote and what was answered, after asking unless *sure*."""
    async with opened_stores(workspace) as stores:
        where = stores.workspace
        if not sure:
            confirm(
                f"Delete every draft, review and question of {person} in workspace {where}, and "
                "take them out of its standups and log?"
            )
        reviews = await stores.reviews.forget_person(where, person)
        answers = await stores.conversations.forget_person(where, person)
        objections = await stores.objections.forget_person(where, person)
        await stores.contexts.forget_person(where, person)
        # The same name in both, so that what somebody did still belongs together.
        pseudonym = new_pseudonym()
        outcomes = await stores.log.forget_person(where, person, pseudonym)
        check_ins = await stores.standups.forget_person(where, person, pseudonym)
        addresses = await stores.addresses.forget_person(where, person)
    out.print(f"deleted    drafts with their reviews: {reviews}")
    out.print(f"deleted    questions with their answers: {answers}")
    out.print(f"deleted    objections that nobody had decided: {objections}")
    if addresses:
        out.print("deleted    where they are reached: they are written to once they write again")
    out.print(f"made anonymous    outcomes in the log: {outcomes}, check-ins: {check_ins}")
    if not reviews + answers + objections + outcomes + check_ins + addresses:
        err.print(
            f"Nothing of {person} was kept here. People go by the platform's id: in Slack the "
            "member ID of their profile (U012ABCDEF), in Teams their Entra object ID."
        )
    err.print("Messages on the platform itself stay there until somebody deletes them.")


def _show(policy: Policy, settings: Settings) -> None:
    table = Table(box=None, show_header=False)
    table.add_row("Drafts and their reviews", f"deleted after {_days(policy.draft_days)}")
    table.add_row("Questions and answers", f"deleted after {_days(policy.answer_days)}")
    table.add_row("Drafts to the language model", _model(policy, settings))
    likely = next(step for step in scales()[policy.scale] if step.phrase == "likely")
    table.add_row(
        "Words for likelihoods", f"{policy.scale}: “likely” is {likely.low}–{likely.high} %"
    )
    out.print(table)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _model(policy: Policy, settings: Settings) -> str:
    if not policy.drafts_to_model:
        return "no: the built-in engine reviews them here"
    if settings.coach_model:
        return f"yes: they go to {settings.coach_model}"
    return "allowed, but no model is set up (COACH_MODEL)"
