"""Dialogs: forms to fill in and passages to read, all within the seconds that Slack allows."""

import asyncio
from collections.abc import Mapping

import structlog

from bot.errors import CoachError
from bot.messages import Message
from bot.platforms.serving import Forms, Problems
from bot.platforms.slack.api import Api
from bot.platforms.slack.asides import TROUBLE
from bot.platforms.slack.forms import WHOLE, FormTooLarge, form_view
from bot.platforms.slack.sources import Block, passage_view

_GONE = "There is nothing to fill in here any more: what it was about has been deleted."
_NOT_OPENED = "The form did not open in time. Please try again."
_NOT_CHECKED = "I could not check this in time, so nothing is sent yet. Please send it again."

log = structlog.get_logger(__name__)


class Dialogs:
    """Opens dialogs on the screen of whoever just pressed or commanded something."""

    def __init__(self, api: Api, forms: Forms, problems: Problems, seconds: float) -> None:
        """Show what *forms* gives, and ask *problems* what is wrong with a form that comes back.

        Each takes up to *seconds*: Slack gives three.
        """
        self._api = api
        self._forms = forms
        self._problems = problems
        self._seconds = seconds

    async def show_passage(self, trigger: str, value: str) -> None:
        """Open the passage that a button's *value* carries; later is too late, so never again."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._open(trigger, passage_view(value))
        except TROUBLE as problem:
            log.warning("passage_not_shown", problem=str(problem))

    async def show_form(self, trigger: str, asked: Message) -> str:
        """Open the form for *asked*; return a sentence for the person if that can't be done."""
        try:
            async with asyncio.timeout(self._seconds):
                form = await self._forms(asked)
                if form is None:
                    return _GONE
                await self._open(trigger, form_view(form, asked))
        except CoachError as error:
            return error.sentence
        except (*TROUBLE, FormTooLarge) as problem:
            log.warning("form_not_shown", problem=str(problem) or type(problem).__name__)
            return _NOT_OPENED
        return ""

    async def problems_in(self, filled: Message) -> Mapping[str, str]:
        """Return what is wrong with a filled-in form by field, with the WHOLE too."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._problems(filled)
        except CoachError as error:
            return {WHOLE: error.sentence}
        except TimeoutError:
            log.warning("form_not_checked", event_id=filled.id)
            return {WHOLE: _NOT_CHECKED}

    async def _open(self, trigger: str, view: Block) -> None:
        await self._api.call("views.open", trigger_id=trigger, view=view)
