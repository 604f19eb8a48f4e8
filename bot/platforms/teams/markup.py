"""Text on its way to and from Teams: reading its HTML as words, and keeping ours inert. Pure.

Teams reads Markdown in a message's text and in a card's text blocks and facts, and makes links of
what looks like an address. Text runs show characters as they are.
"""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from html.parser import HTMLParser

_WORD_JOINER = "\u2060"  # invisible, and no break in the line
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_LIVE = re.compile(
    r"""
      : (?=//)                    # https://
    | (?<=\w) \. (?=[^\W\d_]{2})  # example.org
    | (?<=\w) @ (?=\w)            # name@example
    """,
    re.VERBOSE,
)
_SPECIAL = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])")  # but not snake_case
_AT_START = re.compile(r"^([ \t\u00a0]*)(?:([#+\-=])|(\d+)([.)])(?=\s|$))", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TAG = re.compile(r"<(?=[^\s\d=])")  # but not a comparison
_QUOTED = re.compile(r"^([ \t\u00a0]*)>", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_CITED = re.compile(r"\\\[(\d{1,3})\\\]")
_DATED = re.compile(r"\{\{(?=(?:DATE|TIME)\()", re.IGNORECASE)
_AT = re.compile(r"<at\b[^>]*>(.*?)</at>", re.IGNORECASE | re.DOTALL)
_BLANKS = re.compile(r"[ \t\u00a0]+")
_MANY_LINES = re.compile(r"\n{3,}")


def verbatim(text: str) -> str:
    """Return *text* character for character, but for what no client prints."""
    return _DATED.sub("{" + _WORD_JOINER + "{", _UNPRINTABLE.sub("", text))


def inert(text: str) -> str:
    """Return *text* looking the same, with no address that a client would make a link of."""
    return _LIVE.sub(lambda found: found.group() + _WORD_JOINER, verbatim(text))


def literal(text: str, limit: int) -> str:
    """Return up to *limit* characters of *text*, inert and never empty."""
    shown = inert(text)
    if not shown.strip():
        return "…"
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def escaped(text: str) -> str:
    """Return *text* as Markdown that shows it as it is."""
    shown = _INDENT.sub(lambda found: "\u00a0" * len(found.group()), inert(text))
    shown = _SPECIAL.sub(lambda found: f"\\{found.group()}", shown)
    shown = _AT_START.sub(_not_a_list, shown)
    shown = _ENTITY.sub("&amp;", shown)
    return _TAG.sub("&lt;", _QUOTED.sub(r"\1&gt;", shown))


def _not_a_list(found: re.Match[str]) -> str:
    indent, sign, number, dot = found.groups(default="")
    return f"{indent}{number}\\{sign or dot}"


def message_text(text: str, cited: Sequence[int] = ()) -> str:
    """Return *text* as the Markdown of a message, with the marks of *cited* sources left whole."""

    def mark(found: re.Match[str]) -> str:
        return f"[{found[1]}]" if int(found[1]) in cited else found.group()

    paragraphs = _CITED.sub(mark, escaped(text)).strip("\n").split("\n\n")
    return "\n\n".join(paragraph.strip("\n").replace("\n", "  \n") for paragraph in paragraphs)


def readable(text: str, own: Sequence[str] = ()) -> str:
    """Return what a person reads when Teams shows *text*, without the mentions *own*."""
    for mention in own:
        text = text.replace(mention, " ", 1)
    return unescape(_AT.sub(r"@\1", text)).replace("\u00a0", " ").replace("\r\n", "\n").strip()


def from_html(html: str) -> str:
    """Return the words of a message that Teams gives as HTML, line by line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


_REPLY = "schema.skype.com/Reply"  # what Teams marks the message with that one answers to


class _Reader(HTMLParser):
    """Collects words; blocks become lines, links keep their addresses."""

    _BLOCKS = frozenset({"p", "div", "blockquote", "pre", "tr", "ul", "ol"}) | {
        f"h{level}" for level in range(1, 7)
    }
    _BEFORE: Mapping[str, str] = {
        **dict.fromkeys(_BLOCKS, "\n"),
        "br": "\n",
        "li": "\n• ",
        "at": "@",
        "td": " ",
        "th": " ",
    }

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._address = ""
        self._label = ""
        self._quoted = 0  # inside how many blocks of somebody else's message

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        is_reply = tag == "blockquote" and _REPLY in (told.get("itemtype") or "")
        if is_reply or (self._quoted and tag == "blockquote"):
            self._quoted += 1
        self._add(self._BEFORE.get(tag, ""))
        if tag in ("img", "emoji"):
            self._add(told.get("alt") or "")
        elif tag == "a":
            self._address, self._label = told.get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and self._quoted:
            self._quoted -= 1
        elif tag == "a" and self._address:
            address = self._address.removeprefix("mailto:")
            if address.rstrip("/") not in (self._label.rstrip("/"), ""):
                self._add(f" ({address})")
            self._address = ""
        elif tag in self._BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        self._label += data
        self._add(data.replace("\n", " ") if data.strip() else " ")

    def _add(self, text: str) -> None:
        if not self._quoted:
            self._parts.append(text)

    def text(self) -> str:
        lines = [_BLANKS.sub(" ", line).strip() for line in "".join(self._parts).split("\n")]
        return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()
