"""What a claim is drawn from, and what only makes it sound certain; both come off."""

import re

from bot.updates.grammar import COUNTS, PAST, states_something
from bot.updates.praise import praised
from bot.updates.vouching import unvouched, vouches_ahead

_I = re.IGNORECASE
_PREFIXES = re.compile(
    r"""\s*(?:
    i\.e\.,?|(?:and|but|so(?!\sfar\b)|then|therefore|thus|hence|meaning|ergo|also|plus|nevertheless|nonetheless|anyway|even\sso)\b,?
    |(?:oh\sand|and\soh|p\.?s\.?|btw|by\sthe\sway)\b[,:]?
    |(?:yes|yep|yeah|well|oh|ok|okay|look|listen|guess\swhat|people|folks|friends|guys)\b\s?[,!:–—-]
    |(?:imo|imho|tbh|ngl|fwiw|afaics?|in\s(?:my|our)\s(?:\w+\s)?(?:view|opinion))\b,?
    |(?:that|this|which|it)\s(?:means|implies|shows|proves|tells\sus|guarantees)(?:\sthat)?\b
    |(?:(?:with\s(?:all\s)?(?:this|that),?|here|there|today|now)\s)?(?:i|we)(?:\sam|\sare|['’]m|['’]re|\scan)?\s(?:all\s|absolutely\s|very\s|quite\s|thereby\s|therefore\s|thus\s|fully\s|totally\s|pretty\s|now\s|already\s|100\s?(?:%|percent)\s|(?:a\s)?hundred\spercent\s)?(?:promise|guarantee|assure|affirm|sure|certain|confident|convinced|positive|know(?=\s(?:for\s|that\b|it\b|we\b|this\b|they\b|the\b|our\b))|vow|pledge)\s?(?:you|everyone|the\sboard|management|(?:a\s|one\s)?(?:hundred|100)\s?(?:per\s?cent|%))?(?:\sthat)?\b(?=\s(?!to\b|of\b|in\b|about\b))
    |(?:(?:from|by|with)\s(?:this|these|the|that)\s(?:\w+\s){0,2})?it(?:\sis|['’]s)\s(?:now\s|already\s|quite\s|therefore\s|thus\s|hence\s|also\s)*(?:clear|certain|obvious|safe\sto\ssay|guaranteed|proven|evident|inevitable|beyond\s(?:any\s)?doubt)(?:\sthat)?\b
    |(?:i|we)\shave\sthe\s(?:great\s)?(?:pleasure|honou?r|joy)\s(?:to|of)\s(?:inform|announce?|report|say|tell)(?:ing)?\b(?:\s(?:you|everyone|all))?(?:\sthat\b|,)?
    |(?:i|we)(?:\sam|\sare|['’]m|['’]re)\s(?:very\s|so\s|more\sthan\s)?(?:happy|glad|pleased|proud|delighted|excited|thrilled)\sto\s(?:inform|announce|report|say|share|tell)\b(?:\s(?:you|everyone|all))?(?:\sthat\b|,)?
    |(?:you|we|everyone|the\s\w+|[a-z]+s)\s(?:can|may)\s(?:safely\s|already\s)?(?:take\sit\sas\s(?:read|given)|rest\sassured|be\s(?:sure|certain)|assume)(?:\sthat)?\b
    |it(?:\sis|['’]s)\s(?:fair|right|reasonable|no\sexaggeration)\sto\s(?:say|claim|conclude|assume)(?:\sthat)?\b
    |(?:so\s)?it\sfollows(?:,?\sthen,?)?\sthat\b|(?:this|that|which|it)\sgoes\sto\sshow(?:\sthat)?\b|what\s(?:this|that|it)\smeans\sis(?:\sthat)?\b
    |(?:from\s[^,]{2,30}?,?\s)?i\s(?:can|have\sto|must|dare\sto|may)\s(?:only\s|already\s|now\s)?(?:tell|say)(?:\syou)?(?:\sthat\b|,|(?=\s(?:it|we|this|the)\b))
    |(?:i|we)\s(?:see|can['’]?t\ssee|cannot\ssee)\s(?:no|any|a)\s(?:way|scenario|world|universe|version|situation)\s(?:that|in\swhich|where)\b
    |(?:(?:the|our|this|these|those)\s(?:[\w-]+\s){1,3}|it\s|which\s|this\s|that\s|we\s)(?:has|have)\s(?:now\s|clearly\s|conclusively\s|also\s)*(?:demonstrated|shown|proven|proved|established|confirmed)\sthat\b
    |(?:this|that|which|it)\s(?:is|was)\s(?:the\s|an?\s|clear\s|final\s|living\s|ultimate\s)*(?:proof|evidence)\sthat\b
    |(?:we|i)\s(?:\w+\s)?(?:proceed|work|plan|act|operate)\son\sthe\s(?:basis|assumption)\sthat\b
    |you\s(?:all\s)?have\s(?:my|our)\sword(?:\sthat\b|,|:)|(?:given\sthis|as\sa\s(?:result|consequence)|accordingly|consequently)\b,?
    |it\sgoes\swithout\ssaying(?:\sthat)?\b|as\s(?:you|we)\s(?:can\s)?(?:see|know)\b,?|(?:you|we)\s(?:can\s|may\s)?(?:already\s)?tell\s[^,]{2,40}?\sthat\b|it\s(?:has\sbeen|was|is)\s(?:now\s|clearly\s|conclusively\s|hereby\s)?(?:shown|proven|demonstrated|established|confirmed|proved|assured|guaranteed|promised|certified)\sthat\b
    |(?:there\sis\s)?no\s(?:doubt|question)(?:\sthat|\sabout\sit)?\b,?
    |(?:who|which\sof\s(?:you|us|them)|(?:does|can|could|would)\sany(?:one|body))\s(?:here\s|still\s|seriously\s|really\s|honestly\s|possibly\s)*(?:doubts?|disputes?|den(?:y|ies))\sthat\b
    |(?:nobody|no\sone|none\sof\s(?:you|us|them)|no\s[a-z-]+|not\s(?:one|an?|a\ssingle)\s[a-z-]+)\s(?:(?:can|could|may|might|will|would|should|must|need)\s)?(?:\w+\s)?(?:doubts?|den(?:y|ies)|disputes?)\sthat\b
    |(?:utter|sheer|pure|absolute|total)\s[a-z]+\s?[,!:–—]
    |that(?=\s(?:by|from|until|after|before|in|on|at|within|during|over|next|(?:spring|summer|autumn|winter)(?=\s\d))\s)
    |(?:with|by|from|after|given)\s(?:this|that|these)\b,?\s(?=(?:the|an?|we|it|our|all|every|any|no|nobody)\s)
    |(?:(?:going|judging)\sby\s(?:this|that|it|these)|(?:on|by)\s(?:this|that)\s(?:basis|measure|logic|reckoning|token)),
    |(?:i|we)\s(?:can|may|could)\s(?:\w+\s)?(?:state|say|report|declare|affirm|claim)\s(?:with\s[^,;]{3,30}?\s)?that\b
    |unless\s(?:the\s(?:moon|sky|sun|world|heavens?)|hell|pigs|an?\s(?:meteor(?:ite)?|asteroid))\b[^,]{0,30},
    |rest\sassured(?:\sthat)?\b,?|mark\smy\swords\b[,:]?|make\sno\smistake\b[,:]?|needless\sto\ssay\b,?|you\scan\s(?:count|bank|rely)\son\sit(?:\sthat)?\b[,:]?
    |(?:definitely|certainly|surely|obviously|clearly|undoubtedly|of\scourse|basically|honestly|frankly)\b,?
    )\s*""",
    _I | re.VERBOSE,
)
_PACE = re.compile(
    r"""(?:
    (?:^|(?<=,\s))(?:at|with|on|by)\s(?:this|the\scurrent|such\s(?:a\s)?|that|our\scurrent)\s?(?:rate|pace|speed|tempo|trend|momentum|trajectory|progress)(?:\sof\s\w+)?,?\s
    |^(?:if|as\slong\sas|provided|assuming|should)\s(?:this|we|things?|the\s\w+|it|that|progress)\s(?:\w+\s){0,2}?(?:keeps?|continues?|holds?|goes|go|stays?|carry|carries|maintain)\b[^,]{0,60}?(?:,\s(?:then\s)?|\s(?=(?:we|the|our)\b))
    |^(?:considering|given|seeing|extrapolating|projecting|judging)\b[^,]{0,120},\s
    |^if\s(?:you|we|one)\s(?:just\s|simply\s|only\s)?(?:extend|follow|draw|continue|extrapolate|project|read)\s[^,]{2,40},\s
    |^(?:from\s(?:here|there)(?:\son)?|like\sthis|this\sway),?\s
    |^(?:following|extending|continuing|projecting)\s(?:this|that|the)\s(?:\w+\s)?(?:line|curve|trend|path|course|logic|slope|pattern),?\s
    |^(?:another|an?\sfew|just|only|\w+|\d+)\s(?:more\s|few\s|couple\s(?:of\s)?|\w+\s){0,3}(?:like\s(?:this|that|these|those|it))\b[^,]{0,30}?,?\s(?:and|then|and\sthen)\s(?=\w+['’]?\w*\s)
    |^(?:another|an?\sfew|a\scouple|\w+|\d+)\smore\s(?:such\s)?(?:days?|weeks?|months?|sprints?|quarters?|runs?|rounds?|epochs?|iterations?|steps?|pushes|push)\b[^,]{0,40}?,?\s(?:and|then)\s
    |^(?:(?:just\s)?give|grant|allow)\s(?:me|us|it|this)\b[^,;.]{0,40}?\sand\s(?:then\s)?(?=\S+\s\S+)
    |^(?:lay|do|draw|join|run|extend|follow|stretch|project|multiply|scale|extrapolate|repeat|rinse|connect|add)\b[^,;.]{0,60}?\sand\s(?:then\s)?(?=\S+\s\S+)
    |^(?:keep|carry|go|continue)\s(?:this|it|that|on|going|like)\b[^,]{0,40}?,?\s(?:and|then)\s
    |,?\s(?:at|with)\s(?:this|the\scurrent|that)\s(?:rate|pace|speed|tempo)(?:\sof\s\w+)?$
    |,?\sif\s(?:this|we|things?|the\s\w+|it|progress)\s(?:keeps?|continues?|holds?|goes)\b[^,]{0,30}$
    )""",
    _I | re.VERBOSE,
)
_LABELLED = re.compile(r"^(?P<label>[\w*_/&' -]{1,30}:)\s+(?P<claim>\S.*)$", re.DOTALL)
_BOOSTERS = re.compile(
    r"""(?<![\w-])(?:definitely|definately|definitly|certainly|surely|obviously|undoubtedly|inevitably|(?<!\bis\s)(?<!\bare\s)(?<!\bbe\s)guaranteed
    |absolutely|literally|basically|simply|(?<!matter\s)of\scourse|for\s(?:sure|certain)|without\s(?:any\s|a\s)?(?:doubt|fail)
    |no\sdoubt|easily|comfortably|totally|finally|really|honestly|clearly|no\sexceptions?|full\sstop|hands\sdown|no\sproblem|no\ssweat|period(?=$)|easy(?=$)|just(?!\s(?:over|under|above|below|one|\d))|effortlessly|happily|unquestionably)\b,?\s?""",
    _I | re.VERBOSE,
)
_MEANS = re.compile(
    r"^(?P<premise>.+?)(?<!\bwill)(?<!\bcan)(?<!\bmay)(?<!\bto)(?<!\bnot)(?<!n['’]t)(?<!\bshould)(?<!\bwould)(?<!\bcould)\s(?:(?:means?|implies|proves?|guarantees?|shows?(?!\s(?:no|little|every)\s(?:signs?|hints?)\b)|tells\sus)(?:\sthat)?|translates?\sinto|=|=>|→)\s(?P<claim>(?!(?:where|how|what|who|why|which|when)\b).+)$",
    _I | re.DOTALL,
)
_SINCE = re.compile(
    r"^(?:as|since|because|given\sthat|seeing\sthat|considering\sthat)\s(?P<premise>[^,;]{6,100}),\s(?P<claim>\S+\s\S+.*)$",
    _I | re.DOTALL,
)
# "One slope, one month, but a slope is a slope, all 44 will behave the same".
_IN_A_ROW = re.compile(
    r"^(?!(?:if|once|when|as|by|in|on|at|with|from|after|before|until|and|or)\b)(?P<premise>(?:(?!\b(?:will|shall|gonna)\b|['’]ll\b)[^;:]){6,160}?),\s(?:but\s|and\s)?"
    r"(?P<claim>(?:[\w'’-]+\s){1,6}(?:will|shall)\s[^,;]+|(?:we|i|they|it|he|she)['’]ll\s[^,;]+)$",
    _I,
)
_HAVING = re.compile(r"^(?P<premise>having\s[^,;]{6,100}),\s(?P<claim>\S+\s\S+.*)$", _I | re.DOTALL)
_MAKES = re.compile(
    r"^(?P<premise>.+?),\swhich\s(?P<claim>(?:makes|puts|gives|brings|gets|leads|leaves|takes)\s.+)$",
    _I | re.DOTALL,
)
_CONCLUDES = re.compile(
    r"^(?P<premise>[^;]*\d[^;]*);\s+(?P<claim>[^;]+)$"
    r"|^(?P<fact>[^;]{3,200}?)(?:,?\s+(?:and\s)?so(?!\s(?:good|well|bad|badly|fast|quickly|smoothly|nice|nicely|high|low|strong|easy|easily|great|little|few)\b)|,\s(?:and\s)?(?:ergo|consequently|hence|thus|therefore|accordingly),?)\s(?!that\b|far\b|\w+\sthat\b|(?:do|does|did|will|is|are|has|have|can)\b)(?P<conclusion>(?=[^;]*\d|(?:\S+\s+){2}).+)$",
    _I | re.DOTALL,
)
_FOLLOWS = re.compile(r"(?<=[^,;]\s)(?:therefore|thus|hence|consequently),?\s", _I)


def assumes(premise: str) -> bool:
    """Tell whether *premise* takes for granted what nobody measured: the next ones are alike."""
    return _ASSUMES.search(premise) is not None and PAST.search(premise) is None


_ASSUMES = re.compile(
    r"\b(?:same|each|every|others?|further|next|again|will|always|all|any|alike|likewise|keeps?"
    r"|continues?|holds?|follows?)\b",
    _I,
)
_WHATEVER = re.compile(
    r",\s(?:(?:no\smatter|regardless\sof)\s|(?:whatever|whichever|wherever|whoever)\b)[^,;.\d]{3,60}$",
    _I,
)


def narrowed(claim: str) -> str:
    """Return *claim* without "…, whatever the weather": that widens what is open as it is."""
    narrow = _WHATEVER.sub("", claim)
    return narrow if states_something(narrow) else claim


def drawn_from(words: str) -> tuple[str, str] | None:
    """Return what a conclusion in *words* is drawn from, and the conclusion."""
    if since := _SINCE.match(words):
        return since["premise"], since["claim"]
    row = _IN_A_ROW.match(words)
    if row and (PAST.search(row["premise"]) or COUNTS.search(row["premise"])):
        return row["premise"], row["claim"]
    if having := _HAVING.match(words):
        return having["premise"], having["claim"]
    if makes := _MAKES.match(words):
        return makes["premise"], f"this {makes['claim']}"
    if means := _MEANS.match(words):
        return means["premise"], means["claim"]
    if concludes := _CONCLUDES.match(words):
        premise, claim, fact, conclusion = concludes.group("premise", "claim", "fact", "conclusion")
        return (premise, claim) if claim else (fact, conclusion)
    return _after_a_fact(words)


def _after_a_fact(words: str) -> tuple[str, str] | None:
    """Return what a claim follows without a word: "Four weeks gave us half, the next four …"."""
    for pause in _PAUSE.finditer(words):
        before, claim = words[: pause.start()], words[pause.end() :]
        told = PAST.search(before) and not _SUBORDINATES.match(before)
        if told and states_something(claim) and not PAST.search(claim):
            return before, claim
    return None


_PAUSE = re.compile(r",\s(?:and\s|then\s|so\s|hence\s|thus\s)*(?=(?:\S+\s){2})", _I)
_SUBORDINATES = re.compile(
    r"(?:if|when|once|after|as|since|because|before|until|while|although|though|given|by|in|on|at|with|from|for|who|which|that|based|compared|combined|projected|extended)\b",
    _I,
)


# Such a verb has its subject before the colon, as in "rain or mud, it makes no odds to it".
_LACKS_SUBJECT = re.compile(
    r"[a-z]{3,}s\s(?:no|it|us|them|the|an?|every|all|any|our|their)\b", re.IGNORECASE
)


def unlabelled(claim: str) -> tuple[str, str]:
    """Return the labels in front of a claim (`ETA: `) and the claim."""
    labels: list[str] = []
    while (labelled := _LABELLED.match(claim)) and not vouches_ahead(labelled["label"]):
        if _LACKS_SUBJECT.match(labelled["claim"]):
            break
        if praised(labelled["label"].rstrip(":")) is None:
            labels.append(f"{labelled['label']} ")
        claim = labelled["claim"]
    return "".join(labels), claim


# "We have not shown yet that it works now" would contradict itself.
_AS_OF_NOW = re.compile(r",?\s(?:now|herewith|hereby|as\sof\snow)$", _I)
_MORE_THAN_A_VALUE = 3


def bare(claim: str) -> tuple[str, str]:
    """Return the claim without its certainty, and the premise it was drawn from."""
    premises: list[str] = []
    words, before = claim, ""
    while words != before:
        before = words
        words = _PREFIXES.sub("", words, count=1) if _PREFIXES.match(words) else words
        if pace := _PACE.search(words):
            premises.append(pace[0].strip(" ,"))
            words = f"{words[: pace.start()]}{words[pace.end() :]}"
    words = _AS_OF_NOW.sub("", unvouched(words))
    words = _FOLLOWS.sub("", _BOOSTERS.sub("", words))
    words = re.sub(r"\s{2,}", " ", words).strip(" ,")
    label, _, behind = words.partition(": ")
    if _LACKS_SUBJECT.match(behind):
        words = f"{label} {behind}"
    elif len(behind.split()) >= _MORE_THAN_A_VALUE:
        words = behind
        premises.append(label)
    counted = [premise for premise in premises if re.search(r"\d", premise)]
    return words or claim, ", ".join(counted)
