"""The built-in engine: short, whole, cited, and honest about what it doesn't know."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.answer import Answer
from bot.answers.composing import COVERED_LOG_ODDS, DOCUMENT_SCORE, compose, covered, gather
from knowledge.cards import Card, Source, load_cards
from knowledge.library import Found
from knowledge.passages import Passage
from knowledge.shelves import FoundCard, FoundPassage

CARDS = load_cards()
LECTURE = CARDS[0].sources[0].lecture
SURE, NO = COVERED_LOG_ODDS + 1, COVERED_LOG_ODDS - 1


def a_card(name: str, answer: str, advice: str = "Do it.") -> Card:
    return Card(
        id=name,
        title=f"About {name}",
        sources=(Source(lecture=LECTURE, section="Roles"),),
        answer=answer,
        advice=advice,
        questions=(f"What about {name}?",),
    )


def a_passage(text: str, name: str = "handbook.md") -> Passage:
    return Passage(id=text, document=name, title="Handbook", section="Rules", text=text)


def a_find(
    *,
    cards: tuple[tuple[Card, float], ...] = (),
    passages: tuple[tuple[Passage, float], ...] = (),
    question: str = "who owns labels",
    covered: float = SURE,
    similarity: float = 0.7,
    topic: str = "cooking",
) -> Found:
    return Found(
        question=question,
        cards=tuple(FoundCard(card, score) for card, score in cards)
        or tuple(FoundCard(card, 1.0 - n) for n, card in enumerate(CARDS[:8])),
        passages=tuple(FoundPassage(passage, score) for passage, score in passages),
        covered=covered,
        similarity=similarity,
        topic=topic,
    )


def check(answer: Answer) -> None:
    """Assert what holds for every answer, whatever was found."""
    assert len(answer.text.split()) <= 120
    marks = [int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)]
    assert marks == [citation.number for citation in answer.citations]
    assert answer.abstained == (not answer.citations)
    for citation in answer.citations:
        assert citation.quote
        assert citation.quote in citation.passage
        assert citation.passage in answer.passages


words = st.text(alphabet="abcdefg[]123.,!?… \n\té机", min_size=1, max_size=12)
sentences = st.one_of(
    st.lists(words, min_size=1, max_size=30).map(" ".join),
    st.integers(1, 400).map(lambda n: "word " * n + "end."),
    st.lists(st.integers(1, 50), min_size=1, max_size=12).map(
        lambda sizes: " ".join("long " * size + "stop." for size in sizes)
    ),
    st.just("As [7] and [1] show, it works [23]. See [2]."),
    st.just("x" * 5_000),
).filter(lambda text: bool(text.strip()))
scores = st.floats(0, 1.3)
made_cards = st.tuples(sentences, sentences).map(lambda texts: a_card("x", *texts))
hits = st.lists(st.tuples(st.one_of(made_cards, st.sampled_from(CARDS)), scores), min_size=1)


@given(
    cards=hits.map(lambda found: sorted(found, key=lambda hit: -hit[1])[:8]),
    passages=st.lists(st.tuples(sentences.map(a_passage), scores), max_size=8),
    question=st.text(max_size=80),
    log_odds=st.floats(-6, 6),
    similarity=st.floats(-1, 1),
)
@settings(deadline=None, max_examples=120)
def test_whatever_is_found_gives_a_short_answer_whose_marks_quotes_and_passages_agree(
    cards: list[tuple[Card, float]],
    passages: list[tuple[Passage, float]],
    question: str,
    log_odds: float,
    similarity: float,
) -> None:
    found = a_find(
        cards=tuple(cards),
        passages=tuple(sorted(passages, key=lambda hit: -hit[1])),
        question=question,
        covered=log_odds,
        similarity=similarity,
    )
    answer = compose(found)
    check(answer)
    assert answer.abstained != covered(found)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_every_card_is_answered_whole(card: Card) -> None:
    answer = compose(a_find(cards=((card, 2.0), (CARDS[0], 0.0)), question=card.questions[0]))
    check(answer)
    assert answer.text == f"{card.answer} {card.advice} [1]"


def test_a_close_companion_adds_its_answer_and_a_distant_one_does_not() -> None:
    best, near, far = (
        a_card("labels", "The ML team owns labels."),
        a_card("tools", "Tools are shared by everybody who builds or labels anything."),
        a_card("lunch", "Lunch is at noon."),
    )
    answer = compose(a_find(cards=((best, 3.0), (near, 2.5), (far, 1.0))))
    assert answer.text == (
        "The ML team owns labels. Do it. [1]\n\n"
        "Tools are shared by everybody who builds or labels anything. [2]"
    )
    check(answer)


def test_a_companion_with_next_to_nothing_to_add_is_left_out() -> None:
    best, near = a_card("labels", "The ML team owns labels."), a_card("tools", "Tools are shared.")
    answer = compose(a_find(cards=((best, 3.0), (near, 2.5))))
    assert answer.text == "The ML team owns labels. Do it. [1]"


def test_no_more_than_two_companions_join() -> None:
    facts = [" ".join(f"{word}{n}" for word in "abcdefghij") + "." for n in range(6)]
    cards = tuple((a_card(f"c{n}", fact), 1.0) for n, fact in enumerate(facts))
    assert len(compose(a_find(cards=cards)).citations) == 3


def test_what_was_heard_before_is_not_said_again() -> None:
    card = a_card("labels", "The ML team owns labels. It pays for them too.")
    found = a_find(cards=((card, 3.0),))
    answer = compose(found, heard="As said: The ML team owns labels. [1]")
    assert answer.text == "It pays for them too. Do it. [1]"
    check(answer)


def test_of_a_card_that_was_all_heard_its_companions_are_left() -> None:
    best = a_card("labels", "The ML team owns labels.")
    near = a_card("tools", "Tools are shared by everybody who builds or labels anything.")
    found = a_find(cards=((best, 3.0), (near, 2.5)))
    answer = compose(found, heard="The ML team owns labels. Do it. [1]")
    assert answer.text == "Tools are shared by everybody who builds or labels anything. [1]"
    check(answer)


def test_of_a_card_that_was_all_heard_what_it_names_as_related_comes_next_however_far() -> None:
    best = a_card("labels", "The ML team owns labels.").model_copy(update={"related": ("tools",)})
    far = a_card("tools", "Tools are shared by everybody who builds or labels anything.")
    found = a_find(cards=((best, 3.0), (far, 0.1)))
    assert compose(found, heard=compose(found).text).text.startswith("Tools are shared")
    assert len(compose(found).citations) == 1


def test_where_all_was_heard_the_answer_says_so_and_stands_alone() -> None:
    best = a_card("labels", "The ML team owns labels.")
    near = a_card("tools", "Tools are shared by everybody who builds or labels anything.")
    found = a_find(cards=((best, 3.0), (near, 2.5)))
    heard = f"{best.answer} {best.advice} {near.answer} {near.advice}"
    answer = compose(found, heard)
    assert answer.text == (
        "My material says no more on this than above: The ML team owns labels. Do it. [1]"
    )
    check(answer)


def test_sentences_of_documents_are_not_said_again_either() -> None:
    document = a_passage("Labels are bought [2]. She owns labels.")
    found = a_find(passages=((document, 0.9),), similarity=0.1)
    assert compose(found, heard="Labels are bought (2). [1]").text == "She owns labels. [1]"


def test_documents_lead_when_they_fit_better() -> None:
    document = a_passage("Labels are owned by the Berlin office.")
    found = a_find(passages=((document, 0.9),), similarity=0.6)
    answer = compose(found)
    assert answer.text == "Labels are owned by the Berlin office. [1]"
    assert answer.citations[0].source == "handbook.md"
    assert gather(found)[0].text == document.text
    check(answer)


def test_cards_lead_when_they_fit_better() -> None:
    found = a_find(passages=((a_passage("Labels."), 0.7),), similarity=0.8)
    assert CARDS[0].answer in compose(found).text
    assert gather(found)[0].text == CARDS[0].text


def test_documents_answer_what_the_cards_do_not_cover() -> None:
    document = a_passage("The canteen opens at noon.")
    found = a_find(passages=((document, DOCUMENT_SCORE),), similarity=0.9, covered=NO)
    assert compose(found).text == "The canteen opens at noon. [1]"


def test_documents_that_hardly_fit_answer_nothing() -> None:
    found = a_find(passages=((a_passage("Noon."), DOCUMENT_SCORE - 0.01),), covered=NO)
    assert not covered(found)
    assert compose(found).abstained


def test_of_a_long_passage_the_sentences_about_the_question_are_said_in_their_order() -> None:
    filler = [f"Filler number {n} is here." for n in range(8)]
    text = " ".join([*filler[:4], "Labels are bought.", *filler[4:], "She owns labels."])
    answer = compose(a_find(passages=((a_passage(text), 0.9),), similarity=0.1))
    assert answer.text.index("Labels are bought.") < answer.text.index("She owns labels.")
    assert answer.text.count(".") == 4
    assert answer.citations[0].quote == "She owns labels."
    check(answer)


def test_an_endless_sentence_is_cut_and_says_so() -> None:
    endless = a_passage("word " * 500)
    other = a_passage("more " * 90 + "stop.")
    answer = compose(a_find(passages=((endless, 0.9), (other, 0.9)), similarity=0.1))
    assert "… [1]" in answer.text
    check(answer)


def test_numbers_in_brackets_that_a_document_holds_are_not_taken_for_sources() -> None:
    document = a_passage("Labels cost 3 cents [12].")
    answer = compose(a_find(passages=((document, 0.9),), similarity=0.1))
    assert answer.text == "Labels cost 3 cents (12). [1]"
    assert answer.citations[0].quote == "Labels cost 3 cents [12]."


def test_an_abstention_names_the_nearest_topics_and_offers_their_questions() -> None:
    answer = compose(a_find(covered=-0.5))
    assert answer.abstained
    assert all(card.title in answer.text for card in CARDS[:3])
    assert answer.topics == tuple(card.questions[0] for card in CARDS[:3])
    assert "cooking" not in answer.text
    check(answer)


def test_an_abstention_names_what_was_asked_about_when_that_is_plain() -> None:
    assert "(cooking)" in compose(a_find(covered=-3)).text


def test_evidence_is_numbered_from_one_with_where_it_stands() -> None:
    evidence = gather(a_find(passages=((a_passage("Noon."), 0.1),)))
    assert [item.number for item in evidence] == list(range(1, len(evidence) + 1))
    assert evidence[-1].source == "handbook.md"
    assert evidence[-1].section == "Rules"
    assert all(item.title and item.source and item.text for item in evidence)
