from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chunks import LIMIT, passages_of, sentences_of
from knowledge.converters import Section, clean
from knowledge.documents import Document

PROSE = " ".join(f"Sentence number {n} tells one small thing about the work." for n in range(30))


def a_document(*sections: tuple[str, str], name: str = "notes.md") -> Document:
    return Document(
        name=name,
        title="Notes",
        digest="0" * 64,
        sections=tuple(Section(heading=heading, text=text) for heading, text in sections),
    )


def texts_of(*sections: tuple[str, str]) -> list[str]:
    return [passage.text for passage in passages_of(a_document(*sections))]


lines = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="ab .!?|-1)\u200b\n\t。", max_size=300),
    st.integers(1, 4_000).map(lambda length: "x" * length),
    st.integers(1, 400).map(lambda words: "word " * words),
)


@given(st.lists(lines, max_size=30).map("\n".join))
@settings(deadline=None, max_examples=200)
def test_any_text_keeps_every_character_in_order_and_no_passage_exceeds_the_limit(
    text: str,
) -> None:
    passages = texts_of(("", text))
    assert "".join("".join(passages).split()) == "".join(clean(text).split())
    assert all(0 < len(passage) <= LIMIT for passage in passages)


@given(st.lists(st.text(alphabet="abc.,;:!? \n-|", max_size=200), max_size=20).map("\n".join))
@settings(deadline=None)
def test_words_of_ordinary_length_are_never_cut(text: str) -> None:
    words = [word for passage in texts_of(("", text)) for word in passage.split()]
    assert words == text.split()


def test_prose_is_divided_into_a_few_sentences_each() -> None:
    passages = texts_of(("Work", PROSE))
    counts = [len(sentences_of(passage)) for passage in passages]
    assert all(2 <= count <= 6 for count in counts)
    assert all(40 <= len(passage.split()) <= 110 for passage in passages)


def test_a_passage_never_crosses_a_heading() -> None:
    passages = passages_of(a_document(("One", "A short text."), ("Two", "Another short text.")))
    assert [(passage.section, passage.text) for passage in passages] == [
        ("One", "A short text."),
        ("Two", "Another short text."),
    ]


def test_a_list_stays_together_with_the_line_that_introduces_it() -> None:
    items = "\n".join(f"- Check number {n} before the release" for n in range(8))
    text = f"{PROSE}\nBefore you ship:\n{items}\n{PROSE}"
    [found] = [passage for passage in texts_of(("", text)) if "Before you ship" in passage]
    assert f"Before you ship:\n{items}" in found


def test_a_long_list_is_divided_between_its_items_and_the_introduction_keeps_the_first() -> None:
    items = [f"- Item {n} {'explains something at length ' * 6}".strip() for n in range(12)]
    passages = texts_of(("", "\n".join(["All of this matters:", *items])))
    assert passages[0].startswith(f"All of this matters:\n{items[0]}")
    assert [line for passage in passages for line in passage.split("\n")][1:] == items


def test_table_rows_stay_whole() -> None:
    rows = [f"Role {n} | Owns: {'several models and ' * 8}data" for n in range(10)]
    passages = texts_of(("", "\n".join(rows)))
    assert [line for passage in passages for line in passage.split("\n")] == rows
    assert len(passages) > 1


def test_speech_without_punctuation_is_divided_by_length() -> None:
    passages = texts_of(("", "so we said and then they said " * 300))
    assert all(len(passage.split()) <= 160 for passage in passages)


def test_a_short_rest_joins_the_passage_before_it() -> None:
    passages = texts_of(("", f"{'word ' * 59}end.\nA few words more."))
    assert len(passages) == 1


def test_abbreviations_initials_and_decimals_do_not_end_a_sentence() -> None:
    line = (
        "Dr. J. Smith measured 0.8 vs. Baseline, e.g. Accuracy. It held (mostly.) Then what? Good."
    )
    assert sentences_of(line) == [
        "Dr. J. Smith measured 0.8 vs. Baseline, e.g. Accuracy.",
        "It held (mostly.)",
        "Then what?",
        "Good.",
    ]


def test_characters_that_hide_or_reorder_text_are_removed() -> None:
    [passage] = texts_of(("", "pay\u200bload \u202eesrever\u202c \x1b[31mred\x00 \U000e0041end"))
    assert passage == "payload esrever [31mred end"


def test_the_same_document_gives_the_same_ids_and_repeated_texts_get_their_own() -> None:
    document = a_document(("A", "Same words."), ("A", "Same words."), ("B", "Same words."))
    ids = [passage.id for passage in passages_of(document)]
    assert ids == [passage.id for passage in passages_of(document)]
    assert len(set(ids)) == 3
    assert all(len(id_) == 32 for id_ in ids)


def test_ids_change_with_the_text_and_the_document_only() -> None:
    first, same, other_text, other_name = (
        passages_of(document)[0].id
        for document in (
            a_document(("A", "Some words.")),
            a_document(("A", "Some words."), ("B", "More.")),
            a_document(("A", "Some other words.")),
            a_document(("A", "Some words."), name="other.md"),
        )
    )
    assert first == same
    assert len({first, other_text, other_name}) == 3


def test_a_hundred_thousand_sentences_are_divided_in_order() -> None:
    text = "\n".join(f"Line {n} says so. And line {n} means it." for n in range(50_000))
    passages = texts_of(("", text))
    numbers = [int(word) for passage in passages for word in passage.split() if word.isdigit()]
    assert all(earlier <= later for earlier, later in pairwise(numbers))
    assert len(numbers) == 100_000
