"""The places of a manifest that the desk can say something of: document, arm, table, column, line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from safety_pipeline.ingest.literature import label_key

Entry = Mapping[str, Any]
KINDS = {"document": 0, "arm": 1, "table": 1, "column": 2, "row": 2}


@dataclass(frozen=True)
class Place:
    """One place: `document`, `arm.0`, `table.0`, `column.0.3` (table, number of the column), `row.0.28` (its line)."""

    kind: str
    table: int = 0
    number: int = 0

    @classmethod
    def of(cls, text: str) -> Self | None:
        """The place a text names, or nothing."""
        kind, *numbers = text.split(".")
        if len(numbers) != KINDS.get(kind, -1) or not all(each.isdecimal() for each in numbers):
            return None
        return cls(kind, *(int(each) for each in numbers))

    def __str__(self) -> str:
        return ".".join((self.kind, *map(str, (self.table, self.number)[: KINDS[self.kind]])))


def column_entry(table: Entry, number: int) -> Any:
    """What the manifest says of a column, if anything."""
    return next((each for each in table.get("columns") or [] if each["number"] == number), None)


def counted_beside(table: Entry, number: int) -> Any:
    """The column whose percentages stand in this one, if any."""
    return next((each for each in table.get("columns") or [] if each.get("percent_number") == number), None)


def row_entry(table: Entry, line: int, label: str) -> Any:
    """What the manifest says of a line, found by its number, else by its label."""
    rows: Sequence[Any] = table.get("rows") or []
    by_line = next((each for each in rows if each.get("line") == line), None)
    named = (each for each in rows if each.get("line") is None and each.get("label"))
    return by_line or next((each for each in named if label_key(str(each["label"])) == label_key(label)), None)


def column_role(table: Entry, number: int) -> str:
    """`label`, `percent`, `arm`, `total`, `ignore`, or nothing where the column is not described."""
    if number == table.get("label_column", 1):
        return "label"
    if counted_beside(table, number) is not None:
        return "percent"
    entry = column_entry(table, number)
    return "" if entry is None else str(entry.get("role", "arm"))


def row_role(table: Entry, line: int, label: str) -> str:
    """`header`, `below` (after the last line that is read), or the role of the line."""
    if line <= table.get("header_rows", 1):
        return "header"
    if table.get("last_line") is not None and line > table["last_line"]:
        return "below"
    entry = row_entry(table, line, label)
    return "event" if entry is None else str(entry.get("role", "event"))
