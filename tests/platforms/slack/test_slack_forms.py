"""Forms as modal views, and what comes back of them."""

from pathlib import Path
from typing import Any

import pytest
from fake_slack import BROKEN, SILENT_AFTER_ACTING, TEAM, FakeSlack, Fault, rate_limited, refused
from hypothesis import given
from hypothesis import strategies as st
from payloads import command, press, submit
from running import HASTY, running_coach, until
from slack_limits import view_problems

from bot.errors import StoreUnavailable
from bot.messages import (
    Button,
    Field,
    FieldKind,
    Form,
    Message,
    Option,
    Person,
    Place,
    Platform,
    Press,
    Reply,
    Submission,
    Venue,
)
from bot.platforms.slack.forms import FormTooLarge, form_view, from_submission
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.identity import Identity

ME = Identity(team_id=TEAM, user_id="UBOT", bot_id="BBOT")
FORM = Form(
    title="Review an update",
    action="review_submit",
    value="r1",
    text="Paste the draft.",
    fields=(
        Field(name="draft", label="Draft", kind="lines", required=True, length=120_000),
        Field(
            name="audience",
            label="Audience",
            kind="choice",
            value="exec",
            options=(Option(value="exec", label="Executives"), Option(value="peer", label="Peers")),
        ),
        Field(name="project", label="Project", value="R&D <cats>", hint="As your team calls it"),
        Field(name="where", label="Channel", kind="channel"),
    ),
    submit="Review",
)
ANSWERS = {"draft": "We hit 95% & <won>.", "audience": "peer", "project": "", "where": "C2"}


def test_every_kind_of_field_is_inside_slack_s_limits() -> None:
    view: dict[str, Any] = form_view(FORM, asked())
    assert view_problems(view) == []
    draft, audience, project, where = (block["element"] for block in view["blocks"][1:])
    assert (draft["type"], draft["multiline"], draft["max_length"]) == (
        "plain_text_input", True, 3000,
    )  # fmt: skip
    assert audience["initial_option"]["value"] == "exec"
    assert project["initial_value"] == "R&D <cats>"
    assert where["type"] == "conversations_select"
    assert [block["optional"] for block in view["blocks"][1:]] == [False, True, True, True]
    assert "Up to 3,000 characters." in str(view["blocks"][1]["hint"])
    assert (view["title"]["text"], view["submit"]["text"]) == ("Review an update", "Review")


def test_hundreds_of_choices_fit() -> None:
    options = tuple(Option(value=str(n), label=f"{n} " + "long " * 40) for n in range(450))
    form = Form(
        title="Not a problem",
        action="object",
        fields=(Field(name="f", label="Finding", kind="choice", value="321", options=options),),
    )
    view: dict[str, Any] = form_view(form, asked())
    assert view_problems(view) == []
    assert view["blocks"][0]["element"]["initial_option"]["value"] == "321"


def test_a_text_that_does_not_fit_is_left_out_and_the_form_says_what_to_do() -> None:
    long = Field(name="draft", label="Draft", kind="lines", value="word " * 700)
    both = FORM.model_copy(update={"fields": (long, FORM.fields[2])})
    view: dict[str, Any] = form_view(both, asked())
    assert view_problems(view) == []
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == ["project"]
    assert "“Draft” is too long to be edited here: 3,500 characters" in str(view["blocks"])
    assert "word word" not in str(view)


def test_a_form_of_nothing_but_a_text_that_does_not_fit_can_only_be_closed() -> None:
    long = Field(name="draft", label="Draft", kind="lines", value="w" * 3001)
    view = form_view(FORM.model_copy(update={"fields": (long,)}), asked())
    assert view_problems(view) == []
    assert "submit" not in view


def test_a_choice_that_slack_would_refuse_does_not_cost_the_others() -> None:
    options = (Option(value="n" * 151, label="Long"), Option(value="short", label="Short"))
    field = Field(name="context", label="Context", kind="choice", value="n" * 151, options=options)
    view = form_view(FORM.model_copy(update={"fields": (field,)}), asked())
    assert view_problems(view) == []


def test_a_choice_of_nothing_is_left_out() -> None:
    nothing = Field(name="finding", label="Which one?", kind="choice", required=True)
    view = form_view(FORM.model_copy(update={"fields": (nothing,)}), asked())
    assert view_problems(view) == []
    assert "submit" not in view


def test_a_text_longer_than_its_field_stays_whole() -> None:
    longer = Field(name="goal", label="Goal", value="g" * 300, length=200)
    view: dict[str, Any] = form_view(FORM.model_copy(update={"fields": (longer,)}), asked())
    assert view_problems(view) == []
    assert view["blocks"][-1]["element"]["initial_value"] == "g" * 300


def test_what_is_too_large_to_be_known_again_is_refused() -> None:
    with pytest.raises(FormTooLarge):
        form_view(FORM.model_copy(update={"value": "&" * 600}), asked())


WEEK = tuple(Option(value=str(n), label=f"Day {n}") for n in range(7))
STANDUP = Form(
    title="Standup",
    action="standup_new",
    fields=(
        Field(name="days", label="Days", kind="choices", value="0\n2", options=WEEK),
        Field(name="members", label="Members", kind="people", value="U1\nU0123ABCD"),
        Field(name="chance/h-1", label="Chance", kind="number", value="60 %", length=6),
        Field(name="starts", label="From", kind="date", value="2026-11-23"),
        Field(name="at", label="Time", kind="time", value="09:30"),
    ),
)


def test_fields_of_a_group_stand_under_its_heading() -> None:
    fields = [Field(name=f"{part}/{bet}", label=part, group=f"“Bet {bet}”")
              for bet in (1, 2) for part in ("tried", "next")]  # fmt: skip
    form = STANDUP.model_copy(update={"fields": (*fields, Field(name="note", label="Note"))})
    view: dict[str, Any] = form_view(form, asked())
    assert view_problems(view) == []
    told = [block["text"]["text"] if block["type"] == "header" else block["block_id"]
            for block in view["blocks"]]  # fmt: skip
    assert told == ["“Bet 1”", "tried/1", "next/1", "“Bet 2”", "tried/2", "next/2", "note"]


def test_what_a_standup_asks_is_filled_in_and_inside_slack_s_limits() -> None:
    view: dict[str, Any] = form_view(STANDUP, asked())
    assert view_problems(view) == []
    days, members, chance, starts, at = (block["element"] for block in view["blocks"])
    assert days["type"] == "checkboxes"
    assert [option["value"] for option in days["initial_options"]] == ["0", "2"]
    assert (members["type"], members["initial_users"]) == (
        "multi_users_select", ["U1", "U0123ABCD"],
    )  # fmt: skip
    assert (chance["type"], chance["initial_value"], chance["max_length"]) == (
        "plain_text_input", "60 %", 6,
    )  # fmt: skip
    assert (starts["type"], starts["initial_date"]) == ("datepicker", "2026-11-23")
    assert (at["type"], at["initial_time"]) == ("timepicker", "09:30")


@pytest.mark.parametrize(
    "given_",
    [
        ("1\n4", "U2\nU3", "0,7", "2027-01-04", "18:05"),
        ("6", "U2", "", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_what_was_chosen_comes_back_line_by_line(given_: tuple[str, ...]) -> None:
    view: dict[str, Any] = form_view(STANDUP, asked())
    answers = dict(zip([field.name for field in STANDUP.fields], given_, strict=True))
    message = from_submission(submit(view, answers), ME)
    assert message.submission
    assert message.submission.answers == answers


def test_many_choices_become_a_menu_of_several() -> None:
    options = tuple(Option(value=str(n), label=f"{n}") for n in range(250))
    field = Field(name="f", label="F", kind="choices", value="7\n249", options=options)
    view: dict[str, Any] = form_view(STANDUP.model_copy(update={"fields": (field,)}), asked())
    assert view_problems(view) == []
    [block] = view["blocks"]
    assert block["element"]["type"] == "multi_static_select"
    assert [option["value"] for option in block["element"]["initial_options"]] == ["7", "249"]
    message = from_submission(submit(view, {"f": "3\n248"}), ME)
    assert message.submission
    assert message.submission.answers == {"f": "3\n248"}


def test_a_team_of_hundreds_stays_in_its_form() -> None:
    team = "\n".join(f"U{n:010}" for n in range(500))
    field = Field(name="members", label="Members", kind="people", value=team)
    view: dict[str, Any] = form_view(STANDUP.model_copy(update={"fields": (field,)}), asked())
    assert view_problems(view) == []
    assert len(view["blocks"][0]["element"]["initial_users"]) == 500


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("people", "alice@example.org\nweb:7"),
        ("channel", "web-page"),
        ("date", "tomorrow"),
        ("date", "2026-13-01"),
        ("time", "half past nine"),
        ("time", "25:00"),
        ("choices", "no such day"),
    ],
)
def test_what_slack_does_not_know_is_not_filled_in(kind: FieldKind, value: str) -> None:
    field = Field(name="f", label="F", kind=kind, value=value, options=WEEK)
    view: dict[str, Any] = form_view(STANDUP.model_copy(update={"fields": (field,)}), asked())
    assert view_problems(view) == []
    assert "initial" not in str(view)


anything = st.text(max_size=60)
fields = st.builds(
    Field,
    name=st.uuids().map(lambda number: f"result/{number}"),
    label=st.text(max_size=2500),
    kind=st.sampled_from(
        ["line", "lines", "choice", "choices", "channel", "people", "number", "date", "time"]
    ),
    value=st.one_of(
        anything,
        st.dates().map(str),
        st.times().map(str),
        st.lists(st.from_regex(r"[UWC][A-Z0-9]{1,10}", fullmatch=True)).map("\n".join),
    ),
    hint=anything,
    options=st.lists(
        st.builds(Option, value=st.text(max_size=160), label=anything),
        max_size=130,
        unique_by=lambda option: option.value,
    ).map(tuple),
    required=st.booleans(),
    length=st.integers(1, 20_000),
)


@given(st.lists(fields, max_size=8).map(tuple))
def test_whatever_a_form_holds_slack_opens_it(held: tuple[Field, ...]) -> None:
    form = Form(title="Form", action="a", text="Fill it in.", fields=held)
    assert view_problems(form_view(form, asked())) == []


def test_a_form_of_more_blocks_than_slack_takes_is_refused() -> None:
    many = tuple(Field(name=f"f{n}", label="F") for n in range(101))
    with pytest.raises(FormTooLarge):
        form_view(STANDUP.model_copy(update={"fields": many}), asked())


@pytest.mark.parametrize("escape", [False, True])
def test_a_submission_knows_again_what_it_is_about_and_where_it_belongs(escape: bool) -> None:
    opened = asked(hidden=True, handle=str(Handle(response_url="https://r", private=True)))
    view: dict[str, Any] = form_view(FORM.model_copy(update={"value": "a&b<c>"}), opened)
    if escape:
        written = view["private_metadata"]
        view["private_metadata"] = written.replace("&", "&amp;").replace("<", "&lt;")
    message = from_submission(submit(view, ANSWERS), ME)
    assert message.submission == Submission(action="review_submit", value="a&b<c>", answers=ANSWERS)
    assert message.place == opened.place
    assert message.person == Person(id="U1", name="alice")
    assert (message.hidden, message.handle) == (True, opened.handle)


def test_a_submission_sent_twice_is_one_message() -> None:
    view: dict[str, Any] = form_view(FORM, asked())
    once = from_submission(submit(view, ANSWERS, "V77"), ME)
    assert from_submission(submit(view, ANSWERS, "V77"), ME).id == once.id
    assert from_submission(submit(view, ANSWERS, "V78"), ME).id != once.id


async def test_a_button_opens_its_form_and_the_answer_goes_where_it_was_pressed(
    slack: FakeSlack, tmp_path: Path
) -> None:
    def answer(message: Message) -> Reply:
        if message.submission:
            return Reply(text=f"Reviewed for {message.submission.answers['audience']}")
        return Reply(text="Ask", buttons=(Button(label="Go", action="ask_more", opens_form=True),))

    async with running_coach(slack, tmp_path, answer, form=lambda _: FORM) as coach:
        await coach.deliver(command("ask how?", slack.response_url("c")))
        await coach.settled()
        button = slack.whispers[0]["blocks"][-1]["elements"][0]
        url = slack.response_url("p")
        pressed = press(button["action_id"], "r1", url, thread_ts="1700000000.000100")
        assert await coach.deliver(pressed) == 200
        [asked_for] = coach.replies.asked_for_forms
        assert asked_for.press == Press(action="ask_more", value="r1")
        assert len(coach.replies.heard) == 1
        sent = submit(slack.dialogs[0], ANSWERS)
        assert await coach.answer_to(sent) == {}
        assert await coach.answer_to(sent) == {}
        await coach.settled()
    [message] = slack.messages
    assert message["text"] == "Reviewed for peer"
    assert (message["channel"], message["thread_ts"]) == ("C1", "1700000000.000100")


async def test_a_form_opened_from_a_private_answer_is_answered_privately(
    slack: FakeSlack, tmp_path: Path
) -> None:
    def public(_: Message) -> Reply:
        return Reply(text="Secret", hidden=False)

    async with running_coach(slack, tmp_path, public, form=lambda _: FORM) as coach:
        url = slack.response_url("p")
        await coach.deliver(press("form:ask_more", "r1", url, is_ephemeral=True))
        await coach.deliver(submit(slack.dialogs[0], ANSWERS))
        await coach.settled()
        assert coach.replies.heard[0].hidden
    assert slack.messages == []
    assert [whisper["text"] for whisper in slack.whispers] == ["Secret"]


@pytest.mark.parametrize(
    "text", ["review", "context", " Review ", "standup", "Objective", "hypothesis"]
)
async def test_a_command_without_text_opens_its_form(
    slack: FakeSlack, tmp_path: Path, text: str
) -> None:
    async with running_coach(slack, tmp_path, form=lambda _: FORM) as coach:
        assert await coach.answer_to(command(text, slack.response_url("c"))) == {}
        [asked_for] = coach.replies.asked_for_forms
        assert (asked_for.verb, asked_for.text) == (text.strip().lower(), "")
        await coach.deliver(submit(slack.dialogs[0], ANSWERS))
        await coach.settled()
        [heard] = coach.replies.heard
    assert heard.hidden
    assert heard.place.channel == "C1"
    assert len(slack.whispers) == 1


async def test_a_command_with_a_draft_is_reviewed_without_a_form(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async with running_coach(slack, tmp_path, form=lambda _: FORM) as coach:
        said = "review Thanks <@U0123ABCD|bob>, see <https://a.example/x|the board>.\n- done"
        await coach.deliver(command(said, slack.response_url("c")))
        await coach.settled()
        [heard] = coach.replies.heard
    assert (heard.verb, heard.hidden) == ("review", True)
    assert heard.text == "Thanks @U0123ABCD, see the board (https://a.example/x).\n- done"
    assert slack.dialogs == []


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("standup list", "standup", "list"),
        ("objective close churn &amp; cost", "objective", "close churn & cost"),
        ("hypothesis list", "hypothesis", "list"),
        ("odds", "odds", ""),
        ("ODDS churn", "odds", "churn"),
        ("checkin", "checkin", ""),
        ("check-in", "checkin", ""),
    ],
)
async def test_a_command_about_the_team_s_bets_is_answered(
    slack: FakeSlack, tmp_path: Path, text: str, verb: str, rest: str
) -> None:
    async with running_coach(slack, tmp_path, form=lambda _: FORM) as coach:
        assert await coach.answer_to(command(text, slack.response_url("c"))) == {}
        await coach.settled()
        [heard] = coach.replies.heard
    assert (heard.verb, heard.text, heard.hidden) == (verb, rest, True)
    assert slack.dialogs == []
    assert len(slack.whispers) == 1


async def test_a_form_that_is_gone_is_explained(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path) as coach:
        assert await coach.deliver(press("form:ask_more", "r1", slack.response_url("p"))) == 200
        await until(lambda: len(slack.whispers) == 1)
        answer = await coach.answer_to(command("review", slack.response_url("c")))
    assert "There is nothing to fill in" in slack.whispers[0]["text"]
    assert slack.whispers[0]["replace_original"] is False
    assert answer["response_type"] == "ephemeral"
    assert "There is nothing to fill in" in answer["text"]


@pytest.mark.parametrize(
    "fault", [refused("expired_trigger_id"), rate_limited(30), BROKEN, SILENT_AFTER_ACTING]
)
async def test_a_form_that_does_not_open_is_explained(
    slack: FakeSlack, tmp_path: Path, fault: Fault
) -> None:
    slack.order("views.open", fault)
    async with running_coach(slack, tmp_path, form=lambda _: FORM, timing=HASTY) as coach:
        assert await coach.deliver(press("form:ask_more", "r1", slack.response_url("p"))) == 200
        await until(lambda: len(slack.whispers) == 1)
    assert "did not open in time" in slack.whispers[0]["text"]


async def test_a_store_that_does_not_answer_is_explained_instead_of_the_form(
    slack: FakeSlack, tmp_path: Path
) -> None:
    def fails(_: Message) -> Form:
        raise StoreUnavailable

    async with running_coach(slack, tmp_path, form=fails) as coach:
        answer = await coach.answer_to(command("review", slack.response_url("c")))
    assert "My database does not answer" in answer["text"]


async def test_a_submission_that_can_not_be_stored_leaves_the_form_open(
    slack: FakeSlack, tmp_path: Path
) -> None:
    async def no_store(_: Message) -> None:
        raise StoreUnavailable

    view: dict[str, Any] = form_view(FORM, asked())
    async with running_coach(slack, tmp_path, accept=no_store) as coach:
        answer = await coach.answer_to(submit(view, ANSWERS))
    assert answer["response_action"] == "errors"
    assert "My database does not answer" in answer["errors"]["draft"]


async def test_forms_work_over_the_socket(slack: FakeSlack, tmp_path: Path) -> None:
    async with running_coach(slack, tmp_path, socket=True, form=lambda _: FORM) as coach:
        await until(lambda: slack.socket.connections == 1)
        await slack.socket.send("slash_commands", command("review", slack.response_url("c")))
        await until(lambda: len(slack.dialogs) == 1)
        sent = submit(slack.dialogs[0], ANSWERS)
        await slack.socket.send("interactive", sent)
        await slack.socket.send("interactive", sent)
        await until(lambda: len(slack.socket.acknowledged) == 3)
        await coach.settled()
        assert [heard.submission is not None for heard in coach.replies.heard] == [True]
    assert len(slack.whispers) == 1


def asked(*, hidden: bool = False, handle: str = "") -> Message:
    place = Place(platform=Platform.SLACK, workspace=TEAM, channel="D1", venue=Venue.PRIVATE)
    return Message(id="press-1", place=place, person=Person(id="U1"), hidden=hidden, handle=handle)
