"""Forest plot by dose: intervals, bounds and what is not known, told apart by their shape."""

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from safety_pipeline.publish.plots.canvas import ACCENT, FAINT, INK, SOFT, drawing, figure, shorten, svg
from safety_pipeline.publish.plots.forest_rows import GROUP
from safety_pipeline.publish.plots.words import group_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH = 10.2
_ROW_HEIGHT = 0.235
_LEFT, _SPAN = 0.345, 0.305
_COUNTS_AT, _SHOWN_AT = 1.03, 1.28
MAX_LINES = 70
# A further method is in the table below the plot; the plot shows those a reader compares.
_IN_PLOT = "default|Crude|GLMM|REML|thresholds"


def forest(rows: pl.DataFrame, title: str, *, is_cut: bool = False) -> str:
    """The plot of one concept and band as SVG; `rows` come from `forest_rows`, where ``is_cut`` only the first."""
    lines = _lines(rows)
    more = "Further lines are in the table." if is_cut else _more(len(lines) - MAX_LINES)
    lines = lines[:MAX_LINES]
    with drawing():
        height = _ROW_HEIGHT * (len(lines) + (2 if more else 1)) + 0.75
        drawn = figure(_WIDTH, height)
        axes = drawn.add_axes((_LEFT, 0.5 / height, _SPAN, 1 - 0.75 / height))
        limit = _limit(rows)
        _frame(axes, len(lines), limit)
        for place, line in enumerate(lines):
            _draw(axes, place, line, limit)
        if more:
            axes.text(0, len(lines), more, color=FAINT, va="center")
        return svg(drawn, title)


def _more(n_hidden: int) -> str:
    return f"{n_hidden} further lines are in the table below." if n_hidden > 0 else ""


def _lines(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows in order, with a heading before each dose."""
    chosen = rows.filter((pl.col("part") == 0) | pl.col("label").str.contains(_IN_PLOT))
    lines: list[dict[str, Any]] = []
    for key, group in chosen.group_by(GROUP, maintain_order=True):
        lines += [{"kind": "heading", "label": group_heading(*key)}, *group.to_dicts()]
    return lines


def _limit(rows: pl.DataFrame) -> float:
    """The right end of the axis: the next tenth beyond every limit that is drawn."""
    ends = [value for name in ("value", "upper") for value in rows[name].drop_nulls().to_list()]
    highest = max(ends, default=1.0)
    return min(1.0, max(0.1, math.ceil(highest * 10 + 0.2) / 10))


def _frame(axes: "Axes", n_lines: int, limit: float) -> None:
    axes.set_xlim(0, limit)
    axes.set_ylim(n_lines + 0.2, -0.8)
    axes.set_yticks([])
    step = 0.2 if limit > 0.6 else 0.1 if limit > 0.2 else 0.05
    ticks = [step * index for index in range(round(limit / step) + 1)]
    axes.set_xticks(ticks, [f"{100 * tick:.0f} %" for tick in ticks])
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.grid(axis="x", color="#e3e3e3", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("patients with at least one event", color=INK, fontsize=8)


def _draw(axes: "Axes", place: int, line: dict[str, Any], limit: float) -> None:
    beside = axes.get_yaxis_transform()
    if line["kind"] == "heading":
        axes.text(-1.1, place, shorten(line["label"], 70), transform=beside, va="center", fontweight="bold")
        return
    weight = "bold" if line["is_default"] else "normal"
    axes.text(-1.07, place, shorten(line["label"], 48), transform=beside, va="center", fontweight=weight)
    axes.text(_COUNTS_AT, place, line["counts"], transform=beside, va="center")
    axes.text(_SHOWN_AT, place, line["shown"], transform=beside, va="center", fontweight=weight)
    _MARKS[line["kind"]](axes, place, line, limit)


def _estimate(axes: "Axes", place: int, line: dict[str, Any], _: float) -> None:
    axes.plot([line["lower"], line["upper"]], [place, place], color=INK, linewidth=1.1, solid_capstyle="butt")
    axes.plot(line["value"], place, marker="s", markersize=4.5, color=INK, clip_on=False)


def _bounds(axes: "Axes", place: int, line: dict[str, Any], _: float) -> None:
    """An open hatched bar: any count inside it fits, and none is likelier than another."""
    width = line["upper"] - line["lower"]
    axes.barh(place, width, left=line["lower"], height=0.5, facecolor="white", edgecolor=FAINT, hatch="////")


def _unknown(axes: "Axes", place: int, _: dict[str, Any], limit: float) -> None:
    axes.text(limit / 2, place, "· · ·  not known  · · ·", color=FAINT, ha="center", va="center", fontsize=7.5)


def _range(axes: "Axes", place: int, line: dict[str, Any], _: float) -> None:
    """A soft band with end marks: where the trials lie, not how sure we are."""
    if line["lower"] is None:
        return
    axes.plot([line["lower"], line["upper"]], [place, place], color=SOFT, linewidth=5, solid_capstyle="butt")
    axes.plot([line["lower"], line["upper"]], [place, place], "|", color=ACCENT, markersize=8, clip_on=False)


def _crude(axes: "Axes", place: int, line: dict[str, Any], _: float) -> None:
    axes.plot(line["value"], place, marker="D", markersize=5, markerfacecolor="white", color=ACCENT, clip_on=False)


def _model(axes: "Axes", place: int, line: dict[str, Any], _: float) -> None:
    if line["value"] is None:
        return
    if line["lower"] is not None:
        axes.plot([line["lower"], line["upper"]], [place, place], color=ACCENT, linewidth=1.1)
    axes.plot(line["value"], place, marker="D", markersize=5, color=ACCENT, clip_on=False)


_MARKS = {
    "estimate": _estimate,
    "bounds": _bounds,
    "unknown": _unknown,
    "range": _range,
    "crude": _crude,
    "single": _model,
    "model": _model,
}
