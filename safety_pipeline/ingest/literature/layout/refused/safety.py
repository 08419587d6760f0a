"""Refuses tables whose numbers cannot be read safely, with the reason and what to do."""

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.guesses import Understanding
from safety_pipeline.ingest.literature.layout.refused.case_series import is_case_series
from safety_pipeline.ingest.literature.layout.shape.bodies import Body
from safety_pipeline.ingest.literature.layout.words.heading_words import (
    counts_shifts,
    names_two_outcomes,
    why_no_events,
)
from safety_pipeline.ingest.literature.layout.words.wording import is_word, names_events, population_of
from safety_pipeline.ingest.literature.lines.packed import is_packed
from safety_pipeline.ingest.literature.manifest import Table
from safety_pipeline.ingest.literature.numbers.mending import mended
from safety_pipeline.ingest.literature.numbers.printed import WITH_EVENTS, kind_of
from safety_pipeline.tables.delivery import RefusedError

MOST_NAMED = 8


def refuse_unsafe(understood: Understanding, body: Body) -> None:
    """Raise where the table is a case series, holds no counts, or has lost its borders."""
    name = understood.path.name
    if any(is_case_series(understood.grid, body, at) for at in {1, understood.label_column}):
        raise _case_series(name)
    _refuse_run_together(understood, body)
    _refuse_other_layouts(understood)
    if not any(column.role == "count" for column in understood.columns):
        why = "; ".join(
            f"column {column.number} ({column.header[:40] or 'no header'}): {column.reason or column.role}"
            for column in understood.columns[:MOST_NAMED]
        )
        raise _refusal("table_has_counts", f"{name}: no column counts events; nothing to read. {why}", name)


def _refuse_other_layouts(understood: Understanding) -> None:
    """Tables of what was there before or after events, of changes since then, and two tables side by side."""
    name = understood.path.name
    if (instead := why_no_events(understood.caption)) is not None:
        explanation = (
            f"{name}: its caption speaks of {instead}, so it counts no adverse events; "
            "nothing to read. Where it does count them, let the caption say so"
        )
        raise _refusal("table_has_counts", explanation, name)
    _refuse_two_outcomes(understood)
    label = next(column for column in understood.columns if column.role == "label")
    is_shift = any(is_word("shift_headers", level) for level in label.header.split(" / "))
    if counts_shifts(understood.caption):
        explanation = f"{name}: its caption speaks of shifts, so it counts changes and not events; nothing to read"
        raise _refusal("table_has_counts", explanation, name)
    if is_shift:
        explanation = f"{name}: its lines are grades at baseline, so it counts changes and not events; nothing to read"
        raise _refusal("table_has_counts", explanation, name)
    twin = next(
        (c.number for c in understood.columns if c is not label and c.header and c.header == label.header), None
    )
    if twin is not None and names_events(label.header):
        explanation = (
            f"{name}: columns {label.number} and {twin} are both headed {label.header!r}: two tables side by side; "
            "put one below the other, each with its header"
        )
        raise _refusal("cells_stand_apart", explanation, name)


def _refuse_two_outcomes(understood: Understanding) -> None:
    """A caption over all events and over those that led to something, above columns and lines that say neither."""
    said = [column.outcome or is_word("all_event_headers", column.header) for column in understood.columns]
    if names_two_outcomes(understood.caption) and not any([*said, *(row.said.outcome for row in understood.rows)]):
        explanation = (
            f"{understood.path.name}: its caption names all adverse events and those that led to something, and no "
            "column or line says which of both it counts; let each header say it, or the caption name one"
        )
        raise _refusal("columns_differ", explanation, understood.path.name)


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


def _refuse_run_together(understood: Understanding, body: Body) -> None:
    if understood.grid.is_ragged:
        return
    with_events = {column.number for column in understood.columns if column.content == WITH_EVENTS}
    named = {column.number for column in understood.columns if column.role in {"label", "grade", "dose"}} | with_events
    boxes = (box for line in body.lines for box in understood.grid.rows[line - 1])
    sizes = {column.number: column.n_at_risk or population_of(understood.caption) for column in understood.columns}
    texts = [
        box.unmarked for box in boxes if box.column not in named and mended(box.unmarked, sizes.get(box.column)) is None
    ]
    packed = sum(is_packed(text) and kind_of(text) is None for text in texts)
    single = sum(kind_of(text) is not None for text in texts)
    if 3 * packed > single:
        raise _refusal(
            "cells_stand_apart",
            f"{understood.path.name}: {packed} of {packed + single} cells hold several values run together; "
            "save the table again with one value a cell",
            understood.path.name,
        )


def _refusal(rule: str, explanation: str, file: str) -> RefusedError:
    return RefusedError(rule, explanation, source_file=file)
