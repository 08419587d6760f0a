"""Stacked grade bars: how much of each incidence is severe, by the edition that graded it."""

from typing import Any

import polars as pl

from safety_pipeline.publish.plots.canvas import SOFT, STRONG, drawing, figure, shorten, svg

MAX_BARS = 45
_WIDTH = 10.2


def grade_bars(by_arm: pl.DataFrame, title: str) -> str:
    """One bar per edition, concept and arm with a count of any grade; the severe part is hatched where unknown."""
    bars = _bars(by_arm)[:MAX_BARS]
    with drawing():
        height = 0.25 * max(len(bars), 1) + 0.85
        drawn = figure(_WIDTH, height)
        axes = drawn.add_axes((0.42, 0.45 / height, 0.42, 1 - 0.85 / height))
        for place, bar in enumerate(bars):
            _bar(axes, place, bar)
        axes.set_xlim(0, 1)
        axes.set_ylim(max(len(bars), 1) - 0.4, -0.6)
        axes.set_yticks(range(len(bars)), [bar["label"] for bar in bars])
        axes.tick_params(axis="y", length=0)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.spines[["top", "right"]].set_visible(False)
        _legend(axes)
        return svg(drawn, title)


def _bars(by_arm: pl.DataFrame) -> list[dict[str, Any]]:
    keys = ["grading_system", "concept", "arm_id", "attribution"]
    known = by_arm.select(*keys, "grade_band", "incidence")
    severe = known.filter(pl.col("grade_band") == "severe").select(*keys, severe="incidence")
    both = (
        known.filter(pl.col("grade_band") == "any", pl.col("incidence").is_not_null())
        .join(severe, on=keys, how="left", validate="1:1")
        .sort(keys)
    )
    return [{**row, "label": _label(row)} for row in both.to_dicts()]


def _label(row: dict[str, Any]) -> str:
    return shorten(f"{row['grading_system']} · {row['concept']} · {row['arm_id']}", 62)


def _bar(axes: Any, place: int, bar: dict[str, Any]) -> None:
    total, severe = bar["incidence"], bar["severe"]
    if severe is None or severe > total:
        axes.barh(place, total, height=0.62, facecolor="white", edgecolor=SOFT, hatch="////")
        note = f"{100 * total:.1f} %, severe part not known"
    else:
        axes.barh(place, severe, height=0.62, color=STRONG)
        axes.barh(place, total - severe, left=severe, height=0.62, color=SOFT)
        note = f"{100 * total:.1f} %, severe {100 * severe:.1f} %"
    axes.text(1.02, place, note, transform=axes.get_yaxis_transform(), va="center", fontsize=7.5)


def _legend(axes: Any) -> None:
    at_top: dict[str, Any] = {"transform": axes.transAxes, "fontsize": 8, "va": "bottom"}
    axes.text(0.0, 1.01, "■ severe as the source graded it", color=STRONG, **at_top)
    axes.text(0.55, 1.01, "■ below grade 3", color="#6f93b8", **at_top)
