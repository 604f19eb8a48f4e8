"""Standups and bets in a real browser: one's name, forms of every kind, charts, the demo team."""

import pytest
from browsing import SIZE, WORST_CONTRAST, Site, button, go_to, log_in
from playwright.async_api import Browser, Locator, Page, expect
from team_stand_in import ALT, HOSTILE, LONGEST_NOTE
from web_stand_ins import StandIn, StandInLibrary, page_of, serving

from bot.platforms.web.platform import WebPlatform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Whether every image was loaded, from an address that only this page knows.
LOADED = """() => [...document.images].every(
  (image) => image.complete && image.naturalWidth > 0
)"""


async def enter(page: Page, name: str = "Ana") -> None:
    await go_to(page, "Standups and bets")
    await page.get_by_label("Your name in standups").fill(name)
    await button(page, "Continue").click()
    await expect(page.get_by_text("One check-in is open.")).to_be_visible()


async def keep(page: Page, name: str = "Daily") -> None:
    await button(page, "New objective").first.click()
    form = page.get_by_role("form", name="Objective")
    await form.get_by_label("Objective").fill(name)
    await button(form, "Keep").click()
    await expect(answer(page)).to_contain_text(f"Kept: “{name}”.")


async def open_standup(page: Page) -> Locator:
    await button(page, "New standup").click()
    form = page.get_by_role("form", name="Standup")
    await expect(form).to_be_visible()
    return form


def answer(where: Page | Locator) -> Locator:
    return where.get_by_role("region", name="What Coach says")


def said(page: Page) -> Locator:
    return answer(page).get_by_role("status").first


def home(page: Page) -> Locator:
    return page.locator(".desk")


async def walk_in(page: Page) -> None:
    await go_to(page, "Standups and bets")
    await page.get_by_role("link", name="See a demo team").click()
    await expect(day(page)).to_contain_text("Monday, 4 January")


def day(page: Page) -> Locator:
    return page.get_by_role("group", name="Days of the demo team").get_by_role("heading")


def matter(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title)


# One's name


async def test_a_name_is_asked_for_once_and_kept(page: Page, site: Site) -> None:
    await enter(page, "  Ana  ")
    await expect(page.get_by_text("You are Ana")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await page.reload()
    await expect(page.get_by_text("Hello Ana.")).to_be_visible()
    await go_to(page, "Library")
    await go_to(page, "Standups and bets")
    await expect(page.get_by_text("Hello Ana.")).to_be_visible()
    assert set(site.coach.team.people) == {"ana"}


async def test_a_name_of_spaces_is_none(page: Page, site: Site) -> None:
    await go_to(page, "Standups and bets")
    field = page.get_by_label("Your name in standups")
    await field.fill("   ")
    await button(page, "Continue").click()
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(
        "As your team writes it: on this page a standup's members are known by their names. "
        "Capital letters make no difference. Write the name that your team knows you by."
    )
    assert not site.coach.team.people


async def test_a_name_can_be_changed_or_left(page: Page, site: Site) -> None:
    await enter(page)
    await button(page, "Change name").click()
    await expect(page.get_by_label("Your name in standups")).to_have_value("Ana")
    await button(page, "Close").click()
    await expect(page.get_by_text("Hello Ana.")).to_be_visible()
    await button(page, "Change name").click()
    await page.get_by_label("Your name in standups").fill("Benoît")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Hello Benoît.")).to_be_visible()
    assert site.coach.team.people[-1] == "benoît"


async def test_a_question_asked_elsewhere_carries_the_name_but_is_the_browser_s(
    page: Page, site: Site
) -> None:
    await enter(page)
    await button(page, "What is path-critical?").click()
    await expect(page.locator("article.coach")).to_contain_text("You said: What is path-critical?")
    await expect(page).to_have_title("Coach · Coach")
    person = site.coach.received[-1].person
    assert person.name == "Ana"
    assert person.id != "ana"


# The page


async def test_the_home_shows_text_sections_sources_and_buttons(page: Page) -> None:
    await enter(page)
    for heading in ("Your check-ins", "The team's bets", "Standups"):
        await expect(page.get_by_role("heading", level=2, name=heading)).to_be_visible()
    await expect(page.get_by_role("heading", name="Your open hypotheses")).to_be_visible()
    await expect(page.locator("figure")).to_have_count(0)
    await keep(page)
    await expect(home(page)).to_contain_text("• Daily: 63 % [1]")
    await page.get_by_role("link", name="Source 1").first.click()
    await expect(page.locator("blockquote")).to_have_text("Bet on several approaches.")


async def test_a_chart_is_an_image_with_words_and_is_loaded(page: Page, site: Site) -> None:
    await enter(page)
    await keep(page)
    await expect(page.get_by_role("img", name=ALT)).to_be_visible()
    await expect(page.get_by_role("figure").locator("figcaption")).to_contain_text("Odds that")
    await page.wait_for_function(LOADED)
    assert site.coach.team.drawn == [False]


async def test_a_chart_follows_the_page_into_the_dark(page: Page, site: Site) -> None:
    await enter(page)
    await keep(page)
    await expect(page.get_by_role("img", name=ALT)).to_be_visible()
    light = await page.get_by_role("img", name=ALT).get_attribute("src")
    await page.emulate_media(color_scheme="dark")
    await expect(page.get_by_role("img", name=ALT)).not_to_have_attribute("src", light or "")
    await page.emulate_media(color_scheme="light")
    await expect(page.get_by_role("img", name=ALT)).to_have_attribute("src", light or "")
    assert site.coach.team.drawn == [False, True]


async def test_a_chart_that_can_t_be_drawn_is_told_in_words(page: Page, site: Site) -> None:
    site.coach.team.can_draw = False
    await enter(page)
    await keep(page)
    await expect(page.get_by_role("figure")).to_contain_text(ALT)
    await expect(page.locator("figure img")).to_have_count(0)


async def test_a_home_that_can_t_be_had_can_be_tried_again(page: Page, site: Site) -> None:
    await enter(page)
    await go_to(page, "Library")
    site.coach.failures = 1
    await go_to(page, "Standups and bets")
    await expect(page.get_by_role("alert")).to_contain_text("Please try again.")
    await button(page, "Try again").click()
    await expect(page.get_by_text("Hello Ana.")).to_be_visible()


async def test_what_others_change_comes_by_itself(page: Page, site: Site) -> None:
    await enter(page)
    await expect(matter(page, "The team's bets")).to_contain_text("Nothing is kept yet.")
    site.coach.team.kept["Theirs"] = {}
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(matter(page, "The team's bets")).to_contain_text("• Theirs: 63 %")


async def test_looking_again_in_vain_takes_nothing_away(page: Page, site: Site) -> None:
    await enter(page)
    await expect(button(page, "New standup")).to_be_visible()
    site.coach.failures = 3
    async with page.expect_response(lambda response: response.status == 500):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_text("Hello Ana.")).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_hypotheses_are_listed_and_registered_from_the_bets(page: Page, site: Site) -> None:
    await enter(page)
    bets = matter(page, "The team's bets")
    await button(bets, "All hypotheses").click()
    await expect(answer(bets)).to_contain_text("3 hypotheses, 2 open.")
    await button(bets, "New hypothesis").click()
    await bets.get_by_label("Claim").fill("Session features help")
    await button(bets, "Register").click()
    await expect(answer(bets)).to_contain_text("Kept: “Session features help”.")
    assert site.coach.team.kept.keys() == {"Session features help"}


# Forms


async def test_a_form_with_every_kind_of_field_is_filled_in_by_keyboard(
    page: Page, site: Site
) -> None:
    await enter(page)
    await button(page, "New standup").press("Enter")
    form = page.get_by_role("form", name="Standup")
    await expect(form.get_by_label("Name")).to_be_focused()
    await page.keyboard.type("Daily")
    await page.keyboard.press("Tab")
    await expect(form.get_by_label("Channel for the digest")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(form.get_by_label("Members")).to_be_focused()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("\nAna\nCarla Ünal")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await expect(form.get_by_label("Tuesday").first).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.type("Tue")
    await page.keyboard.press("Tab")
    await page.keyboard.type("75")
    await page.keyboard.press("Tab")
    await form.get_by_label("From which week on?").fill("2027-02-01")
    await form.get_by_label("Time").fill("14:05")
    await form.get_by_label("Note").focus()
    await page.keyboard.press("Control+End")
    await page.keyboard.type(" and more")
    await button(form, "Keep").press("Enter")
    await expect(answer(page)).to_be_focused()
    assert site.coach.team.kept["Daily"] == {
        "name": "Daily",
        "channel": "ml-team",
        "members": "ana\nbenoît\ncarla ünal",
        "days": "0\n1",
        "day": "1",
        "chance": "75",
        "starts": "2027-02-01",
        "at": "14:05",
        "note": "\nfirst line and more",
    }


async def test_a_group_says_what_it_is_about_and_wants_a_choice(page: Page, site: Site) -> None:
    await enter(page)
    form = await open_standup(page)
    group = form.get_by_role("group", name="Days")
    await expect(group).to_have_accessible_description("On these days I ask.")
    await form.get_by_label("Name").fill("Daily")
    await group.get_by_label("Tuesday").uncheck()
    await button(form, "Keep").click()
    await expect(group.get_by_label("Monday")).to_be_focused()
    assert not site.coach.team.kept
    await group.get_by_label("Monday").check()
    await button(form, "Keep").click()
    await expect(answer(page)).to_contain_text("Kept: “Daily”.")
    assert site.coach.team.kept["Daily"]["days"] == "0"


async def test_what_is_wrong_is_said_at_the_field_and_everything_written_stays(
    page: Page, site: Site
) -> None:
    await enter(page)
    form = await open_standup(page)
    chance, first_day = form.get_by_label("Chance, in percent"), form.get_by_label("First day")
    await form.get_by_label("Name").fill("Daily")
    await chance.fill("lots")
    await first_day.select_option("Monday")
    await button(form, "Keep").click()
    await expect(first_day).to_be_focused()
    await expect(first_day).to_have_attribute("aria-invalid", "true")
    await expect(first_day).to_have_accessible_description("Monday is a holiday.")
    await expect(chance).to_have_accessible_description(
        "Write a chance from 0 to 100, for instance 60."
    )
    await expect(form.get_by_role("alert")).to_contain_text("2 answers can't be used yet")
    await expect(form.get_by_label("Name")).to_have_value("Daily")
    await expect(chance).to_have_value("lots")
    await chance.fill("60")
    await expect(chance).not_to_have_attribute("aria-invalid", "true")
    await expect(first_day).to_have_attribute("aria-invalid", "true")
    await first_day.select_option("Tuesday")
    await button(form, "Keep").click()
    await expect(answer(page)).to_contain_text("Kept: “Daily”.")
    assert site.coach.team.kept["Daily"]["chance"] == "60"


async def test_a_problem_of_no_field_is_said_beneath(page: Page) -> None:
    await enter(page)
    form = await open_standup(page)
    await form.get_by_label("Name").fill("nowhere")
    await button(form, "Keep").click()
    await expect(form.get_by_role("alert")).to_have_text("That standup is full.")


async def test_what_is_too_long_is_not_cut_but_said(page: Page, site: Site) -> None:
    await enter(page)
    form = await open_standup(page)
    await form.get_by_label("Name").fill("Daily")
    note = form.get_by_label("Note")
    await note.fill("😀" * (LONGEST_NOTE + 1))
    await button(form, "Keep").click()
    await expect(note).to_have_accessible_description("That has 201 characters; up to 200 fit.")
    await note.fill("😀" * LONGEST_NOTE)
    await button(form, "Keep").click()
    await expect(answer(page)).to_contain_text("Kept: “Daily”.")
    assert site.coach.team.kept["Daily"]["note"] == "😀" * LONGEST_NOTE


async def test_a_line_of_an_answer_is_said_beside_the_form_which_stays(page: Page) -> None:
    await enter(page)
    await button(page, "New objective").click()
    await page.get_by_role("textbox", name="Objective").fill("outdated")
    await button(page, "Keep").click()
    form = page.get_by_role("form", name="Objective")
    await expect(form.get_by_role("status")).to_contain_text("Somebody else changed this")
    await expect(page.get_by_role("textbox", name="Objective")).to_have_value("outdated")


async def test_a_form_that_failed_is_sent_again_under_its_id(page: Page, site: Site) -> None:
    await enter(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    await button(page, "New objective").click()
    await page.get_by_role("textbox", name="Objective").fill("Churn")
    sent.clear()
    site.coach.failures = 1
    await button(page, "Keep").click()
    await expect(page.get_by_role("alert")).to_contain_text("Something went wrong on my side.")
    await button(page, "Keep").click()
    await expect(answer(page)).to_contain_text("Kept: “Churn”.")
    assert sent[0] == sent[1]


async def test_a_form_half_filled_in_outlives_everything_around_it(page: Page) -> None:
    await enter(page)
    form = await open_standup(page)
    await form.get_by_label("Name").fill("Half")
    await keep(page)
    await expect(button(page, "Remove Daily")).to_be_visible()
    await go_to(page, "Library")
    await go_to(page, "Standups and bets")
    await expect(form.get_by_label("Name")).to_have_value("Half")
    await button(form, "Close").click()
    await expect(button(page, "New standup")).to_be_focused()


# Buttons


async def test_many_sources_are_folded_away_until_one_is_wanted(page: Page) -> None:
    await enter(page)
    await keep(page)
    await button(answer(page), "Odds").click()
    sources = answer(page).get_by_role("list", name="Sources")
    await expect(answer(page).get_by_text("5 sources")).to_be_visible()
    await expect(sources).to_be_hidden()
    await answer(page).get_by_role("link", name="Source 1").click()
    await expect(sources.get_by_text("Bet on several approaches.").first).to_be_visible()


async def test_a_press_is_answered_below_and_the_page_is_brought_up_to_date(
    page: Page, site: Site
) -> None:
    await enter(page)
    await keep(page)
    await button(answer(page), "Odds").press("Enter")
    await expect(said(page)).to_contain_text("Probably (63 %)")
    await expect(answer(page).get_by_role("img", name=ALT)).to_be_visible()
    standups = matter(page, "Standups")
    await button(page, "List").click()
    await expect(answer(standups)).to_contain_text("2 standups here.")
    await expect(button(page, "List")).to_be_focused()
    await expect(said(page)).to_contain_text("Probably (63 %)")
    await button(standups, "Close what Coach says").click()
    await expect(answer(standups)).to_have_count(0)
    await expect(page.get_by_role("heading", name="Standups", level=2)).to_be_focused()


async def test_what_can_t_be_undone_asks_first(page: Page, site: Site) -> None:
    await enter(page)
    await keep(page)
    await button(page, "Remove Daily").press("Enter")
    dialog = page.get_by_role("dialog", name="Remove “Daily”? Nobody is asked any more.")
    await button(dialog, "Keep it").click()
    assert not site.coach.team.removed
    await button(page, "Remove Daily").click()
    await button(dialog, "Remove Daily").click()
    await expect(answer(matter(page, "Standups"))).to_contain_text("Removed.")
    await expect(button(page, "Remove Daily")).to_have_count(0)
    await expect(home(page)).to_contain_text("Nothing is kept yet.")
    assert site.coach.team.removed == ["Daily"]


async def test_a_press_that_failed_or_is_forgotten_says_so(page: Page, site: Site) -> None:
    await enter(page)
    await button(page, "Forgotten").click()
    await expect(answer(page)).to_contain_text("Coach no longer knows what that was for.")
    site.coach.failures = 1
    await button(page, "List").click()
    await expect(answer(page)).to_contain_text("Something went wrong on my side.")
    await button(page, "List").click()
    await expect(answer(page)).to_contain_text("2 standups here.")


# The demo team


async def test_the_demo_team_s_days_are_walked_through_by_keyboard(page: Page) -> None:
    await go_to(page, "Standups and bets")
    await page.get_by_role("link", name="See a demo team").press("Enter")
    await expect(page.get_by_role("heading", name="A demo team", level=1)).to_be_focused()
    await expect(day(page)).to_have_text("Day 1 of 3 Monday, 4 January")
    await expect(day(page)).to_have_attribute("aria-live", "polite")
    await expect(button(page, "Previous day")).to_have_attribute("aria-disabled", "true")
    await button(page, "Next day").press("Enter")
    await expect(day(page)).to_have_text("Day 2 of 3 Tuesday, 5 January")
    await expect(page.get_by_text("Nothing happens on this day")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(day(page)).to_have_text("Day 3 of 3 Wednesday, 6 January")
    await expect(page.get_by_text("Coach adds to the digest in #ml-team")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(button(page, "Next day")).to_be_focused()
    await expect(day(page)).to_contain_text("Day 3 of 3")
    await button(page, "Previous day").press("Space")
    await expect(day(page)).to_contain_text("Day 2 of 3")
    await page.get_by_role("link", name="Back to your team").click()
    await expect(page.get_by_label("Your name in standups")).to_be_visible()


async def test_a_day_shows_what_was_sent_answered_and_posted(page: Page) -> None:
    await walk_in(page)
    events = page.get_by_role("main").locator("ol.timeline > li")
    await expect(events).to_have_count(5)
    prompt = events.first
    await expect(prompt.get_by_text("• Session features (50 %)")).to_be_visible()
    await prompt.get_by_text("Coach asks Ana").click()
    await expect(prompt.get_by_text("Your open hypotheses")).to_be_hidden()
    await expect(events.nth(1)).to_contain_text("Coach reminds Benoît")
    await expect(events.nth(1).get_by_text("It closes at 13:30.")).to_be_hidden()
    await expect(events.nth(3).get_by_text("Got it.")).to_be_visible()
    digest = events.last
    await expect(digest).to_contain_text("Daily, Mon 4 Jan: 1 experiment reported.")
    await expect(digest.get_by_role("img", name=ALT)).to_be_visible()
    await expect(digest.get_by_role("link", name="Source 1")).to_be_visible()
    await page.wait_for_function(LOADED)


async def test_the_buttons_of_the_demo_do_nothing(page: Page, site: Site) -> None:
    await walk_in(page)
    for name in ("Check in", "Skip"):
        await expect(button(page, name)).to_have_attribute("aria-disabled", "true")
        await button(page, name).press("Enter")
    await expect(page.get_by_role("form")).to_have_count(0)
    assert not site.coach.team.people


async def test_the_wait_for_the_demo_is_said_and_a_failure_can_be_tried_again(
    page: Page, site: Site
) -> None:
    site.coach.team.curtain.clear()
    site.coach.team.demo_failures = 1
    await go_to(page, "Standups and bets")
    await page.get_by_role("link", name="See a demo team").click()
    await expect(page.get_by_role("status")).to_contain_text("The demo team is playing its week")
    site.coach.team.curtain.set()
    await expect(page.get_by_role("alert")).to_contain_text("Please try again.")
    await button(page, "Try again").click()
    await expect(day(page)).to_contain_text("Monday")


async def test_without_a_demo_none_is_offered(
    browser: Browser, coach: StandIn, library: StandInLibrary
) -> None:
    platform = WebPlatform(coach.reply, library, forms=coach.form)
    async with (
        serving(platform) as server,
        Site(browser, server, coach, library).looked_at() as page,
    ):
        await enter(page)
        await expect(page.get_by_text("demo")).to_have_count(0)


# Everybody, everywhere


async def test_markup_in_replies_forms_and_the_demo_stays_text(page: Page) -> None:
    await enter(page, HOSTILE[:60])
    await expect(page.get_by_text(f"Hello {HOSTILE[:60]}.")).to_be_visible()
    form = await open_standup(page)
    await expect(form).to_contain_text(HOSTILE)
    await keep(page, HOSTILE)
    await button(answer(page), "Odds").click()
    await expect(answer(page)).to_contain_text(f"• {HOSTILE}")
    await page.get_by_role("link", name="See a demo team").click()
    await expect(page.locator("ol.timeline")).to_contain_text(f"Cut the noise. {HOSTILE}")
    assert await page.locator("main script, main img:not([src^=blob])").count() == 0
    assert await page.evaluate("() => window.hacked") is None


async def test_logging_out_forgets_the_name(
    browser: Browser, coach: StandIn, library: StandInLibrary
) -> None:
    async with (
        serving(page_of(coach, library, "open sesame")) as server,
        Site(browser, server, coach, library).looked_at() as page,
    ):
        await log_in(page, "open sesame")
        await enter(page)
        await button(page, "Log out").click()
        await expect(page).to_have_title("Log in · Coach")
        assert await page.evaluate("() => localStorage.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_enough_contrast(site: Site, scheme: str) -> None:
    async with site.looked_at(color_scheme=scheme) as page:
        await go_to(page, "Standups and bets")
        asked = await page.evaluate(WORST_CONTRAST)
        await enter(page)
        await keep(page)
        form = await open_standup(page)
        await form.get_by_label("Name").fill("Daily")
        await form.get_by_label("Chance, in percent").fill("lots")
        await button(form, "Keep").click()
        await expect(form.get_by_role("alert")).to_contain_text("One answer can't be used yet")
        filled_in = await page.evaluate(WORST_CONTRAST)
        await page.get_by_role("link", name="See a demo team").click()
        await expect(day(page)).to_contain_text("Monday")
        demo = await page.evaluate(WORST_CONTRAST)
    assert all(worst["ratio"] >= 4.5 for worst in (asked, filled_in, demo)), (
        asked,
        filled_in,
        demo,
    )


async def test_on_a_phone_nothing_is_cut_off(site: Site) -> None:
    phone = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
    async with site.looked_at(**phone) as page:
        await button(page, "Menu").tap()
        await enter(page, "W" * 60)
        await keep(page, "W" * 60)
        await button(answer(page), "Odds").tap()
        await open_standup(page)
        await expect(page.get_by_role("img", name=ALT).first).to_be_visible()
        sizes = [await page.evaluate(SIZE)]
        await page.get_by_role("link", name="See a demo team").tap()
        await expect(day(page)).to_contain_text("Monday")
        sizes.append(await page.evaluate(SIZE))
        inner = "() => { const page = document.querySelector('.page'); " + (
            "return page.scrollWidth - page.clientWidth; }"
        )
        assert await page.evaluate(inner) == 0
        await button(page, "Next day").tap()
        await expect(day(page)).to_contain_text("Tuesday")
    assert sizes == [[320, 640], [320, 640]]


async def test_at_four_hundred_percent_zoom_everything_can_be_scrolled_to(site: Site) -> None:
    async with site.looked_at(viewport={"width": 320, "height": 256}) as page:
        await button(page, "Menu").click()
        await enter(page)
        form = await open_standup(page)
        await button(form, "Keep").focus()
        await expect(button(form, "Keep")).to_be_in_viewport()
        width, _ = await page.evaluate(SIZE)
    assert width == 320
