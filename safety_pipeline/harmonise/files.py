"""A table of reported rows in CSV or Parquet, harmonised to a Parquet file."""

from pathlib import Path

import polars as pl

from safety_pipeline.harmonise.matching.terms import grade
from safety_pipeline.reference.references import References

_NEEDED = {"grading_system": pl.String, "term_as_reported": pl.String}
_LINE = "_line"
_OPTIONAL = {
    "source_kind": pl.lit("literature"),
    "parent_row_label": pl.lit(None, pl.String),
    "grade_lower_reported": pl.lit(None, pl.Int64),
    "grade_upper_reported": pl.lit(None, pl.Int64),
}


class ReportedFileError(Exception):
    """The file cannot be harmonised; the message names it and the columns it needs."""


def harmonise_file(source: Path, target: Path, references: References) -> int:
    """Write every row of the source with its term, concept and grades, and return how many rows there are.

    Own columns are kept; without grade columns every row counts as all grades.
    """
    reported = _read(source)
    present = reported.collect_schema().names()
    if absent := [name for name in _NEEDED if name not in present]:
        raise ReportedFileError(f"{source.name} lacks {', '.join(absent)}; it needs {', '.join(_NEEDED)}.")
    complete = reported.with_columns(fill.alias(name) for name, fill in _OPTIONAL.items() if name not in present)
    numbered = complete.cast({"grade_lower_reported": pl.Int64, "grade_upper_reported": pl.Int64}).with_row_index(_LINE)
    # Joins do not keep an order; a file comes back in its own.
    rows: pl.DataFrame = grade(numbered, references).collect().sort(_LINE).drop(_LINE)
    unfinished = target.with_suffix(".tmp")
    rows.write_parquet(unfinished)
    unfinished.replace(target)
    return rows.height


def _read(source: Path) -> pl.LazyFrame:
    if source.suffix.lower() == ".parquet":
        return pl.scan_parquet(source).cast({pl.selectors.categorical(): pl.String()})
    if source.suffix.lower() == ".csv":
        return pl.scan_csv(source, schema_overrides=_NEEDED)
    raise ReportedFileError(f"{source.name}: only .csv and .parquet are read; save the table as one of them.")
