"""What a table that lists events leaves unlisted: how many patients one unlisted term may have, arm by arm."""

import polars as pl

from safety_pipeline.reference.terms import TARGET_EDITION
from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.evidence.denominators import unobserved
from safety_pipeline.summarise.sources import Sources, counted_arms

# Registers and subject data list preferred terms, of which a concept has many; their tables are one listing.
PREFERRED_TERMS = ["register_serious", "register_other", "register_total", "subject_level"]
_REGISTER = ["register_serious", "register_other"]
_ARTICLE = ["table", "abstract", "text"]
_PRINTED_OF = ["document_id", "table_label", "arm_id"]
_SERIOUSNESS = ["document_id", "arm_id", "seriousness"]
_MANY = 1_000_000
BANDS = pl.LazyFrame({"grade_band": ["any", "severe"], "band_start": [1, 3]}, schema_overrides={"band_start": pl.Int64})


def listings(sources: Sources) -> pl.LazyFrame:
    """One row per table, arm and band, with ``hidden``: most patients that one unlisted term can have; null is open.

    A register's serious events are listed from the first patient on, and none of its tables grades them.
    """
    tables = _tables(sources).join(BANDS, how="cross")
    peopled = tables.join(_arms_of_documents(sources), on="document_id", how="inner").pipe(_of_their_arms, sources)
    peopled = peopled.join(unrecognised_documents(sources), on="document_id", how="left", validate="m:1")
    peopled = peopled.join(_short_of_total(sources), on=["document_id", "arm_id"], how="left", validate="m:1")
    peopled = peopled.join(unobserved(sources), on=["document_id", "arm_id"], how="left", validate="m:1")
    peopled = peopled.join(_short_of_any_event(sources), on=_PRINTED_OF, how="left", validate="m:1")
    is_legible = pl.col("is_unrecognised").is_null() & ~pl.col("lacks_serious").fill_null(value=False)
    # A line that is not there may lie below a threshold, unless the threshold lists each patient of the arm.
    is_there = ~(pl.col("lacks_other").fill_null(value=False) & (_below_threshold() == 0).fill_null(value=False))
    speaks = _speaks() & is_legible & is_there
    is_complete = _is_complete() & is_legible & pl.col("lacks_named").is_null()
    return peopled.with_columns(is_complete=is_complete, speaks=speaks).with_columns(
        hidden=pl.when("is_complete").then(pl.lit(0, pl.Int64)).when("speaks").then(_hidden())
    )


def _hidden() -> pl.Expr:
    """Patients below the threshold, and those in whom nobody looked for the other events of a register."""
    is_other = pl.col("table_kind") == "register_other"
    n_unobserved = pl.when(is_other).then(pl.col("n_unobserved").fill_null(0)).otherwise(0)
    return pl.min_horizontal("n_at_risk", _below_threshold() + n_unobserved)


def _arms_of_documents(sources: Sources) -> pl.LazyFrame:
    """The counted arms, each with the patients of all arms of its document: ``n_total``, null where one is not known.

    One that is a part of another is no further patients.
    """
    of_the_whole = pl.col("n_at_risk").filter(pl.col("subset_of").is_null())
    total = pl.when(of_the_whole.is_not_null().all()).then(of_the_whole.sum()).over("document_id")
    return counted_arms(sources.arm).select("document_id", "arm_id", "n_at_risk", n_total=total)


def _of_their_arms(peopled: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    """The tables of articles with the arms they print, each of at least as many patients as they say.

    What one table leaves out says nothing of the arm of another; the tables of a register list all its groups.
    """
    rows = pl.concat([each.select(*_PRINTED_OF, "n_at_risk") for each in (sources.toxicity, sources.rejected)]).filter(
        pl.col("arm_id").is_not_null()
    )
    articles = sources.source_table.filter(pl.col("table_kind").is_in(_ARTICLE)).select("document_id", "table_label")
    printed = rows.join(articles, on=["document_id", "table_label"], how="semi").group_by(_PRINTED_OF)
    known = printed.agg(n_printed=pl.col("n_at_risk").max(), is_printed=pl.lit(value=True))
    joined = peopled.join(known, on=_PRINTED_OF, how="left", validate="m:1")
    kept = joined.filter(pl.col("is_printed") | ~pl.col("table_kind").is_in(_ARTICLE))
    more = (pl.col("n_printed") - pl.col("n_at_risk")).clip(0).fill_null(0)
    return kept.with_columns(
        n_at_risk=pl.col("n_at_risk") + more,
        n_total=pl.col("n_total") + more.sum().over("document_id", "table_label", "grade_band"),
    ).drop("n_printed", "is_printed")


def _short_of_total(sources: Sources) -> pl.LazyFrame:
    """One row per arm of a register whose listings hold fewer patients than their total: some lines are not there.

    ``lacks_serious`` and ``lacks_other`` say of which events. Lines whose patients cannot be read may be those missing.
    """
    kinds = sources.source_table.select("document_id", "table_label", "table_kind")
    rows = sources.toxicity.join(kinds, on=["document_id", "table_label"], how="inner", validate="m:1")
    totals = rows.filter(pl.col("table_kind") == "register_total", pl.col("n_affected_lower") > 0)
    of_lines = rows.filter(pl.col("table_kind").is_in(_REGISTER)).group_by(_SERIOUSNESS)
    n_unread = pl.col("n_affected_upper").null_count()
    listed = of_lines.agg(
        n_listed=pl.when(n_unread == 0).then(pl.col("n_affected_upper").sum()), is_listed=pl.lit(value=True)
    )
    told = totals.select(*_SERIOUSNESS, n_told="n_affected_lower")
    known = told.join(sources.rejected.select(_SERIOUSNESS).unique(), on=_SERIOUSNESS, how="anti")
    compared = known.join(listed, on=_SERIOUSNESS, how="left")
    lacks = pl.col("is_listed").is_null() | (pl.col("n_told") > pl.col("n_listed")).fill_null(value=False)
    return (
        compared.filter(lacks)
        .group_by("document_id", "arm_id")
        .agg(
            lacks_serious=(pl.col("seriousness") == "serious").any(),
            lacks_other=(pl.col("seriousness") == "other").any(),
        )
    )


def _short_of_any_event(sources: Sources) -> pl.LazyFrame:
    """The arms of an article whose list, said to be complete, names fewer patients than it counts with any event."""
    complete = sources.source_table.filter(pl.col("table_kind").is_in(_ARTICLE), pl.col("complete_from_grade") > 0)
    whole = complete.select("document_id", "table_label", "complete_from_grade")
    rows = sources.toxicity.join(whole, on=["document_id", "table_label"], how="inner", validate="m:1").filter(
        pl.col("grade_lower_reported") >= pl.col("complete_from_grade"), pl.col("arm_id").is_not_null()
    )
    is_total = (pl.col("concept") == ANY_EVENT).fill_null(value=False)
    named = pl.col("n_affected_upper").filter(~is_total)
    counted = rows.group_by(_PRINTED_OF).agg(
        n_told=pl.col("n_affected_lower").filter(is_total).max(),
        n_named=pl.when(named.null_count() == 0).then(named.sum()),
    )
    return counted.filter(pl.col("n_told") > pl.col("n_named")).select(*_PRINTED_OF, lacks_named=pl.lit(value=True))


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
    Null where the number at risk is not known, of the arm or, for an overall threshold, of any arm.
    """
    base = pl.when(pl.col("threshold_scope") == "overall").then("n_total").otherwise("n_at_risk")
    scaled = (pl.col("threshold_percent") * 1000).round().cast(pl.Int64) * base
    at_least = (scaled + 99_999) // 100_000 - 1
    more_than = scaled // 100_000
    hidden = pl.when(pl.col("threshold_operator") == ">").then(more_than).otherwise(at_least)
    bounded = pl.min_horizontal("n_at_risk", pl.max_horizontal(hidden, pl.lit(0, pl.Int64)))
    return pl.when(base.is_not_null(), pl.col("n_at_risk").is_not_null()).then(bounded)


def unrecognised_documents(sources: Sources) -> pl.LazyFrame:
    """Documents of whose terms too few can be read for their silence to mean anything."""
    unread = sources.unknown_term.filter(~pl.col("is_readable")).select("term_as_reported").unique()
    printed = sources.toxicity.select("document_id", "term_as_reported")
    # Nearly every document of a register can be read: only the terms of the others are counted.
    doubtful = printed.join(unread, on="term_as_reported", how="semi").select("document_id").unique()
    terms = printed.join(doubtful, on="document_id", how="semi").unique()
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
