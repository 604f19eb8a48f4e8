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
        ("hit@3 is 0.6", "hit@3"),
        ("cons@48 is 0.6", "cons@48"),
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
    [
        "We met at the café on Monday.",
        "Sales rose by 5% in the UK.",
        "The CEO asked HR for help.",
        "We had success 5 of 10 times, at R 5 per kWh.",
        "HR 10 people, sales 20.",
    ],
)
def test_ordinary_words_are_no_terms(text: str) -> None:
    assert found(text) == {}


def test_the_longest_spelling_wins() -> None:
    assert "false positive rate" in {
        words.lower() for words in found("the false positive rate is 3%")
    }


def test_an_acronym_before_a_figure_that_nobody_knows_is_unknown() -> None:
    text = "QXZV rose to 0.7, EBIT fell to 3 and AUC is 0.9"
    assert [span.of(text) for span in lexicon().unknown_terms(text)] == ["QXZV"]


@pytest.mark.parametrize(
    "said", ["QXZV: 0.7", "QXZV=0.7", "QXZV at 5%", "QXZVs (3", "QXZV fell by .2", "(QXZV): 3"]
)
def test_figures_stand_behind_an_acronym_in_many_ways(said: str) -> None:
    assert list(lexicon().unknown_terms(f"now {said}"))


@pytest.mark.parametrize("said", ["QXZV.", "QXZV in 2 weeks", "QXZV/ABCD 0.7", "#QXZV 7", "QXZV-7"])
def test_an_acronym_without_a_figure_is_nobody_s_metric(said: str) -> None:
    assert not list(lexicon().unknown_terms(f"now {said}"))


@pytest.mark.parametrize(
    "term", ["hit@20", "lift@5%", "pass@1", "TrOCR", "SegFormer", "item2vec", "MyGAN"]
)
def test_what_is_built_like_a_term_is_unknown_if_it_is_no_known_one(term: str) -> None:
    if not found(f"our {term} is new"):
        assert [
            span.of(f"our {term} is new") for span in lexicon().unknown_terms(f"our {term} is new")
        ]


@pytest.mark.parametrize(
    "text",
    [
        "mail ana@example.com",
        "mail a@1.org",
        "on the internet",
        "DotNetwork",
        "a @20 b",
        "Ethernet",
    ],
)
def test_addresses_and_ordinary_words_are_not_built_like_terms(text: str) -> None:
    assert not list(lexicon().unknown_terms(text))


def test_a_variant_of_a_metric_is_unknown_where_the_lexicon_lacks_it() -> None:
    text = "qF1 is .7, xAUC .8, mIoU .5; my iPhone and the mRNA assay"
    assert [span.of(text) for span in lexicon().unknown_terms(text)] == ["qF1", "xAUC"]


def test_a_figure_in_a_name_is_part_of_it() -> None:
    assert "f0.5" in {words.lower() for words in found("F0.5 on trays")}


def test_the_name_of_a_variable_is_a_metric_only_before_a_figure() -> None:
    text = "qz_score 0.66, see my_file and qz_rate"
    assert [span.of(text) for span in lexicon().unknown_terms(text)] == ["qz_score"]


@pytest.mark.parametrize("said", ["pinball loss", "exact match", "average precision"])
def test_a_term_with_a_short_way_to_say_it_before_a_figure_counts_anywhere(said: str) -> None:
    assert found(f"the {said} of the model")


@pytest.mark.parametrize("said", ["Dice 0.81", "dice: 0.8", "concordance is 0.73", "pinball 12.1"])
def test_an_ordinary_word_is_a_metric_right_before_a_figure(said: str) -> None:
    assert found(said)


@pytest.mark.parametrize("text", ["We threw dice.", "Full concordance on this.", "A pinball hall"])
def test_an_ordinary_word_is_no_metric_elsewhere(text: str) -> None:
    assert found(text) == {}


def test_fewer_people_know_a_short_form() -> None:
    known = {
        m.span.of(text): m.known
        for text in ["recall", "TPR", "tprs"]
        for m in lexicon().mentions(text)
    }
    assert known == {"recall": "half", "TPR": "none", "tprs": "none"}


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_mentions_are_exact_and_in_order_in_any_text(text: str) -> None:
    end = 0
    for mention in lexicon().mentions(text):
        assert end <= mention.span.start < mention.span.end <= len(text)
        end = mention.span.end
    for span in lexicon().unknown_terms(text):
        assert span.of(text).isascii()


@pytest.mark.parametrize(
    "unit",
    [
        "F1 ",
        "AUC ",
        "nDCG@10 ",
        "A",
        "a ",
        "false ",
        "/",
        "x-",
        "AB ",
        "AB  ",
        " ",
        "a_",
        "Aa",
        "x@",
    ],
)
@pytest.mark.timeout(60)  # what it guards against takes time that grows with the square
def test_a_long_monotonous_text_is_searched_at_once(unit: str) -> None:
    text = f"{unit * (20_000 // len(unit))}x"
    assert len(lexicon().mentions(text)) >= 0
    assert len(list(lexicon().unknown_terms(text))) >= 0


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("the MCMC sampler converged", "finds likely values by guided random tries"),
        ("precision at k is 0.8", "share of its top suggestions that are right"),
        ("we lack gpu pods", "a group of computers with graphics chips"),
    ],
)
def test_a_term_of_a_wider_sort_has_its_own_meaning(words: str, meaning: str) -> None:
    assert [mention.term.plain for mention in lexicon().mentions(words)] == [meaning]


def test_no_spelling_has_two_meanings_in_one_entry() -> None:
    for term in set(lexicon().lower.values()):
        assert not dict(term.meanings).keys() & {*term.aliases, *term.short}, term.term
        assert len(term.relatives) == len(term.meanings)


def test_no_explanation_has_a_term_that_would_be_explained_in_turn() -> None:
    known = lexicon()
    for term in terms():
        for meaning in (term.plain, *dict(term.meanings).values()):
            unexplained = [each.name for each in known.mentions(meaning) if each.known == "none"]
            assert not [*unexplained, *known.unknown_terms(meaning)], meaning
