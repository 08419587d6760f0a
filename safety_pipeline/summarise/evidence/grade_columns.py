"""From the grade columns of one printed line to its any-grade and severe counts."""

import polars as pl

# One printed event of one arm; its grades are brought together here, whether they stand in columns or in rows.
LINE = [
    "trial_id",
    "arm_id",
    "document_id",
    "table_label",
    "term_as_reported",
    "parent_row_label",
    "seriousness",
    "attribution",
    "concept",
    "concept_relation",
    "is_composite",
    "count_unit",
    "n_at_risk",
]
BAND_STARTS = {"any": 1, "severe": 3}
_ALMOST_HIGHEST = 4


def lines(used: pl.LazyFrame) -> pl.LazyFrame:
    """One row per printed line and grade band it settles, from rows of `checked/toxicity` that are used."""
    return pl.concat([_band(used, band, start) for band, start in BAND_STARTS.items()])


def _band(used: pl.LazyFrame, band: str, start: int) -> pl.LazyFrame:
    within = used.filter(pl.col("grade_lower_reported") >= start)
    direct = (pl.col("grade_lower_reported") == start) & (pl.col("grade_upper_reported") >= _ALMOST_HIGHEST)
    has_direct = direct.any().over(LINE)
    widest = pl.col("grade_upper_reported").filter(direct).max().over(LINE)
    # A column that covers the band is taken alone; separate grades are brought together only without one.
    chosen = within.filter(~has_direct | (direct & (pl.col("grade_upper_reported") == widest)))
    return chosen.group_by(LINE).agg(_segments(start)).filter("starts_at_band").pipe(_settled, band)


def _segments(start: int) -> list[pl.Expr]:
    span = pl.col("grade_upper_reported") - pl.col("grade_lower_reported") + 1
    reach = pl.col("grade_upper_reported").max() - pl.col("grade_lower_reported").min() + 1
    return [
        (pl.col("grade_lower_reported").min() == start).alias("starts_at_band"),
        pl.len().alias("n_segments"),
        (span.sum() <= reach).alias("is_apart"),
        (span.sum() >= reach).alias("is_gapless"),
        pl.col("grade_upper_reported").max().alias("reaches"),
        (pl.col("grade_counting") == "worst").all().alias("is_worst_grade"),
        pl.col("n_affected_lower").sum().alias("sum_lower"),
        pl.col("n_affected_upper").sum().alias("sum_upper"),
        pl.col("n_affected_lower").max().alias("max_lower"),
        pl.col("n_affected_upper").is_null().any().alias("is_open"),
        pl.col("n_episodes").sum().alias("n_episodes"),
        pl.col("cell_status").first().alias("first_status"),
        pl.col("grade_band_as_reported")
        .sort()
        .unique(maintain_order=True)
        .str.join(" + ")
        .alias("grade_band_as_reported"),
        pl.col("threshold_relation").drop_nulls().unique().sort().str.join("; ").alias("threshold_relations"),
        pl.col("grading_system").first().alias("grading_system"),
        pl.col("toxicity_id").sort().str.join("; ").alias("toxicity_ids"),
    ]


def _settled(segments: pl.LazyFrame, band: str) -> pl.LazyFrame:
    """Separate grades add exactly under worst-grade counting only; otherwise they bound."""
    single = pl.col("n_segments") == 1
    adds = single | (pl.col("is_worst_grade") & pl.col("is_apart"))
    complete = (pl.col("reaches") >= _ALMOST_HIGHEST) & pl.col("is_gapless")
    capped = pl.min_horizontal("n_at_risk", "sum_upper")
    return segments.with_columns(
        grade_band=pl.lit(band),
        n_affected_lower=pl.when(adds).then("sum_lower").otherwise("max_lower"),
        n_affected_upper=pl.when(complete).then(capped).otherwise("n_at_risk"),
        cell_status=pl.when(single & complete)
        .then("first_status")
        .when(adds & complete & (pl.col("sum_lower") == pl.col("sum_upper")))
        .then(pl.when(pl.col("sum_lower") > 0).then(pl.lit("observed")).otherwise(pl.lit("reported_zero")))
        .otherwise(pl.lit("derived_bounds")),
    ).with_columns(
        # A highest grade of 3 leaves grade 4 and 5 unsaid, as a gap leaves its grade; a null bound stays unknown.
        n_affected_upper=pl.when(pl.col("is_open")).then(None).otherwise("n_affected_upper"),
    )
