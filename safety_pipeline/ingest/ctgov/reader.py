"""One register file, in any of its three formats, read into the ingested tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from safety_pipeline.ingest.ctgov.arms import arm_row
from safety_pipeline.ingest.ctgov.document import document_row, enrolled, source_table_rows
from safety_pipeline.ingest.ctgov.groups import n_safety, standings
from safety_pipeline.ingest.ctgov.opening import Format, records
from safety_pipeline.ingest.ctgov.planned import planned_rows
from safety_pipeline.ingest.ctgov.register_words import design_value
from safety_pipeline.ingest.ctgov.rows import Record, Source, fault_row, fault_rows, rows
from safety_pipeline.ingest.ctgov.study import Fault, Group, Study
from safety_pipeline.ingest.ctgov.wording import attribution_of
from safety_pipeline.tables.delivery import Delivery, Ingested, RefusedError, refused
from safety_pipeline.tables.ingested import ARM, CELL, DOCUMENT, PLANNED_TREATMENT, REFUSAL, SOURCE_TABLE


def read(delivery: Delivery) -> Ingested:
    """The tables of one register file; whatever cannot be read is a row of `refusal`, never an exception."""
    collected = _Collected()
    try:
        for found in records(delivery.path):
            if isinstance(found, Fault):
                place: Record = {"delivery_id": delivery.delivery_id, "source_file": delivery.path.name}
                collected.refusals.append(fault_row(place, delivery.path.name, found))
            else:
                _collect(delivery, *found, into=collected)
    except RefusedError as error:
        return refused(delivery, RefusedError(error.rule, error.explanation, source_file=delivery.path.name))
    return collected.ingested()


@dataclass
class _Collected:
    """The rows of the records read so far."""

    documents: list[Record] = field(default_factory=list)
    tables: list[Record] = field(default_factory=list)
    arms: list[Record] = field(default_factory=list)
    planned: list[Record] = field(default_factory=list)
    cells: list[Record] = field(default_factory=list)
    refusals: list[Record] = field(default_factory=list)

    def ingested(self) -> Ingested:
        return Ingested(
            document=DOCUMENT.from_rows(self.documents),
            source_table=SOURCE_TABLE.from_rows(self.tables),
            arm=ARM.from_rows(self.arms),
            planned_treatment=PLANNED_TREATMENT.from_rows(self.planned),
            cell=CELL.from_rows(self.cells),
            refusal=REFUSAL.from_rows(self.refusals),
        )


def _document_id(delivery: Delivery, form: Format, study: Study) -> str:
    """The register number, with the format where it is not the API's, and the file where it has another name."""
    usual = delivery.name in {study.nct_id, f"{study.nct_id}.json", f"{study.nct_id}.xml"}
    return f"{study.nct_id}{form.suffix}" + ("" if usual else f".{delivery.name}")


def _collect(delivery: Delivery, form: Format, study: Study, *, into: _Collected) -> None:
    # Of two groups with one id the first is kept, as its totals are.
    groups: dict[str, Group] = {}
    for group in study.groups:
        groups.setdefault(group.group_id, group)
    source = Source(
        delivery_id=delivery.delivery_id,
        document_id=_document_id(delivery, form, study),
        source_file=delivery.path.name,
        study=study,
        groups=groups,
        attribution=attribution_of(study.time_frame, study.description),
    )
    if any(row["document_id"] == source.document_id for row in into.documents):
        repeated = Fault(study.nct_id, study.nct_id, "a record that is not in the file already", "record_is_once")
        into.refusals.append(fault_row(source.place(), source.source_file, repeated))
        return
    is_crossover = design_value("model", study.design.model or "") == "crossover"
    ranks = standings(list(groups.values()), enrolled(study.design), is_crossover=is_crossover)
    counted = rows(source)
    safe = n_safety(list(groups.values()), ranks)
    into.documents.append(
        document_row(source, priority=form.priority, content_sha256=delivery.content_sha256, n_safety=safe)
    )
    into.tables.extend(source_table_rows(source))
    for group, standing in zip(groups.values(), ranks, strict=True):
        into.arms.append(arm_row(source.place(), group, standing))
    if groups:
        into.planned.extend(planned_rows(source))
    into.cells.extend(counted.cells)
    into.refusals.extend([*counted.refusals, *fault_rows(source), *_repeated_groups(source)])


def _repeated_groups(source: Source) -> Iterator[Record]:
    """One refusal for each group that is described again under an id taken before."""
    seen: dict[str, Group] = {}
    for group in source.study.groups:
        if seen.setdefault(group.group_id, group) is not group:
            fault = Fault(f"group {group.printed_id}", group.title or "", "an id of its own", "group_has_its_own_id")
            yield fault_row(source.place(), source.source_file, fault)
