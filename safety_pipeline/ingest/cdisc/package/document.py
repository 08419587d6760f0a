"""Rows of `ingested/document` and `ingested/source_table` of a package."""

import re

import polars as pl

from safety_pipeline.ingest.cdisc.package.other_form import notes_on_arms, notes_on_events
from safety_pipeline.ingest.cdisc.package.refusals import Record
from safety_pipeline.ingest.cdisc.package.trial import trial_facts
from safety_pipeline.ingest.cdisc.package.words import note, of_role
from safety_pipeline.ingest.cdisc.people.arms import document_drug
from safety_pipeline.ingest.cdisc.people.population import population
from safety_pipeline.ingest.cdisc.reading import Reading, studies_of


def document_row(reading: Reading) -> Record:
    """The package as a document of its trial; analysed events come before collected ones of the same trial."""
    study, grading = reading.study, reading.grading
    is_analysed = reading.package.events.name == of_role("events")[0]
    assigned = reading.subjects.frame["planned_label"].count()
    return {
        **reading.place,
        **trial_facts(study, reading.package.trial),
        **({"allocation": "non_randomised"} if study.pooled_studies else {}),
        "kind": "cdisc",
        "grading_system": grading.edition,
        "grading_system_basis": grading.basis,
        "grading_system_evidence": grading.evidence,
        "drug": document_drug(reading.drugs),
        "n_enrolled": assigned or None,
        "n_safety": reading.subjects.frame.filter("is_safety_population", pl.col("arm_label").is_not_null()).height,
        "has_toxicity_results": True,
        "note": _published_note(reading),
        "document_priority": study.document_priority or (1 if is_analysed else 2),
        "same_patients_as": "; ".join(study.same_patients_as) or None,
        "content_sha256": reading.delivery.content_sha256,
    }


def source_table_row(reading: Reading) -> Record:
    """The listing of events; what is said of it beyond the columns stands in the note."""
    events = reading.package.events
    return {
        **reading.place,
        "table_label": events.name,
        "table_kind": "subject_level",
        "source_file": events.file,
        "table_priority": 1,
        "attribution": "all_causality",
        "complete_from_grade": 1 if reading.events.is_complete else None,
        "grade_counting": "worst",
        "analysis_population": population(reading.study, reading.subjects, reading.package.subjects.name),
        "table_evidence": reading.events.notes[0],
        "note": " ".join(_notes(reading)) or None,
        "min_cell": reading.min_cell,
    }


# How many subjects, events or rows a note counts.
_NUMBER = re.compile(r"\b\d+(?= (?:treated |more )?(?:subjects|events|lines|rows))")


def _published_note(reading: Reading) -> str:
    """What a reader of the package's counts must know; without numbers below the smallest cell that may be shown."""
    said = " ".join([reading.events.notes[0], *_notes(reading)])
    smallest = reading.min_cell or 0
    return _NUMBER.sub(lambda found: "some" if 0 < int(found[0]) < smallest else found[0], said)


def _notes(reading: Reading) -> list[str]:
    dictionaries = reading.package.definitions.dictionaries if reading.package.definitions else ()
    coded = [note("dictionaries", names=", ".join(each[:60] for each in dictionaries[:10]))] if dictionaries else []
    recoded = [note("encoding", file=each.file) for each in reading.package.used if each.is_recoded]
    studies = studies_of(reading.package)
    pooled = [note("pooled", names=", ".join(studies[:10]))] if len(studies) > 1 else []
    return [
        *reading.events.notes[1:],
        *pooled,
        *reading.subjects.notes,
        *_not_counted(reading),
        *reading.package.notes,
        *coded,
        *recoded,
    ]


def _not_counted(reading: Reading) -> list[str]:
    """What is said of the data sets that lie there too, and of what they say differently."""
    package = reading.package
    pairs = ((package.subjects, package.other_subjects), (package.events, package.other_events))
    both = [
        note("both_used", used=used.name, unused=other.name, rows=other.frame.height)
        for used, other in pairs
        if other is not None
    ]
    arms = notes_on_arms(package.subjects, reading.elsewhere)
    return [*both, *arms, *notes_on_events(package.events, package.other_events)]
