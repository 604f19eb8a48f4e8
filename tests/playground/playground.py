"""The page of the Microsoft 365 Agents Playground, and what a person does there.

Its marks in the page are those of version 0.2.28.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from playwright.async_api import Locator, Page, expect

URL = "http://127.0.0.1:56150/"
TENANT = "00000000-0000-0000-0000-0000000000001"
PERSON = "Alex Wilber"
SECONDS = 30.0
"""How long Coach may take on a busy machine."""

Chat = Literal["Personal Chat", "Group Chat", "General", "Announcements"]

_BOT = "Test Bot"
_BOX = "Type a message..."
_LOG = "Log Panel"
_STANDS_THERE = f"words => document.body.innerText.split('{_LOG}')[0].includes(words)"
_TO_COACH = "Microsoft 365 Agents Playground -> User Application"
_FROM_COACH = "User Application -> Microsoft 365 Agents Playground"
_DRAWN_ANEW = 300  # milliseconds in which a card is drawn anew after a button


class Card:
    """A card in the page: the latest one with certain words, whenever it is looked at."""

    def __init__(self, page: Page, root: Locator) -> None:
        self._page = page
        self.root = root

    async def has(self, *words: str) -> None:
        """Wait until all of these words stand in the card."""
        for each in words:
            await expect(self.root).to_contain_text(each)

    async def lacks(self, *words: str) -> None:
        """Wait until none of these words stand in the card."""
        for each in words:
            await expect(self.root).not_to_contain_text(each)

    async def text(self) -> str:
        return await self.root.inner_text()

    async def buttons(self) -> list[str]:
        """Return the labels of the buttons that can be seen, in their order."""
        shown = self.root.locator("button:visible")
        return [one.strip() for one in await shown.all_inner_texts()]

    async def press(self, name: str) -> None:
        """Press the last button of that name: one inside what another opened comes after it."""
        await self.root.get_by_role("button", name=name, exact=True).last.click()
        await self._page.wait_for_timeout(_DRAWN_ANEW)

    def field(self, label: str, number: int = 0) -> Locator:
        """Return the field whose label begins so; the *number*-th where several do."""
        return self.root.get_by_label(re.compile(rf"^{re.escape(label)}")).nth(number)

    async def fill(self, label: str, text: str, number: int = 0) -> None:
        """Fill in a text, number or time."""
        await self.field(label, number).fill(text)

    async def choose(self, label: str, option: str, number: int = 0) -> None:
        """Choose in a list that drops down."""
        named = re.compile(rf"^{re.escape(label)}")
        await self.root.get_by_role("combobox", name=named).nth(number).click()
        await self._page.get_by_role("option", name=option, exact=True).click()

    async def tick(self, choice: str) -> None:
        """Tick one of the choices that are all shown."""
        box = self.root.locator(f'input[aria-label="{choice}"]')
        radio = self.root.get_by_role("radio", name=choice)
        await box.or_(radio).first.check(force=True)

    async def pick_person(self, name: str) -> None:
        """Choose in the people picker, of which a form has one."""
        await self.root.locator(".ms-BasePicker-input").first.click()
        await self._page.locator(".ms-Suggestions-itemButton", has_text=name).first.click()


class Playground:
    """What Alex Wilber sees and does; each starts with empty chats."""

    def __init__(self, page: Page, pictures: Path | None) -> None:
        """Look at *page*; *pictures* of it are kept in that folder, if there is one."""
        self.page = page
        self._pictures = pictures

    async def open(self) -> None:
        """Open the page, in which the personal chat stands open."""
        await self.page.goto(URL)
        await self.page.get_by_text("Connected.").first.wait_for()
        await self.page.get_by_text(f"{_TO_COACH} conversationUpdate 200").first.wait_for()

    async def go(self, chat: Chat) -> None:
        """Open a chat or a channel of “My Team”."""
        await self.page.get_by_role("treeitem").filter(has_text=chat).last.click()
        placeholder = "Start a new post" if chat in ("General", "Announcements") else _BOX
        await self.page.get_by_text(placeholder).first.wait_for()

    # -- writing

    async def say(self, text: str) -> None:
        """Send a message in the personal chat, which needs no mention."""
        await self._write(text, self._boxes.last)
        await self._send()

    async def post(self, text: str) -> None:
        """Mention Coach in a new post of a channel."""
        await self._write(text, self._boxes.first, mention=True)
        await self.page.get_by_role("button", name="Post", exact=True).first.click()

    async def reply(self, text: str) -> None:
        """Mention Coach in the last thread of a channel, or in a group chat."""
        await self._write(text, self._boxes.last, mention=True)
        await self._send()

    @property
    def _boxes(self) -> Locator:
        return self.page.locator("[contenteditable=true][role=textbox]")

    async def _write(self, text: str, box: Locator, *, mention: bool = False) -> None:
        keyboard = self.page.keyboard
        await box.click()
        if mention:
            await keyboard.type("@")
            await self.page.get_by_role("menuitem", name=_BOT).click()
            await keyboard.type(" ")
        await keyboard.insert_text(text)

    async def _send(self) -> None:
        await self.page.get_by_role("button", name="Send Message").last.click()

    # -- reading

    def card(self, *words: str) -> Card:
        """Return the latest card with all of these words in it, which may come later."""
        found = self.page.locator(".ac-adaptiveCard")
        for each in words:
            found = found.filter(has_text=each)
        return Card(self.page, found.last)

    async def sees(self, *words: str) -> None:
        """Wait until all of these words stand in the page, not only in its log."""
        for each in words:
            await self.page.wait_for_function(_STANDS_THERE, arg=each)

    async def text(self) -> str:
        """Return what stands in the page, without its log."""
        text = str(await self.page.evaluate("document.body.innerText"))
        return text.partition(_LOG)[0]

    async def log(self) -> list[str]:
        """Return the lines of the page's log: what went to Coach and came from it."""
        text = str(await self.page.evaluate("document.body.innerText"))
        lines = text.partition(_LOG)[2].splitlines()
        return [line for line in lines if _TO_COACH in line or _FROM_COACH in line]

    # -- what stands around messages

    async def thumb(self, *, up: bool, words: str) -> None:
        """Vote on the latest answer, in *words*."""
        side = "positive" if up else "negative"
        await self.page.locator(f".fai-FeedbackButtons__{side}FeedbackButton").last.click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("textbox").fill(words)
        await dialog.get_by_role("button", name="Submit").click()
        await self.page.get_by_text("Thank you!").wait_for()
        await self.page.get_by_role("button", name="Close", exact=True).click()

    async def message_action(self, command: str) -> Locator:
        """Use a message action on the latest message; return the dialog that it opens."""
        await self.page.get_by_role("button", name="Show more information").last.click()
        await self.page.get_by_role("menuitem", name="Action Command").click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("textbox").first.fill(command)
        await dialog.get_by_role("button", name="Create").click()
        return dialog

    async def close_dialog(self) -> None:
        dialog = self.page.get_by_role("dialog")
        close = dialog.get_by_role("button", name=re.compile("close", re.IGNORECASE))
        await close.first.click()

    async def mock(self, activity: str) -> None:
        """Have Teams say that something happened, such as “Uninstall application”."""
        await self.page.get_by_role("button", name="Mock an Activity").click()
        await self.page.get_by_role("menuitem").filter(has_text=activity).first.click()
        dialog = self.page.get_by_role("dialog")
        send = dialog.get_by_role("button", name=re.compile("Send"))
        await self.page.wait_for_timeout(_DRAWN_ANEW)
        if await send.count():
            await send.first.click()

    async def picture(self, name: str, of: Sequence[Card] = ()) -> None:
        """Keep a picture of the page, where pictures are wanted; of cards alone with *of*."""
        if self._pictures is None:
            return
        self._pictures.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self._pictures / f"{name}.png")
        for number, card in enumerate(of, start=1):
            await card.root.screenshot(path=self._pictures / f"{name}-{number}.png")
