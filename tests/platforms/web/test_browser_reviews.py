"""Reviewing a draft in a real browser: paste or drop, read, answer, copy, delete, keep contexts."""

import pytest
from browsing import SIZE, WORST_CONTRAST, Site, button, go_to, log_in
from playwright.async_api import Browser, Locator, Page, expect
from review_stand_in import PASSAGE, WHY
from web_stand_ins import StandIn, StandInLibrary, page_of, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DRAFT = "Hello 😀!\nWe will ship on Friday for everybody. It is a game changer."
REWRITE = "Hello 😀!\nWe expect to ship on Friday for everybody. It is new."
HOSTILE = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1"> **bold** [1](x)'

DROP = """(node, [name, text]) => {
  const dataTransfer = new DataTransfer();
  for (const one of [name].flat()) dataTransfer.items.add(new File([text], one));
  node.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""

PASTE = """(node, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const happening = { clipboardData, bubbles: true, cancelable: true };
  node.dispatchEvent(new ClipboardEvent("paste", happening));
}"""

# The worst contrast of a highlight's underline against the ground of the page.
WORST_UNDERLINE = """() => {
  const light = (channel) =>
    channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
    return 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b) + 0.05;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  const ratios = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tone) => {
    const node = document.createElement("mark");
    node.className = `finding tone-${tone}`;
    document.body.append(node);
    const ink = luminance(getComputedStyle(node).borderBottomColor);
    node.remove();
    return Math.max(ink, paper) / Math.min(ink, paper);
  });
  return Math.min(...ratios);
}"""

STORED = "() => JSON.stringify(localStorage) + location.href"


def draft_field(page: Page) -> Locator:
    return page.get_by_label("Your draft update")


def highlight(page: Page, text: str) -> Locator:
    return page.locator(".marked [role=button]").filter(has_text=text).first


def rewrite(page: Page) -> Locator:
    return page.get_by_role("region", name="Rewrite").locator(".copied")


async def review(page: Page, draft: str = DRAFT) -> None:
    await go_to(page, "Review an update")
    await draft_field(page).fill(draft)
    await button(page, "Review").click()
    await expect(page.get_by_role("heading", name="The review")).to_be_focused()


# Handing a draft in


async def test_a_draft_is_pasted_and_reviewed_by_keyboard_alone(page: Page, site: Site) -> None:
    await page.get_by_role("link", name="Review an update").press("Enter")
    await draft_field(page).focus()
    await page.keyboard.insert_text(DRAFT)
    await page.get_by_label("Who will read it?").select_option("ML")
    await button(page, "Review").press("Enter")
    await expect(page.get_by_role("heading", name="The review")).to_be_focused()
    sent = site.coach.received[-1].submission
    assert sent is not None
    assert sent.answers == {"draft": DRAFT, "audience": "peer", "context": ""}
    await expect(page.get_by_role("status").first).to_have_text(
        "I found some things, and rewrote it."
    )


async def test_an_empty_draft_is_not_sent(page: Page, site: Site) -> None:
    await go_to(page, "Review an update")
    await button(page, "Review").click()
    await expect(draft_field(page)).to_be_focused()
    assert not site.coach.received


async def test_what_coach_can_t_review_is_said_beside_the_draft(page: Page) -> None:
    await go_to(page, "Review an update")
    await draft_field(page).fill(" - ")
    await button(page, "Review").click()
    await expect(page.get_by_text("I found no words to review in that.")).to_be_visible()
    await expect(draft_field(page)).to_have_value(" - ")


async def test_a_file_is_dropped_and_its_text_can_be_corrected(page: Page) -> None:
    await go_to(page, "Review an update")
    await draft_field(page).evaluate(DROP, ["update.md", DRAFT])
    await expect(draft_field(page)).to_have_value(DRAFT)
    await expect(page.get_by_text("This is what update.md says.")).to_be_visible()
    await expect(draft_field(page)).to_be_focused()


async def test_a_file_takes_the_place_of_what_was_written_only_after_asking(page: Page) -> None:
    await go_to(page, "Review an update")
    await draft_field(page).fill("Mine")
    await page.get_by_label("Choose a file…").set_input_files(
        {"name": "update.txt", "mimeType": "text/plain", "buffer": DRAFT.encode()}
    )
    await button(page.get_by_role("dialog"), "Keep it").click()
    await expect(draft_field(page)).to_have_value("Mine")
    await draft_field(page).evaluate(DROP, ["update.txt", DRAFT])
    await button(page.get_by_role("dialog"), "Replace it").click()
    await expect(draft_field(page)).to_have_value(DRAFT)


async def test_a_long_document_is_pasted_where_the_cursor_is_and_at_full_length(
    page: Page,
) -> None:
    await go_to(page, "Review an update")
    await draft_field(page).fill("Before.")
    text = "A line of the document.\n" * 7_000
    await draft_field(page).evaluate(PASTE, text)
    assert await draft_field(page).input_value() == f"Before.{text}"


@pytest.mark.parametrize(
    ("names", "text", "sentence"),
    [
        ("cat.png", "x", "cat.png: I read drafts as text"),
        (["a.txt", "b.txt"], "x", "I review one file at a time."),
        ("big.txt", "x" * 5_000_001, "big.txt is larger than 5 MB."),
    ],
)
async def test_a_file_that_can_t_be_read_is_refused_in_words(
    page: Page, names: object, text: str, sentence: str
) -> None:
    await go_to(page, "Review an update")
    await draft_field(page).evaluate(DROP, [names, text])
    await expect(page.get_by_role("alert")).to_contain_text(sentence)


async def test_a_draft_survives_a_look_at_another_view_and_a_failure(
    page: Page, site: Site
) -> None:
    await go_to(page, "Review an update")
    await draft_field(page).fill(DRAFT)
    await go_to(page, "Library")
    await go_to(page, "Review an update")
    await expect(draft_field(page)).to_have_value(DRAFT)
    site.coach.failures = 1
    await button(page, "Review").click()
    await expect(page.get_by_role("alert")).to_contain_text("Something went wrong on my side.")
    await button(page, "Review").click()
    await expect(rewrite(page)).to_contain_text(REWRITE)
    first, second = (message.id for message in site.coach.received)
    assert first == second


# What comes back


async def test_highlights_overlap_and_say_why_on_focus_hover_and_click(page: Page) -> None:
    await review(page)
    await expect(page.locator(".marked")).to_have_text(DRAFT)
    panel = page.locator(".remarks")
    await highlight(page, "We will").focus()
    await expect(panel).to_contain_text(f"Promise? {WHY}")
    await expect(panel).not_to_contain_text("Overclaim?")
    await page.keyboard.press("Tab")
    await expect(highlight(page, "ship on Friday")).to_be_focused()
    await expect(panel).to_contain_text("Promise?")
    await expect(panel).to_contain_text("Overclaim?")
    await page.locator(".marked").get_by_text("game changer").hover()
    await expect(panel).to_contain_text("Hype?")
    await highlight(page, "We will").click()
    await page.locator(".marked").get_by_text("game changer").hover()
    await expect(panel).to_contain_text("Promise?")


async def test_enter_leads_to_the_explanation_and_escape_back(page: Page) -> None:
    await review(page)
    await highlight(page, "We will").press("Enter")
    await expect(page.locator(".remarks")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.locator(".remarks").get_by_role("link", name="Source 1")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(highlight(page, "We will")).to_be_focused()


async def test_the_passage_behind_a_remark_is_one_click_away(page: Page) -> None:
    await review(page)
    await highlight(page, "We will").press("Enter")
    await page.locator(".remarks").get_by_role("link", name="Source 1").click()
    await expect(page.locator("details.source")).to_contain_text(PASSAGE)
    await expect(page.locator("details.source blockquote")).to_be_visible()


async def test_a_screen_reader_hears_the_remark_of_a_highlight(page: Page) -> None:
    await review(page)
    await expect(highlight(page, "ship on Friday")).to_have_accessible_description(
        f"Promise: Promise? {WHY} Overclaim: Overclaim? {WHY}"
    )
    await expect(
        page.get_by_role("list", name="What was found").get_by_role("listitem")
    ).to_have_text(["Promise 1", "Overclaim 1", "Hype 1", "No risk named 1"])
    await expect(page.locator(".whole")).to_contain_text("Name a risk.")


async def test_the_rewrite_is_copied_as_it_is(site: Site) -> None:
    async with site.looked_at(permissions=["clipboard-read", "clipboard-write"]) as page:
        await review(page)
        await button(page, "Show changes").click()
        await button(page, "Copy").click()
        await expect(page.get_by_text("Copied.")).to_be_visible()
        copied = await page.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"{REWRITE}\nImpact: [what for the business?]"


async def test_without_access_to_the_clipboard_the_rewrite_is_copied_by_selection(
    site: Site,
) -> None:
    async with site.looked_at() as page:
        await review(page)
        await page.evaluate("() => delete Navigator.prototype.clipboard")
        await button(page, "Copy").click()
        await expect(page.get_by_text("Copied.")).to_be_visible()
        assert (await page.evaluate("() => getSelection().toString()")).startswith(REWRITE)


async def test_what_changed_is_shown_and_hidden_again(page: Page) -> None:
    await review(page)
    await button(page, "Show changes").press("Enter")
    await expect(button(page, "Show changes")).to_have_attribute("aria-pressed", "true")
    await expect(rewrite(page).locator("del")).to_have_text(["will", "a game changer."])
    await expect(rewrite(page).locator("ins")).to_contain_text(["expect to", "new.\nImpact"])
    await button(page, "Show changes").press("Enter")
    await expect(rewrite(page).locator("del")).to_have_count(0)


async def test_a_clean_draft_is_told_so_and_can_be_copied(page: Page) -> None:
    await review(page, "Two of three approaches are still live.")
    await expect(page.get_by_text("I would send it as it is. It names risks.").last).to_be_visible()
    await expect(page.get_by_role("region", name="Your draft")).to_contain_text("still live.")
    await expect(button(page, "Copy")).to_be_visible()
    await expect(page.locator(".marked")).to_have_count(0)


async def test_markup_and_scripts_in_a_draft_stay_text(page: Page) -> None:
    await review(page, f"{HOSTILE} {DRAFT}")
    await expect(page.locator(".marked")).to_have_text(f"{HOSTILE} {DRAFT}")
    await button(page, "Show changes").click()
    await expect(rewrite(page)).to_contain_text(HOSTILE)
    assert await page.locator(".result script, .result img, .result strong").count() == 0
    assert await page.evaluate("() => window.hacked") is None


# What can be done with it


async def test_the_questions_are_there_and_answering_rewrites_again(page: Page) -> None:
    await review(page)
    await expect(page.get_by_text("• What does it change")).to_have_count(0)
    question = page.get_by_label("What does it change for the business?")
    await expect(question).to_have_accessible_description("In money or time.")
    await question.fill("Half the calls.")
    await button(page, "Answer 1 question").click()
    await expect(question).to_be_focused()
    await expect(question).to_have_value("Half the calls.")
    await button(page, "Rewrite").click()
    await expect(rewrite(page)).to_contain_text("Impact: Half the calls.")
    await expect(page.get_by_role("heading", name="The review")).to_be_focused()
    await expect(question).to_have_value("Half the calls.")


async def test_a_finding_that_is_no_problem_is_objected_to_without_losing_answers(
    page: Page,
) -> None:
    await review(page)
    question = page.get_by_label("What does it change for the business?")
    await question.fill("Half the calls.")
    await button(page, "Not a problem…").press("Enter")
    await expect(page.get_by_label("Which one?")).to_be_focused()
    await page.get_by_label("Which one?").select_option("Hype")
    await button(page, "Send").click()
    await expect(page.get_by_text("Noted, thank you: 2.")).to_be_visible()
    await button(page.get_by_role("form", name="Not a problem"), "Close").click()
    await expect(button(page, "Not a problem…")).to_be_focused()
    await expect(question).to_have_value("Half the calls.")


async def test_what_needs_a_channel_is_explained(page: Page) -> None:
    await review(page)
    await button(page, "Post to a channel…").click()
    await expect(page.get_by_role("combobox", name="Channel")).to_have_value("ml-team")
    await button(page, "Send").click()
    await expect(page.get_by_role("alert").last).to_contain_text("Copy the text instead.")


async def test_keeping_one_s_own_draft_is_acknowledged(page: Page) -> None:
    await review(page)
    await button(page, "Keep my draft").click()
    await expect(page.get_by_text("Fine: your draft stays as you wrote it.")).to_be_visible()
    await expect(page.locator(".marked")).to_be_visible()


async def test_deleting_asks_first_and_leaves_nothing(page: Page, site: Site) -> None:
    await review(page)
    await button(page, "Delete now").click()
    dialog = page.get_by_role("dialog", name="Delete this draft and its review?")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(button(page, "Delete now")).to_be_focused()
    assert site.coach.reviews.kept
    await button(page, "Delete now").click()
    await button(dialog, "Delete now").click()
    await expect(page.get_by_text("Deleted: the draft")).to_be_visible()
    await expect(draft_field(page)).to_have_value("")
    assert not site.coach.reviews.kept
    assert "ship" not in await page.locator("body").inner_text()


async def test_a_deletion_that_failed_keeps_the_review(page: Page, site: Site) -> None:
    await review(page)
    site.coach.failures = 1
    await button(page, "Delete now").click()
    await button(page.get_by_role("dialog"), "Delete now").click()
    await expect(page.get_by_text("Something went wrong on my side.")).to_be_visible()
    await expect(page.locator(".marked")).to_be_visible()


async def test_the_draft_can_be_edited_and_another_started(page: Page) -> None:
    await review(page)
    await button(page, "Edit the draft").click()
    await expect(draft_field(page)).to_have_value(DRAFT)
    await expect(draft_field(page)).to_be_focused()
    await button(page, "Review").click()
    await button(page, "New review").click()
    await expect(draft_field(page)).to_have_value("")


# Privacy


async def test_a_draft_is_never_in_the_address_or_kept_by_the_browser(page: Page) -> None:
    await review(page)
    assert "ship" not in await page.evaluate(STORED)
    assert "ship" not in await page.evaluate("() => JSON.stringify(sessionStorage)")
    await page.reload()
    await expect(draft_field(page)).to_have_value("")


async def test_a_review_in_a_private_message_goes_with_the_tab(page: Page, site: Site) -> None:
    await go_to(page, "Coach")
    field = page.get_by_label("Write to Coach")
    await field.fill("Is this kept?")
    await field.press("Enter")
    await expect(page.locator("article.coach")).to_have_count(1)
    await field.fill(f"Draft: {DRAFT}")
    await field.press("Enter")
    await expect(page.locator(".marked")).to_contain_text("We will ship")
    stored = await page.evaluate(STORED)
    assert "Is this kept?" in stored
    assert "ship" not in stored
    await page.reload()
    await expect(page.locator(".marked")).to_contain_text("We will ship")
    other = await page.context.new_page()
    await other.goto(page.url)
    await expect(other.get_by_text("Is this kept?").first).to_be_visible()
    await expect(other.locator(".marked")).to_have_count(0)


async def test_a_review_in_a_private_message_can_be_answered_and_deleted(
    page: Page, site: Site
) -> None:
    await go_to(page, "Coach")
    field = page.get_by_label("Write to Coach")
    await field.fill(f"Draft: {DRAFT}")
    await field.press("Enter")
    await button(page, "Answer 1 question").click()
    await page.get_by_label("What does it change for the business?").fill("Half the calls.")
    await button(page, "Rewrite").click()
    await expect(rewrite(page)).to_have_count(2)
    await expect(rewrite(page).last).to_contain_text("Impact: Half the calls.")
    await button(page, "Keep my draft").last.click()
    await expect(page.get_by_text("Fine: your draft stays")).to_be_visible()
    await button(page, "Delete now").last.click()
    await button(page.get_by_role("dialog"), "Delete now").click()
    await expect(page.locator("article")).to_have_count(1)
    await expect(page.locator("article")).to_contain_text("Deleted: the draft")
    assert "ship" not in await page.evaluate("() => JSON.stringify(sessionStorage)")


async def test_a_session_that_ended_keeps_the_draft_in_its_tab(
    browser: Browser, coach: StandIn, library: StandInLibrary
) -> None:
    async with (
        serving(page_of(coach, library, "open sesame")) as server,
        Site(browser, server, coach, library).looked_at() as page,
    ):
        await log_in(page, "open sesame")
        await go_to(page, "Review an update")
        await draft_field(page).fill(DRAFT)
        await page.context.clear_cookies()
        await button(page, "Review").click()
        await expect(page.get_by_role("alert")).to_contain_text("Your session has ended.")
        async with page.expect_popup() as opened:
            await page.get_by_role("link", name="Log in in another tab").click()
        login = await opened.value
        await log_in(login, "open sesame")
        await expect(login).to_have_title("# ml-team · Coach")
        await button(page, "Review").click()
        await expect(rewrite(page)).to_contain_text(REWRITE)


# Business contexts


async def test_a_business_context_is_added_edited_and_offered_to_a_review(
    page: Page, site: Site
) -> None:
    await go_to(page, "Business context")
    await expect(page.get_by_text("Nothing is kept yet.")).to_be_visible()
    await button(page, "New context").press("Enter")
    await expect(page.get_by_label("Team or project")).to_be_focused()
    await page.get_by_label("Team or project").fill("Cats")
    await page.get_by_label("Metrics").fill("accuracy: calls")
    await button(page, "Keep").click()
    await expect(page.get_by_text("a metric needs a meaning")).to_be_visible()
    await page.get_by_label("Metrics").fill("accuracy = calls")
    await button(page, "Keep").click()
    await expect(page.get_by_role("status").first).to_have_text("Kept “Cats”.")
    await button(page, "Edit: Cats").click()
    await expect(page.get_by_label("Metrics")).to_have_value("accuracy = calls")
    await page.get_by_label("Metrics").fill("accuracy = visits")
    await button(page, "Keep").click()
    await expect(page.get_by_label("Metrics")).to_have_count(0)
    assert site.coach.reviews.contexts == {"Cats": "accuracy = visits"}
    await go_to(page, "Review an update")
    await page.get_by_label("Business context").select_option("Cats")


async def test_contexts_that_can_t_be_had_can_be_tried_again(page: Page, site: Site) -> None:
    await expect(page.get_by_text("I coach people who manage ML teams.")).to_be_visible()
    site.coach.failures = 1
    await go_to(page, "Business context")
    await expect(page.get_by_role("alert")).to_contain_text("Please try again.")
    await button(page, "Try again").click()
    await expect(button(page, "New context")).to_be_visible()


# Everybody, everywhere


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_of_a_review_has_enough_contrast(site: Site, scheme: str) -> None:
    async with site.looked_at(color_scheme=scheme) as page:
        await review(page)
        await highlight(page, "We will").focus()
        await button(page, "Show changes").click()
        worst = await page.evaluate(WORST_CONTRAST)
        underline = await page.evaluate(WORST_UNDERLINE)
    assert worst["ratio"] >= 4.5, worst
    assert underline >= 3


async def test_texts_stand_side_by_side_and_on_a_phone_below_each_other(site: Site) -> None:
    async with site.looked_at(viewport={"width": 1300, "height": 900}) as page:
        await review(page, f"{DRAFT} {'W' * 300}")
        sides = [await page.locator(part).bounding_box() for part in (".marked", ".copied")]
        await page.set_viewport_size({"width": 320, "height": 640})
        stacked = [await page.locator(part).bounding_box() for part in (".marked", ".copied")]
        size = await page.evaluate(SIZE)
    left, right, above, below = (box or {} for box in (*sides, *stacked))
    assert left["x"] + left["width"] <= right["x"]
    assert above["y"] + above["height"] <= below["y"]
    assert size == [320, 640]


async def test_what_is_focused_is_not_covered_by_the_explanation(site: Site) -> None:
    async with site.looked_at(viewport={"width": 800, "height": 500}) as page:
        lines = "".join(f"Line {number}.\n" for number in range(40))
        await review(page, f"{DRAFT}\n{lines}We saw it.")
        for text in ("We will", "game changer"):
            await highlight(page, text).focus()
            mark = await highlight(page, text).bounding_box() or {}
            panel = await page.locator(".remarks").bounding_box() or {}
            assert mark["y"] + mark["height"] <= panel["y"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "all new"),
        ("all gone", ""),
        ("same\n", "same\n"),
        ("One. Two three.\nFour", "One. Two 3 three!\nFive\nFour"),
        ("a 😀 b\n\nc", "a b 😀\r\n c\n"),
        ("word " * 3_000, "other " * 3_000),
        ("One two. " * 2_500, "One two! " * 2_500),
    ],
)
async def test_what_changed_adds_up_to_both_texts(page: Page, before: str, after: str) -> None:
    pieces = await page.evaluate(
        "async (texts) => (await import('/static/diff.js')).changes(...texts)", [before, after]
    )
    assert "".join(one["text"] for one in pieces if one["kind"] != "new") == before
    assert "".join(one["text"] for one in pieces if one["kind"] != "gone") == after
