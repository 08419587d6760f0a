"""Several tables of one file: whether those that name no arm count the same patients."""

from collections.abc import Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.layout.guesses import Understanding

NAMELESS = "all patients"


def told_apart(tables: Sequence[Understanding]) -> list[Understanding]:
    """The tables, those without a named arm given arms of their own where two of them count the same events."""
    alike = [each for each in tables if _is_nameless(each)]
    if len(alike) < 2 or not _overlap(alike):
        return list(tables)
    return [_of_its_own(each, alike.index(each) + 1) if each in alike else each for each in tables]


def _is_nameless(table: Understanding) -> bool:
    return [arm.label for arm in table.arms] == [NAMELESS]


def _overlap(tables: Sequence[Understanding]) -> bool:
    """Whether an event is counted twice for the same grades: then the patients differ."""
    seen: set[tuple[object, ...]] = set()
    for table in tables:
        counted = _counted(table)
        if seen & counted:
            return True
        seen |= counted
    return False


def _counted(table: Understanding) -> set[tuple[object, ...]]:
    columns = [column for column in table.columns if column.role == "count"]
    rows = [row for row in table.rows if row.role in {"event", "grade"}]
    return {
        ((row.term or row.label).casefold(), row.grades or column.grades or table.grades, column.attribution)
        for row in rows
        for column in columns
    }


def _of_its_own(table: Understanding, number: int) -> Understanding:
    """The table with an arm called after it, that every column without a name counts."""
    label = f"{NAMELESS} of {table.name or f'table {number}'}"
    columns = tuple(
        replace(column, arm=label) if column.role == "count" and not (column.is_total or column.is_alike) else column
        for column in table.columns
    )
    arm = replace(table.arms[0], id=f"{table.arms[0].id}_{number}", label=label)
    return replace(table, arms=(arm,), columns=columns)
