"""Incidence by term: each printed or preferred term as it stands, also where no dictionary knows it."""

import polars as pl

from safety_pipeline.engine import collected_once
from safety_pipeline.reference.terms import TARGET_EDITION
from safety_pipeline.summarise.by_arm import with_interval
from safety_pipeline.summarise.evidence.grade_columns import READ, lines
from safety_pipeline.summarise.evidence.row_use import IS_SUB_ROW, IS_UNKNOWN_TERM
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables.summarised import INCIDENCE_BY_TERM


def incidence_by_term(sources: Sources) -> pl.LazyFrame:
    """One row per arm, table, printed term, seriousness, grade band and attribution."""
    kept = pl.col("is_used") | pl.col("not_used_reason").is_in([IS_SUB_ROW, IS_UNKNOWN_TERM])
    shown = sources.row_use.filter(kept)
    printed = sources.toxicity.join(_unions(sources), on=["document_id", "table_label", "is_composite"], how="anti")
    rows = printed.filter(pl.col("count_unit") == "patients").join(shown, on="toxicity_id", how="semi")
    held = collected_once(rows.select(READ))
    arms = sources.arm.filter(~pl.col("is_aggregate")).select("arm_id", "drug", "dose_mg_per_day")
    found = (
        _once(lines(held))
        .join(arms, on="arm_id", how="inner", validate="m:1")
        .join(_systems_of_terms(sources), on="ctcae_term", how="left", validate="m:1")
        .with_columns(
            is_matched=pl.col("concept").is_not_null(), body_system=pl.coalesce("body_system_as_reported", "soc")
        )
    )
    limited = with_interval(found.with_columns(reporting_status=pl.lit("derived_bounds")), "wilson")
    agree = (pl.col("n_affected_lower") == pl.col("n_affected_upper")) & (pl.col("n_at_risk") > 0)
    share = pl.when(agree).then(pl.col("n_affected_lower") / pl.col("n_at_risk"))
    has_limits = pl.col("ci_lower").is_not_null()
    told = limited.with_columns(incidence=share, ci_method=pl.when(has_limits).then("ci_method"))
    return INCIDENCE_BY_TERM.conform(told.select(INCIDENCE_BY_TERM.column_names)).sort(
        INCIDENCE_BY_TERM.key, nulls_last=True
    )


def _once(found: pl.LazyFrame) -> pl.LazyFrame:
    """One row per term: of lines that bear one name, at least the largest count and at most their sum.

    Nearly all names stand once. The few others are looked for first, since a window over all rows would hold them all.
    """
    names = list(INCIDENCE_BY_TERM.key)
    name = pl.struct(names).hash()
    counted = found.select(_name=name).group_by("_name").agg(n=pl.len()).filter(pl.col("n") > 1)
    repeated = counted.select("_name").collect(engine="streaming")["_name"]
    if repeated.is_empty():
        return found
    is_repeated = name.is_in(repeated.implode())
    several = found.filter(is_repeated).group_by(names).agg(_of_one_name(found))
    alone = found.filter(~is_repeated)
    return pl.concat([alone, several.select(alone.collect_schema().names())])


def _of_one_name(found: pl.LazyFrame) -> list[pl.Expr]:
    told = {
        "n_affected_lower": pl.col("n_affected_lower").max(),
        "n_affected_upper": pl.when(pl.col("n_affected_upper").is_not_null().all()).then(_sum_within_n()),
        "toxicity_ids": pl.col("toxicity_ids").sort().str.join("; "),
    }
    carried = [name for name in found.collect_schema().names() if name not in INCIDENCE_BY_TERM.key]
    return [told.get(name, pl.col(name).sort_by("toxicity_ids").first()).alias(name) for name in carried]


def _sum_within_n() -> pl.Expr:
    return pl.min_horizontal(pl.col("n_affected_upper").sum(), pl.col("n_at_risk").first())


def _systems_of_terms(sources: Sources) -> pl.LazyFrame:
    """One row per term of CTCAE v4.03 with its organ system."""
    known = sources.term.filter(pl.col("grading_system") == TARGET_EDITION).select(ctcae_term="term", soc="category")
    return known.drop_nulls().unique("ctcae_term")


def _unions(sources: Sources) -> pl.LazyFrame:
    """The rows of subject data that count a concept: they are no term of it."""
    subjects = sources.source_table.filter(pl.col("table_kind") == "subject_level")
    return subjects.select("document_id", "table_label", is_composite=pl.lit(value=True))
