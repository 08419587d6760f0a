"""Puts the values of a line back under their columns where the text lost its empty cells."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from safety_pipeline.ingest.literature.columns import CountColumn
from safety_pipeline.ingest.literature.numbers.constraints import broken_constraint
from safety_pipeline.ingest.literature.numbers.printed import Printed, is_dash, read_printed
from safety_pipeline.tables.delivery import RefusedError

MOST_SLOTS = 16


def align(values: Sequence[str], columns: Sequence[CountColumn], others: Sequence[int]) -> dict[int, str]:
    """Column number to value: the one order-preserving placement that keeps every printed constraint.

    `others` are the numbers of columns that hold no counts; they take whatever stands there.
    """
    slots = sorted({number for column in columns for number in numbers_of(column)} | set(others))
    if len(values) > len(slots) or len(slots) > MOST_SLOTS:
        raise _refusal(values, f"{len(values)} values for {len(slots)} columns")
    fitting = [placed for placed in _ways_to_place_values(values, slots) if _keeps(placed, columns)]
    if len(fitting) != 1:
        raise _refusal(values, f"{len(fitting)} ways to place {len(values)} values in {len(slots)} columns")
    return fitting[0]


def numbers_of(column: CountColumn) -> tuple[int, ...]:
    """The column's own number, and that of its percentages where they stand apart."""
    return (column.number,) if column.percent_number is None else (column.number, column.percent_number)


def _ways_to_place_values(values: Sequence[str], slots: list[int]) -> Iterator[dict[int, str]]:
    for chosen in combinations(slots, len(values)):
        yield dict(zip(chosen, values, strict=True))


def _keeps(placed: dict[int, str], columns: Sequence[CountColumn]) -> bool:
    line: list[Printed | None] = []
    for column in columns:
        present = [number in placed for number in numbers_of(column)]
        if any(present) != all(present):
            return False
        value = read_pair(placed, column) if any(present) else None
        if any(present) and value is None and not is_dash(placed[column.number]):
            return False
        line.append(value)
    return broken_constraint([line], columns, first_is_parent=False) is None


def read_pair(texts: dict[int, str], column: CountColumn) -> Printed | None:
    """The numbers of a column whose percentages may stand in a column of their own."""
    if column.percent_number is None:
        return read_printed(texts[column.number], column.content)
    count, percent = texts[column.number], texts.get(column.percent_number, "")
    n, share = read_printed(count, "n"), read_printed(percent, "%") if percent.strip() else Printed("")
    if n is None or share is None:
        return None
    return Printed(f"{n.text} {share.text}".strip(), n.n, share.percent)


def _refusal(values: Sequence[str], reason: str) -> RefusedError:
    return RefusedError(
        "values_have_one_place",
        f"blank cells were lost from this line: {reason} ({', '.join(values)[:80]}). "
        "Save the table with tabs between the cells, empty ones included",
    )
