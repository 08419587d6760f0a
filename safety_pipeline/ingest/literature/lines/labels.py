"""Says which rows of the manifest a printed label stands for: one, or several packed into a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from safety_pipeline.ingest.literature.grades import GradeRange, parse_grades
from safety_pipeline.ingest.literature.layout.words.wording import grades_in_label
from safety_pipeline.ingest.literature.lines.said import NOTHING, Said
from safety_pipeline.ingest.literature.manifest import Row, SubRow
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces


@dataclass(frozen=True)
class Meaning:
    """What one label means, before its values are read; `is_named` where it names its own event beside its grades."""

    label: str
    term: str
    parent: str | None = None
    site: str | None = None
    is_composite: bool = False
    concept_relation: str | None = None
    body_system: str | None = None
    arm: str | None = None
    said: Said = NOTHING
    is_named: bool = False
    note: str | None = None

    @property
    def grades_of_label(self) -> GradeRange | None:
        """The grades that the label names beside its event: "Rash, grade 3 or higher"."""
        named = grades_in_label(self.label)
        return parse_grades(named[1]) if named else None


class LabelBook:
    """The rows a manifest describes, found by their line or their label; remembers the composite read last."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._by_line = {row.line: row for row in rows if row.line is not None}
        self._by_label = {fold(row.label): row for row in rows if row.line is None and row.label is not None}
        self._composites = [row for row in rows if row.sub_rows and row.label is not None]
        self._current: Row | None = None

    def row(self, line: int, label: str) -> Row | None:
        """What the manifest says of this line, if anything."""
        return self._by_line.get(line) or self._by_label.get(fold(label))

    def meanings(self, line: int, label: str) -> list[Meaning]:
        """One meaning, or one for each row packed into the line."""
        row = self.row(line, label)
        if row is not None:
            return [self._of_row(row, label)]
        sub_row = self._sub_row_of_current(label)
        if sub_row is not None and self._current is not None:
            return [_of_sub_row(self._current, sub_row)]
        packed = next((found for each in self._composites if (found := _run(each, label))), None)
        if packed is None:
            return [Meaning(label, label)]
        composite, start, end = packed
        self._current = composite
        return [_of_composite(composite), *map_sub_rows(composite)][start:end]

    def _of_row(self, row: Row, label: str) -> Meaning:
        if row.sub_rows:
            self._current = row
        return _of_composite(row, label)

    def _sub_row_of_current(self, label: str) -> SubRow | None:
        if self._current is None:
            return None
        return next((each for each in self._current.sub_rows if fold(each.label) == fold(label)), None)


def said_by(row: Row) -> Said:
    """What a row of the manifest says of its counts, or of those below it."""
    return Said(row.grades, row.attribution, row.count_unit, row.outcome, row.n_at_risk)


def fold(label: str) -> str:
    """The label as it is compared: spaces and case do not count."""
    return tidy_spaces(label).casefold()


def map_sub_rows(composite: Row) -> list[Meaning]:
    """What each sub-row of a composite row counts, in the order of the manifest."""
    return [_of_sub_row(composite, each) for each in composite.sub_rows]


def _run(composite: Row, label: str) -> tuple[Row, int, int] | None:
    """The stretch of a composite's labels (itself first) that a printed label strings together."""
    names = [fold(composite.label or ""), *(fold(each.label) for each in composite.sub_rows)]
    wanted = fold(label)
    for start in range(len(names)):
        for end in range(start + 2, len(names) + 1):
            if " ".join(names[start:end]) == wanted:
                return composite, start, end
    return None


def _of_composite(row: Row, label: str | None = None) -> Meaning:
    printed = label or row.label or row.term or ""
    return Meaning(
        label=printed,
        term=row.term or printed,
        parent=row.parent,
        site=row.site,
        is_composite=bool(row.sub_rows),
        concept_relation=row.concept_relation,
        body_system=row.body_system,
        arm=row.arm,
        said=said_by(row),
        is_named=row.term is not None or grades_in_label(printed) is not None,
        note=row.note,
    )


def _of_sub_row(composite: Row, sub_row: SubRow) -> Meaning:
    return Meaning(
        label=sub_row.label,
        term=sub_row.term or sub_row.label,
        parent=composite.label,
        site=sub_row.site,
        concept_relation=sub_row.concept_relation,
        body_system=composite.body_system,
        arm=composite.arm,
        said=said_by(composite),
    )
