"""Checking in as members meet it, as conversations with the whole of Coach."""

import asyncio
from datetime import date, timedelta

import pytest

from bot import log_forms, standup_forms
from bot.check_in_desk import CheckInDesk
from bot.errors import LogGone, NoCheckInThen, NotAMember, NotYourHypothesis, StandupGone
from bot.evidence_desk import EvidenceDesk
from bot.log_records import BlockerState, Execution, Hypothesis, Outcome, Result
from bot.members import People
from bot.messages import Button, Delivery, Form, Reply
from bot.standup_forms import Asked
from bot.standup_records import CheckInState, Standup
from bot.stores.log import SqlLog
from tests.conversations.team import (
    ADMIN,
    ASKED,
    DAY,
    MONDAY,
    OVER,
    REMINDED,
    WORKSPACE,
    Office,
    about,
    asked_people,
    bet_button,
    button,
    check_in_button,
    everything,
    failing,
    filled_in,
    labels,
    of_sort,
    pressed,
    standup_button,
    values,
)

TUESDAY = MONDAY + DAY
SKIP = standup_forms.SKIP
HOSTILE = "<!channel> @here *bold* `code` <https://evil.example|click> &amp; \u202e🐨"


class Bo:
    """Bo, who bets on graphs and on trees, and is asked on Monday."""

    def __init__(self, office: Office, standup: Standup, graphs: Hypothesis, trees: Hypothesis):
        self.office = office
        self.standup = standup
        self.graphs = graphs
        self.trees = trees
        self.monday = Asked(standup.id, MONDAY)
        self.tuesday = Asked(standup.id, TUESDAY)

    async def says(self, *answers: dict[str, str], on: Asked | None = None) -> Reply:
        """Send the check-in's form with *answers*."""
        said = {name: text for each in answers for name, text in each.items()}
        return await self.office.checks_in("bo", on or self.monday, said)

    async def form(self, on: Asked | None = None) -> Form:
        """Open the check-in's form."""
        return await self.office.check_in_form("bo", on or self.monday)

    async def reported(self) -> list[Outcome]:
        """Return everything that was reported of graphs."""
        return await self.office.outcomes(self.graphs)

    async def stands(self) -> str:
        """Return the state of graphs."""
        return (await self.office.hypothesis(self.graphs)).state


async def a_bo(office: Office) -> Bo:
    standup = await office.sets_up(members=["bo"])
    await office.aims()
    graphs = await office.bets("bo", "Graphs find leavers", metric="recall", threshold="0.7")
    trees = await office.bets("bo", "Trees find leavers", prior="30")
    return Bo(office, standup, graphs, trees)


@pytest.fixture
async def bo(office: Office) -> Bo:
    """Bo, who was asked just now."""
    made = await a_bo(office)
    await office.at(ASKED)
    return made


@pytest.fixture
async def early_bo(office: Office) -> Bo:
    """Bo, who is to be asked in half an hour."""
    return await a_bo(office)


def the_digest(sent: list[Delivery]) -> str:
    [digest] = of_sort(sent, "digest")
    return everything(digest.reply)


# -- being asked


async def test_who_is_asked_reads_their_bets_and_can_answer_skip_or_be_away(office: Office) -> None:
    await a_bo(office)
    [prompt] = await office.at(ASKED)
    assert (prompt.person.id, prompt.place.channel) == ("bo", "bo")
    assert "Check-in for “Search”, Mon 2 Mar" in prompt.reply.text
    assert "Answers until 13:30" in prompt.reply.text
    bets = everything(prompt.reply)
    assert "Graphs find leavers (40 % at the start)" in bets
    assert "Trees find leavers (30 % at the start)" in bets
    assert labels(prompt.reply) == ["Check in", "Skip", "I'm away…", "My settings"]


async def test_the_first_form_is_empty_and_shows_the_chance_of_the_start(bo: Bo) -> None:
    form = await bo.form()
    assert set(values(form).values()) == {""}
    fields = {field.name: field for field in form.fields}
    chance = fields[f"chance/{bo.graphs.id}"]
    assert (chance.label, chance.hint) == (
        "Chance that it meets 0.7 now, in percent",
        "At first: 40 %",
    )
    assert fields[f"value/{bo.graphs.id}"].label == "recall now"


async def test_a_report_is_kept_as_it_was_given(bo: Bo) -> None:
    reply = await bo.says(
        about(
            bo.graphs,
            result="inconclusive",
            tried="A second layer",
            execution="cut_short",
            learned="It overfits",
            chance="55 %",
            value="0,61",
            evidence="https://runs.example/7",
            next="Dropout",
            blocker="No GPU",
        )
    )
    assert reply.text == "Got it: 1 report logged for “Search”, Mon 2 Mar."
    [kept] = await bo.reported()
    assert (kept.result, kept.execution) == (Result.INCONCLUSIVE, Execution.CUT_SHORT)
    assert (kept.chance, kept.value) == (0.55, 0.61)
    assert (kept.tried, kept.learned, kept.next) == ("A second layer", "It overfits", "Dropout")
    assert (kept.blocker, kept.blocker_state) == ("No GPU", BlockerState.NEW)
    assert kept.evidence == "https://runs.example/7"
    assert (kept.person, kept.on, kept.at) == ("bo", MONDAY, ASKED)
    assert await bo.office.state(bo.monday, "bo") == CheckInState.ANSWERED


async def test_the_next_form_is_filled_in_with_what_still_holds(bo: Bo) -> None:
    said = {"result": "blocked", "chance": "55.5", "value": "0.61", "tried": "A second layer"}
    await bo.says(about(bo.graphs, **said, next="Dropout", blocker="No GPU", learned="Overfits"))
    await bo.office.at(ASKED + DAY)
    form = await bo.form(bo.tuesday)
    shown = {
        name.split("/")[0]: value for name, value in values(form).items() if bo.graphs.id in name
    }
    assert (shown["result"], shown["chance"], shown["next"]) == ("blocked", "55.5", "Dropout")
    assert (shown["blocker"], shown["blocker_state"]) == ("No GPU", "still")
    # Yesterday's reading and words would else be logged as today's.
    assert (shown["value"], shown["tried"], shown["learned"]) == ("", "", "")
    fields = {field.name: field for field in form.fields}
    assert fields[f"tried/{bo.graphs.id}"].hint == "Last time you planned: Dropout."


async def test_a_blocker_that_is_out_of_the_way_is_not_asked_about_again(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="blocked", blocker="No GPU"))
    await bo.office.at(ASKED + DAY)
    gone = about(bo.graphs, result="still_running", blocker_state="resolved")
    await bo.says(gone, on=bo.tuesday)
    await bo.office.at(ASKED + 2 * DAY)
    form = await bo.form(Asked(bo.standup.id, MONDAY + 2 * DAY))
    assert f"blocker_state/{bo.graphs.id}" not in values(form)
    assert values(form)[f"blocker/{bo.graphs.id}"] == ""


async def test_a_prompt_tells_the_chance_that_was_stated_last(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="still_running", chance="70"))
    await bo.office.at(ASKED + DAY)
    await bo.says(about(bo.graphs, result="still_running", chance=""), on=bo.tuesday)
    [prompt] = of_sort(await bo.office.at(ASKED + 2 * DAY), "check-in")
    assert "Graphs find leavers (still running, 70 %)" in everything(prompt.reply)
    listed = await bo.office.says("ada", "hypothesis", "list")
    assert "Graphs find leavers: 70 %, still running" in everything(listed)


# -- what is decided


@pytest.mark.parametrize("result", ["supported", "refuted"])
async def test_what_is_decided_is_told_closed_and_not_asked_about_again(
    bo: Bo, result: str
) -> None:
    reply = await bo.says(about(bo.graphs, result=result))
    assert f"“Graphs find leavers” is closed as {result}." in reply.text
    assert await bo.stands() == result
    [prompt] = of_sort(await bo.office.at(ASKED + DAY), "check-in")
    assert "Graphs" not in everything(prompt.reply)
    assert f"result/{bo.graphs.id}" not in values(await bo.form(bo.tuesday))


async def test_a_decision_that_is_taken_back_opens_the_hypothesis_again(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="supported"))
    reply = await bo.says(about(bo.graphs, result="inconclusive", learned="A bug in the test"))
    assert "“Graphs find leavers” is open again." in reply.text
    assert await bo.stands() == "open"
    first, second = await bo.reported()
    assert second.replaces == first.id


async def test_a_decision_that_is_corrected_counts_as_corrected(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="supported"))
    reply = await bo.says(about(bo.graphs, result="refuted"))
    assert "is closed as refuted" in reply.text
    assert await bo.stands() == "refuted"


async def test_an_edit_of_the_rest_does_not_close_again_what_was_reopened_since(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="refuted"))
    bo.office.clock.advance(60)
    await bo.office.presses(ADMIN, bet_button(log_forms.REOPEN, bo.graphs))
    bo.office.clock.advance(60)
    assert values(await bo.form())[f"result/{bo.graphs.id}"] == "refuted"
    await bo.says(about(bo.trees, result="still_running"))
    assert await bo.stands() == "open"


async def test_what_somebody_reopened_since_is_asked_about_without_the_old_decision(
    bo: Bo,
) -> None:
    await bo.says(about(bo.graphs, result="refuted", chance="1"))
    await bo.office.presses("bo", bet_button(log_forms.REOPEN, bo.graphs))
    await bo.office.at(ASKED + DAY)
    shown = values(await bo.form(bo.tuesday))
    assert shown[f"result/{bo.graphs.id}"] == ""
    assert shown[f"chance/{bo.graphs.id}"] == ""


# -- when it is answered


async def test_an_early_answer_is_kept_and_nobody_is_asked_again(early_bo: Bo) -> None:
    office = early_bo.office
    waiting = await office.says("bo", "checkin")
    assert waiting.text == "“Search”, Mon 2 Mar: opens Mon 2 Mar at 09:30; you can answer now."
    form = await office.opens("bo", button(waiting, "Check in: Search"))
    reply = await office.sends("bo", form, about(early_bo.graphs, result="still_running"))
    assert reply.text == "Got it: 1 report logged for “Search”, Mon 2 Mar."
    assert asked_people(await office.at(ASKED - timedelta(minutes=1))) == []
    assert asked_people([*await office.at(ASKED), *await office.at(OVER)]) == []


async def test_an_early_answer_is_in_the_digest(early_bo: Bo) -> None:
    office = early_bo.office
    await early_bo.says(about(early_bo.graphs, result="still_running", tried="Two layers"))
    sent = [*await office.at(ASKED), *await office.at(OVER)]
    assert "Graphs find leavers: Two layers" in the_digest(sent)


async def test_a_late_answer_is_taken_and_added_to_the_digest(bo: Bo) -> None:
    assert of_sort(await bo.office.at(OVER), "digest") == []
    assert await bo.office.state(bo.monday, "bo") == CheckInState.UNANSWERED
    bo.office.clock.advance(3_600)
    reply = await bo.says(about(bo.graphs, result="still_running", tried="Two layers"))
    assert "Late is fine: I add it to the digest." in reply.text
    assert "Graphs find leavers: Two layers" in the_digest(await bo.office.at(OVER + DAY / 12))


async def test_a_partial_answer_leaves_the_rest_for_later(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="still_running", tried="Two layers"))
    assert await bo.office.outcomes(bo.trees) == []
    form = await bo.form()
    assert values(form)[f"tried/{bo.graphs.id}"] == "Two layers"
    await bo.says(about(bo.trees, result="not_started"))
    assert len(await bo.reported()) == 1, "the first half was not reported again"
    assert len(await bo.office.outcomes(bo.trees)) == 1
    check_in = await bo.office.check_in(bo.monday, "bo")
    assert check_in is not None
    assert check_in.revision == 2


async def test_an_empty_form_counts_as_answered_and_logs_nothing(bo: Bo) -> None:
    reply = await bo.says()
    assert reply.text == "Got it, noted for “Search”, Mon 2 Mar."
    assert await bo.reported() == []
    assert await bo.office.state(bo.monday, "bo") == CheckInState.ANSWERED


async def test_an_edit_corrects_the_report_and_leaves_it_visible(bo: Bo) -> None:
    first = await bo.says(about(bo.graphs, result="still_running", chance="70", tried="Two layers"))
    form = await bo.office.opens("bo", button(first, "Edit"))
    assert values(form)[f"tried/{bo.graphs.id}"] == "Two layers"
    reply = await bo.office.sends("bo", form, about(bo.graphs, chance="20"))
    assert reply.text.startswith("Got it: 1 report logged")
    before, after = await bo.reported()
    assert (before.chance, after.chance) == (0.7, 0.2)
    assert after.replaces == before.id
    assert (after.tried, after.result) == ("Two layers", Result.STILL_RUNNING)
    history = await bo.office.presses("ada", bet_button(log_forms.HISTORY, bo.graphs))
    assert "still running by Bo, 70 %: Two layers (corrected later)" in everything(history)
    assert "still running by Bo, 20 %: Two layers" in everything(history)
    assert "Graphs find leavers: 20 %" in the_digest(await bo.office.at(OVER))


async def test_every_answer_is_kept_as_a_version(office: Office) -> None:
    standup = await office.sets_up(members=["bo"], questions="How is it?")
    await office.at(ASKED)
    asked = Asked(standup.id, MONDAY)
    for said in ("Fine", "Not fine", ""):
        await office.checks_in("bo", asked, {"question0": said})
    versions = await office.standups.answer_versions(WORKSPACE, standup.id, MONDAY, "bo")
    assert [(each.revision, each.answers) for each in versions] == [
        (3, {}),
        (2, {"How is it?": "Not fine"}),
        (1, {"How is it?": "Fine"}),
    ]


async def test_a_report_of_yesterday_does_not_hide_the_one_of_today(bo: Bo) -> None:
    await bo.office.at(ASKED + DAY)
    await bo.says(about(bo.graphs, result="still_running", chance="20"), on=bo.tuesday)
    await bo.says(about(bo.graphs, result="still_running", chance="90"))  # Monday's, late
    await bo.office.at(ASKED + 2 * DAY)
    form = await bo.form(Asked(bo.standup.id, MONDAY + 2 * DAY))
    assert values(form)[f"chance/{bo.graphs.id}"] == "20"


# -- not answering


async def test_a_skipped_check_in_is_told_to_nobody_and_not_reminded_of(bo: Bo) -> None:
    skip = Button(label="Skip", action=SKIP, value=str(bo.monday))
    reply = await bo.office.presses("bo", skip)
    assert reply.text == "Skipped for Mon 2 Mar. Nobody is told."
    assert [*await bo.office.at(REMINDED), *await bo.office.at(OVER)] == []
    listed = everything(await bo.office.says("ada", "standup", "list"))
    assert "Not yet" not in listed


async def test_who_skipped_can_still_answer(bo: Bo) -> None:
    skip = Button(label="Skip", action=SKIP, value=str(bo.monday))
    await bo.office.presses("bo", skip)
    waiting = await bo.office.says("bo", "checkin")
    assert "skipped; you can still answer" in waiting.text
    form = await bo.office.opens("bo", button(waiting, "Check in: Search"))
    await bo.office.sends("bo", form, about(bo.graphs, result="still_running", tried="More"))
    assert await bo.office.state(bo.monday, "bo") == CheckInState.ANSWERED
    assert "More" in the_digest(await bo.office.at(OVER))


async def test_what_was_answered_is_not_lost_by_skipping(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="still_running"))
    skip = Button(label="Skip", action=SKIP, value=str(bo.monday))
    reply = await bo.office.presses("bo", skip)
    assert reply.text == "You have answered already; that stays. Edit it if you like."
    assert await bo.office.state(bo.monday, "bo") == CheckInState.ANSWERED


async def test_who_says_that_they_are_away_is_no_longer_waited_for(bo: Bo) -> None:
    office = bo.office
    form = await office.opens("bo", Button(label="Away", action=standup_forms.AWAY))
    reply = await office.sends("bo", form, {"first": "2026-03-02", "last": "2026-03-03"})
    assert reply.text.startswith("Noted: you are away Mon 2 Mar to Tue 3 Mar.")
    assert await office.state(bo.monday, "bo") == CheckInState.AWAY
    assert [*await office.at(REMINDED), *await office.at(ASKED + DAY)] == []
    assert asked_people(await office.at(ASKED + 2 * DAY)) == ["bo"]
    assert "Not yet: Bo" in everything(await office.says("ada", "standup", "list"))


async def test_an_absence_that_is_ahead_is_shown_and_can_be_taken_back(bo: Bo) -> None:
    office = bo.office
    form = await office.opens("bo", Button(label="Away", action=standup_forms.AWAY))
    await office.sends("bo", form, {"first": "2026-03-09", "last": "2026-03-13"})
    waiting = await office.says("bo", "checkin")
    assert "You are away Mon 9 Mar to Fri 13 Mar." in waiting.text
    assert "away" not in (await office.says("ada", "checkin")).text
    await office.presses("bo", button(waiting, "Not away Mon 9 Mar to Fri 13 Mar"))
    assert "You are away" not in (await office.says("bo", "checkin")).text


async def test_an_absence_that_is_taken_back_lets_the_person_answer(bo: Bo) -> None:
    office = bo.office
    form = await office.opens("bo", Button(label="Away", action=standup_forms.AWAY))
    away = await office.sends("bo", form, {"first": "2026-03-02", "last": "2026-03-06"})
    back = button(away, "Take it back")
    assert (await office.presses("bo", back)).text == "Taken back: I ask you on those days."
    assert (await office.presses("bo", back)).text == "That was taken back already."
    waiting = await office.says("bo", "checkin")
    assert "Mon 2 Mar: open until 13:30" in waiting.text
    assert await office.state(bo.monday, "bo") == CheckInState.ASKED
    form = await office.opens("bo", button(waiting, "Check in: Search"))
    await office.sends("bo", form, about(bo.graphs, result="still_running"))
    assert await office.state(bo.monday, "bo") == CheckInState.ANSWERED
    assert asked_people(await office.at(ASKED + DAY)) == ["bo"]


async def test_what_was_answered_before_going_away_stays(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="still_running", tried="Two layers"))
    form = await bo.office.opens("bo", Button(label="Away", action=standup_forms.AWAY))
    await bo.office.sends("bo", form, {"first": "2026-03-02", "last": "2026-03-02"})
    assert await bo.office.state(bo.monday, "bo") == CheckInState.ANSWERED
    assert "Two layers" in the_digest(await bo.office.at(OVER))


# -- what is open


async def test_who_is_in_no_standup_is_told_who_can_change_that(office: Office) -> None:
    await office.sets_up(members=["bo"])
    reply = await office.says("cy", "checkin")
    assert reply.text.startswith("You are in no standup here")
    assert reply.buttons == ()


async def test_the_command_shows_each_standup_and_how_it_stands(office: Office) -> None:
    first = await office.sets_up(members=["bo"])
    await office.sets_up(members=["bo"], name="Ranking", at="11:00")
    await office.at(ASKED)
    await office.checks_in("bo", Asked(first.id, MONDAY), {"note": "Done"})
    reply = await office.says("bo", "checkin")
    assert sorted(reply.text.splitlines()) == [
        "“Ranking”, Mon 2 Mar: opens Mon 2 Mar at 11:00; you can answer now.",
        "“Search”, Mon 2 Mar: answered; you can still edit it.",
    ]
    assert {"Check in: Ranking", "Check in: Search"} <= set(labels(reply))


async def test_the_command_offers_to_skip_what_is_open(bo: Bo) -> None:
    reply = await bo.office.says("bo", "checkin")
    assert reply.text == "“Search”, Mon 2 Mar: open until 13:30."
    skipped = await bo.office.presses("bo", button(reply, "Skip: Search"))
    assert skipped.text == "Skipped for Mon 2 Mar. Nobody is told."


async def test_while_nothing_is_due_the_command_says_why(bo: Bo) -> None:
    await bo.says()
    await bo.office.presses("ada", standup_button(standup_forms.PAUSE, bo.standup))
    await bo.office.at(OVER + DAY)
    assert (await bo.office.says("bo", "checkin")).text.startswith("Nothing is due")


async def test_a_check_in_leads_to_the_form_of_a_new_hypothesis(bo: Bo) -> None:
    reply = await bo.says(about(bo.graphs, result="refuted"))
    form = await bo.office.opens("bo", button(reply, "Add a hypothesis"))
    assert form.action == log_forms.HYPOTHESIS
    answers = {"claim": "Text finds leavers", "prior": "25", "resolve_by": "2026-05-01"}
    await bo.office.sends("bo", form, answers)
    await bo.office.at(ASKED + DAY)
    groups = [field.group for field in (await bo.form(bo.tuesday)).fields]
    assert "“Text finds leavers”" in groups


# -- what a platform that can refresh its messages shows


async def refreshed(office: Office, sent: list[Delivery], person: str = "bo") -> Reply:
    """Return what asked *person* for a check-in as it is by now."""
    [prompt] = of_sort(sent, "check-in")
    press = prompt.reply.refresh
    assert press is not None
    shown = await office.coach.refreshed(
        pressed(person, Button(label="", action=press.action, value=press.value))
    )
    assert shown is not None
    assert shown.refresh == press
    return shown


async def test_a_prompt_that_waits_is_the_same_when_it_is_shown_again(office: Office) -> None:
    await a_bo(office)
    sent = await office.at(ASKED)
    assert await refreshed(office, sent) == of_sort(sent, "check-in")[0].reply


async def test_a_prompt_that_was_answered_shows_that_it_was(office: Office) -> None:
    bo = await a_bo(office)
    sent = await office.at(ASKED)
    await bo.says(about(bo.graphs, result="inconclusive"))
    shown = await refreshed(office, sent)
    assert shown.text == "“Search”, Mon 2 Mar: answered; you can still edit it."
    assert shown.sections[0].text == "• Graphs find leavers: inconclusive"
    assert labels(shown) == ["Edit"]


async def test_a_prompt_that_was_skipped_or_is_over_can_still_be_answered(office: Office) -> None:
    bo = await a_bo(office)
    sent = await office.at(ASKED)
    await office.presses("bo", Button(label="", action=standup_forms.SKIP, value=str(bo.monday)))
    assert "skipped; you can still answer" in (await refreshed(office, sent)).text
    await office.at(OVER)
    shown = await refreshed(office, sent)
    assert "a late answer is added to the digest" in shown.text
    assert labels(shown) == ["Check in"]


async def test_a_prompt_is_refreshed_for_its_member_alone(office: Office) -> None:
    await a_bo(office)
    sent = await office.at(ASKED)
    with pytest.raises(NotAMember):
        await refreshed(office, sent, person="ada")


# -- many hypotheses


async def ten_bets(office: Office) -> tuple[Asked, list[Hypothesis]]:
    standup = await office.sets_up(members=["bo"], questions="How is it?")
    await office.aims()
    bets = [await office.bets("bo", f"Approach {number}") for number in range(10)]
    await office.at(ASKED)
    return Asked(standup.id, MONDAY), bets


def claims(form: Form) -> list[str]:
    groups = dict.fromkeys(field.group for field in form.fields)
    return [group[1:-1] for group in groups if group.startswith("“")]


async def test_ten_hypotheses_come_in_pages_with_a_button_each(office: Office) -> None:
    asked, _ = await ten_bets(office)
    [prompt] = of_sort(office.sent, "check-in")
    pages = [each for each in prompt.reply.buttons if each.action == standup_forms.CHECK_IN]
    assert [each.label for each in pages] == [f"Check in ({n} of 4)" for n in range(1, 5)]
    forms = [await office.opens("bo", each) for each in pages]
    assert [claim for form in forms for claim in claims(form)] == [
        f"Approach {number}" for number in range(10)
    ]
    assert [form.title for form in forms] == [f"Check-in ({n} of 4)" for n in range(1, 5)]
    questions = [[f.name for f in form.fields if f.name == "question0"] for form in forms]
    assert questions == [["question0"], [], [], []]
    assert all(len(form.fields) <= 40 for form in forms)
    [last] = [Asked.read(form.value) for form in forms[3:]]
    assert last is not None
    assert (last.standup, last.on, last.page) == (asked.standup, MONDAY, 3)


async def test_each_page_keeps_what_it_holds_and_leads_to_the_next(office: Office) -> None:
    asked, bets = await ten_bets(office)
    reply = await office.checks_in("bo", asked, {"question0": "Fine"})
    for page in range(4):
        mine = bets[page * 3 : page * 3 + 3]
        form = await office.check_in_form("bo", Asked(asked.standup, MONDAY, page))
        # What is decided on a page does not move what stands on the next one.
        said = [about(each, result="refuted", tried=f"Tried {each.claim}") for each in mine]
        answers = {name: text for each in said for name, text in each.items()}
        reply = await office.sends("bo", form, answers)
        following = [label for label in labels(reply) if label.startswith("Next")]
        assert following == ([f"Next ({page + 2} of 4)"] if page < 3 else [])
    assert [len(await office.outcomes(each)) for each in bets] == [1] * 10
    check_in = await office.check_in(asked, "bo")
    assert check_in is not None
    assert check_in.answers == {"How is it?": "Fine"}, "later pages keep it"
    assert {(await office.hypothesis(each)).state for each in bets} == {"refuted"}
    again = await office.check_in_form("bo", Asked(asked.standup, MONDAY, 1))
    assert claims(again) == ["Approach 3", "Approach 4", "Approach 5"]


async def test_a_page_that_is_gone_meanwhile_still_opens(office: Office) -> None:
    asked, bets = await ten_bets(office)
    for each in bets:
        await office.presses("bo", bet_button(log_forms.DROP, each))
    form = await office.check_in_form("bo", Asked(asked.standup, MONDAY, 3))
    assert [field.name for field in form.fields] == ["note"]


# -- the team's own questions


async def test_who_bets_on_nothing_is_asked_for_a_note(office: Office) -> None:
    standup = await office.sets_up(members=["bo"])
    await office.at(ASKED)
    reply = await office.checks_in("bo", Asked(standup.id, MONDAY), {"note": "Read two papers"})
    assert reply.text == "Got it, noted for “Search”, Mon 2 Mar."
    assert "• Bo: Read two papers" in the_digest(await office.at(OVER))


async def test_an_answer_stays_with_the_question_that_was_asked(office: Office) -> None:
    standup = await office.sets_up(members=["bo"], questions="What was hard?\nWhat is next?")
    await office.at(ASKED)
    asked = Asked(standup.id, MONDAY)
    form = await office.check_in_form("bo", asked)
    edit = await office.opens("ada", standup_button(standup_forms.NEW, standup))
    await office.sends("ada", edit, {"questions": "What is next?\nWho helped?"})
    await office.sends("bo", form, {"question0": "The labels", "question1": "More labels"})
    check_in = await office.check_in(asked, "bo")
    assert check_in is not None
    assert check_in.answers.get("What is next?", "More labels") == "More labels"
    assert "More labels" not in check_in.answers.get("Who helped?", "")


@pytest.mark.parametrize("field", ["question0", "note"])
async def test_an_answer_that_is_too_long_is_told_at_its_field(office: Office, field: str) -> None:
    questions = "How is it?" if field == "question0" else ""
    standup = await office.sets_up(members=["bo"], questions=questions)
    await office.at(ASKED)
    asked = Asked(standup.id, MONDAY)
    form = await office.check_in_form("bo", asked)
    assert set(await office.problems("bo", form, {field: "x" * 10_001})) == {field}
    assert await office.state(asked, "bo") == CheckInState.ASKED
    await office.sends("bo", form, {field: "x" * 10_000})


# -- what can't be used

WRONG = [
    ("chance", "101"),
    ("chance", "-5"),
    ("chance", "abc"),
    ("chance", "1e1"),
    ("chance", "nan"),
    ("chance", "inf"),
    ("chance", "0.5"),
    ("chance", "50-60"),
    ("chance", "9" * 10_000),
    ("value", "abc"),
    ("value", "1,234"),
    ("value", "1e400"),
    ("value", "0.6 recall"),
    ("value", "9" * 10_000),
    ("evidence", "javascript:alert(1)"),
    ("evidence", "see the wiki"),
    ("evidence", "https://ada:secret@runs.example/7"),
    ("evidence", "https://runs.example/" + "7" * 10_000),
    ("result", "won"),
    ("result", ""),
    ("execution", "somehow"),
    ("blocker_state", "gone"),
    ("tried", "x" * 10_001),
    ("learned", "x" * 10_001),
    ("next", "x" * 10_001),
    ("blocker", "x" * 10_001),
]


async def test_what_can_not_be_used_is_told_at_its_field_and_nothing_is_kept(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="blocked", blocker="No GPU"))
    form, before = await bo.form(), await bo.reported()
    fine = about(bo.trees, result="supported", tried="Deeper ones")
    report = about(bo.graphs, result="still_running", tried="Two layers")
    wrong = [(f"{part}/{bo.graphs.id}", answer) for part, answer in WRONG]
    await bo.office.tells_what_is_wrong("bo", form, {**fine, **report}, wrong)
    assert await bo.reported() == before
    assert await bo.office.outcomes(bo.trees) == [], "not even the other report"
    assert (await bo.office.hypothesis(bo.trees)).state == "open"


async def test_ten_thousand_characters_are_kept_and_told_in_short(bo: Bo) -> None:
    long = "Two layers " * 909 + "!"
    assert len(long) == 10_000
    words = {"tried": long, "learned": long, "next": long, "blocker": long}
    await bo.says(about(bo.graphs, result="blocked", **words))
    [kept] = await bo.reported()
    assert (kept.tried, kept.learned, kept.next, kept.blocker) == (long,) * 4
    assert len(the_digest(await bo.office.at(OVER))) < 5_000
    [prompt] = of_sort(await bo.office.at(ASKED + DAY), "check-in")
    assert len(everything(prompt.reply)) < 1_000


async def test_hostile_words_are_kept_without_control_characters(bo: Bo) -> None:
    await bo.says(about(bo.graphs, result="still_running", tried=f"{HOSTILE}\x00\x1b[31m\x07"))
    [kept] = await bo.reported()
    assert kept.tried == f"{HOSTILE}[31m"
    assert HOSTILE in the_digest(await bo.office.at(OVER))


# -- whose it is


async def test_nobody_reports_of_another_members_hypothesis(office: Office) -> None:
    standup = await office.sets_up(members=["ada", "bo"])
    await office.aims()
    adas = await office.bets("ada", "Trees find leavers")
    bos = await office.bets("bo", "Graphs find leavers")
    await office.at(ASKED)
    asked = Asked(standup.id, MONDAY)
    form = await office.check_in_form("ada", asked)
    forged = form.model_copy(update={"fields": (await office.check_in_form("bo", asked)).fields})
    reply = await office.sends("ada", forged, about(bos, result="refuted"))
    assert reply.text == NotYourHypothesis(owner="Bo").sentence
    assert await office.outcomes(bos) == []
    assert (await office.hypothesis(bos)).state == "open"
    assert await office.state(asked, "ada") == CheckInState.ASKED, "and nothing else was kept"
    assert await office.outcomes(adas) == []


async def test_a_report_of_a_hypothesis_that_is_not_there_is_refused(bo: Bo) -> None:
    form = await bo.form()
    strange = bo.graphs.model_copy(update={"id": "nothing-like-it"})
    answers = {**values(form), **about(strange, result="supported")}
    fields = tuple(
        form.fields[0].model_copy(update={"name": name, "value": ""}) for name in answers
    )
    forged = form.model_copy(update={"fields": fields})
    reply = await bo.office.sends("bo", forged, about(strange, result="supported"))
    assert reply.text == LogGone().sentence
    assert await bo.office.state(bo.monday, "bo") == CheckInState.ASKED


async def test_who_is_no_member_is_told_so(bo: Bo) -> None:
    for person in ("cy", "ada", ADMIN):
        with pytest.raises(NotAMember):
            await bo.office.check_in_form(person, bo.monday)
        skip = Button(label="Skip", action=SKIP, value=str(bo.monday))
        told = await bo.office.presses(person, skip)
        assert told.text == NotAMember(name="Search").sentence


async def test_another_workspace_answers_nothing(bo: Bo) -> None:
    with pytest.raises(StandupGone):
        await bo.office.opens("bo", check_in_button(bo.monday), workspace="T2")
    form = await bo.form()
    reply = await bo.office.sends("bo", form, about(bo.graphs, result="supported"), workspace="T2")
    assert reply.text == StandupGone().sentence
    assert await bo.reported() == []


# -- days


NO_DAYS = [
    date(2026, 3, 1),  # a Sunday, and before it began
    date(2026, 3, 3),  # after the next one
    date(2026, 3, 7),  # a Saturday
    date(2026, 12, 31),
    date(2200, 1, 1),
    date(2000, 1, 3),
]


async def test_a_day_without_a_check_in_is_refused(early_bo: Bo) -> None:
    office, form = early_bo.office, await early_bo.form()
    for on in NO_DAYS:
        asked = Asked(early_bo.standup.id, on)
        with pytest.raises(NoCheckInThen):
            await office.check_in_form("bo", asked)
        other = form.model_copy(update={"value": str(asked)})
        reply = await office.sends("bo", other, about(early_bo.graphs, result="supported"))
        assert reply.text.startswith("“Search” has no check-in for you to answer on")
        assert "/coach checkin" in reply.text
        skipped = await office.presses("bo", Button(label="Skip", action=SKIP, value=str(asked)))
        assert skipped.text == reply.text
        assert await office.check_in(asked, "bo") is None
    assert await early_bo.reported() == []


async def test_a_value_that_is_no_check_in_is_refused(bo: Bo) -> None:
    form, name = await bo.form(), bo.standup.id
    strange = ("soon|0", "0001-01-01|0", "2026-03-02", "2026-03-02|-1", "2026-03-02|²")
    for value in ("", "search", *(f"{name}|{rest}" for rest in strange)):
        odd = form.model_copy(update={"value": value})
        reply = await bo.office.sends("bo", odd, about(bo.graphs, result="supported"))
        assert reply.text == StandupGone().sentence
    assert await bo.reported() == []


# -- what changed meanwhile


async def test_a_report_of_what_was_dropped_meanwhile_is_kept_and_told(bo: Bo) -> None:
    form = await bo.form()
    await bo.office.presses(ADMIN, bet_button(log_forms.DROP, bo.graphs))
    reply = await bo.office.sends("bo", form, about(bo.graphs, result="supported"))
    assert "“Graphs find leavers” was closed meanwhile as dropped." in reply.text
    assert "does not reopen it" in reply.text
    assert await bo.stands() == "dropped"
    assert len(await bo.reported()) == 1


async def test_an_answer_to_a_standup_that_was_removed_meanwhile_is_kept_and_told(bo: Bo) -> None:
    form = await bo.form()
    await bo.office.presses("ada", standup_button(standup_forms.REMOVE, bo.standup))
    reply = await bo.office.sends("bo", form, about(bo.graphs, result="refuted"))
    assert "The standup was removed meanwhile: no digest has this, but the log does." in reply.text
    assert await bo.stands() == "refuted"
    assert of_sort(await bo.office.at(OVER), "digest") == []


async def test_an_early_answer_to_a_standup_that_was_removed_meanwhile_is_refused(
    early_bo: Bo,
) -> None:
    form = await early_bo.form()
    await early_bo.office.presses("ada", standup_button(standup_forms.REMOVE, early_bo.standup))
    reply = await early_bo.office.sends("bo", form, about(early_bo.graphs, result="refuted"))
    assert reply.text == StandupGone().sentence
    assert await early_bo.reported() == []


async def test_an_answer_of_who_was_taken_out_meanwhile_is_kept(bo: Bo) -> None:
    form = await bo.form()
    edit = await bo.office.opens("ada", standup_button(standup_forms.NEW, bo.standup))
    await bo.office.sends("ada", edit, {"members": "cy"})
    reply = await bo.office.sends("bo", form, about(bo.graphs, result="refuted", tried="All"))
    assert reply.text.startswith("Got it: 1 report logged")
    assert "All" in the_digest(await bo.office.at(OVER))


async def test_an_early_answer_of_who_was_taken_out_meanwhile_is_refused(early_bo: Bo) -> None:
    form = await early_bo.form()
    edit = await early_bo.office.opens("ada", standup_button(standup_forms.NEW, early_bo.standup))
    await early_bo.office.sends("ada", edit, {"members": "cy"})
    reply = await early_bo.office.sends("bo", form, about(early_bo.graphs, result="refuted"))
    assert reply.text == NotAMember(name="Search").sentence


async def test_an_answer_to_a_standup_that_was_paused_meanwhile_is_in_its_digest(bo: Bo) -> None:
    form = await bo.form()
    await bo.office.presses("ada", standup_button(standup_forms.PAUSE, bo.standup))
    await bo.office.sends("bo", form, about(bo.graphs, result="refuted", tried="Everything"))
    assert "Everything" in the_digest(await bo.office.at(OVER))


async def test_an_answer_about_an_objective_that_was_closed_meanwhile_is_kept(bo: Bo) -> None:
    form = await bo.form()
    close = Button(label="Close", action=log_forms.CLOSE_OBJECTIVE)
    value = f"{bo.graphs.objective}|met"
    await bo.office.presses("ada", close.model_copy(update={"value": value}))
    reply = await bo.office.sends("bo", form, about(bo.graphs, result="supported", tried="It"))
    assert "is closed as supported" in reply.text
    assert "Graphs find leavers: It" in the_digest(await bo.office.at(OVER))


# -- the same again


async def test_a_form_that_arrives_twice_counts_once(bo: Bo) -> None:
    form = await bo.form()
    sent = filled_in("bo", form, about(bo.graphs, result="supported"), event_id="Ev1")
    first = await bo.office.replies(sent)
    bo.office.clock.advance(5)
    again = await bo.office.replies(sent)
    assert again == first
    assert len(await bo.reported()) == 1
    check_in = await bo.office.check_in(bo.monday, "bo")
    assert check_in is not None
    assert (check_in.revision, check_in.answered_at) == (1, ASKED)


async def test_a_form_that_arrives_again_after_an_edit_changes_nothing(bo: Bo) -> None:
    form = await bo.form()
    sent = filled_in("bo", form, about(bo.graphs, result="supported"), event_id="Ev1")
    await bo.office.replies(sent)
    await bo.says(about(bo.graphs, result="inconclusive"))
    await bo.office.replies(sent)
    assert await bo.stands() == "open"
    assert len(await bo.reported()) == 2
    assert values(await bo.form())[f"result/{bo.graphs.id}"] == "inconclusive"


async def test_a_form_that_is_sent_by_two_clicks_is_one_report(bo: Bo) -> None:
    form = await bo.form()
    for number in range(2):
        answers = about(bo.graphs, result="refuted")
        reply = await bo.office.sends("bo", form, answers, event_id=f"Ev{number}")
        assert reply.text.startswith("Got it")
    assert len(await bo.reported()) == 1
    assert await bo.stands() == "refuted"


async def test_a_form_that_arrives_twice_at_once_counts_once(either: Office) -> None:
    bo = await a_bo(either)
    await either.at(ASKED)
    answers = about(bo.graphs, result="supported")
    sent = filled_in("bo", await bo.form(), answers, event_id="Ev1")
    replies = await asyncio.gather(*(either.replies(sent) for _ in range(3)))
    assert {reply.text.split(".")[0] for reply in replies} == {
        "Got it: 1 report logged for “Search”, Mon 2 Mar"
    }
    assert len(await bo.reported()) == 1
    assert await bo.stands() == "supported"
    versions = await either.standups.answer_versions(WORKSPACE, bo.standup.id, MONDAY, "bo")
    assert len(versions) == 1


async def test_members_who_answer_at_once_are_all_heard(either: Office) -> None:
    people = [f"p{number}" for number in range(8)]
    standup = await either.sets_up(members=people)
    await either.aims()
    bets = {person: await either.bets(person, f"Idea of {person}") for person in people}
    await either.at(ASKED)
    asked = Asked(standup.id, MONDAY)
    await asyncio.gather(
        *(
            either.checks_in(person, asked, about(bet, result="refuted", tried=f"By {bet.id}"))
            for person, bet in bets.items()
        )
    )
    assert [len(await either.outcomes(bet)) for bet in bets.values()] == [1] * 8
    assert {(await either.hypothesis(bet)).state for bet in bets.values()} == {"refuted"}
    digest = the_digest(await either.at(ASKED + timedelta(minutes=1)))
    assert all(f"By {bet.id}" in digest for bet in bets.values())


async def test_a_hypothesis_that_is_edited_and_decided_at_once_keeps_both(either: Office) -> None:
    bo = await a_bo(either)
    await either.at(ASKED)
    check_in = filled_in("bo", await bo.form(), about(bo.graphs, result="supported"))
    edit = await either.opens("bo", bet_button(log_forms.HYPOTHESIS, bo.graphs))
    edited = filled_in("bo", edit, {"claim": "Graphs and text find leavers"})
    told, kept = await asyncio.gather(either.replies(check_in), either.replies(edited))
    assert "is closed as supported" in told.text
    after = await either.hypothesis(bo.graphs)
    assert after.state == "supported"
    was_kept = kept.text.startswith("Edited")
    assert (after.claim == "Graphs and text find leavers") == was_kept


# -- when the database fails


ANSWERING = [
    "INSERT INTO check_in_versions",
    "INSERT INTO check_ins",
    "INSERT INTO outcomes",
    "UPDATE occurrences",
]
RESOLVING = ["INSERT INTO hypotheses", "UPDATE hypotheses"]


@pytest.mark.parametrize("statement", [*ANSWERING, *RESOLVING])
async def test_wherever_an_answer_is_cut_off_the_same_event_makes_it_whole(
    bo: Bo, statement: str
) -> None:
    await check_made_whole(bo, statement, "Ev1")


@pytest.mark.parametrize("statement", ANSWERING)
async def test_an_answer_that_was_not_kept_can_be_sent_again(bo: Bo, statement: str) -> None:
    await check_made_whole(bo, statement, "Ev2")


@pytest.mark.parametrize("statement", RESOLVING)
async def test_a_decision_that_was_cut_off_can_be_sent_again(bo: Bo, statement: str) -> None:
    """Coach told the person to try again: that is another event."""
    await check_made_whole(bo, statement, "Ev2")


async def check_made_whole(bo: Bo, statement: str, event_id: str) -> None:
    """Cut an answer off at *statement*, and send it again."""
    form, answers = await bo.form(), about(bo.graphs, result="supported", tried="Two layers")
    first = filled_in("bo", form, answers, event_id="Ev1")
    with failing(bo.office.database, statement):
        cut_off = await bo.office.coach.reply(first)
    assert cut_off is not None
    assert cut_off.reference
    assert "try again" in cut_off.text
    again = filled_in("bo", form, answers, event_id=event_id)
    reply = await bo.office.replies(again)
    assert reply.text.startswith("Got it")
    assert "is closed as supported" in reply.text
    assert await bo.stands() == "supported"
    assert len(await bo.reported()) == 1
    assert "Two layers" in the_digest(await bo.office.at(OVER))


class Overtaken(SqlLog):
    """A log in which somebody else edits a hypothesis just before it is saved, once."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.database)
        self.edits = 1

    async def save_hypothesis(self, hypothesis: Hypothesis) -> Hypothesis | None:
        if self.edits:
            self.edits -= 1
            found = await self.hypothesis(hypothesis.workspace, hypothesis.id)
            assert found is not None
            await super().save_hypothesis(found.model_copy(update={"metric": "precision"}))
        return await super().save_hypothesis(hypothesis)


async def test_an_edit_that_comes_in_between_does_not_keep_a_decision_from_counting(
    bo: Bo,
) -> None:
    office = bo.office
    people = People(standups=office.standups, directory=office.directory, now=office.clock)
    log = Overtaken(office)
    desk = CheckInDesk(
        standups=office.standups,
        log=log,
        people=people,
        evidence=EvidenceDesk(log=log, standups=office.standups, runs=None, now=office.clock),
        now=office.clock,
    )
    sent = filled_in("bo", await bo.form(), about(bo.graphs, result="supported"))
    assert sent.submission is not None
    reply = await desk.submit(sent, sent.submission)
    assert reply is not None
    assert "is closed as supported" in reply.text
    after = await office.hypothesis(bo.graphs)
    assert (after.state, after.metric) == ("supported", "precision")
