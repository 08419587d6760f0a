"""Reads a grid line by line: finds what each label means and the value under each column of counts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.columns import CountColumn
from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.lines.labels import LabelBook, Meaning, said_by
from safety_pipeline.ingest.literature.lines.packed import unpack
from safety_pipeline.ingest.literature.lines.place_reader import Texts, read_place, unpacked_place
from safety_pipeline.ingest.literature.lines.ragged import align, numbers_of
from safety_pipeline.ingest.literature.lines.said import NOTHING
from safety_pipeline.ingest.literature.lines.whole_rows import UNSPECIFIED, Stretch, stretch_of, whole_of
from safety_pipeline.ingest.literature.manifest import Row, Table
from safety_pipeline.ingest.literature.numbers.printed import holds_value, is_blank, label_of
from safety_pipeline.ingest.literature.places import Fault, Line, Place, Stray
from safety_pipeline.tables.delivery import RefusedError

# What a line without a label counts: it may be any event.
UNNAMED = Meaning("(no label)", UNSPECIFIED)
SEPARATE = "save the table with one cell a column, empty ones included"


class LineReader:
    """Walks down one table; remembers the section and the heading it stands under."""

    def __init__(self, grid: Grid, table: Table, columns: Sequence[CountColumn]) -> None:
        self._grid, self._table, self._columns = grid, table, columns
        self._book = LabelBook(table.rows)
        self._ignored = [column.number for column in table.columns if column.role == "ignore"]
        # A heading over grades ends what the rows below are parts of, but not the organ system they belong to.
        self._section: str | None = None
        self._parent: str | None = None
        self._heading: Meaning | None = None
        self._stretch: Stretch | None = None
        self._said = NOTHING
        self._not_counted: str | None = None

    def read(self) -> Iterator[Line | Stray]:
        """Every line below the header, in order."""
        last = self._table.last_line or self._grid.height
        for number, boxes in self._grid.numbered():
            if self._table.header_rows < number <= last and any(box.text.strip() for box in boxes):
                yield from self._line(number, boxes)

    def _line(self, number: int, boxes: Sequence[Box]) -> Iterator[Line | Stray]:
        label = self._label(boxes)
        if self._grid.is_ragged and len(boxes) == 1 and holds_value(label):
            fault = Fault("values_have_one_place", "its values cannot be told apart from its label; " + SEPARATE)
            yield Stray(number, label, None, boxes[0].text, fault)
            return
        row = self._book.row(number, label)
        if row is not None and row.role != "event":
            yield from self._structural(number, label, row, boxes)
            return
        if self._not_counted:
            yield from self._uncounted(number, label, boxes, "row_is_an_event", self._not_counted)
        else:
            yield from self._values(number, label, row, boxes)

    def _values(self, number: int, label: str, row: Row | None, boxes: Sequence[Box]) -> Iterator[Line | Stray]:
        """A line of an event, or of several packed into one."""
        try:
            texts = self._texts(boxes)
        except RefusedError as error:
            values = "  ".join(box.text for box in boxes[1:])
            meaning = self._placed(self._book.meanings(number, label)[0])
            yield Stray(number, label, None, values, Fault(error.rule, error.explanation), meaning)
            return
        if not label and (row is None or not row.term):
            fault = Fault("row_is_named", "values without a label; name them under rows by line: and term:")
            yield from self._strays(number, label, texts, fault, replace(UNNAMED, said=self._said))
            return
        if self._is_shifted(texts):
            yield from self._shifted(number, label, texts)
            return
        yield from self._undescribed(number, label, texts)
        meanings = [self._whole(meaning, boxes) for meaning in self._book.meanings(number, label)]
        yield from self._events(number, meanings, texts)

    def _whole(self, meaning: Meaning, boxes: Sequence[Box]) -> Meaning:
        """The meaning of a label that is only "Any" or "Total": of its section, where it has one."""
        box = boxes[self._label_at - 1]
        whole = whole_of(meaning, self._stretch, box)
        if self._stretch is not None:
            self._stretch = replace(self._stretch, n_lines=self._stretch.n_lines + 1, lines_indent=box.indent)
        return replace(meaning, term=whole, is_named=True) if whole else meaning

    def _label(self, boxes: Sequence[Box]) -> str:
        at = self._label_at
        return label_of(boxes[at - 1].unmarked) if at <= len(boxes) else ""

    @property
    def _label_at(self) -> int:
        return 1 if self._grid.is_ragged else self._table.label_column

    def _structural(self, number: int, label: str, row: Row, boxes: Sequence[Box]) -> Iterator[Stray]:
        """A section, a heading over grade rows, or a row that is not about events."""
        self._stand_under(number, label, row, boxes)
        reason = row.reason or "the manifest calls this row a heading, but a value stands in it; mend rows"
        rule = "row_is_an_event" if row.role == "not_an_event" else "heading_is_empty"
        yield from self._uncounted(number, label, boxes, rule, reason)

    def _uncounted(self, number: int, label: str, boxes: Sequence[Box], rule: str, reason: str) -> Iterator[Stray]:
        """Everything printed beside the label of a line whose values are no counts of an event."""
        for box in boxes:
            if box.column in {self._table.label_column, *self._ignored}:
                continue
            if not is_blank(box.text) and label_of(box.unmarked) != label:
                yield Stray(number, label, box.column, box.text, Fault(rule, f"not counted: {reason}"))

    def _stand_under(self, number: int, label: str, row: Row, boxes: Sequence[Box]) -> None:
        """What the lines below stand under; a line of one text that is no event ends the section above it."""
        if row.role == "section":
            self._said, self._not_counted = said_by(row), row.reason
            # A heading of grades is part of no event: "Rash" below "Grade 3-4" is the rash below "Any grade".
            self._section, self._heading = row.term or (None if self._said.grades else label), None
            self._parent, self._stretch = (
                self._section,
                stretch_of(self._section, self._said, boxes[self._label_at - 1]),
            )
        elif row.n_at_risk is not None:
            self._said = said_by(row).within(self._said)
        elif row.role == "heading":
            self._heading, self._parent = self._book.meanings(number, label)[0], None
            self._stretch = stretch_of(self._heading.term, said_by(row), boxes[self._label_at - 1])
        elif all(is_blank(box.text) or label_of(box.unmarked) == label for box in boxes):
            self._section = self._parent = self._heading = self._stretch = self._not_counted = None
            self._said = NOTHING

    def _texts(self, boxes: Sequence[Box]) -> Texts:
        if self._grid.is_ragged:
            return align([box.text for box in boxes[1:]], self._columns, self._ignored)
        return {box.column: box.unmarked for box in boxes if box.column != self._table.label_column}

    def _is_shifted(self, texts: Texts) -> bool:
        """Whether a count stands beside the columns described while one of them is empty, in a file without spans."""
        if self._grid.is_ragged or self._grid.keeps_spans:
            return False
        lacking = any(is_blank(texts.get(column.number, "")) for column in self._columns)
        described = self._described()
        return lacking and any(at not in described and holds_value(text) for at, text in texts.items())

    def _shifted(self, number: int, label: str, texts: Texts) -> Iterator[Stray]:
        fault = Fault("values_have_one_place", "a count stands beside the columns described; " + SEPARATE)
        yield from self._strays(number, label, texts, fault, self._placed(self._book.meanings(number, label)[0]))

    @staticmethod
    def _strays(number: int, label: str, texts: Texts, fault: Fault, meaning: Meaning | None) -> Iterator[Stray]:
        """Everything printed in a line; its meaning goes with the first, so that its places are kept once."""
        for at, text in sorted(texts.items()):
            if not is_blank(text):
                yield Stray(number, label, at, text, fault, meaning)
                meaning = None

    def _described(self) -> set[int]:
        return {each for column in self._columns for each in numbers_of(column)} | set(self._ignored)

    def _undescribed(self, number: int, label: str, texts: Texts) -> Iterator[Stray]:
        described = self._described()
        for column, text in sorted(texts.items()):
            if column not in described and not is_blank(text):
                explanation = (
                    f"column {column} is not described; add it under tables[label: {self._table.label}].columns, "
                    'or write there role: ignore, reason: "what it holds"'
                )
                yield Stray(number, label, column, text, Fault("column_is_described", explanation))

    def _events(self, number: int, meanings: list[Meaning], texts: Texts) -> Iterator[Line]:
        meanings = [self._placed(meaning) for meaning in meanings]
        if len(meanings) == 1:
            yield Line(number, None, meanings[0], tuple(read_place(texts, column) for column in self._columns))
            return
        yield from self._packed(number, meanings, [texts.get(column.number, "") for column in self._columns])

    def _placed(self, meaning: Meaning) -> Meaning:
        """The meaning under the section and heading that stand above it."""
        heading = self._heading if self._is_graded_below(meaning) else None
        if heading is not None:
            said = meaning.said.within(heading.said).within(self._said)
            return replace(meaning, term=heading.term, parent=heading.label, body_system=self._section, said=said)
        self._heading = None
        meaning = replace(meaning, said=meaning.said.within(self._said))
        system = meaning.body_system or self._section
        return replace(meaning, body_system=system, parent=meaning.parent or self._parent)

    @staticmethod
    def _is_graded_below(meaning: Meaning) -> bool:
        """Whether a line only says grades, so that its event is that of the heading above it."""
        return meaning.said.grades is not None and meaning.parent is None and not meaning.is_named

    def _packed(self, number: int, meanings: list[Meaning], texts: list[str]) -> Iterator[Line]:
        try:
            done = unpack(texts, self._columns, len(meanings), first_is_parent=meanings[0].is_composite)
        except RefusedError as error:
            fault = Fault(error.rule, error.explanation)
            whole = replace(meanings[0], label=" ".join(each.label for each in meanings))
            yield Line(number, None, whole, tuple(Place(text, fault=fault) for text in texts))
            return
        for sub_number, (meaning, values) in enumerate(zip(meanings, done.block, strict=True), start=1):
            places = (unpacked_place(value, repair) for value, repair in zip(values, done.repairs, strict=True))
            yield Line(number, sub_number, meaning, tuple(places))
