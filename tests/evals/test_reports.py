"""Reports read well as Markdown, and the cases they rest on can be read."""

from pathlib import Path

import pytest

from evals.cases import own_answer_cases, read_cases
from evals.reports import Report

REPORT = Report(
    name="answers-own-set",
    title="Answers, own set (2 questions)",
    header=("", "n", "floor"),
    rows=(("all answerable", "2", "0.31 [0.10, 0.61]"), ("typo", "10", "–")),
    notes=("First note.", "Second note."),
)


def test_a_report_is_a_titled_table_with_aligned_columns_and_its_notes_below() -> None:
    assert REPORT.markdown() == (
        "# Answers, own set (2 questions)\n"
        "\n"
        "|                | n  | floor             |\n"
        "| -------------- | -- | ----------------- |\n"
        "| all answerable | 2  | 0.31 [0.10, 0.61] |\n"
        "| typo           | 10 | –                 |\n"
        "\n"
        "First note.\n"
        "\n"
        "Second note.\n"
    )


def test_a_report_without_rows_is_still_a_table() -> None:
    assert Report("r", "T", ("a", "b"), ()).markdown() == "# T\n\n| a | b |\n| - | - |\n"


def test_a_row_with_a_cell_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="argument 2"):
        Report("r", "T", ("a", "b"), (("x",),)).markdown()


def test_cases_are_read_from_lines_of_json(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(
        '{"id": "a", "question": "Why?", "kind": "factual", "style": "plain",'
        ' "facts": [["x", "y"]], "min_facts": 1, "more": true}\n\n'
        '{"id": "b", "question": "Wi-Fi?", "kind": "out_of_scope", "style": "plain",'
        ' "should_abstain": true, "history": [{"role": "user", "text": "Hi"}]}\n',
        encoding="utf-8",
    )
    asked, refused = read_cases([file])
    assert asked.facts == (("x", "y"),)
    assert not asked.should_abstain
    assert refused.should_abstain
    assert refused.history[0].text == "Hi"


def test_the_own_set_is_large_enough_and_its_cases_can_be_passed() -> None:
    cases = own_answer_cases()
    assert len(cases) >= 150
    assert len({case.id for case in cases}) == len(cases)
    for case in cases:
        assert case.should_abstain == (not case.facts)
        assert case.min_facts <= len(case.facts)
        assert case.should_abstain or case.min_facts > 0
