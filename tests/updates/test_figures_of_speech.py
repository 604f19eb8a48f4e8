"""Figures of speech are not said again behind a caution, and nothing else goes with them."""

import pytest

from bot.records import Kind
from bot.updates.drafts import Span, parse
from bot.updates.rewriting import Order, Rewriter
from bot.updates.spots import Spot
from bot.updates.terms import lexicon
from knowledge.embeddings import MiniLM

FIGURE = "the planners can hang up their boots"


@pytest.fixture(scope="module")
def rewriter() -> Rewriter:
    return Rewriter(lexicon(), MiniLM())


def rewritten(rewriter: Rewriter, draft: str, *claims: str, figure: str = FIGURE) -> str:
    """Return *draft* as it reads with *claims* found in it, of which *figure* is figurative."""
    spots = [Spot(Kind.PROMISE, _place(draft, claim)) for claim in claims]
    order = Order(parse(draft), spots, figurative=(_place(draft, figure),))
    return rewriter.rewrite(order).text


def _place(draft: str, words: str) -> Span:
    start = draft.index(words)
    return Span(start, start + len(words))


def test_what_it_is_about_stays(rewriter: Rewriter) -> None:
    draft = f"Waits fell to 9 minutes and {FIGURE}. Nights are untested."
    assert rewritten(rewriter, draft, FIGURE) == (
        "Waits fell to 9 minutes. It is too early to say what this means for the planners"
        " [depends on what? known when?]. Nights are untested."
    )


def test_right_behind_another_claim_it_goes(rewriter: Rewriter) -> None:
    draft = f"We will be live in May; {FIGURE}. Nights are untested."
    assert rewritten(rewriter, draft, "We will be live in May", FIGURE) == (
        "We aim to be live in May [depends on what? known when?]. Nights are untested."
    )


def test_in_another_paragraph_it_does_not_go(rewriter: Rewriter) -> None:
    draft = f"- We will be live in May\n- {FIGURE}\n- nights are untested"
    rewrite = rewritten(rewriter, draft, "We will be live in May", FIGURE)
    assert "what this means for the planners" in rewrite
    assert "boots" not in rewrite


@pytest.mark.parametrize(
    "fact", ["the 14 planners", "the planners in Leeds", "40% of the planners"]
)
def test_figures_and_names_are_facts_and_stay(rewriter: Rewriter, fact: str) -> None:
    figure = f"{fact} can hang up their boots"
    draft = f"Waits fell. So {figure}. Nights are untested."
    assert fact in rewritten(rewriter, draft, figure, figure=figure)
