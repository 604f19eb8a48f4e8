"""Slack's markup: reading it as plain words, and making sure that our own text contains none."""

import re

_TOKEN = re.compile(r"<(?:([@#!])([^<>|]*)|([a-z]+:[^<>|\s]*))(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_WORD_JOINER = "\u2060"  # invisible, and no break in the line
_LIVE = re.compile(
    r"""
      @ (?=\w)                    # @channel, @here
    | < (?=[!@\#])                # <!channel>, <@U123>
    | : (?=//)                    # https://
    | (?<=\w) \. (?=[^\W\d_]{2})  # example.org
    """,
    re.VERBOSE,
)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def readable(text: str, bot_user: str) -> str:
    """Return what a person reads when Slack shows *text*, without mentions of *bot_user*."""

    def word(token: re.Match[str]) -> str:
        kind, target, address, label = token.groups(default="")
        if kind == "@":
            return "" if target == bot_user else f"@{label or 'someone'}"
        if kind == "#":
            return f"#{label or 'channel'}"
        if kind == "!":
            return label or f"@{target.partition('^')[0]}"
        return label or address.removeprefix("mailto:")

    return unescaped(_TOKEN.sub(word, text)).strip()


def unescaped(text: str) -> str:
    """Undo the escaping of the three characters that Slack escapes."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def literal(text: str, limit: int) -> str:
    """Return *text* for an element that shows up to *limit* characters literally, never empty."""
    shown = inert(text)
    if not shown.strip():
        return "…"
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def inert(text: str) -> str:
    """Return *text* looking the same, but with nothing that a client would make live.

    Even in elements that show text literally some clients turn addresses into links: an invisible
    word joiner breaks addresses and mentions.
    """
    return _LIVE.sub(lambda found: found.group() + _WORD_JOINER, _UNPRINTABLE.sub("", text))


def escaped(text: str) -> str:
    """Return *text* for a field that Slack parses as markup, with no markup left in it."""
    text = inert(text)
    for entity, character in reversed(_ENTITIES):
        text = text.replace(character, entity)
    return text
