"""Which document gives the numbers of a set of patients: the index report, decided before anything is counted."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from safety_pipeline.summarise.populations.pools import declared, pools_of_parts
from safety_pipeline.tables.summarised import DOCUMENT_USE

Row = Mapping[str, Any]


def document_use(document: pl.DataFrame) -> pl.DataFrame:
    """One row per document; documents of one trial, or declared to report the same patients, share a population.

    The index report is the one with results and the best written priority; its trial names the population. A report of
    several trials together links none of them, and gives way to theirs.
    """
    rows = document.sort("delivery_id", "document_id").to_dicts()
    pools = pools_of_parts(rows)
    own = [row for row in rows if row["document_id"] not in pools]
    groups: dict[str, list[Row]] = {}
    for row, root in zip(own, _roots(own, pools), strict=True):
        groups.setdefault(root, []).append(row)
    uses = [use for group in groups.values() for use in _uses(group)]
    uses += [_use(row, pools[row["document_id"]][0], alone=False) for row in rows if row["document_id"] in pools]
    return DOCUMENT_USE.from_rows(uses).collect().sort("document_id")


def _roots(rows: Sequence[Row], pools: Container[str]) -> list[str]:
    """Each document's population, as the smallest name it is linked to (union by trial and by declared patients)."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for row in rows:
        for other in _links(row, pools):
            low, high = sorted((find(f"document {row['document_id']}"), find(other)))
            parent[high] = low
    return [find(f"document {row['document_id']}") for row in rows]


def _links(row: Row, pools: Container[str]) -> Iterable[str]:
    """What the document shares with others of its patients: its trial, its registry number, documents it names.

    A report of several trials that it names links it to none of the others.
    """
    yield f"trial {row['trial_id']}"
    if row["registry_id"]:
        yield f"trial {row['registry_id']}"
    yield from (f"document {name}" for name in declared(row) if name not in pools)


def _uses(group: Sequence[Row]) -> list[dict[str, object]]:
    ranked = sorted(group, key=lambda row: (not row["has_toxicity_results"], row["document_priority"]))
    index = ranked[0]
    return [_use(row, index, alone=len(group) == 1) for row in ranked]


def _use(row: Row, index: Row, *, alone: bool) -> dict[str, object]:
    status, reason = (None, _index_reason(row, alone=alone)) if row is index else _unused(row, index)
    return {
        "document_id": row["document_id"],
        "trial_id": row["trial_id"],
        "population_id": index["trial_id"],
        "is_index_report": row is index,
        "unused_status": status,
        "reason": reason,
    }


def _index_reason(row: Row, *, alone: bool) -> str:
    if alone:
        return "The only document of these patients."
    return f"The index report of these patients: priority {row['document_priority']} among the documents with results."


def _unused(row: Row, index: Row) -> tuple[str, str]:
    same_trial = row["trial_id"] == index["trial_id"]
    if same_trial and row["has_toxicity_results"]:
        return "superseded", f"The same trial's numbers are taken from {index['document_id']}, which has priority."
    return "duplicate_population", f"The same patients are counted once, from {index['document_id']}."
