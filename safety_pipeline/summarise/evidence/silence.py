"""What an arm's document says of a concept it gives no count for: zero by statement, below a threshold, or nothing."""

import polars as pl

from safety_pipeline.reference.totals import TOTALS
from safety_pipeline.summarise.evidence.grade_columns import has_a_line
from safety_pipeline.summarise.evidence.listings import (
    BANDS,
    hidden_in_all,
    n_unlisted,
    terms_of_concepts,
    threshold_text,
    with_vocabulary,
)
from safety_pipeline.summarise.evidence.openings import QUESTION
from safety_pipeline.summarise.sources import ANY_CONCEPT, Sources, counted_arms, main_rows, used_rows

_LISTED = ["document_id", "table_label", "concept"]


def silence(
    questions: pl.LazyFrame,
    sources: Sources,
    claimed: pl.LazyFrame,
    listed: pl.LazyFrame,
    opened: pl.LazyFrame,
    doubtful: pl.LazyFrame,
) -> pl.LazyFrame:
    """One row per arm, concept and band that is asked for and has no claim, with status, bounds and a reason."""
    asked = (
        questions.join(claimed, on=QUESTION, how="anti")
        .join(_arms(sources), on="arm_id", how="inner", validate="m:1")
        .pipe(_with_own_or_any, opened, QUESTION, "is_opened")
        .pipe(_with_own_or_any, doubtful.with_columns(has_doubt=pl.lit(value=True)), QUESTION, "has_doubt")
    )
    return asked.pipe(_with_tables, sources, listed).with_columns(reporting_status=_status()).pipe(_bounded)


def _with_own_or_any(asked: pl.LazyFrame, found: pl.LazyFrame, keys: list[str], flag: str) -> pl.LazyFrame:
    """The questions with what is found of their concept, else with what may be of any concept."""
    own = asked.join(found, on=keys, how="left", validate="m:1")
    of_any = found.filter(pl.col("concept") == ANY_CONCEPT).drop("concept")
    columns = [name for name in of_any.collect_schema().names() if name not in keys]
    named = of_any.rename({name: f"{name}_of_any" for name in columns})
    both = own.join(named, on=[key for key in keys if key != "concept"], how="left", validate="m:1")
    is_own = pl.col(flag).is_not_null()
    chosen = [pl.when(is_own).then(name).otherwise(f"{name}_of_any").alias(name) for name in columns]
    return both.with_columns(chosen).drop(f"{name}_of_any" for name in columns)


def drug_concepts(sources: Sources) -> pl.LazyFrame:
    """One row per drug and concept that a used line of one of its arms says something of."""
    drugs = counted_arms(sources.arm).filter(pl.col("drug").is_not_null()).select("arm_id", "drug")
    named = used_rows(sources).filter(has_a_line()).select("arm_id", "concept").unique()
    return named.join(drugs, on="arm_id", how="inner", validate="m:1").select("drug", "concept").unique()


def questions(sources: Sources, drug_concept: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm, concept and band to answer for: headline concepts everywhere, others within their drug."""
    arms = counted_arms(sources.arm)
    headline = arms.select("arm_id").join(sources.concept.filter("is_headline").select("concept"), how="cross")
    same_drug = arms.select("arm_id", "drug").join(drug_concept, on="drug", how="inner").select("arm_id", "concept")
    return pl.concat([headline, same_drug]).unique().join(BANDS.select("grade_band"), how="cross")


def _arms(sources: Sources) -> pl.LazyFrame:
    said = sources.document.select("document_id", "has_toxicity_results", "no_results_reason")
    return sources.arm.select("trial_id", "arm_id", "document_id", "grading_system", "n_at_risk").join(
        said, on="document_id", how="left", validate="m:1"
    )


def _with_tables(asked: pl.LazyFrame, sources: Sources, listed: pl.LazyFrame) -> pl.LazyFrame:
    """The best statement and threshold among the document's tables that do not list the concept."""
    tables = listed.drop("trial_id", "n_at_risk", "n_total", strict=False)
    joined = (
        asked.join(tables, on=["document_id", "arm_id", "grade_band"], how="left")
        .join(_named(sources), on=_LISTED, how="left", validate="m:1")
        .join(terms_of_concepts(sources), on=["grading_system", "concept"], how="left", validate="m:1")
        .pipe(with_vocabulary, sources)
    )
    carried = [name for name in asked.collect_schema().names() if name not in QUESTION]
    ranked = pl.col("table_priority"), pl.col("table_label")
    # A table that names the concept says of it what it prints, and no more; and totals are no terms that it could list.
    is_silent = pl.col("is_named").is_null() & ~pl.col("concept").is_in(TOTALS)
    settles = is_silent & pl.col("is_complete") & (pl.col("table_kind") != "register_serious")
    speaks = is_silent & pl.col("speaks") & ~settles
    hidden = pl.min_horizontal("n_at_risk", hidden_in_all(n_unlisted(pl.lit(0, pl.Int64)), pl.col("hidden")))
    return joined.group_by(QUESTION).agg(
        *(pl.col(name).first() for name in carried),
        pl.col("table_label").sort_by(*ranked).first().alias("first_table"),
        pl.col("attribution").sort_by(*ranked).first().alias("first_attribution"),
        *_first_of(settles, pl.col("table_label"), settling_table="table_label", settling_attribution="attribution"),
        *_first_of(
            speaks,
            hidden,
            pl.col("table_label"),
            threshold_table="table_label",
            threshold_attribution="attribution",
            threshold_upper=hidden,
            n_hidden_terms=n_unlisted(pl.lit(0, pl.Int64)),
            hidden_in_one="hidden",
            threshold_text=threshold_text(),
        ),
    )


def _first_of(among: pl.Expr, *order: pl.Expr, **wanted: str | pl.Expr) -> list[pl.Expr]:
    """What the first of the rows says, so that all of it comes from one table."""
    columns = {name: pl.col(each) if isinstance(each, str) else each for name, each in wanted.items()}
    places = [each.filter(among) for each in order]
    return [
        column.filter(among).sort_by(*places, nulls_last=True).first().alias(name) for name, column in columns.items()
    ]


def _named(sources: Sources) -> pl.LazyFrame:
    """The tables that print a main row of a concept, accepted or refused."""
    rows = [main_rows(each, sources.toxicity).select(_LISTED) for each in (sources.toxicity, sources.rejected)]
    return pl.concat(rows).filter(pl.col("concept").is_not_null()).unique().with_columns(is_named=pl.lit(value=True))


def _status() -> pl.Expr:
    """What settles the answer, best first; an unread count of the concept settles nothing."""
    return (
        pl.when(~pl.col("has_toxicity_results").fill_null(value=False))
        .then(pl.lit("no_results"))
        .when(pl.col("is_refused").fill_null(value=False))
        .then(pl.lit("rejected_cell"))
        .when(pl.col("is_opened").fill_null(value=False))
        .then(pl.lit("not_tabulated"))
        .when(pl.col("settling_table").is_not_null() & pl.col("has_doubt"))
        .then(pl.lit("derived_bounds"))
        .when(pl.col("settling_table").is_not_null())
        .then(pl.lit("zero_by_statement"))
        .when(pl.col("threshold_table").is_not_null())
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
    doubt = pl.when("has_doubt").then("n_doubtful").otherwise(zero)
    upper = {
        "no_results": nothing,
        "zero_by_statement": zero,
        "derived_bounds": _at_most(doubt),
        "below_threshold": _at_most(pl.col("threshold_upper") + doubt),
    }
    table = {
        "zero_by_statement": pl.col("settling_table"),
        "derived_bounds": pl.col("settling_table"),
        "below_threshold": pl.col("threshold_table"),
        "rejected_cell": pl.col("refused_table"),
        "no_results": pl.lit(None, pl.String),
    }
    attribution = {
        "zero_by_statement": pl.col("settling_attribution"),
        "derived_bounds": pl.col("settling_attribution"),
        "below_threshold": pl.col("threshold_attribution"),
        "no_results": pl.lit("not_stated"),
    }
    bounded = asked.with_columns(
        n_affected_lower=_by_status({"no_results": nothing}, zero),
        n_affected_upper=_by_status(upper, pl.col("n_at_risk")),
        table_label=_by_status(table, pl.col("first_table")),
        attribution=_by_status(attribution, pl.col("first_attribution")).fill_null("not_stated"),
    )
    silent = "The document reports toxicity, but nothing on this concept and band."
    return bounded.with_columns(reason=_by_status(_reasons(), pl.lit(silent)))


def _at_most(patients: pl.Expr) -> pl.Expr:
    """The patients, at most those at risk; all of them where the number is not known."""
    return pl.when(patients.is_null()).then("n_at_risk").otherwise(pl.min_horizontal("n_at_risk", patients))


def _reasons() -> dict[str, pl.Expr]:
    none = pl.col("no_results_reason").fill_null("The document holds no toxicity result.")
    named = "{} names every patient with events of this severity, and none with this concept"
    return {
        "no_results": none,
        "rejected_cell": pl.format("A count is printed but refused by the rule {}.", "refused_rule"),
        "zero_by_statement": pl.format(f"{named}.", "settling_table"),
        "derived_bounds": pl.format(f"{named}, but holds terms that no dictionary knows.", "settling_table"),
        "below_threshold": pl.format(
            "{} lists events of {}{}", "threshold_table", "threshold_text", _what_may_be_hidden()
        ),
    }


def _what_may_be_hidden() -> pl.Expr:
    """How a sentence on a threshold ends: what is listed, and what follows from it."""
    upper = pl.col("n_affected_upper")
    each = (
        pl.when(pl.col("n_hidden_terms") == 1)
        .then(pl.lit("this one is not listed"))
        .otherwise(pl.format("each unlisted term of the concept may hide {}", "hidden_in_one"))
    )
    return (
        pl.when(upper.is_null())
        .then(pl.lit(" only, and the number of patients is not known."))
        .when(upper == 0)
        .then(pl.lit(", and none of this concept: no patient had it."))
        .otherwise(pl.format(" only; {}, so at most {} patients had it.", each, upper))
    )
