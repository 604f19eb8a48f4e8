"""The page in a real browser: what a person does with it, by keyboard, by phone, in the dark."""

import pytest
from browsing import SIZE, WORST_CONTRAST, Site, answered, button, go_to, log_in
from playwright.async_api import Browser, Locator, Page, expect
from web_stand_ins import QUOTE, SAMPLES, StandIn, StandInLibrary, page_of, serving

from bot.messages import Venue

# The browser lives in the session's event loop, so what talks to it has to live there too.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = (
    '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> <b>bold</b> &amp; [9]'
)


def composer(page: Page) -> Locator:
    return page.get_by_label("Ask Coach in #ml-team")


async def ask(page: Page, question: str) -> None:
    await composer(page).fill(question)
    await composer(page).press("Enter")


def answers(page: Page) -> Locator:
    return page.locator("article.coach")


# Asking


async def test_a_question_is_asked_and_answered_by_keyboard_alone(page: Page) -> None:
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the conversation")).to_be_focused()
    await page.keyboard.press("Enter")
    for _ in range(8):
        if await composer(page).evaluate("node => node === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.type("When will it")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("be done?")
    await page.keyboard.press("Enter")
    await expect(page.locator("article.you .text")).to_have_text("When will it\nbe done?")
    await expect(answers(page)).to_contain_text("Nobody can know the date yet")
    await expect(composer(page)).to_be_focused()
    await expect(composer(page)).to_have_value("")


async def test_an_empty_message_is_not_sent(page: Page, site: Site) -> None:
    await ask(page, "   \n  ")
    await button(page, "Send").click()
    await expect(page.locator("article")).to_have_count(0)
    assert not site.coach.received


async def test_a_new_page_suggests_questions_that_can_be_asked(page: Page) -> None:
    await expect(page.get_by_role("main")).to_contain_text("I coach people who manage ML teams.")
    await button(page, SAMPLES[0]).click()
    await expect(answers(page)).to_contain_text(f"You said: {SAMPLES[0]}")
    await expect(button(page, SAMPLES[0])).to_have_count(0)


async def test_suggestions_under_an_answer_can_be_asked(page: Page) -> None:
    await ask(page, "topics")
    await button(page, "What is path-critical?").click()
    await expect(answers(page).last).to_contain_text("You said: What is path-critical?")


async def test_the_wait_for_an_answer_is_shown(page: Page, site: Site) -> None:
    await expect(button(page, SAMPLES[0])).to_be_visible()
    site.coach.open_gate.clear()
    await ask(page, "When?")
    await expect(page.get_by_text("Coach is looking it up")).to_be_visible()
    site.coach.open_gate.set()
    await expect(answers(page)).to_have_count(1)
    await expect(page.get_by_text("Coach is looking it up")).to_be_hidden()


async def test_silence_leaves_the_question_standing(page: Page) -> None:
    await ask(page, "say nothing")
    await expect(page.get_by_text("Coach is looking it up")).to_be_hidden()
    await expect(page.locator("article")).to_have_count(1)
    await expect(button(page, "Try again")).to_have_count(0)


async def test_each_question_in_the_channel_starts_a_thread_and_follow_ups_stay_in_theirs(
    page: Page, site: Site
) -> None:
    await ask(page, "First?")
    await expect(answers(page)).to_have_count(1)
    await ask(page, "Second?")
    await expect(answers(page)).to_have_count(2)
    first = page.get_by_role("region", name="Thread").first
    await button(first, "Reply in thread").press("Enter")
    await expect(first.get_by_label("Reply in this thread")).to_be_focused()
    await page.keyboard.type("And then?")
    await page.keyboard.press("Enter")
    await expect(first.locator("article.coach")).to_have_count(2)
    threads = [message.place.thread for message in site.coach.received]
    assert threads[0] == threads[2] != threads[1]


async def test_escape_leaves_the_thread_s_field(page: Page) -> None:
    await ask(page, "First?")
    await button(page, "Reply in thread").click()
    await page.keyboard.press("Escape")
    await expect(button(page, "Reply in thread")).to_be_focused()


async def test_the_private_message_is_one_conversation_until_a_new_one_is_started(
    page: Page, site: Site
) -> None:
    await go_to(page, "Coach")
    await expect(page.get_by_role("heading", name="Coach", level=1)).to_be_focused()
    field = page.get_by_label("Write to Coach")
    for number, question in enumerate(("One?", "Two?", "Three?"), start=1):
        await field.fill(question)
        await field.press("Enter")
        await expect(answers(page)).to_have_count(number)
        if number == 2:
            await button(page, "New conversation").click()
    one, two, three = site.coach.received
    assert {message.place.venue for message in (one, two, three)} == {Venue.PRIVATE}
    assert one.place.thread == two.place.thread != three.place.thread
    await expect(page.get_by_text("New conversation")).to_have_count(2)


# Answers


async def test_a_mark_opens_its_citation_with_quote_and_passage(page: Page) -> None:
    await ask(page, "When?")
    source = page.locator("details.source").first
    await expect(source.locator("blockquote")).to_be_hidden()
    await page.get_by_role("link", name="Source 1").press("Enter")
    await expect(source.locator("summary")).to_be_focused()
    await expect(source.locator("blockquote")).to_have_text(QUOTE)
    await expect(source.locator(".passage mark")).to_have_text(QUOTE)
    await expect(source).to_contain_text(f"Before. {QUOTE} Afterwards.")
    await page.keyboard.press("Enter")
    await expect(source.locator("blockquote")).to_be_hidden()


async def test_a_mark_without_a_citation_stays_text(page: Page) -> None:
    await ask(page, "When?")
    await expect(answers(page)).to_contain_text("See also [3].")
    await expect(page.get_by_role("link", name="Source")).to_have_count(2)


async def test_feedback_is_sent_shown_and_can_be_changed(page: Page, site: Site) -> None:
    await ask(page, "When?")
    await button(page, "Helpful").press("Enter")
    await expect(button(page, "Helpful")).to_have_attribute("aria-pressed", "true")
    await expect(answers(page).get_by_role("status")).to_have_text("Thanks, good to know.")
    async with answered(page):
        await button(page, "Not helpful").click()
    await expect(button(page, "Not helpful")).to_have_attribute("aria-pressed", "true")
    await expect(button(page, "Helpful")).to_have_attribute("aria-pressed", "false")
    presses = [message.press.action for message in site.coach.received if message.press]
    assert presses == ["answer_helpful", "answer_not_helpful"]


async def test_feedback_that_did_not_arrive_is_not_shown_as_given(page: Page, site: Site) -> None:
    await ask(page, "When?")
    await expect(answers(page)).to_have_count(1)
    site.coach.failures = 1
    await button(page, "Helpful").click()
    await expect(answers(page).get_by_role("status")).to_contain_text("Please try again.")
    await expect(button(page, "Helpful")).to_have_attribute("aria-pressed", "false")


async def test_an_answer_only_for_me_can_be_shared_once(page: Page, site: Site) -> None:
    await page.get_by_role("switch", name="Only for me").press("Space")
    await ask(page, "May I?")
    await expect(page.get_by_text("Only visible to you")).to_have_count(2)
    assert site.coach.received[0].hidden
    await button(page, "Share with the channel").click()
    shared = page.get_by_role("region", name="Thread").nth(1)
    await expect(shared).to_contain_text("Shared: “May I?”")
    await expect(shared).to_contain_text("Shared by you")
    await expect(shared.get_by_text("Only visible to you")).to_have_count(0)
    await button(page, "Share with the channel").press("Enter")
    await expect(page.get_by_role("region", name="Thread")).to_have_count(2)
    assert len(site.coach.received) == 2


async def test_sharing_what_coach_no_longer_knows_says_so(page: Page, site: Site) -> None:
    await page.get_by_role("switch", name="Only for me").check(force=True)
    await ask(page, "May I?")
    await expect(answers(page)).to_have_count(1)
    site.coach.answered.clear()
    await button(page, "Share with the channel").click()
    await expect(answers(page).get_by_role("status")).to_contain_text("no longer knows")
    await expect(page.get_by_role("region", name="Thread")).to_have_count(1)


# Hostile and heavy input


async def test_markup_in_questions_and_answers_stays_text(page: Page) -> None:
    await ask(page, HOSTILE)
    await expect(answers(page)).to_contain_text(f"You said: {HOSTILE}")
    await expect(page.locator("article.you .text")).to_have_text(HOSTILE)
    assert await page.locator("article img, article script, article b").count() == 0
    assert await page.evaluate("() => window.hacked") is None


async def test_markup_that_was_stored_stays_text_after_a_reload(page: Page) -> None:
    await ask(page, HOSTILE)
    await expect(answers(page)).to_have_count(1)
    await page.reload()
    await expect(page.locator("article.you .text")).to_have_text(HOSTILE)
    assert await page.evaluate("() => window.hacked") is None


async def test_forty_thousand_characters_are_sent_and_folded(page: Page, site: Site) -> None:
    await ask(page, "W" * 500 + " word" * 7_900)
    await expect(answers(page)).to_have_count(1)
    assert len(site.coach.received[0].text) == 40_000
    mine = page.locator("article.you")
    assert (await mine.locator(".text").bounding_box() or {"height": 9e9})["height"] < 400
    await button(mine, "Show all").click()
    await expect(button(mine, "Show less")).to_have_attribute("aria-expanded", "true")
    assert await page.evaluate("() => document.documentElement.scrollWidth") <= 1200


async def test_what_is_too_long_comes_back_to_be_shortened(page: Page) -> None:
    text = "too long " * 32_000
    await ask(page, text)
    await expect(page.get_by_text("I can take 256 KiB at a time")).to_be_visible()
    await button(page, "Edit").click()
    await expect(composer(page)).to_have_value(text.strip())
    await expect(page.locator("article")).to_have_count(0)


# When things go wrong


async def test_a_question_that_failed_can_be_tried_again_under_its_id(
    page: Page, site: Site
) -> None:
    await expect(button(page, SAMPLES[0])).to_be_visible()
    site.coach.failures = 1
    await ask(page, "When?")
    await expect(page.get_by_text("Something went wrong on my side.")).to_be_visible()
    await button(page, "Try again").click()
    await expect(answers(page)).to_have_count(1)
    await expect(button(page, "Try again")).to_have_count(0)
    first, second = site.coach.received
    assert first.id == second.id


async def test_a_reply_that_reports_a_failure_can_be_tried_again(page: Page) -> None:
    await ask(page, "break")
    await expect(page.get_by_text("Something broke, reference abc123.")).to_be_visible()
    await expect(button(page, "Try again")).to_be_visible()


async def test_without_a_network_the_question_waits_for_another_try(site: Site) -> None:
    async with site.looked_at() as page:
        await expect(button(page, SAMPLES[0])).to_be_visible()
        await page.context.set_offline(True)
        await ask(page, "When?")
        await expect(page.get_by_text("Coach can't be reached.")).to_be_visible()
        await page.context.set_offline(False)
        await button(page, "Try again").click()
        await expect(answers(page)).to_have_count(1)


async def test_a_reload_keeps_conversations_drafts_opinions_and_open_questions(
    page: Page, site: Site
) -> None:
    await ask(page, "First?")
    await button(page, "Helpful").click()
    await expect(answers(page).get_by_role("status")).to_have_text("Thanks, good to know.")
    site.coach.forget()
    site.coach.open_gate.clear()
    await ask(page, "Second?")
    await site.coach.asked.wait()
    await composer(page).fill("Half a thou")
    await page.reload()
    site.coach.open_gate.set()
    await expect(answers(page)).to_have_count(2)
    await expect(button(page, "Helpful").first).to_have_attribute("aria-pressed", "true")
    await expect(composer(page)).to_have_value("Half a thou")
    assert [message.text for message in site.coach.received] == ["Second?"]


async def test_another_tab_shows_the_same_conversations(page: Page, site: Site) -> None:
    other = await page.context.new_page()
    await other.goto(site.url)
    await ask(page, "When?")
    await expect(answers(other)).to_have_count(1)


async def test_a_conversation_is_cleared_after_asking(page: Page) -> None:
    await ask(page, "When?")
    await expect(answers(page)).to_have_count(1)
    await button(page, "Clear").click()
    await button(page.get_by_role("dialog"), "Keep it").click()
    await expect(answers(page)).to_have_count(1)
    await button(page, "Clear").click()
    await button(page.get_by_role("dialog"), "Clear").click()
    await expect(page.locator("article")).to_have_count(0)
    await page.reload()
    await expect(button(page, SAMPLES[0])).to_be_visible()


# Library


async def test_the_library_lists_documents_and_cards_and_is_searched(page: Page) -> None:
    await go_to(page, "Library")
    main = page.get_by_role("main")
    await expect(main).to_contain_text("Handbook of local")
    await expect(main).to_contain_text("coach knowledge add PATH")
    await expect(page.get_by_role("heading", name="Lecture 13")).to_be_visible()
    await expect(main.get_by_role("status")).to_have_text("3 cards")
    await page.get_by_role("searchbox", name="Search the cards").fill("DATA manager")
    await expect(main.get_by_role("status")).to_have_text("1 of 3 cards")
    await page.get_by_text("Who labels data").click()
    await expect(page.get_by_text("Hire one.")).to_be_visible()
    await page.get_by_role("searchbox").fill("zebra")
    await expect(main).to_contain_text("No card has all of these words.")


async def test_markup_in_a_card_stays_text(page: Page) -> None:
    await go_to(page, "Library")
    await page.get_by_text("Ten archetypes").click()
    await expect(page.get_by_text("<b>Embedded</b> or central.")).to_be_visible()


async def test_a_library_that_does_not_answer_can_be_tried_again(page: Page, site: Site) -> None:
    site.library.broken = True
    await go_to(page, "Library")
    await expect(page.get_by_role("alert")).to_contain_text("My library does not answer")
    site.library.broken = False
    await button(page, "Try again").click()
    await expect(page.get_by_text("Who labels data")).to_be_visible()


# Everybody, everywhere


async def test_a_screen_reader_finds_its_way(page: Page) -> None:
    await ask(page, "When?")
    await expect(answers(page)).to_have_count(1)
    await expect(page.locator("body")).to_match_aria_snapshot("""
        - link "Skip to the conversation"
        - navigation "Conversations and pages":
          - list "Channels":
            - listitem:
              - link "ml-team"
          - list "Private messages":
            - listitem:
              - link "Coach"
          - list "Pages":
            - listitem:
              - link "Review an update"
            - listitem:
              - link "Standups and bets"
            - listitem:
              - link "Business context"
            - listitem:
              - link "Library"
        - main:
          - 'heading "# ml-team" [level=1]'
          - button "Clear"
          - 'log "Conversation, # ml-team"':
            - region "Thread":
              - article:
                - heading /You/ [level=2]
              - article:
                - heading /Coach/ [level=2]
                - link "Source 1"
                - link "Source 2"
                - list "Sources"
                - group "What to do with this answer":
                  - button "Helpful"
                  - button "Not helpful"
          - 'textbox "Ask Coach in #ml-team"'
          - switch "Only for me"
          - button "Send"
    """)
    await expect(page.locator("[aria-current=page]")).to_have_text("#ml-team")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_enough_contrast(site: Site, scheme: str) -> None:
    async with site.looked_at(color_scheme=scheme) as page:
        await page.get_by_role("switch", name="Only for me").check(force=True)
        await ask(page, "topics")
        await button(page, "Helpful").click()
        await page.get_by_role("link", name="Source 1").click()
        site.coach.failures = 1
        await ask(page, "When?")
        await expect(page.get_by_text("Something went wrong")).to_be_visible()
        chat = await page.evaluate(WORST_CONTRAST)
        await go_to(page, "Library")
        await expect(page.get_by_text("Who labels data")).to_be_visible()
        library = await page.evaluate(WORST_CONTRAST)
        ground = await page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert chat["ratio"] >= 4.5, chat
    assert library["ratio"] >= 4.5, library
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


async def test_on_a_phone_the_menu_leads_everywhere_and_nothing_is_cut_off(site: Site) -> None:
    phone = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
    async with site.looked_at(**phone) as page:
        await expect(page.get_by_role("link", name="Library")).to_be_hidden()
        await ask(page, "W" * 200)
        await page.get_by_role("link", name="Source 1").tap()
        await expect(page.locator("blockquote").first).to_be_visible()
        sizes = [await page.evaluate(SIZE)]
        await button(page, "Menu").tap()
        await expect(button(page, "Menu")).to_have_attribute("aria-expanded", "true")
        await page.get_by_role("link", name="Library").tap()
        await expect(page.get_by_text("Who labels data")).to_be_visible()
        await expect(page.get_by_role("link", name="Library")).to_be_hidden()
        sizes.append(await page.evaluate(SIZE))
    assert sizes == [[320, 640], [320, 640]]


async def test_at_four_hundred_percent_zoom_everything_can_be_scrolled_to(site: Site) -> None:
    async with site.looked_at(viewport={"width": 320, "height": 256}) as page:
        await ask(page, "When?")
        await expect(answers(page)).to_have_count(1)
        width, height = await page.evaluate(SIZE)
        await button(page, "Helpful").click()
        await expect(button(page, "Helpful")).to_be_in_viewport()
        await composer(page).focus()
        await expect(composer(page)).to_be_in_viewport()
    assert width == 320
    assert height > 256


async def test_escape_closes_the_menu(site: Site) -> None:
    async with site.looked_at(viewport={"width": 320, "height": 640}) as page:
        await button(page, "Menu").press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Escape")
        await expect(button(page, "Menu")).to_be_focused()
        await expect(page.get_by_role("link", name="Library")).to_be_hidden()


async def test_who_wants_less_motion_gets_none(site: Site) -> None:
    async with site.looked_at(reduced_motion="reduce") as page:
        dots = "() => getComputedStyle(document.querySelector('.dots')).animationName"
        await ask(page, "When?")
        await expect(answers(page)).to_have_count(1)
        assert await page.evaluate(dots) == "none"


# With a password


async def test_with_a_password_one_logs_in_works_and_logs_out(
    browser: Browser, coach: StandIn, library: StandInLibrary
) -> None:
    async with serving(page_of(coach, library, "open sesame")) as server:
        site = Site(browser, server, coach, library)
        async with site.looked_at() as page:
            await expect(page).to_have_title("Log in · Coach")
            await expect(button(page, "Log in")).to_be_enabled()
            await page.get_by_label("Password").fill("open barley")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("alert")).to_contain_text("not the password")
            await log_in(page, "open sesame")
            await ask(page, "When?")
            await expect(answers(page)).to_have_count(1)
            await button(page, "Log out").click()
            await expect(page).to_have_title("Log in · Coach")
            assert await page.evaluate("() => localStorage.length") == 0


async def test_a_password_can_not_be_sent_before_the_page_listens(
    browser: Browser, coach: StandIn, library: StandInLibrary
) -> None:
    async with serving(page_of(coach, library, "open sesame")) as server:
        context = await browser.new_context()
        page = await context.new_page()
        await page.route("**/static/login.js", lambda route: route.abort())
        await page.goto(str(server.make_url("/")))
        await page.get_by_label("Password").fill("open sesame")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Log in")).to_be_disabled()
        assert "sesame" not in page.url
        await context.close()


async def test_a_session_that_ended_keeps_the_question_and_leads_to_the_login(
    browser: Browser, coach: StandIn, library: StandInLibrary
) -> None:
    async with serving(page_of(coach, library, "open sesame")) as server:
        site = Site(browser, server, coach, library)
        async with site.looked_at() as page:
            await log_in(page, "open sesame")
            await expect(composer(page)).to_be_visible()
            await page.context.clear_cookies()
            await ask(page, "When?")
            thread = page.get_by_role("region", name="Thread")
            await expect(thread).to_contain_text("Your session has ended.")
            await page.get_by_role("link", name="Log in").click()
            await log_in(page, "open sesame")
            await button(page, "Try again").click()
            await expect(answers(page)).to_contain_text("You said: When?")
