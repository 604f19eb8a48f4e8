"""The anatomy of drafts: blocks, sentences, clauses and their places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.updates.drafts import LONGEST_SENTENCE, BlockKind, parse, spoken

MAIL = """Hi all,

## Search
nDCG rose to 0.66, and we will ship by Friday. It is better, e.g. on mobile
- first point. Second sentence
  1. numbered
> We will win, said the vendor.
```
we will ship 100%
```
| Metric | Now |
| --- | --- |
| F1 | 0.7 |

He said "we will win" in the call.

Best,
Mara"""


def kinds(text: str) -> list[BlockKind]:
    return [block.kind for block in parse(text).blocks]


def sentences(text: str) -> list[str]:
    return [sentence.text for sentence in parse(text).sentences]


def clauses(text: str) -> list[str]:
    return [clause.text for sentence in parse(text).sentences for clause in sentence.clauses]


def test_a_mail_is_taken_apart_into_its_blocks() -> None:
    assert kinds(MAIL) == [
        BlockKind.GREETING,
        BlockKind.HEADING,
        BlockKind.PROSE,
        BlockKind.BULLET,
        BlockKind.BULLET,
        BlockKind.QUOTE,
        BlockKind.CODE,
        BlockKind.TABLE,
        BlockKind.PROSE,
        BlockKind.CLOSING,
        BlockKind.CLOSING,
    ]


@pytest.mark.parametrize(
    ("greeting", "closing"),
    [
        ("Moin Svenja,", "Gruß"),
        ("Gentile Ingegnere,", "Cordiali saluti,"),
        ("Ana,", "Ate breve,"),
        ("Dear Sir Giles,", "I remain, Sir, yours faithfully,"),
    ],
)
def test_letters_open_and_end_in_any_language(greeting: str, closing: str) -> None:
    letter = f"{greeting}\n\nthe pilot went well.\n\n{closing}\nRui"
    assert kinds(letter) == [
        BlockKind.GREETING,
        BlockKind.PROSE,
        BlockKind.CLOSING,
        BlockKind.CLOSING,
    ]


def test_speakers_of_a_chat_are_no_part_of_what_they_say() -> None:
    assert sentences("[9:02] Ana: it is in.\n[9:05] Rui: great") == ["it is in.", "great"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Porto, Faro and Braga will follow",
        "We are home and dry for the whole winter",
        "May brings the same again and so does June",
    ],
)
def test_one_statement_stays_whole(sentence: str) -> None:
    assert clauses(sentence) == [sentence]


def test_greetings_code_quotes_and_signatures_state_nothing() -> None:
    said = " ".join(sentences(MAIL))
    assert "vendor" not in said
    assert "100%" not in said
    assert "Hi all" not in said
    assert "Mara" not in said
    assert "we will ship by Friday" in said


def test_words_between_quotation_marks_are_somebody_else_s() -> None:
    draft = parse(MAIL)
    assert [span.of(MAIL) for span in draft.quoted] == ['"we will win"']


def test_code_that_is_never_closed_ends_with_the_draft() -> None:
    assert kinds("We shipped it.\n```\nprint(1)\n\nwe will win") == [
        BlockKind.PROSE,
        BlockKind.CODE,
    ]


@pytest.mark.parametrize("lead", ["- ", "* ", "• ", "1. ", "2) ", "- [ ] ", "[x] ", "    - "])
def test_a_bullet_keeps_what_precedes_its_words(lead: str) -> None:
    [block] = parse(f"{lead}recall rose to 0.7").blocks
    assert (block.kind, block.lead) == (BlockKind.BULLET, lead)
    assert sentences(f"{lead}recall rose to 0.7") == ["recall rose to 0.7"]


@pytest.mark.parametrize(
    "text",
    [
        "Recall rose, e.g. on night images.",
        "Dr. Lee tested it vs. the old one.",
        "Loss fell from 0.91 to 0.85.",
        "Version 2.3.1 is live.",
        "It costs approx. 5 euros.",
        "We meet at 5 p.m. today.",
        "It could work [depends on what? known when?] in May.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rose. It fell.", ["It rose.", "It fell."]),
        ("It rose! Great? Yes…  No", ["It rose!", "Great?", "Yes…", "No"]),
        ("Recall is up 🎉 we ship soon", ["Recall is up 🎉", "we ship soon"]),
        ("loss is 0.91. we stop", ["loss is 0.91.", "we stop"]),
        ("精度提高了。我们下周完成。", ["精度提高了。", "我们下周完成。"]),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, found: list[str]) -> None:
    assert sentences(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rose, and we will ship.", ["It rose", "we will ship"]),
        ("It rose; we will ship it.", ["It rose", "we will ship it"]),
        ("It rose - we will ship it.", ["It rose", "we will ship it"]),
        ("It may rain but we will ship it.", ["It may rain", "we will ship it"]),
        ("It rose, so far we like it.", ["It rose, so far we like it"]),
        ("We tested recall, latency and cost.", ["We tested recall, latency and cost"]),
        ("It rose (we will ship, and it is fine) a bit.",
         ["It rose (we will ship, and it is fine) a bit"]),
    ],
)  # fmt: skip
def test_clauses_state_one_thing_each(text: str, found: list[str]) -> None:
    assert clauses(text) == found


def test_a_sentence_that_a_mail_program_broke_is_one() -> None:
    text = "The forecast for the stores in the north of the country was\nbetter than last month."
    assert len(sentences(text)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        # a word that would have fitted starts a line of its own
        "The model reads nine pages out of ten in the second archive\n"
        "and by May the clerks in both houses need not look at any of them any more",
        # longer than a mail program makes them
        "matcher: lookups run in production since tuesday, the first choice is right 77 times\n"
        "every songwriter on the planet gets paid with this",
    ],
)
def test_lines_that_their_author_ended_stay_apart(lines: str) -> None:
    assert [sentence.text for sentence in parse(lines).sentences] == lines.split("\n")


def test_table_cells_with_words_are_clauses_of_their_own() -> None:
    table = "| Topic | Status |\n|---|---|\n| Search | we will ship it by Friday |"
    assert "we will ship it by Friday" in clauses(table)


@pytest.mark.parametrize(
    "silent",
    ["[what does it depend on?]", "https://we.will/win", "<@U1>", "a@b.io", "~~we will win~~"],
)
def test_what_states_nothing_is_blank_but_keeps_its_place(silent: str) -> None:
    text = f"we {silent} ship"
    assert spoken(text) == f"we {' ' * len(silent)} ship"


def test_a_metric_at_a_cut_off_is_no_address() -> None:
    assert spoken("mAP@0.5 is .89") == "mAP@0.5 is .89"


@pytest.mark.parametrize("closing", ["With best greetings, Ana", "Thanks, Dr. Okafor"])
def test_regards_and_name_may_share_a_line(closing: str) -> None:
    kinds = [block.kind for block in parse(f"Hello,\nwe found 7 cracks.\n{closing}").blocks]
    assert kinds[-1] is BlockKind.CLOSING


def check_places(text: str) -> None:
    draft = parse(text)
    assert draft.text == text
    end = 0
    for block in draft.blocks:
        assert end <= block.span.start <= block.span.end <= len(text)
        end = block.span.end
    for sentence in draft.sentences:
        assert sentence.text == sentence.span.of(text)
        assert sentence.block.span.start <= sentence.span.start
        assert sentence.span.end <= sentence.block.span.end
        for clause in sentence.clauses:
            assert clause.text == clause.span.of(text)
            assert sentence.span.start <= clause.span.start <= clause.span.end <= sentence.span.end


PIECES = st.sampled_from([
    "We will ship", " by Friday", ". ", ", and ", "; ", " - ", "\n", "\n\n", "- ", "> ", "```\n",
    "| a | b |\n", "Hi all,\n", "Best,\nMara", "# ", "0.91", "e.g. ", "🎉", "“", "”", "(", ")",
    "nDCG", " rose ", "\t", "\r\n", "\u2028", "é", "精度。", "\x00", "…",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_every_part_is_an_exact_stretch_of_a_made_up_draft(text: str) -> None:
    check_places(text)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_every_part_is_an_exact_stretch_of_any_text(text: str) -> None:
    check_places(text)


UNITS = [
    "!", "?!", "🎉", "a🎉", "\u200d", " ", "\t", "\u2028", "a, ", "a; ", "a: ", "and ", "(", "[",
    "“a", "|", "a|b\n", "- a\n", "```\n", "http://", "1.", "1,", "A. ", "...", "_",
    "so it will be ", "<@a", "a@", "Best,\n \n", " \n", "14. of ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
@pytest.mark.parametrize("start", ["", "Recall rose to 0.7. We will "], ids=["alone", "after"])
@pytest.mark.timeout(60)  # what it guards against takes time that grows with the square, or worse
def test_a_long_monotonous_draft_is_taken_apart_at_once(unit: str, start: str) -> None:
    text = f"{start}{unit * (100_000 // len(unit))}x"
    assert spoken(text)
    assert parse(text).sentences is not None
    assert parse(text).quoted is not None


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["", "| a | b |\n| ", "- ", "We will "]),
    st.lists(st.sampled_from([*UNITS, "A long word, ", "x" * 700]), min_size=1, max_size=3),
    st.integers(1, 2_000),
)
def test_no_sentence_is_endless_and_no_word_is_lost(
    start: str, units: list[str], times: int
) -> None:
    """Whatever looks at sentences is linear in the draft's length, as each of them is short."""
    text = f"{start}{''.join(units) * times}x"[:5_000]
    draft = parse(text)
    check_places(text)
    assert all(len(sentence.text) <= LONGEST_SENTENCE for sentence in draft.sentences)
    for block in draft.blocks:
        if block.reviewed:
            told = "".join(s.text for s in draft.sentences if s.block == block)
            assert "".join(told.split()) == "".join(block.span.of(text).split())


def test_a_sentence_without_an_end_is_cut_at_a_pause() -> None:
    text = ", ".join(f"site {number} reports a recall of 0.7" for number in range(40))
    said = sentences(text)
    assert len(said) > 1
    assert all(part.startswith("site") for part in said)
    assert all(part.endswith(",") for part in said[:-1])


@pytest.mark.parametrize("mark", ["->", "→", "=>", "✔", "✅", "☐", "➤", "»"])
def test_arrows_and_ticks_open_bullets(mark: str) -> None:
    first, second = parse(f"{mark} trays are sorted\n{mark} a third belt in May").blocks
    assert (first.kind, second.kind) == (BlockKind.BULLET, BlockKind.BULLET)
    assert first.lead.strip() == mark


@pytest.mark.parametrize(
    "clause",
    [
        "Once lines S1 and S2 are connected",
        "Hand it to the depots and the district retires six buses",
        "Keep the budget as it is and there won't be a false listing left",
    ],
)
def test_two_subjects_and_bargains_are_one_clause(clause: str) -> None:
    (sentence,) = parse(f"{clause}.").sentences
    assert [each.text for each in sentence.clauses] == [clause]


def test_that_is_a_conjunction_only_before_a_subject() -> None:
    (sentence,) = parse("We go live in May, and that day is fixed.").sentences
    assert [each.text for each in sentence.clauses] == ["We go live in May", "that day is fixed"]
