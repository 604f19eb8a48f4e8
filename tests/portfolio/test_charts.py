"""Charts as PNG."""

import subprocess
import sys
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.chart_records import Chart, Series
from bot.charts import HEIGHT, WIDTH, drawable, render

FIRST = date(2026, 3, 2)
NASTY = "Cut $4M of costs to $1M_{now} \\frac 100% & <b>東京 🚀</b> " * 4


def dates(count: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(weeks=week) for week in range(count))


def portfolio(weeks: int, title: str = "Hypotheses by state: Churn") -> Chart:
    names = ("supported", "open", "refuted", "dropped")
    return Chart(
        kind="portfolio",
        title=title,
        alt="Bars.",
        dates=dates(weeks),
        series=tuple(
            Series(name=name, values=tuple(float((week * (n + 1)) % 9) for week in range(weeks)))
            for n, name in enumerate(names)
        ),
    )


def line(weeks: int, name: str = "at least one") -> Series:
    middle = [0.3 + 0.5 * week / max(1, weeks) for week in range(weeks)]
    return Series(
        name=name,
        values=tuple(middle),
        low=tuple(each - 0.1 for each in middle),
        high=tuple(each + 0.1 for each in middle),
    )


def odds(weeks: int, *names: str) -> Chart:
    lines = tuple(line(weeks, name) for name in names or ("at least one",))
    return Chart(kind="odds", title="Odds", alt="A line.", dates=dates(weeks), series=lines)


def calibration(bins: int = 5) -> Chart:
    middle = tuple((each + 0.5) / bins for each in range(bins))
    counts = tuple(range(1, bins + 1))
    came_true = Series(
        name="came true",
        values=middle,
        low=tuple(0.0 for _ in middle),
        high=tuple(1.0 for _ in middle),
        counts=counts,
    )
    said = Series(name="said", values=middle, counts=counts)
    return Chart(kind="calibration", title="Calibration", alt="Dots.", series=(said, came_true))


def empty(kind: str) -> Chart:
    return Chart.model_validate({"kind": kind, "title": "Nothing yet", "alt": "Nothing."})


gaps = Series(name="odds", values=(None, 0.4, None, 0.5), low=(None,) * 4, high=(None,) * 4)
CHARTS = {
    "half a year": portfolio(26),
    "a year": portfolio(53),
    "one week": portfolio(1),
    "nasty title": portfolio(8, NASTY),
    "odds": odds(26),
    "odds of one week": odds(1),
    "odds of thirty": odds(10, *(f"Objective number {n}" for n in range(30))),
    "odds with gaps": Chart(kind="odds", title="Odds", alt="", dates=dates(4), series=(gaps,)),
    "calibration": calibration(),
    "one bin": calibration(1),
    "no portfolio": empty("portfolio"),
    "no odds": empty("odds"),
    "no calibration": empty("calibration"),
    "all zero": Chart(
        kind="portfolio",
        title="Zero",
        alt="",
        dates=dates(2),
        series=(Series(name="open", values=(0.0, 0.0)),),
    ),
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_every_chart_is_a_small_png_on_a_background_of_its_own(chart: Chart, dark: bool) -> None:
    drawn = render(chart, dark=dark)
    image = Image.open(BytesIO(drawn)).convert("RGBA")
    pixels = np.asarray(image)
    assert image.size == (WIDTH, HEIGHT)
    assert len(drawn) < 200_000
    assert (pixels[..., 3] == 255).all(), "nothing shines through"
    assert (int(pixels[0, 0, 0]) < 64) is dark
    assert (pixels != pixels[0, 0]).any(), "something is drawn"
    for edge in (pixels[:8], pixels[-8:], pixels[:, :8], pixels[:, -8:]):
        assert (edge == pixels[0, 0]).all(), "nothing is cut off at the edge"


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert render(portfolio(26)) == render(portfolio(26))
    assert b"Matplotlib" not in render(portfolio(26))


def test_states_differ_in_more_than_their_colour() -> None:
    """In grey, each layer of a bar has a shade or a pattern that no other has."""
    layers = [
        Chart(
            kind="portfolio",
            title="",
            alt="",
            dates=dates(1),
            series=(Series(name=name, values=(1.0,)),),
        )
        for name in ("supported", "open", "refuted", "dropped")
    ]
    grey = [np.asarray(Image.open(BytesIO(render(each))).convert("L")) for each in layers]
    looks = sorted(
        (float(each[300:400, 400:500].mean()), float(each[300:400, 400:500].std())) for each in grey
    )
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) > 15 for a, b in pairwise(looks))


def test_a_character_without_a_picture_becomes_a_box() -> None:
    assert drawable("Łódź: 5 % → €3 東\nx") == "Łódź: 5 % → €3 □\nx"


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=15)
def test_any_title_can_be_drawn(title: str) -> None:
    chart = Chart(kind="odds", title=title, alt="")
    assert render(chart).startswith(b"\x89PNG")


def test_charts_load_matplotlib_only_when_one_is_drawn() -> None:
    check = "import sys, bot.charts; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)  # noqa: S603 - our own code


def test_drawing_leaves_no_global_state_behind() -> None:
    render(odds(3))
    assert "matplotlib.pyplot" not in sys.modules
