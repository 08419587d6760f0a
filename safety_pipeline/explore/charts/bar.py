"""One answer drawn on one line: a point with its limits, a range, bounds or nothing, told apart by shape."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from markupsafe import Markup

from safety_pipeline.explore.charts.scale import Scale, differences, grid, shares

Answer = Mapping[str, Any]
_HEIGHT = 24
_MIDDLE = _HEIGHT // 2


def scale_of(answers: Sequence[Answer]) -> Scale:
    """The axis that holds every answer; the open end of an answer does not stretch it."""
    ends = {"at_least": ("value_lower",)}
    names = [(row, name) for row in answers for name in ends.get(row["value_kind"], ("value", "value_upper"))]
    return shares(row[name] for row, name in names)


def bar(answer: Answer, scale: Scale) -> Markup:
    """The answer on the axis; its words stand beside it, so the drawing is for the eye alone."""
    return _svg(answer["label"], grid(scale, _HEIGHT) + _SHAPES[answer["value_kind"]](answer, scale))


def difference_scale(rows: Sequence[Answer]) -> Scale:
    """The axis around 0 that holds the limits of every difference."""
    return differences(row[name] for row in rows for name in ("risk_difference_lower", "risk_difference_upper"))


def difference(row: Answer, scale: Scale) -> Markup:
    """A risk difference with its limits on an axis around 0; of counts within bounds the box of the outer limits."""
    estimate, lower, upper = (row[f"risk_difference{end}"] for end in ("", "_lower", "_upper"))
    if lower is None or upper is None:
        return _svg(row["label"], grid(scale, _HEIGHT))
    if estimate is None:
        return _svg(row["label"], grid(scale, _HEIGHT) + _box(lower, upper, scale))
    return _svg(row["label"], grid(scale, _HEIGHT) + _line("limits", lower, upper, scale) + _mark(estimate, scale))


def _svg(label: str, shapes: str) -> Markup:
    title = f"<title>{escape(label)}</title>"
    return Markup(  # noqa: S704  (the only text of the data is escaped)
        f'<svg class="bar" width="100%" height="{_HEIGHT}" aria-hidden="true">{title}{shapes}</svg>'
    )


def _point(answer: Answer, scale: Scale) -> str:
    lower, upper = answer["value_lower"], answer["value_upper"]
    line = "" if lower is None or upper is None else _line("limits", lower, upper, scale)
    return line + _mark(answer["value"], scale)


def _range(answer: Answer, scale: Scale) -> str:
    """A soft band between two strokes: where the trials lie, not how sure we are."""
    lower, upper = answer["value_lower"], answer["value_upper"]
    if lower is None or upper is None:
        return _nothing(answer, scale)
    return _line("band", lower, upper, scale) + _stroke(lower, scale) + _stroke(upper, scale)


def _bounds(answer: Answer, scale: Scale) -> str:
    """An open box: any count inside it fits, and none is likelier than another."""
    return _box(answer["value_lower"], answer["value_upper"], scale)


def _at_least(answer: Answer, scale: Scale) -> str:
    """A box that goes on to the right edge, with a stroke where it begins."""
    return _box(answer["value_lower"], scale.high, scale) + _stroke(answer["value_lower"], scale)


def _nothing(_: Answer, __: Scale) -> str:
    return f'<line class="unknown" x1="0" x2="100%" y1="{_MIDDLE}" y2="{_MIDDLE}"/>'


def _mark(share: float, scale: Scale) -> str:
    return (
        f'<rect class="mark" x="{scale.at(share)}" y="{_MIDDLE - 4}" width="8" height="8" transform="translate(-4)"/>'
    )


def _box(lower: float, upper: float, scale: Scale) -> str:
    width = scale.width(lower, upper)
    return f'<rect class="box" x="{scale.at(lower)}" y="{_MIDDLE - 6}" width="{width}" height="12"/>'


def _line(kind: str, lower: float, upper: float, scale: Scale) -> str:
    return f'<line class="{kind}" x1="{scale.at(lower)}" x2="{scale.at(upper)}" y1="{_MIDDLE}" y2="{_MIDDLE}"/>'


def _stroke(share: float, scale: Scale) -> str:
    place = scale.at(share)
    return f'<line class="stroke" x1="{place}" x2="{place}" y1="{_MIDDLE - 7}" y2="{_MIDDLE + 7}"/>'


_SHAPES: Mapping[str, Callable[[Answer, Scale], str]] = {
    "point": _point,
    "range_of_trials": _range,
    "bounds": _bounds,
    "at_least": _at_least,
    "not_known": _nothing,
}
