"""What each subject was given one after the other: the treatments of a crossover, each with its own days."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.people.subjects import day_of
from safety_pipeline.ingest.cdisc.people.treatments import LATER_PERIODS, folded

_COURSE = ["subject", "label"]


@dataclass(frozen=True)
class Courses:
    """``frame`` has one row per subject and treatment it was given, numbered from 1 in the order they were begun in.

    ``periods`` has one row per subject of several treatments and period, with the treatment as it is compared, the
    course it belongs to and the day it began. ``first_only`` where a person says that only the first treatment counts,
    as where a randomised period is followed by an extension: ``frame`` then has no other course.
    """

    frame: pl.DataFrame
    periods: pl.DataFrame
    first_only: bool = False

    @property
    def is_crossover(self) -> bool:
        """Whether a counted subject was given several treatments, so that arms hold the same subjects."""
        counted = self.frame.filter("is_safety_population", pl.col("arm_label").is_not_null())
        return bool(counted.select(pl.col("subject").is_duplicated().any()).item())


def courses(subjects: pl.DataFrame, *, first_only: bool = False) -> Courses:
    """The courses of all subjects; who had one treatment has one course, in its arm."""
    single = subjects.filter(~pl.col("is_switching")).with_columns(course_number=pl.lit(1, pl.Int64))
    given = _periods(subjects.filter("is_switching"))
    several = _several(given, subjects)
    frame = pl.concat([single.select(_KEPT), several.select(_KEPT)]).sort("row_number", "course_number")
    counted = frame.filter(pl.col("course_number") == 1) if first_only else frame
    numbered = given.join(several.select(*_COURSE, "course_number"), on=_COURSE, how="inner", validate="m:1")
    periods = numbered.select("subject", "period", "course_number", "begun", said=folded("label"))
    return Courses(counted, periods, first_only)


_KEPT = (
    "subject",
    "row_number",
    "course_number",
    "arm_label",
    "actual_arm_code",
    "planned_label",
    "first_dose",
    "last_dose",
    "exposure_days",
    "death_day",
    "is_safety_population",
    "is_switching",
)


def _periods(switching: pl.DataFrame) -> pl.DataFrame:
    """One row per subject and period it was treated in; the days of all treatment stand for what a period lacks."""
    each = (
        pl.concat([_period(switching, number) for number in (1, *LATER_PERIODS)])
        .drop_nulls("label")
        .sort("subject", "period")
    )
    is_last = pl.col("period") == pl.col("period").max().over("subject")
    return each.with_columns(
        begun=pl.when(pl.col("period") == 1).then(pl.coalesce("begun", "first_dose")).otherwise("begun"),
        ended=pl.when(is_last).then(pl.coalesce("ended", "last_dose")).otherwise("ended"),
    )


def _period(switching: pl.DataFrame, number: int) -> pl.DataFrame:
    label = pl.col("actual_label") if number == 1 else pl.col(f"arm_of_period_{number}")
    return switching.select(
        "subject",
        "first_dose",
        "last_dose",
        period=pl.lit(number, pl.Int64),
        label=label,
        begun=pl.col(f"start_of_period_{number}"),
        ended=pl.col(f"end_of_period_{number}"),
    )


def _several(given: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The courses of who had several treatments: periods of one treatment are one course."""
    days = (day_of("ended") - day_of("begun")).dt.total_days() + 1
    once = given.with_columns(days=pl.when(days > 0).then(days.cast(pl.Float64))).group_by(_COURSE).agg(
        first_dose=pl.col("begun").sort_by("period").first(),
        last_dose=pl.col("ended").sort_by("period").last(),
        exposure_days=pl.when(~pl.col("days").is_null().any()).then(pl.col("days").sum()),
        period=pl.col("period").min(),
    )  # fmt: skip
    own = subjects.select("subject", "row_number", "planned_label", "death_day", "is_safety_population", "is_switching")
    numbered = once.join(own, on="subject", how="inner", validate="m:1").with_columns(
        arm_label=pl.col("label"),
        actual_arm_code=pl.lit(None, pl.String),
        course_number=pl.col("period").rank("ordinal").over("subject").cast(pl.Int64),
    )
    is_first = pl.col("course_number") == 1
    return numbered.with_columns(planned_label=pl.when(is_first).then("planned_label"))
