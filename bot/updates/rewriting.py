"""The rewrite: certainty becomes caution, praise goes, terms are explained, gaps are asked for.

Works on the draft's own text, sentence by sentence: what nobody objects to stays byte for byte, in
its place and its format. Whatever only the author knows becomes a [placeholder] and an inquiry.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.figures import figures
from bot.records import BusinessContext, Inquiry, Kind
from bot.updates import cues
from bot.updates.abroad import sober_abroad
from bot.updates.asking import Asking
from bot.updates.claims import cautious
from bot.updates.drafts import COMMENT, Block, BlockKind, Clause, Draft, Sentence, Span
from bot.updates.editing import Edit, appended, applied
from bot.updates.explaining import explained
from bot.updates.grammar import PAST
from bot.updates.guard_texts import Text
from bot.updates.guard_words import has
from bot.updates.hedges import one_hedge
from bot.updates.likelihoods import ScaleName
from bot.updates.people import THANKS, thanked
from bot.updates.praise import signed, sober, without_cheers
from bot.updates.premises import drawn_from
from bot.updates.restating import small
from bot.updates.sentences import (
    CLAIMS,
    Part,
    assembled,
    in_place,
    joined,
    units,
    writes_small,
)
from bot.updates.spots import Spot
from bot.updates.terms import Lexicon
from bot.updates.ties import Embedder, ties
from bot.updates.vouching import adopts, only_vows, unvouched, vouches_ahead

# What a draft celebrates beside a claim is calmed too: a rocket promises as much as the words.
_EXCITED = (*CLAIMS, Kind.HYPE)
_REWORDED = (*CLAIMS, Kind.HYPE, Kind.CREDIT_BY_RESULT, Kind.OVERHEDGED)


@dataclass(frozen=True)
class Order:
    """What to rewrite, and what may be used for it.

    What of it is *figurative* is not said again behind a caution, if it claims anything.
    """

    draft: Draft
    spots: Sequence[Spot]
    figurative: Sequence[Span] = ()
    context: BusinessContext = field(default_factory=BusinessContext)
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    odds: str = ""
    scale: ScaleName = "icd203"


@dataclass(frozen=True)
class Rewriting:
    """The rewritten text, and what only the author can add."""

    text: str
    inquiries: tuple[Inquiry, ...] = ()


class Rewriter:
    """Rewrites drafts in their own format."""

    def __init__(self, lexicon: Lexicon, embedder: Embedder) -> None:
        """Know terms from *lexicon* and match metrics to contexts by *embedder*."""
        self._lexicon = lexicon
        self._embedder = embedder

    def rewrite(self, order: Order) -> Rewriting:
        """Return *order*'s draft in cautious business language; as it is if nothing is wrong."""
        if not order.spots:
            return Rewriting(order.draft.text)
        return _Pass(order, self._lexicon, self._embedder).run()

    def fits(self, draft: Draft, context: BusinessContext) -> bool:
        """Tell whether *draft* reports a metric of *context*."""
        return bool(ties(draft, context, self._lexicon, self._embedder))


class _Pass:
    """One draft being rewritten."""

    def __init__(self, order: Order, lexicon: Lexicon, embedder: Embedder) -> None:
        self._order = order
        self._lexicon = lexicon
        self._text = order.draft.text
        self._lower = writes_small(order.draft)
        self._known_lower = frozenset(re.findall(r"(?<![.!?]\s)(?<!^)\b[a-z]{3,}\b", self._text))
        self._names = _names(order.draft)
        self._cheers = any(spot.kind in _EXCITED for spot in order.spots)
        self._english = Text(self._text).english
        self._turn = 0
        self._claimed = False
        self._block: Block | None = None  # the one at hand
        self._told_in: Block | None = None  # where a claim was restated right before
        self._thanked = THANKS in self._text
        odds = "" if order.odds in self._text else order.odds
        self._asking = Asking(order.answers, order.scale, odds)
        # What the author said of this very result is better than what is known of its metric.
        said = order.answers.get("impact", "").strip()
        found = {} if said else ties(order.draft, order.context, lexicon, embedder)
        self._tied = bool(found)
        self._ties = {
            place: [tie for tie in told if tie not in self._text] for place, told in found.items()
        }

    def run(self) -> Rewriting:
        """Rewrite the sentences, explain the terms, and add what the draft lacks."""
        text = applied(self._text, list(self._edits()))
        text = explained(
            text, self._text, self._order.spots, self._lexicon, self._asking, lower=self._lower
        )
        lines = [line for line in (self._impact(), self._odds(), self._risk()) if line]
        return Rewriting(appended(text, lines, lower=self._lower), tuple(self._asking.inquiries))

    # -- sentences

    def _edits(self) -> Iterator[Edit]:
        spots = sorted(
            (spot for spot in self._order.spots if spot.kind in _REWORDED and self._in_words(spot)),
            key=lambda spot: spot.span.start,
        )
        first = 0
        for sentence in self._order.draft.sentences:
            while first < len(spots) and spots[first].span.end <= sentence.span.start:
                first += 1
            here = [
                spot for spot in spots[first : first + _NEARBY] if spot.span.meets(sentence.span)
            ]
            yield from self._edit(sentence, here)

    def _in_words(self, spot: Spot) -> bool:
        """Tell whether *spot* is more than emojis, which go from the whole text."""
        return re.search(r"\w", spot.span.of(self._text)) is not None

    def _edit(self, sentence: Sentence, spots: Sequence[Spot]) -> Iterator[Edit]:
        orders = list(_orders(sentence))
        cheers = self._cheers and without_cheers(sentence.text) != sentence.text
        after = self._ties.get(sentence.span, [])
        self._block = sentence.block
        vows = self._vouched_for(sentence)
        if vows:
            yield Edit(sentence.span, "")
        elif spots or cheers or orders:
            reworded = self._reworded(sentence, spots, orders)
            yield Edit(sentence.span, joined([reworded, *after], lower=self._lower))
        elif after:
            yield _behind(sentence, " ".join(after))
        self._claimed = vows or any(spot.kind in CLAIMS for spot in spots)
        if not self._claimed:
            self._told_in = None

    def _vouched_for(self, sentence: Sentence) -> bool:
        """Tell whether *sentence* does nothing but vouch for a claim right before it."""
        return self._claimed and only_vows(sentence.text.strip(" .!"))

    def _reworded(self, sentence: Sentence, spots: Sequence[Spot], orders: Sequence[Span]) -> str:
        settled = _settled(sentence, units(self._text, sentence, spots))
        claims = any(set(kinds) & {*CLAIMS} for _, kinds in settled)
        parts = [
            Part(clause, "", changed=True)
            if vows
            else self._untouched(_without(clause, orders), beside_claim=claims)
            if not kinds
            else self._part(_without(clause, orders), kinds, adopted=adopts(sentence, clause))
            for (clause, kinds), vows in zip(settled, _vowing(settled), strict=True)
        ]
        if sentence.block.kind is BlockKind.TABLE:
            return in_place(sentence, parts)
        return assembled(sentence, parts, lower=self._lower)

    def _untouched(self, clause: Clause, *, beside_claim: bool) -> Part:
        """Return *clause* as it is, but for cheers and what vouches for the claim beside it."""
        words = unvouched(clause.text) if beside_claim else clause.text
        if self._turn and only_vows(words):
            words = ""
        return Part(clause, without_cheers(words) if self._cheers else words, changed=not words)

    def _part(self, clause: Clause, kinds: Sequence[Kind], *, adopted: bool) -> Part:
        claim = next((kind for kind in CLAIMS if kind in kinds), None)
        words = _whole(clause) if claim else clause.text
        if not words:
            return Part(clause, "", changed=True)
        if Kind.CREDIT_BY_RESULT in kinds:
            kept = [_measured(words), self._without_verdict()]
            return Part(clause, joined(kept, lower=self._lower), changed=True)
        if Kind.HYPE in kinds:
            calm = sober(words) if self._english else sober_abroad(words)
            words = calm or (words if claim and figures(words) else "")
            if not words or claim is None:
                return Part(clause, words, changed=not words)
        if self._turn and only_vows(words):
            return Part(clause, "", changed=True)
        if claim:
            return Part(clause, self._restated(clause, words, claim, adopted), changed=True)
        return Part(clause, one_hedge(words), changed=False)

    def _restated(self, clause: Clause, words: str, claim: Kind, adopted: bool) -> str:
        """Return a claim with caution; nothing for a figure of speech right behind a claim."""
        figurative = self._is_figurative(clause)
        if figurative and self._told_in is self._block:
            return ""
        self._told_in = self._block
        if adopted and self._english:
            return self._undecided(words, claim)
        return self._cautious(words, claim, figurative=figurative)

    def _is_figurative(self, clause: Clause) -> bool:
        """Tell whether all of *clause* is a figure of speech, but for figures and names."""
        if not self._english or _FACTUAL.search(clause.text):
            return False
        covered = sum(
            max(0, min(span.end, clause.span.end) - max(span.start, clause.span.start))
            for span in self._order.figurative
        )
        return covered >= _NEARLY * len(clause.span)

    def _cautious(self, words: str, kind: Kind, *, figurative: bool) -> str:
        if not self._english:
            return _to_be_reworded(words)
        sign, words = signed(words)
        basis = self._asking.basis(words, kind)
        caution = cautious(
            without_cheers(words).rstrip(" ."),
            kind,
            self._turn,
            self._known_lower,
            self._names,
            asked=bool(basis),
            figurative=figurative,
        )
        self._turn += 1
        text = small(caution.text) if self._lower else caution.text
        whole = joined([caution.fact, f"{text}{caution.grounds}{basis}"], lower=self._lower)
        return f"{sign}{whole}"

    def _undecided(self, words: str, kind: Kind) -> str:
        return f"Whether that holds is not known yet{self._asking.basis(words, kind)}"

    def _without_verdict(self) -> str:
        if self._thanked:
            return ""
        self._thanked = True
        verdicts = "; ".join(
            spot.span.of(self._text)
            for spot in self._order.spots
            if spot.kind is Kind.CREDIT_BY_RESULT
        )
        return thanked(verdicts, self._asking.lesson(verdicts))

    # -- what the draft lacks

    def _impact(self) -> str:
        kind = Kind.METRIC_WITHOUT_IMPACT
        bare = next((spot for spot in self._order.spots if spot.kind is kind), None)
        if bare is None or self._tied:
            return ""
        result = bare.span.of(self._text)
        metric = bare.term.term if bare.term else result
        return f"Business impact: {self._asking.impact(result, metric, self._order.context)}"

    def _odds(self) -> str:
        """Say what the team's log says, unless it stands behind a claim already."""
        odds = self._asking.odds()
        return f"From the team's log: {odds}." if odds else ""

    def _risk(self) -> str:
        if not any(spot.kind is Kind.MISSING_RISK for spot in self._order.spots):
            return ""
        return f"Risks: {self._asking.risk()}"


def _settled(
    sentence: Sentence, units: Sequence[tuple[Clause, list[Kind]]]
) -> list[tuple[Clause, list[Kind]]]:
    """Return *units* where a claim is what is vouched for, not the clause that vouches.

    What is quoted stays as it was said.
    """
    settled: list[tuple[Clause, list[Kind]]] = []
    ahead: list[Kind] = []
    for clause, own in units:
        kinds = own if set(own) & {*CLAIMS} else [*own, *ahead]
        claimed = [kind for kind in kinds if kind in CLAIMS]
        ahead = claimed if vouches_ahead(clause.text) and not settled else []
        if settled and claimed and only_vows(clause.text) and not adopts(sentence, clause):
            before, theirs = settled[-1]
            if not set(theirs) & set(CLAIMS):
                settled[-1] = before, [*theirs, *claimed]
        settled.append((clause, kinds))
    return settled


def _vowing(units: Sequence[tuple[Clause, list[Kind]]]) -> list[bool]:
    """Tell of each clause whether it only vouches for the claim or verdict next to it."""
    claims = [bool(set(kinds) & {*CLAIMS, Kind.CREDIT_BY_RESULT}) for _, kinds in units]
    return [
        any(claims[max(0, place - 1) : place] + claims[place + 1 : place + 2])
        and only_vows(clause.text)
        for place, (clause, _) in enumerate(units)
    ]


def _measured(verdict: str) -> str:
    """Return the figures that a verdict is drawn from; they are no verdict."""
    fact, _ = drawn_from(verdict) or ("", "")
    fact = fact or _VERDICT_BEHIND.split(verdict, maxsplit=1)[0]
    judges = any(cues.has(family, fact) for family in _JUDGES)
    return fact if _MEASURED.search(fact) and figures(fact) and not judges else ""


# "Line 4 belongs to me" and "it is 1:0 for Kim" measure nothing.
_MEASURED = re.compile(rf"\d[.,]?\d|%|(?:{PAST.pattern})", re.IGNORECASE)
_VERDICT_BEHIND = re.compile(r",?\s(?:and|so|hence|thus|therefore|which|ergo)\s|\s?[;–—]\s")
_JUDGES = ("praise_person", "blame_person")


# Figures and names are facts, whatever speaks in figures beside them.
_FACTUAL = re.compile(r"\d|%|(?<=[a-z,] )(?!I\b)[A-Z]")
_NEARLY = 0.8


def _whole(clause: Clause) -> str:
    """Return a relative clause as a sentence: "which will save" and "which legal will love"."""
    if clause.link != "which":
        return clause.text
    return f"{clause.text} this" if _HAS_SUBJECT.match(clause.text) else f"this {clause.text}"


_HAS_SUBJECT = re.compile(
    r"(?!(?:will|would|can|could|may|might|should|must|is|are|was|were|has|have|had|does|did)\b)"
    r"(?:[\w'’-]+\s){1,4}(?:will|would|can|could|may|might|should|must)\b(?!.*\b(?:it|this|that|them)$)"
)


def _orders(sentence: Sentence) -> Iterator[Span]:
    """Yield what of *sentence* tells the reviewer what to do, and what belongs to it.

    What stands before it stays, and behind it figures do: drafts without full stops are one
    sentence. A comment ends where it ends.
    """
    if not has("instruction", sentence.text.lower()):
        return
    bits = [Span(*match.span()) for match in _BITS.finditer(sentence.text)]
    telling = [has("instruction", bit.of(sentence.text).lower()) for bit in bits]
    start = sentence.span.start
    if not any(telling):
        yield sentence.span
        return
    first = telling.index(True)
    addressed = _ADDRESSED.match(sentence.text) is not None
    for place, bit in enumerate(bits):
        words = bit.of(sentence.text)
        behind = place > first and not bits[place - 1].of(sentence.text).endswith("-->")
        stays = figures(words) if behind else len(words.split()) >= _TELLING and not addressed
        if telling[place] or not stays:
            yield Span(start + bit.start, start + bit.end)


_BITS = re.compile(rf"{COMMENT}|(?:[^,;<]|[,;](?!\s)|<(?!!--))+", re.DOTALL)
_TELLING = 3
_ADDRESSED = re.compile(
    r"\W*(?:dear |to (?:the )?)?(?:\w+ )?"
    r"(?:assistant|reviewer|bot|coach|ai|model|editor|tool)\s?[:,]",
    re.IGNORECASE,
)


def _without(clause: Clause, orders: Sequence[Span]) -> Clause:
    """Return *clause* without the words in *orders*."""
    if not any(order.meets(clause.span) for order in orders):
        return clause
    start = clause.span.start
    edits = [
        Edit(Span(max(0, order.start - start), min(len(clause.span), order.end - start)), "")
        for order in orders
        if order.meets(clause.span)
    ]
    return Clause(clause.span, clause.link, applied(clause.text, edits).strip(" ,;"))


def _names(draft: Draft) -> frozenset[str]:
    """Return, in small letters, the words that *draft* starts with a capital inside sentences."""
    return frozenset(
        word.lower()
        for sentence in draft.sentences
        if sentence.block.kind in _SENTENCES
        for word in _CAPITAL_INSIDE.findall(sentence.text)
    )


_SENTENCES = (BlockKind.PROSE, BlockKind.BULLET)
_CAPITAL_INSIDE = re.compile(r"(?<=[a-z\d,] )[A-Z][a-z]{2,}\b")


# Spots run over few sentences, so those of one stand close together in their order.
_NEARBY = 60


def _behind(sentence: Sentence, text: str) -> Edit:
    """Put *text* behind a sentence; behind the whole table for one of its rows."""
    if sentence.block.kind is BlockKind.TABLE:
        end = sentence.block.span.end
        return Edit(Span(end, end), f"\n\n{text}")
    stop = "" if sentence.text[-1:] in ".!?:" else "."
    return Edit(Span(sentence.span.end, sentence.span.end), f"{stop} {text}")


def _to_be_reworded(claim: str) -> str:
    """Leave a place for the author's own language, with the claim's figures in it."""
    figures = ", ".join(re.findall(r"\d[\d.,]*(?:\s?%)?", claim))
    return f"[{figures + ': ' if figures else ''}to be said as a goal, with what it depends on]"
