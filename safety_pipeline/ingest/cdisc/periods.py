"""Under which treatment an event occurred: events of a later treatment are not the first arm's."""

import polars as pl

from safety_pipeline.ingest.cdisc.subjects import Subjects
from safety_pipeline.ingest.cdisc.treatments import folded, is_total
from safety_pipeline.tables.delivery import RefusedError

_SAYS = ("treatment", "planned_treatment", "period")


def with_treatment(rows: pl.DataFrame, subjects: Subjects, file: str) -> pl.DataFrame:
    """Event rows joined to their subjects, with what they say of the treatment.

    ``is_of_total``: repeats an event under all subjects together. ``is_elsewhere``: under another treatment than the
    one the subject is counted for, ``is_switching`` telling a later period from a contradiction. ``is_unplaced``:
    the subject had several treatments, or the treatment is written in several ways, and the row does not settle it.
    """
    absent = [pl.lit(None, pl.String).alias(name) for name in _SAYS if name not in rows.columns]
    joined = rows.with_columns(absent).join(
        _known(subjects), on="subject", how="left", validate="m:1", maintain_order="left"
    )
    _refuse_silent(joined, file)
    said, own = (folded(name) for name in _compared(joined))
    marked = joined.with_columns(said=said, own=own, is_of_total=is_total("treatment") & (said != own))
    return _placed(marked, _labels(subjects))


def _known(subjects: Subjects) -> pl.DataFrame:
    names = ("subject", "actual_label", "planned_label", "first_dose", "is_safety_population", "is_switching")
    return subjects.frame.select(*names, is_known=pl.lit(value=True))


def _compared(rows: pl.DataFrame) -> tuple[str, str]:
    """The actual treatment with the actual arm; where no row has it, the planned with the planned."""
    if rows["treatment"].count() or not rows["planned_treatment"].count():
        return "treatment", "actual_label"
    return "planned_treatment", "planned_label"


def _labels(subjects: Subjects) -> list[str]:
    names = ("actual_label", "planned_label")
    arms = pl.concat([subjects.frame.select(label=folded(name)) for name in names])["label"].drop_nulls()
    return sorted({*arms, *subjects.later})


def _placed(rows: pl.DataFrame, labels: list[str]) -> pl.DataFrame:
    said, own = pl.col("said"), pl.col("own")
    is_foreign = (said.is_in(labels) & (said != own)).fill_null(value=False)
    period = pl.col("period").str.extract(r"^\D*(\d{1,3})(?:\.0+)?$").cast(pl.Int64)
    is_later = (pl.col("is_switching") & (period > 1)).fill_null(value=False)
    is_silent = pl.col("is_switching") & said.is_null() & period.is_null()
    in_other_words = ~said.is_in(labels) & ~pl.col("is_of_total") & (said == own).any().over("own")
    return rows.with_columns(
        is_of_total=pl.col("is_of_total").fill_null(value=False),
        is_elsewhere=is_foreign | is_later,
        is_unplaced=(is_silent | in_other_words).fill_null(value=False),
    )


def _refuse_silent(rows: pl.DataFrame, file: str) -> None:
    """Refuse a listing of subjects with several treatments that never says under which one an event occurred."""
    if rows["is_switching"].any() and not any(rows[name].count() for name in _SAYS):
        raise treatment_is_not_said(file)


def treatment_is_not_said(file: str) -> RefusedError:
    return RefusedError(
        "events_name_their_treatment",
        f"{file}: subjects were given several treatments one after another (TRT01A, TRT02A), and the events do not say "
        "under which they occurred; add TRTA as written in ADSL, or APERIOD.",
        source_file=file,
    )
