"""The grade columns of many lines solved at once."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from safety_pipeline.grade_equations import (
    HIGHEST,
    BandBounds,
    Counts,
    GradeColumns,
    Truths,
    at_each_grade,
    at_worst_grade,
    chosen,
    hull,
)

SOLVED: dict[str, pl.DataType] = {
    "grade_band": pl.String(),
    "n_affected_lower": pl.Int64(),
    "n_affected_upper": pl.Int64(),
    "is_whole": pl.Boolean(),
    "is_contradictory": pl.Boolean(),
    "has_own_column": pl.Boolean(),
}
_SEVERE, _ALMOST_HIGHEST = 3, 4


def solved_bands(rows: pl.DataFrame, starts: Mapping[str, int]) -> pl.DataFrame:
    """Two rows a line, one a band: the counts that satisfy its ``columns``, a list of printed grade ranges."""
    printed = _printed(rows)
    parts = []
    for band, start in starts.items():
        bounds = _bounds(rows, printed, start)
        upper = pl.Series(np.where(np.isfinite(bounds.upper), bounds.upper, np.nan)).fill_nan(None)
        own = _own_column(printed, start)
        parts.append(
            rows.drop("columns", "is_worst_grade").with_columns(
                grade_band=pl.lit(band),
                n_affected_lower=pl.Series(bounds.lower).cast(pl.Int64),
                n_affected_upper=upper.cast(pl.Int64),
                is_whole=pl.Series(_is_whole(printed, start)),
                is_contradictory=pl.Series(bounds.is_contradictory),
                has_own_column=pl.Series(_tells_all(own, bounds) & ~bounds.is_contradictory),
            )
        )
    return pl.concat(parts)


def _printed(rows: pl.DataFrame) -> GradeColumns:
    """The columns of every line as matrices."""
    at_risk = rows["n_at_risk"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    cells = rows.select(pl.col("columns")).with_row_index("line").explode("columns").unnest("columns")
    first, last = (cells[name].to_numpy() for name in ("grade_lower_reported", "grade_upper_reported"))
    lower = cells["n_affected_lower"].cast(pl.Float64).fill_null(0).to_numpy()
    upper = cells["n_affected_upper"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    return GradeColumns.of_cells(at_risk, cells["line"].cast(pl.Int64).to_numpy(), (first, last), (lower, upper))


def _bounds(rows: pl.DataFrame, printed: GradeColumns, start: int) -> BandBounds:
    worst = rows["is_worst_grade"].to_numpy()
    solved = chosen(worst, at_worst_grade(printed, start), at_each_grade(printed, start))
    if start == _SEVERE:
        solved = _as_printed(solved, printed)
    return chosen(solved.is_contradictory, hull(printed, start), solved)


def _as_printed(solved: BandBounds, printed: GradeColumns) -> BandBounds:
    """A column of grades 3 and 4 is the source's severe column, where no other column says that more were severe."""
    low, high = (side[:, _SEVERE, _ALMOST_HIGHEST] for side in (printed.lower, printed.upper))
    says_of_deaths = np.isfinite(printed.upper[:, 2:, HIGHEST]).any(axis=1)
    holds = np.isfinite(high) & ~says_of_deaths & (low >= solved.lower) & (high <= solved.upper)
    return BandBounds(
        np.where(holds, np.maximum(low, solved.lower), solved.lower),
        np.where(holds, high, solved.upper),
        solved.is_contradictory,
    )


def _own_column(printed: GradeColumns, start: int) -> tuple[Counts, Counts]:
    """Lower and upper count of the column that covers the band alone; NaN where there is none."""
    last = np.where(np.isfinite(printed.upper[:, start, HIGHEST]), HIGHEST, _ALMOST_HIGHEST)
    line = np.arange(len(last))
    low, high = printed.lower[line, start, last], printed.upper[line, start, last]
    return np.where(np.isfinite(high), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def _tells_all(own: tuple[Counts, Counts], bounds: BandBounds) -> Truths:
    """Whether the covering column alone gives the bounds."""
    return np.asarray((own[0] == bounds.lower) & (own[1] == bounds.upper))


def _is_whole(printed: GradeColumns, start: int) -> Truths:
    """Whether printed columns cover the band from its first grade on, up to grade 4 at the least."""
    reached = np.zeros((len(printed.at_risk), HIGHEST + 2), dtype=bool)
    reached[:, start] = True
    for first in range(start, HIGHEST + 1):
        for last in range(first, HIGHEST + 1):
            reached[:, last + 1] |= reached[:, first] & np.isfinite(printed.upper[:, first, last])
    return np.asarray(reached[:, _ALMOST_HIGHEST + 1 :].any(axis=1))
