"""The crosswalk with the accepted verdicts of a lake's reviewers in place of the rows they changed."""

import polars as pl

_GRADES = ("grade_lower", "grade_upper", "grade_preferred")


def with_verdicts(grade_map: pl.DataFrame, verdict: pl.DataFrame) -> pl.DataFrame:
    """The same rows in the same order; a changed one says who changed it, when and why."""
    said = verdict.select(
        "grade_map_id",
        *(pl.col(name).alias(f"new_{name}") for name in _GRADES),
        why=pl.concat_str(pl.lit("Reviewed by "), "reviewer", pl.lit(": "), "comment"),
        when="reviewed_on",
    )
    joined = grade_map.join(said, on="grade_map_id", how="left", validate="1:1", maintain_order="left")
    is_changed = pl.col("why").is_not_null()
    one = pl.col("new_grade_lower") == pl.col("new_grade_upper")
    kind = pl.when(one).then(pl.lit("narrower")).otherwise(pl.lit("ambiguous"))
    new = {
        **{name: pl.col(f"new_{name}") for name in _GRADES},
        "mapping_kind": kind,
        "fallback_ctcae_term": pl.lit(None, pl.String),
        "concept_grade_lower": pl.lit(None, pl.Int64),
        "concept_grade_upper": pl.lit(None, pl.Int64),
        "rationale": pl.col("why"),
        "mapping_source": pl.lit("reviewer"),
        "review_status": pl.lit("reviewed"),
        "reviewed_on": pl.col("when"),
    }
    replaced = [pl.when(is_changed).then(value).otherwise(pl.col(name)).alias(name) for name, value in new.items()]
    return joined.with_columns(replaced).select(grade_map.columns)
