"""Heat map of arms and concepts: colour where there is a count, a hatch for each way of not knowing."""

from typing import Any

import polars as pl

from safety_pipeline.publish.plots.canvas import FAINT, INK, drawing, figure, shorten, svg
from safety_pipeline.publish.plots.words import STATUSES, words

MAX_ARMS = 40
MAX_CONCEPTS = 34
_WIDTH = 10.2
HATCHES = {
    "derived_bounds": "\\\\\\",
    "below_threshold": "---",
    "episodes_only": "|||",
    "rejected_cell": "+++",
    "not_tabulated": "///",
    "no_results": "xxx",
}


def heat_map(by_arm: pl.DataFrame, title: str) -> str:
    """The plot of one band as SVG; of several attributions of a cell the best known is shown."""
    arms = by_arm["arm_id"].unique().sort().to_list()[:MAX_ARMS]
    concepts = _concepts(by_arm)
    with drawing():
        height = 0.3 * max(len(arms), 1) + 2.5
        drawn = figure(_WIDTH, height)
        axes = drawn.add_axes((0.25, 1.95 / height, 0.73, 1 - 2.5 / height))
        shown = by_arm.filter(pl.col("arm_id").is_in(arms), pl.col("concept").is_in(concepts))
        for row in _cells(shown):
            _cell(axes, concepts.index(row["concept"]), arms.index(row["arm_id"]), row)
        _frame(axes, arms, concepts)
        _legend(axes, height)
        return svg(drawn, title)


def _concepts(by_arm: pl.DataFrame) -> list[str]:
    """The concepts that most arms have a count of, first."""
    counted = by_arm.group_by("concept").agg(pl.col("incidence").is_not_null().sum().alias("n"))
    return counted.sort("n", "concept", descending=[True, False])["concept"].head(MAX_CONCEPTS).to_list()


def _cells(by_arm: pl.DataFrame) -> list[dict[str, Any]]:
    order = {status: place for place, status in enumerate(STATUSES)}
    ranked = by_arm.with_columns(rank=pl.col("reporting_status").replace_strict(order, default=99))
    return (
        ranked.sort("rank", "attribution").unique(["arm_id", "concept"], keep="first", maintain_order=True).to_dicts()
    )


def _cell(axes: Any, x: int, y: int, row: dict[str, Any]) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    share = row["incidence"]
    style: dict[str, Any] = {"facecolor": "white", "edgecolor": FAINT, "linewidth": 0.3}
    if share is None:
        style["hatch"] = HATCHES.get(row["reporting_status"], "///")
    else:
        style["facecolor"] = _shade(share)
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, **style))
    if share is not None:
        colour = "white" if share > 0.45 else INK
        axes.text(x, y, f"{100 * share:.0f}", ha="center", va="center", fontsize=6.5, color=colour)


def _shade(share: float) -> tuple[float, float, float]:
    """From near white to the accent, in proportion."""
    light, dark = (0.93, 0.95, 0.98), (0.07, 0.27, 0.48)
    red, green, blue = (a + (b - a) * share for a, b in zip(light, dark, strict=True))
    return (red, green, blue)


def _frame(axes: Any, arms: list[str], concepts: list[str]) -> None:
    axes.set_xlim(-0.5, max(len(concepts), 1) - 0.5)
    axes.set_ylim(max(len(arms), 1) - 0.5, -0.5)
    axes.set_xticks(
        range(len(concepts)),
        [shorten(words({}, name), 24) for name in concepts],
        rotation=55,
        ha="right",
        rotation_mode="anchor",
    )
    axes.set_yticks(range(len(arms)), [shorten(name, 30) for name in arms])
    axes.tick_params(length=0, labelsize=7.5)


def _legend(axes: Any, height: float) -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415

    entries = [
        Patch(facecolor="white", edgecolor=FAINT, linewidth=0.3, hatch=hatch, label=words(STATUSES, status))
        for status, hatch in HATCHES.items()
    ]
    shares = [Patch(facecolor=_shade(share), label=f"{100 * share:.0f} %") for share in (0.0, 0.5, 1.0)]
    span = height - 2.5
    axes.legend(
        handles=[*shares, *entries], ncols=9, loc="lower left", bbox_to_anchor=(-0.34, 1 + 0.1 / max(span, 0.3)),
        frameon=False, fontsize=6.8, handlelength=1.6, columnspacing=0.8, handletextpad=0.4,
    )  # fmt: skip
