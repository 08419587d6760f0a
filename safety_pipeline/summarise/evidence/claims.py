"""What the printed lines of a concept claim together: bounds of its patients for each arm, band and attribution."""

import polars as pl

from safety_pipeline.engine import collected_once
from safety_pipeline.summarise.evidence.denominators import patients_of_claim, unexamined, with_patients_of_arms
from safety_pipeline.summarise.evidence.grade_columns import deaths_told, lines
from safety_pipeline.summarise.evidence.listings import (
    PREFERRED_TERMS,
    hidden_in_all,
    n_unlisted,
    terms_of_concepts,
    with_vocabulary,
)
from safety_pipeline.summarise.evidence.openings import QUESTION
from safety_pipeline.summarise.evidence.speaking_lines import KEY, speaking
from safety_pipeline.summarise.sources import Sources

_OF_PATIENTS = pl.col("count_unit") == "patients"
_OF_DEATHS = ["arm_id", "concept", "attribution"]


def claims(
    used: pl.LazyFrame, sources: Sources, listed: pl.LazyFrame, opened: pl.LazyFrame, doubtful: pl.LazyFrame
) -> pl.LazyFrame:
    """One row per key for which a used line says something of the count.

    ``used`` are the rows that enter the summaries, ``listed`` the `listings`, ``opened`` the `openings`, ``doubtful``
    the patients of unknown terms.
    """
    kinds = sources.source_table.select("document_id", "table_label", "table_kind")
    told = collected_once(lines(used).join(kinds, on=["document_id", "table_label"], how="left", validate="m:1"))
    described = speaking(told).pipe(with_vocabulary, sources).with_columns(is_closed=_is_closed())
    described = with_patients_of_arms(described, sources)
    together = described.group_by(KEY).agg(_brought_together())
    return (
        together.pipe(_with_deaths, deaths_told(used))
        .pipe(_with_hidden, listed)
        .join(terms_of_concepts(sources), on=["grading_system", "concept"], how="left", validate="m:1")
        .join(opened.select(*QUESTION, "is_opened", "is_refused"), on=QUESTION, how="left", validate="m:1")
        .join(doubtful.with_columns(has_doubt=pl.lit(value=True)), on=QUESTION, how="left", validate="m:1")
        .with_columns(pl.col("is_opened", "is_refused", "has_doubt").fill_null(value=False))
        .pipe(_bounded)
    )


def _is_closed() -> pl.Expr:
    """Whether the line counts the whole concept: it bears its name, and its vocabulary has no other names for parts."""
    names_it = pl.col("concept_relation").is_in(["equal", "superset"])
    union = pl.col("is_composite") & names_it
    return union | (names_it & ~(pl.col("is_wide") & pl.col("is_preferred_terms")))


def _brought_together() -> list[pl.Expr]:
    whole = pl.col("is_whole")
    return [
        pl.len().alias("n_lines"),
        pl.col("document_id").first(),
        pl.col("table_label").unique().sort().str.join("; ").alias("table_label"),
        pl.col("count_unit").first(),
        patients_of_claim(),
        unexamined(),
        _at_least().alias("lower"),
        pl.col("n_affected_upper").filter(whole).sum().alias("sum_upper"),
        (~whole | (_OF_PATIENTS & (pl.col("n_affected_upper").is_null() | pl.col("is_uncounted"))))
        .any()
        .alias("is_open"),
        ((pl.col("table_kind") == "register_total").all() & (pl.col("seriousness").n_unique() == 1)).alias(
            "lacks_total"
        ),
        pl.col("is_contradictory").any(),
        (pl.col("concept_relation") == "overlapping").fill_null(value=False).any().alias("is_overlapping"),
        whole.any().alias("has_whole_line"),
        pl.col("is_closed").any(),
        pl.col("is_composite").all(),
        pl.col("is_wide").first(),
        pl.col("is_preferred_terms").any(),
        (pl.col("seriousness") == "serious").fill_null(value=False).all().alias("is_serious_only"),
        pl.col("source_term").drop_nulls().n_unique().cast(pl.Int64).alias("n_listed"),
        pl.col("n_episodes").sum().alias("n_episodes"),
        pl.col("cell_status").first().alias("line_status"),
        pl.col("concept_relation").drop_nulls().unique().sort().alias("relations"),
        pl.col("threshold_relations").str.split("; ").explode().unique().sort().alias("threshold_relations"),
        pl.col("grade_band_as_reported").unique().sort().str.join("; ").alias("grade_band_as_reported"),
        pl.col("grading_system").unique().sort().str.join("; ").alias("grading_system"),
        pl.col("term_as_reported").unique().sort().str.join("; ").alias("row_labels"),
        pl.col("toxicity_ids").sort().str.join("; ").alias("toxicity_ids"),
    ]


def _at_least() -> pl.Expr:
    """Most patients of one line, of those that count nothing but the concept.

    A row that also counts other events may hold no patient of the concept. One that names all of it, and stands
    alone, is taken as printed.
    """
    is_wider = pl.col("concept_relation").is_in(["superset", "overlapping"]).fill_null(value=False)
    is_alone = (pl.len() == 1) & (pl.col("concept_relation") != "overlapping").fill_null(value=True).all()
    of_parts = pl.col("n_affected_lower").filter(~is_wider).max().fill_null(0)
    known = pl.when(pl.col("n_affected_lower").is_not_null().any()).then(of_parts)
    return pl.when(is_alone).then(pl.col("n_affected_lower").max()).otherwise(known)


def _with_hidden(together: pl.LazyFrame, listed: pl.LazyFrame) -> pl.LazyFrame:
    """What one unlisted term may have: in the table of the lines, or in the other events of their register.

    Lines of several tables of an article have none: nothing says which of them would list a further term.
    """
    of_table = ["document_id", "table_label", "arm_id", "grade_band"]
    is_other = pl.col("table_kind") == "register_other"
    articles = listed.filter(~pl.col("table_kind").is_in(PREFERRED_TERMS)).select(*of_table, "hidden")
    registers = listed.filter(is_other).select("document_id", "arm_id", "grade_band", hidden_other="hidden")
    return (
        together.join(articles, on=of_table, how="left", validate="m:1")
        .join(registers, on=["document_id", "arm_id", "grade_band"], how="left", validate="m:1")
        .with_columns(hidden=pl.when("is_preferred_terms").then("hidden_other").otherwise("hidden"))
    )


def _with_deaths(together: pl.LazyFrame, deaths: pl.LazyFrame) -> pl.LazyFrame:
    """The claims with what other tables tell of deaths that a column of grades 3 and 4 leaves out."""
    is_open = (pl.col("grade_band") == "severe") & (pl.col("grade_band_as_reported") == "3-4")
    is_elsewhere = ~pl.col("table_label").str.split("; ").list.contains(pl.col("fatal_table"))
    of_others = together.filter(is_open).join(deaths, on=_OF_DEATHS, how="inner").filter(is_elsewhere)
    summed = of_others.group_by(KEY).agg(pl.col("fatal_lower").max(), pl.col("fatal_upper").sum())
    has_deaths = pl.col("fatal_upper") > 0
    return together.join(summed, on=KEY, how="left", validate="m:1").with_columns(
        lower=pl.max_horizontal("lower", "fatal_lower"),
        fatal_upper=pl.col("fatal_upper").fill_null(0),
        grade_band_as_reported=pl.when(has_deaths).then(pl.lit("3-4 + 5")).otherwise("grade_band_as_reported"),
    )


def _rest() -> pl.Expr:
    """Most patients with terms of the concept that are not listed; null where nothing bounds them.

    A register lists serious events completely: a concept of one term that stands among its other events is counted
    there, one that stands among the serious ones only may have further patients below the threshold. A row of the
    concept's name beside rows of its terms is one more term, of which a threshold may hide others.
    """
    is_one_of_several = (pl.col("n_lines") > 1) & pl.col("is_wide") & pl.col("hidden").is_not_null()
    is_listing = ~pl.col("is_preferred_terms") & is_one_of_several
    counted = pl.col("is_closed") & ~(pl.col("is_serious_only") & pl.col("is_preferred_terms")) & ~is_listing
    of_others = hidden_in_all(n_unlisted(pl.col("n_listed")), pl.col("hidden"))
    uncounted = pl.when(pl.col("is_closed") & ~is_listing).then("hidden").otherwise(of_others)
    return pl.when(counted).then(pl.lit(0, pl.Int64)).otherwise(uncounted)


def _bounded(grouped: pl.LazyFrame) -> pl.LazyFrame:
    """The bounds of the concept: the listed part, what is not listed, and what unknown terms may add, at most N."""
    is_union = pl.col("is_closed") & (
        pl.col("is_composite") | ((pl.col("n_lines") == 1) & ~pl.col("is_preferred_terms"))
    )
    doubt = pl.when(is_union).then(pl.lit(0, pl.Int64)).otherwise("n_doubtful")
    known = grouped.with_columns(
        rest=_rest() + pl.col("fatal_upper"),
        # No unknown term at all is no doubt; one that nobody counted is one without end.
        doubt=pl.when("has_doubt").then(doubt).otherwise(pl.lit(0, pl.Int64)),
    )
    # The total of a register's serious events says nothing of the others, and the other way round.
    is_open = pl.any_horizontal("is_open", "is_opened", "lacks_total", pl.col("rest", "doubt").is_null())
    # No episode of grades 3 and 4 still leaves patients of grade 5, which the solved columns know.
    of_episodes = pl.max_horizontal("n_episodes", "sum_upper")
    most = pl.when(pl.col("count_unit") == "episodes").then(of_episodes).otherwise("sum_upper")
    bounded = known.with_columns(is_open=is_open, most=most + pl.col("rest") + pl.col("doubt") + pl.col("n_unexamined"))
    return bounded.with_columns(
        n_affected_lower=_lower(),
        n_affected_upper=pl.when("is_open").then("n_at_risk").otherwise(pl.min_horizontal("n_at_risk", "most")),
        n_episodes=pl.when(pl.col("count_unit") == "episodes").then("n_episodes"),
        reporting_status=_status(),
        concept_relation=_relation(),
        threshold_relation=_threshold_relation(),
    )


def _lower() -> pl.Expr:
    has_episode = (pl.col("n_episodes") > 0).cast(pl.Int64)
    return pl.when(pl.col("count_unit") == "episodes").then(has_episode).otherwise("lower")


def _status() -> pl.Expr:
    """The status of the one line that counts the concept; several lines, or a part of it, give bounds."""
    says_it_all = (
        (pl.col("n_lines") == 1) & ~pl.col("is_open") & (pl.col("rest") + pl.col("doubt") + pl.col("n_unexamined") == 0)
    )
    return (
        pl.when(pl.col("count_unit") == "episodes")
        .then(pl.lit("episodes_only"))
        .when(~pl.col("has_whole_line") & pl.col("is_refused"))
        .then(pl.lit("rejected_cell"))
        .when(says_it_all & ~pl.col("is_contradictory") & ~pl.col("is_overlapping"))
        .then("line_status")
        .otherwise(pl.lit("derived_bounds"))
    )


def _relation() -> pl.Expr:
    """How the rows together stand to the concept."""
    one = pl.col("relations").list.len() == 1
    whole = pl.when(one).then(pl.col("relations").list.first()).otherwise(pl.lit("overlapping"))
    return pl.when("is_closed").then(whole).when(pl.col("relations").list.len() > 0).then(pl.lit("subset"))


def _threshold_relation() -> pl.Expr:
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
