"""What does a message want? Pure: the message in, an intent out."""

import re
from dataclasses import dataclass

from bot.messages import Message, Submission


@dataclass(frozen=True)
class Ask:
    """A question to answer."""

    question: str


@dataclass(frozen=True)
class Help:
    """How do I use Coach?"""


@dataclass(frozen=True)
class Welcome:
    """A conversation was opened: greet and suggest."""


@dataclass(frozen=True)
class Courtesy:
    """Thanks or a greeting: nothing to look up."""

    thanks: bool


@dataclass(frozen=True)
class Opinion:
    """An answer was found helpful or not."""

    answer_id: str
    helpful: bool
    words: str = ""


@dataclass(frozen=True)
class Share:
    """Show a private answer to the channel."""

    answer_id: str


@dataclass(frozen=True)
class Review:
    """A draft update that somebody explicitly wants reviewed."""

    draft: str


@dataclass(frozen=True)
class ShowContext:
    """Show a business context, or all of them for an empty name."""

    name: str


@dataclass(frozen=True)
class Pressed:
    """A button of a review, a standup or the log: which one, and what it is about."""

    action: str
    value: str


@dataclass(frozen=True)
class Submitted:
    """A form was filled in."""

    submission: Submission


@dataclass(frozen=True)
class OfTeam:
    """A command about standups, objectives, hypotheses or odds."""


@dataclass(frozen=True)
class Home:
    """Somebody looks at their home: what is open for them, and the portfolio."""


@dataclass(frozen=True)
class Nothing:
    """A message without words, or a button that Coach no longer knows."""


SmallTalk = Help | Welcome | Courtesy | Nothing
Intent = (
    Ask | Opinion | Share | Review | ShowContext | Pressed | Submitted | OfTeam | Home | SmallTalk
)

OF_REVIEWS, OF_STANDUPS, OF_LOG = "review_", "standup_", "log_"
_KNOWN = (OF_REVIEWS, OF_STANDUPS, OF_LOG)
HELPFUL, NOT_HELPFUL, SHARE = "answer_helpful", "answer_not_helpful", "answer_share"

_HELP = re.compile(
    r"""(help|commands?|usage|what\ (can|do)\ you\ do|who\ are\ you
    |how\ (do|does)\ (i\ use\ you|this\ work))[\s?!.]*""",
    re.IGNORECASE | re.VERBOSE,
)
_GREETING = re.compile(
    r"""(hi+|hello+|hey+|yo|hiya|howdy|good\ (morning|afternoon|evening)|gm)
    (\ (coach|there|all|team))?[\s!.,:)]*""",
    re.IGNORECASE | re.VERBOSE,
)
_THANKS = re.compile(
    r"""((ok(ay)?|k|great|perfect|cool|nice|awesome)[\s,!.]*)?
    (thanks?(\ you)?(\ (so|very)\ much)?|thx|ty|tysm|cheers|much\ appreciated|got\ it)
    (\ (coach|a\ lot|again|man|mate))?[\s!.:)]*""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"\w", re.UNICODE)


def understand(message: Message) -> Intent:
    """Return what *message* wants."""
    if message.press:
        return _pressed(message.press.action, message.press.value, message.text)
    if message.submission:
        return Submitted(message.submission)
    if message.opened:
        return Home() if message.home else Welcome()
    text = message.text.strip()
    match message.verb:
        case "review":
            return Review(message.text)
        case "context":
            return ShowContext(text.removeprefix("show").strip())
        case "standup" | "objective" | "hypothesis" | "odds" | "checkin":
            return OfTeam()
        case _:
            return _said(text)


def _said(text: str) -> Intent:
    if not _WORD.search(text):
        return Help() if "?" in text else Nothing()
    if _HELP.fullmatch(text):
        return Help()
    if _GREETING.fullmatch(text):
        return Courtesy(thanks=False)
    if _THANKS.fullmatch(text):
        return Courtesy(thanks=True)
    return Ask(text)


def _pressed(action: str, value: str, text: str) -> Intent:
    if action in (HELPFUL, NOT_HELPFUL):
        return Opinion(value, helpful=action == HELPFUL, words=text.strip())
    if action == SHARE:
        return Share(value)
    return Pressed(action, value) if action.startswith(_KNOWN) else Nothing()
