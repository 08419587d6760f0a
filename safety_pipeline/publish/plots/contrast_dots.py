"""Dot plot of a randomised trial: the incidence at two doses beside the risk difference, one line per printed row."""

from typing import TYPE_CHECKING, Any

import polars as pl

from safety_pipeline.publish.plots.canvas import ACCENT, FAINT, INK, STRONG, drawing, figure, shorten, svg
from safety_pipeline.publish.plots.words import points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_LINES = 40
_WIDTH = 10.2
_ROW_HEIGHT = 0.215


def contrast_dots(rows: pl.DataFrame, title: str) -> str:
    """The plot of one trial, pair of doses and band as SVG; `rows` are risk differences of `dose_contrast`."""
    lines = with_an_event(rows).head(MAX_LINES).to_dicts()
    with drawing():
        height = _ROW_HEIGHT * max(len(lines), 1) + 0.95
        drawn = figure(_WIDTH, height)
        bottom, span = 0.5 / height, 1 - 0.95 / height
        shares = drawn.add_axes((0.27, bottom, 0.27, span))
        differences = drawn.add_axes((0.57, bottom, 0.27, span))
        for place, line in enumerate(lines):
            _line(shares, differences, place, line)
        _frame_shares(shares, lines)
        _frame_differences(differences, lines)
        return svg(drawn, title)


def with_an_event(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that anybody had, largest difference first; 0 against 0 has nothing to show."""
    counted = rows.filter(pl.col("estimate").is_not_null(), pl.col("n_affected_low") + pl.col("n_affected_high") > 0)
    return counted.sort("estimate", "row_label", descending=[True, False])


def _line(shares: "Axes", differences: "Axes", place: int, line: dict[str, Any]) -> None:
    low, high = (line[f"n_affected_{name}"] / line[f"n_at_risk_{name}"] for name in ("low", "high"))
    beside = shares.get_yaxis_transform()
    shares.text(-0.03, place, shorten(line["row_label"], 38), transform=beside, ha="right", va="center")
    shares.plot([low, high], [place, place], color=FAINT, linewidth=0.8)
    shares.plot(low, place, marker="o", markerfacecolor="white", color=ACCENT, markersize=4.5, clip_on=False)
    shares.plot(high, place, marker="^", color=STRONG, markersize=4.5, clip_on=False)
    differences.plot([line["ci_lower"], line["ci_upper"]], [place, place], color=INK, linewidth=1)
    differences.plot(line["estimate"], place, marker="s", color=INK, markersize=4)
    limits = f"{points(line['estimate'])} ({points(line['ci_lower'])}, {points(line['ci_upper'])})"
    differences.text(1.03, place, limits, transform=differences.get_yaxis_transform(), va="center", fontsize=7.5)


def _frame(axes: "Axes", lines: list[dict[str, Any]]) -> None:
    axes.set_ylim(max(len(lines), 1) - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.grid(axis="x", color="#e3e3e3", linewidth=0.6)
    axes.set_axisbelow(True)


def _frame_shares(axes: "Axes", lines: list[dict[str, Any]]) -> None:
    _frame(axes, lines)
    highest = max([_highest(line) for line in lines] + [0.04])
    limit = next(end for end in (0.05, 0.1, 0.2, 0.4, 1.0) if highest <= end)
    axes.set_xlim(0, limit)
    axes.set_xticks([limit * part / 4 for part in range(5)], [f"{25 * limit * part:g} %" for part in range(5)])
    axes.set_xlabel("incidence", fontsize=8)
    if lines:
        low, high = lines[0]["dose_low"], lines[0]["dose_high"]
        at_top: dict[str, Any] = {"transform": axes.transAxes, "fontsize": 8, "va": "bottom"}
        axes.text(0.0, 1.005, f"○ {low:g} mg/day", color=ACCENT, **at_top)
        axes.text(0.5, 1.005, f"▲ {high:g} mg/day", color=STRONG, **at_top)


def _highest(line: dict[str, Any]) -> float:
    return float(max(line[f"n_affected_{name}"] / line[f"n_at_risk_{name}"] for name in ("low", "high")))


def _frame_differences(axes: "Axes", lines: list[dict[str, Any]]) -> None:
    _frame(axes, lines)
    ends = [abs(line[name]) for line in lines for name in ("ci_lower", "ci_upper") if line[name] is not None]
    reach = min(1.0, max([*ends, 0.1]) * 1.05)
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=FAINT, linewidth=0.9)
    ticks = [tick for tick in axes.get_xticks() if abs(tick) <= reach]
    axes.set_xticks(ticks, [points(tick).removesuffix(".0") for tick in ticks])
    axes.set_xlabel("difference in percentage points (95 % interval)", fontsize=8)
