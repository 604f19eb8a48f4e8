"""Forms as Adaptive Cards, and back."""

from collections.abc import Mapping
from typing import Any, Literal

import pytest
from teams_limits import card_problems, size, walk

from bot.messages import Field, Form, Message, Option, Person, Place, Platform, Venue
from bot.platforms.teams import forms, invokes

Json = Mapping[str, Any]

PEOPLE = (Option(value="aad-ada", label="Ada Lovelace"), Option(value="aad-bo", label="Bo Li"))
CHANNELS = (Option(value="19:a", label="General"), Option(value="19:b", label="Reports"))
STANDUP = Form(
    title="Standup",
    action="standup_new",
    value="s1",
    text="When and whom do I ask?",
    fields=(
        Field(name="name", label="Name", required=True, length=100, hint="As you call it"),
        Field(name="channel", label="Channel", kind="channel", required=True),
        Field(name="members", label="Members", kind="people", value="aad-bo\naad-new"),
        Field(
            name="days",
            label="Days",
            kind="choices",
            value="0\na,b%",
            options=(Option(value="0", label="Monday"), Option(value="a,b%", label="Odd")),
        ),
        Field(
            name="own_zone",
            label="Whose time?",
            kind="choice",
            value="yes",
            options=(Option(value="yes", label="Their own"), Option(value="no", label="Mine")),
        ),
        Field(name="starts", label="From", kind="date", value="2026-03-02"),
        Field(name="at", label="Time", kind="time", value="09:30:00"),
        Field(name="chance", label="Chance, in percent", kind="number", value="60 %"),
        Field(name="note", label="Note", kind="lines", value="One\nTwo", length=10_000),
    ),
    submit="Keep",
)


def asked(venue: Venue = Venue.PRIVATE, *, hidden: bool = False) -> Message:
    place = Place(
        platform=Platform.TEAMS,
        workspace="t",
        channel="a:1" if venue == Venue.PRIVATE else "19:c",
        thread="" if venue == Venue.PRIVATE else "17",
        venue=venue,
    )
    return Message(id="1", place=place, person=Person(id="aad-ada"), hidden=hidden)


def card(form: Form = STANDUP, **more: Any) -> Json:
    options: dict[str, Any] = {"channels": CHANNELS, "people": PEOPLE, **more}
    made = forms.card(form, asked(), **options)
    assert card_problems(made) == []
    return made


def inputs(made: Json) -> dict[str, Json]:
    found = [e for e in walk(made) if e["type"].startswith("Input.")]
    return {element["id"].removeprefix("field_"): element for element in found}


def send(made: Json) -> Json:
    [button] = [e for e in walk(made) if e["type"] in {"Action.Submit", "Action.Execute"}]
    return button


def red(made: Json) -> list[str]:
    return [e["text"] for e in walk(made) if e.get("color") == "Attention"]


def filled_in(made: Json) -> dict[str, str]:
    """Send *made* as it stands; return the answers that Coach gets."""
    entered = {element["id"]: element.get("value", "") for element in inputs(made).values()}
    activity = {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "id": "2",
        "from": {"id": "29:ada", "aadObjectId": "aad-ada"},
        "recipient": {"id": "28:coach"},
        "conversation": {"id": "a:1", "conversationType": "personal"},
        "value": {"action": {"data": {**send(made)["data"], **entered}}},
    }
    done = invokes.acted(activity)
    assert done is not None
    assert done.do == "submit"
    assert done.message.submission is not None
    assert done.message.submission.action == "standup_new"
    return done.message.submission.answers


def test_what_stands_in_a_form_comes_back_unchanged() -> None:
    assert filled_in(card()) == {
        "name": "",
        "channel": "",
        "members": "aad-bo\naad-new",
        "days": "0\na,b%",
        "own_zone": "yes",
        "starts": "2026-03-02",
        "at": "09:30",
        "chance": "60 %",
        "note": "One\nTwo",
    }


def test_each_kind_of_field_has_its_input() -> None:
    shown = inputs(card())
    kinds = {name: element["type"] for name, element in shown.items()}
    assert kinds["starts"] == "Input.Date"
    assert kinds["at"] == "Input.Time"
    assert kinds["chance"] == kinds["name"] == "Input.Text"
    assert shown["note"]["isMultiline"]
    assert shown["name"]["maxLength"] == 100
    assert shown["days"]["isMultiSelect"]
    assert shown["own_zone"]["style"] == "expanded"
    assert shown["members"]["choices.data"]["dataset"] == "graph.microsoft.com/users"
    assert [choice["title"] for choice in shown["channel"]["choices"]] == ["General", "Reports"]
    assert shown["name"]["isRequired"]
    assert "isRequired" not in shown["note"]


def test_many_options_are_folded_into_a_list() -> None:
    options = tuple(Option(value=str(n), label=f"Objective {n}") for n in range(12))
    form = STANDUP.model_copy(
        update={"fields": (Field(name="o", label="Which?", kind="choice", options=options),)}
    )
    assert inputs(card(form))["o"]["style"] == "compact"


def test_a_problem_stands_at_its_field_and_what_was_entered_stays() -> None:
    entered = {"name": "Search", "chance": "lots", "members": "aad-ada", "days": ""}
    problems = {"chance": "Write a number from 0 to 100.", "": "Not sent.", "gone": "Elsewhere."}
    made = card(problems=problems, entered=entered)
    assert red(made) == ["Not sent.", "Elsewhere.", "Write a number from 0 to 100."]
    body: list[Json] = made["body"]
    [at] = [n for n, part in enumerate(body) if part.get("id") == "field_chance"]
    assert body[at + 1]["inlines"][0]["text"] == problems["chance"]
    shown = inputs(made)
    assert shown["name"]["value"] == "Search"
    assert shown["chance"]["value"] == "lots"
    assert shown["members"]["value"] == "aad-ada"
    assert "value" not in shown["days"]


def test_problems_at_fields_are_announced_on_top() -> None:
    made = card(problems={"chance": "Write a number."})
    assert red(made)[0] == "Not sent yet: please look at what is marked below."


@pytest.mark.parametrize("value", ["next Friday", "2026-13-01", ""])
def test_a_day_that_is_none_leaves_the_field_empty(value: str) -> None:
    assert "value" not in inputs(card(entered={"starts": value, "at": value}))["starts"]


def test_without_a_channel_the_form_says_what_to_do() -> None:
    made = card(channels=())
    assert "channel" not in inputs(made)
    assert "channel" not in send(made)["data"]["coach"]["fields"]
    assert any("open this form again" in e.get("text", "") for e in walk(made))


def test_what_there_is_nothing_to_choose_of_is_left_out() -> None:
    empty = Field(name="objective", label="Objective", kind="choice")
    form = STANDUP.model_copy(update={"fields": (empty, STANDUP.fields[0])})
    assert list(inputs(card(form))) == ["name"]


@pytest.mark.parametrize(("dialog", "kind"), [(True, "Action.Submit"), (False, "Action.Execute")])
def test_a_dialog_is_sent_as_one(dialog: bool, kind: Literal["Action.Submit"]) -> None:
    made = card(dialog=dialog)
    assert send(made)["type"] == kind
    assert send(made)["title"] == "Keep"


def test_a_form_remembers_the_channel_where_it_was_asked_for() -> None:
    made = forms.card(STANDUP, asked(Venue.CHANNEL, hidden=True), dialog=True)
    at = send(made)["data"]["coach"]["at"]
    assert at == {"channel": "19:c", "thread": "17", "venue": "channel", "hidden": True}
    assert "at" not in send(card())["data"]["coach"]


def long_form(fields: int, characters: int) -> Form:
    made = tuple(
        Field(name=f"f{n}", label=f"Field {n}", kind="lines", value="é" * (characters + n))
        for n in range(fields)
    )
    return STANDUP.model_copy(update={"fields": made})


def test_a_text_that_does_not_fit_is_left_out_and_named() -> None:
    made = card(long_form(12, 4000))
    left = set(inputs(made))
    assert 0 < len(left) < 12
    assert "f11" not in left, "the longest give way first"
    words = " ".join(e.get("text", "") for e in walk(made))
    assert "“Field 11” is too long to be edited here: 4,011 characters." in words
    assert set(filled_in(made)) == left, "what was not shown is not answered"


def test_a_form_with_room_keeps_everything() -> None:
    made = card(long_form(3, 10_000))
    assert set(map(len, filled_in(made).values())) == {10_000, 10_001, 10_002}
    assert size(made) <= 80 * 1024


def test_a_form_of_too_many_fields_is_refused() -> None:
    with pytest.raises(forms.FormTooLarge):
        forms.card(long_form(400, 10), asked())
