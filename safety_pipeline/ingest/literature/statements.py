"""Rows of `ingested/cell` from counts that a manifest takes out of running text."""

from collections.abc import Iterator
from dataclasses import replace

from safety_pipeline.ingest.literature.cells import REFUSED, Accepted, Record, Refused, Source
from safety_pipeline.ingest.literature.columns import at_risk
from safety_pipeline.ingest.literature.grades import parse_grades
from safety_pipeline.ingest.literature.manifest import Statement
from safety_pipeline.ingest.literature.numbers.counts import Count, printed_count
from safety_pipeline.ingest.literature.numbers.printed import Printed
from safety_pipeline.ingest.literature.places import Fault


def statement_rows(source: Source) -> Iterator[Accepted | Refused]:
    """One row for each statement, numbered in the order of the manifest."""
    for number, statement in enumerate(source.table.statements, start=1):
        counted = _count(source, statement)
        where = _coordinates(source, statement, number)
        if isinstance(counted, Fault):
            explanation = f"document.yaml, {source.table.label}, statement {number}: {counted.explanation}"
            yield Refused({**where, "rule": counted.rule, "explanation": explanation})
            n_at_risk = at_risk(source.manifest, source.table, statement.arm)
            yield Accepted({**where, **_event(source, statement), **Count(REFUSED, n_at_risk).record()})
        else:
            yield Accepted({**where, **_event(source, statement), **counted.record()})


def _count(source: Source, statement: Statement) -> Count | Fault:
    number = statement.episodes if statement.count_unit == "episodes" else statement.n
    value = Printed(_printed(statement), number, statement.percent)
    counted = printed_count(value, at_risk(source.manifest, source.table, statement.arm), statement.count_unit)
    if isinstance(counted, Count) and statement.status and statement.count_unit == "patients":
        return replace(counted, status=statement.status)
    return counted


def _printed(statement: Statement) -> str:
    if statement.printed:
        return statement.printed
    if statement.percent is not None and statement.n is None:
        return f"{statement.percent}%"
    return str(statement.episodes if statement.episodes is not None else statement.n)


def _coordinates(source: Source, statement: Statement, number: int) -> Record:
    return {
        **source.place(),
        "trial_id": source.manifest.trial_of(statement.arm),
        "row_number": number,
        "row_label": statement.term,
        "column_role": "arm",
        "arm_id": source.arm_id(statement.arm),
        "printed": _printed(statement),
    }


def _event(source: Source, statement: Statement) -> Record:
    grades = parse_grades(statement.grades)
    return {
        "table_id": str(source.number),
        "column_number": 1,
        "term_as_reported": statement.term,
        "is_composite": False,
        "concept_relation": statement.concept_relation,
        "grading_system": source.manifest.grading_system.edition,
        "grade_lower_reported": grades.lower,
        "grade_upper_reported": grades.upper,
        "grade_band_as_reported": grades.band,
        "grade_counting": source.table.grade_counting,
        "count_unit": statement.count_unit,
        "outcome": source.table.outcome,
        "attribution": source.table.attribution,
        "note": statement.evidence,
    }
