"""Under which treatment an event occurred: as its row says, else the one last begun when the event began."""

import polars as pl

from safety_pipeline.ingest.cdisc.people.courses import Courses
from safety_pipeline.ingest.cdisc.people.subjects import Subjects, day_of
from safety_pipeline.ingest.cdisc.people.treatments import folded, is_total
from safety_pipeline.tables.delivery import RefusedError

_SAYS = ("treatment", "planned_treatment", "period")


def with_treatment(rows: pl.DataFrame, subjects: Subjects, given: Courses, file: str) -> pl.DataFrame:
    """Event rows joined to their subjects, with what they say of the treatment.

    ``is_of_total``: repeats an event under all subjects together. ``is_elsewhere``: under another arm's treatment,
    which the subject never had. ``course_number``: of which of its subject's several treatments the event is.
    ``is_unplaced``: the subject had several treatments, or the treatment is written in several ways, and nothing
    settles it. ``is_later``: under a later treatment, where only the first counts. ``first_dose`` is that of the course
    where that is known.
    """
    absent = [pl.lit(None, pl.String).alias(name) for name in _SAYS if name not in rows.columns]
    joined = rows.with_columns(absent).join(
        _known(subjects), on="subject", how="left", validate="m:1", maintain_order="left"
    )
    said, own = (folded(name) for name in _compared(joined))
    marked = joined.with_columns(said=said, own=own, is_of_total=is_total("treatment") & (said != own))
    placed = _placed(_with_course(marked, given.periods), _labels(subjects))
    _refuse_silent(placed, file)
    begun = placed.join(
        _begun(given), on=["subject", "course_number"], how="left", validate="m:1", maintain_order="left"
    )
    return begun.with_columns(first_dose=pl.coalesce("begun", "first_dose"), is_later=_is_later(given))


def _is_later(given: Courses) -> pl.Expr:
    return pl.lit(given.first_only) & (pl.col("course_number") > 1).fill_null(value=False)


def _known(subjects: Subjects) -> pl.DataFrame:
    names = (
        "subject",
        "actual_label",
        "planned_label",
        "first_dose",
        "active_from",
        "is_safety_population",
        "is_switching",
    )
    return subjects.frame.select(*names, is_known=pl.lit(value=True))


def _begun(given: Courses) -> pl.DataFrame:
    return given.frame.filter("is_switching").select("subject", "course_number", begun="first_dose")


def _compared(rows: pl.DataFrame) -> tuple[str, str]:
    """The actual treatment with the actual arm; where no row has it, the planned with the planned."""
    if rows["treatment"].count() or not rows["planned_treatment"].count():
        return "treatment", "actual_label"
    return "planned_treatment", "planned_label"


def _labels(subjects: Subjects) -> list[str]:
    names = ("actual_label", "planned_label")
    arms = pl.concat([subjects.frame.select(label=folded(name)) for name in names])["label"].drop_nulls()
    return sorted({*arms, *subjects.later})


def _with_course(rows: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """The rows with the course that their treatment, else their period, else their first day falls in.

    Where treatment and period name different courses, neither is believed.
    """
    named = periods.select("subject", "said", by_name="course_number").unique()
    numbered = periods.select("subject", period_number="period", by_period="course_number")
    period = pl.col("period").str.extract(r"^\D*(\d{1,3})(?:\.0+)?$").cast(pl.Int64)
    found = (
        rows.with_columns(period_number=period)
        .join(named, on=["subject", "said"], how="left", validate="m:1", maintain_order="left")
        .join(numbered, on=["subject", "period_number"], how="left", validate="m:1", maintain_order="left")
    )
    agree = (pl.col("by_name") == pl.col("by_period")).fill_null(value=True)
    is_silent = pl.col("said").is_null() & pl.col("period").is_null()
    by_day = _by_day(found, periods)
    told = pl.when(agree).then(pl.coalesce("by_name", "by_period"))
    return found.with_columns(course_number=pl.when(is_silent).then(by_day).otherwise(told))


def _by_day(rows: pl.DataFrame, periods: pl.DataFrame) -> pl.Series:
    """The course that was last begun on the day an event began; the first one for what began before it.

    Nothing where a day of the event or of any of the subject's periods is not known.
    """
    begins = periods.with_columns(first=day_of("begun"))
    known = begins.filter(~pl.col("first").is_null().any().over("subject"))
    events = rows.select("subject", began=day_of("start")).with_row_index("at")
    each = events.drop_nulls().join(known, on="subject", how="inner")
    counted = pl.when(pl.col("first") <= pl.col("began")).then("period")
    last = each.with_columns(reached=counted.max().over("at"), earliest=pl.col("period").min().over("at"))
    chosen = last.filter(pl.col("period") == pl.coalesce("reached", "earliest")).select("at", "course_number")
    return events.join(chosen, on="at", how="left", validate="1:1", maintain_order="left")["course_number"]


def _placed(rows: pl.DataFrame, labels: list[str]) -> pl.DataFrame:
    said, own = pl.col("said"), pl.col("own")
    has_course = pl.col("course_number").is_not_null()
    is_foreign = (said.is_in(labels) & (said != own)).fill_null(value=False) & pl.col("by_name").is_null()
    in_other_words = ~said.is_in(labels) & ~pl.col("is_of_total") & (said == own).any().over("own")
    is_switching = pl.col("is_switching").fill_null(value=False)
    return rows.with_columns(
        is_of_total=pl.col("is_of_total").fill_null(value=False),
        is_elsewhere=is_foreign,
        is_unplaced=pl.when(is_switching)
        .then(~has_course & ~is_foreign)
        .otherwise(in_other_words)
        .fill_null(value=False),
    )


def _refuse_silent(rows: pl.DataFrame, file: str) -> None:
    """Refuse a listing of subjects with several treatments that never says under which one an event occurred."""
    several = rows.filter("is_switching")
    is_said = any(several[name].count() for name in (*_SAYS, "course_number"))
    if several.height and not is_said:
        raise treatment_is_not_said(file)


def treatment_is_not_said(file: str) -> RefusedError:
    return RefusedError(
        "events_name_their_treatment",
        f"{file}: subjects were given several treatments one after another (TRT01A, TRT02A), and the events do not say "
        "under which they occurred; add TRTA as written in ADSL, or APERIOD, or the first day of each period "
        "(TR01SDT, TR02SDT) to ADSL.",
        source_file=file,
    )
