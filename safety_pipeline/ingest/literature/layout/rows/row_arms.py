"""The arms of a table whose lines belong to arms: by a column of their own, or by lines that head those below them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn, GuessedRow
from safety_pipeline.ingest.literature.layout.words.wording import (
    names_arm,
)
from safety_pipeline.ingest.literature.numbers.printed import is_blank, tidy_spaces

HEADS_ARM = "names the arm of the lines below it"


def with_arms(grid: Grid, columns: Sequence[GuessedColumn], rows: Sequence[GuessedRow]) -> list[GuessedRow]:
    """The rows with the arm that each belongs to, where the lines say so; as they are where the header names arms."""
    beside = next((column.number for column in columns if column.role == "arm"), None)
    if beside is not None:
        return list(_by_column(grid, beside, rows))
    if grid.is_ragged or any(column.arm for column in columns):
        return list(rows)
    return list(_by_heads(rows))


def _by_column(grid: Grid, column: int, rows: Sequence[GuessedRow]) -> Iterator[GuessedRow]:
    """An empty place belongs to the arm above it; a line without a label to the event above it."""
    arm = event = ""
    for row in rows:
        text = tidy_spaces(grid.box(row.line, column).unmarked)
        arm = arm if is_blank(text) else text
        event = row.label or event
        if row.role in {"event", "grade"} and arm:
            yield replace(row, arm=arm, term=row.term or (None if row.label else event or None))
        else:
            yield row


def _by_heads(rows: Sequence[GuessedRow]) -> Iterator[GuessedRow]:
    arm: str | None = None
    for row in rows:
        if row.role == "section" and names_arm(row.label):
            arm = row.label
            yield replace(row, role="not_an_event", reason=HEADS_ARM)
        else:
            yield replace(row, arm=arm) if arm and row.role in {"event", "grade"} else row
