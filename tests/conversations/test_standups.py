"""Setting standups up and living with them, as conversations with the whole of Coach."""

import asyncio
from datetime import datetime, time, timedelta

import pytest

from bot import standup_forms
from bot.errors import NotAMember, NotYourStandup, Outdated, StandupGone
from bot.messages import Button, Delivery, Reply
from bot.standup_forms import Asked
from bot.standup_records import CheckInState, Standup
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
    button,
    everything,
    failing,
    filled_in,
    labels,
    message,
    of_sort,
    standup_button,
    statements,
    values,
)

LONG = "word " * 2_000
HOSTILE = "<!channel> @here *bold* `code` <https://evil.example|click> &amp; \u202e🐨"


async def refused(office: Office, person: str, pressed: Button) -> str:
    """Return the sentence with which a button is refused; its form is refused with the same."""
    reply = await office.presses(person, pressed)
    assert not reply.buttons
    return reply.text


def press(action: str, standup: Standup) -> Button:
    return standup_button(action, standup)


# -- setting one up


async def test_the_form_comes_with_defaults_that_fit_a_team_at_work(office: Office) -> None:
    form = await office.opens_command("ada", "standup")
    kept = values(form)
    assert kept["days"].split("\n") == ["0", "1", "2", "3", "4"]
    assert (kept["at"], kept["every"], kept["window"], kept["reminder"]) == (
        "09:30",
        "1",
        "240",
        "60",
    )
    assert (kept["own_zone"], kept["zone"], kept["starts"]) == ("yes", "UTC", "2026-03-02")
    assert {f.name for f in form.fields if f.required} >= {"name", "channel", "members", "at"}


async def test_the_form_proposes_the_zone_of_who_opens_it(office: Office) -> None:
    button_ = Button(label="My settings", action=standup_forms.ME)
    me = await office.opens("ada", button_)
    await office.sends("ada", me, {"zone": "america/sao_paulo"})
    form = await office.opens_command("ada", "standup")
    assert values(form)["zone"] == "America/Sao_Paulo"


async def test_a_standup_is_kept_and_its_owner_is_told_what_happens_now(office: Office) -> None:
    form = await office.opens_command("ada", "standup")
    reply = await office.sends(
        "ada", form, {"name": "Search", "channel": "C7", "members": "ada\nbo\nada"}
    )
    assert reply.hidden
    assert "Kept: “Search”" in reply.text
    assert "I ask Ada, Bo " in reply.text
    [standup] = await office.standups.all(WORKSPACE)
    assert standup.owner.id == "ada"
    assert [member.person.id for member in standup.members] == ["ada", "bo"]
    assert standup.place.channel == "C7"
    assert (standup.at, standup.window, standup.reminder) == (time(9, 30), 240, 60)


async def test_a_form_that_arrives_twice_makes_one_standup_and_the_same_reply(
    office: Office,
) -> None:
    form = await office.opens_command("ada", "standup")
    answers = {"name": "Search", "channel": "C1", "members": "ada"}
    first = await office.sends("ada", form, answers, event_id="Ev1")
    office.clock.advance(3)
    again = await office.sends("ada", form, answers, event_id="Ev1")
    assert again == first
    [standup] = await office.standups.all(WORKSPACE)
    assert standup.version == 1


async def test_a_form_that_arrives_twice_at_once_makes_one_standup(either: Office) -> None:
    form = await either.opens_command("ada", "standup")
    answers = {"name": "Search", "channel": "C1", "members": "ada\nbo"}
    sent = filled_in("ada", form, answers, event_id="Ev1")
    first, again = await asyncio.gather(either.replies(sent), either.replies(sent))
    assert first == again
    assert len(await either.standups.all(WORKSPACE)) == 1


async def test_two_standups_of_one_name_in_one_channel_are_two(office: Office) -> None:
    first, second = await office.sets_up(), await office.sets_up("bo", ["bo", "cy"])
    assert first.id != second.id
    assert asked_people(await office.at(ASKED)) == ["ada", "bo", "bo", "cy"]
    reply = await office.says("ada", "standup", "list")
    assert reply.text == "2 standups here."
    await office.presses("ada", press(standup_forms.REMOVE, first))
    assert [one.id for one in await office.standups.all(WORKSPACE)] == [second.id]


async def test_every_second_week_asks_every_second_week(office: Office) -> None:
    await office.sets_up(members=["bo"], every="2", days="0\n2")
    days = range(28)
    sent = [asked_people(await office.at(ASKED + number * DAY)) for number in days]
    assert [number for number in days if sent[number]] == [0, 2, 14, 16]


async def test_a_standup_that_starts_later_asks_nobody_before(office: Office) -> None:
    await office.sets_up(starts="2026-03-04")
    assert asked_people(await office.at(ASKED)) == []
    assert asked_people(await office.at(ASKED + 2 * DAY)) == ["ada", "bo"]


async def test_a_reminder_longer_than_the_window_comes_after_the_question(office: Office) -> None:
    await office.sets_up(members=["bo"], window="30", reminder="1440")
    await office.at(ASKED)
    kept = await office.check_in(Asked((await office.standups.all(WORKSPACE))[0].id, MONDAY), "bo")
    assert kept is not None
    assert kept.reminds_at is not None
    assert kept.opens_at < kept.reminds_at < kept.closes_at


async def test_no_reminder_can_be_chosen(office: Office) -> None:
    await office.sets_up(members=["bo"], reminder="0")
    await office.at(ASKED)
    assert await office.at(REMINDED) == []


# -- what can't be used


WRONG = [
    ("name", ""),
    ("name", "  \n "),
    ("channel", ""),
    ("members", ""),
    ("members", " \n \n"),
    ("days", ""),
    ("days", "7"),
    ("days", "Monday"),
    ("days", "0\n-1"),
    ("at", ""),
    ("at", "25:00"),
    ("at", "half past nine"),
    ("at", LONG),
    ("starts", "soon"),
    ("starts", "2026-02-30"),
    ("zone", ""),
    ("zone", "Mars/Phobos"),
    ("zone", "../etc/passwd"),
    ("zone", LONG),
    ("country", "ZZ"),
    ("country", "Portugal"),
    ("country", LONG),
    ("every", "0"),
    ("every", "53"),
    ("every", "two"),
    ("every", "1.5"),
    ("window", "4"),
    ("window", "1441"),
    ("window", "-60"),
    ("window", "1e2"),
    ("reminder", "1441"),
    ("reminder", "²"),
    ("questions", "\n".join(f"Question {number}?" for number in range(6))),
    ("questions", "x" * 201),
    ("questions", LONG),
]


async def test_what_can_not_be_used_is_told_at_its_field_and_nothing_is_kept(
    office: Office,
) -> None:
    form = await office.opens_command("ada", "standup")
    fine = {"name": "Search", "channel": "C1", "members": "ada"}
    await office.tells_what_is_wrong("ada", form, fine, WRONG)
    assert await office.standups.all(WORKSPACE) == []


async def test_a_number_without_end_is_told_at_its_field(office: Office) -> None:
    form = await office.opens_command("ada", "standup")
    fine = {"name": "Search", "channel": "C1", "members": "ada"}
    wrong = [(field, "9" * 10_000) for field in ("every", "window", "reminder")]
    await office.tells_what_is_wrong("ada", form, fine, wrong)


async def test_everything_wrong_is_told_at_once(office: Office) -> None:
    form = await office.opens_command("ada", "standup")
    wrong = {"name": "", "members": "", "at": "?", "zone": "?", "window": "?", "country": "?"}
    found = await office.problems("ada", form, {"channel": "C1", **wrong})
    assert set(found) == set(wrong)


async def test_a_name_that_is_too_long_is_told_at_its_field(office: Office) -> None:
    form = await office.opens_command("ada", "standup")
    answers = {"name": LONG, "channel": "C1", "members": "ada"}
    assert set(await office.problems("ada", form, answers)) == {"name"}


async def test_what_is_left_empty_takes_the_default(office: Office) -> None:
    empty = dict.fromkeys(("every", "starts", "window", "reminder", "country", "questions"), "")
    standup = await office.sets_up(**empty)
    assert (standup.every_weeks, standup.window, standup.reminder) == (1, 240, 0)
    assert standup.starts == MONDAY


async def test_hundreds_of_members_are_taken_in_and_told_of_in_short(office: Office) -> None:
    members = [f"person{number}" for number in range(600)]
    form = await office.opens_command("ada", "standup")
    answers = {"name": "All", "channel": "C1", "members": "\n".join(members)}
    reply = await office.sends("ada", form, answers)
    assert "580 more" in reply.text
    assert len(everything(reply)) < 1_000
    [standup] = await office.standups.all(WORKSPACE)
    assert len(standup.members) == 600
    assert len(asked_people(await office.at(ASKED))) == 600
    listed = await office.says("ada", "standup", "list")
    assert len(everything(listed)) < 2_000


async def test_members_are_not_looked_up_one_by_one_in_the_database(office: Office) -> None:
    office.directory.zone = "Europe/Lisbon"
    form = await office.opens_command("ada", "standup")
    members = "\n".join(f"person{number}" for number in range(50))
    with statements(office.database) as seen:
        await office.sends("ada", form, {"name": "All", "channel": "C1", "members": members})
    profiles = await office.standups.profiles(WORKSPACE)
    assert {profiles[person].zone for person in members.split()} == {"Europe/Lisbon"}
    assert sum("FROM profiles" in text for text in seen) < 10


async def test_hostile_names_are_kept_as_they_are_without_control_characters(
    office: Office,
) -> None:
    standup = await office.sets_up(name=f"{HOSTILE}\x00\x1b[31m", questions=f"{HOSTILE}\x07?")
    assert standup.name == f"{HOSTILE}[31m"
    assert standup.questions == (f"{HOSTILE}?",)
    [prompt] = of_sort(await office.at(ASKED), "check-in")[:1]
    assert f"“{HOSTILE}[31m”" in prompt.reply.text
    form = await office.opens("ada", button(prompt.reply, "Check in"))
    assert form.fields[0].label == f"{HOSTILE}?"


# -- who may change it


async def test_the_owner_edits_and_members_keep_the_time_of_joining(office: Office) -> None:
    standup = await office.sets_up()
    office.clock.advance(60)
    form = await office.opens("ada", press(standup_forms.NEW, standup))
    assert values(form)["members"] == "ada\nbo"
    reply = await office.sends("ada", form, {"at": "11:00", "members": "bo\ncy"})
    assert "Kept: “Search”" in reply.text
    after = await office.standup(standup)
    assert (after.version, after.at) == (2, time(11))
    joined = {member.person.id: member.joined_at for member in after.members}
    assert joined == {"bo": standup.members[1].joined_at, "cy": office.clock()}
    assert [one.edited_by for one in await office.standups.versions(WORKSPACE, standup.id)] == [
        "ada",
        "ada",
    ]


async def test_an_administrator_edits_and_the_owner_stays(office: Office) -> None:
    standup = await office.sets_up()
    form = await office.opens(ADMIN, press(standup_forms.NEW, standup))
    await office.sends(ADMIN, form, {"name": "Ranking"})
    after = await office.standup(standup)
    assert (after.name, after.owner.id, after.edited_by) == ("Ranking", "ada", ADMIN)
    for action in (standup_forms.PAUSE, standup_forms.RUN, standup_forms.REMOVE):
        reply = await office.presses(ADMIN, press(action, standup))
        assert "belongs to" not in reply.text


async def test_others_are_refused_with_the_name_of_who_may(office: Office) -> None:
    standup = await office.sets_up()
    expected = NotYourStandup(name="Search", owner="Ada").sentence
    with pytest.raises(NotYourStandup) as refusal:
        await office.opens("bo", press(standup_forms.NEW, standup))
    assert refusal.value.sentence == expected
    for action in (standup_forms.RUN, standup_forms.PAUSE, standup_forms.REMOVE):
        assert await refused(office, "bo", press(action, standup)) == expected
    form = await office.opens("ada", press(standup_forms.NEW, standup))
    reply = await office.sends("bo", form, {"members": "cy"})
    assert reply.text == expected
    assert await office.standup(standup) == standup


async def test_only_who_may_remove_it_may_bring_it_back(office: Office) -> None:
    standup = await office.sets_up()
    gone = await office.presses("ada", press(standup_forms.REMOVE, standup))
    back = button(gone, "Bring it back")
    assert "belongs to Ada" in await refused(office, "bo", back)
    assert (await office.standup(standup)).removed


async def test_of_two_who_edit_at_once_the_slower_is_told_and_nothing_is_lost(
    either: Office,
) -> None:
    standup = await either.sets_up()
    one = await either.opens("ada", press(standup_forms.NEW, standup))
    other = await either.opens(ADMIN, press(standup_forms.NEW, standup))
    replies = await asyncio.gather(
        either.sends("ada", one, {"at": "10:00"}), either.sends(ADMIN, other, {"at": "11:00"})
    )
    told = sorted(reply.text == Outdated().sentence for reply in replies)
    assert told == [False, True]
    after = await either.standup(standup)
    assert after.version == 2
    assert after.at in (time(10), time(11))


async def test_an_edit_that_arrives_twice_is_told_as_kept_twice(office: Office) -> None:
    standup = await office.sets_up()
    form = await office.opens("ada", press(standup_forms.NEW, standup))
    first = await office.sends("ada", form, {"at": "10:00"}, event_id="Ev1")
    again = await office.sends("ada", form, {"at": "10:00"}, event_id="Ev1")
    assert first.text == again.text
    assert (await office.standup(standup)).version == 2


async def test_another_workspace_sees_and_changes_nothing(office: Office) -> None:
    standup = await office.sets_up()
    await office.at(ASKED)
    listed = await office.says("ada", "standup", "list", workspace="T2")
    assert listed.text == "No standup is set up yet."
    for action in (
        standup_forms.RUN,
        standup_forms.PAUSE,
        standup_forms.REMOVE,
        standup_forms.RESTORE,
        standup_forms.DIGEST,
    ):
        told = await office.presses("ada", press(action, standup), workspace="T2")
        assert told.text == StandupGone().sentence
    with pytest.raises(StandupGone):
        await office.opens("ada", press(standup_forms.NEW, standup), workspace="T2")
    asked = Asked(standup.id, MONDAY)
    skip = Button(label="Skip", action=standup_forms.SKIP, value=str(asked))
    assert (await office.presses("bo", skip, workspace="T2")).text == StandupGone().sentence
    assert await office.state(asked, "bo") == CheckInState.ASKED
    assert await office.standup(standup) == standup


# -- pausing, running, removing


async def test_a_paused_standup_asks_nobody_until_it_runs_again(office: Office) -> None:
    standup = await office.sets_up()
    paused = await office.presses("ada", press(standup_forms.PAUSE, standup))
    assert paused.text == "Paused: “Search”."
    assert "Resume" in labels(paused)
    assert await office.at(ASKED) == []
    listed = await office.says("bo", "standup", "list")
    assert "Paused." in everything(listed)
    running = await office.presses("ada", button(paused, "Resume"))
    assert running.text == "Running again: “Search”."
    assert asked_people(await office.at(ASKED + DAY)) == ["ada", "bo"]


@pytest.mark.parametrize("events", [("Ev1", "Ev1"), ("Ev1", "Ev2")], ids=["retried", "clicked"])
async def test_a_press_on_pause_that_comes_twice_pauses(
    office: Office, events: tuple[str, str]
) -> None:
    standup = await office.sets_up()
    pause = button(await office.says("ada", "standup", "list"), "Pause “Search”")
    for event_id in events:
        reply = await office.presses("ada", pause, event_id=event_id)
        assert reply.text == "Paused: “Search”."
    assert (await office.standup(standup)).paused


async def test_a_press_on_remove_that_arrives_twice_still_offers_the_way_back(
    office: Office,
) -> None:
    standup = await office.sets_up()
    remove = press(standup_forms.REMOVE, standup)
    first = await office.presses("ada", remove, event_id="Ev1")
    again = await office.presses("ada", remove, event_id="Ev1")
    assert again == first


async def test_run_now_asks_at_once_and_nobody_twice(office: Office) -> None:
    standup = await office.sets_up()
    reply = await office.presses("ada", press(standup_forms.RUN, standup))
    assert reply.text == "Asking 2 members of “Search” now."
    assert asked_people(await office.at(office.clock())) == ["ada", "bo"]
    again = await office.presses("ada", press(standup_forms.RUN, standup))
    assert again.text.startswith("Nobody is left to ask")
    assert asked_people(await office.at(ASKED)) == []


async def test_a_removed_standup_asks_nobody_and_can_be_brought_back(office: Office) -> None:
    await office.sets_up()
    kept = await office.says("ada", "standup", "list")
    remove = button(kept, "Remove “Search”")
    assert remove.asks.startswith("Remove “Search”?"), "it is asked about before it counts"
    gone = await office.presses("ada", remove)
    assert "what was logged stays" in gone.text
    assert (await office.says("ada", "standup", "list")).text == "No standup is set up yet."
    assert await office.at(ASKED) == []
    back = await office.presses("ada", button(gone, "Bring it back"))
    assert back.text == "Back: “Search”."
    assert asked_people(await office.at(ASKED + DAY)) == ["ada", "bo"]


async def test_a_form_of_a_standup_that_was_removed_meanwhile_changes_nothing(
    office: Office,
) -> None:
    standup = await office.sets_up()
    form = await office.opens("ada", press(standup_forms.NEW, standup))
    await office.presses(ADMIN, press(standup_forms.REMOVE, standup))
    reply = await office.sends("ada", form, {"name": "Ranking"})
    assert reply.text == StandupGone().sentence
    after = await office.standup(standup)
    assert (after.name, after.removed) == ("Search", True)


async def test_a_form_that_was_open_while_the_standup_was_paused_does_not_resume_it(
    office: Office,
) -> None:
    standup = await office.sets_up()
    form = await office.opens("ada", press(standup_forms.NEW, standup))
    await office.presses("ada", press(standup_forms.PAUSE, standup))
    reply = await office.sends("ada", form, {"name": "Ranking"})
    assert reply.text == Outdated().sentence
    assert (await office.standup(standup)).paused


async def test_a_button_of_a_standup_that_is_not_there_is_refused(office: Office) -> None:
    actions = (
        standup_forms.RUN,
        standup_forms.PAUSE,
        standup_forms.REMOVE,
        standup_forms.RESTORE,
        standup_forms.DIGEST,
        standup_forms.SKIP,
    )
    for value in ("", "nothing-like-it", "search|1|0", HOSTILE, LONG):
        for action in actions:
            old = Button(label="Old", action=action, value=value)
            assert (await office.presses("ada", old)).text == StandupGone().sentence


# -- what there is


async def test_where_nothing_is_set_up_the_list_offers_to_begin(office: Office) -> None:
    reply = await office.says("ada", "standup", "list")
    assert reply.text == "No standup is set up yet."
    assert labels(reply) == ["New standup"]


async def test_the_list_tells_when_and_who_and_offers_changes_to_who_may(office: Office) -> None:
    await office.sets_up(days="0", every="2", at="14:00")
    theirs = await office.says("bo", "standup", "list")
    [section] = theirs.sections
    assert section.title == "Search"
    assert "Ada, Bo" in section.text
    assert "14:00" in section.text
    assert labels(theirs) == ["New standup"]
    assert "Pause “Search”" in labels(await office.says("ada", "standup", "list"))


async def test_who_has_not_answered_is_shown_to_the_owner_and_administrators_alone(
    office: Office,
) -> None:
    standup = await office.sets_up(members=["ada", "bo", "cy"])
    await office.at(ASKED)
    await office.checks_in("bo", Asked(standup.id, MONDAY), {"note": "Tried trees."})
    for person in ("ada", ADMIN):
        told = everything(await office.says(person, "standup", "list"))
        assert "Mon 2 Mar: 1 of 3 answered. Not yet: Ada, Cy (only you see this)." in told
    for person in ("bo", "cy", "di"):
        told = everything(await office.says(person, "standup", "list"))
        assert "Not yet" not in told
        assert "answered" not in told


async def test_what_coach_missed_is_told_as_its_own_fault(office: Office) -> None:
    await office.sets_up()
    await office.at(OVER + timedelta(minutes=1))
    told = everything(await office.says("ada", "standup", "list"))
    assert "Not asked, because I was down: 2." in told
    assert "Not yet" not in told


# -- one's own settings


async def test_settings_are_kept_and_shown_again(office: Office) -> None:
    mine = Button(label="My settings", action=standup_forms.ME)
    form = await office.opens("bo", mine)
    answers = {"zone": "asia/kolkata", "country": "br-sp", "quiet_from": "18:00"}
    reply = await office.sends("bo", form, {**answers, "quiet_until": "09:00"})
    assert reply.text == "Kept."
    shown = values(await office.opens("bo", mine))
    assert (shown["zone"], shown["country"]) == ("Asia/Kolkata", "BR-SP")
    assert (shown["quiet_from"], shown["quiet_until"]) == ("18:00", "09:00")
    assert values(await office.opens("ada", mine))["zone"] == "", "they are nobody else's"


async def test_settings_that_can_not_be_used_are_told_at_their_field(office: Office) -> None:
    form = await office.opens("bo", Button(label="My settings", action=standup_forms.ME))
    wrong = [("zone", "Mars/Phobos"), ("zone", LONG), ("country", "ZZ"), ("country", LONG)]
    await office.tells_what_is_wrong("bo", form, {}, wrong)
    wrong = [("quiet_from", "late"), ("quiet_from", "25:00"), ("quiet_from", "")]
    await office.tells_what_is_wrong("bo", form, {"quiet_until": "09:00"}, wrong)
    await office.tells_what_is_wrong("bo", form, {"quiet_from": "18:00"}, [("quiet_until", "")])
    assert await office.standups.profiles(WORKSPACE) == {}


async def test_who_is_muted_is_not_asked_until_they_say_so(office: Office) -> None:
    await office.sets_up()
    mine = Button(label="My settings", action=standup_forms.ME)
    muted = await office.sends("bo", await office.opens("bo", mine), {"muted": "yes"})
    assert muted.text == "I don't ask you until you say so."
    assert asked_people(await office.at(ASKED)) == ["ada"]
    await office.sends("bo", await office.opens("bo", mine), {"muted": "no"})
    assert asked_people(await office.at(ASKED + DAY)) == ["ada", "bo"]


async def test_an_absence_that_can_not_be_used_is_told_at_its_field(office: Office) -> None:
    form = await office.opens("bo", Button(label="Away", action=standup_forms.AWAY))
    last = [("last", "soon"), ("last", "2026-03-02"), ("last", "2028-03-02"), ("last", LONG)]
    await office.tells_what_is_wrong("bo", form, {"first": "2026-03-03"}, last)
    first = [("first", ""), ("first", "2026-02-30")]
    await office.tells_what_is_wrong("bo", form, {"last": "2026-03-03"}, first)
    assert await office.standups.absences(WORKSPACE) == []


# -- the digest


async def a_day(office: Office) -> tuple[Standup, list[Delivery]]:
    """Let two of three answer a day of a team that bets; return what is sent when it is over."""
    standup = await office.sets_up(members=["ada", "bo", "cy"], questions="What did you read?")
    await office.aims()
    trees = await office.bets("ada", "Trees find leavers")
    graphs = await office.bets("bo", "Graphs find leavers", prior="30")
    await office.at(ASKED)
    asked = Asked(standup.id, MONDAY)
    wins = {"tried": "Deeper trees", "learned": "Depth helps", "execution": "as_planned"}
    reported = about(trees, result="still_running", chance="60", **wins)
    await office.checks_in("ada", asked, {**reported, "question0": "A paper on churn"})
    blocked = about(graphs, result="blocked", blocker="No access to the call logs")
    await office.checks_in("bo", asked, blocked)
    return standup, await office.at(OVER)


def digest_of(sent: list[Delivery]) -> Reply:
    [digest] = of_sort(sent, "digest")
    return digest.reply


async def test_a_digest_tells_inputs_first_then_the_bets_then_what_to_decide(
    office: Office,
) -> None:
    _, sent = await a_day(office)
    reply = digest_of(sent)
    assert [section.title for section in reply.sections] == [
        "What was tried",
        "What did you read?",
        "Fewer customers leave: at most 4 %",
        "Needs a decision",
    ]
    tried, read, bets, decisions = (section.text for section in reply.sections)
    assert "Trees find leavers: Deeper trees; carried out as planned; still running" in tried
    assert "Learned: Depth helps" in tried
    assert read == "• Ada: A paper on churn"
    assert bets.index("Trees find leavers: 60 %") < bets.index("Graphs find leavers: 30 %")
    assert "Blocked: Graphs find leavers: No access to the call logs" in decisions
    assert reply.chart is not None
    numbers = [citation.number for citation in reply.citations]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_digest_names_nobody_by_what_came_of_their_bets_or_their_silence(
    office: Office,
) -> None:
    _, sent = await a_day(office)
    text = everything(digest_of(sent)).replace("• Ada: A paper on churn", "")
    for name in ("Ada", "Bo", "Cy", "ada", "cy"):
        assert name not in text.split()
    assert "answered" not in text
    assert "missing" not in text


async def test_a_digest_goes_to_the_channel_once(office: Office) -> None:
    _, sent = await a_day(office)
    [digest] = of_sort(sent, "digest")
    assert digest.place.channel == "C1"
    assert not digest.replaces
    for hours in range(1, 20):
        assert of_sort(await office.at(OVER + timedelta(hours=hours)), "digest") == []


async def test_a_late_answer_updates_the_digest_in_its_place(office: Office) -> None:
    standup, sent = await a_day(office)
    [first] = of_sort(sent, "digest")
    office.clock.time = OVER + timedelta(hours=3)
    reply = await office.checks_in("cy", Asked(standup.id, MONDAY), {"question0": "A late book"})
    assert "Late is fine: I add it to the digest." in reply.text
    [update] = of_sort(await office.at(OVER + timedelta(hours=4)), "digest")
    assert update.replaces == first.key
    assert update.replaced_id, "the platform is told which message it was"
    assert update.place == first.place
    assert "Cy: A late book" in everything(update.reply)
    assert "Ada: A paper on churn" in everything(update.reply)


async def test_a_day_on_which_nobody_said_anything_has_no_digest(office: Office) -> None:
    await office.sets_up()
    await office.at(ASKED)
    assert of_sort(await office.at(OVER), "digest") == []


async def test_the_latest_digest_is_shown_to_members_the_owner_and_administrators(
    office: Office,
) -> None:
    standup, sent = await a_day(office)
    posted = digest_of(sent)
    for person in ("ada", "cy", ADMIN):
        listed = await office.says(person, "standup", "list")
        shown = await office.presses(person, button(listed, "Latest digest of “Search”"))
        assert everything(shown) == everything(posted)
        assert shown.hidden
    strangers = await office.says("di", "standup", "list")
    assert "Latest digest of “Search”" not in labels(strangers)
    told = await refused(office, "di", press(standup_forms.DIGEST, standup))
    assert told == NotAMember(name="Search").sentence


async def test_hostile_answers_stand_in_the_digest_as_one_line_of_text(office: Office) -> None:
    standup = await office.sets_up(members=["bo"], questions="How is it?")
    await office.at(ASKED)
    said = f"{HOSTILE}\n• Ada: I give up\x00\n\n# Heading"
    await office.checks_in("bo", Asked(standup.id, MONDAY), {"question0": said})
    reply = digest_of(await office.at(OVER))
    [section] = [one for one in reply.sections if one.title == "How is it?"]
    assert section.text == f"• Bo: {HOSTILE} • Ada: I give up # Heading"


# -- home


async def test_home_shows_open_check_ins_the_bets_and_what_else_there_is(office: Office) -> None:
    await office.sets_up()
    await office.aims()
    await office.bets("bo", "Graphs find leavers")
    await office.at(ASKED)
    reply = await office.replies(message("bo", home=True))
    titles = [section.title for section in reply.sections]
    assert titles[0] == "Your check-ins"
    assert "open until 13:30" in reply.sections[0].text
    assert "The team's bets" in titles
    assert {"Check in: Search", "My settings", "Standups", "New standup"} <= set(labels(reply))
    actions = [(each.action, each.value) for each in reply.buttons]
    assert len(actions) == len(set(actions)), "no button stands there twice"


async def test_what_the_database_refuses_is_told_and_can_be_sent_again(office: Office) -> None:
    form = await office.opens_command("ada", "standup")
    sent = filled_in("ada", form, {"name": "Search", "channel": "C1", "members": "ada"})
    with failing(office.database, "INSERT INTO standups"):
        reply = await office.coach.reply(sent)
    assert reply is not None
    assert reply.reference
    assert "try again" in reply.text
    assert await office.standups.all(WORKSPACE) == []
    assert "Kept: “Search”" in (await office.replies(sent)).text


async def test_a_standup_whose_owner_was_forgotten_is_an_administrators_to_change(
    office: Office,
) -> None:
    standup = await office.sets_up()
    await office.parts.standups.forget_person(WORKSPACE, "ada")
    assert "belongs to" in await refused(office, "bo", press(standup_forms.PAUSE, standup))
    paused = await office.presses(ADMIN, press(standup_forms.PAUSE, standup))
    assert paused.text == "Paused: “Search”."


async def test_times_are_the_members_own_or_the_teams(office: Office) -> None:
    mine = Button(label="My settings", action=standup_forms.ME)
    await office.sends("bo", await office.opens("bo", mine), {"zone": "Asia/Kolkata"})
    own = await office.sets_up(members=["bo"], starts="2026-03-03")
    teams = await office.sets_up(members=["bo"], own_zone="no", name="Team", starts="2026-03-03")
    sent: dict[str, datetime] = {}
    for minutes in range(0, 24 * 60, 30):
        now = ASKED + timedelta(hours=12, minutes=minutes)
        for each in of_sort(await office.at(now), "check-in"):
            sent[own.id if f":{own.id}:" in each.key else teams.id] = now
    assert sent == {own.id: datetime.fromisoformat("2026-03-03T04:00Z"), teams.id: ASKED + DAY}
