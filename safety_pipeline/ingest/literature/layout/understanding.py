"""Understands a table file as far as it is unambiguous, and asks about the rest."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from safety_pipeline.ingest.literature.files import open_grid
from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.bodies import Body, bodies
from safety_pipeline.ingest.literature.layout.column_guesses import guess_columns
from safety_pipeline.ingest.literature.layout.guesses import GuessedArm, GuessedColumn, GuessedRow, Understanding
from safety_pipeline.ingest.literature.layout.questions import questions_of
from safety_pipeline.ingest.literature.layout.row_guesses import guess_rows
from safety_pipeline.ingest.literature.layout.safety import refuse_unsafe
from safety_pipeline.ingest.literature.layout.wording import (
    attribution_of,
    daily_dose_of,
    edition_of,
    grades_within,
    population_of,
    threshold_of,
)
from safety_pipeline.ingest.literature.printed import tidy_spaces
from safety_pipeline.tables.delivery import RefusedError


def understand(path: Path) -> Understanding:
    """What a table file says, with guessed roles; the last table that can be read where several are stacked."""
    try:
        grid = open_grid(path.parent, path.name)
        found = bodies(grid)
        if not found:
            raise RefusedError(
                "table_has_counts", f"{path.name}: no line of values below a header", source_file=path.name
            )
    except RefusedError as error:
        return Understanding(path, Grid(()), path.stem, refusal=error)
    read = [_understand(path, grid, body) for body in found]
    best = next((each for each in reversed(read) if each.refusal is None), read[-1])
    return replace(best, refused_parts=tuple(_part(each) for each in read if each.refusal and each is not best))


def _part(understood: Understanding) -> str:
    reason = understood.refusal.explanation if understood.refusal else ""
    return f"the table below line {understood.header_rows} is refused: {reason}"


def _understand(path: Path, grid: Grid, body: Body) -> Understanding:
    columns = guess_columns(grid, body)
    rows = guess_rows(grid, body, columns)
    caption = " ".join(dict.fromkeys(part for part in (body.caption, _corner(columns)) if part))
    around = f"{caption}. {body.footnotes}"
    within = grades_within(body.caption)
    understood = Understanding(
        path=path,
        grid=grid,
        label=_table_label(grid, body, path),
        caption=caption,
        header_rows=body.header_rows,
        last_line=body.last if body.last < grid.height else None,
        label_column=next(column.number for column in columns if column.role == "label"),
        columns=tuple(columns),
        rows=tuple(rows),
        grades=within[0] if within else None,
        threshold=threshold_of(around),
        edition=edition_of(around),
        attribution=attribution_of(caption),
    )
    return _settle(understood, body)


def _settle(understood: Understanding, body: Body) -> Understanding:
    try:
        refuse_unsafe(understood, body)
    except RefusedError as error:
        return replace(understood, refusal=error)
    arms = _arms_in_rows(understood) if understood.arms_in_rows else _arms_in_columns(understood)
    understood = replace(understood, arms=tuple(arms))
    return replace(understood, questions=tuple(questions_of(understood)))


def _arms_in_columns(understood: Understanding) -> list[GuessedArm]:
    arms: dict[str, GuessedArm] = {}
    named = any(column.arm for column in understood.columns)
    for column in understood.columns:
        if column.role == "count" and not column.is_total and bool(column.arm) == named:
            label = column.arm or "all patients"
            n_at_risk = column.n_at_risk or (arms[label].n_at_risk if label in arms else None)
            arms[label] = GuessedArm(_arm_id(label), label, n_at_risk, daily_dose_of(label), None)
    if len(arms) == 1 and next(iter(arms.values())).n_at_risk is None:
        only = next(iter(arms.values()))
        return [replace(only, n_at_risk=population_of(understood.caption))]
    return list(arms.values())


def _arms_in_rows(understood: Understanding) -> list[GuessedArm]:
    return [_arm_in_row(understood, row) for row in understood.rows if row.role == "event"]


def _arm_in_row(understood: Understanding, row: GuessedRow) -> GuessedArm:
    def under(role: str) -> str:
        column = next((column.number for column in understood.columns if column.role == role), None)
        return tidy_spaces(understood.grid.box(row.line, column).text) if column else ""

    population, dose = under("population"), under("dose")
    n_at_risk = int(population) if re.fullmatch(r"\d{1,6}", population) else None
    amount = float(dose) if re.fullmatch(r"\d{1,4}(?:\.\d+)?", dose) else daily_dose_of(dose or row.label)
    return GuessedArm(_arm_id(f"{row.label} {dose}"), f"{row.label} {dose}".strip(), n_at_risk, amount, dose or None)


def _arm_id(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "arm"


def _corner(columns: Sequence[GuessedColumn]) -> str:
    return next((column.header for column in columns if column.role == "label"), "")


def _table_label(grid: Grid, body: Body, path: Path) -> str:
    found = re.match(r"\s*(table\s+\w{1,4})\b", grid.label or body.caption, re.IGNORECASE)
    return found[1] if found else path.stem
