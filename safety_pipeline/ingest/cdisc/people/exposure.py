"""What EX says: when each subject was first and last treated, and which doses each arm was given."""

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset

NO_EXPOSURE = pl.DataFrame(
    schema=dict.fromkeys(("subject", "first_given", "last_given", "active_from"), pl.String)
)  # a package without EX


def treatment_period(exposure: Dataset | None) -> pl.DataFrame:
    """One row per treated subject, with the first and the last day on which something was given.

    ``active_from`` is the day on which a drug was first given to who was given placebo before, in a study in which
    everybody began with placebo: a run-in. Where the last treatment has no end although ends are given, it was going
    on: there is no last day.
    """
    if exposure is None:
        return NO_EXPOSURE
    given = exposure.frame.filter(pl.col("subject").is_not_null())
    is_going_on = pl.col("end").sort_by("start", nulls_last=False).last().is_null() & pl.lit("end" in exposure.present)
    last = pl.coalesce("end", "start").max()
    drug_from = pl.col("start").filter(~_is_placebo()).min()
    periods = given.group_by("subject").agg(
        first_given=pl.col("start").min(), last_given=pl.when(~is_going_on).then(last), drug_from=drug_from
    )
    is_later = (pl.col("drug_from") > pl.col("first_given")).fill_null(value=True)
    run_in = pl.when(is_later.all()).then("drug_from")
    return periods.with_columns(active_from=run_in).drop("drug_from")


def _is_placebo() -> pl.Expr:
    """Whether a record of EX is of placebo, or of a dose of nothing."""
    is_named = pl.col("treatment").str.to_lowercase().str.contains("placebo")
    is_zero = pl.col("dose").cast(pl.Float64, strict=False) == 0
    return (is_named | is_zero).fill_null(value=False)


def regimens(exposure: Dataset | None, courses: pl.DataFrame) -> pl.DataFrame:
    """One row per arm and distinct regimen given in it: drug, dose as written, whether it is a dose of nothing.

    ``is_first`` where a subject began the drug with it. ``courses`` has one row per subject and treatment; what a
    subject of several was given is of the one last begun.
    """
    schema = {
        "arm_label": pl.String,
        "treatment": pl.String,
        "regimen": pl.String,
        "is_zero": pl.Boolean,
        "is_first": pl.Boolean,
    }
    if exposure is None:
        return pl.DataFrame(schema=schema)
    amount = pl.concat_str(pl.coalesce("dose", "dose_text"), "unit", "frequency", separator=" ", ignore_nulls=True)
    zero = pl.col("dose").cast(pl.Float64, strict=False) == 0
    given = _with_arms(exposure.frame, courses.filter("is_safety_population")).with_columns(
        regimen=amount, is_zero=zero.fill_null(value=False)
    )
    began = pl.col("start").filter(~pl.col("is_zero")).min().over("subject", "treatment")
    is_first = (pl.col("start") == began) | began.is_null()
    return (
        given.with_columns(is_first=is_first.fill_null(value=True))
        .drop_nulls("arm_label")
        .group_by("arm_label", "treatment", "regimen", "is_zero")
        .agg(pl.col("is_first").any())
        .sort("arm_label", "treatment", "regimen", nulls_last=True)
    )


def _with_arms(given: pl.DataFrame, courses: pl.DataFrame) -> pl.DataFrame:
    """What was given, with the arm of the course it was given in; left out where one of their days is not known."""
    names = ["subject", "arm_label", "is_switching", "first_dose"]
    each = given.with_row_index("at").join(courses.select(names), on="subject", how="inner")
    is_reached = ~pl.col("is_switching") | (pl.col("first_dose").str.slice(0, 10) <= pl.col("start").str.slice(0, 10))
    reached = each.filter(is_reached.fill_null(value=False)).sort("first_dose", nulls_last=False)
    return reached.unique("at", keep="last", maintain_order=True).sort("at").drop("at", "is_switching", "first_dose")
