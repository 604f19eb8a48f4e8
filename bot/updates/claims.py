"""A claim stated as certain, in cautious words: a target, a possibility or an open question.

Nothing is added but the caution, and nothing of the claim is lost but its certainty. Every result
keeps its hedge before the claim, so that no reader meets the claim first.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

from bot.records import Kind
from bot.updates.drafts import BARGAINED
from bot.updates.praise import praised
from bot.updates.vouching import is_tag, unvouched, vouches_ahead
from knowledge.cards import load_cards, load_uncovered
from knowledge.lexical import STOP_WORDS

_I = re.IGNORECASE
_PREFIXES = re.compile(
    r"""\s*(?:
    i\.e\.,?|(?:and|but|so|then|therefore|thus|hence|meaning|ergo|also|plus|nevertheless|nonetheless|anyway|even\sso)\b,?
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
    |^(?:from\s(?:here|there)(?:\son)?|like\sthis|this\sway),?\s
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
_LEAD = 8
_OPENING = re.compile(
    r"(?:given|considering|seeing|judging|having|with\s(?:all\s)?(?:this|that)(?!\s(?:i|we|you|they|it|the)\b)|that\s(?:said|aside)"
    r"|(?:\w+\s){1,3}aside|all\sin\sall|in\s(?:short|summary|other\swords)|long\sstory\sshort)\b",
    _I,
)
_LABELLED = re.compile(r"^(?P<label>[\w*_/&' -]{2,30}:)\s+(?P<claim>\S.*)$", re.DOTALL)
_BOOSTERS = re.compile(
    r"""(?<![\w-])(?:definitely|definately|definitly|certainly|surely|obviously|undoubtedly|inevitably|(?<!\bis\s)(?<!\bare\s)(?<!\bbe\s)guaranteed
    |absolutely|literally|basically|simply|(?<!matter\s)of\scourse|for\s(?:sure|certain)|without\s(?:any\s|a\s)?(?:doubt|fail)
    |no\sdoubt|easily|comfortably|totally|finally|really|honestly|clearly|no\sexceptions?|full\sstop|hands\sdown|no\sproblem|no\ssweat|period(?=$)|easy(?=$)|just(?!\s(?:over|under|above|below|one|\d))|effortlessly|happily|unquestionably)\b,?\s?""",
    _I | re.VERBOSE,
)
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
    |matter\sof\s(?:\w+\s)?(?:time|hours|days|weeks|months)|locked\sin|nailed\son|sewn\sup|a\snon.?issue|home\sand\sdry|(?:guaranteed|assured|certain)(?!\sto\b)|inevitable|in\ssight|around\sthe\scorner|within\s(?:easy\s)?reach|child['’]?s\splay|plain\ssailing|downhill|smooth\ssailing|easy|trivial)
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
_BARGAIN = re.compile(
    rf"^(?:just\s|please\s|do\s)?(?P<do>{BARGAINED})"
    r"\s(?P<what>[^,;]{2,80}?),?\sand\s(?:then\s)?(?P<claim>\S+\s\S+.*)$",
    _I | re.DOTALL,
)
_URGED = re.compile(
    r"^(?:so\s|please\s|pls\s|kindly\s)*(?:feel\sfree\sto|go\sahead\sand|don['’]t\shesitate\sto|make\ssure\sto"
    r"|be\ssure\sto|(?:please|pls|kindly)(?!\s(?:note|see|find)))\s(?P<what>[a-z]+\b.*)$",
    _I | re.DOTALL,
)
_MEANS = re.compile(
    r"^(?P<premise>.+?)(?<!\bwill)(?<!\bcan)(?<!\bmay)(?<!\bto)(?<!\bnot)(?<!n['’]t)(?<!\bshould)(?<!\bwould)(?<!\bcould)\s(?:(?:means?|implies|proves?|guarantees?|shows?(?!\s(?:no|little|every)\s(?:signs?|hints?)\b)|tells\sus)(?:\sthat)?|translates?\sinto|=|=>|→)\s(?P<claim>.+)$",
    _I | re.DOTALL,
)
_SINCE = re.compile(
    r"^(?:as|since|because|given\sthat|seeing\sthat|considering\sthat)\s(?P<premise>[^,;]{6,100}),\s(?P<claim>\S+\s\S+.*)$",
    _I | re.DOTALL,
)
_COUNTS = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b", _I)
# "One slope, one month, but a slope is a slope, all 44 will behave the same".
_IN_A_ROW = re.compile(
    r"^(?!(?:if|once|when|as|by|in|on|at|with|from|after|before|until|and|or)\b)(?P<premise>(?:(?!\b(?:will|shall|gonna)\b|['’]ll\b)[^;:]){6,160}?),\s(?:but\s|and\s)?"
    r"(?P<claim>(?:[\w'’-]+\s){1,6}(?:will|shall)\s[^,;]+|(?:we|i|they|it|he|she)['’]ll\s[^,;]+)$",
    _I,
)
_MAKES = re.compile(
    r"^(?P<premise>.+?),\swhich\s(?P<claim>(?:makes|puts|gives|brings|gets|leads|leaves|takes)\s.+)$",
    _I | re.DOTALL,
)
# A second main clause behind a semicolon is a claim of its own, or what follows from the first.
_PARTS = re.compile(r";\s+(?=(?:\S+\s+){2})")
_CONCLUDES = re.compile(
    r"^(?P<premise>[^;]*\d[^;]*);\s+(?P<claim>[^;]+)$"
    r"|^(?P<fact>[^;]{3,200}?)(?:,?\s+(?:and\s)?so(?!\s(?:good|well|bad|badly|fast|quickly|smoothly|nice|nicely|high|low|strong|easy|easily|great|little|few)\b)|,\s(?:and\s)?(?:ergo|consequently|hence|thus|therefore|accordingly),?)\s(?!that\b|far\b|\w+\sthat\b|(?:do|does|did|will|is|are|has|have|can)\b)(?P<conclusion>(?=[^;]*\d|(?:\S+\s+){2}).+)$",
    _I | re.DOTALL,
)
_FOLLOWS = re.compile(r"(?<=[^,;]\s)(?:therefore|thus|hence|consequently),?\s", _I)
_OPENS = re.compile(
    r"(?:We (?:have|do|can|cannot|aim)|It is|The aim|Not (?:certain|shown|confirmed))\b"
)
_ONCE = re.compile(
    r"^(?:once|when|as\ssoon\sas|the\smoment|after\s(?=[^,]*\b(?:is|are|has|have|goes|go|comes|come)\b[^,]*,))\s?",
    _I,
)
_FINITE = re.compile(
    r"""\b(?:is|are|am|was|were|be|has|have|had|does|do|did|can|cannot|could|(?<!\bby\s)(?<!\bin\s)(?<!\d\s)(?<!\buntil\s)(?<!\bbefore\s)(?-i:may|MAY)|might|must|should|would|will|won['’]t|can['’]t|isn['’]t|aren['’]t|doesn['’]t|don['’]t|needs?|(?<!\bof\s)works?|makes?|takes?|gets?|goes|scales?|runs?|means?|beats?|loves?|adores?|prefers?|trusts?|solves?|catches|finds?|detects?|handles?|reads?|understands?|covers?|proves?|shows?|removes?|eliminates?|replaces?|generali[sz]es?|transfers?|delivers?|gives?|brings?|holds?|follows?|knows?|leaves?|saves?|cuts?|reduces?|stays|remains|accepts|agrees|allows|appears|applies|arrives|asks|avoids|becomes|behaves|believes|belongs|builds|carries|chooses|closes|collects|comes|continues|copes|creates|decides|decreases|depends|deserves|disagrees|drives|earns|enters|exists|explains|extends|feels|fills|fixes|flies|forgets|frees|generates|happens|hears|helps|hits|identifies|improves|includes|increases|joins|keeps|lasts|lets|lives|loses|manages|meets|offers|opens|outlives|pays|predicts|prevents|produces|protects|pulls|pushes|puts|ranks|reacts|recognizes|refuses|relies|repeats|requires|resolves|responds|reveals|says|sees|seems|sells|sends|serves|settles|shrinks|sits|sleeps|sorts|speaks|spends|sticks|succeeds|suits|supports|surpasses|survives|teaches|tells|thinks|translates|travels|treats|tries|wants|wins|writes|halves|doubles|triples|disappears|vanishes|shrinks|reaches|becomes|(?:drop|fall|rise|grow|climb|sink|move|end|stop|start|go)s?(?=\s(?:to|by|at|from|below|under|above|over|off|up|down)\b)|outperforms?|exceeds?|ensures?|guarantees?|predicts?|recogni[sz]es?|learns?|never\s\w+s|went|came|became|made|got|found|proved|solved|rose|fell|grew|brought|began|stood|won|lost|\w{3,}ed|\w+['’](?:s|re|ve|ll|m))\b|(?<=\s)\w{3,}s\s(?:the|an?|our|all|every|any|no|it|us|them)\b
    |(?<=[a-z]s\s)(?:go|come|start|begin|end|open|close|launch|ship|arrive|land|leave|run|roll|turn|stay|remain|become|look|feel|see|say|think|know|use|keep|stop|save|lose|win|drop|rise|fall|help|hold|pass|pay|want|like|love|follow|happen|change|move|join|switch)\b""",
    _I | re.VERBOSE,
)
# "Generalises to every brand" and "works in any city" leave their subject to the sentence before.
_NO_SUBJECT_BUT_VERB = re.compile(
    r"(?:is|was|has|does|can|could|scales|works|runs|beats|solves|handles|covers|generali[sz]es|transfers"
    r"|catches|detects|finds|understands|outperforms|removes|replaces|eliminates|fits|never)\s+(?!of\b)\S",
    _I,
)
_PRONOUN = re.compile(
    r"^(?:we|i|it|they|he|she|you|this|that|there|these|those|everyone|nobody)\s+\w+", _I
)
# "At Christmas we stand below 3": the verb of such a clause can be any word.
_LED = re.compile(
    r"^(?:at|by|in|on|from|until|till|before|after|with|within|for|come|next|this|then)\s"
    r"(?:[\w'’-]+\s){1,4}(?:we|they|he|she|it|you|i)\s[a-z]+",
    _I,
)
_FORECAST = re.compile(
    r"^(?:we|i|management|the\s(?:team|board|group|company))\s(?:\w+\s){0,5}?(?:expects?|projects?|forecasts?|predicts?|anticipates?|foresees?|see|extrapolate|reckon(?:\son)?)\s(?:to\s(?:see|have|be\sat|reach|hit)\s)?(?P<what>(?!that\b|whether\b|if\b|how\b|what\b)[^,]*\d.*)$",
    _I | re.DOTALL,
)
_NAMEISH = re.compile(r"^[A-Z][a-z]+(?:['’]s)?$")
# Names that end like common words. A longer list would not help: nobody can list them all.
_NAMES = frozenset(
    """january february april june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday christmas easter ramadan diwali
    adams ahmed alexander alfred athens bayer beijing bengal boeing brussels cannes carlos charles
    chester chongqing christopher clarence clement constance cyprus daimler dallas darcy davis
    denver dominic edwards emily evans florence france frances frederic gregory grenoble
    hannover harris heather honduras hughes hunter inverness jakobs james jennifer johannes
    jonas jones julius kansas lagos lawrence leeds leicester lucas lukas manchester marcus
    matthias memphis mercedes minneapolis mohammed montreal nancy nanjing naples nepal
    netherlands nicholas oliver paris parker pascal peter philippines portugal provence quincy
    roberts roger senegal siemens spencer texas thales thomas tobias tracy tyler vancouver wales
    walter williams wyoming xavier""".split()  # noqa: SIM905 - reads better than a list
)
# "Leeds is done": of a plural, "are" would be said; and "Ahmed" or "Emily" then is nothing else.
_LIKE_A_VERB = re.compile(r"(?:[^s]s|ed|ly)$")
_SINGULAR = re.compile(r"[\w.'’-]+\s(?:is|was|has|does|needs|gets|goes|makes|takes)\b")
_SINGULAR_ENDING = re.compile(r"(?:ics|sis|us|news)$")
_FUNCTION_WORDS = STOP_WORDS | {
    *("nobody", "everyone", "everybody", "nothing", "everything", "yes", "both", "every", "each"),
    *("first", "second", "third", "fourth", "fifth", "last", "another", "half", "twice", "either"),
}
_SHORT = 4
_COMMON_ENDING = re.compile(
    r"(?:s|tion|ing|ment|ly|ed|er|ance|ence|al|ive|ic|ity|ness|ble|ous|ory|ure|age|ism|cy)$"
)


@dataclass(frozen=True)
class Caution:
    """A claim restated, and the premise that it was drawn from."""

    text: str
    premise: str = ""

    @property
    def fact(self) -> str:
        """The premise, if it was measured: then it stands for itself."""
        measured = _PAST.search(self.premise) and _COUNTS.search(self.premise)
        return self.premise if measured and not _assumes(self.premise) else ""

    @property
    def grounds(self) -> str:
        """The premise in brackets, if it was not measured."""
        if not self.premise or self.fact:
            return ""
        if _assumes(self.premise):
            return f" (only if {self.premise})"
        clause = states_something(self.premise) or _PAST.search(self.premise)
        return f" (given {'that ' if clause else ''}{self.premise})"


def _assumes(premise: str) -> bool:
    """Tell whether *premise* takes for granted what nobody measured: the next ones are alike."""
    return _ASSUMES.search(premise) is not None and _PAST.search(premise) is None


_PAST = re.compile(
    r"\b(?:was|were|rose|fell|took|went|got|had|gave|came|did|became|saw|found|made|kept|held|sent|sold|paid|ran|(?:has|have)\sbeen|[a-z]{3,}ed)\b",
    _I,
)
_ASSUMES = re.compile(
    r"\b(?:same|each|every|others?|further|next|again|will|always|all|any|alike|likewise|keeps?"
    r"|continues?|holds?|follows?)\b",
    _I,
)


def cautious(
    claim: str,
    kind: Kind,
    turn: int,
    known_lower: frozenset[str] = frozenset(),
    names: frozenset[str] = frozenset(),
    *,
    asked: bool = False,
    figurative: bool = False,
) -> Caution:
    """Restate *claim*, a clause without its full stop, as what it is: not certain.

    *turn* counts the claims of a draft, so that no two neighbours sound the same. *known_lower*
    are words that the draft writes in lower case: they are no names. *names* are. *asked* tells
    that what the claim depends on stands behind it: then one word of caution before it will do.
    The words of a *figurative* claim are not said again: behind a caution they sound absurd.
    """
    if is_tag(claim):
        return Caution("That is not certain yet")
    labels, claim = _unlabelled(_WHATEVER.sub("", unvouched(claim.strip())))
    bargain = _BARGAIN.match(claim)  # "Give it a month and it flies" stays whole
    words, premise = (claim, "") if bargain else _bare(claim)
    wording = _Wording(
        turn, known_lower | vocabulary(), _NAMES | names, asked, figurative, bool(labels)
    )
    if kind is Kind.EXTRAPOLATION and not figurative and (drawn := drawn_from(words)):
        premise = ", ".join(part for part in (premise, drawn[0]) if part)
        words, _ = _bare(drawn[1])
    parts = [words] if bargain else [part for part in _PARTS.split(words) if part]
    if kind is Kind.EXTRAPOLATION and len(parts) > 1 and not states_something(parts[0]):
        premise = ", ".join(part for part in (premise, parts.pop(0)) if part)
        parts = [_bare(part)[0] for part in parts]
    if figurative:
        parts, premise = parts[:1], ""
    restated = [
        _restated(part, kind, replace(wording, turn=turn + place))
        for place, part in enumerate(parts)
    ]
    first, *others = restated or [words]
    text = "; ".join([small(first) if labels else first, *(small(each) for each in others)])
    premise = _DANGLING.sub("", unvouched(premise))
    # A name is not known for one there, so only the surest words lose their capital.
    sure = (
        _assumes(premise)
        or _COUNTS.match(premise)
        or premise.partition(" ")[0].lower() in _FUNCTION_WORDS
    )
    return Caution(f"{labels}{text}", wording.inside(premise) if sure else premise)


# "…, whatever the weather" widens a claim that is open as it is.
_WHATEVER = re.compile(
    r",\s(?:(?:no\smatter|regardless\sof)\s|(?:whatever|whichever|wherever|whoever)\b)[^,;.\d]{3,60}$",
    _I,
)
_DANGLING = re.compile(r"[,;]?\s(?:but|and|so|yet)$", _I)


def drawn_from(words: str) -> tuple[str, str] | None:
    """Return what a conclusion in *words* is drawn from, and the conclusion."""
    if since := _SINCE.match(words):
        return since["premise"], since["claim"]
    row = _IN_A_ROW.match(words)
    if row and (_PAST.search(row["premise"]) or _COUNTS.search(row["premise"])):
        return row["premise"], row["claim"]
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
        told = _PAST.search(before) and not _SUBORDINATES.match(before)
        if told and states_something(claim) and not _PAST.search(claim):
            return before, claim
    return None


_PAUSE = re.compile(r",\s(?:and\s|then\s|so\s|hence\s|thus\s)*(?=(?:\S+\s){2})", _I)
_SUBORDINATES = re.compile(
    r"(?:if|when|once|after|as|since|because|before|until|while|although|though|given|by|in|on|at|with|from|for|who|which|that|based|compared|combined|projected|extended)\b",
    _I,
)


def small(sentence: str) -> str:
    """Return a restated claim as it stands inside a sentence."""
    return f"{sentence[:1].lower()}{sentence[1:]}" if _OPENS.match(sentence) else sentence


def _unlabelled(claim: str) -> tuple[str, str]:
    """Return the labels in front of a claim (`ETA: `) and the claim."""
    labels: list[str] = []
    while (labelled := _LABELLED.match(claim)) and not vouches_ahead(labelled["label"]):
        if praised(labelled["label"].rstrip(":")) is None:
            labels.append(f"{labelled['label']} ")
        claim = labelled["claim"]
    return "".join(labels), claim


_SUBORDINATE = re.compile(
    r"(?:and\s|but\s)?(?:as|since|because|given\sthat|now\sthat|although|though|while)\s(?!of\b|a\b|an\b|for\b|well\b)",
    _I,
)


def opens(clause: str) -> bool:
    """Tell whether *clause* is how a sentence opens: "Weather aside", "Given how far we are"."""
    return _OPENING.match(clause) is not None


def leads_in(clause: str) -> bool:
    """Tell whether *clause* is no sentence without the next."""
    if opens(clause) or _SUBORDINATE.match(clause):
        return True
    return len(clause.split()) <= _LEAD and not (
        re.search(r"\d", clause) or states_something(clause)
    )


def states_something(clause: str) -> bool:
    """Tell whether *clause* has a finite verb, as far as that can be seen."""
    return bool(_PRONOUN.match(clause) or _LED.match(clause) or _FINITE.search(clause))


# "We have not shown yet that it works now" would contradict itself.
_AS_OF_NOW = re.compile(r",?\s(?:now|herewith|hereby|as\sof\snow)$", _I)


def _bare(claim: str) -> tuple[str, str]:
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
    if ": " in words and len(words.partition(": ")[2].split()) > 2:
        before, _, words = words.partition(": ")
        premises.append(before)
    counted = [premise for premise in premises if re.search(r"\d", premise)]
    return words or claim, ", ".join(counted)


@dataclass(frozen=True)
class _Wording:
    """The choice of words for one claim."""

    turn: int
    lower: frozenset[str]
    names: frozenset[str]
    asked: bool = False
    figurative: bool = False
    labelled: bool = False

    def pick(self, *choices: str) -> str:
        """Return one of *choices*, another one for the next claim."""
        return choices[self.turn % len(choices)]

    def inside(self, clause: str) -> str:
        """Return *clause* as it stands inside a sentence: a first word that is no name is small."""
        first, space, rest = clause.partition(" ")
        word = first.rstrip(",:")
        small = word.lower()
        if (
            re.fullmatch(r"I(?:['’]\w+)?", word)
            or not word[:1].isupper()
            or not (len(word) == 1 or word[1:].islower())
        ):
            return clause
        stem = re.sub(r"['’].*$", "", small)
        known = {stem, stem.partition("-")[0]} & (_FUNCTION_WORDS | self.lower)
        compound = re.fullmatch(r"[A-Z][a-z]+-[a-z]+", word) is not None
        common = bool(known) or compound or self._reads_common(clause, stem)
        return f"{first[0].lower()}{first[1:]}{space}{rest}" if common else clause

    def _reads_common(self, clause: str, stem: str) -> bool:
        """Tell whether the first word is common, as far as its ending and the verb say."""
        if stem in self.names or not _COMMON_ENDING.search(stem) or len(stem) <= _SHORT:
            return False
        is_name = (
            _LIKE_A_VERB.search(stem)
            and not _SINGULAR_ENDING.search(stem)
            and _SINGULAR.match(clause)
        )
        return not is_name and _NAMEISH.match(clause.split(" ")[0].rstrip(",:")) is not None


def _restated(words: str, kind: Kind, wording: _Wording) -> str:
    words = _later(_IE.sub("meaning", words), wording)
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
        words = f"{conditional['claim']} {wording.inside(conditional['condition'])}"
    return f"{_opening(kind, wording, words)} {subject}{wording.inside(words)}"


# Its full stops would end the cautious sentence half-way.
_IE = re.compile(r"\bi\.\s?e\.,?", _I)


def _later(words: str, wording: _Wording) -> str:
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
    rf"(?:next\s|this\s|mid[-\s]|early\s|late\s|\d+\s)?{_TIME}|(?:next|this)\s(?!time\b){_TIME}|this\stime\s(?:tomorrow|next\s(?:year|month|week))|tomorrow\b|tonight\b)"
    r"[^,]{0,22}?),?\s(?P<rest>(?:we|i|it|they|he|she|you|no|not|nobody|nothing|none|every|everyone|everybody|everything|all|each|any|both|half|the|our|their|this|these|those)\s\S[^,;]*)$",
    _I,
)
_TIMED = re.compile(
    rf"\s(?:by|from|until|till|before|after|on|next|as\sof)\s(?:the\s)?(?:\w+\s)?{_TIME}", _I
)


_CONDITIONAL = re.compile(
    r"(?P<condition>if\s(?:it|we|they|this|that|he|she|the\s\w+)\s[^,]{2,60}?),?\s(?:then\s)?(?P<claim>(?:it|we|they|he|she|the)\s.+)$",
    _I | re.DOTALL,
)
_THERE_IS_NO = re.compile(
    r"(?:no\s(?:need|reason|point|room|chance|use|sense)\s(?:to|for|in|of)|nothing\s(?:left|else|more)\s(?:to|for))\b",
    _I,
)
# "It is not confirmed yet that that makes it …"; "that day" stays, which "this day" is not.
_THAT = re.compile(
    r"^that(?=\s(?!(?:the|an?|our|your|their|we|it|they|he|she|you|i|this|these|there|all|any|every|no|nobody|nothing"
    r"|days?|week|month|year|quarter|time|moment|date|evening|morning|night)\b)[a-z]{2,}\b)",
    _I,
)


def _opening(kind: Kind, wording: _Wording, words: str = "") -> str:
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


def _as_question(words: str, kind: Kind, wording: _Wording) -> str:
    """`Who still needs a laboratory` → `It is too early to say who still needs a laboratory`."""
    if presumed := _PRESUMED.match(words):
        claim = _of_whom(presumed["claim"], presumed["whom"])
        return f"{_opening(kind, wording)} {wording.inside(claim)}"
    if not _QUESTION.match(words):
        return ""
    return f"{wording.pick('It is too early to say', 'We cannot say yet')} {wording.inside(words)}"


def _as_report(words: str, kind: Kind, wording: _Wording) -> str:
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


def _as_doubt(words: str, kind: Kind, wording: _Wording) -> str:
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


def _as_foreseen(words: str, kind: Kind, wording: _Wording) -> str:
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


def _as_idiom(words: str, kind: Kind, wording: _Wording) -> str:
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


def _as_over(words: str, kind: Kind, wording: _Wording) -> str:
    """`Return freight is toast as of Q2` → `… what becomes of return freight as of Q2`."""
    del kind
    over = _OVER.search(words)
    if not over or not words[: over.start()].strip():
        return ""
    subject, rest = words[: over.start()].strip(" ,"), over["rest"].rstrip()
    say = wording.pick("It is too early to say", "We can't say yet")
    return f"{say} what becomes of {wording.inside(subject)}{rest}"


def _as_figure_of_speech(words: str, kind: Kind, wording: _Wording) -> str:
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
    r"(?:[a-z]+\s)?(?!of\b)[a-z]{3,}),?\s(?:can|could|may|might|will|won['’]t|should|must|has|have|had|is|are|never|need)\b",
    _I,
)


def _as_condition(words: str, kind: Kind, wording: _Wording) -> str:
    """`Once the model has replaced the clerks, …` → `If the model has replaced …`."""
    del kind
    if not _ONCE.match(words):
        return ""
    then = wording.pick("this is a plan, not a certainty", "whether it comes to that is open")
    return f"{_ONCE.sub('If ', words, count=1)} ({then})"


def _as_forecast(words: str, kind: Kind, wording: _Wording) -> str:
    """`We expect 50% by July` → `It is too early to count on 50% by July`."""
    del kind
    forecast = _FORECAST.match(words)
    return f"It is too early to count on {wording.inside(forecast['what'])}" if forecast else ""


def _as_bargain(words: str, kind: Kind, wording: _Wording) -> str:
    """`Hand it to the depots and six buses go` → `… whether six buses go if we hand it to …`."""
    del kind
    bargain = _BARGAIN.match(words)
    if not bargain:
        return ""
    claim = wording.inside(bargain["claim"])
    return (
        f"{_opening(Kind.PROMISE, wording)} {claim} if we {bargain['do'].lower()} {bargain['what']}"
    )


def _as_refusal(words: str, kind: Kind, wording: _Wording) -> str:
    """`The model won't miss a case` → `It is too early to say that …`."""
    refusal = _WONT.match(words)
    if not refusal:
        return ""
    if _FIRST.match(refusal["subject"]):
        return f"We aim not to {refusal['rest']}; we can't promise it"
    return f"It is too early to say that {wording.inside(words)}"


def _as_future(words: str, kind: Kind, wording: _Wording) -> str:
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
    r"(?:every|everyone|everybody|everything|all|each|any|anyone|anybody|the\s(?:whole|entire)|both)\b",
    _I,
)


def _as_none(words: str, kind: Kind, wording: _Wording) -> str:
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


def _not_a_promise(wording: _Wording) -> str:
    if wording.asked:
        return ""
    return wording.pick(
        "; this is a target, not a promise",
        "; whether we get there is open",
        "; we can't promise it yet",
    )


def _not_certain(wording: _Wording) -> str:
    if wording.asked:
        return ""
    return wording.pick(
        ", but that is not certain yet",
        ", but this still has to be confirmed",
        ", but we do not know that yet",
    )


def _as_order(words: str, kind: Kind, wording: _Wording) -> str:
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


def _as_commitment(words: str, kind: Kind, wording: _Wording) -> str:
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


def _as_fragment(words: str, kind: Kind, wording: _Wording) -> str:
    """Restate what may lack a verb: behind a dash anything reads well."""
    yet = "Not shown yet" if kind is Kind.OVERCLAIM else "Not certain yet"
    return f"{wording.pick(yet, 'Not confirmed yet')} – {wording.inside(words)}"


@cache
def vocabulary() -> frozenset[str]:
    """Return common words, no names: what shipped texts with capitals write in small letters."""
    cards = load_cards()
    asked = [text for card in cards for text in card.asked]
    asked += [text for topic in load_uncovered() for text in topic.questions]
    text = "\n".join([*(card.answer for card in cards), *(q for q in asked if q[:1].isupper())])
    named = {name.lower() for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+\b", text)}
    return frozenset(re.findall(r"(?<![.!?] )\b[a-z]{3,}\b", text)) - named
