"""What randomised trials compare: the arms on both sides of a drug and its control, each patient once.

The arms of one side are brought together, such as several doses against one placebo group: a control that stood in
two strata would be counted twice.
"""

from functools import lru_cache
from itertools import combinations

import polars as pl

from safety_pipeline.summarise.comparisons.what_is_given import Given, comparison, given, is_reference, name_of
from safety_pipeline.summarise.sources import apart

COMPARISON = ["comparison", "drug", "comparator_drug", "dose_mg_per_day"]
SIDES = ("", "_comparator")


def sides(arm: pl.LazyFrame) -> pl.DataFrame:
    """One row per comparison, trial, side and arm, with the ``n_arms`` of that side.

    A comparison is made of all doses of its drug together (no dose), and of each dose alone; only where two or more
    trials make it. Arms that may hold patients of another are on no side.
    """
    arms = _arms(arm)
    compared = _comparisons(arms)
    drugs = compared.join(arms.rename({"given": "drug"}), on=["trial_id", "drug"], how="inner")
    every_dose = drugs.with_columns(dose_mg_per_day=pl.lit(None, pl.Float64))
    first = pl.concat([every_dose, drugs.filter(pl.col("dose_mg_per_day").is_not_null())])
    first = first.filter(pl.col("trial_id").n_unique().over(COMPARISON) > 1)
    controls = arms.select("trial_id", "arm_id", comparator_drug="given")
    made = first.select("trial_id", *COMPARISON).unique()
    second = made.join(controls, on=["trial_id", "comparator_drug"], how="inner")
    both = [
        part.select("trial_id", *COMPARISON, "arm_id", side=pl.lit(side))
        for part, side in zip((first, second), SIDES, strict=True)
    ]
    return pl.concat(both).with_columns(n_arms=pl.len().over("trial_id", *COMPARISON, "side"))


def _arms(arm: pl.LazyFrame) -> pl.DataFrame:
    """The randomised arms with patients of their own and a known drug, with the name of what they are given."""
    own = apart(arm).filter(pl.col("allocation") == "randomised", ~pl.col("may_overlap"), pl.col("drug").is_not_null())
    drugs = pl.struct("drug", "combination_drugs")
    named = own.select("trial_id", "arm_id", "dose_mg_per_day", drugs=drugs).collect()
    names = {key: name_of(given(dict(zip(_DRUGS, key, strict=True)))) for key in _distinct(named)}
    table = pl.DataFrame([(*key, name) for key, name in names.items()], schema=[*_DRUGS, "given"], orient="row").cast(
        pl.String
    )
    return named.unnest("drugs").join(table, on=_DRUGS, how="inner", nulls_equal=True, validate="m:1").drop(_DRUGS)


_DRUGS = ["drug", "combination_drugs"]


def _distinct(named: pl.DataFrame) -> list[tuple[str, str | None]]:
    return named["drugs"].struct.unnest().unique().rows()


def _comparisons(arms: pl.DataFrame) -> pl.DataFrame:
    """One row per trial and two regimens that its arms compare, the drug and its control."""
    regimens = arms.group_by("trial_id").agg(pl.col("given").unique().sort())
    rows = [
        (trial, *_named(one, other))
        for trial, names in regimens.sort("trial_id").iter_rows()
        for one, other in combinations(names, 2)
    ]
    schema = dict.fromkeys(("trial_id", "comparison", "drug", "comparator_drug"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


@lru_cache(maxsize=65536)
def _named(one: str, other: str) -> tuple[str | None, str, str]:
    """What two regimens compare, and which of them is the control."""
    first, second = _drugs(one), _drugs(other)
    drug, control = (other, one) if is_reference(first, second) else (one, other)
    return comparison(first, second), drug, control


def _drugs(name: str) -> Given:
    return given({"drug": None, "combination_drugs": name.replace(" + ", "; ")})
