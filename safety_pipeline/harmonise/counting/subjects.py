"""Subject-level events as arm-level counts: a subject counts once, at the worst grade; no subject leaves here."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from safety_pipeline.engine import beside
from safety_pipeline.harmonise.cells import Frame
from safety_pipeline.harmonise.counting.counted import as_reported
from safety_pipeline.harmonise.counting.nested import ANY_EVENT, GROUP, PLACE
from safety_pipeline.harmonise.counting.questions import asked, questions_of_files, what_is_known
from safety_pipeline.harmonise.matching.terms import matched
from safety_pipeline.reference.references import References

_LEVELS = pl.DataFrame({"level": ["term", "concept", "any_event"]})


def counted_subjects(tables: Mapping[str, Frame], references: References) -> Frame:
    """One row per arm, term or headline concept, band and attribution, shaped like a printed cell.

    Concepts have a row for every arm, also where no subject had an event; terms only where one had.
    """
    events = counted_events(tables)
    grouped = _with_concepts(events, references)
    counts = _subjects_once(asked(_levels(grouped, references)))
    zeros = _zeros(counts, questions_of_files(tables, events), tables, references)
    return as_reported(nw.concat([counts, zeros], how="vertical"), tables, _members(grouped))


def asked_of_groups(events: Frame, references: References) -> Frame:
    """One row per event, group it counts in (term, headline concept, any event) and question it may answer."""
    return asked(_levels(_with_concepts(events, references), references))


def _members(events: Frame) -> Frame:
    """One row per term that counts for a headline concept."""
    inside = events.filter(~nw.col("concept").is_null())
    return inside.select("concept", label="term_as_reported").unique()


def counted_events(tables: Mapping[str, Frame]) -> Frame:
    """Events of the safety population that are or may be treatment-emergent; all where none is marked either way.

    An event that is not known to be treatment-emergent among marked ones is not ``is_placed``: it opens the upper
    bound and adds nothing to the lower one.
    """
    subjects = tables["subject"].filter(nw.col("is_safety_population") & ~nw.col("arm_id").is_null())
    events = tables["event"].join(
        subjects.select("document_id", "subject_id", "arm_id"), on=["document_id", "subject_id"], how="inner"
    )
    known = events.join(what_is_known(tables["event"]), on="document_id", how="left")
    emergent = nw.col("is_treatment_emergent")
    placed = known.with_columns(is_placed=emergent.fill_null(value=False) | ~nw.col("has_marks"))
    return placed.filter(nw.col("is_placed") | emergent.is_null())


def _with_concepts(events: Frame, references: References) -> Frame:
    """Each event with the headline concept it belongs to wholly, null for any other."""
    texts = events.select(
        "grading_system",
        source_kind=nw.lit("subject"),
        _term=nw.col("term_as_reported"),
        _parent=nw.lit(""),
    ).unique()
    targets = beside(references.targets.select("target_id", "concept", "concept_relation"), texts)
    headlines = beside(references.headlines, texts)
    inside = (
        matched(texts, references)
        .join(targets, on="target_id", how="inner")
        .filter(nw.col("concept_relation").is_in(["equal", "subset"]))
        .join(headlines, on="concept", how="inner")
        .select("grading_system", "concept", "concept_label", nw.col("_term").alias("term_as_reported"))
    )
    return events.join(inside, on=["grading_system", "term_as_reported"], how="left")


def _levels(events: Frame, references: References) -> Frame:
    """Each event once for its term, once for its headline concept, once for any event."""
    levels = events.join(beside(_LEVELS, events), how="cross")
    is_term, is_concept = nw.col("level") == "term", nw.col("level") == "concept"
    named = levels.with_columns(
        label=nw.when(is_term)
        .then(nw.col("term_as_reported"))
        .when(is_concept)
        .then(nw.col("concept_label"))
        .otherwise(nw.lit(references.any_event_label)),
        given_concept=nw.when(is_term)
        .then(nw.lit(""))
        .when(is_concept)
        .then(nw.col("concept"))
        .otherwise(nw.lit(ANY_EVENT)),
    )
    return named.filter(~nw.col("given_concept").is_null())


def _subjects_once(levels: Frame) -> Frame:
    """One row per group with the subjects that certainly, and those that possibly, had an event of it.

    ``is_opened`` where the bounds differ because it is not known of an event whether it is treatment-emergent.
    """
    subjects = levels.group_by(*GROUP, "subject_id").agg(
        nw.col("is_certain").max(), is_placed=nw.col("is_placed").cast(nw.Int64).min()
    )
    opened = (nw.lit(1) - nw.col("is_certain")) * (nw.lit(1) - nw.col("is_placed"))
    counts = subjects.with_columns(_opened=opened).group_by(*GROUP)
    return counts.agg(
        n_lower=nw.col("is_certain").sum().cast(nw.Int64),
        n_upper=nw.len().cast(nw.Int64),
        is_opened=nw.col("_opened").max() > 0,
    )


def _zeros(counts: Frame, questions: Frame, tables: Mapping[str, Frame], references: References) -> Frame:
    """A zero for each concept in each arm that has subjects, and for each question about a term an arm had."""
    listing = [name for name in PLACE if name != "arm_id"]
    concepts = beside(references.union_concepts, counts)
    peopled = tables["subject"].filter(nw.col("is_safety_population")).select("document_id", "arm_id").unique()
    arms = tables["arm"].select("document_id", "arm_id").join(peopled, on=["document_id", "arm_id"], how="inner")
    of_concepts = questions.join(arms, on="document_id", how="inner").join(concepts, how="cross")
    had = counts.filter((nw.col("given_concept") == "") & (nw.col("band") == "any"))
    terms = had.filter(nw.col("attribution") == "all_causality").select(*PLACE, "label", "given_concept")
    of_terms = questions.join(terms, on=listing, how="inner")
    grid = nw.concat([of_concepts.select(*GROUP), of_terms.select(*GROUP)], how="vertical")
    none = nw.lit(0).cast(nw.Int64)
    missing = grid.join(counts.select(*GROUP), on=list(GROUP), how="anti")
    zeros = missing.with_columns(n_lower=none, n_upper=none, is_opened=nw.lit(value=False))
    return zeros.select(*GROUP, "n_lower", "n_upper", "is_opened")
