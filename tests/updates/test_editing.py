"""What is put into a text stands there as if its author had written it."""

import pytest

from bot.updates.editing import after_mark, appended


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("It rose. (Slides follow.)", "It rose. (Slides follow.) Risks: [what?]."),
        ("It rose (n = 43)", "It rose (n = 43). Risks: [what?]."),
        ("It rose in the test, and nights", "It rose in the test, and nights. Risks: [what?]."),
    ],
)
def test_what_is_appended_follows_one_full_stop(text: str, whole: str) -> None:
    assert appended(text, ["Risks: [what?]"], lower=False) == whole


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "It rose in the test, and nights. Risks: [what?].",
            "It rose in the test, and nights. Business impact: [users?]. Risks: [what?].",
        ),
        ("- it rose\n- Risks: [what?]", "- it rose\n- Business impact: [users?]\n- Risks: [what?]"),
        (
            "It rose in the test, and nights.\n\nRisks: [what?]\n\nRegards, Ann",
            "It rose in the test, and nights.\n\nBusiness impact: [users?]\nRisks: [what?]\n\n"
            "Regards, Ann",
        ),
    ],
)
def test_risks_come_last(text: str, whole: str) -> None:
    assert appended(text, ["Business impact: [users?]"], lower=False) == whole


@pytest.mark.parametrize("signature", ["– Sindre", "/Ingrid", "Sindre"])
def test_what_is_appended_stands_before_the_signature(signature: str) -> None:
    text = f"The reading went well, we think.\n{signature}"
    assert appended(text, ["Risks: [what?]"], lower=False) == (
        f"The reading went well, we think.\n\nRisks: [what?]\n{signature}"
    )


@pytest.mark.parametrize(
    ("text", "word", "whole"),
    [
        ("an isolation forest model is used", "isolation forest", "isolation forest model"),
        ("BERT-tiny works", "BERT", "BERT-tiny"),
        ("recall at night", "recall", "recall"),
    ],
)
def test_what_belongs_to_a_word_is_taken_in(text: str, word: str, whole: str) -> None:
    start = text.index(word)
    assert text[start : after_mark(text, start + len(word))] == whole
