"""Differences against their p-values, each point a link: what stands out, and how far it is from chance."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from markupsafe import Markup

_WIDTH, _HEIGHT = 640, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 16, 44
_NAMED = 5
Row = Mapping[str, Any]


def volcano(rows: Sequence[Row], title: str) -> Markup:
    """The plane of differences (across) and p-values (upward); the smallest p-values are named."""
    drawn = sorted(
        (row for row in rows if row["p_value"] and row["risk_difference"] is not None), key=lambda row: row["p_value"]
    )
    reach = max((abs(row["risk_difference"]) for row in drawn), default=0.1) * 1.15 or 0.1
    height = max((-math.log10(row["p_value"]) for row in drawn), default=1.0) * 1.15 or 1.0
    points = "".join(_point(row, reach, height, is_named=place < _NAMED) for place, row in enumerate(drawn))
    label = f"{title}: {len(drawn)} comparisons; the table below holds each of them"
    return Markup(  # noqa: S704  (texts of the data are escaped where they enter)
        f'<svg class="plane" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" aria-label="{escape(label)}">'
        f"{_frame(reach, height)}{points}</svg>"
    )


def _x(difference: float, reach: float) -> float:
    return _LEFT + (difference + reach) / (2 * reach) * (_WIDTH - _LEFT - _RIGHT)


def _y(magnitude: float, height: float) -> float:
    return _HEIGHT - _BOTTOM - magnitude / height * (_HEIGHT - _TOP - _BOTTOM)


def _point(row: Row, reach: float, height: float, *, is_named: bool) -> str:
    x, y = _x(row["risk_difference"], reach), _y(-math.log10(row["p_value"]), height)
    words = escape(f"{row['row_label']}: {row['label']}, p {row['p_value']:.3g}")
    is_right = x > _WIDTH * 0.7
    name = (
        f'<text class="name" x="{x + (-9 if is_right else 9):.1f}" y="{y + 4:.1f}" '
        f'text-anchor="{"end" if is_right else "start"}">{escape(row["row_label"][:34])}</text>'
        if is_named
        else ""
    )
    return (
        f'<a href="/comparison/{escape(row["comparison_id"])}" aria-label="{words}"><title>{words}</title>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>{name}</a>'
    )


def _frame(reach: float, height: float) -> str:
    """The line of no difference, the levels of p, and what is drawn on each axis."""
    zero = _x(0, reach)
    parts = [f'<line class="zero" x1="{zero}" x2="{zero}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>']
    for p in (1.0, 0.5, 0.1, 0.05, 0.01, 0.001, 0.0001):
        if -math.log10(p) <= height:
            y = _y(-math.log10(p), height)
            parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{p:g}</text>')
    for share in (-reach / 1.15, 0.0, reach / 1.15):
        figure = f"{100 * share:+.0f}".replace("-", "−") if share else "0"
        parts.append(f'<text x="{_x(share, reach):.1f}" y="{_HEIGHT - 26}" text-anchor="middle">{figure}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">difference in percentage points</text>')
    parts.append(f'<text x="8" y="{_TOP - 2}">p-value</text>')
    return "".join(parts)
