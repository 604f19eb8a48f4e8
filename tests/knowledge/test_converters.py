from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.converters import (
    Converted,
    Unconvertible,
    convert_markdown,
    convert_subtitles,
    convert_text,
)


def outline(converted: Converted) -> dict[str, list[str]]:
    return {section.heading: section.text.split("\n") for section in converted.sections}


def text(content: str) -> Converted:
    return convert_text(dedent(content))


def markdown(content: str) -> Converted:
    return convert_markdown(dedent(content))


# --- Markdown ------------------------------------------------------------------------------------


def test_markdown_headings_become_paths_below_the_title() -> None:
    converted = markdown(
        """\
        # Handbook
        Welcome
        to all.
        ## Roles
        ### Engineers
        They *own* **models** and `pipelines`, see [here](http://x.test/y).
        ## Slide without text
        Setext
        ------
        Under it.
        """
    )
    assert converted.title == "Handbook"
    assert [(section.heading, section.text) for section in converted.sections] == [
        ("", "Welcome to all."),
        ("Roles › Engineers", "They own models and pipelines, see here."),
        ("", "Slide without text"),
        ("Setext", "Under it."),
    ]


def test_markdown_lists_tables_and_code_keep_their_lines() -> None:
    converted = markdown(
        """\
        # T
        - one
          goes on
        - two
        1) three

        | Role | Owns | N |
        |------|:----:|---|
        | MLE  | the models | 3 |

        ```python
        # not a heading
        train()
        ```
        """
    )
    assert outline(converted)[""] == [
        "- one goes on",
        "- two",
        "1. three",
        "MLE | Owns: the models | N: 3",
        "# not a heading",
        "train()",
    ]


def test_markdown_front_matter_is_left_out_but_a_leading_rule_is_not() -> None:
    assert outline(markdown("---\ntags: [a]\n---\n# T\nText.\n"))[""] == ["Text."]
    assert outline(markdown("---\nJust text.\n---\nMore.\n"))[""][-1] == "More."


def test_markdown_without_headings_takes_bold_lines_for_them() -> None:
    converted = markdown("Some words first.\n\n**Next steps**\n\nWe hire two people.\n")
    assert outline(converted)["Next steps"] == ["We hire two people."]


# --- plain text ----------------------------------------------------------------------------------

LECTURE = """\


Course Lecture 4: Leading Research Teams

Video and slides by [Ann](#) - posted on the course's [site](#)

Leading a research team is its own craft, and most people learn it while they are doing it.

1 - Roles

Common Roles

Let's look at the roles:

- The **Planner** plans.
- The **Builder** builds.

Archetype 1 - Small and Ad-hoc

- Nobody owns anything, and it is hard to keep people for longer than a year.

2 - Structure

Design Choices

The figure sums it up:

\tCentral\tEmbedded
Ownership\t<ul style="x: y"> • Owns data • Owns models </ul>\t<ul> • Borrows data </ul>
Hiring\tSlow\tFast

\u00a0
Plan Probabilistically

\u00a0
Give every task a chance of success instead of a date, because nobody knows which of them will

work out in the end.
"""


def test_a_raw_lecture_gets_chapters_headings_lists_and_tables() -> None:
    converted = convert_text(LECTURE)
    found = outline(converted)
    assert converted.title == "Course Lecture 4: Leading Research Teams"
    assert list(found)[1:] == [
        "1 - Roles › Common Roles",
        "1 - Roles › Archetype 1 - Small and Ad-hoc",
        "2 - Structure › Design Choices",
        "2 - Structure › Plan Probabilistically",
    ]
    assert found["1 - Roles › Common Roles"] == [
        "Let's look at the roles:",
        "- The Planner plans.",
        "- The Builder builds.",
    ]
    assert found["2 - Structure › Design Choices"][1:] == [
        "Ownership | Central: Owns data; Owns models | Embedded: Borrows data",
        "Hiring | Central: Slow | Embedded: Fast",
    ]
    assert found["2 - Structure › Plan Probabilistically"] == [
        "Give every task a chance of success instead of a date, because nobody knows which of them "
        "will work out in the end."
    ]


def test_lines_without_space_around_them_are_headings_above_prose_only() -> None:
    answer = "It depends on how the work is shared out, and on who looks after the result later on."
    converted = text(
        f"""\
        Roles - A Course
        {answer}
        Briefing
        {answer}
        Who labels the data?
        Who deploys?
        Review Questions
        - Which role is accountable?
        Key Points
        - 1
        Treat output as a sum.
        - 2
        Hire early.
        """
    )
    assert outline(converted) == {
        "Roles - A Course": [answer],
        "Briefing": [answer, "Who labels the data?", "Who deploys?"],
        "Review Questions": ["- Which role is accountable?"],
        "Key Points": ["1. Treat output as a sum.", "2. Hire early."],
    }


def test_numbers_on_lines_of_their_own_belong_to_the_text_below_them() -> None:
    converted = text("Key Points\n\n  1. 1\n\n     Gains fade.\n\n  2. 2\n\n     Plan odds.\n")
    assert outline(converted)[""] == ["1. Gains fade.", "2. Plan odds."]


def test_a_question_followed_by_its_answer_is_a_heading() -> None:
    converted = text("Notes\n\nAll of it.\n\nWhy is it hard?\n\nBecause odds are.\n")
    assert outline(converted)["Why is it hard?"] == ["Because odds are."]


def test_hard_wrapped_paragraphs_are_joined_and_hyphens_mended() -> None:
    converted = text(
        """\
        Planning is done in odds rather than in dates, because nobody can know what will plan-
        ning hold in store, and the long-
        term view helps everyone who has to make up their mind about it.
        A second paragraph begins here and it goes on until the very end of this second line
        of text. Planning wins.
        """
    )
    joined = " ".join(outline(converted)[""])
    assert "what will planning hold" in joined
    assert "the long-term view" in joined
    assert "\n" not in joined


@pytest.mark.parametrize("content", ["", "\n\n", "   \n\t\n", "- \n- \n", "---\n***\n"])
def test_text_without_words_has_no_sections(content: str) -> None:
    assert convert_text(content).sections == () or not convert_text(content).title


words = st.text(alphabet="abcXYZ019", min_size=1, max_size=8)
paragraphs = st.lists(words, min_size=1, max_size=30).map(" ".join)
endings = st.sampled_from(["\n", "\n\n", ".\n", "?\n\n", ":\n"])


@given(st.lists(st.tuples(paragraphs, endings), max_size=20))
@settings(deadline=None)
def test_every_word_of_a_text_is_found_again(parts: list[tuple[str, str]]) -> None:
    source = "".join(paragraph + ending for paragraph, ending in parts)
    converted = convert_text(source)
    found = [converted.title, *(f"{s.heading}\n{s.text}" for s in converted.sections)]
    strip = str.maketrans("", "", ".?:-")
    assert set(source.translate(strip).split()) <= set("\n".join(found).translate(strip).split())


@given(st.text(alphabet="aA1 \n\t#*-|_`[]()<>.?:=~", max_size=400))
@settings(deadline=None)
def test_no_text_is_too_odd_to_be_read(content: str) -> None:
    assert isinstance(convert_text(content), Converted)
    assert isinstance(convert_markdown(content), Converted)


# --- subtitles -----------------------------------------------------------------------------------


def test_subrip_cues_become_sentences_without_numbers_and_times() -> None:
    converted = text_of_subtitles(
        """\
        1
        00:00:01,000 --> 00:00:02,500
        <i>Progress in ML</i>

        2
        00:00:02,500 --> 00:00:04,000
        is not linear. {\\an8}It
        stalls for 12
        3
        00:00:04,000 --> 00:00:05,000
        weeks.
        """
    )
    assert converted == ["Progress in ML is not linear. It stalls for 12 weeks."]


def test_webvtt_keeps_speakers_and_drops_notes_and_styles() -> None:
    converted = text_of_subtitles(
        """\
        WEBVTT - a talk
        Kind: captions

        NOTE
        not spoken

        STYLE
        ::cue { color: red }

        intro
        00:01.000 --> 00:02.000 align:start
        <v Ann>Who owns <00:01.500><c>the data?</c>

        00:02.000 --> 00:03.000
        <v Bob Lee>The team</v> &amp; nobody

        00:03.000 --> 00:04.000
        <v Bob Lee>else.

        00:04.000 --> 00:05.000
        - Agreed.
        """
    )
    assert converted == ["Ann: Who owns the data?", "Bob Lee: The team & nobody else.", "Agreed."]


def test_lines_that_live_captions_repeat_are_said_once() -> None:
    converted = text_of_subtitles(
        """\
        00:01.000 --> 00:02.000
        we tried three approaches

        00:02.000 --> 00:03.000
        we tried three approaches
        and one of them worked
        """
    )
    assert converted == ["we tried three approaches and one of them worked"]


def test_a_file_without_cues_is_no_transcript() -> None:
    with pytest.raises(Unconvertible, match="no subtitles"):
        convert_subtitles("WEBVTT\n\nJust text.")


def text_of_subtitles(content: str) -> list[str]:
    [section] = convert_subtitles(dedent(content)).sections
    return section.text.split("\n")
