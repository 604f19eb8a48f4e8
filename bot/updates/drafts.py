"""The anatomy of a draft: blocks, sentences and clauses with their places in the text.

Code blocks and quoted lines are blocks of their own, which nobody reviews. Every offset counts
characters of the draft as it was sent, so a stretch is always an exact substring.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class BlockKind(Enum):
    """What a line or a group of lines is."""

    PROSE = "prose"
    BULLET = "bullet"
    HEADING = "heading"
    TABLE = "table"
    GREETING = "greeting"
    CLOSING = "closing"
    CODE = "code"
    QUOTE = "quote"


@dataclass(frozen=True)
class Span:
    """A stretch of the draft."""

    start: int
    end: int

    def __len__(self) -> int:
        """Return how many characters it has."""
        return max(0, self.end - self.start)

    def of(self, text: str) -> str:
        """Return the characters of *text* in this stretch."""
        return text[self.start : self.end]

    def meets(self, other: "Span") -> bool:
        """Tell whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        """Tell whether all of *other* is in this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Block:
    """Lines that belong together; `lead` is what precedes the words (a bullet, `## `)."""

    kind: BlockKind
    span: Span
    lead: str = ""

    @property
    def reviewed(self) -> bool:
        """Whether its sentences are the author's own statements."""
        return self.kind in _STATEMENTS


_STATEMENTS = {BlockKind.PROSE, BlockKind.BULLET, BlockKind.HEADING, BlockKind.TABLE}


@dataclass(frozen=True)
class Clause:
    """Part of a sentence that states one thing; without the link (`so`, `and`) it starts with."""

    span: Span
    link: str
    text: str


@dataclass(frozen=True)
class Sentence:
    """A sentence with its clauses; `span` is without outer space, but with its full stop."""

    block: Block
    span: Span
    text: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Draft:
    """A draft and its anatomy."""

    text: str
    blocks: tuple[Block, ...]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of all reviewed blocks, in their order."""
        return tuple(
            sentence
            for block in self.blocks
            if block.reviewed
            for sentence in _sentences(self.text, block)
        )

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """Words between quotation marks: somebody else's."""
        return tuple(Span(*match.span()) for match in _QUOTED.finditer(self.text))


def unquoted(text: str) -> str:
    """Return *text* with blanks for what stands between quotation marks."""
    return _QUOTED.sub(lambda match: " " * len(match[0]), text)


_FENCE = re.compile(r"^[ \t]*(```|~~~)")
_BULLET = re.compile(
    r"[ \t]*(?:(?:[-–=]+>|[-*+•–‣▪◦·→➔➜➤►▶»✓✔✅☑☐✗✘❌]\ufe0f?|\(?\d{1,2}[.)]|[a-z]\)|\[[ xX]\]|:\w+:(?=\s))[ \t]+(?:\[[ xX]\][ \t]+)?)"
    r"|[ \t]*\[?\d{1,2}:\d{2}\]?[ \t]+\w+:[ \t]+"
)
_HASHES = re.compile(r"[ \t]*#{1,6}[ \t]+")
_TABLE_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$|^[^|\n]*\|[^|\n]*\|[^\n]*$")
_GREETING = re.compile(
    r"""\s*(?:hi|hello|hey|dear|good\s(?:morning|afternoon|evening|day)|greetings|respected|morning
    |team|all|folks|liebe[rs]?|hallo|sehr\sgeehrte\w*|guten\s\w+|moin|servus|grüezi|grüß\s\w+|to\sthe\s\w+
    |bonjour|salut|cher|chère|mes\samis|hola|estimad[oa]s?|querid[oa]s?|buen[oa]s\s\w+|ol[aá]|car[oaie]|prezad[oa]s?
    |ciao|buon\w+|gentil[ei]|egregi[oa]|hej|hei|heisan|kära?|kjære|goede\w*|beste|geachte|cześć|witam|dzień\sdobry
    |ahoj|szia|merhaba|selam|sayın|namaste|salam|shalom|aloha|g['’]day|esteemed|honou?rable)\b
    [^.!?:;\n]{0,40}[,:!–—-]?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSING = re.compile(
    r"""\s*(?:(?:i|we)\sremain,?\s(?:[\w\s]{1,20},\s)?)?(?:(?:kind|best|warm|many)?\s*(?:regards|wishes)|thanks?(?:\syou)?(?:\s(?:all|again|everyone|and\sregards))?
    |many\sthanks|cheers|sincerely|yours(?:\s\w+)?|best|br|rgds|mfg|viele\sgrüße|(?:mit\s)?(?:freundlichen|besten)\sgrüßen
    |all\sthe\sbest|talk\ssoon|respectfully(?:\ssubmitted)?|with\s(?:kind\s|best\s|great\s|much\s)?(?:regards|respect)
    |(?:with\s)?(?:(?:kind|warm|best|cordial|friendly|many)\s)?greetings|(?:(?:liebe|beste|schöne)\s)?grü(?:ße|sse)|gruß|(?:un\s)?saludos?|atentamente
    |cordialement|bien\sà\svous|abra[cç]os?|(?:cordiali|distinti)?\s?saluti|(?:met\s)?vriendelijke\sgroet(?:en)?|groet(?:en|jes)?
    |mvh|(?:vänliga\s)?hälsningar|(?:med\s)?venlig(?:e)?\shilsen(?:er)?|pozdrawiam|saygılar(?:ımla|ımızla)?)
    (?:\s*[,.!–—-]*|,\s*(?-i:[A-ZÀ-Þ][\w.'’-]*(?:\s[A-ZÀ-Þ][\w.'’-]*){0,2}))\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME = re.compile(
    r"\s*(?:[-–—~/]+\s*)?[A-Z][\w.'-]*(?:[ ,/&+]+(?:and\s)?[A-Z(][\w.')-]*){0,5}[.!]?\s*"
)
_QUOTED = re.compile(r"“[^”\n]{2,300}”|\"[^\"\n]{2,300}\"|«[^»\n]{2,300}»|„[^“”\n]{2,300}[“”]")
_TITLE = re.compile(
    r"\s*[*_]{0,2}(?:[A-Z][\w&/'’-]*)(?:\s[\w&/'’-]+){0,4}\s?[*_]{0,2}:?[*_]{0,2}\s*"
)
_LABEL_LINE = re.compile(
    r"\s*\**(?:(?P<subject>subject|re|betreff)|to|from|cc|date)\**\s*:", re.IGNORECASE
)


# As long as comments get: no pattern runs on to the end of a long text for one that never closes.
COMMENT = r"<!--(?:[^-]|-(?!->)){0,2000}+-->"
_UNSPOKEN = re.compile(
    rf"\[(?!\d\d?:\d\d\])[^\[\]\n]*\](?!\()|{COMMENT}|https?://[^\s<>|)\]]+|<[@#!][^<>\n]*>"
    r"|(?<![\w.+-])[\w.+-]++@[\w-]+\.[A-Za-z]\w*|~~[^~\n]+~~"
)


def spoken(text: str) -> str:
    """Return *text* with blanks for what states nothing.

    That is [placeholders], links, comments, mentions and ~~what was struck out~~. It keeps its length, so that places in it are places in *text*.
    """
    return _UNSPOKEN.sub(lambda match: " " * len(match[0]), text)


def parse(text: str) -> Draft:
    """Take *text* apart. Linear in its length; any text will do."""
    return Draft(text, tuple(_signed(text, list(_blocks(text)))))


_MAY_SIGN = {BlockKind.PROSE, BlockKind.HEADING}


def _signed(text: str, blocks: list[Block]) -> list[Block]:
    """Take a lone name at the end for a signature, also where no regards precede it."""
    last = blocks[-1] if len(blocks) > 1 else None
    if last is None or not (last.kind in _MAY_SIGN or _dashed(*blocks[-2:])) or len(last.span) > 40:
        return blocks
    alone = (
        not text[: last.span.start].rstrip(" \t").endswith((",", ":"))
        and "\n" in text[blocks[-2].span.end : last.span.start]
    )
    if alone and _NAME.fullmatch(last.span.of(text)) and not last.span.of(text).endswith("!"):
        blocks[-1] = Block(BlockKind.CLOSING, last.span)
    return blocks


def _dashed(before: Block, last: Block) -> bool:
    """Tell whether *last* starts with a dash, and is no item of a list."""
    return BlockKind.BULLET is last.kind is not before.kind and last.lead.strip() in ("-", "–", "—")


def _blocks(text: str) -> Iterator[Block]:
    lines = _lines(text)
    number, closing, begun = 0, False, False
    while number < len(lines):
        line = lines[number]
        words = line.of(text)
        if fence := _FENCE.match(words):
            last = _end_of_code(text, lines, number, fence[1])
            yield Block(BlockKind.CODE, Span(line.start, lines[last].end))
            number = last + 1
            continue
        kind, lead = _kind(words, first=number == 0 or not lines[number - 1].of(text).strip())
        if closing and words.strip() and _NAME.fullmatch(words):
            kind = BlockKind.CLOSING
        elif words.strip():
            kind = _called(text, line, kind, first=not begun)
            closing, begun = kind is BlockKind.CLOSING, True
        last = _last_line(text, lines, number, kind)
        if words.strip():
            yield Block(kind, Span(line.start + len(lead), lines[last].end), lead)
        number = last + 1


_CALLED = re.compile(
    r"\s*[^\W\d_][\w.'’-]*(?:\s(?:and\s|und\s|et\s|y\s|og\s)?[A-ZÀ-Þ][\w.'’-]*){0,3},\s*"
)
_REGARDS = re.compile(r"\s*[^\W\d_][\w'’-]*(?:\s[^\W\d_][\w'’-]*){0,4},\s*")


def _called(text: str, line: Span, kind: BlockKind, *, first: bool) -> BlockKind:
    """Return the kind of a line that may be a greeting or regards in any language.

    It is a few words and a comma, at the start or before a last line with a name.
    """
    words = line.of(text)
    if kind not in _MAY_SIGN or len(words) > _BRIEF:
        return kind
    if first and _CALLED.fullmatch(words):
        return BlockKind.GREETING
    ends = line.end + 2 * _BRIEF > len(text)
    signed = ends and _REGARDS.fullmatch(words) and _NAME.fullmatch(text[line.end :].strip())
    return BlockKind.CLOSING if signed else kind


def _lines(text: str) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    return spans


def _end_of_code(text: str, lines: Sequence[Span], first: int, fence: str) -> int:
    for number in range(first + 1, len(lines)):
        if lines[number].of(text).strip().startswith(fence):
            return number
    return len(lines) - 1


def _kind(line: str, *, first: bool) -> tuple[BlockKind, str]:
    """Return what *line* is, and what precedes its words; *first* lines follow a blank one."""
    if line.lstrip().startswith(">"):
        return BlockKind.QUOTE, ""
    if _TABLE_ROW.match(line):
        return BlockKind.TABLE, ""
    if hashes := _HASHES.match(line):
        return BlockKind.HEADING, hashes[0]
    if header := _LABEL_LINE.match(line):
        return (BlockKind.HEADING if header["subject"] else BlockKind.GREETING), ""
    if len(line) < _BRIEF and (frame := _frame(line, first=first)):
        return frame, ""
    if bullet := _BULLET.match(line):
        return BlockKind.BULLET, bullet[0]
    title = first and _TITLE.fullmatch(line)
    return (BlockKind.HEADING if title else BlockKind.PROSE), ""


_BRIEF = 60


def _frame(line: str, *, first: bool) -> BlockKind | None:
    """Return whether a short line greets or closes."""
    if first and _GREETING.fullmatch(line):
        return BlockKind.GREETING
    return BlockKind.CLOSING if _CLOSING.fullmatch(line) else None


def _last_line(text: str, lines: Sequence[Span], first: int, kind: BlockKind) -> int:
    """Return the last line of the block that starts at *first*: wrapped prose, a whole table."""
    last = first
    if _opens_comment(lines[first].of(text)):
        near = range(first, min(first + _COMMENT_LINES, len(lines)))
        return next((n for n in near if "-->" in lines[n].of(text)), first)
    if kind is BlockKind.TABLE:
        while last + 1 < len(lines) and _TABLE_ROW.match(lines[last + 1].of(text)):
            last += 1
    if kind in (BlockKind.PROSE, BlockKind.BULLET):
        small = lines[first].of(text).lstrip()[:1].islower()
        while last + 1 < len(lines) and _wraps(text, lines[last], lines[last + 1], small=small):
            last += 1
    return last


_COMMENT_LINES = 30


def _opens_comment(line: str) -> bool:
    return line.lstrip().startswith("<!--") and "-->" not in line


def _wraps(text: str, line: Span, following: Span, *, small: bool) -> bool:
    """Tell whether a mail program broke one sentence into these two lines.

    It breaks before a word that does not fit. Who starts *small* writes lines that start like the
    middle of a sentence, but no mail program makes them as long as a chat does.
    """
    words, more = line.of(text).rstrip(), following.of(text)
    if len(words) < 55 or not more.strip() or words[-1] in ".!?:;|":
        return False
    fits = len(words) + 1 + len(more.split()[0]) <= len(more.rstrip())
    if fits or (small and len(words) > _WIDEST):
        return False
    if _kind(more, first=False)[0] is not BlockKind.PROSE:
        return False
    return more.lstrip()[0].islower() or len(words) >= 65


_WIDEST = 80

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|vs|approx|ca|cf|etc|mr|mrs|(?<!\d\s)ms|dr|prof|st|no|fig|resp|incl|est|(?<!\d\s)min|max|avg"
    r"|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|inc|ltd|z\.b|bzw|u\.a|p\.a|a\.m|p\.m|u\.s)"
    r"|(?:^|[A-Z][\w.]*\s)[A-Z])\.$",
    re.IGNORECASE,
)
_EMOJI = r"[\U0001F300-\U0001FAFF\u2600-\u2704\u2706-\u2713\u2715-\u2793\u27BF\u2B50\ufe0f\u200d]"
_STOP = re.compile(
    rf"(?<=[\w%).!?])\s?{_EMOJI}(?:\s?{_EMOJI})*+(?=\s+\w)|(?<![.!?…])[.!?…]++[\"”’')\]*_]*+(?=\s)|[。！？]"
)


def _sentences(text: str, block: Block) -> Iterator[Sentence]:
    if block.kind is BlockKind.TABLE:
        for line in _lines(block.span.of(text)):
            row = Span(block.span.start + line.start, block.span.start + line.end)
            rows = (row,) if len(row) <= LONGEST_SENTENCE else _pieces(text, row)
            for span in rows:
                yield Sentence(block, span, span.of(text), tuple(_cells(text, span)))
        return
    start = block.span.start
    for end in _stops(text, block.span):
        for span in _pieces(text, Span(start, end)):
            yield Sentence(block, span, span.of(text), tuple(_clauses(text, span)))
        start = end


# The longest sentence anybody writes has 300 characters. Beyond this many, one is cut, so that no
# pattern meets an endless text: what it costs to read a draft stays in proportion to its length.
LONGEST_SENTENCE = 600
_PAUSES = (", ", "; ", ": ", " ")


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """Yield *span* without outer space; in several pieces if it is longer than any sentence."""
    while len(span) > LONGEST_SENTENCE:
        cut = _pause(text, span.start, span.start + LONGEST_SENTENCE)
        yield from _pieces(text, Span(span.start, cut))
        span = Span(cut, span.end)
    span = _trimmed(text, span)
    if len(span):
        yield span


def _pause(text: str, start: int, end: int) -> int:
    """Return the place of the last pause between *start* and *end*; *end* if there is none."""
    last = (text.rfind(pause, start + LONGEST_SENTENCE // 2, end) for pause in _PAUSES)
    return next((place + 1 for place in last if place > 0), end)


_CELL = re.compile(r"[^|]+")


def _cells(text: str, row: Span) -> Iterator[Clause]:
    """Yield a table row's cells with words in them; the row itself if there are none."""
    cells = [
        _trimmed(text, Span(row.start + match.start(), row.start + match.end()))
        for match in _CELL.finditer(row.of(text))
    ]
    wordy = [cell for cell in cells if len(cell.of(text).split()) >= _WORDY]
    numbers = [cell for cell in cells if re.search(r"\d", cell.of(text))]
    if not wordy or (numbers and len(wordy) == 1 and wordy[0] == cells[0]):
        yield Clause(row, "", row.of(text))
        return
    for cell in cells:
        if len(cell):
            yield Clause(cell, "", cell.of(text))


_WORDY = 3


def _stops(text: str, span: Span) -> Iterator[int]:
    body = _PLACEHOLDER.sub(lambda match: "_" * len(match[0]), span.of(text))
    for match in _COMMENT_OR_STOP.finditer(body):
        if match["comment"]:
            if _stands_apart(body, match):
                yield from (span.start + match.start(), span.start + match.end())
        elif _is_stop(body, match):
            yield span.start + match.end()
    yield span.end


# A [placeholder? with stops inside] belongs to its sentence, if it does not open one.
_PLACEHOLDER = re.compile(r"(?<=[^\s.!?:…]\s)\[[^\[\]\n]*\]")
_COMMENT_OR_STOP = re.compile(rf"(?P<comment>{COMMENT})|{_STOP.pattern}")


def _stands_apart(body: str, comment: re.Match[str]) -> bool:
    """Tell whether a comment stands between sentences, not inside one."""
    before = body[max(0, comment.start() - _NEAR) : comment.start()].rstrip()
    after = body[comment.end() : comment.end() + _NEAR].lstrip()
    return before[-1:] in ("", ".", "!", "?", ":") or not after[:1].islower()


def _is_stop(body: str, match: re.Match[str]) -> bool:
    if match[0] != ".":
        return True
    before = body[max(0, match.start() - 14) : match.end()]
    if re.search(r"\d\.$", before) and _SMALL_WORD.match(body, match.end()):
        # "on the 14. of May" goes on; "to 0.91. we stop" does not.
        return not _DATE_GOES_ON.match(body, match.end())
    return not _ABBREVIATION.search(before)


_SMALL_WORD = re.compile(r"\s*[a-zäöü]+\b")
_DATE_GOES_ON = re.compile(r"\s*(?:of|im|jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)")


def _trimmed(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


_OPENERS = (
    r"it|we|i|they|he|she|you|this|these|those|there|nobody|everyone|everybody|all|each|the|our|my|your"
    r"|their|its|his|her|an?|any|every|no"
)
_SUBJECT = rf"(?:(?:{_OPENERS}|that|no\s?one|which|who)\b|[A-Z@]|\d)"
# In "and that day is here" it is no conjunction.
_THAT = rf"that\b(?=\s(?:{_OPENERS}|nothing|both|some|most|many)\b)"
_LINKS = re.compile(
    rf"""
    (?P<punct>(?<!\s)\s*(?:;|\s[–—-]{{1,2}}\s|—|:(?=\s)(?!\s*$)|\s=>\s|\s→\s(?=[a-z]{{3}})|\.{{3}}(?=\s)|…(?=\s)|(?<=[a-z0-9%])[!?](?=\s))\s*
        (?P<word0>(?:(?:and|but|so(?!\sfar\b)|then|therefore|hence|thus|or|because|since|while|which)\b\s*)*))
    |(?P<comma>(?<!\s)\s*,\s*(?P<word1>(?:(?:and|but|so(?!\s(?:far|do|does|did|will|is|are|has|have|can)\b)|yet|or|then|hence|thus|therefore|because|since|while|whereas|although|though|which|meaning|plus)\b\s*)+(?:{_THAT}\s*)?))
    |(?P<bare>(?<!\s)\s+(?P<word2>(?:and|but|so|because|which\smeans(?:\sthat)?|meaning)\b\s+(?:{_THAT}\s+|then\s+|therefore\s+)?)(?={_SUBJECT}[^,;]{{0,120}}?\b(?:will|won't|would|is|are|was|were|has|have|can|can't|gets?|goes|'ll|makes?|means?|does|did|need|should|must|might|may|could)\b|(?:will|won't|we'll|i'll|it'll|they'll)\b))
    |(?P<plain>(?<!\s)\s*,\s+(?=(?:it|we|i|they|he|she|this|that|these|those|there|nobody|no\s?one|everyone|everybody|we'll|it's|we're|i'm|that's|they'll|it'll|zero|no\smore|never)\b
        |(?:(?!(?:and|or|but|who|which|where|when|with|for|from|in|on|at|by|as|to|up|down|not|about|after|before|including|such|than|of)\b)[\w'’%-]+\s){{1,4}}?(?:will|won't|is|are|was|were|has|have|can|cannot|can't|gets?|does|did|needs?|works?)\b))
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "Two more weeks like this and we are there" is one thought.
_STEP = re.compile(
    r"\b(?:like (?:this|that|these|those|it)|more (?:such )?(?:days?|weeks?|months?|sprints?|quarters?"
    r"|runs?|rounds?|push(?:es)?|epochs?|iterations?|steps?))$|^(?:keep|carry|go|continue) \S+(?: \S+){0,3}$",
    re.IGNORECASE,
)
# "Hand it to the depots and six buses go", too; and in "once S1 and S2 are connected" one clause
# has two subjects.
BARGAINED = (
    r"(?:keep|hand|give|put|add|let|roll|switch|buy|hire|turn|take|move|ship|deploy|plug|feed|throw|leave"
    r"|fund|approve|extend|drop|grant|allow|get|bring|connect|hook|double|train|run|use|send)"
)
_BARGAIN = re.compile(
    rf"(?:just |please |do )?{BARGAINED}"
    r" (?:it|this|that|them|us|me|the|an?|our|your|more|another|\d+|one|two|three)\b(?: [^\s,;]+){0,10}$",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"(?:as soon as|once|when|if|after|before|until|because|since|while|now that)(?: [^\s,;]+){1,3}$",
    re.IGNORECASE,
)
# How far is looked for two words: more would make long sentences slow.
_NEAR = 80
_ENDING = re.compile(r"(?<![\s.!?,;:…])[\s.!?,;:…]+$")


def _clauses(text: str, span: Span) -> Iterator[Clause]:
    body = span.of(text)
    start, link = 0, ""
    for match in _links(body):
        if not _parts(body, start, match):
            continue
        yield _clause(text, span.start + start, span.start + match.start(), link)
        link = next((word for word in (match["word0"], match["word1"], match["word2"]) if word), "")
        start, link = match.end(), link.strip().lower()
    yield _clause(text, span.start + start, span.end, link)


def _links(body: str) -> Iterator[re.Match[str]]:
    """Yield the links outside brackets."""
    depth, counted = 0, 0
    for match in _LINKS.finditer(body):
        between = body[counted : match.start()]
        depth += sum(map(between.count, "([")) - sum(map(between.count, ")]"))
        counted = match.start()
        if depth <= 0:
            yield match


def _parts(body: str, start: int, link: re.Match[str]) -> bool:
    """Tell whether *link* stands between two statements."""
    before = body[max(start, link.start() - _NEAR) : link.start()]
    after = body[link.end() : link.end() + _NEAR]
    if _STEP.search(before) or (_PAIRED_BEFORE.search(before) and _PAIRED_AFTER.match(after)):
        return False
    if link["bare"] and (_BARGAIN.match(before) or _LISTS.match(before)):
        return False
    listed = link["bare"] and _NAMES_ALONE.fullmatch(body[start : link.start()])
    likewise = _LIKEWISE.match(after)
    return _stands_alone(before) and _stands_alone(after) and not (listed or likewise)


# "Bogotá, Lima and Quito will" has one subject; "and so does 4.9" takes its verb from before.
_NAMES_ALONE = re.compile(r"\s*(?:(?:the\s)?[^\W\d_a-zà-ÿ][\w'’-]*,?\s*)+")
_LIKEWISE = re.compile(
    r"(?:so|neither|nor)\s(?:do|does|did|will|would|is|are|was|were|has|have|can)\b"
)
_PAIRED_BEFORE = re.compile(r"\b(?:home|done|signed|safe|once|up|loud)$", re.IGNORECASE)
_PAIRED_AFTER = re.compile(r"(?:dry|dusted|sealed|sound|for\sall|running|clear)\b", re.IGNORECASE)


def _clause(text: str, start: int, end: int, link: str) -> Clause:
    stretch = _trimmed(text, Span(start, end))
    ending = _ENDING.search(stretch.of(text))
    if ending and ending.start() > 0:
        stretch = Span(stretch.start, stretch.start + ending.start())
    return Clause(stretch, link, stretch.of(text))


def _stands_alone(part: str) -> bool:
    return len(re.findall(r"\w+", part)) >= 2
