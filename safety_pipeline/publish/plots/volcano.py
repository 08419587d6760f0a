"""Volcano plot: risk difference against the p-value adjusted within the family of printed rows."""

import math
from typing import Any

import polars as pl

from safety_pipeline.publish.plots.canvas import ACCENT, FAINT, INK, SOFT, drawing, figure, shorten, svg

_SMALLEST = 1e-12
_N_LABELS = 6
_LABELLED_BELOW = 0.5
_LEVEL = 0.05


def volcano(rows: pl.DataFrame, title: str) -> str:
    """The plot of one family as SVG; `rows` are risk differences of `dose_contrast` with an adjusted p-value."""
    members = rows.filter(pl.col("p_bh").is_not_null(), pl.col("estimate").is_not_null()).sort(
        "p_value", "row_label"
    ).to_dicts()  # fmt: skip
    with drawing():
        drawn = figure(7.2, 3.6)
        axes = drawn.add_axes((0.1, 0.14, 0.86, 0.8))
        for row in members:
            x, y, raw = 100 * row["estimate"], _height(row["p_bh"]), _height(row["p_value"])
            axes.plot([x, x], [y, raw], color=SOFT, linewidth=0.8, zorder=1)
            axes.plot(x, raw, marker="o", markerfacecolor="white", color=SOFT, markersize=3.5, zorder=2)
            axes.plot(x, y, marker="o", color=ACCENT, markersize=4.5, zorder=3, clip_on=False)
        for (x, raw), labels in _labels(members).items():
            text = shorten(", ".join(labels), 46)
            axes.annotate(text, (x, raw), xytext=(4, 3), textcoords="offset points", fontsize=7)
        _frame(axes, members)
        return svg(drawn, title)


def _labels(members: list[dict[str, Any]]) -> dict[tuple[float, float], list[str]]:
    """The rows with the smallest p-values; rows at one place share a label."""
    labels: dict[tuple[float, float], list[str]] = {}
    for row in [row for row in members if row["p_value"] < _LABELLED_BELOW][:_N_LABELS]:
        place = (round(100 * row["estimate"], 1), round(_height(row["p_value"]), 2))
        labels.setdefault(place, []).append(row["row_label"])
    return labels


def _height(p: float) -> float:
    return -math.log10(max(p, _SMALLEST)) + 0.0


def _frame(axes: Any, members: list[dict[str, Any]]) -> None:
    reach = max([abs(100 * row["estimate"]) for row in members] + [5.0]) * 1.45
    top = max([_height(row["p_value"]) for row in members] + [_height(_LEVEL)]) * 1.2
    axes.set_xlim(-reach, reach)
    axes.set_ylim(0, top)
    axes.axhline(_height(_LEVEL), color=INK, linewidth=0.8, linestyle="--")
    axes.text(reach, _height(_LEVEL), "p = 0.05", ha="right", va="bottom", fontsize=7.5)
    axes.axvline(0, color=FAINT, linewidth=0.8)
    marks = [p for p in (1, 0.5, 0.2, 0.1, 0.05, 0.01, 0.001, 1e-6, 1e-9, _SMALLEST) if _height(p) <= top]
    axes.set_yticks([_height(p) for p in marks], [f"{p:g}" for p in marks])
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("risk difference in percentage points, higher against lower dose", fontsize=8)
    axes.set_ylabel("p (filled: adjusted, open: one row alone)", fontsize=8)
