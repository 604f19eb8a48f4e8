"""What only vouches for a claim can be cut; the claim stays whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.vouching import is_tag, only_vows, unvouched


@pytest.mark.parametrize(
    ("claim", "rest"),
    [
        ("At Christmas we stand below 3, count on it", "At Christmas we stand below 3"),
        ("Reserves come down by 15 percent, no ifs or buts", "Reserves come down by 15 percent"),
        ("Reserves come down – no ifs, no buts.", "Reserves come down"),
        ("mark my words: it is 0.90 next season", "it is 0.90 next season"),
        ("it reads every hand, full stop", "it reads every hand"),
        ("We’re below 2 by May. You’ll see!", "We’re below 2 by May"),
        ("costs fall, and that's that", "costs fall"),
        ("15 minutes by March, consider it delivered", "15 minutes by March"),
        ("no complaints next season, this I sign with my name", "no complaints next season"),
        ("90% by Advent, that is set in stone", "90% by Advent"),
        ("sell-through goes to 100%, book it", "sell-through goes to 100%"),
        (
            "the arm overtakes us by Advent, that's simple arithmetic",
            "the arm overtakes us by Advent",
        ),
        ("next month 200, the line on the chart doesnt lie", "next month 200"),
        ("lamps do the same because glass is glass", "lamps do the same"),
        ("we bake without testers from may thats settled", "we bake without testers from may"),
        ("Wool is done **by May, trust me**", "Wool is done **by May**"),
        ("Wool is done by May, **trust me**", "Wool is done by May"),
    ],
)
def test_what_vouches_goes(claim: str, rest: str) -> None:
    assert unvouched(claim) == rest


@pytest.mark.parametrize(
    "claim", ["That is simple", "We count on it", "The share is 100%", "It was easy", "Consider it"]
)
def test_words_of_the_claim_itself_stay(claim: str) -> None:
    assert unvouched(claim) == claim


@pytest.mark.parametrize("vow", ["carve it in stone", "Count on it!", "you’ll see", "full stop"])
def test_a_phrase_that_stands_alone_says_nothing_else(vow: str) -> None:
    assert is_tag(vow)
    assert only_vows(vow)


@pytest.mark.parametrize(
    "vow",
    [
        "you can hold me to it",
        "I'd put that in writing with my own name",
        "quote me",
        "Which settles it",
        "bread is bread",
        "the numbers don't lie",
        "and that's a certainty",
        "We see no reason why this should stop",
    ],
)
def test_a_clause_of_vouching_words_alone_vouches(vow: str) -> None:
    assert only_vows(vow)


@pytest.mark.parametrize(
    "clause",
    ["we see no reason to stop", "the job is done", "you can read it", "it is not certain", "I"],
)
def test_other_clauses_vouch_for_nothing(clause: str) -> None:
    assert not only_vows(clause)


@given(st.text(max_size=80))
def test_a_claim_never_disappears(text: str) -> None:
    assert unvouched(text) or not text
