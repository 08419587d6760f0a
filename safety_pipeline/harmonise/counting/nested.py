"""Which counts of one arm hold which others: term within concept, severe within any, related within all causes."""

import polars as pl

from safety_pipeline.reference.totals import ANY_EVENT

PLACE = ("document_id", "source_file", "grading_system", "arm_id")
_OWN = ("label", "given_concept", "attribution", "band")
# One group of subjects that is counted: where, of what, under which question.
GROUP = (*PLACE, *_OWN)
OUTER = (*PLACE, *(f"outer_{name}" for name in _OWN))
_WIDER_BANDS = pl.DataFrame({"band": ["any", "severe", "severe"], "outer_band": ["any", "any", "severe"]})
_WIDER_CAUSES = pl.DataFrame(
    {
        "attribution": ["all_causality", "related", "related"],
        "outer_attribution": ["all_causality", "all_causality", "related"],
    }
)


def nested_pairs(counts: pl.DataFrame) -> pl.DataFrame:
    """One row per count and wider count of its arm, by their keys; subjects of the first are all among the second's.

    ``counts`` has `GROUP` and ``in_concept``, the headline concept that a term counts for.
    """
    pairs = (
        counts.select(*GROUP)
        .join(_wider_rows(counts), on=["label", "given_concept"], how="inner")
        .join(_WIDER_BANDS, on="band", how="inner")
        .join(_WIDER_CAUSES, on="attribution", how="inner")
    )
    is_itself = pl.all_horizontal(pl.col(name) == pl.col(f"outer_{name}") for name in _OWN)
    return pairs.filter(~is_itself)


def as_outer(counts: pl.DataFrame, **values: str) -> pl.DataFrame:
    """The counts keyed as the wider side of a pair, with some of their columns under other names."""
    named = [pl.col(name).alias(f"outer_{name}") for name in _OWN]
    return counts.select(*PLACE, *named, **{new: pl.col(old) for new, old in values.items()})


def _wider_rows(counts: pl.DataFrame) -> pl.DataFrame:
    """One row per label and a label that holds it: itself, its concept, any event."""
    rows = counts.select("label", "given_concept", "in_concept").unique()
    unions = rows.filter(pl.col("given_concept") != "").select(outer_label="label", outer_given_concept="given_concept")
    itself = rows.with_columns(outer_label="label", outer_given_concept="given_concept")
    any_event = unions.filter(outer_given_concept=ANY_EVENT)
    within_any = rows.filter(pl.col("given_concept") != ANY_EVENT).join(any_event, how="cross")
    within_concept = rows.join(unions, left_on="in_concept", right_on="outer_given_concept", how="inner").with_columns(
        outer_given_concept="in_concept"
    )
    names = ["label", "given_concept", "outer_label", "outer_given_concept"]
    return pl.concat([each.select(names) for each in (itself, within_any, within_concept)]).unique()
