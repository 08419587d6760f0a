"""Which edition graded the events: as `study.yaml` says, else as labels or `define.xml` say of the grade."""

import re
from dataclasses import dataclass
from functools import cache

from safety_pipeline.ingest.cdisc.files import Dataset, Definitions
from safety_pipeline.ingest.cdisc.package.study import Study
from safety_pipeline.ingest.cdisc.package.words import variables
from safety_pipeline.reference.read import DATA, read_keyed

NOT_STATED = "not stated"


@dataclass(frozen=True)
class Grading:
    """An edition of the NCI criteria and how it is known."""

    edition: str
    basis: str
    evidence: str | None = None


def grading_of(study: Study, events: Dataset, definitions: Definitions | None) -> Grading:
    """The edition, if the manifest says so, or if labels and define.xml name exactly one."""
    if study.grading_system is not None:
        said = study.grading_system
        return Grading(said.edition, said.basis, said.evidence or "study.yaml")
    named = [*_by_labels(events), *(_by_definitions(events, definitions) if definitions else [])]
    if len({edition for edition, _ in named}) == 1:
        edition, evidence = named[0]
        return Grading(edition, "stated", evidence)
    return Grading(NOT_STATED, "not_stated")


def _by_labels(events: Dataset) -> list[tuple[str, str]]:
    return [
        (edition, f"label of {events.name}.{name}")
        for name, label in events.labels.items()
        for edition in _editions(label)
    ]


def _by_definitions(events: Dataset, definitions: Definitions) -> list[tuple[str, str]]:
    """What is said of the variables that carry a grade; where nothing is, the only edition among the dictionaries."""
    graded = [
        (edition, f"{definitions.file}, {name}")
        for name in variables(events.name)["grade"]
        for text in definitions.of_variable.get(name, ())
        for edition in _editions(text)
    ]
    listed = [
        (edition, f"{definitions.file}, dictionary {text}")
        for text in definitions.dictionaries
        for edition in _editions(text)
    ]
    return graded or listed


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The wordings of editions are the same as in registers."""
    columns = ("pattern", "grading_system")
    rows = read_keyed([DATA / "register" / "edition.csv"], columns, columns)
    return tuple((edition, re.compile(pattern, re.IGNORECASE)) for pattern, edition in rows.iter_rows())


def _editions(label: str) -> set[str]:
    return {edition for edition, pattern in _patterns() if pattern.search(label)}
