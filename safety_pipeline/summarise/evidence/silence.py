"""What an arm's document says of a concept it gives no count for: zero by statement, below a threshold, or nothing."""

import polars as pl

from safety_pipeline.summarise.sources import Sources, main_rows, questions

QUESTION = ["arm_id", "concept", "grade_band"]
_LISTED = ["document_id", "table_label", "concept"]


def unlisted(sources: Sources, evidence: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm, concept and band without a used count, with status, bounds and a reason."""
    asked = (
        questions(sources, evidence)
        .join(evidence, on=QUESTION, how="anti")
        .join(_arms(sources), on="arm_id", how="inner", validate="m:1")
    )
    return (
        asked.pipe(_with_refused, sources)
        .pipe(_with_tables, sources)
        .with_columns(reporting_status=_status())
        .pipe(_bounded)
    )


def _arms(sources: Sources) -> pl.LazyFrame:
    said = sources.document.select("document_id", "has_toxicity_results", "no_results_reason")
    totals = sources.arm.filter(~pl.col("is_aggregate")).group_by("document_id").agg(n_total=pl.col("n_at_risk").sum())
    return (
        sources.arm.select("trial_id", "arm_id", "document_id", "grading_system", "n_at_risk")
        .join(said, on="document_id", how="left", validate="m:1")
        .join(totals, on="document_id", how="left", validate="m:1")
    )


def _with_refused(asked: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    """The rule that refused a printed count of the concept, where one was printed."""
    refused = (
        main_rows(sources.rejected, sources.toxicity)
        .filter(pl.col("concept").is_not_null(), pl.col("arm_id").is_not_null(), pl.col("grade_band").is_not_null())
        .group_by(QUESTION)
        .agg(refused_rule=pl.col("rule").unique().sort().str.join("; "), refused_table=pl.col("table_label").first())
    )
    return asked.join(refused, on=QUESTION, how="left", validate="m:1")


def _with_tables(asked: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    """The best statement and threshold among the document's tables that do not list the concept."""
    tables = _tables(sources)
    joined = asked.join(tables, on="document_id", how="left").join(_listed(sources), on=_LISTED, how="left")
    silent = pl.col("is_listed").is_null()
    settles = pl.col("complete_from_grade") <= pl.col("band_start")
    hides = silent & pl.col("threshold_percent").is_not_null()
    speaks = hides & (pl.col("tabulates_any") | (pl.col("grade_band") == "severe"))
    carried = [name for name in asked.collect_schema().names() if name not in QUESTION]
    return joined.group_by(QUESTION).agg(
        *(pl.col(name).first() for name in carried),
        pl.col("table_label").drop_nulls().len().alias("n_tables"),
        pl.col("table_label").sort_by("table_priority", "table_label").first().alias("first_table"),
        pl.col("attribution").sort_by("table_priority", "table_label").first().alias("first_attribution"),
        pl.col("table_label").filter(settles).sort().first().alias("settling_table"),
        pl.col("attribution").filter(settles).first().alias("settling_attribution"),
        pl.col("table_label").filter(speaks).sort().first().alias("threshold_table"),
        pl.col("attribution").filter(speaks).first().alias("threshold_attribution"),
        _threshold_upper().filter(speaks).min().alias("threshold_upper"),
        _threshold_text().filter(speaks).first().alias("threshold_text"),
    )


def _tables(sources: Sources) -> pl.LazyFrame:
    bands = sources.toxicity.group_by("document_id", "table_label").agg(
        tabulates_any=(pl.col("grade_band") == "any").any()
    )
    speaks = (pl.col("table_kind") != "register_total") & pl.col("outcome").is_null()
    kept = sources.source_table.filter(speaks).drop("delivery_id", "trial_id")
    return kept.join(bands, on=["document_id", "table_label"], how="left", validate="1:1").with_columns(
        pl.col("tabulates_any").fill_null(False)
    )


def _listed(sources: Sources) -> pl.LazyFrame:
    rows = pl.concat(
        [
            main_rows(sources.toxicity, sources.toxicity).select(_LISTED),
            main_rows(sources.rejected, sources.toxicity).select(_LISTED),
        ]
    )
    return rows.filter(pl.col("concept").is_not_null()).unique().with_columns(is_listed=pl.lit(True))


def _threshold_upper() -> pl.Expr:
    """Most patients an unlisted term can have, in whole-number arithmetic on thousandths of a percent.

    At "t or more" the term is listed from ceil(tN) patients on, so at most ceil(tN) - 1 are hidden; at "more than t"
    at most floor(tN). An overall threshold is met by all arms together, so all hidden patients may be in one arm.
    """
    base = pl.when(pl.col("threshold_scope") == "overall").then("n_total").otherwise("n_at_risk")
    scaled = (pl.col("threshold_percent") * 1000).round().cast(pl.Int64) * base
    at_least = (scaled + 99_999) // 100_000 - 1
    more_than = scaled // 100_000
    hidden = pl.when(pl.col("threshold_operator") == ">").then(more_than).otherwise(at_least)
    return pl.min_horizontal("n_at_risk", pl.max_horizontal(hidden, pl.lit(0, pl.Int64)))


def _threshold_text() -> pl.Expr:
    sign = pl.when(pl.col("threshold_operator") == ">").then(pl.lit("more than")).otherwise(pl.lit("at least"))
    where = pl.col("threshold_scope").replace_strict(
        {"any_arm": "in at least one arm", "overall": "overall", "this_arm": "in the arm"}, default="overall"
    )
    return pl.format("{} {} % {}", sign, pl.col("threshold_percent"), where)


def _status() -> pl.Expr:
    return (
        pl.when(~pl.col("has_toxicity_results").fill_null(False))
        .then(pl.lit("no_results"))
        .when(pl.col("refused_rule").is_not_null())
        .then(pl.lit("rejected_cell"))
        .when(pl.col("settling_table").is_not_null())
        .then(pl.lit("zero_by_statement"))
        .when(pl.col("threshold_upper").is_not_null())
        .then(pl.lit("below_threshold"))
        .otherwise(pl.lit("not_tabulated"))
    )


def _by_status(answers: dict[str, pl.Expr], otherwise: pl.Expr) -> pl.Expr:
    chain = otherwise
    for status, answer in answers.items():
        chain = pl.when(pl.col("reporting_status") == status).then(answer).otherwise(chain)
    return chain


def _bounded(asked: pl.LazyFrame) -> pl.LazyFrame:
    nothing = pl.lit(None, pl.Int64)
    zero = pl.lit(0, pl.Int64)
    upper = {"no_results": nothing, "zero_by_statement": zero, "below_threshold": pl.col("threshold_upper")}
    table = {
        "zero_by_statement": pl.col("settling_table"),
        "below_threshold": pl.col("threshold_table"),
        "rejected_cell": pl.col("refused_table"),
        "no_results": pl.lit(None, pl.String),
    }
    attribution = {
        "zero_by_statement": pl.col("settling_attribution"),
        "below_threshold": pl.col("threshold_attribution"),
        "no_results": pl.lit("not_stated"),
    }
    return asked.with_columns(
        n_affected_lower=_by_status({"no_results": nothing}, zero),
        n_affected_upper=_by_status(upper, pl.col("n_at_risk")),
        table_label=_by_status(table, pl.col("first_table")),
        attribution=_by_status(attribution, pl.col("first_attribution")).fill_null("not_stated"),
        reason=_by_status(_reasons(), pl.lit("The document reports toxicity, but nothing on this concept and band.")),
    )


def _reasons() -> dict[str, pl.Expr]:
    none = pl.col("no_results_reason").fill_null("The document holds no toxicity result.")
    return {
        "no_results": none,
        "rejected_cell": pl.format("A count is printed but refused by the rule {}.", "refused_rule"),
        "zero_by_statement": pl.format(
            "{} names every patient with events of this severity, and none with this concept.", "settling_table"
        ),
        "below_threshold": pl.format(
            "{} lists events of {} only; this one is not listed, so at most {} patients had it.",
            "threshold_table",
            "threshold_text",
            "threshold_upper",
        ),
    }
