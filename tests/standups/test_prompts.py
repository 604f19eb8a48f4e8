"""What a member is sent, and to whom it is addressed."""

from datetime import date, datetime

import pytest

from bot.log_records import Hypothesis, Outcome, Result
from bot.messages import Person, Reply, Venue
from bot.standup_records import CheckIn
from bot.standups import prompts
from tests.standups.made import WORKSPACE, standup, utc
from tests.standups.rendered import texts

ON = date(2026, 6, 2)
OPENS, CLOSES = utc(2026, 6, 2, 8, 30), utc(2026, 6, 2, 12, 30)
HOSTILE = "<!channel> <@U1> *b* `c` [1] {name} %s \u202e ] | &amp; {0}"


def check_in(person: str = "Ana", on: date = ON) -> CheckIn:
    return CheckIn(
        workspace=WORKSPACE,
        standup="search",
        on=on,
        person=Person(id=person, name=person),
        opens_at=OPENS,
        closes_at=CLOSES,
    )


def bet(number: int = 1, **more: object) -> Hypothesis:
    fields: dict[str, object] = {
        "workspace": WORKSPACE,
        "id": f"bet-{number}",
        "objective": "churn",
        "claim": f"Approach {number} works",
        "prior": 0.4,
        "owner": "Ana",
        "resolve_by": date(2026, 7, 1),
        "created_at": OPENS,
        "edited_by": "Ana",
        "edited_at": OPENS,
    }
    return Hypothesis.model_validate(fields | more)


def outcome(result: Result, number: int = 1) -> Outcome:
    return Outcome(
        workspace=WORKSPACE,
        id=f"Ev:bet-{number}",
        hypothesis=f"bet-{number}",
        person="Ana",
        at=OPENS,
        on=ON,
        result=result,
    )


# -- days and hours


@pytest.mark.parametrize(
    ("on", "written"),
    [
        (date(2026, 6, 2), "Tue 2 Jun"),
        (date(2026, 11, 23), "Mon 23 Nov"),
        (date(2027, 1, 1), "Fri 1 Jan"),
    ],
)
def test_a_day_is_written_as_people_do(on: date, written: str) -> None:
    assert prompts.day(on) == written


@pytest.mark.parametrize(
    ("at", "zone", "written"),
    [
        (CLOSES, "Europe/Lisbon", "13:30"),
        (CLOSES, "Asia/Kolkata", "18:00"),
        (CLOSES, "America/Chicago", "07:30"),
        (CLOSES, "Pacific/Auckland", "00:30"),
        (utc(2026, 3, 8, 7, 30), "America/Chicago", "01:30"),
        (utc(2026, 3, 8, 8, 30), "America/Chicago", "03:30"),  # the clocks skipped an hour
    ],
)
def test_an_hour_is_the_one_on_the_members_clock(at: datetime, zone: str, written: str) -> None:
    assert prompts.hour(at, zone) == written


# -- the words


def test_a_prompt_says_what_is_asked_for_which_day_and_until_when() -> None:
    assert prompts.text(standup(), check_in(), "Asia/Kolkata") == (
        "Check-in for “Search”, Tue 2 Jun: what did you try, and what came of it? Answers until "
        "18:00 (Asia/Kolkata) are in the digest; later ones are added to it."
    )


def test_a_reminder_is_short_and_leaves_the_choice() -> None:
    assert prompts.reminder_text(standup(), check_in(), "Europe/Lisbon") == (
        "“Search” closes at 13:30 (Europe/Lisbon). A sentence is enough; skipping is fine too."
    )


def test_an_apology_counts_one_member_as_one() -> None:
    said = prompts.apology_text(standup(), [check_in()])
    assert "(Tue 2 Jun)" in said
    assert "1 member was not asked" in said
    assert "missed by me, not by them" in said


def test_an_apology_counts_members_once_and_names_the_days_from_to() -> None:
    days = [date(2026, 6, n) for n in (2, 3, 5)]
    missed = [check_in(person, on) for on in days for person in ("Ana", "Bo")]
    said = prompts.apology_text(standup(), missed)
    assert "(Tue 2 Jun to Fri 5 Jun)" in said
    assert "2 members were not asked" in said


def test_an_apology_names_nobody() -> None:
    said = prompts.apology_text(standup(), [check_in("Zelda"), check_in("Xaver")])
    assert "Zelda" not in said
    assert "Xaver" not in said


@pytest.mark.parametrize("name", [HOSTILE, "Søk 検索", "a" * 100, "{standup.name}"])
def test_a_standups_name_is_repeated_as_it_is(name: str) -> None:
    kept = standup(name=name)
    for said in (
        prompts.text(kept, check_in(), "UTC"),
        prompts.reminder_text(kept, check_in(), "UTC"),
        prompts.apology_text(kept, [check_in()]),
    ):
        assert f"“{kept.name}”" in said
        assert "None" not in said


# -- the bets


def test_who_bets_on_nothing_is_shown_no_list() -> None:
    assert prompts.bets([], {}, {}) == ()


def test_a_bet_of_which_nothing_was_said_stands_with_its_chance_at_the_start() -> None:
    (section,) = prompts.bets([bet()], {}, {"bet-1": 0.4})
    assert section.title == "Your open hypotheses"
    assert section.text == "• Approach 1 works (40 % at the start)"


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Result.SUPPORTED, "supported"),
        (Result.REFUTED, "refuted"),
        (Result.INCONCLUSIVE, "inconclusive"),
        (Result.BLOCKED, "blocked"),
        (Result.STILL_RUNNING, "still running"),
        (Result.NOT_STARTED, "not started"),
    ],
)
def test_a_bet_stands_with_what_was_said_last_and_its_chance_now(result: Result, said: str) -> None:
    (section,) = prompts.bets([bet()], {"bet-1": outcome(result)}, {"bet-1": 0.555})
    assert section.text == f"• Approach 1 works ({said}, 56 %)"


def test_a_bet_whose_chance_is_not_known_stands_with_the_one_at_the_start() -> None:
    (section,) = prompts.bets([bet()], {"bet-1": outcome(Result.BLOCKED)}, {})
    assert section.text == "• Approach 1 works (blocked, 40 %)"


@pytest.mark.parametrize(
    ("number", "more"), [(10, ""), (11, "… and 1 more."), (30, "… and 20 more.")]
)
def test_of_many_bets_ten_are_shown_and_the_others_counted(number: int, more: str) -> None:
    (section,) = prompts.bets([bet(n) for n in range(number)], {}, {})
    lines = section.text.split("\n")
    assert len([line for line in lines if line.startswith("• ")]) == 10
    assert lines[10:] == ([more] if more else [])


def test_the_longest_bets_fit_into_what_slack_shows() -> None:
    many = [bet(n, claim="ä" * 500) for n in range(30)]
    reply = Reply(text="Well?", sections=prompts.bets(many, {}, {}))
    assert texts(reply)[-1].startswith("• ä")


def test_of_the_longest_bets_too_the_others_are_counted() -> None:
    many = [bet(n, claim="ä" * 500) for n in range(30)]
    (section,) = prompts.bets(many, {}, {})
    assert len(section.text) <= 3_000
    assert section.text.endswith(" more.")


# -- to whom


def test_a_prompt_goes_to_the_member_alone_and_trouble_to_the_owner() -> None:
    found = prompts.delivery(standup(), check_in(), "check-in", Reply(text="Well?"))
    assert found.place.channel == "Ana"
    assert found.place.venue is Venue.PRIVATE
    assert found.person == Person(id="Ana", name="Ana")
    assert found.complain_to == Person(id="owner")
    assert found.bulk


def test_a_prompt_and_its_reminder_have_keys_of_their_own_for_each_day_and_member() -> None:
    made = [
        prompts.delivery(standup(), check_in(person, on), what, Reply(text="Well?"))
        for person in ("Ana", "Bo")
        for on in (ON, date(2026, 6, 3))
        for what in ("check-in", "reminder")
    ]
    assert len({each.key for each in made}) == 8
    assert made[0].key == "web:T1:check-in:search:2026-06-02:Ana"


def test_a_notice_goes_to_the_owner_alone() -> None:
    found = prompts.to_owner(standup(), "missed:search", Reply(text="Sorry."))
    assert (found.place.channel, found.place.venue) == ("owner", Venue.PRIVATE)
    assert found.key == "web:T1:missed:search"
    assert not found.bulk


def test_a_forgotten_owner_is_no_owner() -> None:
    kept = standup(owner=Person(id=""))
    assert prompts.owner_of(kept) is None
    assert prompts.delivery(kept, check_in(), "check-in", Reply(text="?")).complain_to is None
