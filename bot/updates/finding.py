"""Findings: what in a draft misleads its reader, sentence by sentence and as a whole.

The classifier proposes; grammar disposes: a claim under a condition, a negation or an open
question is none, and other people's words are theirs.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.records import Audience, Kind
from bot.updates import guard_texts, guard_words
from bot.updates.abroad import plain_spots
from bot.updates.cues import has
from bot.updates.drafts import BlockKind, Draft, Sentence, Span, parse, spoken, unquoted
from bot.updates.editing import after_mark
from bot.updates.grammar import opens, states_something
from bot.updates.guard_claims import overclaims, promises
from bot.updates.guard_texts import Text, plain
from bot.updates.praise import affirms, cheers, exclaims, lauds, praised, states_facts
from bot.updates.reading import FIGURATIVE, Memory, Reader, Reading
from bot.updates.restating import PRESUMED
from bot.updates.rewards import dismissals_of_work, rewards
from bot.updates.spots import Spot
from bot.updates.terms import Lexicon, Mention, Term
from bot.updates.vouching import adopts

# Problems come in company: a draft with one gets little benefit of the doubt for the next; one with
# unexplained terms gets some.
_FIRST = {
    Kind.PROMISE: 0.2,
    Kind.EXTRAPOLATION: 0.45,
    Kind.HYPE: 0.4,
    Kind.OVERCLAIM: 0.3,
    Kind.CREDIT_BY_RESULT: 0.06,
    Kind.OVERHEDGED: 0.8,
}
_BESIDE_TERMS = {
    **dict.fromkeys(_FIRST, 0.3),
    Kind.CREDIT_BY_RESULT: 0.06,
    Kind.OVERHEDGED: 0.5,
}
# The network was trained on English.
_ABROAD = {**dict.fromkeys(_FIRST, 0.5), Kind.OVERHEDGED: 0.8}
# How many problems a flawed draft has hardly grows with its length: in a long one each clause is
# less likely to be among them.
_MORE_LEAST, _MORE_PER_CLAUSE, _MORE_MOST = 0.035, 0.0055, 0.1
_HYPE_MORE = 0.08
_CREDIT_MORE = 0.03
_RESULT = 0.5
_IMPACT_FIRST, _IMPACT_MORE = 0.03, 0.65
_RISK_FIRST, _RISK_MORE = 0.01, 0.8
_IMPACT_DOUBTED = 0.25  # no finding yet, but a claim beside it is likelier
_FIGURATIVE = 0.3
_SHORT = 4
_SURE = 0.6
_SURE_OF_BARE_PRAISE = 0.75


@dataclass(frozen=True)
class Heard:
    """A draft and what was read in it; `spoken` has blanks for what states nothing."""

    draft: Draft
    spoken: Draft
    readings: Sequence[Reading]

    @property
    def figurative(self) -> list[Span]:
        """The clauses that are figures of speech, should they claim anything."""
        return [each.clause.span for each in self.readings if each.odds[FIGURATIVE] >= _FIGURATIVE]


@dataclass(frozen=True)
class Finder:
    """Finds what misleads."""

    reader: Reader
    lexicon: Lexicon

    def hear(self, draft: Draft, memory: Memory | None = None) -> Heard:
        """Read *draft*; *memory* keeps what was read of an earlier version of it."""
        told = parse(spoken(draft.text))
        return Heard(draft, told, self.reader.read(told, memory))

    def find(self, heard: Heard, audience: Audience) -> list[Spot]:
        """Return the spots of a draft in their order; what concerns all of it comes last."""
        draft, readings = heard.draft, heard.readings
        english = Text(draft.text).english
        terms = (
            []
            if audience is Audience.PEER
            else list(self._jargon(draft, heard.spoken, english=english))
        )
        spots = list(_claims(draft, readings, _first(english=english, terms=bool(terms))))
        if not english:
            spots = list(plain_spots(draft.text, readings, spots))
        elif spots or self._lacks_something(draft, readings):
            spots = list(_claims(draft, readings, _more(len(readings))))
        spots = _with_conclusions(spots, readings)
        spots += [
            *_adopted(readings, spots),
            *_consequences(readings, spots),
            *_dismissals(readings, spots),
            *_exclamations(readings, spots),
            *dismissals_of_work(readings, spots),
        ]
        spots += [*terms, *rewards(readings, spots), *_cheering(draft, spots)]
        results = self._results(readings, spots)
        spots += _bare_metrics(draft, readings, results, _IMPACT_MORE if spots else _IMPACT_FIRST)
        spots.sort(key=lambda spot: (spot.span.start, spot.span.end))
        if _hides_risk(readings, results, spots, _RISK_MORE if spots else _RISK_FIRST):
            spots.append(Spot(Kind.MISSING_RISK, Span(0, 0)))
        return spots

    def _lacks_something(self, draft: Draft, readings: Sequence[Reading]) -> bool:
        """Tell whether results stand in *draft* without what they mean, or without any risk."""
        results = self._results(readings, [])
        bare = _bare_metrics(draft, readings, results, _IMPACT_DOUBTED)
        return bool(bare) or _hides_risk(readings, results, [], _RISK_FIRST)

    # -- terms

    def _jargon(self, draft: Draft, heard: Draft, *, english: bool) -> Iterator[Spot]:
        explained = _explained_terms(draft, self.lexicon)
        seen: set[str] = set()
        for sentence in heard.sentences:
            for mention in self.lexicon.mentions(sentence.text):
                term = mention.term
                start = mention.span.start
                words = mention.span.of(sentence.text)
                known = mention.known != "none" and "@" not in words
                # "En halv dag" is half a day, and no graph.
                known |= not english and words.islower() and len(words) <= _SHORT
                other = _TRAFFIC_LIGHT.match(sentence.text, start) or _MONEY.search(
                    sentence.text[:start]
                )
                if known or other or mention.name in seen | explained:
                    continue
                seen.add(mention.name)
                yield Spot(Kind.JARGON, _shifted(mention.span, sentence), term)
            for span in self.lexicon.unknown_terms(sentence.text):
                name = span.of(sentence.text)
                if name not in seen | explained and not sentence.text.isupper():
                    seen.add(name)
                    yield Spot(Kind.JARGON, _shifted(span, sentence))

    # -- results

    def _results(
        self, readings: Sequence[Reading], claims: Sequence[Spot]
    ) -> list[tuple[Reading, Term | None]]:
        found: list[tuple[Reading, Term | None]] = []
        stretches = _Stretches(spot.span for spot in claims if spot.kind in _CLAIMED)
        for reading in readings:
            text = reading.clause.text
            metric = _metric(self.lexicon.mentions(text))
            claimed = stretches.meet(reading.clause.span)
            other = any(has(cue, text) for cue in _OF_BUSINESS) or _OF_NO_MODEL.search(text)
            product = metric is None and other
            measured = _MEASURED.search(text) and not _LABEL.match(reading.sentence.text)
            if reading.odds["result"] >= _RESULT and measured and not claimed and not product:
                found.append((reading, metric))
        return found


# Red, amber or green: the RAG of a status report generates nothing.
_TRAFFIC_LIGHT = re.compile(
    r"RAG\W{1,4}(?:status\W{1,4})?(?:red|amber|green)\b|RAG(?:\sstatus)?\s*\|", re.IGNORECASE
)
# "$6k MRR" is revenue, no measure of a ranking.
_MONEY = re.compile(r"[$€£¥]\s?\d[\d.,]*\s?(?:k|m|bn)?\s$", re.IGNORECASE)
_CLAIMED = {Kind.EXTRAPOLATION, Kind.PROMISE, Kind.OVERCLAIM}
_OF_BUSINESS = ("money", "people", "effect")
# Odds, and what became of people's requests: "18% of billing chats were handled to the end".
_OF_NO_MODEL = re.compile(
    r"\b(?:odds|chances?|likelihood|probabilit(?:y|ies))\b"
    r"|\b(?:chats?|calls?|tickets?|orders?|requests?|enquiries|inquiries|applications?|complaints?)\b"
    r"[^.;]{0,40}\b(?:handled|resolved|answered|closed|completed|settled|processed|dealt\swith)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"(?<![A-Za-z])[\d.]*\d")


def _shifted(span: Span, sentence: Sentence) -> Span:
    return Span(sentence.span.start + span.start, sentence.span.start + span.end)


def _metric(mentions: Sequence[Mention]) -> Term | None:
    return next((mention.term for mention in mentions if mention.term.kind == "metric"), None)


# -- claims


def _first(*, english: bool, terms: bool) -> Mapping[Kind, float]:
    """Return how likely the first problem of a draft has to be."""
    if not english:
        return _ABROAD
    return _BESIDE_TERMS if terms else _FIRST


def _more(clauses: int) -> Mapping[Kind, float]:
    """Return how likely a further problem has to be in a draft of so many *clauses*."""
    least = min(max(_MORE_LEAST, _MORE_PER_CLAUSE * clauses), _MORE_MOST)
    return {
        **dict.fromkeys(_FIRST, least),
        Kind.HYPE: max(least, _HYPE_MORE),
        Kind.CREDIT_BY_RESULT: _CREDIT_MORE,
        Kind.OVERHEDGED: 0.5,
    }


_OPEN = re.compile(
    r"""\b(?:too\s(?:early|soon)\sto|(?:do|does|did|can|could)(?:\snot|n['’]t)\s(?:yet\s)?(?:know|say|tell|promise|claim|guarantee|expect|count|commit|assume|conclude|mean)
    |(?:i|we)(?:(?:\sam|\sare|['’]m|['’]re)\snot\sgoing\sto|\swill\snot|\swon['’]t)\s(?:tell|say|promise|claim|pretend)|\byes\sor\sno\b|\bto\sdecide\b
    |\b(?:nobody|no\sone|none\sof\sus)\b[^.;]{0,40}?\b(?:said|says?|saying|promised?|promises|promising|claim(?:s|ed|ing)?|guarantee[sd]?)\b
    |can\s?not\s(?:yet\s)?(?:say|tell|promise|claim|guarantee|count|rule|know|commit|conclude)|not\s(?:yet\s)?(?:shown|confirmed|certain|clear|known|proven|claiming|promising|saying|sure|a\s(?:promise|forecast|commitment)(?!,?\s(?:it(?:\sis|['’]s)|but)\b))
    |remains?\s(?:to\sbe\sseen|open|unclear|unknown)|(?:is|are)\s(?:still\s)?(?:open|unclear|unknown|not\scertain|unproven)|whether\s(?:or\snot\s)?|we\saim\s|our\s(?:aim|target|goal)\s|no\s(?:promise|guarantee|evidence)|unknown\s(?:if|whether)
    |\bif\s[^,.;]{3,60}?,?\s(?:then\s)?(?:\w+\s)?(?:would|could|might|may|\w+['’]d)\b
    |^\W*should\s(?!we\b|i\b)[^?]*(?:,|$)|\bno\sbasis\s(?:to|for)\b|withdr[ae]w|retract\w*|too\soptimistic|nothing\sto\s(?:conclude|claim)|no\sconclusions?
    |(?:board|committee|trustees|members|directors|management|you)\s(?:\w+\s){0,3}?(?:will|may)\s(?:\w+\s)?(?:recall|remember|note|notice|know|wish)\b
    |(?:won['’]t|will\snot|do\snot|don['’]t)\s(?=[^.;]*\b(?:before|until|unless|without)\b))""",
    re.IGNORECASE | re.VERBOSE,
)
_OPEN_AFTER = re.compile(
    r"[,;]?\s(?:but\s)?(?:this|that|we|whether\s\w+\s\w+\s\w+)\s(?:still\shas\sto\sbe\sconfirmed|is\snot\scertain"
    r"|do\snot\sknow|is\sopen|is\sa\starget|can['’]t\spromise)",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"\b(?:settle[sd]?|answer(?:s|ed)?|prove[sd]?|decide[sd])\s(?:the\s)?(?:question\s(?:of\s)?)?whether\s",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"(?<!['’])\b(?!we\b|i\b|ha(?:ve|d)\b|just\b|also\b|already\b)\w+\s(?:\w+\s){0,3}(?<!\bi\s)(?<!\bwe\s)(?:told|said|says|wrote|claim(?:s|ed)?|promised|announced|asked(?!\sfor\b)|believes?|thinks?|hopes?|(?<!rest\s)(?<!hereby\s)assured|agreed|confirmed\sin\swriting)\b[^.]{0,40}?\b(?:that|us|whether|if|he|she|they|it)\b"
    r"|\b(?!we\b|i\b)\w+\s(?:considers?|considered|regards?|deems?)\s(?:this|it|them|these)\b"
    r"|\b(?:we|i)\s(?:had\s)?(?:wrote|said|claimed|promised|announced|reported)\b[^.]{0,20}\bthat\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"""(?:\b(?!(?:users?|customers?|clients?|people|patients?|readers?|viewers?|visitors?|drivers?|players?|everyone|everybody|nobody|none|nothing)\b)
    (?:we|i|they|he|she|the\s(?:\w+\s)?team|(?-i:[A-Z])\w+)(?:['’]ll|\s(?:will|shall|are\sgoing\sto|am\sgoing\sto))|^(?:will|(?:and\s)?(?:then\s)?will))
    \s(?:also\s|then\s|now\s|first\s|next\s|both\s|continue\sto\s|start\sto\s|need\sto\s|have\sto\s)*
    (?:run|test|present|start|install|repeat|try|check|measure|review|share|report|meet|interview|label|relabel|tag|annotate
    |retrain|compare|look|talk|discuss|prepare|write|send|collect|investigate|explore|evaluate|audit|analy[sz]e|document|decide|update
    |rerun|re-run|monitor|ask|visit|clean|gather|sample|pilot|rebuild|show|publish|post|circulate|propose|come\sback|revisit|track|watch
    |keep|continue|begin|hold|book|schedule|set\sup|roll\sback|pause|stop\s(?:the|this|work)|switch|move|add|connect|open|close\sthe|hire|onboard
    |read|train|implement|build|draft|freeze|survey|observe|extend|split|join|speak|call|bring\s(?:a|the|it\sto)|demo|hand|focus|work|spend|know|sit\sdown|look\sinto|go\sthrough|go\sover|find\sout|figure\sout|dig\sinto)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_OUTCOME = re.compile(
    r"""\b(?:reach|hit|achieve|deliver|ship|meet\sthe\s\w+|exceed|beat|outperform|eliminate|solve|fix|halve|double|triple|cut|reduce|increase|save|win|succeed|prove|guarantee|get\s(?:it\s)?(?:to|under|over|below|above)|be\s(?:at|done|ready|live|finished)|finish|complete|perfect\w*|at\slast|for\sgood|guaranteed|(?:down|up|back)\s(?:to|by|under|below|above|over))\b|\bto\s\d+\s?%""",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(
    r"\W*(?:risks?|caveats?|limits?|limitations?|business impact|in plain words|in business terms"
    r"|blocked|blockers?|need|needs|ask|asks|owner|status|next steps?|plan)\b[^\n.]{0,12}:",
    re.IGNORECASE,
)


def _claims(
    draft: Draft, readings: Sequence[Reading], thresholds: Mapping[Kind, float]
) -> Iterator[Spot]:
    for kind, threshold in thresholds.items():
        last: Spot | None = None
        for reading in _likely(readings, kind, threshold):
            if _excused(draft, reading, kind) or _is_rather_else(draft, reading, kind, thresholds):
                continue
            spot = Spot(kind, _stretch(reading, kind))
            if last and kind in _RUN_ON and _adjoin(draft, last.span, spot.span):
                last = Spot(kind, Span(last.span.start, spot.span.end))
                continue
            if last:
                yield last
            last = spot
        if last:
            yield last


def _likely(readings: Sequence[Reading], kind: Kind, threshold: float) -> Iterator[Reading]:
    """Yield the readings above *threshold*, and for what runs on, what leads up to them."""
    surest: dict[Span, float] = {}
    for reading in readings:
        place = reading.sentence.span
        surest[place] = max(surest.get(place, 0.0), reading.odds[kind.value])
    for reading in readings:
        runs = kind in _RUN_ON and surest[reading.sentence.span] >= threshold
        least = threshold * _RUN_ON_SHARE if runs else threshold
        odds = reading.odds[kind.value]
        if odds >= least or (odds >= _least_told(reading, kind) and _telling(reading, kind)):
            yield reading


def _stretch(reading: Reading, kind: Kind) -> Span:
    """Return the clause; of praise beside figures, the praise alone."""
    span = reading.clause.span
    if kind is Kind.HYPE and states_facts(reading.clause.text):
        place = praised(reading.clause.text)
        return Span(span.start + place[0], span.start + place[1]) if place else span
    return span


def _with_conclusions(spots: Sequence[Spot], readings: Sequence[Reading]) -> list[Spot]:
    """Return *spots*; a basis without a verb, "Extending the curve, …", with what is drawn from it."""
    ends = {
        basis.clause.span.end: drawn.clause.span.end
        for basis, drawn in pairwise(readings)
        if basis.sentence is drawn.sentence
        and basis.sentence.text.startswith(",", basis.clause.span.end - basis.sentence.span.start)
        and not states_something(basis.clause.text)
    }
    return [
        Spot(spot.kind, Span(spot.span.start, ends.get(spot.span.end, spot.span.end)))
        if spot.kind is Kind.EXTRAPOLATION
        else spot
        for spot in spots
    ]


def _adopted(readings: Sequence[Reading], spots: Sequence[Spot]) -> list[Spot]:
    """Return the clauses that make a claim the author's own which is quoted before them."""
    found: list[Spot] = []
    for place, reading in enumerate(readings):
        if not adopts(reading.sentence, reading.clause):
            continue
        before = [each for each in readings[:place] if each.sentence is reading.sentence]
        likely = {kind: max(each.odds[kind.value] for each in before) for kind in sorted(_CLAIMED)}
        claim = max(likely, key=likely.__getitem__)
        known = any(spot.span.meets(reading.clause.span) for spot in spots)
        if likely[claim] >= _QUOTED_CLAIM and not known:
            found.append(Spot(claim, reading.clause.span))
    return found


_QUOTED_CLAIM = 0.1


def _consequences(readings: Sequence[Reading], spots: Sequence[Spot]) -> Iterator[Spot]:
    """Yield what a claim is said to lead to: "…; each chair then earns 140 euros more"."""
    claimed = _Stretches(spot.span for spot in spots if spot.kind in _PROJECTED)
    found = _Stretches(spot.span for spot in spots)
    for before, reading in pairwise(readings):
        follows = before.sentence is reading.sentence and claimed.meet(before.clause.span)
        then = _THEN.match(f"{reading.clause.link} {reading.clause.text}".strip())
        gain = reading.odds["impact"] >= _FOLLOWING_GAIN and not found.meet(reading.clause.span)
        if follows and then and gain:
            yield Spot(Kind.PROMISE, reading.clause.span)


_THEN = re.compile(r"(?:[\w'’-]+\s){0,4}then\s", re.IGNORECASE)
_FOLLOWING_GAIN = 0.5


def _dismissals(readings: Sequence[Reading], spots: Sequence[Spot]) -> Iterator[Spot]:
    """Yield what dismisses a matter: "Who still needs a laboratory?", "Melted stock? Gone."."""
    found = _Stretches(spot.span for spot in spots)
    for reading in readings:
        span = reading.clause.span
        asks = reading.sentence.text.startswith("?", span.end - reading.sentence.span.start)
        if asks and _DISMISSES.match(reading.clause.text) and not found.meet(span):
            yield Spot(Kind.OVERCLAIM, span)
    for asked, reading in pairwise(readings):
        question = asked.sentence.text
        subject = question.endswith("?") and question.count(" ") < _SHORT - 1
        if subject and _GONE.fullmatch(reading.clause.text):
            yield Spot(Kind.OVERCLAIM, reading.clause.span)


_GONE = re.compile(
    r"(?:all\s)?(?:gone|extinct|history|dead|over|solved|finished|toast|no\smore)(?:\sfor\sgood)?",
    re.IGNORECASE,
)
_DISMISSES = re.compile(
    r"who\s(?:would\sstill|(?:still|even|really)\s(?:needs|wants|misses|trusts)\s(?:an?|the|our|any)\b)",
    re.IGNORECASE,
)


def _cheering(draft: Draft, spots: Sequence[Spot]) -> list[Spot]:
    """Return the rows of emojis that celebrate, but for those in praise that is found already."""
    praised_already = _Stretches(spot.span for spot in spots if spot.kind is Kind.HYPE)
    rows = [Span(*row) for row in cheers(draft.text)]
    return [
        Spot(Kind.HYPE, row)
        for row in rows
        if not (praised_already.meet(row) or _quoted(draft, row))
    ]


def _exclamations(readings: Sequence[Reading], spots: Sequence[Spot]) -> Iterator[Spot]:
    """Yield what is shouted and no more than that, "Huge news!!", in a draft with other problems."""
    if not spots:
        return
    found = _Stretches(spot.span for spot in spots)
    for reading in readings:
        shouted = _SHOUTED.match(reading.sentence.text, len(reading.clause.text))
        alone = reading.clause.text.count(" ") and exclaims(reading.clause.text)
        if shouted and alone and not found.meet(reading.clause.span):
            yield Spot(Kind.HYPE, reading.clause.span)


_SHOUTED = re.compile(r"\s?!+\s*$")


_RUN_ON_SHARE = 0.35
_TOLD = 0.03


def _least_told(reading: Reading, kind: Kind) -> float:
    """Return how likely a clause must be to count where the guard's own rules see the kind.

    Neither praise in any sense of the word nor an outcome that is promised in so many words needs
    any likelihood.
    """
    if kind is Kind.HYPE:
        return 0.0
    text = reading.clause.text
    vowed = _OUTCOME.search(text) or _VOWED.search(text)
    return 0.0 if kind is Kind.PROMISE and vowed else _TOLD


_VOWED = re.compile(
    r"\b(?:promise|guarantee|commit|assure|vow|pledge|swear|rest\sassured|mark\smy\swords)\b",
    re.IGNORECASE,
)


# "The Guaranteed Fresh line" promises nothing, whatever its name does.
_NAMED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")


def _telling(reading: Reading, kind: Kind) -> bool:
    """Tell whether the guard's own rules see the kind in the clause, whatever the network says."""
    text, sentence = (
        _NAMED.sub("it", plain(words)) for words in (reading.clause.text, reading.sentence.text)
    )
    if kind is Kind.HYPE:
        return lauds(unquoted(text))
    before, _, after = sentence.partition(text)
    clause = guard_texts.Clause(text, sentence, before, after)
    if kind in _PROJECTED:
        return promises(clause)
    return kind is Kind.OVERCLAIM and overclaims(clause)


# From here on the reading counts, though a heading, a question or few words would excuse it.
_BEYOND_DOUBT = 0.95
_RUN_ON = {Kind.EXTRAPOLATION, Kind.CREDIT_BY_RESULT, Kind.OVERHEDGED}


def _adjoin(draft: Draft, first: Span, second: Span) -> bool:
    between = draft.text[first.end : second.start]
    return len(between) < 16 and not re.search(r"[.!?\n]", between)


def _excused(draft: Draft, reading: Reading, kind: Kind) -> bool:
    """Tell whether the sentence itself takes the claim back, or somebody else makes it."""
    if _quoted(draft, reading.clause.span) or _is_framed(reading) or _is_scrap(reading, kind):
        return True
    if kind in _CLAIMED and _is_left_open(draft, reading, kind):
        return True
    beyond_doubt = reading.odds[kind.value] >= _BEYOND_DOUBT
    promised = kind is Kind.PROMISE and beyond_doubt and len(reading.clause.text.split()) >= _SHORT
    opens_it = kind in _CLAIMED and _leads_in(reading)
    if opens_it or (_leads_up(reading, kind) and not promised):
        return True
    if beyond_doubt:
        return False
    if reading.sentence.block.kind is BlockKind.HEADING and not _telling(reading, kind):
        return True
    if kind in _CLAIMED:
        return _asks(reading) or _is_no_claim(reading, kind)
    if kind is Kind.CREDIT_BY_RESULT:
        text = reading.clause.text
        judged = has("praise_person", text) or has("blame_person", text)
        return has("thanks", text) and not judged and reading.odds[kind.value] < _SURE
    return _is_no_praise(reading)


def _leads_up(reading: Reading, kind: Kind) -> bool:
    """Tell whether a clause only leads up to a claim: an opening, or the past it starts from."""
    return (kind in _CLAIMED and _is_opening(reading, kind)) or _reports_past(reading, kind)


def _is_left_open(draft: Draft, reading: Reading, kind: Kind) -> bool:
    """Tell whether the claim is taken back, or its basis asked for: "it could be [known when?]".

    Words that may take back anything do not, in what is a claim beyond doubt: "nobody can say
    otherwise".
    """
    asked = _ASKED.match(draft.text, reading.clause.span.end)
    doubted = reading.odds[kind.value] < _BEYOND_DOUBT or _CAUTION.search(reading.sentence.text)
    taken_back = doubted and _taken_back(reading)
    return bool(taken_back or (asked and _POSSIBLE.search(reading.clause.text)))


_ASKED = re.compile(r"[.,;]?\s\[[^\[\]\n]*\?\]")
_POSSIBLE = re.compile(r"\b(?:could|may|might|aims?|goal|target)\b", re.IGNORECASE)
_CAUTION = re.compile(
    r"\b(?:yet|too\s(?:early|soon)|whether|if|aims?|confirmed|certain|unclear|unknown|open)\b|\?|%\slikely",
    re.IGNORECASE,
)


def _is_scrap(reading: Reading, kind: Kind) -> bool:
    """Tell whether a clause has too few words to claim anything, or runs over cells of a table."""
    text = reading.clause.text
    in_table = reading.sentence.block.kind is BlockKind.TABLE
    if not re.search(r"\w\W+\w\w|\w{12}", text) and not (kind is Kind.HYPE or _says_all(reading)):
        return True
    return not re.search(r"\w\w|[^\w\s]", text) or (in_table and "|" in text)


def _says_all(reading: Reading) -> bool:
    """Tell whether a word is a sentence and an overclaim beyond doubt: "Solved."."""
    alone = re.fullmatch(r"[A-Za-z]{4,}[.!]+", reading.sentence.text) is not None
    return alone and reading.odds["overclaim"] >= _BEYOND_DOUBT


def _taken_back(reading: Reading) -> bool:
    """Tell whether the sentence leaves the claim open, reports it or gives its odds."""
    clause = reading.clause
    before = reading.sentence.text[: clause.span.end - reading.sentence.span.start]
    after = reading.sentence.text[len(before) :]
    turned = before.rfind(", but ", 0, len(before) - len(clause.text))
    return bool(
        _OPEN.search(_SETTLED.sub("", before[max(0, turned) :]))
        or _REPORTED.search(before)
        or _OPEN_AFTER.match(after)
        or _gives_odds(clause.text)
    )


def _is_framed(reading: Reading) -> bool:
    """Tell whether a clause stands behind "Risks:" or "Q:", or speaks to the reviewer."""
    sentence = reading.sentence.text
    orders = guard_words.has("instruction", reading.clause.text.lower())
    asked = sentence.endswith("?") and _ASKED_BY_OTHERS.match(sentence)
    return bool(orders or asked or _LABEL.match(sentence))


# Of questions and answers, the answers claim.
_ASKED_BY_OTHERS = re.compile(r"\W*(?:Q|Question)\s?\d*\W{1,3}\s?(?=\w)")


def _is_no_praise(reading: Reading) -> bool:
    """Tell whether a clause is a heading, denies the praise, or states facts."""
    clause = reading.clause
    place = praised(clause.text)
    if _names_only(reading) and place is None:
        return True
    if _TRAFFIC_LIGHT.fullmatch(clause.text):
        return True
    facts = states_facts(clause.text) and place is None
    denied = _DENIED.match(clause.text) or not (place is None or affirms(clause.text, place[0]))
    return bool(denied) or _asks(reading) or (facts and reading.odds["hype"] < _SURE_OF_BARE_PRAISE)


def _names_only(reading: Reading) -> bool:
    """Tell whether a clause is a word, or the few before a colon: what comes is about them."""
    text, sentence = reading.clause.text, reading.sentence
    labels = sentence.text.startswith(":", reading.clause.span.end - sentence.span.start)
    return re.fullmatch(r"\w+", text) is not None or (labels and text.count(" ") < _SHORT - 1)


_DENIED = re.compile(
    r"(?:(?:it|this|that)(?:\sis|['’]s)\s)?(?:not|hardly|far\sfrom)\b", re.IGNORECASE
)


def _reports_past(reading: Reading, kind: Kind) -> bool:
    """Tell whether a clause says what is so already.

    That is what has been so since a date, or the measured gain that a claim starts from.
    """
    text = reading.clause.text
    if kind is Kind.PROMISE and _SINCE.search(text):
        return True
    if kind in _CLAIMED and _RUNS.search(text) and not _AHEAD.search(text):
        return True
    if kind not in _PROJECTED or not (_MEASURED.search(text) and _WENT.search(text)):
        return False
    measured = max(reading.odds["result"], reading.odds["impact"])
    started_from = kind is Kind.EXTRAPOLATION and measured > reading.odds["extrapolation"] / 2
    return started_from or _AHEAD.search(text) is None


def _is_rather_else(
    draft: Draft, reading: Reading, kind: Kind, thresholds: Mapping[Kind, float]
) -> bool:
    """Tell whether an unlikely claim is far likelier to be another one, or none."""
    odds = reading.odds[kind.value]
    if kind not in _CLAIMED or odds >= _UNLIKELY:
        return False
    # The guard's rules can't tell a projection from a promise.
    if kind is not Kind.EXTRAPOLATION and _telling(reading, kind):
        return False
    if any(reading.odds[other] > _FAR_LIKELIER * odds for other in _NO_CLAIM):
        return True
    return any(
        reading.odds[other.value] > max(_LIKELIER * odds, thresholds[other])
        and not _excused(draft, reading, other)
        for other in (*_CLAIMED, Kind.HYPE)
        if other is not kind
    )


_UNLIKELY, _LIKELIER, _FAR_LIKELIER = 0.16, 2.0, 9.0
_NO_CLAIM = ("result", "impact", "risk", "plan", "goal")
_PROJECTED = (Kind.EXTRAPOLATION, Kind.PROMISE)
_WENT = re.compile(
    r"\b(?:rose|fell|went|gained|improved|dropped|climbed|jumped|increased|decreased|was|were|grew"
    r"|lost|moved|came|reached|kept|cut|brought|took|gave|saw|found|saved|spared|helped|doubled|trebled|tripled|halved|sank|shrank|slipped|nailed|called|caught|spotted|flagged|scored|reported|showed|covered|handled|answered|labell?ed|measured|counted|avoided|raised|lowered|detected|matched|produced|worked)\b|\b(?:is|are)\s(?:now\s)?(?:up|down)\b.{0,30}?\bfrom\b",
    re.IGNORECASE,
)
# "Size advice is live in Leeds" since some day, but "it is live on Friday".
_RUNS = re.compile(
    r"\b(?:is|are|went)\s(?:now\s)?(?:live|in\suse|in\sproduction)\s(?:since|as\sof|in|at|for|with)\b",
    re.IGNORECASE,
)
# "Since 2 March the control room sees it", but not "since March was good".
_SINCE = re.compile(
    r"^\W*(?:ever\s)?since\s(?:(?:early|mid|late|last|this|the\sstart\sof|\d{1,2}(?:st|nd|rd|th)?)[\s-])?(?:\d{1,4}|(?:jan|febr)uary|march|april|may|june|july|august|(?:sept|nov|dec)ember|october|(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|month|summer|autumn|fall|winter|spring|christmas|easter|then)\b,?\s(?!(?:was|were|went|is|has|had|brought|gave|came|showed|saw)\b)|"
    r"(?:\b(?:is|are|am|has|have|went|runs?|works?)|['’]s)\b(?:\s\w+){0,4}\ssince\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|shall|won['’]t|going\sto|by|until|till|before|next|soon|tomorrow|once|when|never|always"
    r"|again|from\snow|(?:mon|tues|wednes|thurs|fri)day|q[1-4]|easter|christmas|year['’]s)\b|['’]ll\b",
    re.IGNORECASE,
)


_IN_TIME = re.compile(r"\bin\s(?:\w+\s){1,2}(?:day|week|month|quarter|year)s?\b", re.IGNORECASE)


def _gives_odds(clause: str) -> bool:
    """Tell whether *clause* says how likely something is; "no chance" leaves none open."""
    return has("odds", _NO_CHANCE.sub("", clause)) or _PUT_AT.search(clause) is not None


_PUT_AT = re.compile(
    r"\b(?:put|rate|call|give|make|see)\s(?:it|this|that|them|us)\s(?:a\s|at\s|as\s|about\s|roughly\s)*"
    r"(?:[\w.]+\s(?:in|to|out\sof)\s(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b|\d+\s?(?:%|percent)|fifty[-\s]fifty|50[/-]50|evens?\b)",
    re.IGNORECASE,
)
_NO_CHANCE = re.compile(r"\b(?:no|zero|without\sa(?:ny)?)\schance\b", re.IGNORECASE)


def _is_opening(reading: Reading, kind: Kind) -> bool:
    """Tell whether a clause is how a sentence opens, or has names and dates alone."""
    text = reading.clause.text
    surely = reading.odds[kind.value] >= _SURE
    ahead = _AHEAD.search(text) or _IN_TIME.search(text) or (surely and "," in text)
    return (opens(text) and not ahead) or _is_schedule(text)


def _is_no_claim(reading: Reading, kind: Kind) -> bool:
    """Tell whether a clause announces work, names a limit, or is too short to claim."""
    text = reading.clause.text
    if kind is Kind.OVERCLAIM:
        bold = states_something(text) or any(has(family, text) for family in _BOLD)
        bold = bold or reading.odds[kind.value] >= _BOLD_BY_ITSELF
        limit = reading.odds["risk"] > _LIMIT * reading.odds[kind.value]
        if not bold or (limit and not _telling(reading, kind)):
            return True
    surely = reading.odds[kind.value] >= _SURE
    final = has("completion", text) or has("certainty", text)
    if len(text.split()) < _SHORT and not (final or surely or _telling(reading, kind)):
        return True
    return kind is Kind.PROMISE and _is_work(text)


def _is_work(clause: str) -> bool:
    """Tell whether a clause announces work that the team itself does, not what comes of it."""
    work = _WORK.search(clause)
    return work is not None and not _OUTCOME.search(clause[work.start() :])


def _is_schedule(clause: str) -> bool:
    """Tell whether *clause* has names and dates alone: "Lisbon 3 June, Porto 10 June"."""
    if clause.isupper() or not _DATED.search(clause):
        return False  # somebody shouts, or gives a word
    return all(_SCHEDULED.fullmatch(word) for word in clause.rpartition(": ")[2].split())


_DATED = re.compile(
    r"\d|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_SCHEDULED = re.compile(r"(?:[A-Z\d][\w.'’/-]*|and|from|until|then|week|[–—&/-])[,;:]?")


def _leads_in(reading: Reading) -> bool:
    """Tell whether a clause is what the next one starts with: "With the alerts on every tablet"."""
    sentence, clause = reading.sentence, reading.clause
    goes_on = sentence.text[clause.span.end - sentence.span.start :].startswith(",")
    return goes_on and bool(_PREPOSITION.match(clause.text)) and not states_something(clause.text)


_PREPOSITION = re.compile(
    r"(?:as\s)?(?:with|by|for|in|on|at|from|after|during|across|under|over|since|as)\s",
    re.IGNORECASE,
)
# How likely an overclaim needs no words of one, and how many times likelier a limit excuses it.
_BOLD_BY_ITSELF, _LIMIT = 0.15, 4.0
_BOLD = ("universal", "proof", "superior", "completion", "certainty")


def _asks(reading: Reading) -> bool:
    text = reading.sentence.text
    asks = text.rstrip().endswith("?") and has("question", text)
    return asks and _RHETORICAL.match(text) is None


# "Who would still drive around and look?" wants no answer, and "Who tells the divers that they
# can go?" none to what it takes for granted.
_RHETORICAL = re.compile(
    r"\W*(?:so,?\s|and\s|but\s)?(?:(?:who|which\sof\s(?:you|us|them)|(?:does|can|could|would)\sany(?:one|body)"
    r"|how\s(?:can|could)\s(?:any(?:one|body)|we|this))\b[^?]*\b(?:still|seriously|honestly|ever|possibly|doubts?)\b"
    rf"|{PRESUMED}|(?:does|do|can|could|would)\s(?:any(?:one|body)|you)\s(?:\w+\s)?(?:see|know|have|find|need|think\sof)\s(?:a|any|one)\s(?:\w+\s)?reason\b)",
    re.IGNORECASE,
)


def _quoted(draft: Draft, span: Span) -> bool:
    return any(
        min(span.end, quote.end) - max(span.start, quote.start) > 0.6 * len(span)
        for quote in draft.quoted
    )


# -- what the whole draft says and doesn't

_STATES_RISK = re.compile(
    r"""\bbefore\s(?:we\s)?(?:say|claim|conclude|believe)(?:ing)?\b
    |(?:^|\n|\.\s)[\s*•-]*\(?(?:risks?|caveats?|limits?|limitations|open\spoints?|unknowns?|watch-?outs?|blind\sspots?|weak\sspots?|weakness(?:es)?|shortcomings?)\b[^\n:]{0,20}:
    |\bmissed\s(?:\w+\s){0,2}\d|\bwrong\s(?:in|on|for|about)\s(?:\w+\s)?\d|\b(?:broke|breaks)\s(?:the|a|our)\b
    |\b(?:unsolved|untested|unmeasured)\b|\bswitched\s(?:it|them)\soff\b
    |\b(?:we\sare|i\sam)\snot\s(?:claiming|going\sto\s(?:tell|claim|promise))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_STATES_IMPACT = re.compile(r"\b(?:business impact|in business terms)\b", re.IGNORECASE)


def _bare_metrics(
    draft: Draft,
    readings: Sequence[Reading],
    results: Sequence[tuple[Reading, Term | None]],
    least_impact: float,
) -> list[Spot]:
    if not results or _STATES_IMPACT.search(draft.text):
        return []
    if max(reading.odds["impact"] for reading in readings) >= least_impact:
        return []
    spots: list[Spot] = []
    for reading, term in results:
        span = reading.clause.span
        if spots and _follows(draft, spots[-1].span, span):
            spots[-1] = Spot(
                Kind.METRIC_WITHOUT_IMPACT,
                Span(spots[-1].span.start, span.end),
                spots[-1].term or term,
            )
        else:
            spots.append(Spot(Kind.METRIC_WITHOUT_IMPACT, span, term))
    return spots


def _follows(draft: Draft, first: Span, second: Span) -> bool:
    """Tell whether nothing but space and punctuation stands between two results."""
    return (
        not re.search(r"\w", draft.text[first.end : second.start]) and second.start - first.end < 12
    )


def _hides_risk(
    readings: Sequence[Reading],
    results: Sequence[tuple[Reading, Term | None]],
    spots: Sequence[Spot],
    least_risk: float,
) -> bool:
    claims = any(spot.kind in _ABOUT_RESULTS for spot in spots)
    outcomes = any(
        reading.odds["impact"] >= 0.5 and re.search(r"\d", reading.clause.text)
        for reading in readings
    )
    if not (results or claims or outcomes):
        return False
    claimed = _Stretches(spot.span for spot in spots if spot.kind in _CLAIMED)
    return not any(
        reading.odds["risk"] >= least_risk or _STATES_RISK.search(reading.sentence.text)
        for reading in readings
        if not _is_claim(reading, claimed)
    )


def _is_claim(reading: Reading, claimed: "_Stretches") -> bool:
    """Tell whether the clause is a claim itself: "no risk" names none."""
    return claimed.meet(reading.clause.span) and not _OPEN.search(reading.sentence.text)


class _Stretches:
    """Stretches of a text, to ask of many spans whether they meet one."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._furthest: list[int] = []
        for span in sorted(spans, key=lambda each: each.start):
            self._starts.append(span.start)
            self._furthest.append(max(span.end, *self._furthest[-1:], 0))

    def meet(self, span: Span) -> bool:
        """Tell whether *span* shares a character with one of the stretches."""
        before = bisect_left(self._starts, span.end)
        return before > 0 and self._furthest[before - 1] > span.start


_ABOUT_RESULTS = {Kind.PROMISE, Kind.OVERCLAIM, Kind.HYPE, Kind.EXTRAPOLATION}


# -- terms explained in place

_EXPLAINS_AFTER = re.compile(
    r"\s?(?:\((?=[^)]*[a-z]{2}[^)]*\s[^)]*\s)(?![^)]{0,25}\d)|,\s(?:i\.e\.|that is|meaning|which (?:is|means|measures|tells)|the (?:share|rate|average|number|measure|percentage|fraction))\b|\s[–—-]\s(?:the|how|a)\b|\s(?:is|measures|means)\s(?:the|how|a)\b|=\s?[a-z])",
    re.IGNORECASE,
)
_GLOSSARY = re.compile(r"\W*in plain words:", re.IGNORECASE)
_ENTRY = re.compile(r"(?:^|[:;]\s)([\w@%.-]+):")
_ASKED_FOR = re.compile(r"\[what ([^\[\]\n]+) means\]")
# "How often it is in the top ten (hit rate, 0.81)", but not "(PPO, reward shaping)".
_EXPLAINS_BEFORE = re.compile(r"(?:\w+\s+){3}[(\[]\s?$")
# "That share is what we call precision".
_NAMED_THERE = re.compile(
    r"\b(?:what\s\w+\scalls?|we\scall\s(?:it|this|that)|known\sas)\s[\"“'‘]?$"
)
_ALONE_IN_BRACKETS = re.compile(r"[\s\d.,:=%+→–-]*[)\]]")
_NEAR = 100


def _explained_terms(draft: Draft, lexicon: Lexicon) -> set[str]:
    found = set(_ASKED_FOR.findall(draft.text))
    for sentence in draft.sentences:
        glossary = _GLOSSARY.match(sentence.text) is not None
        if glossary:
            found.update(_ENTRY.findall(sentence.text))
        for mention in lexicon.mentions(sentence.text):
            if glossary or _explained_there(sentence.text, mention.span):
                found.add(mention.name)
        for span in lexicon.unknown_terms(sentence.text):
            if _explained_there(sentence.text, span):
                found.add(span.of(sentence.text))
    return found


def _explained_there(text: str, span: Span) -> bool:
    """Tell whether *text* explains the term at *span* right behind or before it."""
    after, before = (
        text[after_mark(text, span.end) :],
        text[max(0, span.start - _NEAR) : span.start],
    )
    if _EXPLAINS_AFTER.match(after.lstrip("`*_")) or _NAMED_THERE.search(before):
        return True
    return bool(_EXPLAINS_BEFORE.search(before) and _ALONE_IN_BRACKETS.match(after))
