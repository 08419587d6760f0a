"""What EX says: when each subject was first and last treated, and which doses each arm was given."""

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset

NO_EXPOSURE = pl.DataFrame(
    schema={"subject": pl.String, "first_given": pl.String, "last_given": pl.String}
)  # a package without EX


def treatment_period(exposure: Dataset | None) -> pl.DataFrame:
    """One row per treated subject, with the first and the last day on which something was given."""
    if exposure is None:
        return NO_EXPOSURE
    given = exposure.frame.filter(pl.col("subject").is_not_null())
    return given.group_by("subject").agg(
        first_given=pl.col("start").min(), last_given=pl.coalesce("end", "start").max()
    )


def regimens(exposure: Dataset | None, subjects: pl.DataFrame) -> pl.DataFrame:
    """One row per arm and distinct regimen given in it: drug, dose as written, whether it is a dose of nothing."""
    schema = {"arm_label": pl.String, "treatment": pl.String, "regimen": pl.String, "is_zero": pl.Boolean}
    if exposure is None:
        return pl.DataFrame(schema=schema)
    amount = pl.concat_str(pl.coalesce("dose", "dose_text"), "unit", "frequency", separator=" ", ignore_nulls=True)
    zero = pl.col("dose").cast(pl.Float64, strict=False) == 0
    arms = subjects.filter("is_safety_population").select("subject", "arm_label")
    given = exposure.frame.join(arms, on="subject", how="inner", validate="m:1")
    return (
        given.select("arm_label", "treatment", amount.alias("regimen"), zero.fill_null(value=False).alias("is_zero"))
        .unique()
        .drop_nulls("arm_label")
        .sort("arm_label", "treatment", "regimen", nulls_last=True)
    )
