"""The lexicon of ML terms."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.updates.terms import Term, lexicon


def terms() -> list[Term]:
    known = lexicon()
    found = {term.term: term for term in (*known.lower.values(), *known.exact.values())}
    return list(found.values())


def found(text: str) -> dict[str, str]:
    """Return the terms that *text* uses, by the words that it uses for them."""
    return {mention.span.of(text): mention.term.term for mention in lexicon().mentions(text)}


def test_the_lexicon_is_large_and_explains_every_term_in_a_few_words() -> None:
    assert len(terms()) >= 300
    for term in terms():
        assert term.plain
        assert len(term.plain.split()) <= 15
        assert not term.plain.endswith("."), "it stands in brackets inside a sentence"


@pytest.mark.parametrize("number", range(0, 1_000_000, 100_003))
def test_every_spelling_of_a_term_is_recognised(number: int) -> None:
    known = lexicon()
    spellings = [*known.lower.items(), *known.exact.items()]
    spelling, term = spellings[number % len(spellings)]
    assert term.term in found(f"now {spelling} rose").values()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nDCG rose", "nDCG"),
        ("NDCG@10 is 0.6", "NDCG@10"),
        ("our F1 score fell", "F1"),
        ("the auc is up", "auc"),
        ("two RNNs and a CNN", "RNN"),
        ("fine-tuning helped", "fine-tuning"),
        ("false positives fell", "false positives"),
    ],
)
def test_spellings_vary(text: str, words: str) -> None:
    assert any(words.lower() in mention.lower() for mention in found(text))


@pytest.mark.parametrize(
    "text",
    ["We met at the café on Monday.", "Sales rose by 5% in the UK.", "The CEO asked HR for help."],
)
def test_ordinary_words_are_no_terms(text: str) -> None:
    assert found(text) == {}


def test_the_longest_spelling_wins() -> None:
    assert "false positive rate" in {
        words.lower() for words in found("the false positive rate is 3%")
    }


def test_an_acronym_before_a_figure_that_nobody_knows_is_unknown() -> None:
    text = "QXZV rose to 0.7, EBIT fell to 3 and AUC is 0.9"
    assert [span.of(text) for span in lexicon().unknown_acronyms(text)] == ["QXZV"]


@pytest.mark.parametrize(
    "said", ["QXZV: 0.7", "QXZV=0.7", "QXZV at 5%", "QXZVs (3", "QXZV fell by .2"]
)
def test_figures_stand_behind_an_acronym_in_many_ways(said: str) -> None:
    assert list(lexicon().unknown_acronyms(f"now {said}"))


@pytest.mark.parametrize("said", ["QXZV.", "QXZV in 2 weeks", "QXZV/ABCD 0.7", "#QXZV 7", "QXZV-7"])
def test_an_acronym_without_a_figure_is_nobody_s_metric(said: str) -> None:
    assert not list(lexicon().unknown_acronyms(f"now {said}"))


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_mentions_are_exact_and_in_order_in_any_text(text: str) -> None:
    end = 0
    for mention in lexicon().mentions(text):
        assert end <= mention.span.start < mention.span.end <= len(text)
        end = mention.span.end
    for span in lexicon().unknown_acronyms(text):
        assert span.of(text).isascii()


@pytest.mark.parametrize(
    "unit", ["F1 ", "AUC ", "nDCG@10 ", "A", "a ", "false ", "/", "x-", "AB ", "AB  ", " "]
)
@pytest.mark.timeout(60)  # what it guards against takes time that grows with the square
def test_a_long_monotonous_text_is_searched_at_once(unit: str) -> None:
    text = f"{unit * (20_000 // len(unit))}x"
    assert len(lexicon().mentions(text)) >= 0
    assert len(list(lexicon().unknown_acronyms(text))) >= 0
