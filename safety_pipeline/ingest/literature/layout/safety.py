"""Refuses tables whose numbers cannot be read safely, with the reason and what to do."""

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.bodies import Body
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn, Understanding
from safety_pipeline.ingest.literature.layout.row_guesses import is_case_series
from safety_pipeline.ingest.literature.manifest import Table
from safety_pipeline.ingest.literature.packed import packed_tokens
from safety_pipeline.ingest.literature.printed import is_blank, is_dash, read_printed
from safety_pipeline.tables.delivery import RefusedError


def refuse_unsafe(understood: Understanding, body: Body) -> None:
    """Raise where the table is a case series, holds no counts, or has lost its borders."""
    name = understood.path.name
    if is_case_series(understood.grid, body, understood.label_column):
        raise _case_series(name)
    counts = [column for column in understood.columns if column.role == "count"]
    if not counts:
        raise _refusal(
            "table_has_counts",
            f"{name}: no column counts events (only names, doses or patient numbers); nothing to read",
            name,
        )
    _refuse_run_together(understood, counts)


def refuse_case_series(grid: Grid, table: Table) -> None:
    """Raise where the lines that a manifest describes are single patients."""
    last = min(table.last_line or grid.height, grid.height)
    body = Body("", max(1, table.header_rows), min(table.header_rows, grid.height), last, "")
    if is_case_series(grid, body, 1 if grid.is_ragged else table.label_column):
        raise _case_series(table.file or table.label)


def _case_series(name: str) -> RefusedError:
    return _refusal(
        "table_counts_patients",
        f"{name}: one patient a line, so it is a case series and not an incidence table; count the patients of "
        "each event and give the counts as statements",
        name,
    )


def _refuse_run_together(understood: Understanding, counts: list[GuessedColumn]) -> None:
    if understood.grid.is_ragged:
        return
    lines = [row.line for row in understood.rows if row.role in {"event", "grade"}]
    boxes = [
        (understood.grid.box(line, column.number).unmarked, column.content or "n")
        for line in lines
        for column in counts
    ]
    filled = [(text, content) for text, content in boxes if not is_blank(text) and not is_dash(text)]
    packed = [text for text, content in filled if read_printed(text, content) is None and _is_packed(text)]
    if packed and 4 * len(packed) > len(filled):
        raise _refusal(
            "cells_stand_apart",
            f"{understood.path.name}: {len(packed)} of {len(filled)} cells hold several values run together; "
            "save the table again with one value a cell",
            understood.path.name,
        )


def _is_packed(text: str) -> bool:
    try:
        return len(packed_tokens(text)) > 1
    except RefusedError:
        return False


def _refusal(rule: str, explanation: str, file: str) -> RefusedError:
    return RefusedError(rule, explanation, source_file=file)
