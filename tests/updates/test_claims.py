"""Claims in cautious words: the certainty goes, everything else stays."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records import Kind
from bot.updates.claims import cautious
from bot.updates.grammar import states_something
from bot.updates.guarding import Sort, check
from bot.updates.vouching import only_vows

PROMISES = [
    "We will hit 95% recall by Friday",
    "The team will deliver the pilot in Leeds by 14 May",
    "From Monday on no critical deviation is going to slip through any more",
    "The 95% target is in the bag",
    "We'll be at 0.90 by the end of June",
    "I guarantee that churn will fall by 3 points",
    "Friday is locked in",
    "Stockouts will drop by a third across all 400 stores this year",
    "Nobody will wait more than 2 minutes",
    "The model won't miss a single case",
    "Regulatory clearance will come through in September",
    "Next week the search is definitely going to be faster than 50 ms",
    "it's gonna work by q3",
    "Will be finished on 3 June, no doubt",
]
EXTRAPOLATIONS = [
    "At this pace we'll be at 0.90 by the end of June",
    "12 cycles in one month means we are done by July",
    "If we continue like this the problem is finished in one month more",
    "Two more weeks like this and we are at 95%",
]
OVERCLAIMS = [
    "The approach is proven and scales to any category",
    "The system is now better than any radiologist",
    "Our model has solved transcription",
    "This shows that 40 clerks are not needed any more",
]
VOWS = [
    "I promise", "mark my words", "you have my word", "guaranteed", "that I can guarantee you",
    "it is confirmed from our side", "put that in the minutes", "mark your calendars",
]  # fmt: skip
CLAIMS = (
    [(Kind.PROMISE, claim) for claim in PROMISES]
    + [(Kind.EXTRAPOLATION, claim) for claim in EXTRAPOLATIONS]
    + [(Kind.OVERCLAIM, claim) for claim in OVERCLAIMS]
)
NONES = [
    "not one slide escapes it this season",
    "nobody misses a case with it",
    "no clerk has to look twice",
    "nothing gets past the gate",
    "there's no version of this where we go back",
    "not one patient gets a wrong pill from autumn",
]
HEDGES = re.compile(
    r"aim|target|could|may\b|might|whether|too early|not (?:certain|confirmed|shown)|not know"
    r"|have not|can(?:'t|not| not)|\bif\b|open|plan\b",
    re.IGNORECASE,
)


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:\.\d+)?", text))


@pytest.mark.parametrize(
    ("kind", "caution"),
    [
        (Kind.PROMISE, "We cannot promise yet that"),
        (Kind.OVERCLAIM, "We have not shown yet that"),
    ],
)
@pytest.mark.parametrize("claim", NONES)
def test_what_nobody_wants_stays_denied(kind: Kind, caution: str, claim: str) -> None:
    capital = f"{claim[0].upper()}{claim[1:]}"
    assert cautious(capital, kind, 0).text == f"{caution} {claim}"


@pytest.mark.parametrize(
    ("claim", "restated"),
    [
        ("By June, every depot runs on it", "every depot runs on it by June"),
        (
            "by the end of next year the whole fleet is electric",
            "the whole fleet is electric by the end of next year",
        ),
        ("This time next year the store runs itself", "the store runs itself this time next year"),
        ("From 3 March the clerks stop typing", "the clerks stop typing from 3 March"),
        ("By July the team has two sites by Monday", "by July the team has two sites by Monday"),
        ("In Porto it works on Mondays", "in Porto it works on Mondays"),
    ],
)
def test_when_it_happens_stands_behind_what_happens(claim: str, restated: str) -> None:
    assert cautious(claim, Kind.PROMISE, 0).text == f"We do not know yet whether {restated}"


@pytest.mark.parametrize(
    ("claim", "restated"),
    [
        ("When will the night check be dropped", "when the night check will be dropped"),
        ("Rain or fog: makes no odds to it", "whether rain or fog makes no odds to it"),
        ("Following this line, 0.80 in spring is sure", "whether 0.80 in spring is sure"),
        ("oh and we run without lights", "whether we run without lights"),
        (
            "double the hives and we double the time, stands to reason",
            "double the time if we double the hives",
        ),
        ("the floor is clear by May, trust me bro", "whether the floor is clear by May"),
        ("+5% rooms locked in for June", "that +5% rooms will work out for June"),
        ("it is quiet in every hall, whatever the weather", "whether it is quiet in every hall"),
        ("sheer joy, the queue halves in May", "whether the queue halves in May"),
        ("The direction is clear, 9 in May", "9 in May"),
        ("no captain could doubt that 0.9 comes next", "whether 0.9 comes next"),
        ("that by Easter the kiln runs alone", "whether the kiln runs alone by Easter"),
        ("If you simply follow the line, 0.9 comes in May", "whether 0.9 comes in May"),
        ("unless the sky comes down, it reads all nights", "whether it reads all nights"),
        ("the queue halves **in May, period**", "whether the queue halves **in May**"),
        ("12 and 14 are only natural", "that 12 and 14 will work out"),
        ("With that the case is made for any mill", "whether the case is made for any mill"),
        ("that within a year each site has one", "whether within a year each site has one"),
        (
            "If the next days bring the same, on Monday we have 98%",
            "whether we have 98% on Monday if the next days bring the same",
        ),
        ("that summer 2031 is covered", "whether summer 2031 is covered"),
        ("Full houses are a given", "that full houses will work out"),
        (
            "Going by that, the whole atlas is online by May",
            "whether the whole atlas is online by May",
        ),
        ("We can state with full confidence that it sticks", "whether it sticks"),
        (
            "Two more harvests and the panel can go",
            "whether the panel can go after two more harvests",
        ),
    ],
)
def test_what_stands_around_a_claim_goes(claim: str, restated: str) -> None:
    assert cautious(claim, Kind.PROMISE, 0).text.endswith(restated)


@pytest.mark.parametrize(
    "claim",
    [
        "Every driver is going to see the same saving",
        "It is hereby assured that every driver will see the same saving",
        "everybody will see the same saving",
        "zero drivers will see the same saving",
    ],
)
def test_what_is_said_of_all_has_its_doubt_before_it(claim: str) -> None:
    said = cautious(claim, Kind.PROMISE, 0).text
    assert re.match(r"We do not know yet whether (?:every|zero)", said)


@pytest.mark.parametrize(
    ("claim", "asked"),
    [
        ("Empty machines will not occur any more", "empty machines will still occur"),
        ("patients no longer wait", "patients still wait"),
        ("there's no need to look deeper", "there is a need to look deeper"),
        ("There is no world in which June doesn't end well", "June could end well"),
        ("there is no parcel it cannot read", "it can read every parcel"),
        ("There is no guest who will not be served", "every guest will be served"),
    ],
)
def test_nothing_is_denied_behind_a_doubt(claim: str, asked: str) -> None:
    text = cautious(claim, Kind.PROMISE, 0).text
    assert asked in text
    assert not re.search(r"\b(?:no longer|no need|any more|cannot|\w+n't)\b", text)


def test_no_full_stop_ends_a_claim_half_way() -> None:
    claim = "Half a point down in a fortnight, i.e. none left by Easter"
    assert "fortnight, meaning none" in cautious(claim, Kind.EXTRAPOLATION, 0).text


@pytest.mark.parametrize(
    ("claim", "text", "grounds"),
    [
        (
            "As Nantes went well, the other centres will be the same",
            "We do not know yet whether the other centres will be the same",
            " (given that Nantes went well)",
        ),
        (
            "The first herd took ten days, which makes forty herds a matter of one year",
            "We do not know yet whether this makes forty herds a matter of one year",
            "the first herd took ten days",
        ),
        (
            "Two rounds of work, five hundredths; a few more rounds and it makes no mistakes",
            "We do not know yet whether it makes no mistakes",
            " (given two rounds of work, five hundredths)",
        ),
    ],
)
def test_what_a_projection_is_drawn_from_stands_beside_it(
    claim: str, text: str, grounds: str
) -> None:
    caution = cautious(claim, Kind.EXTRAPOLATION, 0)
    assert (caution.text, caution.fact or caution.grounds) == (text, grounds)


def test_where_its_conditions_are_asked_for_a_promise_needs_no_other_caution() -> None:
    assert cautious("We will ship in May", Kind.PROMISE, 0, asked=True).text == (
        "We aim to ship in May"
    )


@pytest.mark.parametrize(
    "opener",
    [
        "imo ",
        "I am convinced hundred percent that ",
        "In our view, ",
        "We have the pleasure to report that ",
    ],
)
def test_what_only_opens_a_claim_goes(opener: str) -> None:
    assert cautious(f"{opener}it works in any city", Kind.OVERCLAIM, 0).text == (
        "We have not shown yet that it works in any city"
    )


def test_what_is_true_of_anything_is_no_ground() -> None:
    claim = "One slope, one month, but a slope is a slope, all 44 will behave the same"
    assert cautious(claim, Kind.EXTRAPOLATION, 0).grounds == " (given one slope, one month)"


@pytest.mark.parametrize(
    ("claim", "kind", "text"),
    [
        (
            "The old planners can hang up their boots",
            Kind.PROMISE,
            "It is too early to say what this means for the old planners",
        ),
        ("This thing is bulletproof", Kind.OVERCLAIM, "We have not shown yet how far this holds"),
        (
            "The staffing model has cracked it for good",
            Kind.OVERCLAIM,
            "We have not shown yet how far this holds",
        ),
        ("Pack your bags, we fly", Kind.PROMISE, "It is not certain yet that this works out"),
        ("Friday is in the bag", Kind.PROMISE, "It is not certain yet that Friday will work out"),
        (
            "The drift is a dog that has stopped barking, and dogs don't lie",
            Kind.EXTRAPOLATION,
            "It is too early to say what this means for the drift",
        ),
    ],
)
def test_a_figure_of_speech_is_not_said_again(claim: str, kind: Kind, text: str) -> None:
    assert cautious(claim, kind, 0, figurative=True).text == text
    assert cautious(claim, kind, 0, figurative=True).grounds == ""


@pytest.mark.parametrize("turn", [0, 1])
def test_no_month_comes_of_a_caution(turn: int) -> None:
    assert "5 could do" in cautious("CMP-5 will do the same", Kind.PROMISE, turn).text


def test_what_others_say_stays_theirs() -> None:
    claim = "The night nurses tell us nothing gets past it"
    assert cautious(claim, Kind.OVERCLAIM, 0).text == (
        "The night nurses say so, but we have not shown yet that nothing gets past it"
    )
    ours = "We tell our friends it works anywhere"
    assert cautious(ours, Kind.OVERCLAIM, 0).text == (
        "We have not shown yet that we tell our friends it works anywhere"
    )


def test_a_premise_has_no_capital_inside_its_sentence() -> None:
    claim = "Both test clubs kept more members, hence all 61 clubs will"
    assert cautious(claim, Kind.EXTRAPOLATION, 0).grounds == (
        " (given that both test clubs kept more members)"
    )


def test_a_bargain_keeps_its_condition() -> None:
    claim = "Hand it to the depots and the district retires six buses this summer"
    assert cautious(claim, Kind.PROMISE, 0).text == (
        "We do not know yet whether the district retires six buses this summer"
        " if we hand it to the depots"
    )


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize(("kind", "claim"), CLAIMS, ids=[claim[:40] for _, claim in CLAIMS])
def test_a_claim_becomes_cautious_with_its_figures(kind: Kind, claim: str, turn: int) -> None:
    caution = cautious(claim, kind, turn)
    assert HEDGES.search(caution.text)
    assert numbers(f"{caution.text} {caution.premise}") == numbers(claim)
    assert not re.search(r"\s{2}|\s[,.;]|^\s|\s$", caution.text), "it reads as a sentence"


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("claim", PROMISES)
def test_a_cautious_promise_satisfies_the_guard(claim: str, turn: int) -> None:
    problems = check(f"{claim}.", f"{cautious(claim, Kind.PROMISE, turn).text}.")
    left = {Sort.PROMISE_LEFT, Sort.OVERCLAIM_LEFT, Sort.CERTAINTY_RAISED}
    assert not {problem.sort for problem in problems} & left


def test_neighbours_do_not_sound_the_same() -> None:
    texts = {cautious(PROMISES[0], Kind.PROMISE, turn).text for turn in range(3)}
    assert len(texts) == 3


@pytest.mark.parametrize(
    "name", ["Leeds", "Katrin", "AUC", "I", "Kings", "Ahmed", "Emily", "Peter", "Brussels"]
)
def test_a_name_keeps_its_capital_inside_the_sentence(name: str) -> None:
    caution = cautious(f"{name} is done by July", Kind.OVERCLAIM, 0)
    assert name in caution.text


@pytest.mark.parametrize(
    "claim",
    [
        "Stockouts are over", "Results are final", "Analytics is done", "Latency is solved",
        "Churn is solved", "Fraud is history", "Sign-ups are back for good",
    ],
)  # fmt: skip
def test_a_common_word_loses_its_capital_inside_the_sentence(claim: str) -> None:
    small = f"{claim[0].lower()}{claim[1:]}"
    assert cautious(claim, Kind.OVERCLAIM, 0).text.endswith(f" {small}")


def test_a_word_that_the_draft_names_elsewhere_keeps_its_capital() -> None:
    caution = cautious("Bikers was solved", Kind.OVERCLAIM, 0, names=frozenset({"bikers"}))
    assert "Bikers" in caution.text


def test_labels_stay_in_front_however_many() -> None:
    text = cautious("Search: ETA: we will ship by Friday", Kind.PROMISE, 0).text
    assert text.startswith("Search: ETA: ")
    assert cautious(f"{'ab: ' * 5_000}we will win", Kind.PROMISE, 0).text.startswith("ab: ab: ")


def test_a_label_stays_in_front() -> None:
    assert cautious("ETA: we will ship by Friday", Kind.PROMISE, 0).text.startswith("ETA: ")


@pytest.mark.parametrize(
    ("claim", "conclusion", "premise"),
    [
        (
            "Leeds took us six weeks, so Hull will be done in three",
            "We do not know yet whether Hull will be done in three",
            "Leeds took us six weeks",
        ),
        (
            "Recall is at 0.71 after 0.66, and so 0.76 is next",
            "We do not know yet whether 0.76 is next",
            "Recall is at 0.71 after 0.66",
        ),
        (
            "9 sites in 9 weeks; all forty are live by Easter",
            "We do not know yet whether all forty are live by Easter",
            "9 sites in 9 weeks",
        ),
        (
            "It went so well that the rest will take a day",
            "We do not know yet whether it went so well that the rest will take a day",
            "",
        ),
    ],
)
def test_what_a_conclusion_is_drawn_from_stays_a_fact(
    claim: str, conclusion: str, premise: str
) -> None:
    caution = cautious(claim, Kind.EXTRAPOLATION, 0)
    assert (caution.text, caution.premise) == (conclusion, premise)


@pytest.mark.parametrize(
    ("claim", "grounds"),
    [
        (
            "Porto took us four weeks, so Sofia will be done in two",
            "",
        ),
        ("Each ship brings the same, ergo we save 9%", " (only if each ship brings the same)"),
        ("We are done", ""),
    ],
)
def test_what_a_claim_takes_for_granted_is_a_condition(claim: str, grounds: str) -> None:
    assert cautious(claim, Kind.EXTRAPOLATION, 0).grounds == grounds


@pytest.mark.parametrize(
    ("claim", "restated"),
    [
        ("It follows that we skip the cubes", "We do not know yet whether we skip the cubes"),
        ("From where I sit I can tell you it works", "We do not know yet whether it works"),
        ("I see no way that we miss it", "We do not know yet whether we miss it"),
        ("what a triumph: it works", "We do not know yet whether it works"),
        ("return freight is toast", "It is too early to say what becomes of return freight"),
        ("carve it in stone", "That is not certain yet"),
    ],
)
def test_what_leads_to_a_claim_goes_with_its_certainty(claim: str, restated: str) -> None:
    assert cautious(claim, Kind.PROMISE, 0).text == restated


@pytest.mark.parametrize(
    ("kind", "claim", "restated"),
    [
        (
            Kind.OVERCLAIM,
            "Generalises to every scanner",
            "We have not shown yet that it generalises to every scanner",
        ),
        (
            Kind.OVERCLAIM,
            "It is fair to say that typing errors are history",
            "We have not shown yet that typing errors are history",
        ),
        (
            Kind.PROMISE,
            "Permit letter lands in March",
            "Not certain yet – permit letter lands in March",
        ),
        (
            Kind.PROMISE,
            "full coverage next week",
            "Not certain yet – full coverage next week",
        ),
        (
            Kind.PROMISE,
            "Feel free to scrap the old queue",
            "It is too early to scrap the old queue",
        ),
        (
            Kind.OVERCLAIM,
            "We are happy to announce that triage is solved",
            "We have not shown yet that triage is solved",
        ),
        (Kind.PROMISE, "put it on the website", "It is too early to put it on the website"),
        (
            Kind.PROMISE,
            "you can put this in the newsletter",
            "It is too early to put this in the newsletter",
        ),
        (
            Kind.PROMISE,
            "The northern depots go live on 12 June",
            "We do not know yet whether the northern depots go live on 12 June",
        ),
        (
            Kind.PROMISE,
            "Nevertheless I can assure you that the cost is below 1 million",
            "We do not know yet whether the cost is below 1 million",
        ),
        (
            Kind.EXTRAPOLATION,
            "After a week like that I see no need for tests",
            "We do not know yet whether after a week like that I see no need for tests",
        ),
        (
            Kind.PROMISE,
            "The audit on 1 June is guaranteed",
            "It is not certain yet that the audit on 1 June will work out",
        ),
        (
            Kind.PROMISE,
            "The kiosks open on 3 May, whatever happens",
            "We do not know yet whether the kiosks open on 3 May",
        ),
        (
            Kind.OVERCLAIM,
            "From this trial it is certain that spills are a thing of the past",
            "We have not shown yet that spills are a thing of the past",
        ),
        (
            Kind.EXTRAPOLATION,
            "the trend is clear: we are at 0.75 by May",
            "We do not know yet whether we are at 0.75 by May",
        ),
        (
            Kind.PROMISE,
            "queues are going to zero",
            "We do not know yet whether queues are going to zero",
        ),
        (
            Kind.PROMISE,
            "I've told them it is a matter of course",
            "We do not know yet whether I've told them it is a matter of course",
        ),
    ],
)
def test_a_claim_is_restated_in_a_whole_sentence(kind: Kind, claim: str, restated: str) -> None:
    assert cautious(claim, kind, 0).text == restated


@pytest.mark.parametrize("vow", VOWS)
def test_a_clause_may_only_vouch(vow: str) -> None:
    assert only_vows(vow)
    assert not only_vows("we will ship by Friday")


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("we ship it", True),
        ("recall is better", True),
        ("a better recall", False),
        ("90% by May", False),
        ("90% by may", False),
        ("May 14 at the latest", False),
        ("recall may fall", True),
    ],
)
def test_a_statement_has_a_verb(text: str, states: bool) -> None:
    assert states_something(text) is states


SUBJECTS = st.sampled_from(["We", "The team", "Recall", "The pilot in Leeds", "I", "Stockouts"])
VERBS = st.sampled_from([" will reach ", " is going to hit ", "'ll be at ", " shall exceed "])
ENDS = st.sampled_from(["% by Friday", " by 3 June", "% across all 400 stores", " in Q3"])


@settings(max_examples=100, deadline=None)
@given(
    SUBJECTS, VERBS, st.integers(2, 999), ENDS, st.sampled_from(list(Kind)[:2]), st.integers(0, 9)
)
def test_no_figure_is_lost_or_made_up(
    subject: str, verb: str, figure: int, end: str, kind: Kind, turn: int
) -> None:
    claim = f"{subject}{verb}{figure}{end}"
    caution = cautious(claim, kind, turn)
    assert numbers(f"{caution.text} {caution.premise}") == numbers(claim)
    assert HEDGES.search(caution.text)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=200), st.sampled_from(list(Kind)), st.integers(0, 5))
def test_any_text_is_survived(text: str, kind: Kind, turn: int) -> None:
    assert isinstance(cautious(text, kind, turn).text, str)


@pytest.mark.parametrize("unit", ["will ", "we will ", "if ", "a, ", "a: ", " ", "!", "so ", "x-"])
@pytest.mark.timeout(60)  # what it guards against takes time that grows with the square
def test_a_long_monotonous_claim_is_restated_at_once(unit: str) -> None:
    claim = f"We will {unit * (20_000 // len(unit))}x"
    assert cautious(claim, Kind.PROMISE, 0).text


def test_time_asked_for_is_a_bargain() -> None:
    caution = cautious("Give it 3 more weeks and it is spot on", Kind.EXTRAPOLATION, 0)
    assert caution.text == "We do not know yet whether it is spot on if we give it 3 more weeks"
    assert not caution.premise


def test_a_list_is_no_bargain() -> None:
    caution = cautious("Roll out to lines 2 and 3 in June", Kind.PROMISE, 0)
    assert "lines 2 and 3 in June" in caution.text


def test_what_has_led_to_a_claim_stands_in_brackets() -> None:
    claim = "Having gone from 0 to 6 in May, a full shelf in June is the natural next step"
    caution = cautious(claim, Kind.EXTRAPOLATION, 0)
    assert (
        caution.text == "We do not know yet whether a full shelf in June is the natural next step"
    )
    assert (caution.fact, caution.grounds) == ("", " (having gone from 0 to 6 in May)")


def test_what_will_be_is_told_from_what_is_claimed_of_it() -> None:
    claim = "it outdoes the old plan for every route we ran or will run"
    assert cautious(claim, Kind.OVERCLAIM, 0).text == f"We have not shown yet that {claim}"


def test_what_a_claim_points_at_is_pointed_at_once() -> None:
    caution = cautious("That makes it bulletproof", Kind.OVERCLAIM, 0)
    assert caution.text == "We have not shown yet that this makes it bulletproof"


def test_a_day_pointed_at_stays_that_day() -> None:
    caution = cautious("that day is 2 September", Kind.PROMISE, 0)
    assert caution.text == "We do not know yet whether that day is 2 September"


def test_a_double_negation_is_undone_rather_than_called_a_figure_of_speech() -> None:
    claim = "There is no label it won't read by May"
    text = cautious(claim, Kind.PROMISE, 0, figurative=True).text
    assert text == "it could read every label by May, but that is not certain yet"


def test_what_a_claim_holds_for_stays_where_nothing_else_is_left() -> None:
    text = cautious("rain or snow, whatever the weather", Kind.OVERCLAIM, 0).text
    assert text.endswith("rain or snow, whatever the weather")
