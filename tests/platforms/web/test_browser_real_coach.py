"""Standups and bets in a real browser with the real Coach: from an objective to its odds."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from browsing import answered, button, go_to, looking_at
from playwright.async_api import Browser, Locator, Page, expect
from real_coach import real_coach

from bot.charts import WIDTH
from bot.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    async with (
        real_coach(tmp_path) as url,
        looking_at(browser, url, timezone_id="America/Sao_Paulo", locale="en-GB") as page,
    ):
        await go_to(page, "Standups and bets")
        yield page


async def enter(page: Page, name: str) -> None:
    await page.get_by_label("Your name in standups").fill(name)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(f"You are {name}")).to_be_visible()


def matter(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title)


def answer(where: Locator) -> Locator:
    return where.get_by_role("region", name="What Coach says")


async def register_objective(page: Page) -> None:
    await button(matter(page, "The team's bets"), "New objective").press("Enter")
    form = page.get_by_role("form", name="Objective")
    await expect(form.get_by_label("Objective")).to_be_focused()
    await page.keyboard.type("Fewer customers leave")
    await form.get_by_label("Business measure").fill("monthly churn")
    await form.get_by_label("Target").fill("at most 4 %")
    await form.get_by_label("By when").fill(_in_days(120))
    await page.keyboard.press("Enter")
    await expect(answer(matter(page, "The team's bets"))).to_be_focused()


async def register_hypothesis(page: Page, claim: str, chance: str) -> None:
    bets = matter(page, "The team's bets")
    await button(bets, "New hypothesis").press("Enter")
    form = page.get_by_role("form", name="Hypothesis")
    await form.get_by_label("Claim").fill(claim)
    await form.get_by_label("Chance that it works").fill(chance)
    await form.get_by_label("What does it share").fill("labels")
    await button(form, "Register").press("Enter")
    await expect(answer(bets)).to_contain_text(f"Registered: “{claim}” at {chance} %")


async def set_up_standup(page: Page, *days: str) -> None:
    """Set up a standup of one member, on *days* instead of the weekdays."""
    standups = matter(page, "Standups")
    await button(standups, "New standup").press("Enter")
    form = page.get_by_role("form", name="Standup")
    await form.get_by_label("Name").fill("Daily")
    await form.get_by_label("Members").fill("Ana Sousa")
    for box in await form.get_by_role("checkbox").all():
        await box.uncheck()
    for day in days:
        await form.get_by_label(day).check()
    await button(form, "Keep").press("Enter")
    await expect(answer(standups)).to_contain_text("Kept: “Daily”")


async def run_now(page: Page) -> None:
    standups = matter(page, "Standups")
    await button(answer(standups), "Run now").press("Enter")
    await expect(answer(standups)).to_contain_text("Asking 1 member of “Daily” now.")
    # Until then the button there is that of an early answer, for the next day of the standup.
    await expect(matter(page, "Your check-ins")).to_contain_text("open until")


async def open_check_in(page: Page) -> Locator:
    await button(matter(page, "Your check-ins"), "Check in: Daily").press("Enter")
    form = page.get_by_role("form", name="Check-in")
    await expect(form).to_be_visible()
    return form


async def check_in(page: Page, chance: str) -> None:
    form = await open_check_in(page)
    await form.get_by_label("what came of it?").first.select_option("still_running")
    await form.get_by_label("What did you try?").first.fill("Sessions of 30 days")
    await form.get_by_label("Chance").first.fill(chance)
    await button(form, "Send").press("Enter")
    await expect(answer(matter(page, "Your check-ins"))).to_contain_text("Got it: 1 report logged")


async def comes(page: Page, node: Locator) -> bool:
    """Look again until *node* is there, each time when the last look is answered."""
    for _ in range(60):
        async with answered(page):
            await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await asyncio.sleep(1)
        if await node.count():
            return True
    return False


async def test_from_an_objective_to_a_check_in_and_the_odds(page: Page) -> None:
    await enter(page, "Ana Sousa")
    await register_objective(page)
    await register_hypothesis(page, "Session features find leavers", "40")
    await register_hypothesis(page, "Tickets tell who leaves", "30")
    await set_up_standup(page, "Monday", "Thursday")
    await run_now(page)
    await check_in(page, "60")
    mine = matter(page, "Your check-ins")
    await expect(mine).to_contain_text("Session features find leavers (still running, 60 %)")
    bets = matter(page, "The team's bets")
    await expect(bets).to_contain_text("2 approaches are live for “Fewer customers leave”")
    await button(bets, "Odds: Fewer customers leave").press("Enter")
    told = answer(bets)
    await expect(told).to_contain_text("Session features find leavers: 60 % (at first 40 %)")
    await expect(told).to_contain_text("depend on “labels”")
    picture = told.get_by_role("img", name="Bars of the hypotheses for “Fewer customers leave”")
    await expect(picture).to_have_js_property("naturalWidth", WIDTH)


async def test_the_odds_are_there_for_the_next_who_looks(page: Page) -> None:
    await enter(page, "Ana Sousa")
    await register_objective(page)
    await register_hypothesis(page, "Session features find leavers", "40")
    await button(page, "Change name").click()
    await enter(page, "Benoît")
    await expect(matter(page, "Your check-ins")).to_contain_text("You are in no standup here")
    await expect(matter(page, "The team's bets")).to_contain_text("1 objective is open.")
    await button(matter(page, "The team's bets"), "All hypotheses").click()
    told = answer(matter(page, "The team's bets"))
    await expect(told).to_contain_text("Session features find leavers: 40 %")
    await expect(told.get_by_role("button", name="Drop")).to_have_count(0)


async def test_wrong_answers_are_said_at_their_fields_and_stay(page: Page) -> None:
    await enter(page, "Ana Sousa")
    await register_objective(page)
    await register_hypothesis(page, "Session features find leavers", "40")
    await set_up_standup(page, "Monday")
    form = await open_check_in(page)
    tried, chance = form.get_by_label("What did you try?"), form.get_by_label("Chance")
    await tried.fill("x" * 10_001)
    await chance.fill("140")
    await button(form, "Send").click()
    await expect(tried).to_be_focused()
    await expect(tried).to_have_accessible_description(
        "That has 10,001 characters; up to 10,000 fit."
    )
    await tried.fill("x" * 10_000)
    await form.get_by_label("Evidence").fill("tomorrow")
    await button(form, "Send").click()
    await expect(form.get_by_role("alert")).to_contain_text("answers can't be used yet")
    await expect(chance).to_have_attribute("aria-invalid", "true")
    await expect(form.get_by_label("Evidence")).to_have_attribute("aria-invalid", "true")
    await chance.fill("0")
    await form.get_by_label("Evidence").fill("")
    await form.get_by_label("what came of it?").select_option("inconclusive")
    await button(form, "Send").click()
    await expect(answer(matter(page, "Your check-ins"))).to_contain_text("1 report logged")


async def test_times_are_those_of_the_browser_s_zone(page: Page) -> None:
    await enter(page, "Ana Sousa")
    await button(matter(page, "Standups"), "New standup").click()
    zone = page.get_by_role("form", name="Standup").get_by_label("The team's zone")
    await expect(zone).to_have_value("America/Sao_Paulo")


async def test_what_was_asked_just_now_is_open_on_the_page(page: Page) -> None:
    await enter(page, "Ana Sousa")
    await set_up_standup(page, f"{now() + timedelta(days=3):%A}")
    await run_now(page)
    await expect(matter(page, "Your check-ins")).to_contain_text("open until")


async def test_the_digest_can_be_read_on_the_page(page: Page) -> None:
    await enter(page, "Ana Sousa")
    await register_objective(page)
    await register_hypothesis(page, "Session features find leavers", "40")
    await set_up_standup(page, f"{now() + timedelta(days=3):%A}")
    await run_now(page)
    await check_in(page, "60")
    standups = matter(page, "Standups")
    show = button(standups, "Latest digest of “Daily”")
    assert await comes(page, show)
    await show.click()
    await expect(answer(standups)).to_contain_text("1 experiment reported.")


async def test_the_demo_team_plays_its_week(page: Page) -> None:
    await page.get_by_role("link", name="See a demo team").click()
    days = page.get_by_role("group", name="Days of the demo team")
    await expect(days.get_by_role("heading")).to_have_text("Day 1 of 5 Mon 23 Nov", timeout=60_000)
    events = page.locator("ol.timeline")
    await expect(events.get_by_text("Check-in for “Churn bets”, Mon 23 Nov").first).to_be_visible()
    for number in range(2, 6):
        await button(days, "Next day").press("Enter")
        await expect(days.get_by_role("heading")).to_contain_text(f"Day {number} of 5")
    await expect(events.get_by_text("Coach adds to the digest in #ml-team")).to_be_visible()
    await expect(events.get_by_role("img").last).to_have_js_property("naturalWidth", WIDTH)


def _in_days(days: int) -> str:
    return f"{now().date() + timedelta(days=days)}"
