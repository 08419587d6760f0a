"""Reports that put the patients of several trials together, which each of these trials reports by itself too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def declared(row: Row) -> list[str]:
    """The documents of which a document says that they report the same patients."""
    return [name for name in (row["same_patients_as"] or "").split("; ") if name]


def pools_of_parts(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Each report of several trials that is left out for theirs, with these.

    Two documents named together may also be two more reports of one trial, so numbers of patients have to say that the
    report holds those of all of them. It stands for its trials where one of them has no results, or it has priority.
    """
    by_name = {row["document_id"]: row for row in rows}
    parts = {row["document_id"]: [by_name[name] for name in declared(row) if name in by_name] for row in rows}
    return {name: found for name, found in parts.items() if _is_pool(by_name[name], found)}


def _is_pool(row: Row, parts: Sequence[Row]) -> bool:
    if len({part["trial_id"] for part in parts} - {row["trial_id"]}) < 2 or len(parts) != len(declared(row)):
        return False
    has_priority = all(row["document_priority"] < part["document_priority"] for part in parts)
    return _holds_all(row, parts) and not has_priority and all(part["has_toxicity_results"] for part in parts)


def _holds_all(row: Row, parts: Iterable[Row]) -> bool:
    """Whether the report has the patients of its parts and no others; not known where one gives no number."""
    own, of_parts = _patients(row), [_patients(part) for part in parts]
    return own is not None and all(of_parts) and own == sum(n or 0 for n in of_parts)


def _patients(row: Row) -> int | None:
    n = row["n_safety"] if row["n_safety"] is not None else row["n_enrolled"]
    return None if n is None else int(n)
