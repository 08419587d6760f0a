"""One printed table as the desk shows it: roles over columns and beside lines, and what each cell becomes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safety_pipeline.explore.intake.consequences import Consequences, Count
from safety_pipeline.explore.intake.drafts import Draft
from safety_pipeline.explore.intake.fields import COLUMN_ROLES, arm_label
from safety_pipeline.explore.intake.places import Entry, Place, column_entry, column_role, row_entry, row_role
from safety_pipeline.ingest.literature import Box, Grid
from safety_pipeline.tables.delivery import RefusedError

MOST_LINES = 400
MOST_COLOURS = 6
_ROLE_WORDS = {"heading": "event over grades", "not_an_event": "no event", "below": "not read"}
_STATUS_WORDS = {
    "observed": "",
    "reported_zero": "zero",
    "zero_by_statement": "zero",
    "derived_bounds": "bounds",
}


@dataclass(frozen=True)
class ColumnView:
    """The head of one column: its role, and in words whom and what it counts; the colour is that of its arm."""

    place: Place
    role: str
    words: tuple[str, ...]
    colour: int | None
    is_guess: bool


@dataclass(frozen=True)
class CellView:
    """One printed cell and each count it becomes: patients, a word on the status, whether a run will refuse it."""

    text: str
    counts: tuple[tuple[str, str, bool], ...]
    colour: int | None


@dataclass(frozen=True)
class LineView:
    """One printed line: its role in words, its label, the events it becomes, and its other cells."""

    place: Place
    role: str
    words: str
    label: str
    events: tuple[Count, ...]
    cells: tuple[CellView, ...]
    is_guess: bool


@dataclass(frozen=True)
class TableView:
    """One entry of the manifest: the printed table and its caption and footnotes, or why there is none to show."""

    place: Place
    name: str
    around: tuple[str, ...] = ()
    columns: tuple[ColumnView, ...] = ()
    lines: tuple[LineView, ...] = ()
    n_hidden: int = 0
    refusal: str = ""


def printed_table(draft: Draft, manifest: Entry, at: int, seen: Consequences) -> TableView:
    """The table of one entry of the manifest."""
    table = manifest["tables"][at]
    place, name = Place("table", at), str(table.get("label") or f"table {at + 1}")
    try:
        grid = draft.grid(at)
    except RefusedError as error:
        return TableView(place, name, refusal=error.explanation)
    if grid is None:
        return TableView(place, name, refusal="This entry states counts of a text; edit them in document.yaml.")
    counts = [count for count in seen.counts if count.table == table.get("label")]
    return _Shown(draft, manifest, at, grid).view(place, name, counts)


class _Shown:
    """Walks over one grid with the manifest in hand."""

    def __init__(self, draft: Draft, manifest: Entry, at: int, grid: Grid) -> None:
        self._draft, self._manifest, self._at, self._grid = draft, manifest, at, grid
        self._table: Entry = manifest["tables"][at]
        self._labels = draft.labels(at)
        self._colours = {str(arm["id"]): number % MOST_COLOURS for number, arm in enumerate(manifest["arms"])}

    def view(self, place: Place, name: str, counts: Sequence[Count]) -> TableView:
        by_line: defaultdict[int | None, list[Count]] = defaultdict(list)
        for count in counts:
            by_line[count.line].append(count)
        columns = tuple(self._column(number) for number in range(1, self._grid.width + 1))
        shown = [(line, boxes) for line, boxes in self._grid.numbered() if line <= MOST_LINES]
        lines = tuple(self._line(line, boxes, columns, by_line[line]) for line, boxes in shown)
        around = tuple(text for text in (self._grid.caption, *self._grid.footnotes) if text)
        return TableView(place, name, around, columns, lines, self._grid.height - len(shown))

    def _column(self, number: int) -> ColumnView:
        place, role = Place("column", self._at, number), column_role(self._table, number)
        entry = column_entry(self._table, number) or {}
        arm = str(entry.get("arm") or self._table.get("arm"))
        words = tuple(self._column_words(entry, role))
        colour = self._colours.get(arm) if role == "arm" else None
        return ColumnView(place, role or "open", words, colour, self._is_guess(place))

    def _column_words(self, entry: Entry, role: str) -> Iterator[str]:
        if role not in {"arm", "total"}:
            yield COLUMN_ROLES.get(role, "not described yet")
            yield from [str(entry["reason"])] if entry.get("reason") else []
            return
        arm = arm_label(self._manifest, entry.get("arm") or self._table.get("arm"))
        yield "all patients" if role == "total" else (arm or ("arm by line" if self._lines_say("arm") else "arm?"))
        grades = entry.get("grades") or self._table.get("grades") or ("by line" if self._lines_say("grades") else "?")
        yield "any grade" if grades == "any" else f"grade {grades}"
        yield "events, not patients" if entry.get("count_unit") == "episodes" else str(entry.get("content", "n (%)"))
        size = entry.get("n_at_risk") or self._size(entry.get("arm"))
        yield f"N = {size if size is not None else '?'}"
        yield from [str(entry["term"])] if entry.get("term") else []

    def _lines_say(self, key: str) -> bool:
        return any(row.get(key) for row in self._table.get("rows") or [])

    def _size(self, arm_id: Any) -> Any:
        arm: Entry = next((each for each in self._manifest["arms"] if str(each["id"]) == str(arm_id)), {})
        return (self._table.get("n_at_risk") or {}).get(arm_id, arm.get("n_at_risk"))

    def _line(
        self, line: int, boxes: Sequence[Box], columns: Sequence[ColumnView], counts: Sequence[Count]
    ) -> LineView:
        place, texts, label_at = Place("row", self._at, line), self._texts(boxes), self._table.get("label_column", 1)
        role = row_role(self._table, line, self._labels[line]) if any(texts.values()) else "blank"
        cells = tuple(
            CellView(texts.get(head.place.number, ""), _becomes(counts, head.place.number), head.colour)
            for head in columns
            if head.place.number != label_at
        )
        events = tuple({count.event: count for count in counts}.values())
        words = self._line_words(line, role)
        return LineView(place, role, words, texts.get(label_at, ""), events, cells, self._is_guess(place))

    def _line_words(self, line: int, role: str) -> str:
        entry = row_entry(self._table, line, self._labels[line]) or {}
        grades, arm = entry.get("grades"), arm_label(self._manifest, entry.get("arm"))
        said = (
            _ROLE_WORDS.get(role, role),
            f"grade {grades}" if grades else "",
            f"of {arm}" if arm else "",
            str(entry.get("attribution") or "").replace("_", " "),
        )
        return ", ".join(each for each in said if each)

    def _texts(self, boxes: Sequence[Box]) -> Mapping[int, str]:
        """What is printed in each column of a line; a text that spans several stands in the first."""
        return {
            at: "" if box.is_repeat and self._grid.keeps_spans else " ".join(box.text.split())
            for at, box in enumerate(boxes, start=1)
        }

    def _is_guess(self, place: Place) -> bool:
        return self._draft.landed_as is None and place not in self._draft.confirmed


def _becomes(counts: Sequence[Count], column: int) -> tuple[tuple[str, str, bool], ...]:
    """Each count of a cell; no word for its status where it is simply a count."""
    return tuple((each.patients, _status_word(each.outlook), each.is_lost) for each in counts if each.column == column)


def _status_word(status: str) -> str:
    return _STATUS_WORDS.get(status, status.replace("_", " "))
