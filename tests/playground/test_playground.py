"""Whole conversations in Teams, as a person has them in the Agents Playground."""

import asyncio
import json
from datetime import timedelta

import pytest
from playwright.async_api import expect

from bot.clock import now
from tests.playground.conftest import RunningCoach, answers
from tests.playground.playground import PERSON, URL, Card, Playground

if not answers(URL):
    pytest.skip(
        f"no Microsoft 365 Agents Playground answers at {URL} (docs/teams.md)",
        allow_module_level=True,
    )

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUESTION = "Who should own data labelling?"
FLAWED = (
    "Hi all, weekly update on churn. AUC is up to 0.91, so we will be live by Friday and churn "
    "will fall by half. The new model is a game changer. Next week we label 500 more accounts."
)
CLEAN = (
    "Call routing, week 12. In the pilot with 12 agents, callers waited 3 minutes less than "
    "before. The pilot covers one site only, so it may not hold elsewhere. Next step: a second "
    "site from 4 May."
)


# -- answers


async def test_a_question_is_answered_with_sources_whose_passages_open(alex: Playground) -> None:
    await alex.say(QUESTION)
    await alex.sees("ML engineers use the labels")
    sources = alex.card("Sources", "[1] Who to hire for labelling")
    passage = sources.root.get_by_text("accountable for prediction quality")
    await expect(passage.first).to_be_hidden()
    await sources.press("Passage 1")
    await expect(passage.first).to_be_visible()
    await alex.picture("question", [sources])
    await sources.press("Passage 1")
    await expect(passage.first).to_be_hidden()


async def test_a_follow_up_in_a_channels_thread_is_understood(alex: Playground) -> None:
    await alex.go("Announcements")
    await alex.post("What is the difference between an ML engineer and an ML researcher?")
    await alex.sees("[1] ML engineer versus ML researcher")
    await alex.reply("and which of them should I hire first?")
    await alex.sees("[1] First hires: full-stack before researchers")
    await alex.picture("follow-up")


async def test_a_group_chat_is_answered_when_coach_is_mentioned(alex: Playground) -> None:
    await alex.go("Group Chat")
    await alex.reply("How do I judge people when experiments fail?")
    sources = alex.card("Sources", "[1]")
    await sources.has("Passage 1")
    await alex.picture("group-chat")


async def test_what_the_material_does_not_cover_is_said_and_listed_as_a_gap(
    alex: Playground, running: RunningCoach
) -> None:
    await alex.say("What is the best recipe for tomato soup?")
    await alex.sees("My material doesn't cover that", "so I won't guess", "nearest topics")
    assert "Sources" not in await alex.text()
    await alex.picture("not-covered")
    assert "tomato soup" in running.told("gaps")


async def test_a_suggested_question_is_asked_with_its_button(alex: Playground) -> None:
    await alex.say("help")
    await alex.card("I coach people who manage").press(QUESTION)
    await alex.card("[1] Who to hire for labelling").has("Passage 1")


async def test_thumbs_that_do_not_say_what_they_are_for_count_for_no_answer(
    alex: Playground, running: RunningCoach
) -> None:
    await alex.say("How do I explain a missed deadline to my director?")
    await alex.card("Sources").has("Passage 1")
    await alex.thumb(up=False, words="Too general for us.")
    await alex.picture("thumbs")
    assert any(line.endswith("invoke 200") for line in await alex.log())
    assert running.rows("SELECT * FROM votes") == []  # real Teams names the message, this does not


# -- reviews


async def test_a_flawed_draft_is_rewritten_with_the_authors_answers(alex: Playground) -> None:
    await alex.say(FLAWED)
    review = alex.card("I found", "Rewrite", "Only you know")
    await review.has(
        "“we will be live by Friday”", "Promise (2)", "We do not know yet whether we will be live"
    )
    await alex.picture("review", [review])
    await review.press("Answer 4 questions")

    form = alex.card("Answer what you can")
    await form.fill("What does “AUC is up to 0.91”", "One point is worth 200,000 EUR a year")
    await form.fill("What could still go wrong", "The data of two regions is missing")
    await alex.picture("questions", [form])
    await form.press("Rewrite")

    again = alex.card("I found", "Rewrite", "200,000 EUR")
    await again.has("data of two regions is missing", "Answer 2 questions")
    await alex.picture("rewritten", [again])


async def test_a_clean_draft_stays_as_it_is(alex: Playground) -> None:
    await alex.say(CLEAN)
    await alex.card("Is this a draft update").press("Review it")
    review = alex.card("I would send it as it is")
    await review.lacks("Rewrite", "I found")
    assert await review.buttons() == ["Post to a channel…", "Delete now"]
    await alex.picture("clean", [review])


async def test_a_message_action_brings_its_review_to_the_private_chat(alex: Playground) -> None:
    await alex.go("Group Chat")
    await alex.say(FLAWED)
    dialog = await alex.message_action("reviewUpdate")
    await expect(dialog).to_contain_text("My review comes in our private chat.")
    await alex.picture("message-action")
    await alex.close_dialog()
    await alex.go("Personal Chat")
    await alex.card("I found", "Rewrite").has("Delete now")
    await alex.picture("message-action-review")


async def test_a_rewrite_is_posted_to_a_channel_after_its_author_says_so(alex: Playground) -> None:
    await alex.go("General")
    await alex.go("Personal Chat")
    await alex.say(f"review {CLEAN}")
    await alex.card("I would send it as it is").press("Post to a channel…")
    form = alex.card("Everybody in the channel will read this")
    await form.has(CLEAN)
    await form.choose("Channel", "General")
    await alex.picture("post", [form])
    await form.press("Post it")
    await alex.card("Received").has("Received")
    await alex.go("General")
    posted = alex.card("Call routing, week 12")
    await expect(posted.root).to_have_text(CLEAN)
    await alex.picture("posted")


async def test_a_finding_that_is_no_problem_goes_to_the_administrator(
    alex: Playground, running: RunningCoach
) -> None:
    await alex.say(FLAWED)
    await alex.card("I found", "Rewrite").press("Not a problem…")
    form = alex.card("Your administrator sees the phrase")
    await form.choose("Which one?", "Hype: The new model is a game changer")
    await alex.picture("not-a-problem", [form])
    await form.press("Send")
    await alex.card("Noted, thank you").has("If your administrator agrees")
    assert "The new model is a game changer" in running.told("objections", "list")


async def test_a_draft_is_deleted_once_its_author_confirms_that(
    alex: Playground, running: RunningCoach
) -> None:
    await alex.say(f"{FLAWED} Ask Zoe.")
    review = alex.card("I found", "Rewrite")
    await review.press("Delete now")
    await review.has("Delete this draft, its review and your answers?")
    await alex.picture("delete")
    assert drafts_with(running, "Ask Zoe.") == 1
    await review.press("Delete now")
    await alex.card("Deleted: the draft, its review and your answers.").has("Deleted")
    assert drafts_with(running, "Ask Zoe.") == 0


async def test_a_draft_of_6000_characters_is_reviewed_whole(alex: Playground) -> None:
    weeks = [
        f"Week {week}: precision on the returns of warehouse {week} rose from 0.{40 + week} to "
        f"0.{41 + week}, so we will ship it everywhere by March {week}."
        for week in range(1, 32)
    ]
    filler = "The team labelled more parcels, and the audit of the labels is still open."
    draft = "\n".join(f"{week} {filler}" for week in weeks)
    assert 5_500 < len(draft) < 6_500
    await alex.say(f"review {draft}")
    review = alex.card("I found", "Rewrite")
    await review.has("warehouse 1 rose", "The team labelled more parcels", "Sources", "Delete now")
    await review.lacks("its end is missing here")
    rewrite = (await review.text()).partition("Rewrite")[2]
    assert [week for week in range(1, 32) if f"warehouse {week} rose" not in rewrite] == []
    await alex.picture("long-draft")


# -- the log


async def test_an_objective_and_a_bet_are_registered_and_a_chance_is_checked_at_its_field(
    alex: Playground, running: RunningCoach
) -> None:
    await new_objective(alex, "Fewer customers leave")
    await alex.card("Kept: “Fewer customers leave”").press("Add a hypothesis")
    form = alex.card("A bet, written down before there is evidence")
    await choose_objective(form, "Fewer customers leave")
    await form.fill("Claim", "Session features find leavers")
    for chance in ("140", "abc"):
        await form.fill("Chance that it works", chance)
        await form.press("Register")
        await form.has("Not sent yet", "Write a chance from 0 to 100, for instance 60.")
        await expect(form.field("Chance that it works")).to_have_value(chance)
        await expect(form.field("Claim")).to_have_value("Session features find leavers")
    await alex.picture("hypothesis-refused", [form])
    await form.fill("Chance that it works", "40")
    await form.press("Register")
    await alex.card("Registered: “Session features find leavers” at 40 %").has("known by")
    kept = [one for one in the_log(running, "hypotheses") if "leavers" in str(one["claim"])]
    assert [(one["prior"], one["owner_name"]) for one in kept] == [(0.4, PERSON)]


async def test_odds_come_with_their_chart_and_what_bears_on_them(alex: Playground) -> None:
    await new_objective(alex, "Cheaper returns")
    await alex.card("Kept: “Cheaper returns”").press("Add a hypothesis")
    await register(alex, "Cheaper returns", "Photos tell damage", "30")
    await alex.say("odds Cheaper returns")
    await alex.sees("One approach is live for “Cheaper returns”")
    odds = alex.card("The bets", "What bears on it")
    await odds.has("Photos tell damage: 30 %", "rests on a single approach", "Passage 1")
    chart = odds.root.get_by_role("img")
    assert "Cheaper returns" in str(await chart.get_attribute("alt"))
    assert await chart.evaluate("image => image.naturalWidth") > 400
    await alex.picture("odds", [odds])


# -- standups


async def test_a_standup_goes_from_its_prompt_to_a_digest_that_is_updated_in_place(
    alex: Playground, running: RunningCoach
) -> None:
    await alex.go("Announcements")
    await alex.go("Personal Chat")
    await new_objective(alex, "Shorter queues")
    await alex.card("Kept: “Shorter queues”").press("Add a hypothesis")
    await register(alex, "Shorter queues", "Callbacks shorten queues", "40")
    await new_standup(alex, "Daily")
    await alex.picture("standup-kept")

    await alex.card("Kept: “Daily”").press("Run now")
    await alex.card("Asking 1 member of “Daily” now.").has("Asking")
    prompt = alex.card("Check-in for “Daily”")
    await prompt.has("Your open hypotheses", "Callbacks shorten queues (40 % at the start)")
    await alex.picture("prompt", [prompt])
    await prompt.press("Check in")

    form = alex.card("Filled in with what you said last")
    number = await place_of(form, "Callbacks shorten queues")
    await form.choose("What came of it?", "Still running", number)
    await form.fill("What did you try?", "Callbacks at two sites", number)
    await form.fill("Chance", "140", number)
    await form.press("Send")
    await form.has("Not sent yet", "Write a chance from 0 to 100, for instance 60.")
    await expect(form.field("Chance", number)).to_have_value("140")
    await expect(form.field("What did you try?", number)).to_have_value("Callbacks at two sites")
    await alex.picture("check-in-refused", [form])
    await form.fill("Chance", "55", number)
    await form.press("Send")
    await alex.card("Received").has("Received")
    thanks = alex.card("Got it: 1 report logged for “Daily”")
    await thanks.has("Edit")
    await alex.picture("check-in-sent")

    await alex.go("Announcements")
    digest = alex.card("Daily,", "1 experiment reported", "What was tried")
    await digest.has("Callbacks at two sites; still running", "Callbacks shorten queues: 55 %")
    await alex.picture("digest", [digest])

    await alex.go("Personal Chat")
    await thanks.press("Edit")
    form = alex.card("Filled in with what you said last")
    number = await place_of(form, "Callbacks shorten queues")
    await expect(form.field("Chance", number)).to_have_value("55")
    await form.fill("What did you try?", "Callbacks at three sites", number)
    await form.fill("Chance", "70", number)
    await form.press("Send")
    await until_told(running, "three sites", "log", "export")

    await alex.go("Announcements")
    await digest.has("Callbacks at three sites", "Callbacks shorten queues: 70 %")
    await digest.lacks("Callbacks at two sites")
    await expect(alex.page.get_by_text("1 experiment reported")).to_have_count(1)
    await alex.picture("digest-updated", [digest])
    said = [one["chance"] for one in the_log(running, "outcomes") if "Callbacks" in str(one)]
    assert said == [0.55, 0.7], "what was said first stays in the log"


async def test_a_check_in_can_be_skipped(alex: Playground, running: RunningCoach) -> None:
    await new_standup(alex, "Skippable")
    await alex.card("Kept: “Skippable”").press("Run now")
    await alex.card("Check-in for “Skippable”").press("Skip")
    await alex.card("Skipped for").has("Nobody is told.")
    await alex.picture("skipped")
    assert states_of(running, "Skippable") == ["skipped"]


async def test_who_is_away_is_not_asked_until_they_take_it_back(alex: Playground) -> None:
    await new_standup(alex, "Absent")
    await alex.say("checkin")
    await alex.card("My settings").press("I'm away…")
    form = alex.card("they never count as missed")
    await form.has("First day", "Last day")
    await alex.picture("away", [form])
    await form.press("Keep")
    noted = alex.card("Noted: you are away")
    await noted.has("it never counts as missed")

    await alex.say("standup list")
    await alex.card("Absent").press("Run “Absent” now")
    await alex.card("Nobody is left to ask").has("is off today")
    await noted.press("Take it back")
    await alex.card("Taken back: I ask you on those days.").has("Taken back")


async def test_a_person_changes_their_own_settings(alex: Playground, running: RunningCoach) -> None:
    await new_standup(alex, "Settled")
    await alex.say("checkin")
    await alex.card("My settings").press("My settings")
    form = alex.card("My zone")
    await form.fill("My zone", "Mars/Olympus")
    await form.press("Keep")
    await form.has("I don't know that zone. Write one such as Europe/Lisbon.")
    await alex.picture("settings", [form])
    await form.fill("My zone", "Europe/Lisbon")
    await form.press("Keep")
    await alex.card("Kept.").has("Kept.")
    [record] = running.rows("SELECT record FROM profiles")
    assert json.loads(str(record[0]))["zone"] == "Europe/Lisbon"


# -- finding one's way


async def test_help_shows_what_coach_can_do_in_teams(alex: Playground) -> None:
    await alex.say("help")
    shown = alex.card("I coach people who manage machine-learning teams")
    await shown.has("Have an update reviewed", "Hold standups", "Log bets, know the odds")
    await alex.picture("help", [shown])


async def test_home_shows_what_is_open_and_the_teams_bets(alex: Playground) -> None:
    await alex.say("home")
    home = alex.card("Your check-ins", "The team's bets")
    await home.has("New standup", "New objective")
    await alex.picture("home", [home])


async def test_coach_knows_who_removed_it_and_who_has_it_again(
    alex: Playground, running: RunningCoach
) -> None:
    await alex.mock("Uninstall application")
    await until_installed(running, installed=False)
    await alex.mock("Install application")
    await until_installed(running, installed=True)
    await alex.say(QUESTION)
    await alex.card("Sources").has("Passage 1")
    await alex.picture("reinstalled")
    greetings = running.rows("SELECT state FROM outbox WHERE key LIKE '%opened|%'")
    assert set(greetings) == {("sent",)}


# -- what several conversations begin with


async def new_objective(alex: Playground, name: str) -> None:
    await alex.say("objective")
    form = alex.card("What the business wants, in its own measure")
    await form.fill("Objective", name)
    await form.fill("Business measure", "what it costs a month")
    await form.fill("Target", "at most 4 %")
    await alex.picture("objective", [form])
    await form.press("Keep")
    await alex.card(f"Kept: “{name}”").has("Now register the approaches")


async def choose_objective(form: Card, name: str) -> None:
    """Choose in a list, or among boxes while there are few."""
    await form.has("Objective")
    if await form.root.get_by_role("radio").count():
        await form.tick(f"{name}: at most 4 %")
    else:
        await form.choose("Objective", f"{name}: at most 4 %")


async def register(alex: Playground, objective: str, claim: str, chance: str) -> None:
    form = alex.card("A bet, written down before there is evidence")
    await choose_objective(form, objective)
    await form.fill("Claim", claim)
    await form.fill("Chance that it works", chance)
    await form.press("Register")
    await alex.card(f"Registered: “{claim}”").has("known by")


async def new_standup(alex: Playground, name: str) -> None:
    """Set up a standup of Alex's that also takes place today, its digest in Announcements."""
    await alex.say("standup")
    form = alex.card("I ask each member privately")
    await form.fill("Name", name)
    await form.choose("Channel for the digest", "Announcements")
    await form.pick_person(PERSON)
    for day in ("Saturday", "Sunday"):
        await form.tick(day)
    await alex.picture("standup", [form])
    await form.press("Keep")
    await alex.card(f"Kept: “{name}”").has("every day at 09:30", f"I ask {PERSON}")


async def place_of(form: Card, claim: str) -> int:
    """Return the place that a hypothesis has among those that a check-in asks about."""
    await form.has(f"“{claim}”")
    headings = await form.root.get_by_role("heading", name="“").all_inner_texts()
    return [heading.strip() for heading in headings].index(f"“{claim}”")


# -- what Coach keeps


async def until_told(running: RunningCoach, words: str, *arguments: str) -> None:
    """Wait until a command of Coach's says *words*."""
    deadline = now() + timedelta(seconds=40)
    while words not in await asyncio.to_thread(running.told, *arguments):
        assert now() < deadline, f"{arguments} never said “{words}”"


async def until_installed(running: RunningCoach, *, installed: bool) -> None:
    query = "SELECT installed FROM addresses WHERE kind = 'person'"
    deadline = now() + timedelta(seconds=40)
    while running.rows(query) != [(int(installed),)]:
        assert now() < deadline
        await asyncio.sleep(0.1)


def the_log(running: RunningCoach, part: str) -> list[dict[str, object]]:
    """Return a part of the log as Coach exports it."""
    return json.loads(running.told("log", "export"))[part]


def drafts_with(running: RunningCoach, words: str) -> int:
    return sum(words in str(record) for (record,) in running.rows("SELECT record FROM reviews"))


def states_of(running: RunningCoach, standup: str) -> list[object]:
    found = running.rows("SELECT standup, state FROM check_ins")
    return [state for name, state in found if str(name).startswith(standup.lower())]
