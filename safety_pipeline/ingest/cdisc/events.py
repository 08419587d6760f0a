"""The adverse events of a package: what is counted, what is refused, and what was judged of each."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.emergence import emergence
from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.periods import with_treatment
from safety_pipeline.ingest.cdisc.refusals import Record, row_refusals, value_refusals
from safety_pipeline.ingest.cdisc.study import Attribution
from safety_pipeline.ingest.cdisc.subjects import Subjects, day_of
from safety_pipeline.ingest.cdisc.words import note, truths, words

# A number, after a word for grade or before one for how bad that is: `3`, `3.0`, `Grade 3`, `G3`, `3 - Severe`.
_BEFORE, _AFTER = r"(?:(?:ctc(?:ae)?[\s-]*)?(?:toxicity\s*)?(?:grade|gr\.?|g))?", r"(?:\s*[-:=,(]\s*[a-z][a-z \-]*\)?)?"
_GRADE = rf"(?i)^{_BEFORE}\s*([1-5])(?:\.0+)?{_AFTER}$"
# What tells an event row from one that only names a subject without events.
_CONTENT = ("body_system", "grade", "severity", "serious", "relation", "emergent", "start", "end")
_ROW_RULES = (
    "event_has_a_subject",
    "event_row_is_not_blank",
    "event_has_a_term",
    "subject_is_known",
    "row_is_of_a_total",
    "event_is_of_a_later_treatment",
    "event_is_under_the_subjects_treatment",
)
# Rows that are refused without an event of the arm being lost.
_NOTHING_LOST = ("event_row_is_not_blank", "row_is_of_a_total", "event_is_of_a_later_treatment")


@dataclass(frozen=True)
class Events:
    """One row per event that could be read; with the refusals these are the rows of the data set.

    ``is_complete`` where each event of the safety population was read, and each that may be treatment-emergent is
    graded: only then does a term that is not listed mean 0 in every band. Without grades a severe event may hide
    behind any row.
    """

    frame: pl.DataFrame
    refusals: tuple[Record, ...]
    notes: tuple[str, ...]
    is_complete: bool


def read_events(dataset: Dataset, supplement: Dataset | None, subjects: Subjects, attribution: Attribution) -> Events:
    """Events with grade, seriousness, relation and treatment emergence; a wrong grade costs the grade only."""
    judged = _with_rule(with_treatment(dataset.frame, subjects, dataset.file))
    kept = judged.filter(pl.col("rule").is_null())
    refusals = [record for rule in _ROW_RULES for record in row_refusals(dataset, judged.filter(rule=rule), rule)]
    graded = kept.with_columns(grade_read=_grade())
    wrong = graded.filter(pl.col("grade").is_not_null() & pl.col("grade_read").is_null())
    marked = emergence(dataset, supplement, graded)
    related = _with_relation(marked.frame, attribution)
    n_unknown = related.select((pl.col("relation").is_not_null() & pl.col("is_related").is_null()).sum()).item()
    notes = (*marked.notes, *([note("relation_unknown", n=n_unknown)] if n_unknown else []))
    return Events(
        _columns(related),
        (*refusals, *value_refusals(dataset, wrong, "grade_is_1_to_5", "grade")),
        notes,
        is_complete=not _lost(judged) and _is_graded(marked.frame),
    )


def _grade() -> pl.Expr:
    """The grade as a number; Roman ones are words of the list."""
    written = pl.col("grade")
    roman = written.str.to_uppercase().replace_strict(words("grade"), default=None, return_dtype=pl.String)
    return pl.coalesce(written.str.extract(_GRADE), roman).cast(pl.Int64)


def _with_rule(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row with the first rule it breaks, null where it breaks none."""
    nameless = pl.col("term").is_null() & pl.col("verbatim").is_null()
    blank = pl.all_horizontal(pl.col(name).is_null() for name in _CONTENT if name in rows.columns)
    broken = (
        pl.col("subject").is_null(),
        nameless & blank,
        nameless,
        pl.col("is_known").is_null(),
        pl.col("is_of_total"),
        pl.col("is_elsewhere") & pl.col("is_switching"),
        pl.col("is_elsewhere"),
    )
    ruled = [pl.when(is_broken).then(pl.lit(rule)) for is_broken, rule in zip(broken, _ROW_RULES, strict=True)]
    return rows.with_columns(rule=pl.coalesce(ruled))


def _lost(judged: pl.DataFrame) -> bool:
    """Whether an event of somebody in a denominator could not be read, so that a term not listed may not be 0."""
    lost = judged.filter(pl.col("is_safety_population") & pl.col("rule").is_not_null())
    return not lost.filter(~pl.col("rule").is_in(_NOTHING_LOST)).is_empty()


def _is_graded(events: pl.DataFrame) -> bool:
    counted = events.filter("is_safety_population", pl.col("is_emergent").fill_null(value=True))
    return not counted["grade_read"].null_count()


def _with_relation(events: pl.DataFrame, attribution: Attribution) -> pl.DataFrame:
    own = {word.upper(): True for word in attribution.related} | {
        word.upper(): False for word in attribution.not_related
    }
    meanings = truths("relation") | own
    judged = pl.col("relation").str.to_uppercase().replace_strict(meanings, default=None, return_dtype=pl.Boolean)
    return events.with_columns(is_related=judged)


def _columns(events: pl.DataFrame) -> pl.DataFrame:
    serious = pl.col("serious").str.to_uppercase().replace_strict(truths("flag"), default=None, return_dtype=pl.Boolean)
    return events.select(
        "row_number",
        subject_id="subject",
        term_as_reported=pl.coalesce("term", "verbatim"),
        verbatim="verbatim",
        body_system_as_reported="body_system",
        grade="grade_read",
        severity="severity",
        seriousness=pl.when(serious).then(pl.lit("serious")).when(~serious).then(pl.lit("other")),
        relatedness="relation",
        is_related="is_related",
        is_fatal=_is_fatal(),
        has_stopped_treatment=_action() == "stopped",
        has_changed_dose=_action() == "changed",
        is_treatment_emergent="is_emergent",
        start_day=_day("start"),
        end_day=_day("end"),
    )


def _is_fatal() -> pl.Expr:
    """Whether the event led to death, by its own flag or its outcome; null where neither says."""
    flag = (
        pl.col("led_to_death").str.to_uppercase().replace_strict(truths("flag"), default=None, return_dtype=pl.Boolean)
    )
    outcome = (
        pl.col("outcome").str.to_uppercase().replace_strict(truths("outcome"), default=None, return_dtype=pl.Boolean)
    )
    # One of the two is often left out: the other then decides.
    return pl.max_horizontal(flag, outcome)


def _action() -> pl.Expr:
    """What was done with the treatment: stopped, changed or nothing; null where it is not known."""
    return pl.col("action").str.to_uppercase().replace_strict(words("action"), default=None, return_dtype=pl.String)


def _day(name: str) -> pl.Expr:
    """The study day of an event, the first dose being day 1 and no day being 0; as given where a date is partial.

    A package may count its own days from another event, such as randomisation, so dates go first.
    """
    since = (day_of(name) - day_of("first_dose")).dt.total_days()
    return pl.coalesce(pl.when(since >= 0).then(since + 1).otherwise(since), _whole(f"{name}_day"))


def _whole(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
