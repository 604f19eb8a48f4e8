"""The hypothesis log as people meet it, as conversations with the whole of Coach."""

import asyncio
from datetime import date

import pytest

from bot import log_forms
from bot.errors import LogGone, NoObjective, NotYourHypothesis, Outdated
from bot.log_records import Hypothesis, Objective
from bot.messages import Button, Reply
from bot.standup_forms import Asked
from bot.stores.log import new_pseudonym
from tests.conversations.team import (
    ADMIN,
    ASKED,
    DAY,
    MONDAY,
    OVER,
    WORKSPACE,
    Office,
    about,
    bet_button,
    button,
    edit_button,
    everything,
    failing,
    filled_in,
    labels,
    pressed,
    values,
)

LONG = "word " * 2_000
HOSTILE = "<!channel> @here *bold* `code` <https://evil.example|click> &amp; [1] \u202e🐨"


async def a_bet(office: Office, claim: str = "Graphs find leavers", **more: str) -> Hypothesis:
    """Let Bo register a bet on an objective of Ada's."""
    if not await office.log.objectives(WORKSPACE):
        await office.aims()
    return await office.bets("bo", claim, **more)


async def edited(office: Office, person: str, bet: Hypothesis, **answers: str) -> Reply:
    form = await office.opens(person, bet_button(log_forms.HYPOTHESIS, bet))
    return await office.sends(person, form, answers)


async def history(office: Office, bet: Hypothesis) -> list[str]:
    reply = await office.presses("ada", bet_button(log_forms.HISTORY, bet))
    [section] = reply.sections
    return section.text.splitlines()


async def closed(office: Office, objective: Objective, state: str) -> Reply:
    value = f"{objective.id}|{state}"
    return await office.presses(
        "ada", Button(label="Close", action=log_forms.CLOSE_OBJECTIVE, value=value)
    )


# -- objectives


async def test_an_objective_is_kept_and_leads_to_its_approaches(office: Office) -> None:
    form = await office.opens_command("ada", "objective")
    assert values(form)["due"] == "2026-06-01"
    answers = {"name": " Fewer customers leave ", "measure": "monthly churn", "target": "4 %"}
    reply = await office.sends("ada", form, {**answers, "due": "2026-12-31"})
    assert reply.text.startswith("Kept: “Fewer customers leave”, 4 % by 31 Dec 2026.")
    assert reply.hidden
    assert labels(reply) == ["Add a hypothesis", "Odds", "Edit"]
    [kept] = await office.log.objectives(WORKSPACE)
    assert (kept.name, kept.measure, kept.target) == (
        "Fewer customers leave",
        "monthly churn",
        "4 %",
    )
    assert (kept.due, kept.edited_by, kept.version) == (date(2026, 12, 31), "ada", 1)


NO_OBJECTIVE = [
    ("name", ""),
    ("name", LONG),
    ("measure", " \n"),
    ("measure", LONG),
    ("target", ""),
    ("target", "x" * 201),
    ("due", ""),
    ("due", "next year"),
    ("due", "2026-02-30"),
    ("due", "0000-00-00"),
]


async def test_an_objective_that_can_not_be_used_is_told_at_its_field(office: Office) -> None:
    form = await office.opens_command("ada", "objective")
    fine = {"name": "Fewer leave", "measure": "churn", "target": "4 %"}
    await office.tells_what_is_wrong("ada", form, fine, NO_OBJECTIVE)
    assert await office.log.objectives(WORKSPACE) == []


async def test_an_objective_whose_form_arrives_twice_is_one(either: Office) -> None:
    form = await either.opens_command("ada", "objective")
    answers = {"name": "Fewer leave", "measure": "churn", "target": "4 %"}
    sent = filled_in("ada", form, answers, event_id="Ev1")
    replies = await asyncio.gather(either.replies(sent), either.replies(sent))
    later = await either.replies(sent)
    assert {reply.text for reply in replies} == {later.text}
    assert len(await either.log.objectives(WORKSPACE)) == 1


async def test_every_edit_of_an_objective_is_a_version_with_its_author(office: Office) -> None:
    objective = await office.aims()
    office.clock.advance(60)
    form = await office.opens("bo", edit_button(objective))
    await office.sends("bo", form, {"target": "at most 5 %"})
    newest, oldest = await office.log.objective_versions(WORKSPACE, objective.id)
    assert (oldest.target, oldest.edited_by) == ("at most 4 %", "ada")
    assert (newest.target, newest.edited_by) == ("at most 5 %", "bo")
    assert newest.created_at == oldest.created_at
    assert newest.edited_at == office.clock()


async def test_an_edit_of_what_somebody_else_changed_meanwhile_is_refused(office: Office) -> None:
    objective = await office.aims()
    mine = await office.opens("ada", edit_button(objective))
    theirs = await office.opens("bo", edit_button(objective))
    await office.sends("bo", theirs, {"target": "at most 5 %"})
    reply = await office.sends("ada", mine, {"target": "at most 3 %"})
    assert reply.text == Outdated().sentence
    kept = await office.log.objective(WORKSPACE, objective.id)
    assert kept is not None
    assert kept.target == "at most 5 %"


async def test_a_closed_objective_takes_no_bets_and_can_be_reopened(office: Office) -> None:
    objective = await office.aims()
    reply = await closed(office, objective, "met")
    assert reply.text == "“Fewer customers leave” is closed as met."
    with pytest.raises(NoObjective):
        await office.opens_command("ada", "hypothesis")
    assert "No objective is open" in (await office.says("ada", "odds")).text
    again = await closed(office, objective, "met")
    assert again.text == reply.text
    reopened = await office.presses("ada", button(reply, "Reopen"))
    assert reopened.text == "“Fewer customers leave” is open again."
    assert await office.opens_command("ada", "hypothesis")
    versions = await office.log.objective_versions(WORKSPACE, objective.id)
    assert [each.state for each in versions] == ["open", "met", "open"]


async def test_a_bet_on_an_objective_that_was_closed_meanwhile_is_still_taken(
    office: Office,
) -> None:
    objective = await office.aims()
    form = await office.opens_command("bo", "hypothesis")
    await closed(office, objective, "missed")
    answers = {"claim": "Graphs find leavers", "prior": "40"}
    reply = await office.sends("bo", form, answers)
    assert reply.text.startswith("Registered")


# -- registering a hypothesis


async def test_without_an_objective_there_is_nothing_to_bet_on(office: Office) -> None:
    with pytest.raises(NoObjective) as refusal:
        await office.opens_command("bo", "hypothesis")
    assert "Add one first" in refusal.value.sentence


async def test_a_hypothesis_is_registered_for_its_author(office: Office) -> None:
    objective = await office.aims()
    form = await office.opens_command("bo", "hypothesis")
    assert values(form)["objective"] == objective.id, "there is only one to choose"
    assert values(form)["resolve_by"] == "2026-03-30"
    answers = {"claim": "Graphs\n  find leavers ", "metric": "recall", "threshold": "0.7"}
    more = {"prior": "40 %", "kill": "No gain in May", "shares": "call logs, Call Logs, labels,"}
    reply = await office.sends("bo", form, {**answers, **more})
    assert reply.text == "Registered: “Graphs find leavers” at 40 %, known by 30 Mar 2026."
    [kept] = await office.log.hypotheses(WORKSPACE)
    assert (kept.owner, kept.owner_name, kept.edited_by) == ("bo", "Bo", "bo")
    assert (kept.claim, kept.metric, kept.threshold) == ("Graphs find leavers", "recall", "0.7")
    assert (kept.prior, kept.kill_criterion, kept.state) == (0.4, "No gain in May", "open")
    assert sorted(label.casefold() for label in kept.shares) == ["call logs", "labels"]


async def test_a_bet_that_comes_too_late_for_its_objective_is_taken_and_told(
    office: Office,
) -> None:
    await office.aims(due="2026-04-30")
    form = await office.opens_command("bo", "hypothesis")
    answers = {"claim": "Graphs find leavers", "prior": "40", "resolve_by": "2026-05-01"}
    reply = await office.sends("bo", form, answers)
    assert "It will be known only after the objective is due (30 Apr 2026)." in reply.text


async def test_the_chances_at_the_ends_and_between_are_taken(office: Office) -> None:
    read = {"0": 0.0, "100": 1.0, "0 %": 0.0, "12,5": 0.125, "7.5 percent": 0.075}
    for prior, chance in read.items():
        bet = await a_bet(office, prior=prior)
        assert bet.prior == pytest.approx(chance)


NO_BET = [
    ("objective", ""),
    ("claim", ""),
    ("claim", " \n "),
    ("claim", "x" * 501),
    ("claim", LONG),
    ("metric", "x" * 201),
    ("threshold", LONG),
    ("kill", LONG),
    ("prior", ""),
    ("prior", "101"),
    ("prior", "-1"),
    ("prior", "0.4"),
    ("prior", "likely"),
    ("prior", LONG),
    ("resolve_by", ""),
    ("resolve_by", "soon"),
    ("shares", ", ".join(f"label {number}" for number in range(11))),
]


async def test_a_hypothesis_that_can_not_be_used_is_told_at_its_field(office: Office) -> None:
    await office.aims()
    form = await office.opens_command("bo", "hypothesis")
    await office.tells_what_is_wrong("bo", form, {"claim": "Graphs", "prior": "40"}, NO_BET)
    assert await office.log.hypotheses(WORKSPACE) == []


async def test_what_a_bet_shares_is_not_cut_off_silently(office: Office) -> None:
    await office.aims()
    form = await office.opens_command("bo", "hypothesis")
    fine = {"claim": "Graphs", "prior": "40"}
    await office.tells_what_is_wrong("bo", form, fine, [("shares", LONG)])


async def test_a_bet_on_an_objective_that_is_not_there_is_refused(office: Office) -> None:
    await office.aims()
    form = await office.opens_command("bo", "hypothesis")
    answers = {"claim": "Graphs", "prior": "40", "objective": "nothing-like-it"}
    assert (await office.sends("bo", form, answers)).text == LogGone().sentence
    assert await office.log.hypotheses(WORKSPACE) == []


async def test_a_hypothesis_whose_form_arrives_twice_is_one(either: Office) -> None:
    await either.aims()
    form = await either.opens_command("bo", "hypothesis")
    answers = {"claim": "Graphs find leavers", "prior": "40"}
    sent = filled_in("bo", form, answers, event_id="Ev1")
    replies = await asyncio.gather(either.replies(sent), either.replies(sent))
    either.clock.advance(5)
    later = await either.replies(sent)
    assert {reply.text for reply in replies} == {later.text}
    [kept] = await either.log.hypotheses(WORKSPACE)
    assert kept.version == 1


async def test_what_the_database_refuses_is_told_and_can_be_sent_again(office: Office) -> None:
    await office.aims()
    form = await office.opens_command("bo", "hypothesis")
    sent = filled_in("bo", form, {"claim": "Graphs find leavers", "prior": "40"})
    with failing(office.database, "INSERT INTO hypotheses"):
        reply = await office.coach.reply(sent)
    assert reply is not None
    assert reply.reference
    assert await office.log.hypotheses(WORKSPACE) == []
    assert (await office.replies(sent)).text.startswith("Registered")


# -- editing one


async def test_an_edit_is_kept_beside_what_was_registered(office: Office) -> None:
    bet = await a_bet(office)
    office.clock.advance(86_400)
    reply = await edited(office, "bo", bet, claim="Graphs find half of the leavers", prior="60")
    assert reply.text.startswith("Edited: “Graphs find half of the leavers” at 60 %")
    first, second = await history(office, bet)
    assert first.startswith("02 Mar 2026 registered by Bo: 40 % at first")
    assert "Graphs find leavers" in first
    assert second.startswith("03 Mar 2026 version 2 by Bo: 60 % at first")
    assert "Graphs find half of the leavers" in second


async def test_the_history_shows_whatever_an_edit_changed(office: Office) -> None:
    """Who moves the goal after the evidence leaves a trace."""
    bet = await a_bet(office, metric="recall", threshold="recall of 0.7")
    changes = {
        "threshold": "recall of 0.5",
        "metric": "precision",
        "kill": "No gain in August",
        "shares": "call logs",
        "resolve_by": "2026-09-30",
    }
    for field, answer in changes.items():
        office.clock.advance(60)
        await edited(office, "bo", bet, **{field: answer})
    _, *told = await history(office, bet)
    expected = [*list(changes.values())[:-1], "30 Sep 2026"]
    assert [shown in line for shown, line in zip(expected, told, strict=True)] == [True] * 5


async def test_an_edit_by_somebody_else_is_told_as_theirs(office: Office) -> None:
    bet = await a_bet(office)
    await edited(office, ADMIN, bet, prior="10")
    first, second = await history(office, bet)
    assert "registered by Bo" in first
    assert "version 2 by Root: 10 % at first" in second
    assert (await office.hypothesis(bet)).owner == "bo", "it stays whose it was"


async def test_the_chance_at_the_start_can_not_be_changed_silently_after_evidence(
    office: Office,
) -> None:
    standup = await office.sets_up(members=["bo"])
    bet = await a_bet(office)
    await office.at(ASKED)
    said = about(bet, result="still_running", chance="20")
    await office.checks_in("bo", Asked(standup.id, MONDAY), said)
    before = everything(await office.says("ada", "odds", "leave"))
    office.clock.advance(60)
    await edited(office, "bo", bet, prior="95")
    after = everything(await office.says("ada", "odds", "leave"))
    assert before.replace("(at first 40 %)", "(at first 95 %)") == after, "the odds stay"
    first, report, edit = await history(office, bet)
    assert "registered by Bo: 40 % at first" in first
    assert "still running by Bo, 20 %" in report
    assert "version 2 by Bo: 95 % at first" in edit


async def test_a_bet_that_is_decided_keeps_its_state_when_it_is_edited(office: Office) -> None:
    standup = await office.sets_up(members=["bo"])
    bet = await a_bet(office)
    await office.at(ASKED)
    await office.checks_in("bo", Asked(standup.id, MONDAY), about(bet, result="refuted"))
    await edited(office, "bo", bet, prior="0")
    assert (await office.hypothesis(bet)).state == "refuted"


async def test_of_two_who_edit_at_once_the_slower_is_told(either: Office) -> None:
    bet = await a_bet(either)
    pressed = bet_button(log_forms.HYPOTHESIS, bet)
    one, other = await either.opens("bo", pressed), await either.opens(ADMIN, pressed)
    replies = await asyncio.gather(
        either.sends("bo", one, {"prior": "10"}), either.sends(ADMIN, other, {"prior": "90"})
    )
    assert sorted(reply.text == Outdated().sentence for reply in replies) == [False, True]
    assert (await either.hypothesis(bet)).version == 2


async def test_an_edit_that_arrives_twice_is_one_version(office: Office) -> None:
    bet = await a_bet(office)
    form = await office.opens("bo", bet_button(log_forms.HYPOTHESIS, bet))
    sent = filled_in("bo", form, {"prior": "10"}, event_id="Ev1")
    first = await office.replies(sent)
    office.clock.advance(5)
    assert await office.replies(sent) == first
    assert (await office.hypothesis(bet)).version == 2


async def test_a_form_that_was_open_when_the_bet_was_decided_does_not_undo_it(
    office: Office,
) -> None:
    standup = await office.sets_up(members=["bo"])
    bet = await a_bet(office)
    await office.at(ASKED)
    form = await office.opens(ADMIN, bet_button(log_forms.HYPOTHESIS, bet))
    await office.checks_in("bo", Asked(standup.id, MONDAY), about(bet, result="supported"))
    reply = await office.sends(ADMIN, form, {"prior": "10"})
    assert reply.text == Outdated().sentence
    assert (await office.hypothesis(bet)).state == "supported"


# -- who may change it


async def test_others_are_refused_with_the_name_of_whose_it_is(office: Office) -> None:
    bet = await a_bet(office)
    expected = NotYourHypothesis(owner="Bo").sentence
    with pytest.raises(NotYourHypothesis):
        await office.opens("cy", bet_button(log_forms.HYPOTHESIS, bet))
    for action in (log_forms.DROP, log_forms.REOPEN):
        assert (await office.presses("cy", bet_button(action, bet))).text == expected
    form = await office.opens("bo", bet_button(log_forms.HYPOTHESIS, bet))
    assert (await office.sends("cy", form, {"prior": "1"})).text == expected
    assert await office.hypothesis(bet) == bet


async def test_the_owner_of_the_standup_that_they_are_in_may(office: Office) -> None:
    bet = await a_bet(office)
    await office.sets_up("ada", ["bo"])
    await office.sets_up("cy", ["di"])
    dropped = await office.presses("ada", bet_button(log_forms.DROP, bet))
    assert "dropped; what was learned stays in the log" in dropped.text
    refused = await office.presses("cy", bet_button(log_forms.REOPEN, bet))
    assert refused.text == NotYourHypothesis(owner="Bo").sentence
    reopened = await office.presses(ADMIN, button(dropped, "Reopen"))
    assert reopened.text == "“Graphs find leavers” is open again."


async def test_what_is_dropped_twice_is_dropped_once(office: Office) -> None:
    bet = await a_bet(office)
    replies = [await office.presses("bo", bet_button(log_forms.DROP, bet)) for _ in range(2)]
    assert replies[0] == replies[1]
    assert (await office.hypothesis(bet)).version == 2


async def test_a_button_about_what_is_not_there_is_refused(office: Office) -> None:
    await a_bet(office)
    actions = (
        log_forms.DROP,
        log_forms.REOPEN,
        log_forms.HISTORY,
        log_forms.ODDS,
        log_forms.CLOSE_OBJECTIVE,
    )
    for value in ("", "nothing-like-it", "nothing|met", HOSTILE):
        for action in actions:
            old = Button(label="Old", action=action, value=value)
            assert (await office.presses("bo", old)).text == LogGone().sentence


async def test_a_button_that_closes_as_something_odd_changes_nothing(office: Office) -> None:
    objective = await office.aims()
    odd = Button(label="Old", action=log_forms.CLOSE_OBJECTIVE, value=f"{objective.id}|won")
    reply = await office.coach.reply(pressed("ada", odd))
    assert reply is not None
    assert reply.text
    assert await office.log.objective(WORKSPACE, objective.id) == objective


async def test_another_workspace_sees_and_changes_nothing(office: Office) -> None:
    bet = await a_bet(office)
    assert "No hypothesis" in (await office.says("bo", "hypothesis", "list", workspace="T2")).text
    assert "No objective is open" in (await office.says("bo", "odds", workspace="T2")).text
    for action in (log_forms.DROP, log_forms.REOPEN, log_forms.HISTORY):
        reply = await office.presses("bo", bet_button(action, bet), workspace="T2")
        assert reply.text == LogGone().sentence
    with pytest.raises(LogGone):
        await office.opens("bo", bet_button(log_forms.HYPOTHESIS, bet), workspace="T2")
    form = await office.opens("bo", bet_button(log_forms.HYPOTHESIS, bet))
    reply = await office.sends("bo", form, {"prior": "1"}, workspace="T2")
    assert reply.text == LogGone().sentence
    by_name = await office.says("bo", "odds", "Fewer customers leave", workspace="T2")
    assert "Fewer" not in everything(by_name).replace("“Fewer customers leave”", "")
    assert not any("Fewer" in label for label in labels(by_name))
    assert await office.hypothesis(bet) == bet
    assert await office.log.hypotheses("T2") == []


# -- what is told


async def test_the_list_shows_bets_by_objective_and_offers_changes_to_who_may(
    office: Office,
) -> None:
    await a_bet(office)
    await office.aims(name="Faster claims")
    objectives = {o.name: o.id for o in await office.log.objectives(WORKSPACE)}
    await office.bets("ada", "Forms read themselves", objective=objectives["Faster claims"])
    reply = await office.says("bo", "hypothesis", "list")
    assert reply.text == "2 hypotheses, 2 open."
    assert {section.title: section.text for section in reply.sections} == {
        "Fewer customers leave": "• Graphs find leavers: 40 %, no report yet",
        "Faster claims": "• Forms read themselves: 40 %, no report yet",
    }
    assert "Drop: Graphs find leavers" in labels(reply)
    assert "Drop: Forms read themselves" not in labels(reply)


async def test_odds_are_found_by_a_part_of_the_name_in_any_case(office: Office) -> None:
    await a_bet(office)
    await office.aims(name="Faster claims")
    for name in ("Fewer customers leave", "fewer CUSTOMERS", " “leave” "):
        reply = await office.says("ada", "odds", name)
        assert "One approach is live for “Fewer customers leave” (by 31 Dec 2026)" in reply.text
        assert "[1]" in reply.text
        assert reply.citations[0].number == 1
        assert "Graphs find leavers: 40 % (at first 40 %)" in everything(reply)
        assert "monthly churn: at most 4 %" in everything(reply)


async def test_a_name_that_means_several_is_asked_about(office: Office) -> None:
    await office.aims(name="Churn in Peru")
    await office.aims(name="Churn in Chile")
    reply = await office.says("ada", "odds", "churn")
    assert reply.text == "Which one do you mean?"
    assert sorted(labels(reply)) == ["Churn in Chile", "Churn in Peru"]
    chosen = await office.presses("ada", button(reply, "Churn in Peru"))
    assert "“Churn in Peru”" in chosen.text


async def test_an_exact_name_is_not_taken_for_the_beginning_of_another(office: Office) -> None:
    await office.aims(name="Churn")
    await office.aims(name="Churn in Chile")
    assert "“Churn” " in (await office.says("ada", "odds", "churn")).text


async def test_an_unknown_name_is_answered_with_the_known_ones(office: Office) -> None:
    await office.aims(name="Churn in Peru")
    await office.aims(name="Faster claims")
    reply = await office.says("ada", "odds", "quarterly revenue")
    told = everything(reply) + " ".join(labels(reply))
    assert "Churn in Peru" in told
    assert "Faster claims" in told


async def test_one_approach_alone_is_warned_about_with_the_lecture_behind_it(
    office: Office,
) -> None:
    await a_bet(office)
    reply = await office.says("ada", "odds", "leave")
    text = everything(reply)
    assert "rests on a single approach" in text
    assert all(f"[{each.number}]" in text for each in reply.citations)
    await a_bet(office, "Trees find leavers")
    assert "rests on a single approach" not in everything(await office.says("ada", "odds", "leave"))


async def test_a_dropped_bet_leaves_the_odds_and_stays_in_the_list(office: Office) -> None:
    bet = await a_bet(office)
    await a_bet(office, "Trees find leavers", prior="30")
    both = (await office.says("ada", "odds", "leave")).text
    await office.presses("bo", bet_button(log_forms.DROP, bet))
    alone = await office.says("ada", "odds", "leave")
    assert alone.text != both
    assert "One approach is live" in alone.text
    assert "Graphs find leavers: dropped" in everything(alone)
    assert "1 open." in (await office.says("ada", "hypothesis", "list")).text


async def test_an_objective_without_bets_says_that_nothing_speaks_for_it(office: Office) -> None:
    await office.aims()
    reply = await office.says("ada", "odds", "leave")
    assert "No approach is under way for “Fewer customers leave”" in reply.text


async def test_the_portfolio_tells_all_open_objectives_with_a_chart(office: Office) -> None:
    await a_bet(office)
    await office.aims(name="Faster claims")
    reply = await office.says("ada", "odds")
    assert reply.text == "2 objectives are open."
    titles = [section.title for section in reply.sections]
    assert {"Fewer customers leave", "Faster claims"} <= set(titles)
    assert reply.chart is not None
    assert {"Odds: Fewer customers leave", "Odds: Faster claims"} <= set(labels(reply))


# -- readings of the business measure


def reading(objective: Objective) -> Button:
    return Button(label="Add a reading", action=log_forms.MEASURE, value=objective.id)


async def test_a_reading_is_kept_once_and_told(office: Office) -> None:
    objective = await office.aims()
    form = await office.opens("cy", reading(objective))
    assert form.text == "Fewer customers leave: monthly churn, target at most 4 %."
    answers = {"value": "5,2 %", "on": "2026-02-28", "note": "without trials"}
    sent = filled_in("cy", form, answers, event_id="Ev1")
    for _ in range(2):
        reply = await office.replies(sent)
        assert reply.text == "Kept: monthly churn was 5.2 on 28 Feb 2026 (target at most 4 %)."
    odds = await office.says("cy", "odds", "leave")
    assert "• 28 Feb 2026: 5.2 (without trials)" in everything(odds)
    [kept] = await office.log.measurements(WORKSPACE, objective.id)
    assert (kept.value, kept.on, kept.note) == (5.2, date(2026, 2, 28), "without trials")
    assert (kept.person, kept.at) == ("cy", office.clock())


NO_READING = [
    ("value", ""),
    ("value", "about five"),
    ("value", "1,234"),
    ("value", "nan"),
    ("value", "1e400"),
    ("value", "9" * 10_000),
    ("on", ""),
    ("on", "yesterday"),
    ("note", "x" * 501),
]


async def test_a_reading_that_can_not_be_used_is_told_at_its_field(office: Office) -> None:
    objective = await office.aims()
    form = await office.opens("cy", reading(objective))
    await office.tells_what_is_wrong("cy", form, {"value": "5.2"}, NO_READING)
    assert await office.log.measurements(WORKSPACE) == []


# -- hostile words


async def test_hostile_words_are_kept_and_shown_as_they_are(office: Office) -> None:
    words = f"{HOSTILE}\x00\x1b[31m\x07"
    kept = f"{HOSTILE}[31m"
    objective = await office.aims(name=words, measure=words, target=words)
    assert (objective.name, objective.measure, objective.target) == (kept,) * 3
    bet = await office.bets("bo", words, metric=words, threshold=words, kill=words)
    assert (bet.claim, bet.metric, bet.threshold, bet.kill_criterion) == (kept,) * 4
    for reply in (
        await office.says("ada", "odds"),
        await office.says("ada", "odds", HOSTILE),
        await office.says("ada", "hypothesis", "list"),
        await office.presses("ada", bet_button(log_forms.HISTORY, bet)),
    ):
        assert kept in everything(reply)


async def test_a_name_that_ends_in_a_bar_does_not_mix_up_the_edit_of_another(
    office: Office,
) -> None:
    await office.aims(name="a|1")
    other = await office.aims(name="a")
    form = await office.opens("ada", edit_button(other))
    await office.sends("ada", form, {"target": "at most 2 %"})
    kept = {o.name: o.target for o in await office.log.objectives(WORKSPACE)}
    assert kept == {"a|1": "at most 4 %", "a": "at most 2 %"}


# -- forgetting somebody


async def test_who_is_forgotten_leaves_the_totals_as_they_were(office: Office) -> None:
    standup = await office.sets_up(members=["bo", "cy"], questions="How is it?")
    bet = await a_bet(office)
    other = await a_bet(office, "Trees find leavers", prior="30")
    await office.at(ASKED)
    asked = Asked(standup.id, MONDAY)
    words = {"tried": "Bo's own words", "execution": "as_planned"}
    reports = about(bet, result="still_running", chance="70", **words)
    await office.checks_in("bo", asked, {**reports, "question0": "Bo is tired"})
    await office.checks_in("bo", asked, about(other, result="refuted", tried="More of Bo"))
    await office.at(OVER)
    before = await office.says("ada", "odds")
    pseudonym = new_pseudonym()
    assert await office.parts.log.forget_person(WORKSPACE, "bo", pseudonym) == 2
    assert await office.parts.standups.forget_person(WORKSPACE, "bo", pseudonym) == 1
    after = await office.says("ada", "odds")
    assert everything(after) == everything(before), "odds and inputs count as they did"
    shown = [
        *await history(office, bet),
        *await history(office, other),
        everything(await office.says("ada", "standup", "list")),
        everything(await office.says("ada", "hypothesis", "list")),
        everything(after),
    ]
    for text in shown:
        assert "Bo" not in text.split()
        assert "bo" not in text.split()
        assert "own words" not in text
    assert "Not yet: Cy" in everything(await office.says("ada", "standup", "list"))


async def test_what_nobody_owns_any_more_can_be_taken_over_by_anybody(office: Office) -> None:
    bet = await a_bet(office)
    await office.parts.log.forget_person(WORKSPACE, "bo")
    dropped = await office.presses("cy", bet_button(log_forms.DROP, bet))
    assert "dropped" in dropped.text


async def test_a_team_that_stops_reporting_is_told_after_two_weeks(office: Office) -> None:
    await a_bet(office)
    office.clock.time = ASKED + 15 * DAY
    told = everything(await office.says("ada", "odds", "leave"))
    assert "two weeks" in told or "14 days" in told
