"""From candidate tables to a release: what goes into its folder, and what Dagster is told of it."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import dagster as dg
import polars as pl

from safety_pipeline.orchestration.assets.metadata import asset_key, preview
from safety_pipeline.orchestration.increments import basis
from safety_pipeline.orchestration.increments.database_before import database_before
from safety_pipeline.orchestration.lakes import dq
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.lakes.left_out import tried
from safety_pipeline.orchestration.making.plan import code_version, fingerprint
from safety_pipeline.orchestration.making.release_inputs import release_inputs
from safety_pipeline.publish import bill_of_materials, database, dictionary, release, signals_over_releases
from safety_pipeline.publish.database_renewal import renewed_database
from safety_pipeline.publish.marts.comparison import mart_signal
from safety_pipeline.publish.metrics import metrics
from safety_pipeline.publish.report import SHOWN, render
from safety_pipeline.settings import RELEASES_KEPT
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.compared import SIGNAL_HISTORY
from safety_pipeline.tables.marts import MART_SIGNAL
from safety_pipeline.tables.published import DQ_RESULT, PUBLIC_TABLES, PUBLISHED
from safety_pipeline.tables.released import DATA_DICTIONARY, METRIC, RELEASE_INPUT
from safety_pipeline.tables.released import RELEASE as RELEASE_TABLE
from safety_pipeline.tables.storage import link, sha256_of, write_table

RELEASE = dg.AssetKey(["published", "release"])
KEPT_VARIABLE = RELEASES_KEPT.name


def publish(lake: Lake, *, suites: str) -> Iterator[dg.MaterializeResult[None]]:
    """Make the release of the candidate tables current, unless its content is current already."""
    published = lake.folder / "published"
    hashes = {table.name: sha256_of(lake.path(table)) for table in PUBLISHED}
    name = release.release_id(hashes, code_version("published") + suites)
    folder = release.make_release(published, name, lambda target: _fill(lake, target, name, hashes))
    if (kept := releases_kept()) is not None:
        release.forget_older(published, kept)
    dq.put_flat(lake)
    basis.keep(lake, name)
    lake.remember("published", {"fingerprint": fingerprint(lake, "published"), "release_id": name})
    yield dg.MaterializeResult(
        asset_key=RELEASE,
        data_version=dg.DataVersion(name),
        metadata={
            "release_id": name,
            "path": dg.MetadataValue.path(str(folder)),
            "report": dg.MetadataValue.path(str(published / "report.html")),
        },
    )
    told = published / f"{SIGNAL_HISTORY.name}.parquet"
    yield dg.MaterializeResult(
        asset_key=asset_key(SIGNAL_HISTORY),
        data_version=dg.DataVersion(sha256_of(told)),
        metadata=preview(SIGNAL_HISTORY, told),
    )


def releases_kept() -> int | None:
    """How many releases the lake keeps, as the environment says; all of them where it says nothing."""
    said = os.environ.get(KEPT_VARIABLE, "").strip()
    return int(said) if said.isascii() and said.isdigit() and int(said) > 0 else None


def _fill(lake: Lake, target: Path, name: str, candidates: Mapping[str, str]) -> dict[str, str]:
    """Every public table, the database, the dictionary, the descriptor and the report, in the release's folder.

    Answers the hashes of the tables, most of which are those of their candidates.
    """
    for table in (*PUBLISHED, DQ_RESULT):
        link(lake.path(table), target / f"{table.name}.parquet")
    released_at = datetime.now(UTC).replace(tzinfo=None)
    _date_signals(lake, target, name, released_at)
    _describe(lake, target, name, released_at)
    files = {table: target / f"{table.name}.parquet" for table in PUBLIC_TABLES}
    (target / "data_dictionary.md").write_text(dictionary.dictionary_markdown(), encoding="utf-8")
    unchanged = {name: sha256 for name, sha256 in candidates.items() if name not in _DATED}
    hashes = {table.name: unchanged.get(table.name) or sha256_of(file) for table, file in files.items()}
    (target / "datapackage.json").write_text(dictionary.descriptor(name, hashes), encoding="utf-8")
    (target / bill_of_materials.FILE).write_text(bill_of_materials.bill_of_materials(), encoding="utf-8")
    # DuckDB needs no Python while it writes, and what draws needs nothing else.
    with ThreadPoolExecutor(max_workers=1) as worker:
        database_written = worker.submit(_write_database, lake, target / release.DATABASE, files, hashes)
        (target / "report.html").write_text(_report(lake, files, name), encoding="utf-8")
        database_written.result()
    return {f"{table}.parquet": sha256 for table, sha256 in hashes.items()}


def _write_database(lake: Lake, path: Path, files: Mapping[Table, Path], hashes: Mapping[str, str]) -> None:
    before = database_before(lake, hashes)
    if before is None:
        database.write_database(path, files)
    else:
        renewed_database(path, files, before)


def _report(lake: Lake, files: Mapping[Table, Path], name: str) -> str:
    """The report; where it cannot be made, a page that says so, since the tables do not need it."""
    made = tried(lambda: render(_frames(files), release_id=name))
    if not isinstance(made, BaseException):
        dq.forget_fault(lake, _REPORT)
        return made
    said = f"The report of this release could not be made ({type(made).__name__}); its tables are complete."
    dq.record_fault(lake, _REPORT, said)
    return f'<!doctype html><html lang="en"><title>Report</title><p>{said}</p></html>'


_REPORT = "published/report"


def _describe(lake: Lake, target: Path, name: str, released_at: datetime) -> None:
    """What the release says of itself: its row, what it is made of, its metrics and its dictionary."""
    documents = _contents(pl.read_parquet(target / "dim_document.parquet"))
    row = {
        "release_id": name,
        "released_at": released_at,
        "previous_release_id": release.latest_id(lake.folder / "published"),
        "product_version": version("safety-pipeline"),
        "n_documents": len(documents),
    }
    described = {
        RELEASE_TABLE: RELEASE_TABLE.from_rows([row]),
        RELEASE_INPUT: release_inputs(lake, documents),
        METRIC: metrics(),
        DATA_DICTIONARY: dictionary.dictionary_rows(),
    }
    for table, rows in described.items():
        write_table(table, rows, target / f"{table.name}.parquet")


def _date_signals(lake: Lake, target: Path, name: str, released_at: datetime) -> None:
    """The signals of the release with their dates, and the history, from what the release before said."""
    documents = pl.read_parquet(target / "dim_document.parquet")
    signal, signal_history = signals_over_releases.dated_signals(
        pl.read_parquet(target / "signal.parquet"),
        _released_before(lake.folder / "published"),
        _contents(documents),
        release_id=name,
        released_at=released_at,
    )
    write_table(_SIGNAL, signal, target / "signal.parquet")
    named = mart_signal(signal, pl.scan_parquet(target / "dim_concept.parquet"))
    write_table(MART_SIGNAL, named, target / f"{MART_SIGNAL.name}.parquet")
    write_table(SIGNAL_HISTORY, signal_history, target / "signal_history.parquet")


def _released_before(published: Path) -> signals_over_releases.Released:
    files = {name: release.latest_file(published, f"{name}.parquet") for name in _COMPARED}
    found = {name: pl.read_parquet(file) for name, file in files.items() if file is not None}
    if len(found) < len(_COMPARED):
        return signals_over_releases.NO_RELEASE
    return signals_over_releases.Released(found["signal"], found["signal_history"], _contents(found["dim_document"]))


_SIGNAL = next(table for table in PUBLISHED if table.name == "signal")
# Dated in the release, so that they differ from their candidates.
_DATED = (_SIGNAL.name, MART_SIGNAL.name)
_COMPARED = ("signal", "signal_history", "dim_document")


def _contents(documents: pl.DataFrame) -> dict[str, str]:
    return dict(documents.select("document_id", "content_sha256").iter_rows())


def _frames(files: Mapping[Table, Path]) -> dict[str, pl.DataFrame]:
    return {table.name: pl.read_parquet(file) for table, file in files.items() if table.name in SHOWN}
