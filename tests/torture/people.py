"""The members of the standups: they answer, edit, skip, come late or keep silent."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from random import Random

from bot import standup_forms
from bot.clock import now
from bot.log_records import Result
from bot.platforms.slack.render import OPENS_FORM
from bot.standup_forms import Asked
from tests.torture.mentions import DELIVERIES
from tests.torture.payloads import Fields, Pressable, buttons, inputs, press, submission
from tests.torture.post import FORM, Post
from tests.torture.rounds import Manner, Round
from tests.torture.slack import UnkindSlack, direct

CHECK_IN = OPENS_FORM + standup_forms.CHECK_IN

_THINKING_SECONDS = 6.0
_RESULTS = {
    Result.STILL_RUNNING: 60,
    Result.INCONCLUSIVE: 30,
    Result.BLOCKED: 8,
    Result.SUPPORTED: 1,
    Result.REFUTED: 1,
}


@dataclass(frozen=True)
class Filled:
    """A check-in form that was sent; `tried` are by hypothesis, every text is unique.

    `number` counts the forms, so that of two by one person the later one has the higher.
    """

    number: int
    event: str
    standup: str
    person: str
    tried: Mapping[str, str]
    need: str


@dataclass(frozen=True)
class Skipped:
    """A press of Skip."""

    standup: str
    person: str


class People:
    """Everybody in the workspace; `filled` and `skipped` are what Coach acknowledged.

    `sent` has the forms that it did not acknowledge, too. `busy` says how many things are being
    done.
    """

    def __init__(
        self,
        slack: UnkindSlack,
        post: Post,
        random: Random,
        spread: float,
        group: asyncio.TaskGroup,
    ) -> None:
        """Act in *group* on what *slack* shows; repeats come up to *spread* seconds later."""
        self.sent: dict[str, Filled] = {}
        self.filled: dict[str, Filled] = {}
        self.skipped: set[Skipped] = set()
        self.busy = 0
        self._slack = slack
        self._post = post
        self._random = random
        self._spread = spread
        self._group = group
        self._asked: set[str] = set()
        self._numbers = itertools.count(1)

    def react(self, round_: Round, person: str, prompt: Fields) -> None:
        """Do about a check-in what *person* is going to do; asked again, they do nothing."""
        asked = f"{round_.standup.id}:{person}"
        if asked not in self._asked:
            self._asked.add(asked)
            self._soon(self._react(round_, person, list(buttons(prompt))))

    def come_early(self, round_: Round) -> None:
        """Answer before being asked, whoever does that."""
        early = [p for p, manner in round_.manners.items() if manner is Manner.ANSWERS_EARLY]
        value = str(Asked(round_.standup.id, round_.opens.date()))
        for person in early:
            self._soon(self._fill_in(round_, person, Pressable(CHECK_IN, value)))

    def run_now(self, round_: Round, owner: str) -> None:
        """Have Coach ask everybody at once."""
        button = Pressable(standup_forms.RUN, round_.standup.id)
        self._soon(self._press(button, owner, lambda: None))

    def _soon(self, act: Coroutine[None, None, None]) -> None:
        self.busy += 1
        self._group.create_task(self._noting(act))

    async def _noting(self, act: Coroutine[None, None, None]) -> None:
        await act
        self.busy -= 1

    async def _react(self, round_: Round, person: str, shown: list[Pressable]) -> None:
        await self._think()
        forms = [button for button in shown if button.action == CHECK_IN]
        match round_.manners[person]:
            case Manner.ANSWERS:
                await self._fill_in(round_, person, self._random.choice(forms))
            case Manner.ANSWERS_TWICE:
                await self._fill_in(round_, person, forms[0])
                await self._think()
                await self._fill_in(round_, person, forms[0])
            case Manner.ANSWERS_LATE:
                await asyncio.sleep(max(0.0, (round_.closes - now()).total_seconds()))
                await self._think()
                await self._fill_in(round_, person, forms[0])
            case Manner.SKIPS:
                skipped = Skipped(round_.standup.id, person)
                (button,) = (b for b in shown if b.action == standup_forms.SKIP)
                await self._press(button, person, lambda: self.skipped.add(skipped))
            case Manner.ANSWERS_EARLY | Manner.SILENT:
                return

    async def _think(self) -> None:
        await asyncio.sleep(self._random.uniform(0.2, _THINKING_SECONDS))

    async def _fill_in(self, round_: Round, person: str, button: Pressable) -> None:
        view = await self._screen(person, button)
        number = next(self._numbers)
        answers = {b["block_id"]: self._answer(b["block_id"], number) for b in inputs(view)}
        said = {block: text for block, text in answers.items() if text}
        tried = {b.removeprefix("tried/"): t for b, t in said.items() if b.startswith("tried/")}
        event = f"view-{view['id']}-{view['hash']}"
        filled = Filled(number, event, round_.standup.id, person, tried, said.get("question0", ""))
        self.sent[event] = filled
        body = submission(view, said, person)
        await self._thrice(body, lambda: self.filled.setdefault(event, filled))

    def _answer(self, block: str, number: int) -> str:
        part, _, hypothesis = block.partition("/")
        match part:
            case "result":
                (result,) = self._random.choices(list(_RESULTS), list(_RESULTS.values()))
                return result.value
            case "tried":
                return f"Experiment {number} on {hypothesis}."
            case "chance":
                return str(self._random.randint(1, 99))
            case "question0":
                return f"Need {number}."
            case _:
                return ""

    async def _screen(self, person: str, button: Pressable) -> Fields:
        """Press *button* until its form opens; whether Coach acknowledged that does not matter."""
        while True:
            trigger = self._trigger()
            screen = self._slack.screen(trigger)
            await self._post.attempt(self._pressed(button, person, trigger), FORM)
            if screen.done():
                return screen.result()
            await asyncio.sleep(self._random.uniform(0.2, 1.5))

    async def _press(
        self, button: Pressable, person: str, acknowledged: Callable[[], object]
    ) -> None:
        await self._thrice(self._pressed(button, person, self._trigger()), acknowledged)

    def _pressed(self, button: Pressable, person: str, trigger: str) -> str:
        response_url = f"{self._slack.url}respond"
        return press(button, person, direct(person), trigger, response_url)

    def _trigger(self) -> str:
        return f"1.2.{next(self._numbers)}"

    async def _thrice(self, body: str, acknowledged: Callable[[], object]) -> None:
        """Deliver *body*, and again later; return when the first one is acknowledged."""
        for _ in range(DELIVERIES - 1):
            delay = self._random.uniform(0, self._spread)
            self._soon(self._deliver(body, acknowledged, delay))
        await self._deliver(body, acknowledged, 0)

    async def _deliver(self, body: str, acknowledged: Callable[[], object], delay: float) -> None:
        await self._post.deliver(body, FORM, delay)
        acknowledged()
