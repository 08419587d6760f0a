"""Rows that broke a critical check: kept beside their table in the lake, and published as `rejected`."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl

from safety_pipeline.check.broken_rows import as_rejected, broken_rows, kept_rows
from safety_pipeline.check.suites import Suite, read_suites, suites_folder
from safety_pipeline.orchestration.lakes.lake import EVERYTHING, Lake
from safety_pipeline.tables import checked, ingested
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.storage import Stored, write_frame


@cache
def suites() -> Sequence[Suite]:
    """Every suite; Dagster knows its checks from when it loaded, so they are read once a process."""
    return read_suites(suites_folder())


def suites_of(table: Table) -> list[Suite]:
    """The suites that look at the table."""
    return [suite for suite in suites() if suite["asset"] == table.path]


def without_broken_rows(lake: Lake, table: Table, stored: Stored, delivery_id: str | None = None) -> Stored:
    """The stored table without the rows that break a critical check about a row."""
    rows = table.restored(pl.scan_parquet(stored.path))
    broken = broken_rows(rows, table, suites_of(table))
    place = _path(lake, table, delivery_id)
    if broken.is_empty():
        place.unlink(missing_ok=True)
        return stored
    write_frame(broken, place)
    kept = kept_rows(rows, broken, table).collect()
    return lake.write(table, kept.lazy(), delivery_id)


def delivery_without_broken_rows(lake: Lake, stored: dict[Table, Stored], delivery_id: str) -> dict[Table, Stored]:
    """The checked tables of a delivery, its broken rows moved from the accepted to the refused ones."""
    accepted = without_broken_rows(lake, checked.TOXICITY, stored[checked.TOXICITY], delivery_id)
    if not (place := _path(lake, checked.TOXICITY, delivery_id)).exists():
        return stored
    refused = as_rejected(pl.scan_parquet(place), checked.TOXICITY, pl.LazyFrame())
    rejected = pl.concat([lake.scan(checked.REJECTED, delivery_id), refused]).collect().lazy()
    return {**stored, checked.TOXICITY: accepted, checked.REJECTED: lake.write(checked.REJECTED, rejected, delivery_id)}


def rows_taken_out(lake: Lake, table: Table) -> pl.LazyFrame:
    """The rows taken out of a table, as they were made."""
    places = [_path(lake, table, None), *(_path(lake, table, name) for name in lake.deliveries)]
    found = [place for place in places if place.exists()]
    return pl.scan_parquet(found).select(table.column_names) if found else table.empty()


def rejected_rows(lake: Lake, tables: Sequence[Table]) -> pl.LazyFrame:
    """Everything refused: by readers and row rules, by checks of summaries and public tables, by failed steps."""
    documents = lake.scan(ingested.DOCUMENT).select("delivery_id", "document_id", "trial_id")
    taken = [(table, place) for table in tables if (place := _path(lake, table, None)).exists()]
    of_summaries = [as_rejected(pl.scan_parquet(place), table, documents) for table, place in taken]
    return pl.concat([lake.scan_all(checked.REJECTED), *of_summaries, _left_out(lake)])


def _left_out(lake: Lake) -> pl.LazyFrame:
    rows = [
        {"delivery_id": name, "rule": why["rule"], "explanation": why["explanation"]}
        for name, why in lake.left_out.items()
    ]
    return checked.REJECTED.from_rows(rows)


def has_any_of_all(lake: Lake) -> bool:
    """Whether rows were taken out of a table over all deliveries."""
    return any((lake.folder / ".state" / "taken_out").glob(f"*/*/{EVERYTHING}.parquet"))


def _path(lake: Lake, table: Table, delivery_id: str | None) -> Path:
    return lake.folder / ".state" / "taken_out" / table.stage / table.name / f"{delivery_id or EVERYTHING}.parquet"
