"""Grade columns of one printed line as equations: which counts of a grade band satisfy all of them.

Only arithmetic on arrays; what a column or a line is, is decided by its callers.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
HIGHEST = 5
_NODES = HIGHEST + 2  # patients with grade 0 or worse, 1 or worse, ..., 5 or worse, and nobody


@dataclass(frozen=True)
class GradeColumns:
    """Printed columns of lines, as matrices of one row a line and one column a range of grades.

    ``lower`` and ``upper`` have shape (lines, 6, 6): entry [line, first, last] bounds the patients of grades first to
    last; 0 and infinity where nothing is printed. ``at_risk`` has one number a line, infinity where it is not known.
    """

    lower: Counts
    upper: Counts
    at_risk: Counts

    @classmethod
    def unprinted(cls, at_risk: Counts) -> Self:
        """Lines of which nothing is printed yet."""
        shape = (len(at_risk), HIGHEST + 1, HIGHEST + 1)
        return cls(np.zeros(shape), np.full(shape, np.inf), at_risk)

    @classmethod
    def of_cells(cls, at_risk: Counts, line: Whole, grades: tuple[Whole, Whole], bounds: tuple[Counts, Counts]) -> Self:
        """Printed cells as columns of their lines; of a range of grades printed twice both hold.

        ``line`` is the place of each cell's line in ``at_risk``, ``grades`` its first and last grade, ``bounds`` the
        least and most patients it counts.
        """
        columns = cls.unprinted(at_risk)
        np.maximum.at(columns.lower, (line, *grades), bounds[0])
        np.minimum.at(columns.upper, (line, *grades), bounds[1])
        return columns


@dataclass(frozen=True)
class BandBounds:
    """Smallest and largest count of a band a line; ``is_contradictory`` where no counts satisfy its columns."""

    lower: Counts
    upper: Counts
    is_contradictory: Truths


def at_worst_grade(columns: GradeColumns, first: int) -> BandBounds:
    """Bounds of grade ``first`` or worse where each patient is counted once, at the worst grade.

    The grades 0 to 5 then add to the patients at risk, and a column is the difference of two of their running sums.
    Such differences bound each other along shortest paths, so the bounds are exact and whole numbers
    (R. Shostak, "Deciding linear inequalities by computing loop residues", 1981; Bellman-Ford closure).
    """
    distance = _closure(_differences(columns))
    contradictory = np.any(np.diagonal(distance, axis1=1, axis2=2) < 0, axis=1)
    return BandBounds(-distance[:, first, _NODES - 1], distance[:, _NODES - 1, first], np.asarray(contradictory))


def _differences(columns: GradeColumns) -> Counts:
    """Entry [line, i, j] is the most by which the patients of grade j or worse exceed those of grade i or worse."""
    n_lines = len(columns.at_risk)
    distance = np.full((n_lines, _NODES, _NODES), np.inf)
    distance[:, np.arange(_NODES), np.arange(_NODES)] = 0
    for first in range(HIGHEST + 1):
        for last in range(first, HIGHEST + 1):
            beyond = last + 1
            # patients[first] - patients[beyond] lies between lower and upper; a count is never negative.
            distance[:, beyond, first] = np.minimum(distance[:, beyond, first], columns.upper[:, first, last])
            distance[:, first, beyond] = np.minimum(distance[:, first, beyond], -columns.lower[:, first, last])
    end = _NODES - 1
    distance[:, end, 0] = np.minimum(distance[:, end, 0], columns.at_risk)
    known = np.isfinite(columns.at_risk)
    distance[known, 0, end] = np.minimum(distance[known, 0, end], -columns.at_risk[known])
    return distance


def _closure(distance: Counts) -> Counts:
    """Shortest paths between all nodes (Floyd-Warshall)."""
    with np.errstate(invalid="ignore"):
        for middle in range(_NODES):
            through = distance[:, :, middle, None] + distance[:, None, middle, :]
            distance = np.minimum(distance, np.where(np.isnan(through), np.inf, through))
    return distance


def at_each_grade(columns: GradeColumns, first: int) -> BandBounds:
    """Bounds of grade ``first`` or worse where a patient may stand in several columns, or it is not said.

    A column is then a union of patients: a wider range holds at least as many, and never more than its parts together.
    """
    lower, upper = columns.lower.copy(), np.minimum(columns.upper, columns.at_risk[:, None, None])
    for _ in range(HIGHEST + 1):
        before = (lower.copy(), upper.copy())
        _tighten(lower, upper)
        if all(np.array_equal(now, then) for now, then in zip((lower, upper), before, strict=True)):
            break
    contradictory = np.any(lower > upper, axis=(1, 2))
    return BandBounds(lower[:, first, HIGHEST], upper[:, first, HIGHEST], np.asarray(contradictory))


def _tighten(lower: Counts, upper: Counts) -> None:
    """One round: each range against those inside it, and against two that cover it together."""
    ranges = [(a, b) for a in range(1, HIGHEST + 1) for b in range(a, HIGHEST + 1)]
    for a, b in ranges:
        inside = [(c, d) for c, d in ranges if a <= c and d <= b]
        for c, d in inside:
            lower[:, a, b] = np.maximum(lower[:, a, b], lower[:, c, d])
            upper[:, c, d] = np.minimum(upper[:, c, d], upper[:, a, b])
        for cut in range(a, b):
            together = upper[:, a, cut] + upper[:, cut + 1, b]
            upper[:, a, b] = np.minimum(upper[:, a, b], together)
            for part, other in (((a, cut), (cut + 1, b)), ((cut + 1, b), (a, cut))):
                rest = lower[:, a, b] - upper[:, other[0], other[1]]
                lower[:, part[0], part[1]] = np.maximum(lower[:, part[0], part[1]], _finite(rest))


def _finite(values: Counts) -> Counts:
    return np.where(np.isfinite(values), values, 0)


def hull(columns: GradeColumns, first: int) -> BandBounds:
    """Bounds of a band of contradictory columns: the least and most that any way to cover the band by columns says."""
    n_lines = len(columns.at_risk)
    least, most = np.full((n_lines, _NODES), np.inf), np.full((n_lines, _NODES), -np.inf)
    least[:, _NODES - 1], most[:, _NODES - 1] = 0, 0
    for start in range(HIGHEST, first - 1, -1):
        for last in range(start, HIGHEST + 1):
            printed = np.isfinite(columns.upper[:, start, last])
            low = columns.lower[:, start, last] + least[:, last + 1]
            high = np.where(printed, columns.upper[:, start, last], 0) + most[:, last + 1]
            least[:, start] = np.where(printed, np.minimum(least[:, start], low), least[:, start])
            most[:, start] = np.where(printed, np.maximum(most[:, start], high), most[:, start])
    parts = columns.lower[:, first:, first:].max(axis=(1, 2))
    upper = np.where(np.isfinite(most[:, first]), np.maximum(most[:, first], parts), columns.at_risk)
    lower = np.minimum(least[:, first], parts)
    return BandBounds(lower, np.minimum(upper, columns.at_risk), np.ones(n_lines, dtype=bool))


def chosen(condition: Truths, yes: BandBounds, no: BandBounds) -> BandBounds:
    """Line by line the one or the other."""
    picked: list[Any] = [
        np.where(condition, getattr(yes, name), getattr(no, name)) for name in ("lower", "upper", "is_contradictory")
    ]
    return BandBounds(*picked)
