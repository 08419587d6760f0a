"""Which edition graded the events: as `study.yaml` says, else as the label of the grade variable says."""

import re
from dataclasses import dataclass
from functools import cache

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.study import Study
from safety_pipeline.reference.read import DATA, read_keyed

NOT_STATED = "not stated"


@dataclass(frozen=True)
class Grading:
    """An edition of the NCI criteria and how it is known."""

    edition: str
    basis: str
    evidence: str | None = None


def grading_of(study: Study, events: Dataset) -> Grading:
    """The edition, if the manifest or exactly one edition in the labels of the event data set says so."""
    if study.grading_system is not None:
        said = study.grading_system
        return Grading(said.edition, said.basis, said.evidence or "study.yaml")
    named = {edition: name for name, label in events.labels.items() for edition in _editions(label)}
    if len(named) == 1:
        edition, name = next(iter(named.items()))
        return Grading(edition, "stated", f"label of {events.name}.{name}")
    return Grading(NOT_STATED, "not_stated")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The wordings of editions are the same as in registers."""
    columns = ("pattern", "grading_system")
    rows = read_keyed([DATA / "register" / "edition.csv"], columns, columns)
    return tuple((edition, re.compile(pattern, re.IGNORECASE)) for pattern, edition in rows.iter_rows())


def _editions(label: str) -> set[str]:
    return {edition for edition, pattern in _patterns() if pattern.search(label)}
