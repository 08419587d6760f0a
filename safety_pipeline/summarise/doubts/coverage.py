"""Coverage: what each document says of each arm, concept and band, and why not more."""

import polars as pl

from safety_pipeline.summarise.evidence.row_use import IS_AGGREGATE, IS_REPEATED, IS_SUB_ROW
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables.summarised import COVERAGE

_BOUNDS = ["n_affected_lower", "n_affected_upper", "n_at_risk"]
_ANSWER = ["document_id", "table_label", "arm_id", "concept", "grade_band", "attribution"]


def coverage(sources: Sources, by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per document, table, arm, concept, band and attribution: used answers, and what stands beside them."""
    used = by_arm.select(
        "document_id", "trial_id", "table_label", "arm_id", "concept", "grade_band", "attribution",
        "reporting_status", *_BOUNDS, pl.lit(True).alias("is_used"), "reason",
    )  # fmt: skip
    unused = _superseded_tables(sources)
    beside = unused.join(used, on=_ANSWER, how="anti")
    parts = [_with_blanks_told(used, unused), beside, _other_documents(sources)]
    return COVERAGE.conform(pl.concat(parts, how="diagonal_relaxed").select(COVERAGE.column_names)).sort(
        COVERAGE.key, nulls_last=True
    )


def _with_blanks_told(used: pl.LazyFrame, unused: pl.LazyFrame) -> pl.LazyFrame:
    """The used answers; where the table holds nothing but a blank on a concept, the reason speaks of the blank."""
    blanks = unused.select(*_ANSWER, blank=pl.col("reason"))
    is_silent = (pl.col("reporting_status") == "not_tabulated") & pl.col("blank").is_not_null()
    told = used.join(blanks, on=_ANSWER, how="left", validate="m:1")
    return told.with_columns(reason=pl.when(is_silent).then("blank").otherwise("reason")).drop("blank")


def superseded_counts(sources: Sources) -> pl.LazyFrame:
    """One row per document, table, arm, concept, band and attribution with printed counts that are not used."""
    return _one_row_each(_unused_counts(sources).filter(pl.col("count_unit") == "patients"))


def _superseded_tables(sources: Sources) -> pl.LazyFrame:
    """Counts of an index report that a better table of the same report replaces."""
    rows = _unused_counts(sources).filter("is_index_report")
    is_repeated = pl.col("reason") == IS_REPEATED
    status = pl.when(is_repeated).then(pl.lit("duplicate_population")).otherwise(pl.lit("superseded"))
    return _one_row_each(rows).with_columns(reporting_status=status)


def _other_documents(sources: Sources) -> pl.LazyFrame:
    """The other documents of a population: their counts, or a headline row a band where they print none."""
    counted = _one_row_each(_unused_counts(sources).filter(~pl.col("is_index_report")))
    return pl.concat([counted.with_columns(reporting_status=pl.col("unused_status")), _silent_documents(sources)],
                     how="diagonal_relaxed")  # fmt: skip


def _unused_counts(sources: Sources) -> pl.LazyFrame:
    unused = sources.row_use.filter(~pl.col("is_used")).select("toxicity_id", reason="not_used_reason")
    use = sources.document_use.select("document_id", "is_index_report", "unused_status")
    countable = sources.toxicity.filter(
        pl.col("concept").is_not_null(),
        pl.col("grade_band").is_not_null(),
        pl.col("arm_id").is_not_null(),
        pl.col("column_role") == "arm",
    )
    joined = countable.join(unused, on="toxicity_id", how="inner", validate="1:1")
    beside = ~pl.col("reason").is_in([IS_SUB_ROW, IS_AGGREGATE])
    return joined.filter(beside).join(use, on="document_id", how="left", validate="m:1")


def _one_row_each(rows: pl.LazyFrame) -> pl.LazyFrame:
    keys = ["document_id", "trial_id", "table_label", "arm_id", "concept", "grade_band", "attribution"]
    return rows.group_by(keys).agg(
        pl.col("n_affected_lower").max(),
        pl.min_horizontal(pl.col("n_affected_upper").sum(), pl.col("n_at_risk").max()).alias("n_affected_upper"),
        pl.col("n_at_risk").max(),
        pl.lit(False).alias("is_used"),
        pl.col("reason").min(),
        pl.col("unused_status").min(),
    )


def _silent_documents(sources: Sources) -> pl.LazyFrame:
    """Documents of a population that is counted elsewhere and that print no count themselves."""
    use = sources.document_use.filter(~pl.col("is_index_report"))
    silent = use.join(sources.toxicity.select("document_id").unique(), on="document_id", how="anti")
    headline = sources.concept.filter("is_headline").select("concept")
    bands = pl.LazyFrame({"grade_band": ["any", "severe"]})
    arms = sources.arm.filter(~pl.col("is_aggregate")).select("arm_id", "n_at_risk", population_id="trial_id")
    return (
        silent.join(arms, on="population_id", how="inner")
        .join(headline, how="cross")
        .join(bands, how="cross")
        .select(
            "document_id", "trial_id", "arm_id", "concept", "grade_band", "n_at_risk", "reason",
            attribution=pl.lit("not_stated"), reporting_status=pl.col("unused_status"), is_used=pl.lit(False),
            table_label=pl.lit(None, pl.String),
            n_affected_lower=pl.lit(None, pl.Int64), n_affected_upper=pl.lit(None, pl.Int64),
        )
    )  # fmt: skip
