"""From candidate tables to a release: what goes into its folder, and what Dagster is told of it."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import polars as pl

from safety_pipeline.orchestration.lake import Lake
from safety_pipeline.orchestration.plan import code_version, fingerprint
from safety_pipeline.publish import database, dictionary, history, release
from safety_pipeline.publish.report import render
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.published import DQ_RESULT, PUBLIC_TABLES, PUBLISHED
from safety_pipeline.tables.storage import sha256_of, write_table


def publish(lake: Lake, *, suites: str) -> dg.MaterializeResult[None]:
    """Make the release of the candidate tables current, unless its content is current already."""
    published = lake.folder / "published"
    hashes = {table.name: sha256_of(lake.path(table)) for table in PUBLISHED}
    name = release.release_id(hashes, code_version("published") + suites)
    folder = release.make_release(published, name, lambda target: _fill(lake, target, name))
    _put_dq_result(lake, published)
    lake.remember("published", {"fingerprint": fingerprint(lake, "published"), "release_id": name})
    return dg.MaterializeResult(
        data_version=dg.DataVersion(name),
        metadata={
            "release_id": name,
            "path": dg.MetadataValue.path(str(folder)),
            "report": dg.MetadataValue.path(str(published / "report.html")),
        },
    )


def _fill(lake: Lake, target: Path, name: str) -> None:
    """Every public table, the database, the dictionary, the descriptor and the report, in the release's folder."""
    for table in PUBLIC_TABLES:
        shutil.copyfile(lake.path(table), target / f"{table.name}.parquet")
    _date_signals(lake, target, name)
    files = {table: target / f"{table.name}.parquet" for table in PUBLIC_TABLES}
    dictionary.dictionary_rows().write_parquet(target / "data_dictionary.parquet")
    (target / "data_dictionary.md").write_text(dictionary.dictionary_markdown(), encoding="utf-8")
    hashes = {table.name: sha256_of(file) for table, file in files.items()}
    (target / "datapackage.json").write_text(dictionary.descriptor(name, hashes), encoding="utf-8")
    (target / "report.html").write_text(render(_frames(files), release_id=name), encoding="utf-8")
    database.write_database(target / release.DATABASE, files)


def _date_signals(lake: Lake, target: Path, name: str) -> None:
    signal = next(table for table in PUBLISHED if table.name == "signal")
    previous = release.previous_signals(lake.folder / "published")
    dated = history.with_first_seen(
        lake.scan(signal).drop("first_seen_release"),
        pl.scan_parquet(previous) if previous else None,
        release_id=name,
    )
    write_table(signal, dated.select(signal.column_names).sort(signal.key), target / "signal.parquet")


def _frames(files: Mapping[Table, Path]) -> dict[str, pl.DataFrame]:
    return {table.name: pl.read_parquet(file) for table, file in files.items()}


def _put_dq_result(lake: Lake, published: Path) -> None:
    """The flat check results are of the latest run; those inside a release are of the run that made it."""
    write_table(DQ_RESULT, lake.scan(DQ_RESULT), published / f"{DQ_RESULT.name}.parquet")
