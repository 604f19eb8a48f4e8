"""Praise out, facts in: a clause with hype becomes the sober rest of it, or nothing."""

import re
from functools import cache
from pathlib import Path

from bot.messages import Frozen
from knowledge.data_files import read_yaml

_I = re.IGNORECASE
# Boxes, ticks, crosses, arrows, warnings and traffic lights say how things stand.
_MARKS = (
    r"\u2610-\u2612\u26A0\u2705\u2713-\u2718\u274C\u274E\u2753-\u2757\u2794-\u27BE"
    r"\U0001F534\U0001F535\U0001F7E0-\U0001F7EB"
)
_CHEER = rf"(?![{_MARKS}])[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50]"
_EMOJI = re.compile(
    rf"(?<!\s)\s*(?:{_CHEER}(?:{_CHEER}|[\u200d\ufe0f])*+"
    r"|:(?:rocket|fire|tada|star\w*|100|muscle|trophy|heart\w*|sparkles|clap|party\w*|boom|raised_hands"
    r"|partying_face|sunglasses|moneybag|chart\w*|first_place\w*|medal|crown|zap|dart|bangbang):)"
)
# Two or more of these in a row celebrate, whatever they stand behind.
_PARTY = "🚀🔥🎉🎊🏆🤯🥇🍾🙌💥🤩😍🥳💃🕺👑💪✨👏🥂🍻💯🎆🎇🌟⭐😎🤑😱😮🤘🔝"
_FESTIVE = re.compile(rf"(?:[{_PARTY}][\u200d\ufe0f]*\s?){{2,}}")
# "👉" before a line marks it, "🐝" says what it is about.
_SIGN = re.compile(rf"\s*(?![{_PARTY}]){_CHEER}[\u200d\ufe0f]*\s(?=[\w@`*\"'“‘(\[])")
_SHOUT = re.compile(r"!+(?P<aside>\s*\()?")
_FACT = re.compile(
    r"\d|[€$£]|\b(?:doubl|trebl|tripl|quadrupl|halv)(?:e|ed|es|ing)\b|\b(?:half|twice)\b"
    # "recall up, latency down"
    r"|\b\w+\s(?:up|down)(?:,|\sand)\s(?:\w+\s){1,2}(?:up|down)\b",
    _I,
)
_BARE_NOUN = re.compile(
    r",\s(?:what\s)?(?:an?|our)\s(?:jump|leap|result|win|success|improvement|achievement|gain|feat"
    r"|milestone|step|effort|week|month|quarter)\s*$",
    _I,
)
_ANNOUNCED = (
    r"\sto\s(?:announce|present|report|share|say|tell|inform)(?:\s(?:you|everyone|all))?(?:\sthat)?"
)
_I_AM = r"(?:we|i)(?:\sare|\sam|['’]re|['’]m)\s"
_WE_ARE = rf"{_I_AM}(?:\w+\s)?"
_PROUD, _GLAD = (
    r"(?:proud|thrilled|excited|delighted|ecstatic|overjoyed)",
    r"(?:glad|happy|pleased)",
)
# "I'm thrilled": how the author feels, whatever about; proud one may be of people.
_MOVED = (
    rf"{_I_AM}(?:all\s|so\s|just\s|absolutely\s|beyond\s|really\s|very\s|super\s|honestly\s|truly\s|genuinely\s|utterly\s|completely\s|totally\s)*"
    r"(?:thrilled|ecstatic|overjoyed|elated|euphoric|jubilant|buzzing|stoked|pumped|gobsmacked|speechless|floored"
    r"|blown\saway|chuffed|psyched|exhilarated|giddy|on\scloud\snine|on\stop\sof\sthe\sworld)"
)
_WITH_PRIDE = r"(?:it\sis\s)?with\s(?:\w+\s){0,2}(?:pride|joy|delight|excitement)\sthat\s(?:i|we)"
# "The smartest tutor ever built", "the most advanced forecast any railway has": nobody has
# measured what is best anywhere. A value ever recorded may be a plain record.
_BEST = (
    r"(?:best|greatest|finest|smartest|cleverest|brightest|coolest|nicest|sexiest|strongest|sharpest"
    r"|most\s(?!common|frequent|likely|recent|affected|expensive|often|used|important\b)\w+)\s(?:[\w'’-]+\s){0,6}?"
    r"(?:ever\s(?:built|seen|made|witnessed|shipped|invented|created|had|done|owned|known|run|tried|fielded)"
    r"|on\s(?:earth|the\s(?:planet|market|continent))|in\s(?:the\s(?:world|universe|galaxy|industry|business|country|hemisphere)|history|europe|asia|africa|america)|of\sall\stime"
    r"|of\sthe\s(?:decade|century)|any\s\w+\s(?:has|have|had|could|can)\b)"
)
# Bills are outstanding, meetings extraordinary and cases exceptional; results that are get praised.
_RARE = (
    r"(?:outstanding|extraordinary|exceptional|stellar|glorious)\s(?:\w+\s)?"
    r"(?:results?|achievements?|success|performance|accuracy|quality|outcomes?|leap|feat|stuff|numbers|figures)"
)
_NO_LESS = (
    r"nothing\s(?:short\sof|less\sthan)\s(?:an?\s)?"
    r"(?!(?:disaster|disastrous|catastroph|fail|chaos|terrible|shame)\w*)(?=[a-z])\w+"
)
# "Huuuge", "sooo", "yesss", but no "www" or "iii".
_DRAWN_OUT = r"(?=[^\W\d_]{4})\w*?(?P<letter>[aeiousrylg])(?P=letter){2}\w*"
_COPULA = r"(?:=|is|are|was|were|looks?|looked|feels?|seems?|['’]s|has been|have been)"
_ARTICLE = re.compile(r"\b([Aa])(n)?\s+(?=([A-Za-z0-9]))")


class _Praise(Frozen):
    """The words of praise; see `praise.yaml`."""

    unmistakable: tuple[str, ...]
    dropped: tuple[str, ...]
    replaced: dict[str, str]
    predicates: tuple[str, ...]
    interjections: tuple[str, ...]


@cache
def _praise() -> _Praise:
    return _Praise.model_validate(read_yaml(Path(__file__).with_name("praise.yaml")))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    praise = _praise()
    dropped, adverbs = (
        _any((*praise.dropped, *praise.unmistakable)),
        r"(?:\w+ly |very |so |really |pretty |just |simply |quite )*",
    )
    predicates = _any((*praise.predicates, *praise.dropped))
    return (
        re.compile(
            rf"^(?:{_any(praise.interjections)}|{_WE_ARE}(?:{_PROUD}|{_GLAD}){_ANNOUNCED}|{_WITH_PRIDE}\s(?:(?:can|may)\s)?(?:announce|present|report|share|tell|inform|write)(?:\s(?:you|everyone|all))?(?:\sthat)?)\b[\s,:;.!–—-]*|(?<![\s,;–—-])[\s,;–—-]+(?:{_any(praise.interjections)})$",
            _I,
        ),
        re.compile(
            rf"(?:,?\s(?:which|and|that|it|this)\b)?\s{_COPULA}\s{adverbs}(?:{predicates})\s*(?=$|[,;]\s)",
            _I,
        ),
        re.compile(rf"(?<![\w-])(?:{_any(praise.replaced)})(?![\w-])", _I),
        re.compile(
            rf"(?:(?<![\w-])(?:very|really|so|just|simply|quite|pretty)\s)?(?<![\w-])(?:{dropped}|{_DRAWN_OUT})(?![\w-])(?:\s+and\s+(?:{dropped})(?![\w-]))?\s?",
            _I,
        ),
    )


def _any(words: tuple[str, ...] | dict[str, str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(
        re.escape(word).replace("\\ ", r"[\s-]").replace("\\-", "[\\s-]") for word in longest_first
    )


def without_cheers(text: str) -> str:
    """Return *text* without celebrating emojis and exclamation marks."""
    sign, told = signed(text)
    calm = _SHOUT.sub(lambda match: match["aside"] or ".", _EMOJI.sub("", told))
    return f"{sign}{calm}".strip()


def signed(text: str) -> tuple[str, str]:
    """Return the emoji that marks *text* as an item, or says what it is about, and the rest."""
    sign = _SIGN.match(text)
    return (sign[0], text[sign.end() :]) if sign else ("", text)


def cheers(text: str) -> list[tuple[int, int]]:
    """Return where *text* celebrates with emojis, two or more at a time."""
    return [
        (match.start(), match.start() + len(match[0].rstrip())) for match in _FESTIVE.finditer(text)
    ]


def states_facts(text: str) -> bool:
    """Tell whether *text* has a figure, which no rewrite may lose."""
    return _FACT.search(text) is not None


def praised(clause: str) -> tuple[int, int] | None:
    """Return where *clause* praises, from the first word or emoji of praise to the last."""
    interjection, predicate, replaced, dropped = _patterns()
    found = [
        match.span()
        for pattern in (interjection, predicate, replaced, dropped, _lauding(), _EMOJI)
        for match in pattern.finditer(clause)
        if match[0].strip(" ,;:")
    ]
    if not found:
        return None
    start, end = min(start for start, _ in found), max(end for _, end in found)
    words = clause[start:end]
    return start + len(words) - len(words.lstrip(" ,;–—-")), start + len(words.rstrip())


def lauds(clause: str) -> bool:
    """Tell whether *clause* has a word that is praise in any sense, not denied and no name."""
    return any(
        not (match[0][0].isupper() and clause[match.end() : match.end() + 2].strip().isupper())
        and affirms(clause, match.start())
        for match in _lauding().finditer(clause)
    )


def exclaims(clause: str) -> bool:
    """Tell whether *clause* is an interjection and nothing else: "Holy moly", "What a week"."""
    interjection, *_ = _patterns()
    return interjection.fullmatch(clause) is not None


def affirms(clause: str, place: int) -> bool:
    """Tell whether no denial stands shortly before *place* in *clause*."""
    return _DENIED.search(clause, 0, place) is None


_DENIED = re.compile(
    r"(?:\b(?:not|no|never|nothing|none|nobody|hardly|neither|nor|far\sfrom|instead\sof|let\salone)\b|n['’]t\b)"
    r"(?:\s(?!more\b|less\b)\w+){0,2}\s?$",
    _I,
)


@cache
def _lauding() -> re.Pattern[str]:
    words = _any(_praise().unmistakable)
    return re.compile(
        rf"(?<![\w-])(?:{words}|{_RARE}|{_NO_LESS}|{_DRAWN_OUT}|{_PROUD}{_ANNOUNCED}|{_WITH_PRIDE}|{_MOVED}|{_BEST})(?![\w-])",
        _I,
    )


def sober(clause: str) -> str:
    """Return what *clause* states beside its praise; nothing if praise is all there is."""
    text = without_cheers(clause).rstrip(".!").rstrip()
    if not states_facts(text):
        return text if _celebrates_alone(clause, text) else ""
    text = _without_praising_parts(text) if praised(text) else _without_comment(text)
    interjection, predicate, replaced, dropped = _patterns()
    text = predicate.sub("", interjection.sub("", predicate.sub("", text)))
    text = replaced.sub(lambda match: _same_case(match[0], _plain(match[0])), text)
    text = re.sub(r"\s{2,}", " ", dropped.sub("", text)).strip(" ,;–—-")
    text = re.sub(r"\b(is|are|was|were|reached|hit|now) an? (?=\d)", r"\1 ", text)
    return _ARTICLE.sub(_article, _BARE_NOUN.sub("", text))


def _celebrates_alone(clause: str, text: str) -> bool:
    """Tell whether emojis are all that praises in *clause*, as far as words can tell."""
    return text != clause.rstrip(".!") and text.count(" ") >= _TELLING and praised(text) is None


_TELLING = 3


def _without_praising_parts(text: str) -> str:
    """Return *text* without the parts between commas, dashes or ticks that praise and no more."""
    text = _STRESSED.sub(lambda match: match[2] if lauds(match[2]) else match[0], text)
    first, *others = _PAUSES.split(text)
    kept = [] if lauds(first) and not states_facts(first) else [first]
    for pause, part in zip(others[::2], others[1::2], strict=True):
        if states_facts(part) or not lauds(part):
            kept += [pause, part] if kept else [part]
    return "".join(kept)


def _without_comment(text: str) -> str:
    """Return *text*, praise in words that no list holds, without the one part that has no facts."""
    first, *others = _PAUSES.split(text)
    parts = [first, *others[1::2]]
    comments = [
        part
        for part in parts
        if not (states_facts(part) or _GOES_ON.match(part) or _NAMES.search(part))
    ]
    if len(comments) != 1 or comments[0] != parts[-1]:
        return text
    return text.removesuffix("".join(others[-2:]))


# What says where, when or how a figure was measured.
_GOES_ON = re.compile(
    r"(?:on|in|at|for|with|without|from|by|after|before|since|over|under|up|down|was|were|is|are"
    r"|now|as|of|per|than|to|and|or|but|which|where|who|not|only|so|if|when|while|all|both|each"
    r"|mostly|mainly|also|too|again|today|yesterday|last|this|same)\b",
    _I,
)
_NAMES = re.compile(r"\b[A-Z][\w'’-]+")
_STRESSED = re.compile(r"([*_]{1,2})(?=\S)([^*_\n]+)\1")
_PAUSES = re.compile(r"(\s?[,;–—✅]\s+)")


def _plain(word: str) -> str:
    return _praise().replaced[re.sub(r"[\s-]+", " ", word.lower())]


def _same_case(old: str, new: str) -> str:
    return new.capitalize() if old[:1].isupper() else new


def _article(match: re.Match[str]) -> str:
    vowel = match[3].lower() in "aeio" or (match[3] in "8")
    return f"{match[1]}{'n' if vowel else ''} "
