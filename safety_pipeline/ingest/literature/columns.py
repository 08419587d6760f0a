"""The columns of a table that hold counts, with everything the manifest says of them put together."""

from collections.abc import Sequence
from dataclasses import dataclass

from safety_pipeline.ingest.literature.grades import GradeRange, parse_grades
from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.manifest import Column, Manifest, Table
from safety_pipeline.tables.delivery import RefusedError


@dataclass(frozen=True)
class CountColumn:
    """One column of counts; arm, grades or term are empty where the rows of the table say them."""

    number: int
    percent_number: int | None
    label: str | None
    role: str
    arm: str | None
    grades: GradeRange | None
    content: str
    n_at_risk: int | None
    count_unit: str
    term: str | None
    outcome: str | None = None


def count_columns(manifest: Manifest, table: Table, grid: Grid) -> list[CountColumn]:
    """The columns of counts in the order of the table."""
    described = sorted((column for column in table.columns if column.role != "ignore"), key=lambda each: each.number)
    for column in described:
        _refuse_outside(column, table, grid)
    columns = [_count_column(manifest, table, column, grid) for column in described]
    _refuse_alike(columns, table)
    return columns


def at_risk(manifest: Manifest, table: Table, arm: str | None) -> int | None:
    """The denominator of an arm in this table: the table's own, else the arm's."""
    if arm is None:
        return None
    return table.n_at_risk.get(arm, manifest.arm(arm).n_at_risk)


def _count_column(manifest: Manifest, table: Table, column: Column, grid: Grid) -> CountColumn:
    arm = None if column.role == "total" else column.arm or table.arm
    grades = column.grades or table.grades
    return CountColumn(
        number=column.number,
        percent_number=column.percent_number,
        label=column.label or header(grid, table, column.number),
        role=column.role,
        arm=arm,
        grades=parse_grades(grades) if grades else None,
        content=column.content,
        n_at_risk=column.n_at_risk if column.n_at_risk is not None else at_risk(manifest, table, arm),
        count_unit=column.count_unit,
        term=column.term or table.term,
        outcome=column.outcome or table.outcome,
    )


def header(grid: Grid, table: Table, number: int) -> str | None:
    """The header of a column, its levels joined by ` / `; nothing where the file lost its columns."""
    if grid.is_ragged:
        return None
    levels = [" ".join(grid.box(row, number).text.split()) for row in range(1, min(table.header_rows, grid.height) + 1)]
    return " / ".join(dict.fromkeys(level for level in levels if level)) or None


def _refuse_outside(column: Column, table: Table, grid: Grid) -> None:
    last = max(column.number, column.percent_number or 0)
    if last > grid.width and not grid.is_ragged:
        raise RefusedError(
            "column_is_in_the_table",
            f"{table.file}: the manifest describes column {last}, but the table has {grid.width}; "
            f"mend tables[label: {table.label}].columns",
            source_file=table.file,
        )


def _refuse_alike(columns: Sequence[CountColumn], table: Table) -> None:
    """Two columns that count the same patients say that one of them is described wrongly."""
    arms_in_rows = any(row.arm for row in table.rows)
    seen: dict[tuple[object, ...], int] = {}
    for column in columns:
        if column.role == "total" or not (column.arm or arms_in_rows):
            continue
        key = (column.arm, column.grades, column.term, column.count_unit, column.outcome)
        if key in seen:
            what = f"{column.grades.band if column.grades else 'the same'} grades of {column.arm or 'each arm'}"
            raise RefusedError(
                "columns_differ",
                f"{table.file}: columns {seen[key]} and {column.number} both count {what}; give each its arm, grades "
                f"or term under tables[label: {table.label}].columns, or role: ignore with a reason",
                source_file=table.file,
            )
        seen[key] = column.number
