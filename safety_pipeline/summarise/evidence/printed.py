"""From printed lines to one count per arm, concept, grade band and attribution, with bounds where lines overlap."""

import polars as pl

from safety_pipeline.summarise.evidence.grade_columns import lines

KEY = ["trial_id", "arm_id", "concept", "grade_band", "attribution"]


def evidence(toxicity: pl.LazyFrame, row_use: pl.LazyFrame, source_table: pl.LazyFrame) -> pl.LazyFrame:
    """One row per key for which a used line says something of the count."""
    used = toxicity.join(row_use.filter("is_used"), on="toxicity_id", how="semi")
    printed = lines(used).pipe(_prefer_patients).pipe(_prefer_composites)
    with_table = printed.join(_listings(source_table), on="document_id", how="left", validate="m:1")
    return with_table.group_by(KEY).agg(_brought_together()).pipe(_bounded)


def _listings(source_table: pl.LazyFrame) -> pl.LazyFrame:
    """Per document, whether events of a concept may be missing from it: a threshold, or a register that states none."""
    silent = (pl.col("table_kind") == "register_other") & pl.col("threshold_percent").is_null()
    hides = (pl.col("threshold_percent") > 0).fill_null(False) | silent
    return source_table.group_by("document_id").agg(is_incomplete_listing=hides.any())


def _prefer_patients(printed: pl.LazyFrame) -> pl.LazyFrame:
    """Episodes speak only where no line of the concept and band counts patients."""
    has_patients = (pl.col("count_unit") == "patients").any().over(KEY)
    return printed.filter((pl.col("count_unit") == "patients") | ~has_patients)


def _prefer_composites(printed: pl.LazyFrame) -> pl.LazyFrame:
    """A row that counts patients with any of its sub-rows is the union that separate rows could only bound."""
    whole = pl.col("is_composite") & (pl.col("concept_relation") != "subset")
    return printed.filter(whole | ~whole.any().over(KEY))


def _brought_together() -> list[pl.Expr]:
    return [
        pl.len().alias("n_lines"),
        pl.col("document_id").first(),
        pl.col("table_label").unique().sort().str.join("; ").alias("table_label"),
        pl.col("count_unit").first(),
        pl.col("n_at_risk").max().alias("n_at_risk"),
        pl.col("n_affected_lower").max().alias("lower"),
        pl.col("n_affected_upper").sum().alias("sum_upper"),
        pl.col("n_affected_upper").is_null().any().alias("is_open"),
        pl.col("n_episodes").sum().alias("n_episodes"),
        pl.col("cell_status").first().alias("line_status"),
        pl.col("concept_relation").drop_nulls().unique().sort().alias("relations"),
        pl.col("is_incomplete_listing").any(),
        (pl.col("seriousness") == "serious").fill_null(False).all().alias("is_serious_only"),
        pl.col("threshold_relations").str.split("; ").explode().unique().sort().alias("threshold_relations"),
        pl.col("grade_band_as_reported").unique().sort().str.join("; ").alias("grade_band_as_reported"),
        pl.col("grading_system").unique().sort().str.join("; ").alias("grading_system"),
        pl.col("term_as_reported").unique().sort().str.join("; ").alias("row_labels"),
        pl.col("toxicity_ids").sort().str.join("; ").alias("toxicity_ids"),
    ]


def _bounded(grouped: pl.LazyFrame) -> pl.LazyFrame:
    episodes = pl.col("count_unit") == "episodes"
    one_line = pl.col("n_lines") == 1
    capped = pl.when(pl.col("is_open")).then("n_at_risk").otherwise(pl.min_horizontal("n_at_risk", "sum_upper"))
    return grouped.with_columns(
        n_affected_lower=pl.when(episodes).then((pl.col("n_episodes") > 0).cast(pl.Int64)).otherwise("lower"),
        n_affected_upper=pl.when(episodes).then(pl.min_horizontal("n_at_risk", "n_episodes")).otherwise(capped),
        reporting_status=pl.when(episodes)
        .then(pl.lit("episodes_only"))
        .when(one_line & ~_part_of_concept())
        .then("line_status")
        .otherwise(pl.lit("derived_bounds")),
        n_episodes=pl.when(episodes).then("n_episodes"),
        concept_relation=_relation(one_line),
        threshold_relation=_threshold(),
    ).drop("lower", "sum_upper", "is_open", "line_status", "relations", "threshold_relations")


def _part_of_concept() -> pl.Expr:
    """One term of a concept, or its serious events, in a listing that hides others: a 0 there is not a 0 of it."""
    is_part = (pl.col("relations").list.first() == "subset") | pl.col("is_serious_only")
    return is_part & pl.col("is_incomplete_listing")


def _relation(one_line: pl.Expr) -> pl.Expr:
    """Several rows of an incomplete listing hold some, not all, patients of the concept."""
    single = pl.when(pl.col("relations").list.len() == 1).then(pl.col("relations").list.first())
    joined = pl.when("is_incomplete_listing").then(pl.lit("subset")).otherwise(single.otherwise(pl.lit("overlapping")))
    alone = pl.when(_part_of_concept()).then(pl.lit("subset")).otherwise(pl.col("relations").list.first())
    return pl.when(one_line).then(alone).otherwise(joined)


def _threshold() -> pl.Expr:
    """The relations of the member terms combined: `equal` gives way, mixed directions are not comparable."""
    moved = pl.col("threshold_relations").list.drop_nulls().list.set_difference(pl.lit(["equal", ""]))
    known = pl.col("threshold_relations").list.drop_nulls().list.contains("equal")
    return (
        pl.when(moved.list.len() == 1)
        .then(moved.list.first())
        .when(moved.list.len() > 1)
        .then(pl.lit("not_comparable"))
        .when(known)
        .then(pl.lit("equal"))
    )
