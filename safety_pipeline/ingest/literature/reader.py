"""One literature delivery, manifest and tables, read into the ingested tables."""

from collections.abc import Iterable, Iterator

from safety_pipeline.ingest.literature.arm_drugs import drug_of_arm
from safety_pipeline.ingest.literature.cells import Accepted, Record, Refused, Source, line_rows, stray_rows
from safety_pipeline.ingest.literature.columns import count_columns
from safety_pipeline.ingest.literature.files import open_grid
from safety_pipeline.ingest.literature.layout.refused.listing import refuse_listing
from safety_pipeline.ingest.literature.layout.refused.safety import refuse_case_series
from safety_pipeline.ingest.literature.lines.line_reader import LineReader
from safety_pipeline.ingest.literature.manifest import Arm, Manifest, Table, load
from safety_pipeline.ingest.literature.places import Line
from safety_pipeline.ingest.literature.statements import statement_rows
from safety_pipeline.tables.delivery import Delivery, Ingested, RefusedError, refused
from safety_pipeline.tables.ingested import ARM, CELL, DOCUMENT, REFUSAL, SOURCE_TABLE


def read(delivery: Delivery) -> Ingested:
    """The tables of one document; whatever cannot be read is a row of `refusal`, never an exception."""
    try:
        manifest = load(delivery.path, delivery.name)
    except RefusedError as error:
        return refused(delivery, error)
    sources = [Source(delivery.delivery_id, manifest, table, at) for at, table in enumerate(manifest.tables, start=1)]
    rows = [row for source in sources for row in _table_rows(delivery, source)]
    return Ingested(
        document=DOCUMENT.from_rows([_document(delivery, manifest)]),
        source_table=SOURCE_TABLE.from_rows([_source_table(source) for source in sources]),
        arm=ARM.from_rows([_arm(delivery, manifest, arm) for arm in manifest.arms]),
        cell=CELL.from_rows([row.record for row in rows if isinstance(row, Accepted)]),
        refusal=REFUSAL.from_rows([row.record for row in rows if isinstance(row, Refused)]),
    )


def _table_rows(delivery: Delivery, source: Source) -> Iterable[Accepted | Refused]:
    """The rows of one table; a table that cannot be read is one refusal, and the others go on."""
    try:
        return list(_read_table(delivery, source))
    except RefusedError as error:
        return [Refused({**source.place(), "rule": error.rule, "explanation": error.explanation})]


def _read_table(delivery: Delivery, source: Source) -> Iterator[Accepted | Refused]:
    if source.table.file is None:
        yield from statement_rows(source)
        return
    grid = open_grid(delivery.path, source.table.file, source.table.table_number)
    refuse_listing(grid, source.table.file)
    refuse_case_series(grid, source.table)
    columns = count_columns(source.manifest, source.table, grid)
    lines = list(LineReader(grid, source.table, columns).read())
    if not lines:
        raise RefusedError(
            "table_has_rows",
            f"{source.table.file}: no rows below the {source.table.header_rows} header rows; mend header_rows",
        )
    for line in lines:
        yield from line_rows(source, line, columns) if isinstance(line, Line) else stray_rows(source, line, columns)


def _document(delivery: Delivery, manifest: Manifest) -> Record:
    document = manifest.document
    return {
        **document.model_dump(exclude={"evidence", "same_patients_as"}),
        "same_patients_as": "; ".join(document.same_patients_as) or None,
        "delivery_id": delivery.delivery_id,
        "kind": "literature",
        "trial_id": manifest.trial_id,
        "grading_system": manifest.grading_system.edition,
        "grading_system_basis": manifest.grading_system.basis,
        "grading_system_evidence": manifest.grading_system.evidence,
        "content_sha256": delivery.content_sha256,
    }


def _source_table(source: Source) -> Record:
    table = source.table
    threshold = table.threshold
    return {
        **source.place(),
        "table_kind": table.kind,
        "table_priority": table.priority,
        "attribution": table.attribution,
        "threshold_percent": threshold.percent if threshold else None,
        "threshold_operator": threshold.operator if threshold else None,
        "threshold_scope": threshold.scope if threshold else None,
        "complete_from_grade": table.complete_from_grade,
        "grade_counting": table.grade_counting,
        "outcome": table.outcome,
        "analysis_population": table.analysis_population,
        "time_frame": table.time_frame,
        "table_evidence": table.evidence,
        "note": _table_note(table),
    }


def _table_note(table: Table) -> str | None:
    ignored = [f"column {each.number} is not read: {each.reason}" for each in table.columns if each.role == "ignore"]
    return "; ".join([*([table.note] if table.note else []), *ignored]) or None


def _arm(delivery: Delivery, manifest: Manifest, arm: Arm) -> Record:
    return {
        **arm.model_dump(exclude={"id", "evidence", "combination_drugs", "subset_of"}),
        "delivery_id": delivery.delivery_id,
        "document_id": manifest.document.document_id,
        "trial_id": manifest.trial_of(arm.id),
        "arm_id": f"{manifest.trial_of(arm.id)}.{arm.id}",
        "drug": arm.drug or drug_of_arm(arm.label, manifest.document.drug, [each.label for each in manifest.arms]),
        "subset_of": f"{manifest.trial_of(arm.subset_of)}.{arm.subset_of}" if arm.subset_of else None,
        "combination_drugs": "; ".join(arm.combination_drugs) or None,
    }
