"""What the latest release was made of, and a second name of each of its tables that a later run can go on from."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from typing import Any

import polars as pl

from safety_pipeline.check.suites import suites_folder
from safety_pipeline.orchestration.lakes import dq, taken_out
from safety_pipeline.orchestration.lakes.lake import PARTITIONED_STAGES, Lake, digest, files_digest
from safety_pipeline.orchestration.making.blocks import has_many_rows, pairs
from safety_pipeline.orchestration.making.plan import code_version
from safety_pipeline.orchestration.making.publications import PUBLICATIONS
from safety_pipeline.orchestration.making.release_inputs import PACKAGES
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.summarise.comparisons import hierarchical_contrasts
from safety_pipeline.tables import ingested, summarised
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.storage import link, sha256_of, write_frame, write_text

FOLDER = ".state/basis"
_MADE_OF = "made_of.json"
_DOCUMENTS = "documents.parquet"
_PAIRS = "pairs.parquet"
# Compared row by row: which document is used, and what an arm is.
_TOLD_APART = (summarised.DOCUMENT_USE, summarised.ARM)


@dataclass(frozen=True)
class Basis:
    """The tables of the latest release as they were made, of a lake of many rows."""

    folder: Path
    made_of: Mapping[str, Any]

    def scan(self, table: Table) -> pl.LazyFrame:
        """The table's rows then."""
        return table.restored(self.stored(table))

    def stored(self, table: Table) -> pl.LazyFrame:
        """The same as they are stored."""
        return pl.scan_parquet(self.folder / _name(table))

    def holds(self, table: Table) -> bool:
        """Whether the table is there with the bytes that were recorded."""
        file, recorded = self.folder / _name(table), self.made_of["files"].get(_name(table))
        return recorded is not None and file.exists() and sha256_of(file) == recorded

    @cached_property
    def documents(self) -> pl.DataFrame:
        """One row per document: ``delivery_id``, ``document_id``."""
        return pl.read_parquet(self.folder / _DOCUMENTS)

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """One row per document and trial that it said anything of."""
        return pl.read_parquet(self.folder / _PAIRS)


def keep(lake: Lake, release_id: str) -> None:
    """Remember what the release was made of, where a later run can go on from it; else forget the one before."""
    folder = lake.folder / FOLDER
    (folder / _MADE_OF).unlink(missing_ok=True)
    if not _can_be_gone_on_from(lake):
        rmtree(folder, ignore_errors=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for table in _kept_tables():
        (folder / _name(table)).unlink(missing_ok=True)
        link(lake.path(table), folder / _name(table))
    write_frame(documents_of(lake).collect(engine="streaming"), folder / _DOCUMENTS)
    write_frame(pairs(lake).collect(engine="streaming"), folder / _PAIRS)
    files = {file.name: sha256_of(file) for file in sorted(folder.glob("*.parquet"))}
    known = {"release_id": release_id, "rules": _rules(lake), "deliveries": contents(lake), "files": files}
    write_text(folder / _MADE_OF, json.dumps(known, indent=1, sort_keys=True))


def basis(lake: Lake) -> Basis | None:
    """What a run can go on from; nothing where code, reference data or settings are others, or a file is not there."""
    folder = lake.folder / FOLDER
    with suppress(OSError, ValueError, KeyError, TypeError):
        made_of = json.loads((folder / _MADE_OF).read_text(encoding="utf-8"))
        found = Basis(folder, made_of)
        is_whole = all(made_of["files"][name] == sha256_of(folder / name) for name in (_DOCUMENTS, _PAIRS))
        if is_whole and made_of["rules"] == _rules(lake) and all(map(found.holds, _TOLD_APART)):
            return found
    return None


def documents_of(lake: Lake) -> pl.LazyFrame:
    """The documents of the lake now, as `Basis.documents` holds those of then."""
    return lake.scan(ingested.DOCUMENT).select("delivery_id", "document_id")


def contents(lake: Lake) -> dict[str, str]:
    """What each delivery that is used comes to: a hash of its tables, whatever made them."""
    used = [name for name in lake.deliveries if name not in lake.left_out]
    return {name: digest([_hashes(lake, stage, name) for stage in PARTITIONED_STAGES]) for name in used}


def _hashes(lake: Lake, stage: str, name: str) -> dict[str, str]:
    return {table: sha256 for table, sha256 in lake.state(stage, name).items() if table != "fingerprint"}


def _can_be_gone_on_from(lake: Lake) -> bool:
    """A small lake is made anew as fast; and rows that were taken out, or a table that failed, would be forgotten."""
    return has_many_rows(lake) and not taken_out.has_any_of_all(lake) and not dq.has_fault(lake)


def _rules(lake: Lake) -> str:
    """What decides of every row alike."""
    code = [code_version("summarised"), code_version("published"), files_digest([suites_folder()]), _wiring()]
    return digest(code, lake.own_reference_version, *hierarchical_contrasts.setting(), sorted(lake.left_out))


@cache
def _wiring() -> tuple[str, ...]:
    """The code that puts the tables together, and the packages that calculate."""
    return files_digest([Path(__file__).parents[1]]), *map(version, PACKAGES)


def _kept_tables() -> list[Table]:
    apart = [each.table for each in (*SUMMARIES, *PUBLICATIONS) if each.apart is not None]
    return [*_TOLD_APART, *apart]


def _name(table: Table) -> str:
    return f"{table.stage}.{table.name}.parquet"
