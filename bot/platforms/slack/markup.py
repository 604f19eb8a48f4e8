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
_SPOKEN = re.compile(
    r"""(?P<address> https?://[^\s<>|"]*[^\s<>|".,;:!?)\]}'*_~`] )
    | (?<![\w@/]) @ (?P<person> [UW][A-Z0-9]{7,12} ) \b""",
    re.VERBOSE,
)
_PINGS = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
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


def drafted(text: str, bot_user: str) -> str:
    """Return *text* as a person reads it, with nothing lost that posting it again would need.

    Links keep their addresses. People stay whom they are as `@U123ABC`, since only their ids are
    known; `spoken` makes them mentions again.
    """

    def word(token: re.Match[str]) -> str:
        kind, target, address, label = token.groups(default="")
        if kind == "@" and target != bot_user:
            return f"@{target}"
        address = address.removeprefix("mailto:")
        if address and label and label not in address:
            return f"{label} ({address})"
        return address or token.group()

    return readable(_TOKEN.sub(word, text), bot_user)


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
    return _escaped(inert(text))


def _escaped(text: str) -> str:
    for entity, character in reversed(_ENTITIES):
        text = text.replace(character, entity)
    return text


def mentions_people(text: str) -> bool:
    """Tell whether `drafted` left people in *text* whom `spoken` makes mentions again."""
    return any(found["person"] for found in _SPOKEN.finditer(text))


def spoken(text: str) -> str:
    """Return an author's *text* as markup that shows as if the author had posted it.

    Formatting, people and web addresses are live; nothing in it notifies a channel or a group.
    """
    text, shown, end = verbatim(text), "", 0
    for found in _SPOKEN.finditer(text):
        live = found["address"] or f"@{found['person']}"
        shown += f"{_silent(text[end : found.start()])}<{_escaped(live)}>"
        end = found.end()
    return shown + _silent(text[end:])


def _silent(text: str) -> str:
    return _escaped(_PINGS.sub(f"@{_WORD_JOINER}", text))


def verbatim(text: str) -> str:
    """Return *text* character for character, but for what no client prints."""
    return _UNPRINTABLE.sub("", text)


def counted(text: str) -> int:
    """Return the length of *text* if Slack counts what it escapes as entities."""
    return len(text) + sum(4 * text.count(character) for character in "&<>")


def pieces(text: str, limit: int) -> list[str]:
    """Cut *text* at line ends, else at spaces, into pieces that count up to *limit* characters."""
    found: list[str] = []
    while counted(text) > limit:
        room = limit
        while counted(text[:room]) > limit:
            room -= (counted(text[:room]) - limit) // 5 + 1
        at = text.rfind("\n", room // 2, room)
        if at < 0:
            at = text.rfind(" ", room // 2, room)
        at = at if at > 0 else room
        found.append(text[:at])
        text = text[at:].removeprefix("\n")
    return [piece for piece in [*found, text] if piece.strip()]
