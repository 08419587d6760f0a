"""The two by two table of each trial that compares a drug with its control, or the bounds of its counts."""

import polars as pl

from safety_pipeline.summarise.comparisons.measures import NEWCOMBE
from safety_pipeline.summarise.comparisons.sides import COMPARISON, SIDES

EVENT = ["level", "row_label", "concept", "grade_band", "attribution"]
# Known within bounds that say something; what nothing is known of has bounds too, from nobody to everybody.
_BOUNDED = ["derived_bounds", "below_threshold", "rejected_cell", "episodes_only"]
_COUNTS = ["n_affected_lower", "n_affected_upper", "n_at_risk"]
_ROW = ["arm_id", *EVENT, *_COUNTS]


def of_concepts(by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm, concept, band and attribution with a count, or with bounds that say something."""
    is_known = pl.col("incidence").is_not_null() | pl.col("reporting_status").is_in(_BOUNDED)
    rows = by_arm.filter(is_known, pl.col("n_affected_upper") <= pl.col("n_at_risk"), pl.col("n_at_risk") > 0)
    return rows.select("arm_id", *EVENT[2:], *_COUNTS, "concept_relation", level=pl.lit("concept"), row_label="concept")


def of_terms(arm_contrast: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm, printed main row, band and attribution; a term is the same however its letters are written."""
    pairs = arm_contrast.filter("is_main_row", pl.col("ci_method") == NEWCOMBE)
    rows = pl.concat([_end(pairs, *ends) for ends in (("arm_id", ""), ("comparator_arm_id", "_comparator"))]).unique()
    folded = pl.col("row_label").str.strip_chars().str.to_lowercase()
    named = rows.with_columns(folded=folded).filter(pl.len().over("arm_id", "folded", *EVENT[3:]) == 1)
    label, concept = (pl.col(name).sort().first().over("folded") for name in ("row_label", "concept"))
    shown = named.with_columns(row_label=label, concept=concept, level=pl.lit("term"))
    return shown.select(*_ROW, concept_relation=pl.lit(None, pl.String))


def _end(pairs: pl.LazyFrame, arm: str, side: str) -> pl.LazyFrame:
    counts = {"n_affected_lower": f"n_affected{side}_min", "n_affected_upper": f"n_affected{side}_max"}
    return pairs.select("row_label", *EVENT[2:], arm_id=arm, **counts, n_at_risk=f"n_at_risk{side}")


def trial_tables(counts: pl.LazyFrame, sides: pl.DataFrame) -> pl.LazyFrame:
    """One row per comparison, event and trial: the counts of both sides, where each of their arms is known."""
    table = [*COMPARISON, *EVENT, "trial_id"]
    known = sides.lazy().join(counts, on="arm_id", how="inner")
    summed = known.group_by(*table, "side").agg(
        *(pl.col(name).sum() for name in _COUNTS),
        is_whole=pl.len() == pl.col("n_arms").first(),
        concept_relation=pl.col("concept_relation").drop_nulls().unique().sort().str.join("; "),
    )
    whole = summed.filter("is_whole").drop("is_whole")
    first, second = (whole.filter(side=side).drop("side") for side in SIDES)
    both = first.join(
        second.drop("concept_relation"), on=table, how="inner", suffix="_comparator", nulls_equal=True, validate="1:1"
    )
    several = both.filter(pl.len().over(*COMPARISON, *EVENT) > 1)
    return several.with_columns(is_counted=_is_counted())


def _is_counted() -> pl.Expr:
    """Whether both sides have one count."""
    ends = [(f"n_affected_lower{side}", f"n_affected_upper{side}") for side in SIDES]
    return pl.all_horizontal(*(pl.col(lower) == pl.col(upper) for lower, upper in ends))
