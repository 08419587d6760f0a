"""Rows of `ingested/cell` and `ingested/refusal` from the places of a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safety_pipeline.ingest.literature.columns import CountColumn, at_risk
from safety_pipeline.ingest.literature.grades import ANY, GradeRange, parse_grades
from safety_pipeline.ingest.literature.layout.words.heading_words import ANY_EVENT, counts_those_without_any_event
from safety_pipeline.ingest.literature.manifest import Manifest, Table
from safety_pipeline.ingest.literature.numbers.counts import Count, blank_count, of_the_others, printed_count
from safety_pipeline.ingest.literature.numbers.printed import is_blank
from safety_pipeline.ingest.literature.places import Fault, Line, Place, Stray

Record = dict[str, object]
REFUSED = "refused"


@dataclass(frozen=True)
class Source:
    """The delivery, document and table that a row of output comes from."""

    delivery_id: str
    manifest: Manifest
    table: Table
    number: int

    def place(self) -> Record:
        """The columns that every cell and refusal of the table shares."""
        document = self.manifest.document
        return {
            "delivery_id": self.delivery_id,
            "document_id": document.document_id,
            "trial_id": self.manifest.trial_id,
            "source_file": self.table.file or "document.yaml",
            "table_label": self.table.label,
        }

    def arm_id(self, arm: str | None) -> str | None:
        return None if arm is None else f"{self.manifest.trial_of(arm)}.{arm}"


@dataclass(frozen=True)
class Accepted:
    """A row of `ingested/cell`."""

    record: Record


@dataclass(frozen=True)
class Refused:
    """A row of `ingested/refusal`."""

    record: Record


def line_rows(source: Source, line: Line, columns: Sequence[CountColumn]) -> Iterator[Accepted | Refused]:
    """One row for each count column of a line, and for a refused count another that keeps its place empty."""
    for column, place in zip(columns, line.places, strict=True):
        yield from _place_rows(_Slot(source, line, column, place))


def stray_rows(source: Source, stray: Stray, columns: Sequence[CountColumn]) -> Iterator[Accepted | Refused]:
    """The refusal of something printed; where it is a line of counts, the place of each is kept empty."""
    yield _refused_stray(source, stray)
    if stray.meaning is not None:
        line = Line(stray.row_number, None, stray.meaning, ())
        for column in columns:
            yield from _kept_empty(_Slot(source, line, column, Place("", fault=stray.fault)))


def _refused_stray(source: Source, stray: Stray) -> Refused:
    return Refused(
        {
            **source.place(),
            "row_number": stray.row_number,
            "row_label": stray.label or None,
            "column_label": None if stray.column is None else f"column {stray.column}",
            "printed": stray.printed,
            "rule": stray.fault.rule,
            "explanation": f"{source.table.file}, line {stray.row_number}: {stray.fault.explanation}",
        }
    )


@dataclass(frozen=True)
class _Slot:
    """One place of a line under one count column."""

    source: Source
    line: Line
    column: CountColumn
    place: Place

    @property
    def arm(self) -> str | None:
        return None if self.column.role == "total" else self.column.arm or self.line.meaning.arm

    @property
    def has_two_arms(self) -> bool:
        """Whether the column says one arm and the row another."""
        of_row = self.line.meaning.arm
        return self.column.role == "arm" and None not in {of_row, self.column.arm} and of_row != self.column.arm

    @property
    def grades(self) -> GradeRange | None:
        """The row's own grades, else the column's or the table's, of which a label with grades counts only those."""
        written = self.line.meaning.said.grades
        if written or self.column.grades is None:
            return parse_grades(written) if written else None
        of_label = self.line.meaning.grades_of_label
        return self.column.grades.both(of_label) if of_label else self.column.grades

    def coordinates(self) -> Record:
        meaning = self.line.meaning
        return {
            **self.source.place(),
            "trial_id": self.source.manifest.trial_of(self.arm),
            "row_number": self.line.row_number,
            "row_label": meaning.label,
            "parent_row_label": meaning.parent,
            "column_label": self.column.label,
            "column_role": self.column.role,
            "arm_id": self.source.arm_id(self.arm),
        }

    @property
    def n_at_risk(self) -> int | None:
        """The denominator of the row or its section, else that of the column, or of the arm that the row names."""
        of_row = self.line.meaning.said.n_at_risk
        if of_row is not None and self.arm is not None:
            return of_row.get(self.arm)
        if self.arm is not None and self.column.arm is None and self.column.n_at_risk is None:
            return at_risk(self.source.manifest, self.source.table, self.arm)
        return self.column.n_at_risk

    @property
    def count_unit(self) -> str:
        return self.line.meaning.said.count_unit or self.column.count_unit

    @property
    def is_without_any_event(self) -> bool:
        """Whether the line counts those who had no event at all; of a grade or an outcome they are not all others."""
        is_of_all = self.count_unit == "patients" and self.grades == ANY
        said = self.line.meaning.said.outcome or self.column.outcome or self.column.term
        return is_of_all and said is None and counts_those_without_any_event(self.line.meaning.term)

    def count(self) -> Count | Fault:
        counted = self._printed_count()
        return of_the_others(counted) if self.is_without_any_event and isinstance(counted, Count) else counted

    def _printed_count(self) -> Count | Fault:
        n_at_risk = self.n_at_risk
        if self.place.value is None:
            return blank_count(self.place.printed, self.source.table, n_at_risk)
        return printed_count(self.place.value, n_at_risk, self.count_unit)


def _place_rows(slot: _Slot) -> Iterator[Accepted | Refused]:
    grades, column = slot.grades, slot.column
    if slot.has_two_arms:
        yield _refused_event(slot, _two_arms(slot))
        return
    if grades is None or (slot.arm is None and column.role == "arm"):
        yield _refused_event(slot, slot.place.fault or _undescribed(slot))
        return
    counted = slot.place.fault or slot.count()
    if isinstance(counted, Fault):
        yield _refused(slot, counted)
        yield from _kept_empty(slot)
    else:
        yield _accepted(slot, grades, counted)


def _accepted(slot: _Slot, grades: GradeRange, counted: Count) -> Accepted:
    return Accepted({**slot.coordinates(), **_event(slot, grades), **_printed(slot), **_counted(slot, counted)})


def _kept_empty(slot: _Slot) -> Iterator[Accepted]:
    """A cell without a count, so that the concept of a refused one is known: it is printed, and nobody knows what."""
    if slot.grades is not None and slot.arm is not None and slot.count_unit == "patients":
        why = slot.place.fault.explanation if slot.place.fault else None
        yield _accepted(slot, slot.grades, Count(REFUSED, slot.n_at_risk, note=why))


def _printed(slot: _Slot) -> Record:
    return {
        "table_id": str(slot.source.number),
        "sub_row_number": slot.line.sub_number,
        "column_number": slot.column.number,
        "printed": None if is_blank(slot.place.printed) else slot.place.printed,
        "repair": slot.place.repair,
    }


def _counted(slot: _Slot, counted: Count) -> Record:
    notes = [note for note in (slot.line.meaning.note, counted.note) if note]
    return {**counted.record(), "count_unit": slot.count_unit, "note": "; ".join(notes) or None}


def _event(slot: _Slot, grades: GradeRange) -> Record:
    meaning, source = slot.line.meaning, slot.source
    return {
        "term_as_reported": slot.column.term or (ANY_EVENT if slot.is_without_any_event else meaning.term),
        "body_system_as_reported": meaning.body_system,
        "site": meaning.site,
        "is_composite": meaning.is_composite,
        "concept_relation": meaning.concept_relation,
        "grading_system": source.manifest.grading_system.edition,
        "grade_lower_reported": grades.lower,
        "grade_upper_reported": grades.upper,
        "grade_band_as_reported": grades.band,
        "grade_counting": source.table.grade_counting,
        "outcome": meaning.said.outcome or slot.column.outcome,
        "attribution": meaning.said.attribution or source.table.attribution,
    }


def _two_arms(slot: _Slot) -> Fault:
    explanation = (
        f"column {slot.column.number} is of the arm {slot.column.arm!r} and the row of {slot.line.meaning.arm!r}; "
        "remove one of the two in document.yaml"
    )
    return Fault("cell_is_described", explanation)


def _undescribed(slot: _Slot) -> Fault:
    """What nobody says of a place: its arm, its grades, or which of two grades that exclude each other."""
    number, grades = slot.column.number, slot.column.grades
    if slot.grades is None and grades is not None:
        said = f"column {number} counts grades {grades.band}, and the label {slot.line.meaning.label!r} names others"
        return Fault("cell_is_described", f"{said}; give the row its grades in document.yaml")
    what = "grades" if slot.grades is None else "arm"
    said = f"column {number} has no {what}; add it to the column, the row or the table in document.yaml"
    return Fault("cell_is_described", said)


def _refused_event(slot: _Slot, fault: Fault) -> Refused:
    """A refusal that keeps what event was counted, where no cell of its place does; a blank counts nothing."""
    if is_blank(slot.place.printed) or slot.column.role == "total":
        return _refused(slot, fault)
    event = {
        "term_as_reported": slot.column.term or slot.line.meaning.term,
        "grading_system": slot.source.manifest.grading_system.edition,
        "attribution": slot.line.meaning.said.attribution or slot.source.table.attribution,
    }
    return Refused({**_refused(slot, fault).record, **event})


def _refused(slot: _Slot, fault: Fault) -> Refused:
    explanation = f"{slot.source.table.file}, line {slot.line.row_number}: {fault.explanation}"
    record = {**slot.coordinates(), "printed": slot.place.printed, "rule": fault.rule, "explanation": explanation}
    return Refused(record)
