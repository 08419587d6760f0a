"""The arithmetic a printed table promises; a reading of a damaged row must keep all of it."""

from collections.abc import Sequence

from safety_pipeline.ingest.literature.columns import CountColumn
from safety_pipeline.ingest.literature.numbers.percent import fits
from safety_pipeline.ingest.literature.numbers.printed import Printed

# One printed value for each line (first index) and column (second index); nothing where the place is blank.
Block = Sequence[Sequence[Printed | None]]

PERCENT = "the percentage fits n/N"
TOTAL = "the arms add up to the total"
SEVERE = "a grade range never exceeds the range that contains it"
PARENT = "a sub-row never exceeds its parent"


def broken_constraint(block: Block, columns: Sequence[CountColumn], *, first_is_parent: bool) -> str | None:
    """The first promise that a reading breaks, or nothing."""
    if any(not percent_holds(value, column) for line in block for value, column in zip(line, columns, strict=True)):
        return PERCENT
    if first_is_parent and any(not within_parent([line[at] for line in block]) for at in range(len(columns))):
        return PARENT
    if any(not _total_holds(line, columns) for line in block):
        return TOTAL
    if any(not _grades_nest(line, columns) for line in block):
        return SEVERE
    return None


def percent_holds(value: Printed | None, column: CountColumn) -> bool:
    """Whether a printed percentage is that of its count; holds where there is nothing to compare."""
    n_at_risk = column.n_at_risk if value is None else value.n_at_risk or column.n_at_risk
    if value is None or value.n is None or not n_at_risk or value.share is None:
        return True
    return fits(value.n, n_at_risk, value.share, value.decimals or 0)


def within_parent(values: Sequence[Printed | None]) -> bool:
    """Whether no count exceeds the first."""
    parent = values[0]
    if parent is None or parent.n is None:
        return True
    return all(value is None or value.n is None or value.n <= parent.n for value in values[1:])


def _total_holds(line: Sequence[Printed | None], columns: Sequence[CountColumn]) -> bool:
    for at, column in enumerate(columns):
        if column.role != "total":
            continue
        parts = [line[i] for i, other in enumerate(columns) if other.role == "arm" and _same_events(other, column)]
        counts = [part.n for part in parts if part and part.n is not None]
        total = line[at]
        if len(counts) == len(parts) > 1 and total and total.n is not None and sum(counts) != total.n:
            return False
    return True


def _same_events(one: CountColumn, other: CountColumn) -> bool:
    return (one.grades, one.term, one.count_unit, one.outcome) == (
        other.grades,
        other.term,
        other.count_unit,
        other.outcome,
    )


def _grades_nest(line: Sequence[Printed | None], columns: Sequence[CountColumn]) -> bool:
    pairs = ((i, j) for i in range(len(columns)) for j in range(len(columns)) if _contains(columns[i], columns[j]))
    return all(_not_more(line[j], line[i]) for i, j in pairs)


def _contains(wide: CountColumn, narrow: CountColumn) -> bool:
    if wide.grades is None or narrow.grades is None or wide.grades == narrow.grades:
        return False
    same_group = (wide.arm, wide.role, wide.term, wide.count_unit, wide.outcome) == (
        narrow.arm,
        narrow.role,
        narrow.term,
        narrow.count_unit,
        narrow.outcome,
    )
    return same_group and narrow.grades.within(wide.grades)


def _not_more(narrow: Printed | None, wide: Printed | None) -> bool:
    """A count of some grades is at most the count of more grades, which cannot be blank beside it."""
    if narrow is None or not narrow.n:
        return True
    return wide is not None and (wide.n is None or narrow.n <= wide.n)
