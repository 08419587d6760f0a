"""Subject-level events as arm-level counts: a subject counts once, at the worst grade; no subject leaves here."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from safety_pipeline.engine import computed_once, on_small_frame, to_engine_of
from safety_pipeline.harmonise.cells import Frame
from safety_pipeline.harmonise.counting.counted import DOUBTS, as_reported, n_subjects
from safety_pipeline.harmonise.counting.meanings import TEXT, UNCODED, meanings, with_wording
from safety_pipeline.harmonise.counting.nested import GROUP, PLACE
from safety_pipeline.harmonise.counting.questions import asked, questions_of_files, what_is_known
from safety_pipeline.reference.references import References
from safety_pipeline.reference.totals import ANY_EVENT

_ROW = ("label", "given_concept", "is_member")
_SYSTEM = ("document_id", "label", "given_concept", "body_system_as_reported")
# How the name of a subject begins that a refused row does not give.
OF_ANYBODY = "?"
_LISTING = tuple(name for name in PLACE if name != "arm_id")


def counted_subjects(tables: Mapping[str, Frame], references: References) -> Frame:
    """One row per arm, term or headline concept, band and attribution, shaped like a printed cell.

    Concepts have a row for every arm, also where no subject had an event; terms only where one had.
    """
    events = computed_once(counted_events(tables))
    meant = computed_once(meanings(with_wording(events), references))
    grouped = _groups(events, meant)
    counts = computed_once(_capped(_subjects_once(asked(grouped)), tables))
    zeros = _zeros(counts, questions_of_files(tables, events), tables, references)
    described = nw.concat([counts, zeros], how="vertical").join(
        _body_systems(grouped), on=["document_id", "label", "given_concept"], how="left"
    )
    return as_reported(described, tables, _members(meant))


def asked_of_groups(events: Frame, references: References) -> Frame:
    """One row per event, group it counts in (term, headline concept, any event) and question it may answer."""
    return asked(_groups(events, computed_once(meanings(with_wording(events), references))))


def counted_events(tables: Mapping[str, Frame]) -> Frame:
    """Events of the safety population that are or may be treatment-emergent; all where none is marked either way.

    An event that is not known to be treatment-emergent among marked ones is not ``is_placed``: it opens the upper
    bound and adds nothing to the lower one. So does a refused row; without a known subject it may be of anybody.
    """
    subjects = tables["subject"].filter(nw.col("is_safety_population") & ~nw.col("arm_id").is_null())
    events = tables["event"].with_columns(is_refused=nw.col("is_refused").fill_null(value=False))
    own = _in_their_arms(events, subjects)
    everybody = nw.concat([own, _of_anybody(events, tables["subject"], subjects)], how="vertical")
    known = everybody.join(what_is_known(events), on="document_id", how="left")
    emergent, refused = nw.col("is_treatment_emergent"), nw.col("is_refused")
    has_marks = nw.col("has_marks").fill_null(value=False)
    placed = known.with_columns(
        has_grades=nw.col("has_grades").fill_null(value=False),
        has_judgements=nw.col("has_judgements").fill_null(value=False),
        has_marks=has_marks,
        is_placed=~refused & (emergent.fill_null(value=False) | ~has_marks),
    )
    return placed.filter(nw.col("is_placed") | emergent.is_null() | (refused & emergent))


def _in_their_arms(events: Frame, subjects: Frame) -> Frame:
    """The events of known subjects with the arm they count in; every arm of the subject where that is not known."""
    courses = subjects.select("document_id", "subject_id", "arm_id", own_course="course_number")
    each = events.join(courses, on=["document_id", "subject_id"], how="inner")
    is_own = nw.col("course_number").is_null() | (nw.col("course_number") == nw.col("own_course"))
    return each.filter(is_own).drop("own_course")


def _of_anybody(events: Frame, everybody: Frame, subjects: Frame) -> Frame:
    """Refused rows without a subject that is known, once for each arm, under a name that no subject has."""
    names = everybody.select("document_id", "subject_id").unique().with_columns(is_known=nw.lit(value=True))
    strangers = events.filter(nw.col("is_refused")).join(names, on=["document_id", "subject_id"], how="left")
    nobody = nw.concat_str(nw.lit("row "), nw.col("event_number").cast(nw.String))
    named = strangers.filter(nw.col("is_known").is_null()).with_columns(
        subject_id=nw.concat_str(nw.lit(OF_ANYBODY), nw.coalesce(nw.col("subject_id"), nobody))
    )
    arms = subjects.select("document_id", "arm_id").unique()
    return named.drop("is_known").join(arms, on="document_id", how="inner")


def _groups(events: Frame, meant: Frame) -> Frame:
    """Each event once for each row it counts in, for certain or possibly: its term, headline concepts, any event.

    What cannot be read may also be an event of any other term of its listing.
    """
    each = computed_once(with_wording(events).join(meant, on=list(TEXT), how="inner"))
    columns = [*events.collect_schema().names(), *_ROW]
    of_terms = each.filter((nw.col("given_concept") == "") & (nw.col("label") != UNCODED))
    terms = of_terms.select(*_LISTING, "label").unique()
    unread = each.filter(~nw.col("is_read") & (nw.col("given_concept") == ANY_EVENT)).drop("label")
    possible = unread.join(terms, on=list(_LISTING), how="inner").with_columns(
        given_concept=nw.lit(""), is_member=nw.lit(0, nw.Int64)
    )
    return nw.concat([each.select(*columns), possible.select(*columns)], how="vertical")


def _members(meant: Frame) -> Frame:
    """One row per coded term that counts wholly for a headline concept."""
    inside = meant.filter(nw.col("is_coded") & (nw.col("is_member") == 1))
    wholly = inside.filter(~nw.col("given_concept").is_in(["", ANY_EVENT]))
    return wholly.select(concept="given_concept", label="wording").unique()


def _body_systems(grouped: Frame) -> Frame:
    """One row per document and coded term with its organ systems as recorded, several joined by `; `."""
    terms = grouped.filter(
        (nw.col("given_concept") == "") & (nw.col("is_member") == 1) & ~nw.col("body_system_as_reported").is_null()
    )
    named = terms.select(*_SYSTEM).unique()
    return on_small_frame(named, _systems_joined, dict.fromkeys(_SYSTEM, pl.String()))


def _systems_joined(named: pl.DataFrame) -> pl.DataFrame:
    joined = pl.col("body_system_as_reported").sort().str.join("; ")
    return named.group_by(_SYSTEM[:-1]).agg(joined).select(_SYSTEM)


def _subjects_once(levels: Frame) -> Frame:
    """One row per group with the subjects that certainly, and those that possibly, had an event of it.

    Each doubt is true where the bounds differ because of it: it is not known of an event whether it is
    treatment-emergent, its row was refused, or it is not known whether its term belongs to the row.
    """
    doubted = levels.with_columns(
        is_opened=(~nw.col("is_placed") & ~nw.col("is_refused")).cast(nw.Int64),
        has_refused_rows=nw.col("is_refused").cast(nw.Int64),
        has_unread_terms=((nw.col("is_member") == 0) & ~nw.col("is_refused")).cast(nw.Int64),
    )
    subjects = doubted.group_by(*GROUP, "subject_id").agg(
        nw.col("is_certain").max(), *(nw.col(name).min() for name in DOUBTS)
    )
    open_ones = subjects.with_columns(
        ((nw.lit(1) - nw.col("is_certain")) * nw.col(name)).alias(name) for name in DOUBTS
    )
    return open_ones.group_by(*GROUP).agg(
        nw.col("is_certain").sum().cast(nw.Int64).alias("n_lower"),
        nw.len().cast(nw.Int64).alias("n_upper"),
        *((nw.col(name).max() > 0).alias(name) for name in DOUBTS),
    )


def _capped(counts: Frame, tables: Mapping[str, Frame]) -> Frame:
    """The counts with no more subjects than the arm has: events of anybody may be of those counted already."""
    arms = n_subjects(tables["subject"])
    capped = counts.join(arms, on=["document_id", "arm_id"], how="left").with_columns(
        n_upper=nw.min_horizontal("n_upper", "n_subjects")
    )
    return capped.drop("n_subjects")


def _zeros(counts: Frame, questions: Frame, tables: Mapping[str, Frame], references: References) -> Frame:
    """A zero for each concept in each arm that has subjects, and for each question about a term an arm had."""
    concepts = to_engine_of(references.union_concepts, counts)
    peopled = tables["subject"].filter(nw.col("is_safety_population")).select("document_id", "arm_id").unique()
    arms = tables["arm"].select("document_id", "arm_id").join(peopled, on=["document_id", "arm_id"], how="inner")
    of_concepts = questions.join(arms, on="document_id", how="inner").join(concepts, how="cross")
    had = counts.filter((nw.col("given_concept") == "") & (nw.col("band") == "any"))
    terms = had.filter(nw.col("attribution") == "all_causality").select(*PLACE, "label", "given_concept")
    of_terms = questions.join(terms, on=list(_LISTING), how="inner")
    grid = nw.concat([of_concepts.select(*GROUP), of_terms.select(*GROUP)], how="vertical")
    none = nw.lit(0).cast(nw.Int64)
    missing = grid.join(counts.select(*GROUP), on=list(GROUP), how="anti")
    no_doubt = {name: nw.lit(value=False) for name in DOUBTS}
    return missing.with_columns(n_lower=none, n_upper=none, **no_doubt).select(*GROUP, "n_lower", "n_upper", *DOUBTS)
