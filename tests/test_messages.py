"""Messages and replies: frozen, clean, and the same after a stay in the database."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.messages import Citation, Delivery, Message, Platform, Reply

Make = Callable[..., Message]
MakeDelivery = Callable[..., Delivery]

# The fixtures only make values, so every example may share them.
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape[31m"),
        ("carriage\r\nreturn", "carriage\nreturn"),
        ("delete\x7f", "delete"),
        ("half an emoji \ud83d", "half an emoji "),
        ("whole emoji 😀", "whole emoji 😀"),
        ("<!channel> & <b>", "<!channel> & <b>"),
        ("", ""),
    ],
)
def test_a_message_keeps_its_text_without_control_characters(
    a_message: Make, typed: str, kept: str
) -> None:
    assert a_message(typed).text == kept


@many
@given(text=st.text(st.characters()))
def test_a_message_of_any_text_comes_back_from_json_as_it_was(a_message: Make, text: str) -> None:
    message = a_message(text, id="Ev1")
    assert Message.model_validate_json(message.model_dump_json()) == message


@many
@given(text=st.text(), quote=st.text())
def test_a_delivery_of_any_text_comes_back_from_json_as_it_was(
    a_delivery: MakeDelivery, text: str, quote: str
) -> None:
    source = Citation(number=1, title=text, source="s", section="", quote=quote, passage=quote)
    reply = Reply(text=text, citations=(source,), suggestions=(quote,), hidden=True)
    delivery = a_delivery().model_copy(update={"reply": reply})
    assert Delivery.model_validate_json(delivery.model_dump_json()) == delivery


def test_forty_thousand_characters_are_kept(a_message: Make) -> None:
    assert len(a_message("a" * 40_000).text) == 40_000


def test_a_message_can_not_be_changed(a_message: Make) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        a_message().text = "other"  # pyright: ignore[reportAttributeAccessIssue]


def test_an_unknown_field_is_refused(a_message: Make) -> None:
    with pytest.raises(ValidationError, match="colour"):
        a_message(colour="red")


def test_platforms_read_as_their_names() -> None:
    assert [f"{platform}" for platform in Platform] == ["slack", "teams", "web", "terminal"]
