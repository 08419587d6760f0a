"""What a table that lists events leaves unlisted: how many patients one unlisted term may have, arm by arm."""

import polars as pl

from safety_pipeline.reference.terms import TARGET_EDITION
from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.sources import Sources, counted_arms

# Registers and subject data list preferred terms, of which a concept has many; their tables are one listing.
PREFERRED_TERMS = ["register_serious", "register_other", "register_total", "subject_level"]
_REGISTER = ["register_serious", "register_other"]
_MANY = 1_000_000
BANDS = pl.LazyFrame({"grade_band": ["any", "severe"], "band_start": [1, 3]}, schema_overrides={"band_start": pl.Int64})


def listings(sources: Sources) -> pl.LazyFrame:
    """One row per table, arm and band, with ``hidden``: most patients that one unlisted term can have; null is open.

    A register's serious events are listed from the first patient on, and none of its tables grades them.
    """
    tables = _tables(sources).join(BANDS, how="cross")
    of_the_whole = pl.col("n_at_risk").filter(pl.col("subset_of").is_null())
    arms = counted_arms(sources.arm).with_columns(n_total=of_the_whole.sum().over("document_id"))
    peopled = tables.join(
        arms.select("document_id", "arm_id", "n_at_risk", "n_total"), on="document_id", how="inner"
    ).join(unrecognised_documents(sources), on="document_id", how="left", validate="m:1")
    is_legible = pl.col("is_unrecognised").is_null()
    return peopled.with_columns(is_complete=_is_complete() & is_legible, speaks=_speaks() & is_legible).with_columns(
        hidden=pl.when("is_complete").then(pl.lit(0, pl.Int64)).when("speaks").then(_below_threshold())
    )


def _tables(sources: Sources) -> pl.LazyFrame:
    tabulated = sources.toxicity.group_by("document_id", "table_label").agg(
        tabulates_any=(pl.col("grade_band") == "any").any()
    )
    lists_events = (pl.col("table_kind") != "register_total") & pl.col("outcome").is_null()
    kept = sources.source_table.filter(lists_events).drop("delivery_id", "trial_id")
    return kept.join(tabulated, on=["document_id", "table_label"], how="left", validate="1:1").with_columns(
        pl.col("tabulates_any").fill_null(value=False)
    )


def _is_complete() -> pl.Expr:
    serious = (pl.col("table_kind") == "register_serious") & (pl.col("grade_band") == "any")
    return serious | (pl.col("complete_from_grade") <= pl.col("band_start")).fill_null(value=False)


def _speaks() -> pl.Expr:
    """Whether the threshold bounds the band: a table of any grade bounds the severe ones too, a register no grade."""
    of_register = pl.col("table_kind").is_in(_REGISTER)
    severe = pl.col("grade_band") == "severe"
    graded = ~of_register & (pl.col("tabulates_any") | severe)
    return pl.col("threshold_percent").is_not_null() & (graded | (of_register & ~severe))


def _below_threshold() -> pl.Expr:
    """Most patients an unlisted term can have, in whole-number arithmetic on thousandths of a percent.

    At "t or more" the term is listed from ceil(tN) patients on, so at most ceil(tN) - 1 are hidden; at "more than t"
    at most floor(tN). An overall threshold is met by all arms together, so all hidden patients may be in one arm.
    Null where the number at risk is not known.
    """
    base = pl.when(pl.col("threshold_scope") == "overall").then("n_total").otherwise("n_at_risk")
    scaled = (pl.col("threshold_percent") * 1000).round().cast(pl.Int64) * base
    at_least = (scaled + 99_999) // 100_000 - 1
    more_than = scaled // 100_000
    hidden = pl.when(pl.col("threshold_operator") == ">").then(more_than).otherwise(at_least)
    bounded = pl.min_horizontal("n_at_risk", pl.max_horizontal(hidden, pl.lit(0, pl.Int64)))
    return pl.when(pl.col("n_at_risk").is_not_null()).then(bounded)


def unrecognised_documents(sources: Sources) -> pl.LazyFrame:
    """Documents of whose terms too few can be read for their silence to mean anything."""
    unread = sources.unknown_term.filter(~pl.col("is_readable")).select("term_as_reported").unique()
    terms = sources.toxicity.select("document_id", "term_as_reported").unique()
    judged = terms.join(unread.with_columns(is_unread=pl.lit(value=True)), on="term_as_reported", how="left")
    shares = judged.group_by("document_id").agg(readable=pl.col("is_unread").is_null().mean())
    return shares.filter(pl.col("readable") < sources.min_readable_share).select(
        "document_id", is_unrecognised=pl.lit(value=True)
    )


def threshold_text() -> pl.Expr:
    """The threshold of a table in words."""
    sign = pl.when(pl.col("threshold_operator") == ">").then(pl.lit("more than")).otherwise(pl.lit("at least"))
    where = pl.col("threshold_scope").replace_strict(
        {"any_arm": "in at least one arm", "overall": "overall", "this_arm": "in the arm"}, default="overall"
    )
    return pl.format("{} {} % {}", sign, pl.col("threshold_percent"), where)


def terms_of_concepts(sources: Sources) -> pl.LazyFrame:
    """One row per edition and concept: how many of the edition's terms count for it."""
    return sources.term.group_by("grading_system", "concept").agg(n_terms=pl.len().cast(pl.Int64))


def n_unlisted(n_listed: pl.Expr) -> pl.Expr:
    """Terms of the concept that the table's vocabulary has and the table does not list.

    Every preferred-term vocabulary, and a table without an edition, has more names of a headline concept than can be
    counted; a concept that is one term has one.
    """
    uncounted = pl.col("is_wide") & (pl.col("is_preferred_terms") | (pl.col("grading_system") == "not stated"))
    of_edition = pl.when("is_wide").then(pl.max_horizontal(pl.col("n_terms").fill_null(1), pl.lit(1))).otherwise(1)
    counted = pl.max_horizontal(of_edition - n_listed, pl.lit(0))
    return pl.when(uncounted).then(pl.lit(_MANY, pl.Int64)).otherwise(counted.cast(pl.Int64))


def hidden_in_all(n_terms: pl.Expr, hidden: pl.Expr) -> pl.Expr:
    """Most patients that unlisted terms together can have; null where one of them is not bounded."""
    return pl.when(n_terms == 0).then(pl.lit(0, pl.Int64)).otherwise(n_terms * hidden)


def with_vocabulary(rows: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    """The rows with whether their concept holds many terms, and whether their table lists preferred terms."""
    return rows.join(_wide_concepts(sources), on="concept", how="left", validate="m:1").with_columns(
        pl.col("is_wide").fill_null(value=False),
        is_preferred_terms=pl.col("table_kind").is_in(PREFERRED_TERMS).fill_null(value=False),
    )


def _wide_concepts(sources: Sources) -> pl.LazyFrame:
    """The concepts that hold many terms: the headline ones, any event, and those a lake made of several v4.03 terms."""
    of_target = sources.term.filter(pl.col("grading_system") == TARGET_EDITION)
    several = of_target.group_by("concept").len().filter(pl.col("len") > 1).select("concept")
    named = sources.concept.filter(pl.col("is_headline") | (pl.col("concept") == ANY_EVENT)).select("concept")
    return pl.concat([named, several]).unique().select("concept", is_wide=pl.lit(value=True))
