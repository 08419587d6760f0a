"""The printed lines that randomised arms are compared by: one count, or its bounds, a line and arm."""

import polars as pl

from safety_pipeline.engine import collected_once
from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.evidence.grade_columns import READ, lines
from safety_pipeline.summarise.evidence.listings import listings
from safety_pipeline.summarise.evidence.row_use import IS_SUB_ROW, IS_UNKNOWN_TERM
from safety_pipeline.summarise.sources import Sources, apart, of_documents
from safety_pipeline.summarise.trials import regimen

LINE = [
    "trial_id",
    "document_id",
    "table_label",
    "row_label",
    "is_main_row",
    "concept",
    "grade_band",
    "attribution",
]
# What names a contrast: of several lines that share it, the main row is meant; else none.
_NAMED = ["trial_id", "row_label", "grade_band", "attribution", "arm_id"]
_OF_TRIAL = [name for name in _NAMED if name != "arm_id"]
# A term is the same in both tables of a register however its letters are written.
_TERM = ["trial_id", "document_id", "folded_term", "concept", "attribution", "grade_band"]


def printed_lines(sources: Sources) -> pl.LazyFrame:
    """One row per printed line, grade band and arm of a randomised trial, with the bounds of its patients.

    A term that no dictionary knows is a line without a concept. A line that an arm has twice counts nothing; arms that
    may hold the same patients are no independent samples.
    """
    own = apart(sources.arm).filter(pl.col("allocation") == "randomised", ~pl.col("may_overlap"))
    arms = own.select("arm_id", "drug", "combination_drugs", "dose_mg_per_day", regimen=regimen())
    documents = sources.toxicity.join(arms.select("arm_id"), on="arm_id", how="semi").select("document_id").unique()
    # First the documents, which few rows of a register are of: what follows joins and holds no others.
    compared = of_documents(sources, collected_once(documents))
    rows = _shown(compared)
    of_arms = _without_unknown_of_abstracts(rows, sources).join(arms.select("arm_id"), on="arm_id", how="semi")
    composites = rows.filter("is_composite").select("document_id", "table_label", parent_row_label="row_label").unique()
    found = pl.concat([_graded(of_arms), _registered(of_arms, _unlisted(compared))], how="diagonal_relaxed")
    known = pl.col("n_affected_lower") <= pl.col("n_affected_upper")
    return (
        found.filter(known, pl.col("n_affected_upper") <= pl.col("n_at_risk"), pl.col("n_at_risk") > 0)
        .join(
            composites.with_columns(is_sub_row=pl.lit(True)),
            on=["document_id", "table_label", "parent_row_label"],
            how="left",
            validate="m:1",
        )
        .with_columns(is_main_row=pl.col("is_sub_row").is_null(), row_label="term_as_reported")
        .filter(pl.col("is_main_row") | ~pl.col("is_main_row").any().over(_NAMED))
        .filter(pl.col("concept").is_not_null() | pl.col("concept").is_null().all().over(_OF_TRIAL))
        .filter(pl.len().over(_NAMED) == 1)
        .join(arms, on="arm_id", how="inner", validate="m:1")
        .select(*LINE, *_ARM)
        .sort(*LINE, "arm_id", nulls_last=True)
    )


def _shown(sources: Sources) -> pl.LazyFrame:
    """The rows that count patients of what is shown as printed, read once."""
    is_shown = pl.col("is_used") | pl.col("not_used_reason").is_in([IS_SUB_ROW, IS_UNKNOWN_TERM])
    shown = sources.row_use.filter(is_shown)
    rows = sources.toxicity.filter(pl.col("count_unit") == "patients").join(shown, on="toxicity_id", how="semi")
    return collected_once(rows.select(READ))


def _without_unknown_of_abstracts(rows: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    """The rows but those of abstracts that no dictionary knows: a table of the document prints them again."""
    abstracts = sources.source_table.filter(pl.col("table_kind") == "abstract").select("document_id", "table_label")
    is_unknown = pl.col("concept").is_null()
    place = ["document_id", "table_label"]
    unknown = rows.filter(is_unknown).join(abstracts, on=place, how="anti")
    return pl.concat([rows.filter(~is_unknown), unknown])


_ARM = [
    "arm_id",
    "drug",
    "combination_drugs",
    "regimen",
    "body_system_as_reported",
    "dose_mg_per_day",
    "grading_system",
    "n_affected_lower",
    "n_affected_upper",
    "n_at_risk",
]


def _graded(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The lines of tables that do not split events by seriousness."""
    return lines(rows.filter(pl.col("seriousness").is_null())).filter(_is_settled())


def _is_settled() -> pl.Expr:
    """Whether the columns of a line cover the band and agree."""
    return pl.col("is_whole") & ~pl.col("is_contradictory")


def _registered(rows: pl.LazyFrame, unlisted: pl.LazyFrame) -> pl.LazyFrame:
    """The preferred terms of a register, their serious and other patients brought together.

    Every serious event is listed, so a term without a serious line has no serious patient, and its other line counts
    all. Where both are printed, a patient may stand in each. Of a term with a serious line only, as many more patients
    as the threshold hides may have had it; where nothing bounds them, the term is not compared. The totals are any
    event, which a threshold leaves open.
    """
    together = _by_term(lines(rows.filter(pl.col("seriousness").is_not_null())).filter(_is_settled()))
    bounded = together.join(unlisted, on=["document_id", "arm_id", "grade_band"], how="left", validate="m:1")
    is_serious_only = (
        ~pl.col("is_in_other") & ~_is_total() & (pl.col("n_serious") == 1) & pl.col("hidden").is_not_null()
    )
    is_listed = (pl.col("n_other") == 1) & (~_is_total() | (pl.col("hidden") == 0).fill_null(value=False))
    more = pl.when(is_listed).then(0).when(_is_total()).then("n_at_risk").otherwise("hidden")
    capped = pl.min_horizontal(pl.col("sum_upper") + more, "n_at_risk")
    return bounded.filter((pl.col("n_other") == 1) | is_serious_only, pl.col("n_sizes") == 1).with_columns(
        n_affected_upper=pl.when("is_open").then("n_at_risk").otherwise(capped)
    )


def _is_total() -> pl.Expr:
    return pl.col("concept").eq_missing(ANY_EVENT)


def _folded() -> pl.Expr:
    """The term however its letters are written; the totals of serious and of other events are one, any event."""
    written = pl.col("term_as_reported").str.strip_chars().str.to_lowercase()
    return pl.when(_is_total()).then(pl.lit(ANY_EVENT)).otherwise(written)


def _by_term(of_register: pl.LazyFrame) -> pl.LazyFrame:
    """One row per preferred term and arm, from its lines in the tables of serious and of other events."""
    serious, other = (pl.col("seriousness") == kind for kind in ("serious", "other"))
    named = of_register.with_columns(folded_term=_folded())
    in_other, in_serious = (each.any().over("document_id", "folded_term") for each in (other, serious))
    is_full = ~in_serious | (serious.sum() == 1).over(*_TERM, "arm_id")
    return named.with_columns(is_full=is_full, is_in_other=in_other).group_by(*_TERM, "arm_id").agg(
        pl.coalesce(pl.col("table_label").filter(other).min(), pl.col("table_label").min()),
        _named(other),
        pl.col("parent_row_label", "grading_system", "body_system_as_reported", "is_in_other").min(),
        n_other=other.sum(),
        n_serious=serious.sum(),
        n_sizes=pl.col("n_at_risk").n_unique(),
        n_at_risk=pl.col("n_at_risk").max(),
        n_affected_lower=pl.col("n_affected_lower").max(),
        sum_upper=pl.col("n_affected_upper").sum(),
        is_open=pl.col("n_affected_upper").is_null().any() | ~pl.col("is_full").all(),
    )  # fmt: skip


def _named(other: pl.Expr) -> pl.Expr:
    """The term as the other events write it; of any event both totals."""
    term = pl.col("term_as_reported")
    totals = term.unique().sort(descending=True).str.join("; ")
    return pl.when(_is_total().first()).then(totals).otherwise(pl.coalesce(term.filter(other).min(), term.min()))


def _unlisted(sources: Sources) -> pl.LazyFrame:
    """One row per register, arm and band: most patients that the threshold of its other events hides of one term."""
    others = listings(sources).filter(pl.col("table_kind") == "register_other", pl.col("hidden").is_not_null())
    return collected_once(others.select("document_id", "arm_id", "grade_band", "hidden"))
