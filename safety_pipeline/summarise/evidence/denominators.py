"""Of how many patients a claim speaks: of those of its line, or of all of the arm where the line counts a part."""

import polars as pl

from safety_pipeline.summarise.sources import Sources


def with_patients_of_arms(lines: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    """The lines with ``n_of_arm``: that of the arm, else the one that several events of the arm were all counted of."""
    arms = sources.arm.select("arm_id", n_stated="n_at_risk")
    of_lines = lines.group_by("arm_id").agg(
        n_most=pl.col("n_at_risk").max(),
        is_one=(pl.col("n_at_risk").n_unique() == 1) & (pl.col("term_as_reported").n_unique() > 1),
    )
    joined = lines.join(arms, on="arm_id", how="left", validate="m:1").join(
        of_lines, on="arm_id", how="left", validate="m:1"
    )
    stated = pl.when(pl.col("n_stated").is_not_null()).then(pl.max_horizontal("n_stated", "n_most"))
    of_arm = pl.coalesce(stated, pl.when("is_one").then("n_most"))
    return joined.with_columns(n_of_arm=of_arm).drop("n_stated", "n_most", "is_one")


def unobserved(sources: Sources) -> pl.LazyFrame:
    """One row per arm of a register whose other events were looked for in fewer patients: ``n_unobserved``.

    None at all are at risk where a study collected serious events only; such a total is refused, and still says it.
    """
    kinds = sources.source_table.filter(pl.col("table_kind") == "register_total").select("document_id", "table_label")
    columns = ["document_id", "table_label", "arm_id", "seriousness", "n_at_risk"]
    totals = pl.concat([each.select(columns) for each in (sources.toxicity, sources.rejected)])
    of_others = totals.join(kinds, on=["document_id", "table_label"], how="semi").filter(
        pl.col("seriousness") == "other", pl.col("arm_id").is_not_null()
    )
    observed = of_others.group_by("arm_id").agg(n_observed=pl.col("n_at_risk").max())
    arms = sources.arm.select("arm_id", "document_id", n_of_arm="n_at_risk")
    short = arms.join(observed, on="arm_id", how="inner", validate="1:1").filter(
        pl.col("n_observed") < pl.col("n_of_arm")
    )
    return short.select("document_id", "arm_id", n_unobserved=pl.col("n_of_arm") - pl.col("n_observed"))


def patients_of_claim() -> pl.Expr:
    """The patients that lines of one claim speak of together.

    A line that counts the whole concept keeps its own, such as those who were examined. A line of a part, such as a
    bleeding that only women have, says nothing of the others, who may have another part.
    """
    return (
        pl.when(pl.col("is_closed").any()).then(pl.col("n_at_risk").max()).otherwise(pl.col("n_of_arm").max())
    ).alias("n_at_risk")


def unexamined() -> pl.Expr:
    """Patients of the arm whom no line of the claim looked at, where the lines are parts of the concept.

    Why a line has fewer patients at risk than its arm is seldom said: the others may have had the very event.
    """
    left = (pl.col("n_of_arm") - pl.col("n_at_risk")).clip(lower_bound=0).max().fill_null(0)
    return pl.when(pl.col("is_closed").any()).then(0).otherwise(left).alias("n_unexamined")
