"""Scores of reviews mean what the reports say they mean, and the sets they rest on are sound."""

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.records import Audience, BusinessContext, Kind, MetricMeaning
from bot.settings import Settings
from bot.updates.reading import LABELS
from bot.updates.review import Assignment, Review
from bot.wiring import open_reviews
from evals.cases import DATA
from evals.review_cases import DraftCase, Label, read_drafts
from evals.review_floor import Keywords
from evals.review_rewrites import Faults, faults, invented, is_left, states
from evals.review_scoring import Tally, f1_interval, most_pairs, places, plain, tally, total
from evals.reviews import Comparison, Document, labelled_kinds, run

DRAFT = "AUC rose from 0.71 to 0.83.  We’ll hit 95% by Friday, awesome! It cost 1,200 in Q3."
PROMISE = Label(kind=Kind.PROMISE, quote="We'll hit 95% by Friday")
NO_RISK = Label(kind=Kind.MISSING_RISK)


def a_case(
    *findings: Label,
    draft: str = DRAFT,
    optional: Sequence[Label] = (),
    keep: Sequence[str] = (),
    forbid: Sequence[str] = (),
    require_any: Sequence[tuple[str, ...]] = (),
    context: BusinessContext | None = None,
) -> DraftCase:
    return DraftCase(
        id="d1",
        draft=draft,
        audience=Audience.EXEC,
        context=context,
        findings=findings,
        optional=tuple(optional),
        keep=tuple(keep),
        forbid=tuple(forbid),
        require_any=tuple(require_any),
    )


def promises(*quotes: str) -> list[Label]:
    return [Label(kind=Kind.PROMISE, quote=quote) for quote in quotes]


# -- findings


@pytest.mark.parametrize(
    "quote",
    [
        "We’ll hit 95% by Friday",
        "we'll  hit 95%\nby friday",
        "We'll hit 95% by Friday, awesome! It cost 1,200",
        "95% by Friday",
    ],
)
def test_a_finding_is_right_if_it_shares_half_of_the_shorter_stretch(quote: str) -> None:
    assert tally(a_case(PROMISE), promises(quote), Kind.PROMISE) == Tally(right=1)


@pytest.mark.parametrize(
    "quote", ["by Friday, awesome! It cost 1,200 in Q3", "We will hit 95% by Friday", ""]
)
def test_a_finding_elsewhere_or_not_in_the_draft_is_wrong(quote: str) -> None:
    assert tally(a_case(PROMISE), promises(quote), Kind.PROMISE) == Tally(wrong=1, missed=1)


def test_a_finding_of_another_kind_is_wrong() -> None:
    found = [Label(kind=Kind.HYPE, quote=PROMISE.quote)]
    assert tally(a_case(PROMISE), found, Kind.HYPE) == Tally(wrong=1)
    assert tally(a_case(PROMISE), found, Kind.PROMISE) == Tally(missed=1)


def test_what_repeats_a_finding_is_ignored() -> None:
    found = promises("We'll hit 95%", "95% by Friday", "by Friday")
    assert tally(a_case(PROMISE), found, Kind.PROMISE) == Tally(right=1, ignored=2)


def test_what_is_optional_is_neither_right_nor_wrong_nor_missed() -> None:
    case = a_case(optional=[PROMISE])
    assert tally(case, [PROMISE], Kind.PROMISE) == Tally(ignored=1)
    assert tally(case, [], Kind.PROMISE) == Tally()


def test_one_long_quote_finds_one_of_several_labels() -> None:
    case = a_case(*promises("We'll hit 95%", "by Friday"))
    assert tally(case, promises(DRAFT), Kind.PROMISE) == Tally(right=1, missed=1)


def test_findings_share_out_the_labels_as_well_as_can_be() -> None:
    case = a_case(*promises("rose from 0.71", "to 0.83"))
    greedy_trap = promises("rose from 0.71 to 0.83", "rose from")
    assert tally(case, greedy_trap, Kind.PROMISE) == Tally(right=2)
    assert most_pairs([[0, 1], [0], [1, 2], [2]]) == 3
    assert most_pairs([]) == 0


def test_a_finding_about_the_whole_draft_needs_no_quote() -> None:
    found = [Label(kind=Kind.MISSING_RISK, quote="anything")]
    assert tally(a_case(NO_RISK), found, Kind.MISSING_RISK) == Tally(right=1)
    assert tally(a_case(), found, Kind.MISSING_RISK) == Tally(wrong=1)


def test_a_quote_is_looked_for_as_whole_words_first() -> None:
    assert places("cat", plain("Category: cat, CAT")) == [(10, 13), (15, 18)]
    assert places("ego", plain("Category: cat")) == [(3, 6)]
    assert places("dog", plain("Category: cat")) == []


def test_shares_are_undefined_where_there_is_nothing_to_share() -> None:
    assert Tally(right=3, wrong=1, missed=2).f1 == pytest.approx(2 / 3)
    assert Tally(right=3, wrong=1).precision == 0.75
    assert Tally(right=3, missed=1).recall == 0.75
    assert all(map(math.isnan, (Tally().f1, Tally().precision, Tally().recall)))


def test_the_interval_of_f1_surrounds_it_and_is_the_same_every_time() -> None:
    drafts = [Tally(right=1), Tally(right=2, wrong=1), Tally(missed=1), Tally()] * 10
    low, high = f1_interval(drafts)
    assert 0 < low < total(drafts).f1 < high < 1
    assert f1_interval(drafts) == (low, high)


def test_drafts_that_are_all_alike_leave_no_room_in_the_interval() -> None:
    assert f1_interval([Tally(right=1)] * 5) == (1.0, 1.0)
    assert f1_interval([Tally(missed=1)] * 5) == (0.0, 0.0)


# -- numbers


@pytest.mark.parametrize(
    ("rewrite", "source"),
    [
        ("60 percent", "60%"),
        (".83 and 1200 and 1.2k", "0.83; 1,200"),
        ("$30k and EUR500", "$30,000 and EUR 500"),
        ("0.91", "0,91"),
        ("1.200", "1200"),
        ("within 2 weeks, a 12", "in two weeks, a dozen"),
        ("1. first\n2) second\n(3) third\n- 4. fourth", ""),
        ("hit [95%, by when?]", ""),
        ("https://x.org/7 <@U99>", "see https://x.org/7, <@U99>"),
        ("v2.3 on 30.11.2024", "version 2.3, 30 11 2024"),
        ("in Q3", "last q3"),
    ],
)
def test_a_number_the_source_states_in_another_way_is_not_made_up(
    rewrite: str, source: str
) -> None:
    assert invented(rewrite, source) == []


@pytest.mark.parametrize(
    ("rewrite", "source", "made_up"),
    [
        ("by 20 points", "from 60 to 80", ["20"]),
        ("80%", "0.8", ["80"]),
        ("Q4 and v3", "Q1, v2, 4 of 5", ["Q4", "v3"]),
        ("[a 5](http://x)", "", ["5"]),
        ("2.5 million", "2.5", []),
        ("2.5", "2.5 million", []),
        ("3 million", "3.1m", ["3 million"]),
    ],
)
def test_numbers_that_the_source_does_not_state_are_made_up(
    rewrite: str, source: str, made_up: list[str]
) -> None:
    assert invented(rewrite, source) == made_up


def test_numbers_of_the_business_context_are_stated() -> None:
    meaning = MetricMeaning(metric="AUC", business_measure="losses", effect="about 400 a month")
    rewrite = "AUC rose, worth about 400."
    assert not faults(a_case(draft="x", context=BusinessContext(metrics=(meaning,))), rewrite)
    assert faults(a_case(draft="x"), rewrite) == Faults(invented=("400",))


# -- facts and claims


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("60%", "rose to 60 percent"),
        ("1,200", "1200 items"),
        (".42", "0.42"),
        ("Q3", "in q3."),
        ("5", "it was 5."),
        ("14 June", "on June 14"),
        ("Prod’s", "prod's"),
    ],
)
def test_a_fact_is_kept_in_other_words_of_the_same_value(fact: str, text: str) -> None:
    assert states(text, fact)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("60%", "to 160%"),
        ("60%", "60 items"),
        ("5", "15 and 5.1"),
        ("Q3", "in Q4"),
        ("Madrid", "Madridista"),
        ("14 June", "14 July"),
    ],
)
def test_a_fact_is_lost_where_only_a_part_or_another_value_is_left(fact: str, text: str) -> None:
    assert not states(text, fact)


def test_a_forbidden_word_is_left_wherever_it_stands() -> None:
    assert is_left("awesome|great", "This is not AWESOME.")
    assert not is_left("awesome", "This is fine.")


CLAIM = r"(?#affirmed)works in any city|will hit 0\.8"


@pytest.mark.parametrize(
    "text",
    [
        "It might rain. It works in any city.",
        "- not yet\n- works in any city",
        "We will hit 0.8",
        "Not there yet; it works in any city.",
        "It works in any city, we hope.",
        "We do not know if it works in any city. It works in any city!",
    ],
)
def test_a_claim_is_left_where_it_is_affirmed(text: str) -> None:
    assert is_left(CLAIM, text)


@pytest.mark.parametrize(
    "text",
    [
        "We do not know whether it works in any city.",
        "We haven’t shown that it works in any city",
        "From 0.7, it is too early to say that we will hit 0.8",
    ],
)
def test_a_claim_that_is_negated_or_hedged_before_it_is_gone(text: str) -> None:
    assert not is_left(CLAIM, text)


def test_faults_name_what_is_wrong_with_a_rewrite() -> None:
    case = a_case(
        PROMISE,
        keep=["0.71", "Q3"],
        forbid=["awesome"],
        require_any=[("risk", "unknown"), ("cost",)],
    )
    assert faults(case, "awesome: 0.71, now 7") == Faults(
        lost=("Q3",), left=("awesome",), unsaid=(("risk", "unknown"), ("cost",)), invented=("7",)
    )
    assert not faults(case, "From 0.71 in Q3 at a cost. Risks: [which?]")


# -- systems and reports


def orders(draft: str, audience: Audience = Audience.EXEC) -> Assignment:
    return Assignment(draft=draft, audience=audience)


async def test_the_floor_finds_keywords_and_rewrites_with_may() -> None:
    draft = "AUC is 0.81, amazing! We will beat them. So the cafés will do."
    review = await Keywords().review(orders(draft))
    assert {found.kind for found in review.findings} == {
        Kind.METRIC_WITHOUT_IMPACT,
        Kind.HYPE,
        Kind.JARGON,
        Kind.PROMISE,
        Kind.MISSING_RISK,
    }
    assert all(draft[found.start : found.end] == found.quote for found in review.findings)
    assert review.rewrite == "AUC is 0.81, ! We may beat them. So the cafés may do."


async def test_the_floor_spares_peers_jargon_and_harmless_drafts_everything() -> None:
    spared = await Keywords().review(orders("AUC, as known.", Audience.PEER))
    assert Kind.JARGON not in {found.kind for found in spared.findings}
    harmless = "The team met on Monday."
    assert await Keywords().review(orders(harmless)) == Review(rewrite=harmless)


def test_overhedged_is_judged_only_where_the_labels_know_it() -> None:
    hedged = Label(kind=Kind.OVERHEDGED, quote="AUC")
    assert Kind.OVERHEDGED not in labelled_kinds([a_case(PROMISE)])
    assert labelled_kinds([a_case(PROMISE), a_case(optional=[hedged])]) == list(Kind)


CASES = [
    a_case(PROMISE, NO_RISK, keep=["0.71"], forbid=["(?#affirmed)[’']ll hit 95%"]),
    a_case(draft="The team met on Monday."),
]


class Silent:
    """Finds nothing and changes nothing."""

    async def review(self, assignment: Assignment) -> Review:
        return Review(rewrite=assignment.draft)


async def test_a_report_compares_floor_and_coach_per_kind_and_check() -> None:
    comparison = Comparison(
        "Two", "Made up.", await run(Silent(), CASES), await run(Keywords(), CASES)
    )
    text = Document("reviews-two", [comparison]).markdown()
    rows = {row[0]: row[1:] for row in map(cells, text.splitlines()) if row}
    assert "## Two (2, 1 of them clean): findings" in text
    assert "Made up." in text
    assert rows["promise"] == ["1", "1", "0", "0", "1.00", "1.00", "1.00", "0.00"]
    assert rows["extrapolation"] == ["0", "0", "0", "0", *["–"] * 4]
    assert rows["all (micro)"][-1] == "0.00 [0.00, 0.00]"
    assert rows["clean: unchanged, byte for byte"] == ["1", *["1.00 [0.21, 1.00]"] * 2]
    assert rows["nothing forbidden left"] == ["1", "0.00 [0.00, 0.79]", "1.00 [0.21, 1.00]"]
    assert rows["right, with a business context"] == ["0", "–", "–"]
    assert "overhedged" not in rows


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []


async def test_coach_itself_can_be_measured() -> None:
    async with open_reviews(Settings(coach_model="")) as coach:
        faulty, clean = await run(coach, CASES)
    assert faulty.tallies[Kind.PROMISE] == Tally(right=1)
    assert not faulty.faults.invented
    assert clean.rewrite == clean.again == clean.case.draft


# -- the sets

DRAFTS = {file.name: read_drafts(file) for file in sorted(DATA.glob("drafts_*.jsonl"))}
every_set = pytest.mark.parametrize("cases", DRAFTS.values(), ids=DRAFTS)


@every_set
def test_drafts_are_labelled_with_stretches_of_theirs(cases: list[DraftCase]) -> None:
    assert len({case.id for case in cases}) == len(cases) >= 60
    for case in cases:
        for label in (*case.findings, *case.optional):
            assert label.quote in case.draft, case.id
            assert bool(label.quote) == (label.kind is not Kind.MISSING_RISK), case.id


@every_set
def test_labels_taken_as_findings_are_all_right(cases: list[DraftCase]) -> None:
    for case in cases:
        found = total(tally(case, case.findings, kind) for kind in Kind)
        assert found == Tally(right=len(case.findings)), case.id


@every_set
def test_drafts_state_their_facts_and_make_up_nothing(cases: list[DraftCase]) -> None:
    for case in cases:
        wrong = faults(case, case.draft)
        assert not wrong.lost, case.id
        assert not wrong.invented, case.id


@every_set
def test_clean_drafts_pass_their_own_checks_and_the_others_hold_what_is_forbidden(
    cases: list[DraftCase],
) -> None:
    for case in cases:
        if case.clean:
            assert not faults(case, case.draft), case.id
        else:
            forbidden = (re.search(one, case.draft, re.I | re.M) for one in case.forbid)
            assert all(forbidden), case.id


def test_no_draft_is_in_two_sets() -> None:
    drafts = [case.draft for cases in DRAFTS.values() for case in cases]
    assert len(set(drafts)) == len(drafts)


class LabelledText(BaseModel):
    """A line of `clauses/`."""

    text: str
    spans: list[tuple[str, str]]


CLAUSES = sorted((DATA / "clauses").glob("*.jsonl"))


@pytest.mark.parametrize("file", CLAUSES, ids=lambda file: file.stem)
def test_clauses_carry_known_labels_on_stretches_of_theirs(file: Path) -> None:
    texts = [
        LabelledText.model_validate(json.loads(line))
        for line in file.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]
    assert texts
    assert len({one.text for one in texts}) == len(texts)
    for one in texts:
        for label, quote in one.spans:
            assert label in LABELS, one.text
            assert quote, one.text
            assert quote in one.text, one.text
