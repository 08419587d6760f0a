"""Documents of different trials that look as if they reported the same patients."""

from collections.abc import Mapping, Sequence

import polars as pl

_CELL = ["concept", "grade_band", "attribution", "n_at_risk"]
_OF_ARM = ("arm_id", "n_affected")
# Two numbers of documents are one number: the first times this, and the second.
_BEYOND = 2**32


def suspected_duplicates(
    toxicity: pl.LazyFrame, document_use: pl.LazyFrame, rules: Mapping[str, float]
) -> pl.LazyFrame:
    """One row per pair of documents of different populations whose arms agree in size and in nearly every count.

    Only counts above 0 are compared: rare events are 0 in most tables, so zeros agree by themselves. Where arms of
    equal size could be paired in several ways, the pairing with the most equal counts is taken.
    """
    exact = _exact(toxicity)
    candidates = _candidates(exact, document_use, rules["min_duplicate_counts"]).collect(engine="streaming").lazy()
    named = pl.concat([candidates.select("document_id"), candidates.select(document_id="other_document_id")]).unique()
    cells = _cells(exact.join(named, on="document_id", how="semi")).collect(engine="streaming").lazy()
    other = cells.rename({name: f"other_{name}" for name in ("document_id", *_OF_ARM)})
    compared = cells.join(candidates, on="document_id", how="inner").join(other, on=["other_document_id", *_CELL])
    pairs = compared.filter((pl.col("n_affected") > 0) | (pl.col("other_n_affected") > 0))
    arms = pairs.group_by("document_id", "other_document_id", "arm_id", "other_arm_id").agg(
        n_matching=(pl.col("n_affected") == pl.col("other_n_affected")).sum().cast(pl.Int64),
        n_cells=pl.len().cast(pl.Int64),
    )
    best = arms.sort("n_matching", "other_arm_id", descending=[True, False]).unique(
        ["document_id", "other_document_id", "arm_id"], keep="first", maintain_order=True
    )
    documents = best.group_by("document_id", "other_document_id").agg(
        n_matching_counts=pl.col("n_matching").sum(), n_compared=pl.col("n_cells").sum()
    )
    return documents.filter(
        pl.col("n_matching_counts") >= rules["min_duplicate_counts"],
        pl.col("n_matching_counts") >= rules["min_duplicate_share"] * pl.col("n_compared"),
    ).sort("document_id", "other_document_id")


def documents_alike(toxicity: pl.LazyFrame, asked: Sequence[str], rules: Mapping[str, float]) -> list[str]:
    """The documents asked about, and those that share so many equal counts with them that a pair may be suspected.

    Each count is weighed by how often it stands in the documents asked about, so that no pair is missed.
    """
    exact = _exact(toxicity).filter(pl.col("n_affected_lower") > 0)
    is_asked = pl.col("document_id").is_in(asked)
    equal = [*_CELL, "n_affected_lower"]
    sought = exact.filter(is_asked).group_by(equal).agg(n_equal=pl.len())
    shared = exact.join(sought, on=equal, how="inner", validate="m:1").group_by("document_id").agg(pl.sum("n_equal"))
    enough = shared.filter(pl.col("n_equal") >= rules["min_duplicate_counts"]).collect(engine="streaming")
    return sorted({*asked, *enough["document_id"]})


def _candidates(exact: pl.LazyFrame, document_use: pl.LazyFrame, min_counts: float) -> pl.LazyFrame:
    """Pairs of documents of different populations that share enough equal counts, in whichever arms.

    Only of these is every cell compared: most arms of one size share no count, and there are thousands of each size.
    Numbers stand for documents and texts: millions of pairs are looked at, and few are kept.
    """
    documents = document_use.select("document_id", population=pl.col("population_id").hash()).with_row_index("document")
    counts = _single_counts(exact.join(documents, on="document_id", how="inner", validate="m:1"))
    other = counts.select("equal", other="document", other_population="population")
    pairs = counts.join(other, on="equal", how="inner").filter(
        pl.col("document") < pl.col("other"), pl.col("population") != pl.col("other_population")
    )
    pair = pl.col("document").cast(pl.UInt64) * _BEYOND + pl.col("other")
    shared = pairs.group_by(pair=pair).agg(n_equal=pl.len()).filter(pl.col("n_equal") >= min_counts)
    names = documents.select(document=pl.col("document").cast(pl.UInt64), name="document_id")
    first, second = (
        shared.with_columns(document=number).join(names, on="document", how="inner").select("pair", "name")
        for number in (pl.col("pair") // _BEYOND, pl.col("pair") % _BEYOND)
    )
    ends = (
        pl.concat([first, second])
        .group_by("pair")
        .agg(pl.col("name").min().alias("document_id"), other_document_id=pl.col("name").max())
    )
    return ends.drop("pair")


def _single_counts(exact: pl.LazyFrame) -> pl.LazyFrame:
    """One row per exact count above 0 of a concept's only row: ``document``, ``population``, ``equal``.

    ``equal`` is the same number for the same count of arms of one size.
    """
    hashed = exact.select(
        "document",
        "population",
        equal=pl.struct(*_CELL, "n_affected_lower").hash(),
        cell=pl.struct("document", "arm_id", *_CELL).hash(),
        is_counted=pl.col("n_affected_lower") > 0,
    )
    rows = hashed.group_by("cell").agg(pl.col("document", "population", "equal", "is_counted").first(), n_rows=pl.len())
    return rows.filter("is_counted", pl.col("n_rows") == 1).select("document", "population", "equal")


def _exact(toxicity: pl.LazyFrame) -> pl.LazyFrame:
    """The rows that count exactly so many patients of an arm with a concept."""
    return toxicity.filter(
        pl.col("column_role") == "arm",
        pl.col("count_unit") == "patients",
        pl.col("n_affected_lower") == pl.col("n_affected_upper"),
        *(pl.col(name).is_not_null() for name in ("concept", "grade_band", "arm_id", "n_at_risk")),
    )


def _cells(exact: pl.LazyFrame) -> pl.LazyFrame:
    """One exact count of patients per document, arm, concept, band and attribution.

    Several rows of one concept have no union; only concepts with a row of their own are compared.
    """
    rows = exact.group_by("document_id", "arm_id", *_CELL).agg(
        n_affected=pl.col("n_affected_lower").max(), n_rows=pl.len()
    )
    return rows.filter(pl.col("n_rows") == 1).drop("n_rows")


def suspected_trials(suspected: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per pair of counted trials, either way round, whose documents may report the same patients."""
    trials = arm.select("document_id", "trial_id").unique()
    pairs = suspected.join(trials, on="document_id", how="inner").join(
        trials.rename({"document_id": "other_document_id", "trial_id": "other_trial_id"}),
        on="other_document_id",
        how="inner",
    )
    there = pairs.select("trial_id", "other_trial_id")
    return pl.concat([there, there.select(trial_id="other_trial_id", other_trial_id="trial_id")]).unique()
