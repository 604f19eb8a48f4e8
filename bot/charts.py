"""Charts as PNG: legible small and large, without colour, and on a light or a dark page.

Each image brings its own background. What tells things apart is always two of colour (Okabe and
Ito's palette, https://jfly.uni-koeln.de/color), pattern, and a label right beside it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.chart_records import Chart, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH, HEIGHT = 1_024, 576  # what Teams shows at most
_DPI = 128
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class _Palette:
    """The colours of a page; `lines` are for series in their order."""

    card: str
    ink: str
    muted: str
    grid: str
    lines: tuple[str, ...]


_LIGHT = _Palette(
    "#ffffff", "#1b1f24", "#57606a", "#e4e7eb", ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
)
_DARK = _Palette(
    "#1d2025", "#f2f4f6", "#aab2bb", "#3a3f46", ("#56b4e9", "#e69f00", "#2fc59a", "#cc79a7")
)


@dataclass(frozen=True, slots=True)
class _Fill:
    colour: str
    hatch: str = ""


_STATES = {
    "supported": _Fill("#009e73"),
    "open": _Fill("#56b4e9"),
    "refuted": _Fill("#d55e00", "///"),
    "dropped": _Fill("#999999", "\\\\\\"),
}
_STATED = "chance that was stated (beside each point: how many estimates)"
_DASHES = ("-", (0, (4, 2.5)), (0, (1, 1.6)), (0, (6, 2, 1, 2)))
_MARKERS = ("o", "s", "^", "D")


def render(chart: Chart, *, dark: bool = False) -> bytes:
    """Return *chart* as a PNG of 1,200 by 675 pixels; the same bytes for the same chart.

    The light one can be read on any page; the *dark* one is easier on the eye on a dark one. Of
    odds the first four series are drawn: more can't be told apart. Blocks for some tenths of a
    second, so call it in a thread.
    """
    sheet = _Sheet(_DARK if dark else _LIGHT)
    sheet.title(chart.title)
    if not any(series.values for series in chart.series):
        sheet.note("Nothing to show yet")
    elif chart.kind == "portfolio":
        _portfolio(sheet, chart)
    elif chart.kind == "odds":
        _odds(sheet, chart)
    else:
        _calibration(sheet, chart)
    return sheet.png()


# -- the three kinds


def _portfolio(sheet: _Sheet, chart: Chart) -> None:
    """Draw a stack of bars for each date, its layers labelled at the end."""
    days = [float(on.toordinal()) for on in chart.dates]
    base = [0.0] * len(days)
    axes, labels = sheet.axes(), list[_Label]()
    for series in chart.series:
        heights = [value or 0.0 for value in series.values]
        fill = _STATES.get(series.name, _Fill(sheet.palette.muted))
        axes.bar(
            days,
            heights,
            width=5.6,
            bottom=base,
            color=fill.colour,
            hatch=fill.hatch,
            edgecolor=sheet.palette.card,
            linewidth=0.8,
            zorder=2,
        )
        labels.append(
            _Label(base[-1] + heights[-1] / 2, f"{heights[-1]:.0f} {series.name}", fill=fill)
        )
        base = [below + height for below, height in zip(base, heights, strict=True)]
    axes.set_ylim(0, max(1.0, max(base)) * 1.04)
    axes.set_yticks(_whole_steps(max(base)))
    sheet.style(axes)
    sheet.dates(axes, chart.dates, pad=4.5)
    sheet.labels(axes, labels)


def _odds(sheet: _Sheet, chart: Chart) -> None:
    """Draw a line for each series, with its band, labelled at its end."""
    axes, labels = sheet.axes(), list[_Label]()
    days = [float(on.toordinal()) for on in chart.dates]
    for number, series in enumerate(chart.series[: len(_DASHES)]):
        colour = sheet.palette.lines[number]
        _line(axes, days, series, colour, number, main=number == 0)
        if (last := _last(series.values)) is not None:
            labels.append(_Label(last, _ending(series), colour=colour, bold=number == 0))
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    sheet.style(axes)
    sheet.dates(axes, chart.dates, pad=3)
    sheet.labels(axes, labels)


def _line(
    axes: Axes, days: Sequence[float], series: Series, colour: str, style: int, *, main: bool
) -> None:
    gaps = [float("nan") if value is None else value for value in series.values]
    if series.low and series.high:
        low = [float("nan") if value is None else value for value in series.low]
        high = [float("nan") if value is None else value for value in series.high]
        axes.fill_between(days, low, high, color=colour, alpha=0.22, linewidth=0, zorder=2)
        if len(days) == 1:
            axes.vlines(days, low, high, color=colour, alpha=0.4, linewidth=9, zorder=2)
    axes.plot(
        days,
        gaps,
        color=colour,
        linestyle=_DASHES[style],
        linewidth=2.6 if main else 1.6,
        marker=_MARKERS[style],
        markersize=6 if main else 4.5,
        markevery=1 if len(days) <= 12 else [len(days) - 1],
        clip_on=False,
        zorder=3,
    )


def _ending(series: Series) -> str:
    """Return what the end of a line is labelled with: the figure, its range, the name."""
    last, low, high = (_last(each) for each in (series.values, series.low, series.high))
    text = f"{last or 0:.0%}".replace("%", " %")
    if low is not None and high is not None and round(low, 2) != round(high, 2):
        text += f" ({low * 100:.0f}–{high * 100:.0f})"
    return f"{text}\n{series.name}"


def _last(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


def _calibration(sheet: _Sheet, chart: Chart) -> None:
    """Draw how often chances came true against how high they were."""
    said, true = chart.series[0], chart.series[-1]
    axes, palette = sheet.axes(left=0.105, right=0.93, bottom=0.165), sheet.palette
    colour = palette.lines[0]
    axes.plot([0, 1], [0, 1], color=palette.muted, linewidth=1.3, linestyle=(0, (4, 3)), zorder=2)
    sheet.text(axes, 0.03, 0.93, "came true more often than said", colour=palette.muted)
    sheet.text(axes, 0.97, 0.05, "came true less often than said", colour=palette.muted, right=True)
    for x, y, low, high, count in zip(
        said.values, true.values, true.low, true.high, true.counts, strict=True
    ):
        if x is None or y is None:
            continue
        axes.vlines([x], [low or 0.0], [high or 0.0], color=colour, linewidth=2, zorder=3)
        size = 50 + 150 * count / max(true.counts)
        axes.scatter([x], [y], s=size, color=colour, edgecolors=palette.card, zorder=5)
        sheet.text(
            axes,
            x - 0.02 if x > 0.8 else x + 0.02,
            y,
            f"{count:,}",
            small=True,
            right=x > 0.8,
        )
    shares = [0, 0.25, 0.5, 0.75, 1]
    names = ["0 %", "25 %", "50 %", "75 %", "100 %"]
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.04, 1.04), xticks=shares, yticks=shares)
    axes.set_xticklabels(names)
    axes.set_yticklabels(names)
    sheet.style(axes)
    axes.set_xlabel(_STATED, color=palette.muted, font=sheet.font(), labelpad=6)
    axes.set_ylabel("share that came true", color=palette.muted, font=sheet.font(), labelpad=6)


# -- the sheet


@dataclass(frozen=True, slots=True)
class _Label:
    """What stands beside the end of a series, at height `y` of the data."""

    y: float
    text: str
    colour: str = ""
    fill: _Fill | None = None
    bold: bool = False


_LABELS_AT = 0.765
_SIZE, _SMALL, _TITLE = 11.5, 10.0, 15.0


class _Sheet:
    """A figure with the fonts and colours of a page; no state is shared with other figures."""

    def __init__(self, palette: _Palette) -> None:
        # matplotlib takes half a second to import, and most of what Coach says needs no chart.
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        self.palette = palette
        self._figure: Figure = Figure(
            figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=palette.card
        )
        self._canvas = FigureCanvasAgg(self._figure)
        self._top = 0.9

    def font(self, size: float = _SIZE, *, bold: bool = False) -> FontProperties:
        """Return the bundled font, so that charts look alike on every machine."""
        from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - see __init__

        return FontProperties(fname=_font_file(bold=bold), size=size)

    def axes(self, left: float = 0.075, right: float = 0.745, bottom: float = 0.125) -> Axes:
        """Return where to draw, below the title; to the right of it is room for labels."""
        return self._figure.add_axes((left, bottom, right - left, self._top - bottom))

    def title(self, text: str) -> None:
        """Write the title, over two lines at most."""
        lines = textwrap.wrap(drawable(text), 62, max_lines=2, placeholder=" …")
        size = _TITLE if len(lines) == 1 else _TITLE - 2
        self._top = 0.86 if len(lines) == 1 else 0.81
        self._write(0.03, 0.95, "\n".join(lines), font=self.font(size, bold=True), va="top")

    def note(self, text: str) -> None:
        """Write what stands instead of a drawing."""
        style = {"font": self.font(_TITLE), "color": self.palette.muted}
        self._write(0.5, 0.46, text, ha="center", **style)

    def text(
        self,
        axes: Axes,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = "",
        small: bool = False,
        right: bool = False,
    ) -> None:
        """Write at a place of the data."""
        axes.text(
            x,
            y,
            drawable(text),
            color=colour or self.palette.ink,
            font=self.font(_SMALL if small else _SIZE),
            ha="right" if right else "left",
            va="center",
            zorder=4,
            bbox={"facecolor": self.palette.card, "edgecolor": "none", "pad": 1.5},
            parse_math=False,
        )

    def style(self, axes: Axes) -> None:
        """Leave a thin grid and quiet numbers."""
        axes.set_facecolor(self.palette.card)
        axes.set_axisbelow(True)
        axes.grid(visible=True, axis="y", color=self.palette.grid, linewidth=0.8)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(self.palette.muted)
        axes.tick_params(length=0, colors=self.palette.muted, pad=6)
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_fontproperties(self.font(_SMALL))
            label.set_color(self.palette.muted)

    def dates(self, axes: Axes, dates: Sequence[date], pad: float) -> None:
        """Name some of *dates* on the horizontal axis, with the year where it begins."""
        first, last = dates[0], dates[-1]
        around = pad if last - first >= 3 * _WEEK else 3 * pad
        axes.set_xlim(first.toordinal() - around, last.toordinal() + around)
        shown = _some(dates)
        years = [None, *(on.year for on in shown)]
        names = [
            f"{on.day} {on:%b}\n{on.year}" if on.year != before else f"{on.day} {on:%b}"
            for on, before in zip(shown, years, strict=False)
        ]
        axes.set_xticks([on.toordinal() for on in shown], names, font=self.font(_SMALL))

    def labels(self, axes: Axes, labels: Sequence[_Label]) -> None:
        """Write *labels* to the right of the drawing, as near their heights as there is room."""
        low, high = axes.get_ylim()
        box = axes.get_position()
        wanted = [box.y0 + (each.y - low) / (high - low) * box.height for each in labels]
        lines = max((each.text.count("\n") + 1 for each in labels), default=1)
        heights = _spread(wanted, 0.066 * lines, box.y0 + 0.025 * lines, box.y1 - 0.025 * lines)
        for label, height in zip(labels, heights, strict=True):
            self._label(label, height)

    def _label(self, label: _Label, height: float) -> None:
        left = _LABELS_AT
        if label.fill:
            self._swatch(label.fill, height)
            left += 0.034
        head, _, rest = label.text.partition("\n")
        font = self.font(_SIZE + 1.5 if label.bold else _SIZE, bold=label.bold)
        up = 0.026 if rest else 0.0
        colour = label.colour or self.palette.ink
        self._write(left, height + up, head, font=font, va="center", color=colour)
        small = {"font": self.font(_SMALL), "color": self.palette.muted}
        self._write(left, height - 0.03, rest, va="center", **small)

    def _swatch(self, fill: _Fill, height: float) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - see __init__

        place = (_LABELS_AT, height - 0.019)
        self._figure.add_artist(
            Rectangle(
                place,
                0.024,
                0.038,
                facecolor=fill.colour,
                hatch=fill.hatch,
                edgecolor=self.palette.card,
                linewidth=0,
            )
        )

    def _write(self, x: float, y: float, text: str, **style: Any) -> None:
        # User's words: a dollar sign in them is no mathematics.
        style = {"color": self.palette.ink, **style}
        self._figure.text(x, y, drawable(text), parse_math=False, **style)

    def png(self) -> bytes:
        """Return the drawing; no date or version in it, so that it is always the same."""
        out = BytesIO()
        self._canvas.print_png(out, metadata={"Software": None})
        return out.getvalue()


# -- placing


def _spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return heights at least *gap* apart, each near the one *wanted*, from *low* to *high*."""
    order = sorted(range(len(wanted)), key=lambda each: wanted[each])
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    heights = [0.0] * len(wanted)
    floor = low
    for place in order:
        heights[place] = floor = max(wanted[place], floor)
        floor += gap
    ceiling = high
    for place in reversed(order):
        heights[place] = ceiling = min(heights[place], ceiling)
        ceiling -= gap
    return heights


def _whole_steps(highest: float) -> list[int]:
    """Return at most seven round whole numbers from 0 to *highest*."""
    steps = (scale * step for scale in (1, 10, 100, 1_000, 10_000) for step in (1, 2, 5))
    step = next(each for each in steps if highest / each <= 6)
    return list(range(0, int(highest) + 1, step))


def _some(dates: Sequence[date]) -> list[date]:
    """Return the newest of *dates* and others at even distances, six at most."""
    step = max(1, -(-len(dates) // 6))
    return list(reversed(dates[::-1][::step]))


# -- the font


@cache
def _font_file(*, bold: bool) -> Path:
    import matplotlib as mpl  # noqa: PLC0415 - see _Sheet

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / name


@cache
def _drawn() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - see _Sheet

    return frozenset(FT2Font(str(_font_file(bold=True))).get_charmap())


def drawable(text: str) -> str:
    """Return *text* with a box for each character that the font has no picture of."""
    known = _drawn()
    return "".join(each if ord(each) in known or each == "\n" else "□" for each in text)
