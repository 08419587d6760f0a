"""The subjects of a crossover as collected: the arm of DM is a sequence, and EX says what each period gave."""

from dataclasses import replace

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.people.subjects import day_of
from safety_pipeline.ingest.cdisc.people.treatments import LATER_PERIODS, is_no_arm

_MOST_PERIODS = LATER_PERIODS[-1]
_AMOUNT = ("dose", "dose_text", "unit", "frequency")


def by_treatment(subjects: Dataset, exposure: Dataset | None) -> Dataset | None:
    """The subjects with a treatment for each period in place of their sequence; nothing where EX does not tell it.

    It tells it where every treatment has a first day, and no subject was given two at one time.
    """
    given = _given(exposure) if exposure is not None else None
    if given is None or _are_given_together(given):
        return None
    periods = _periods(given)
    has_several = periods.filter(pl.col("period") > 1).height > 0
    if not has_several or periods.filter(pl.col("period") > _MOST_PERIODS).height:
        return None
    return replace(subjects, frame=_with_periods(subjects.frame, periods))


def _given(exposure: Dataset) -> pl.DataFrame | None:
    """What was given, by name; by name and amount where each subject was given one name only."""
    days = exposure.frame.drop_nulls(["subject", "treatment"]).with_columns(first=day_of("start"), last=day_of("end"))
    if days.is_empty() or days["first"].null_count():
        return None
    names = days.group_by("subject").agg(n=pl.col("treatment").str.to_uppercase().n_unique())
    parts = ("treatment",) if names.filter(pl.col("n") > 1).height else ("treatment", *_AMOUNT)
    labelled = days.with_columns(
        label=pl.concat_str(parts, separator=" ", ignore_nulls=True), last=pl.coalesce("last", "first")
    )
    return labelled.sort("subject", "first", "last")


def _are_given_together(given: pl.DataFrame) -> bool:
    """Whether some subject was given one treatment before another had ended."""
    following, begun = (pl.col(name).shift(-1).over("subject") for name in ("label", "first"))
    overlaps = (following != pl.col("label")) & (begun <= pl.col("last"))
    return bool(given.select(overlaps.any()).item())


def _periods(given: pl.DataFrame) -> pl.DataFrame:
    """One row per subject and stretch of one treatment, numbered from 1."""
    is_new = pl.col("label").ne_missing(pl.col("label").shift(1)).cast(pl.Int64)
    numbered = given.with_columns(period=is_new.cum_sum().over("subject"))
    return numbered.group_by("subject", "period", maintain_order=True).agg(
        pl.col("label").first(), pl.col("start").first(), pl.col("end").last()
    )


def _with_periods(subjects: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """The subjects with the treatments of their periods; of a sequence nobody was given nothing is left."""
    for number in range(1, _MOST_PERIODS + 1):
        own = periods.filter(pl.col("period") == number).select(
            "subject",
            pl.col("label").alias(f"arm_of_period_{number}"),
            pl.col("start").alias(f"start_of_period_{number}"),
            pl.col("end").alias(f"end_of_period_{number}"),
        )
        subjects = subjects.join(own, on="subject", how="left", validate="m:1", maintain_order="left")
    kept = {name: pl.when(is_no_arm(name)).then(name) for name in ("actual_arm", "actual_arm_code")}
    return subjects.with_columns(
        actual_arm=pl.coalesce(kept["actual_arm"], "arm_of_period_1"),
        actual_arm_code=kept["actual_arm_code"],
        planned_arm=pl.lit(None, pl.String),
        planned_arm_code=pl.lit(None, pl.String),
    ).drop("arm_of_period_1")
