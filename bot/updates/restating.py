"""A claim in cautious words, shape by shape: the first that fits restates it."""

import re
from dataclasses import replace

from bot.records import Kind
from bot.updates.drafts import BARGAINED
from bot.updates.grammar import states_something
from bot.updates.phrasing import Wording

_I = re.IGNORECASE
_MODAL = (
    r"(?:will|shall|['’]ll|(?:(?:is|are|am|['’](?:s|re|m))\s)?gonna|(?:is|are|am|['’](?:s|re|m))\s(?:now\s|all\s|definitely\s)?(?:going(?!\sto\s(?:zero|nil|\d))|about|set|due|bound|guaranteed|sure|certain|poised|slated|destined|on\s(?:track|course))\sto"
    r"|(?:is|are)\sto(?=\sbe\b))"
)
_FUTURE = re.compile(
    rf"^(?P<subject>.{{1,120}}?)\s?(?P<modal>{_MODAL})\b\s*(?P<rest>.+)$", _I | re.DOTALL
)
_WONT = re.compile(
    r"^(?P<subject>.{1,120}?)\s(?:won['’]?t|will\s(?:not|never))\s(?P<rest>.+)$", _I | re.DOTALL
)
_BARE_FUTURE = re.compile(r"^(?:will|gonna|going\sto|shall)\s(?P<rest>.+)$", _I | re.DOTALL)
_FIRST = re.compile(r"^(?:we|i|the\steam|our\steam|my\steam|us)$", _I)
_NONE = re.compile(
    r"^(?:(?P<lead>(?:from|after|by|in|on|as\sof|until|starting|next|this)\s[^,;]{2,30}?),?\s|there(?:['’]s|\s(?:is|are|was|were|has\sbeen))\s)?"
    r"(?:nobody|no\sone|noone|nothing|none|not\s(?:one|a\ssingle|an?)|no(?!\s(?:longer|more|matter)\b))\b",
    _I,
)
_IDIOM = re.compile(
    r"""\s(?P<verb>is|are|was|were|['’]s|['’]re|will\sbe|has\sbeen|looks?|becomes?)\s(?:now\s|already\s|then\s|really\s|as\sgood\sas\s|pretty\smuch\s|practically\s|all\sbut\s|basically\s|only\s|just\s|merely\s|nothing\sbut\s|simply\s|more\sor\sless\s|effectively\s|almost\s)*
    (?:in\sthe\s(?:bag|bank|can)|a\s(?:done\sdeal|lock|formality|given|slam\sdunk|sure\sthing|no.?brainer|foregone\sconclusion|certainty|walkover|piece\sof\scake|cakewalk|breeze)
    |(?:an?|the)\s(?:mere\s|pure\s)?(?:\w+\s)?(?:formality|detail|question\sof\s(?:time|when)|matter\sof\s(?:\w+\s)?(?:time|hours|days|weeks|months))
    |matter\sof\s(?:\w+\s)?(?:time|hours|days|weeks|months)|locked\sin|nailed\son|sewn\sup|a\snon.?issue|home\sand\sdry|(?:guaranteed|assured|certain)(?!\sto\b)|inevitable|(?<=only\s|just\s)(?:logical|natural|arithmetic)|in\ssight|around\sthe\scorner|within\s(?:easy\s)?reach|child['’]?s\splay|plain\ssailing|downhill|smooth\ssailing|easy|trivial)
    (?P<rest>\b.*)$""",
    _I | re.VERBOSE | re.DOTALL,
)
# That something is over is told in idioms; "solved" and "fixed" are plain and stay in the claim.
_OVER = re.compile(
    r"""\s(?:is|are|was|were|['’]s|['’]re|will\sbe|has\sbeen|becomes?)\s(?:now\s|already\s|then\s|officially\s|basically\s|pretty\smuch\s|practically\s|as\sgood\sas\s|all\sbut\s|soon\s|well\sand\struly\s|just\s)*
    (?:toast|so\slast\s(?:year|season|month|week|century)|dead\sand\sburied|dead\sas\sa\sdodo|done\sand\sdusted|put\sto\sbed|yesterday['’]s\s(?:news|problem|topic)|water\sunder\sthe\sbridge|a\sclosed\s(?:chapter|book)|ancient\shistory)
    (?P<rest>\b.*)$""",
    _I | re.VERBOSE | re.DOTALL,
)
_IMPERATIVE = re.compile(
    r"^(?:please\s|pls\s|kindly\s|so\s|do\s|go\sahead\sand\s|feel\sfree\sto\s|you\s(?:can|may|should)\s(?:safely\s|already\s|now\s)?)?"
    r"(?P<verb>book|cancel|tell|announce|plan|inform|order|stop|start|schedule|assume|expect|count|prep|draft|let|free|ship|release|sign|hire|fire|print|update|pop|invite|prepare|reserve|budget|call|send|switch|turn|close|drop|remove|warn|get|put|mark|note|pencil|write)\b\s(?P<rest>.+)$",
    _I | re.DOTALL,
)
# What is bargained for is no list: "roll out to lines 2 and 3 in June".
BARGAIN = re.compile(
    rf"^(?:just\s|please\s|do\s)?(?P<do>{BARGAINED})"
    r"\s(?P<what>[^,;]{2,80}?),?\sand\s(?:then\s)?"
    r"(?P<claim>(?!(?-i:\d+|[A-Z][\w'’-]*)\s(?:in|on|by|at|before|from|until|next|this)\s)\S+\s\S+.*)$",
    _I | re.DOTALL,
)
_URGED = re.compile(
    r"^(?:so\s|please\s|pls\s|kindly\s)*(?:feel\sfree\sto|go\sahead\sand|don['’]t\shesitate\sto|make\ssure\sto"
    r"|be\ssure\sto|(?:please|pls|kindly)(?!\s(?:note|see|find)))\s(?P<what>[a-z]+\b.*)$",
    _I | re.DOTALL,
)
_OPENS = re.compile(
    r"(?:We (?:have|do|can|cannot|aim)|It is|The aim|Not (?:certain|shown|confirmed))\b"
)
_ONCE = re.compile(
    r"^(?!when\s(?:will|do|does|did|is|are|was|were|can|could|would|should|has|have)\s)(?:once|when|as\ssoon\sas|the\smoment|after\s(?=[^,]*\b(?:is|are|has|have|goes|go|comes|come)\b[^,]*,))\s?",
    _I,
)
# "Generalises to every brand" and "works in any city" leave their subject to the sentence before.
_NO_SUBJECT_BUT_VERB = re.compile(
    r"(?:is|was|has|does|can|could|scales|works|runs|beats|solves|handles|covers|generali[sz]es|transfers"
    r"|catches|detects|finds|understands|outperforms|removes|replaces|eliminates|fits|never)\s+(?!of\b)\S",
    _I,
)
_FORECAST = re.compile(
    r"^(?:we|i|management|the\s(?:team|board|group|company))\s(?:\w+\s){0,5}?(?:expects?|projects?|forecasts?|predicts?|anticipates?|foresees?|see|extrapolate|reckon(?:\son)?)\s(?:to\s(?:see|have|be\sat|reach|hit)\s)?(?P<what>(?!that\b|whether\b|if\b|how\b|what\b)[^,]*\d.*)$",
    _I | re.DOTALL,
)


def small(sentence: str) -> str:
    """Return a restated claim as it stands inside a sentence."""
    return f"{sentence[:1].lower()}{sentence[1:]}" if _OPENS.match(sentence) else sentence


def restated(words: str, kind: Kind, wording: Wording) -> str:
    """Return *words*, a claim of *kind* that is stated as certain, as an open question or an aim."""
    plain = _undenied(words)
    if plain != words:
        wording = replace(wording, figurative=False)
    words = _later(_IE.sub("meaning", plain), wording)
    if _THERE_IS_NO.match(words):
        words = f"there is {wording.inside(words)}"
    for shape in (
        _as_question,
        _as_report,
        _as_doubt,
        _as_foreseen,
        _as_idiom,
        _as_over,
        _as_figure_of_speech,
        _as_condition,
        _as_bargain,
        _as_more,
        _as_no_longer,
        _as_refusal,
        _as_forecast,
        _as_none,
        _as_future,
        _as_order,
        _as_commitment,
    ):
        if text := shape(words, kind, wording):
            return text
    if not states_something(words):
        return _as_fragment(words, kind, wording)
    subject = "it " if _NO_SUBJECT_BUT_VERB.match(words) else ""
    words = _THAT.sub("this", words)
    if conditional := _CONDITIONAL.match(words):
        claim = _later(conditional["claim"], wording)
        words = f"{claim} {wording.inside(conditional['condition'])}"
    return f"{_opening(kind, wording, words)} {subject}{wording.inside(words)}"


# Its full stops would end the cautious sentence half-way.
_IE = re.compile(r"\bi\.\s?e\.,?", _I)


def _undenied(words: str) -> str:
    """Return *words* without a double negation: `there is no town it won't work in`."""
    denied = _DENIED_TWICE.match(words)
    if not denied:
        return words
    modal = "can" if denied["denial"].lower().startswith("can") else "will"
    subject, each, rest = (denied["subject"] or "").strip(), denied["what"], denied["rest"].rstrip()
    if not subject:
        return f"every {each} {modal} {rest}"
    if _ANY_CASE.fullmatch(each):
        return f"{subject} {modal} {rest}"
    does, when = _ADJUNCT.sub("", rest), _ADJUNCT.search(rest)
    place = f"{'in ' if denied['where'] else ''}every {each}"
    return f"{subject} {modal} {does} {place}{when[0] if when else ''}"


_ADJUNCT = re.compile(
    r"\s(?:by|from|until|till|in|on|at|after|before|with|without|during|within)\s\S.*$", _I
)
_DENIED_TWICE = re.compile(
    r"there(?:\sis|['’]s|\swill\sbe)\s(?:simply\s|just\s)?(?:no|not\s(?:an?|one|a\ssingle))\s(?:single\s)?(?P<what>(?:[a-z-]+\s){0,2}?[a-z-]+),?\s"
    r"(?:(?P<where>where|in\swhich)\s|(?:who|that|which|for\swhich)\s)?(?P<subject>(?:(?:it|this|that|we|they|the|our|[A-Z]\w+)(?:\s[a-z-]+){0,2}?\s)?)"
    r"(?P<denial>(?:will|does|do|can|would|could)(?:\snot|n['’]?t)|cannot|won['’]?t)\s(?P<rest>[a-z][^,;]*)$",
    _I,
)
_ANY_CASE = re.compile(
    r"(?:\w+\s)?(?:worlds?|universe|way|scenario|version|situation|case|chance|outcome|planet|future)",
    _I,
)


def _later(words: str, wording: Wording) -> str:
    """Return *words* with their time at the end: behind "whether" it would hold up the reader."""
    told = _LED_BY_TIME.match(words)
    if not told or _TIMED.search(told["rest"]):
        return words
    return f"{told['rest']} {wording.inside(told['lead'])}"


_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_TIME = (
    rf"(?:\d|{_MONTHS}|mon|tues|wednes|thurs|fri|satur|sun|christmas|xmas|easter|q[1-4]\b|spring|summer|autumn|fall\b|winter|year|month|week"
    r"|quarter|sprint|season|day|tomorrow|tonight|noon|morning|evening|then\b|now\b|mid|early|late|harvest|ramadan|diwali)"
)
_LED_BY_TIME = re.compile(
    rf"^(?P<lead>(?:(?:by|from|until|till|before|after|in|on|at|come|as\sof|starting)\s(?:the\s(?:(?:end|start|beginning|middle)\sof\s)?(?:the\s)?)?"
    rf"(?:next\s|this\s|coming\s|following\s|(?:first|second|third|fourth|last|new)\s|mid[-\s]|early\s|late\s|\d+\s)?{_TIME}|(?:next|this)\s(?!time\b){_TIME}|this\stime\s(?:tomorrow|next\s(?:year|month|week))|tomorrow\b|tonight\b)"
    r"[^,]{0,22}?),?\s(?P<rest>(?:we|i|it|they|he|she|you|no|not|nobody|nothing|none|every|everyone|everybody|everything|all|each|any|both|half|the|our|their|this|these|those)\s\S[^,;]*)$",
    _I,
)
_TIMED = re.compile(
    rf"\s(?:by|from|until|till|before|after|on|next|as\sof)\s(?:the\s)?(?:\w+\s)?{_TIME}", _I
)
_CONDITIONAL = re.compile(
    r"(?P<condition>if\s(?:it|we|they|this|that|he|she|the\s\w+)\s[^,]{2,60}?)(?:(?:,\sthen|,|\sthen)\s(?=(?:\S+\s){2})|\s(?=(?:it|we|they|he|she)\s))(?P<claim>.+)$",
    _I | re.DOTALL,
)
_THERE_IS_NO = re.compile(
    r"(?:no\s(?:need|reason|point|room|chance|use|sense)\s(?:to|for|in|of)|nothing\s(?:left|else|more)\s(?:to|for))\b",
    _I,
)
# "It is not confirmed yet that that makes it …"; "that day" stays, which "this day" is not.
_THAT = re.compile(
    r"^that(?=\s(?!(?:the|an?|our|your|their|we|it|they|he|she|you|i|this|these|there|all|any|every|no|nobody|nothing"
    r"|days?|week|month|year|quarter|season|spring|summer|autumn|winter|time|moment|date|evening|morning|night)\b)[a-z]{2,}\b)",
    _I,
)


def _opening(kind: Kind, wording: Wording, words: str = "") -> str:
    """Return what opens a claim in *words*; whether something "never" happens is hard to read."""
    if kind is Kind.OVERCLAIM:
        return wording.pick(
            "We have not shown yet that",
            "It is too early to say that",
            "It is not confirmed yet that",
        )
    if _NEGATED.search(words):
        return wording.pick(*_DENIED)
    return wording.pick(
        "We do not know yet whether", "It is too early to say whether", "We can't say yet whether"
    )


def _as_question(words: str, kind: Kind, wording: Wording) -> str:
    """`Who still needs a laboratory` → `It is too early to say who still needs a laboratory`."""
    if presumed := _PRESUMED.match(words):
        claim = _of_whom(presumed["claim"], presumed["whom"])
        return f"{_opening(kind, wording)} {wording.inside(claim)}"
    if asked := _WHEN.match(words):
        return f"It is too early to say when {asked['subject']} {asked['modal']} {asked['rest']}"
    if not _QUESTION.match(words):
        return ""
    return f"{wording.pick('It is too early to say', 'We cannot say yet')} {wording.inside(words)}"


def _as_report(words: str, kind: Kind, wording: Wording) -> str:
    """`Nurses tell us it never errs` → `Nurses say so, but we have not shown yet that it …`."""
    report = _REPORT.match(words)
    if kind is not Kind.OVERCLAIM or not report or not states_something(report["claim"]):
        return ""
    claim = f"{small(_opening(kind, wording))} {wording.inside(report['claim'])}"
    return f"{report['whom']} say so, but {claim}"


# What other people say is no more certain than what we do; "one of them says" counts heads.
_REPORT = re.compile(
    r"(?P<whom>(?!we\b|i\b|it\b|this\b|that\b|these\b|those\b|numbers\b|figures\b|results\b|data\b)(?:[a-z-]+\s){0,2}[a-z]{3,}s)\s"
    r"(?:(?:all\s)?(?:tell|told)\s(?:us|me)|(?:all\s)?(?:say|report|agree))(?:\sthat)?\s(?P<claim>(?!so\b|yes\b|no\b|about\b|of\b|with\b|to\b|on\b).+)$",
    _I | re.DOTALL,
)
_WHEN = re.compile(
    r"when\s(?P<modal>will|can|could)\s(?P<subject>it|we|they|you|(?:the|our|your|this|all)\s\w+(?:\s\w+(?=\sbe\b))?)\s(?P<rest>[a-z].*)$",
    _I | re.DOTALL,
)
_QUESTION = re.compile(r"who\s(?:still|even|really|would)\s", _I)
# A question about the messenger, which takes the message for granted.
PRESUMED = (
    r"(?:who|which\sof\s(?:you|us))\s(?:tells|informs|(?:will|shall|should|can|wants\sto|gets\sto|has\sto|(?:is\sgoing|are\sgoing)\sto|['’]s\sgoing\sto|gonna)\s(?:tell|inform)"
    r"|(?:breaks|will\sbreak)\s(?:it|the\snews)\sto)\s"
)
_PRESUMED = re.compile(
    rf"{PRESUMED}(?P<whom>[^,?]{{2,60}}?)\sthat\s(?P<claim>[^,?]+)(?:,\s(?:you|me|him|her|us|them)\sor\s[^,?]+)?\??$",
    _I,
)


def _of_whom(claim: str, whom: str) -> str:
    """Return *claim* with the people in it for "they" and "their"."""
    if claim.lower().startswith("they "):
        return f"{whom} {claim[5:]}"
    if claim.lower().startswith("their "):
        return f"{whom}{'’' if whom.endswith('s') else '’s'} {claim[6:]}"
    return claim


def _as_doubt(words: str, kind: Kind, wording: Wording) -> str:
    """`I don't think we need more tests` → `It is too early to rule out that we need …`."""
    del kind
    doubt = _DOUBT.match(words)
    if not doubt or not states_something(doubt["claim"]):
        return ""
    claim = re.sub(r"\bany\s(?=more\b)", "", doubt["claim"])
    return (
        f"{wording.pick('It is too early', 'We do not know enough yet')} to rule out that {claim}"
    )


_DOUBT = re.compile(
    r"(?:[^,;]{2,40}?,?\s)?(?:i|we)\s(?:do\snot|don['’]?t)\s(?:think|believe|suppose|see\sthat|expect\sthat)\s(?:that\s)?(?P<claim>[a-z].*)$",
    _I | re.DOTALL,
)


def _as_foreseen(words: str, kind: Kind, wording: Wording) -> str:
    """`I see it finished by June` → `We do not know yet whether it is finished by June`."""
    seen = _FORESEEN.match(words)
    if not seen:
        return ""
    be = "are" if re.search(r"(?:s|\bthem)$", seen["what"]) else "is"
    what = "they" if seen["what"] == "them" else seen["what"]
    return f"{_opening(kind, wording)} {what} {be} {seen['done']}"


_FORESEEN = re.compile(
    r"(?:i|we)\s(?:see|expect|want)\s(?P<what>it|this|that|them|(?:the|our|all)\s[\w-]+(?:\s[\w-]+)?)\s"
    r"(?P<done>(?:done|live|gone|over|ready|complete|finished|closed|signed|solved|halved|doubled|delivered|shipped|fixed|approved|installed|replaced)\b.*)$",
    _I | re.DOTALL,
)


def _as_idiom(words: str, kind: Kind, wording: Wording) -> str:
    """`The target is in the bag` → `The target is not certain yet`."""
    del kind
    idiom = _IDIOM.search(words) or _elliptical(words)
    if not idiom:
        return ""
    subject, rest = words[: idiom.start()].strip(" ,"), idiom["rest"].strip()
    if rest.lower().startswith(("until ", "before ", "till ")):
        what = re.sub(r"^(?:until|before|till) ", "", rest, flags=_I)
        return f"It is not certain yet whether or when {wording.inside(what)}"
    subject = "this" if subject.lower() in ("it", "this", "that") else wording.inside(subject)
    ending = f" {rest}" if rest and not rest.startswith((",", ";")) else rest
    return f"It is {wording.pick('not certain yet', 'too early to say')} that {subject} will work out{ending}"


def _elliptical(words: str) -> re.Match[str] | None:
    """Return where a headline says that all is certain: `+5% locked in for high season`."""
    idiom = _ELLIPTICAL.search(words)
    return idiom if idiom and not states_something(words[: idiom.start()]) else None


_ELLIPTICAL = re.compile(
    r"(?<=\w)[\s,–—-]{1,3}(?:now\s|already\s|as\sgood\sas\s|all\sbut\s|pretty\smuch\s|practically\s)*"
    r"(?:locked\sin|in\sthe\s(?:bag|bank|can)|nailed\son|sewn\sup|home\sand\sdry|a\s(?:done\sdeal|formality|given|lock|certainty)|guaranteed(?=$))"
    r"(?P<rest>(?:\s(?:for|by|in|until|before|from|as\sof|this|next)\s.*)?)$",
    _I | re.DOTALL,
)


def _as_over(words: str, kind: Kind, wording: Wording) -> str:
    """`Return freight is toast as of Q2` → `… what becomes of return freight as of Q2`."""
    del kind
    over = _OVER.search(words)
    if not over or not words[: over.start()].strip():
        return ""
    subject, rest = words[: over.start()].strip(" ,"), over["rest"].rstrip()
    say = wording.pick("It is too early to say", "We can't say yet")
    return f"{say} what becomes of {wording.inside(subject)}{rest}"


def _as_figure_of_speech(words: str, kind: Kind, wording: Wording) -> str:
    """`The planners can hang up their boots` → `It is too early to say what this means for …`."""
    if not wording.figurative:
        return ""
    if about := _ABOUT.match(words):
        say = wording.pick("It is too early to say", "We do not know yet")
        return f"{say} what this means for {wording.inside(about['whom'])}"
    return {
        Kind.OVERCLAIM: wording.pick(
            "We have not shown yet how far this holds", "It is not confirmed yet how far this goes"
        ),
        Kind.PROMISE: wording.pick(
            "It is not certain yet that this works out", "It is too early to say how this turns out"
        ),
        Kind.EXTRAPOLATION: wording.pick(
            "We do not know yet whether it goes on like this", "It is too early to say what follows"
        ),
    }[kind]


# Those whom a figure of speech is about, if they are named by one noun.
_ABOUT = re.compile(
    r"(?P<whom>(?:the|our|their|your)\s(?!rest\b|whole\b|entire\b|best\b|only\b|days?\b|time\b|end\b|last\b|next\b|matter\b|question\b|thing\b|world\b|future\b|sky\b)"
    r"(?:[a-z]+\s)?(?!(?:of|model|network|engine|system|tool|method|approach|algorithm|pipeline|software|bot)\b)[a-z]{3,}),?\s(?:can|could|may|might|will|won['’]t|should|must|has|have|had|is|are|never|need)\b",
    _I,
)


def _as_condition(words: str, kind: Kind, wording: Wording) -> str:
    """`Once the model has replaced the clerks, …` → `If the model has replaced …`."""
    del kind
    if not _ONCE.match(words):
        return ""
    then = wording.pick("this is a plan, not a certainty", "whether it comes to that is open")
    return f"{_ONCE.sub('If ', words, count=1)} ({then})"


def _as_forecast(words: str, kind: Kind, wording: Wording) -> str:
    """`We expect 50% by July` → `It is too early to count on 50% by July`."""
    del kind
    forecast = _FORECAST.match(words)
    return f"It is too early to count on {wording.inside(forecast['what'])}" if forecast else ""


def _as_bargain(words: str, kind: Kind, wording: Wording) -> str:
    """`Hand it to the depots and six buses go` → `… whether six buses go if we hand it to …`."""
    del kind
    bargain = BARGAIN.match(words)
    if not bargain:
        return ""
    claim = wording.inside(bargain["claim"])
    return (
        f"{_opening(Kind.PROMISE, wording)} {claim} if we {bargain['do'].lower()} {bargain['what']}"
    )


def _as_more(words: str, kind: Kind, wording: Wording) -> str:
    """`Two more harvests and the panel can go` → `… whether the panel can go after two more …`."""
    more = _MORE.match(words)
    if not more or not states_something(more["claim"]):
        return ""
    claim = f"{more['claim']} after {wording.inside(more['what'].rstrip())}"
    return f"{_opening(kind, wording, claim)} {claim}"


_MORE = re.compile(
    r"(?:just\s|only\s)?(?P<what>(?:another|(?:[a-z]+|\d+|a\s(?:few|couple))\s(?:more|further))\s(?:[\w-]+\s){1,4}?)and\s(?:then\s)?"
    r"(?P<claim>(?:we|it|they|the|our|all|every|no|nobody|nothing)['’\s].+)$",
    _I | re.DOTALL,
)


def _as_refusal(words: str, kind: Kind, wording: Wording) -> str:
    """`The model won't miss a case` → `It is too early to say that …`."""
    refusal = _WONT.match(words)
    if not refusal:
        return ""
    subject, rest = refusal.group("subject", "rest")
    if (goes_on := _ANY_MORE.sub("", rest, count=1)) != rest:
        return f"{_opening(Kind.PROMISE, wording)} {wording.inside(subject)} will still {goes_on}"
    if _FIRST.match(subject):
        return f"We aim not to {rest}; we can't promise it"
    return f"It is too early to say that {wording.inside(words)}"


# That something "will not happen any more" is asked as whether it "will still happen".
_ANY_MORE = re.compile(r"\s(?:any\s?more|any\slonger|ever\sagain)\b", _I)


def _as_no_longer(words: str, kind: Kind, wording: Wording) -> str:
    """`Patients no longer wait` → `We do not know yet whether patients still wait`."""
    del kind
    over = _NO_LONGER.match(words)
    if not over:
        return ""
    if over["lack"]:
        lack = "a need" if over["lack"].lower() == "need" else "reason"
        return f"{_opening(Kind.PROMISE, wording)} there is {lack} {over['what']}"
    subject = wording.inside(over["subject"].strip())
    return f"{_opening(Kind.PROMISE, wording)} {subject} still {over['rest']}"


_NO_LONGER = re.compile(
    r"(?:(?:there(?:\sis|['’]s)\s)?no\s(?P<lack>need|reason)\s(?P<what>(?:to|for)\s.+)"
    r"|(?P<subject>(?!(?:no|nobody|none|nothing|not|neither)\b)(?:[\w'’-]+\s){1,7}?)no\slonger\s(?P<rest>[a-z].*))$",
    _I | re.DOTALL,
)


def _as_future(words: str, kind: Kind, wording: Wording) -> str:
    bare = _BARE_FUTURE.match(words)
    if bare and wording.labelled:
        could = "may" if bare["rest"].startswith("not ") else wording.pick("could", "may")
        return f"{could} {bare['rest']}{_not_certain(wording)}"
    if bare:
        aim = wording.pick("We aim to", "The aim is to")
        return f"{aim} {bare['rest']}{_not_a_promise(wording)}"
    future = _FUTURE.match(words)
    if not future or not re.match(r"[\w@`*“\"'‘(\[]", future["rest"]):
        return ""
    if future["subject"].endswith(" or"):
        return ""  # "it beats every appeal we ever ran or will run"
    if _ALL.match(future["subject"]):
        return f"{_opening(kind, wording, words)} {wording.inside(future['subject'])} will {future['rest']}"
    subject, rest = future["subject"].strip(" ,*_"), future["rest"].strip(" *_")
    lead, pronoun = _led(subject)
    if kind is Kind.EXTRAPOLATION:
        return f"{_opening(kind, wording)} {wording.inside(subject)} will {rest}"
    if pronoun and _verb(rest):
        who = f"{lead.rstrip(' ,')}, we aim" if lead else "We aim"
        return f"{who} to {rest}{_not_a_promise(wording)}"
    # "CMP-5 may do the same" has a date in it.
    could = "could" if subject[-1:].isdigit() else wording.pick("could", "may")
    return f"{subject} {could} {rest}{_not_certain(wording)}"


# "Every driver could …" is read as a claim about every driver.
_ALL = re.compile(
    r"(?:every|everyone|everybody|everything|all|each|any|anyone|anybody|the\s(?:whole|entire)|both|zero|full|perfect)\b",
    _I,
)


def _as_none(words: str, kind: Kind, wording: Wording) -> str:
    """`Not one slide escapes it` → `We cannot promise yet that not one slide escapes it`.

    What nobody wants stays denied: whether "any patient gets a wrong pill" would alarm readers.
    """
    none = _NONE.match(words)
    if not none or states_something(none["lead"] or "") or not states_something(words):
        return ""
    if kind is Kind.OVERCLAIM:
        return f"{_opening(kind, wording)} {wording.inside(words)}"
    return f"{wording.pick(*_DENIED)} {wording.inside(words)}"


_NEGATED = re.compile(r"\b(?:not|never|cannot|no\slonger|\w+n['’]t)\b", _I)
_DENIED = "We cannot promise yet that", "It is too early to say that", "We cannot say yet that"


def _led(subject: str) -> tuple[str, bool]:
    """Return what stands before a first-person subject (`By May `), and whether there is one."""
    match = re.match(
        r"^(?P<lead>.{0,80}?,?\s)??(?:then\s)?(?:we|i|the team|our team)(?:\s(?:therefore|then|thus|so))?$",
        subject,
        _I,
    )
    return (match["lead"] or "", True) if match else ("", False)


def _verb(rest: str) -> bool:
    return re.match(r"(?:also |then |soon |already |now )?[a-z]", rest) is not None


def _not_a_promise(wording: Wording) -> str:
    if wording.asked:
        return ""
    return wording.pick(
        "; this is a target, not a promise",
        "; whether we get there is open",
        "; we can't promise it yet",
    )


def _not_certain(wording: Wording) -> str:
    if wording.asked:
        return ""
    return wording.pick(
        ", but that is not certain yet",
        ", but this still has to be confirmed",
        ", but we do not know that yet",
    )


def _as_order(words: str, kind: Kind, wording: Wording) -> str:
    """`Book the venue` (because it will work) → `It is too early to book the venue`."""
    del kind, wording
    if urged := _URGED.match(words):
        return f"It is too early to {urged['what']}"
    order = None if _NO_ORDER.match(words) else _IMPERATIVE.match(words)
    return f"It is too early to {order['verb'].lower()} {order['rest']}" if order else ""


# "Call center can shrink" and "Budget for storage" order nothing.
_NO_ORDER = re.compile(
    r"(?:budget\sfor|(?!you\b|please\b|pls\b)\w+\s(?:[\w-]+\s){0,2}?(?:can|will|could|may|is|are|was|were|has|have|should|must|might))\b",
    _I,
)


def _as_commitment(words: str, kind: Kind, wording: Wording) -> str:
    """`For 2026 we commit to 15% less waste` → `For 2026 the goal is 15% less waste, …`."""
    del kind
    commitment = _COMMITS.match(words)
    if not commitment:
        return ""
    lead, what = commitment["lead"] or "", commitment["what"]
    goal = f"{lead}the goal is" if lead else "The goal is"
    named = "" if _NAMED_GOAL.match(what) else "to "
    return f"{goal} {named}{what}{_not_a_promise(wording)}"


_COMMITS = re.compile(
    r"^(?P<lead>(?:for|by|in|from|until|next|this)\s[^,;]{2,30}?,?\s)?(?:we|i)(?:\s(?:hereby|now|also|fully|all))*\scommit(?:\s(?:ourselves|myself))?\sto\s(?P<what>.+)$",
    _I | re.DOTALL,
)
_NAMED_GOAL = re.compile(
    r"(?:[A-Z$€£~\d]|(?:an?|the|no|zero|all|every|full|half|our|this|that|these|less|fewer|more|at\s(?:least|most)|under|over|\w+ing)\b)"
)


def _as_fragment(words: str, kind: Kind, wording: Wording) -> str:
    """Restate what may lack a verb: behind a dash anything reads well."""
    yet = "Not shown yet" if kind is Kind.OVERCLAIM else "Not certain yet"
    return f"{wording.pick(yet, 'Not confirmed yet')} – {wording.inside(words)}"
