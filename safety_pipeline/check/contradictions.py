"""Printed lines whose grade columns cannot all be right."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from safety_pipeline.engine import on_small_frame
from safety_pipeline.grade_equations import GradeColumns, at_each_grade, at_worst_grade

Frame = nw.LazyFrame[Any]

_ANY_GRADE = 1
_NUMBERS = {
    name: pl.Int64()
    for name in ("grade_lower_reported", "grade_upper_reported", "n_affected_lower", "n_affected_upper", "n_at_risk")
}


def contradictory_events(rows: Frame, event: Sequence[str]) -> Frame:
    """One row per printed event of an arm, by the columns ``event``, whose counts of patients no patients satisfy."""
    counted = rows.filter(
        nw.col("count_unit") == "patients",
        ~nw.col("n_affected_lower").is_null(),
        ~nw.col("grade_lower_reported").is_null(),
        ~nw.col("grade_upper_reported").is_null(),
    ).with_columns(is_worst_grade=(nw.col("grade_counting") == "worst").cast(nw.Int64))
    texts = dict.fromkeys(event, pl.String())
    return on_small_frame(
        counted.select(*event, "is_worst_grade", *_NUMBERS),
        lambda cells: _contradictory(cells, event),
        {**texts, "do_grades_disagree": pl.Boolean()},
    )


def _contradictory(cells: pl.DataFrame, event: Sequence[str]) -> pl.DataFrame:
    lines = cells.group_by(event, maintain_order=True).agg(
        pl.len().alias("n_cells"), pl.col("is_worst_grade").min().alias("worst"), pl.col("n_at_risk").max()
    )
    several = lines.filter(pl.col("n_cells") > 1).with_row_index("line")
    placed = cells.join(several.select("line", *event), on=event, how="inner", validate="m:1")
    columns = _columns(several, placed)
    worst = at_worst_grade(columns, _ANY_GRADE).is_contradictory
    each = at_each_grade(columns, _ANY_GRADE).is_contradictory
    found = np.where(several["worst"].to_numpy() == 1, worst, each)
    return several.select(event).with_columns(do_grades_disagree=pl.Series(found, dtype=pl.Boolean))


def _columns(lines: pl.DataFrame, cells: pl.DataFrame) -> GradeColumns:
    at_risk = lines["n_at_risk"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    grades = (cells["grade_lower_reported"].to_numpy(), cells["grade_upper_reported"].to_numpy())
    lower = cells["n_affected_lower"].cast(pl.Float64).to_numpy()
    upper = cells["n_affected_upper"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    return GradeColumns.of_cells(at_risk, cells["line"].cast(pl.Int64).to_numpy(), grades, (lower, upper))
