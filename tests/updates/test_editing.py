"""What is put into a text stands there as if its author had written it."""

import pytest

from bot.updates.editing import appended


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
