"""The adverse events of a package: what is counted, what is refused, and what was judged of each."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.adverse_events.coding import is_readable, says_no_event, with_coded_terms
from safety_pipeline.ingest.cdisc.adverse_events.emergence import emergence
from safety_pipeline.ingest.cdisc.package.opened_package import OpenedPackage
from safety_pipeline.ingest.cdisc.package.refusals import Record, row_refusals, value_refusals
from safety_pipeline.ingest.cdisc.package.study import Attribution
from safety_pipeline.ingest.cdisc.package.words import note, truths, words
from safety_pipeline.ingest.cdisc.people.courses import Courses
from safety_pipeline.ingest.cdisc.people.periods import with_treatment
from safety_pipeline.ingest.cdisc.people.subjects import Subjects, day_of

# A number, after a word for grade or before one for how bad that is: `3`, `3.0`, `Grade 3`, `G3`, `3 - Severe`.
_BEFORE, _AFTER = r"(?:(?:ctc(?:ae)?[\s-]*)?(?:toxicity\s*)?(?:grade|gr\.?|g))?", r"(?:\s*[-:=,(]\s*[a-z][a-z \-]*\)?)?"
_GRADE = rf"(?i)^{_BEFORE}\s*([1-5])(?:\.0+)?{_AFTER}$"
_SEVERE = 3
# What tells an event row from one that only names a subject without events.
_CONTENT = ("body_system", "grade", "severity", "serious", "relation", "emergent", "start", "end")
_ROW_RULES = (
    "event_row_is_not_blank",
    "event_has_a_subject",
    "event_has_a_term",
    "subject_is_known",
    "row_is_of_a_total",
    "event_is_of_a_later_treatment",
    "event_is_under_the_subjects_treatment",
)
# Refused rows that may be an event of somebody in a denominator.
_MAY_COUNT = (
    "event_has_a_subject",
    "event_has_a_term",
    "subject_is_known",
    "event_is_under_the_subjects_treatment",
)


@dataclass(frozen=True)
class Events:
    """One row per event that could be read, and per refused row that may be one (``is_refused``).

    ``is_complete`` where no row was lost that may be an event of the safety population, and each event that may be
    treatment-emergent is coded in words that can be read, and graded: only then does a term that is not listed mean 0
    in every band. Without grades a severe event may hide behind any row.
    """

    frame: pl.DataFrame
    refusals: tuple[Record, ...]
    notes: tuple[str, ...]
    is_complete: bool


def read_events(package: OpenedPackage, subjects: Subjects, given: Courses, attribution: Attribution) -> Events:
    """Events with grade, seriousness, relation and treatment emergence; a wrong grade costs the grade only."""
    dataset = package.events
    judged = _with_rule(with_treatment(with_coded_terms(dataset.frame), subjects, given, dataset.file))
    refusals = [record for rule in _ROW_RULES for record in row_refusals(dataset, judged.filter(rule=rule), rule)]
    graded = judged.filter(_may_count(_outside(package))).with_columns(grade_read=_grade())
    wrong = graded.filter(_IS_KEPT, pl.col("grade").is_not_null() & pl.col("grade_read").is_null())
    denied = graded.filter(_IS_KEPT & _is_mild_and_fatal())
    graded = graded.with_columns(grade_read=pl.when(~_is_mild_and_fatal()).then("grade_read"))
    marked = emergence(dataset, package.supplement, graded)
    related = _with_relation(_with_doubt_of_grade_zero(marked.frame), attribution)
    counted = related.filter(_IS_KEPT & pl.col("is_safety_population"), pl.col("is_emergent").fill_null(value=True))
    counts = {
        "relation_unknown": related.select((_IS_KEPT & _is_unknown_relation()).sum()).item(),
        "severity_unknown": related.select((_IS_KEPT & _is_unknown_severity()).sum()).item(),
        "uncoded": counted["term"].null_count(),
        "unread_terms": counted.filter(~_is_readable()).height,
    }
    return Events(
        _columns(related),
        (
            *refusals,
            *value_refusals(dataset, wrong, "grade_is_1_to_5", "grade"),
            *value_refusals(dataset, denied, "grade_fits_the_outcome", "grade"),
        ),
        (*marked.notes, *(note(name, n=n) for name, n in counts.items() if n)),
        is_complete=_is_complete(related, counted, counts),
    )


_IS_KEPT = pl.col("rule").is_null()


def _with_doubt_of_grade_zero(events: pl.DataFrame) -> pl.DataFrame:
    """The events; one of grade 0, which is none by the criteria, may count or not."""
    is_none = pl.col("grade").cast(pl.String).str.contains(r"(?i)^\s*(?:g(?:r(?:ade)?)?\.?\s*)?0+(?:\.0+)?\s*$")
    emergent = pl.col("is_emergent")
    return events.with_columns(is_emergent=pl.when(~(is_none & emergent).fill_null(value=False)).then(emergent))


def _outside(package: OpenedPackage) -> list[str]:
    """Subjects that one of the package's own lists names, in a denominator or not: their rows are nobody else's."""
    lists = [each.frame["subject"] for each in (package.subjects, package.other_subjects) if each is not None]
    return pl.concat(lists).drop_nulls().unique().to_list()


def _may_count(listed: list[str]) -> pl.Expr:
    """Whether a row is an event, or is refused and may be one of somebody in a denominator."""
    of_others = (pl.col("rule") == "subject_is_known") & pl.col("subject").is_in(listed)
    return _IS_KEPT | (pl.col("rule").is_in(_MAY_COUNT) & ~of_others.fill_null(value=False))


def _is_readable() -> pl.Expr:
    """Whether the words of a coded term are known; what is not coded is told apart."""
    known = pl.col("term").map_elements(is_readable, return_dtype=pl.Boolean, skip_nulls=True)
    return known.fill_null(value=True)


def _is_unknown_relation() -> pl.Expr:
    return pl.col("relation").is_not_null() & pl.col("is_related").is_null()


def _severity() -> pl.Expr:
    return pl.col("severity").str.to_uppercase().replace_strict(words("severity"), default=None, return_dtype=pl.String)


def _is_unknown_severity() -> pl.Expr:
    return pl.col("severity").is_not_null() & _severity().is_null()


def _is_complete(rows: pl.DataFrame, counted: pl.DataFrame, counts: dict[str, int]) -> bool:
    lost = rows.filter(~_IS_KEPT, pl.col("is_safety_population").fill_null(value=True))
    is_worded = not counts["uncoded"] and not counts["unread_terms"]
    return lost.is_empty() and is_worded and not counted["grade_read"].null_count()


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
        (nameless & blank) | says_no_event(),
        pl.col("subject").is_null(),
        nameless,
        pl.col("is_known").is_null(),
        pl.col("is_of_total"),
        pl.col("is_later"),
        pl.col("is_elsewhere"),
    )
    ruled = [pl.when(is_broken).then(pl.lit(rule)) for is_broken, rule in zip(broken, _ROW_RULES, strict=True)]
    return rows.with_columns(rule=pl.coalesce(ruled))


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
        "course_number",
        subject_id="subject",
        term_as_reported="term",
        verbatim="verbatim",
        body_system_as_reported="body_system",
        grade="grade_read",
        severity=_severity(),
        seriousness=pl.when(serious).then(pl.lit("serious")).when(~serious).then(pl.lit("other")),
        relatedness="relation",
        is_related="is_related",
        is_fatal=_is_fatal(),
        has_stopped_treatment=_action() == "stopped",
        has_changed_dose=_action() == "changed",
        is_treatment_emergent="is_emergent",
        is_emergence_told="is_told",
        is_refused=~_IS_KEPT,
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


def _is_mild_and_fatal() -> pl.Expr:
    """Whether an event is graded as not severe and led to death, which is grade 5: one of the two is wrong."""
    return (_is_fatal() & (pl.col("grade_read") < _SEVERE)).fill_null(value=False)


def _action() -> pl.Expr:
    """What was done with the treatment: stopped, changed or nothing; null where it is not known."""
    return pl.col("action").str.to_uppercase().replace_strict(words("action"), default=None, return_dtype=pl.String)


def _day(name: str) -> pl.Expr:
    """The study day of an event, the first dose being day 1 and no day being 0; as given where a date is partial.

    A package may count its own days from another event, such as randomisation, so dates go first; its days are never
    those of a later treatment.
    """
    since = (day_of(name) - day_of("first_dose")).dt.total_days()
    written = pl.when(pl.col("course_number").fill_null(1) == 1).then(_whole(f"{name}_day"))
    return pl.coalesce(pl.when(since >= 0).then(since + 1).otherwise(since), written)


def _whole(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
