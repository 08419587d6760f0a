"""Verdicts of reviewing physicians: checked line by line, compared with each other, and applied where they agree."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import polars as pl

from safety_pipeline.reference.layout import FILES
from safety_pipeline.reference.read import read_rows, whole
from safety_pipeline.reference.references import References
from safety_pipeline.reference.terms import TARGET_EDITION

COLUMNS = FILES["verdict"].columns
_GRADES = ("grade_lower", "grade_upper", "grade_preferred")
_PLACE = ("file", "line")


def read_verdicts(paths: Sequence[Path]) -> pl.DataFrame:
    """One row per line of the files, with the name of its file and its line number."""
    read = [
        read_rows(path, COLUMNS).with_row_index("line", offset=2).with_columns(file=pl.lit(path.name)) for path in paths
    ]
    return pl.concat(read)


def refused_verdicts(verdicts: pl.DataFrame, references: References) -> pl.DataFrame:
    """One row per line that cannot be used: ``file``, ``line`` and what is wrong with it."""
    known = references.grade_map.select("grade_map_id", "ctcae_term")
    defined = references.term.filter(grading_system=TARGET_EDITION).select(
        ctcae_term="term", defined=pl.concat_str(pl.lit("0"), "grades_defined")
    )
    row = verdicts.join(known, on="grade_map_id", how="left").join(defined, on="ctcae_term", how="left")
    low, high, preferred = (pl.col(name) for name in _GRADES)
    asks = pl.col("verdict") == "change"
    absent = [~pl.col("defined").str.contains(pl.col(name), literal=True) for name in ("grade_lower", "grade_upper")]
    problem = (
        pl.when(pl.col("ctcae_term").is_null())
        .then(pl.lit("grade_map_id is not in the crosswalk"))
        .when(~pl.col("verdict").is_in(["right", "change"]))
        .then(pl.lit("verdict is neither `right` nor `change`"))
        .when((pl.col("reviewer") == "") | ~pl.col("reviewed_on").str.contains(r"^\d{4}-\d{2}-\d{2}$"))
        .then(pl.lit("reviewer or reviewed_on (as 2026-11-28) is missing"))
        .when(asks & ~pl.all_horizontal(pl.col(name).str.contains("^[0-5]$") for name in _GRADES))
        .then(pl.lit("a change needs grade_lower, grade_upper and grade_preferred, each 0 to 5"))
        .when(asks & ((low > preferred) | (preferred > high)))
        .then(pl.lit("grade_preferred lies outside grade_lower to grade_upper"))
        .when(asks & pl.any_horizontal(absent))
        .then(pl.lit("the v4.03 term has no such grade"))
    )
    return row.with_columns(problem=problem).drop_nulls("problem").select(*_PLACE, "problem")


def proposed(verdicts: pl.DataFrame, references: References) -> pl.DataFrame:
    """One row per row of the crosswalk and reviewer: the interval they want, ours where they call it right."""
    ours = references.grade_map.select("grade_map_id", *(pl.col(name).alias(f"our_{name}") for name in _GRADES))
    last = whole(verdicts, _GRADES).unique(["grade_map_id", "reviewer"], keep="last", maintain_order=True)
    joined = last.join(ours, on="grade_map_id", how="inner", validate="m:1", maintain_order="left")
    asks = pl.col("verdict") == "change"
    return joined.with_columns(pl.when(asks).then(name).otherwise(f"our_{name}").alias(name) for name in _GRADES)


def agreement(wanted: pl.DataFrame) -> pl.DataFrame:
    """One row per pair of reviewers with rows in common: how often they want the same, and Cohen's kappa of it."""
    interval = pl.concat_str(*(pl.col(name).cast(pl.String).fill_null("-") for name in _GRADES), separator=" ")
    said = wanted.select("grade_map_id", "reviewer", "grade_preferred", says=interval)
    pairs = combinations(sorted(said["reviewer"].unique()), 2)
    return pl.DataFrame(
        [row for one, other in pairs if (row := _pair(said, one, other)) is not None],
        schema={
            "reviewer": pl.String, "other_reviewer": pl.String, "n_rows": pl.Int64, "same_interval": pl.Float64,
            "within_one": pl.Float64, "kappa": pl.Float64,
        },
        orient="row",
    )  # fmt: skip


def _pair(said: pl.DataFrame, one: str, other: str) -> tuple[object, ...] | None:
    own, theirs = (said.filter(reviewer=name).drop("reviewer") for name in (one, other))
    both = own.join(theirs, on="grade_map_id", how="inner", validate="1:1", suffix="_other")
    if both.is_empty():
        return None
    same = (both["says"] == both["says_other"]).mean()
    near = ((both["grade_preferred"] - both["grade_preferred_other"]).abs() <= 1).mean()
    shares = [both[name].value_counts(normalize=True) for name in ("says", "says_other")]
    chance = shares[0].join(shares[1], left_on="says", right_on="says_other", how="inner")
    expected = float((chance["proportion"] * chance["proportion_right"]).sum())
    # Two reviewers who always say one and the same thing agree by chance alone: kappa is not defined.
    kappa = None if expected == 1 else (float(str(same)) - expected) / (1 - expected)
    return one, other, both.height, same, near, kappa


def disagreements(wanted: pl.DataFrame) -> pl.DataFrame:
    """The rows on which two reviewers want different intervals, one row per reviewer."""
    differs = pl.struct(_GRADES).n_unique().over("grade_map_id") > 1
    return (
        wanted.filter(differs).select("grade_map_id", "reviewer", *_GRADES, "comment").sort("grade_map_id", "reviewer")
    )


def accepted(wanted: pl.DataFrame) -> pl.DataFrame:
    """The changes that every reviewer of the row wants, one row each, with all their names and the newest day."""
    agreed = wanted.filter(pl.struct(_GRADES).n_unique().over("grade_map_id") == 1, verdict="change")
    ours = pl.struct(f"our_{name}" for name in _GRADES).struct.rename_fields(list(_GRADES))
    changed = agreed.filter(pl.struct(_GRADES).ne_missing(ours))
    return (
        changed.group_by("grade_map_id", maintain_order=True)
        .agg(
            pl.col("verdict", *_GRADES).first(),
            pl.col("comment").unique(maintain_order=True).str.join(" "),
            pl.col("reviewer").unique(maintain_order=True).str.join("; "),
            pl.col("reviewed_on").max(),
        )
        .select(COLUMNS)
    )
