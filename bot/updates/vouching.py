"""What vouches for a claim and adds nothing else: "mark my words", "count on it", "no question".

The phrases that stand apart are in `certainty.yaml`; what is said in more ways than a list holds is
here.
"""

import re
from functools import cache, cached_property
from pathlib import Path

from bot.messages import Frozen
from bot.updates.drafts import Clause, Sentence
from knowledge.data_files import read_yaml

_I = re.IGNORECASE
# Ways to vouch that no list holds; each stands behind a claim, or alone.
_WAYS = (
    # you may count on it; I'd stake my job on it; I put my hand in the fire for it
    r"(?:and\s)?(?:i|we|you)(?:['’]d|['’]ll|\scan|\swould|\swill)?\s(?:\w+\s){0,2}?"
    r"(?:bet|promise|guarantee|swear|vouch|count|bank|rely|be\ssure|trust)\b[^,.;]{0,30}",
    r"(?:and\s)?(?:i|we)(?:['’]d|['’]ll|\swould|\swill)\s"
    r"(?:stake|bet|wager|put|eat|sell|give|risk|shave|swallow)\s(?:my|our)\s[^,.;]{2,30}",
    r"(?:and\s)?(?:i|we)\s(?:stake|wager|put|pledge|lay|risk)\s(?:my|our|both)\s(?:\w+\s)?"
    r"(?:hands?|hat|house|job|names?|neck|head|heart|life|word|reputation|salary|bonus|shirt"
    r"|money|career|mortgage|pension|honou?r|signature|savings|soul)\b[^,.;]{0,25}",
    # of this you can be sure; you have my word; I am quite certain
    r"of\s(?:this|that)\s(?:you|we|i)\scan\sbe\s(?:sure|certain)",
    r"(?:(?:you|i)\s)?(?:have|take|give(?:\syou)?)\smy\s(?:word|hand)[^,.;]{0,15}",
    r"i(?:\sam|['’]m)\s(?:giving\s(?:you\s)?my\sword"
    r"|(?:\w+\s){0,3}?(?:certain|sure|positive|confident|convinced))[^,.;]{0,15}",
    # that is just arithmetic; the curve speaks for itself; you see where this goes
    r"(?:that|this|it)(?:\sis|['’]s)\s(?:all\s)?(?:just|only|simply|merely|simple|plain|pure|basic)"
    r"\s(?!a\stest\b|a\spilot\b|one\b)[^,.;:\d]{2,30}",
    r"the\s(?:curve|trend|numbers?|figures?|data|math)\sspeaks?\sfor\s(?:it|them)sel(?:f|ves)",
    r"(?:you|everyone|anyone)\s(?:can\s)?sees?\s"
    r"(?:the|that|this|where\s(?:this|that|it))\s\w+(?:\s(?:goes|leads|ends|going))?",
    r"(?:the|this|our)\s(?:curve|trend|line|numbers?|figures?|data|math)\s(?:shows?|proves?|says?)"
    r"\s(?:it|so|this|that)(?:\s\w+)?",
    r"(?:the|this|our)\s(?:curve|trend|line|growth|momentum|climb)\s(?:shows|has|gives)"
    r"\sno\s(?:signs?|hints?|reasons?)\s(?:of|to|for)\s\w+(?:\s\w+){0,2}",
    r"(?:an?\s)?(?P<same>\w+)\sis\s(?:an?\s)?(?P=same)",
    # the line on the plot doesn't lie; which settles it
    r"(?:the\s)?(?:[a-z]+\s){1,4}(?:(?:do|does)(?:\snot|n['’]?t)\slie|never\slies?)",
    r"(?:which|that|this|it)\s(?:settles|seals|clinches|decides)"
    r"\s(?:it|the\s(?:matter|case|question|debate|deal|argument))",
    r"(?:i|we)\s(?:can\s)?(?:see|know\sof|find)\sno\sreasons?\swhy\s(?:it|this|that|they)\sshould"
    r"(?:n['’]t|\snot)?\s\w+(?:\s\w+){0,3}",
    # mark your calendars; put it in the diary; consider it done
    r"mark\smy\swords|mark\s(?:your|the)\s(?:calendars?|diar(?:y|ies))",
    r"(?:(?:you|we)\s(?:can|may|should|could)\s(?:already\s|safely\s|now\s)?)?"
    r"(?:put|write|pencil|mark|note)\s(?:it|that|this)\s(?:in|into|on|down)\b[^,.;]{0,20}",
    r"(?:please\s)?(?:consider|regard|take|call)\s(?:it|this|that)\s(?:as\s)?"
    r"(?:done|delivered|sorted|fixed|solved|settled|live|gone|finished|read|given)",
    r"(?:i|we)\s(?:consider|regard|call)\s(?:the|this|that)\s"
    r"(?:matter|topic|case|question|issue|subject|point)\s(?:as\s)?"
    r"(?:closed|settled|solved|done|answered)",
    # trust me; we are not worried in the least; no debate needed
    r"trust\sme|believe\sme|as\spromised|period|full\sstop|end\sof\sstory",
    r"(?:i|we)(?:\sam|\sare|['’]m|['’]re)\s(?:not|in\sno\sway)\s"
    r"(?:even\s|at\sall\s|the\sleast\s|a\s)*(?:bit\s)?"
    r"(?:worried|nervous|concerned|afraid|scared|anxious)"
    r"(?:\sabout\s(?:it|this|that|any\sof\s(?:it|this)))?",
    r"(?:there(?:\sis|['’]s)\s)?no\s(?:discussion|debate|question|argument|excuses?|doubt)s?"
    r"(?:\s(?:needed|necessary|required|asked|possible|about\s(?:it|that|this)))?",
    # whatever happens; with its eyes closed
    r"whatever\s(?:happens|comes|it\stakes)|come\swhat\smay|no\smatter\swhat|rain\sor\sshine",
    r"with\s(?:its|their|my|his|her|both|your)\seyes\s(?:closed|shut)",
    # for this I stand with my name; that's a promise; I dare anyone to prove me wrong
    r"(?:this|that|for\sthis|for\sthat)\s(?:i|we)\s(?:sign|vouch|answer|stand)"
    r"(?:\s(?:for|with|by)\s(?:my|our)\s\w+|\sfor)?",
    r"(?:i|we)(?:['’]ll)?\s(?:sign|vouch|answer)\s"
    r"(?:for\s(?:it|this|that)|with\s(?:my|our)\s\w+)",
    r"that['’]?s\sa\s(?:promise|fact|given|certainty)|(?<!\bis\s)(?<!\bare\s)(?<!\bbe\s)guaranteed?",
    r"(?:and\s)?i\s(?:dare|challenge|defy)\s(?:anyone|anybody|everyone|you)\sto\s[^,.;]{2,40}",
    # this we can assure you; it is all settled; it's carved in stone
    r"(?:this|that|it)\s(?:i|we)\s(?:can|do|will)\s(?:\w+\s)?"
    r"(?:assure|promise|guarantee|confirm|swear)(?:\syou)?",
    r"(?:it|this|that)(?:\sis|['’]?s)\s(?:all\s|now\s|firmly\s|fully\s|finally\s|already\s|long\s)?"
    r"(?:confirmed|agreed|certain|final|settled|decided|guaranteed|sure|safe"
    r"|(?:set|carved|cast|written|engraved)\sin\s(?:stone|concrete)"
    r"|in\sthe\sbag|a\sgiven|a\sdone\sdeal|done\sand\sdusted)"
    r"(?:\s(?:from|by|on|at)\s(?:my|our)\s\w+)?",
)
_VOWS = re.compile(rf"[,;]?\s(?:(?:because|since|as|for|and|so|but)\s)?(?:{'|'.join(_WAYS)})$", _I)
_TORSO = re.compile(r"(?:\w+\s)?(?:can|could|may|should|will|would|must)", _I)
_VERDICT = re.compile(
    r"(?:and\s|so\s)?(?:(?:the|our|this)\s[\w\s]+|(?:trend|curve|direction|picture|conclusion|pattern|logic|math))"
    r"\s(?:is|are|was|were)\s(?:\w+\s)?(?:clear|obvious|simple|evident|plain)\b",
    _I,
)
_VERDICT_AHEAD = re.compile(rf"^(?:{_VERDICT.pattern})\s?[,:;–—]\s+(?=\S+\s\S)", _I)


class _Certainty(Frozen):
    """What `certainty.yaml` holds."""

    words: str
    small: str
    tags: tuple[str, ...]

    @cached_property
    def vouching_words(self) -> frozenset[str]:
        """The words that vouch."""
        return frozenset(self.words.split())

    @cached_property
    def small_words(self) -> frozenset[str]:
        """The words that may stand beside them."""
        return frozenset(self.small.split())


def unvouched(claim: str) -> str:
    """Return *claim* without what only vouches for it, at its beginning and end."""
    stressed = _STRESSED_AT_ITS_END.search(claim)
    if not stressed:
        return _unvouched(claim)
    mark = stressed[0]
    rest = _unvouched(claim[: stressed.start()])
    return f"{rest}{mark}" if rest.count(mark) % 2 else rest


_STRESSED_AT_ITS_END = re.compile(r"(?<=\w)(?:\*{1,2}|_{1,2})$")


def _unvouched(claim: str) -> str:
    opening, closing = _tags()
    rest = _VERDICT_AHEAD.sub("", opening.sub("", claim))
    rest = _VOWS.sub("", closing.sub("", rest))
    if (last := _LAST.match(rest)) and _of_vouching_words(last["behind"]):
        rest = last["claim"]
    return claim if not rest or _TORSO.fullmatch(rest) else rest


_LAST = re.compile(r"(?P<claim>.+?)\s?[,;–—]\s(?P<behind>[^,;–—]+)$", re.DOTALL)


def only_vows(clause: str) -> bool:
    """Tell whether *clause* does nothing but vouch for what stands before it."""
    vows = _VOWS.fullmatch(f" {clause}") or _VERDICT.fullmatch(clause)
    return vows is not None or is_tag(clause) or _of_vouching_words(clause)


def _of_vouching_words(clause: str) -> bool:
    """Tell whether a short *clause* has no words but those that people vouch with."""
    words = re.findall(r"\w+", clause.lower())
    others = set(words) - _certainty().small_words
    return 2 <= len(words) <= _FEW and bool(others) and others <= _certainty().vouching_words


_FEW = 11


def adopts(sentence: Sentence, clause: Clause) -> bool:
    """Tell whether *clause* makes what is quoted before it the author's own: "and we sign that"."""
    before = sentence.text[: clause.span.start - sentence.span.start]
    endorsed = _ENDORSED.search(clause.text) and not re.search(r"\d", clause.text)
    return bool(endorsed) and _QUOTATION.search(before) is not None


_QUOTATION = re.compile(r"[“\"«„][^“”\"«»„\n]{8,}[”\"»“]")
_ENDORSED = re.compile(
    r"\b(?:right|spot\son|agree[ds]?|concur|subscribe|signs?|second\s(?:that|it|this)|echo|amen|hear,?\shear"
    r"|stand\s(?:by|behind)|(?:my|our)\s(?:own\s)?(?:names?|signatures?|thoughts?|words?|view)|(?:each|every)\s(?:\w+\s)?word"
    r"|true|correct|accurate|no\sexaggeration|nail(?:s|ed)?\s(?:it|on)|say\s(?:so|the\ssame)|put\sit\sbetter)\b",
    _I,
)


def is_tag(clause: str) -> bool:
    """Tell whether *clause* is one of the phrases that stand apart, and nothing else."""
    opening, _ = _tags()
    return opening.fullmatch(f"{clause.strip(' .!')}, ") is not None


def vouches_ahead(label: str) -> bool:
    """Tell whether *label* vouches for what follows: "The curve is clear", "My house on it"."""
    return _VERDICT.match(label) is not None or only_vows(label.strip(" :"))


@cache
def _certainty() -> _Certainty:
    return _Certainty.model_validate(read_yaml(Path(__file__).with_name("certainty.yaml")))


@cache
def _tags() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the phrases as they open a claim, and as they close it."""
    tags = sorted(_certainty().tags, key=len, reverse=True)
    # Apostrophes come in two shapes, and commas inside a phrase are optional.
    phrases = "|".join(
        re.escape(tag).replace("'", "['’]").replace(",", ",?").replace("\\ ", r"\s") for tag in tags
    )
    said = rf"(?:(?:and|but|so)\s)?(?:{phrases})"
    return (
        re.compile(rf"^{said}\s?[,:;.!–—-]+\s+", _I),
        re.compile(rf"(?:\s?[,;–—]|\s-|[.!])\s*{said}[\s.!]*$", _I),
    )
