"""People are thanked for their work, and what they measured stays."""

import pytest

from bot.updates.people import names
from bot.updates.review import Assignment
from bot.updates.reviewing import ReviewFeature


@pytest.mark.parametrize(
    ("sentence", "people"),
    [
        ("Mei Ling's trick worked", ["Mei Ling"]),
        ("Given that Tom and Anna won, Credit goes to Tom", ["Tom", "Anna"]),
        ("Clearly Sven's idea beat Bo's", ["Sven", "Bo"]),
        ("@kim-l gets it on Friday", ["@kim-l"]),
        ("nobody in particular", []),
        ("Wei-Ting beat Chia-Hao", ["Wei-Ting", "Chia-Hao"]),
        ("Kenji's U-Net beat Olu's rule", ["Kenji", "Olu"]),
        ("so Joana leads the Colombia project", ["Joana"]),
        ("@lee's sweep was the winner", ["@lee"]),
        ("People: the crew in Porto worked late", []),
    ],
)
def test_names(sentence: str, people: list[str]) -> None:
    assert names(sentence) == people


async def test_the_figures_that_somebody_is_judged_by_stay(review_feature: ReviewFeature) -> None:
    draft = "Mei Ling's trick cut lateness from 14 to 11 min, so she gets the bonus."
    review = await review_feature.review(Assignment(draft=draft))
    assert review.rewrite.startswith("Mei Ling's trick cut lateness from 14 to 11 min. Thanks to")
    assert "bonus" not in review.rewrite
