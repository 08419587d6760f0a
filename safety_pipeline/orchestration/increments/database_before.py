"""The database of the latest release, where that of the next can be made from it."""

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from safety_pipeline.orchestration.increments.changes import changes
from safety_pipeline.orchestration.increments.numbers import NUMBERED, are_moved
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.blocks import ORDER
from safety_pipeline.orchestration.making.publications import PUBLICATIONS
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.orchestration.making.summary import Summary
from safety_pipeline.publish.database_renewal import Before
from safety_pipeline.publish.release import DATABASE, MANIFEST, latest_id
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.published import PUBLIC_TABLES
from safety_pipeline.tables.storage import sha256_of


def database_before(lake: Lake, hashes: Mapping[str, str]) -> Before | None:
    """What the database of the candidates, with these hashes, can be made from; nothing where it must be made anew."""
    found, published = changes(lake), lake.folder / "published"
    if found is None or found.since.made_of["release_id"] != (name := latest_id(published)):
        return None
    folder = published / "releases" / str(name)
    recorded: dict[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    database = folder / DATABASE
    if not database.exists() or sha256_of(database) != recorded.get(DATABASE):
        return None
    unchanged = [table for table in PUBLIC_TABLES if recorded.get(f"{table.name}.parquet") == hashes[table.name]]
    moved = {number for dimension, name, number in NUMBERED if _moved(folder, lake, dimension, name, number)}
    by_trial = [table for table in _by_trial() if moved.isdisjoint(table.column_names)]
    return Before(database, unchanged, by_trial, found.trials)


def _moved(before: Path, lake: Lake, dimension: Table, name: str, number: str) -> bool:
    return are_moved(pl.scan_parquet(before / f"{dimension.name}.parquet"), lake.scan(dimension), name, number)


def _by_trial() -> list[Table]:
    """Public tables that name trials and differ in their rows only."""
    apart = {each.table for each in SUMMARIES if each.is_by_trial}
    return [each.table for each in PUBLICATIONS if ORDER in each.table.column_names and _is_apart(each, apart)]


def _is_apart(publication: Summary, apart: set[Table]) -> bool:
    return publication.is_by_trial or publication.same_as in apart
