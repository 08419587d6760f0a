"""The lake as folders: where each table lies, which deliveries are landed, and what was made of what."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from safety_pipeline import settings
from safety_pipeline.land.deliveries import deliveries
from safety_pipeline.orchestration.lakes.machine import UnusableFolderError
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.storage import Stored, sha256_of, write_table, write_tables, write_text

LAKE_VARIABLE = settings.LAKE.name
PARTITIONED_STAGES = ("ingested", "harmonised", "checked")
EVERYTHING = "_all"
# In a state: the size and time of each file when its bytes were last known to be those written.
_SEEN = "files_seen"
# Files of so many bytes each, and of so many together, are read as a whole.
_SMALL_FILE, _MOST_BYTES = 100_000, 32_000_000


def lake_folder() -> Path:
    """The lake in use: the environment's, or `data_lake` of the working directory."""
    if "://" in os.environ.get(LAKE_VARIABLE, ""):
        raise UnusableFolderError(
            f"{LAKE_VARIABLE} names a bucket, and Dagster works on a folder: use `safety-pipeline run`, which brings "
            "the bucket up to date, or name a folder."
        )
    return Path(os.environ.get(LAKE_VARIABLE) or "data_lake").resolve()


@dataclass(frozen=True)
class Lake:
    """One lake at one moment: what is landed is read once."""

    folder: Path

    @cached_property
    def deliveries(self) -> Mapping[str, Delivery]:
        return {delivery.delivery_id: delivery for delivery in deliveries(self.folder)}

    @cached_property
    def left_out(self) -> Mapping[str, Mapping[str, str]]:
        """The deliveries that are landed and left out of every table over all deliveries: rule, stage, explanation."""
        files = [self.left_out_path(name) for name in self.deliveries]
        return {file.stem: json.loads(file.read_text()) for file in files if file.exists()}

    @property
    def own_reference(self) -> Path | None:
        """The folder of reference data that the lake's user has added, where there is one."""
        folder = self.folder / "reference"
        return folder if folder.is_dir() else None

    @cached_property
    def own_reference_version(self) -> str:
        """A hash of what lies in that folder."""
        return files_digest([self.own_reference] if self.own_reference else [])

    def left_out_path(self, delivery_id: str) -> Path:
        return self.folder / ".state" / "left_out" / f"{delivery_id}.json"

    def path(self, table: Table, delivery_id: str | None = None) -> Path:
        """The table's file; published tables wait in a candidate folder until the release switches."""
        if table.stage == "published":
            return self.folder / "published" / ".candidate" / f"{table.name}.parquet"
        if table.stage in PARTITIONED_STAGES:
            return self.folder / table.stage / table.name / f"{delivery_id}.parquet"
        return self.folder / table.stage / f"{table.name}.parquet"

    def scan(self, table: Table, delivery_id: str | None = None) -> pl.LazyFrame:
        """One delivery's rows, or those of all deliveries landed now that are not left out; else an empty table."""
        if table.stage not in PARTITIONED_STAGES:
            return self._scan(table, [None])
        return self._scan(
            table, [delivery_id] if delivery_id else [n for n in self.deliveries if n not in self.left_out]
        )

    def scan_all(self, table: Table) -> pl.LazyFrame:
        """The rows of all deliveries landed now, with those left out."""
        return self._scan(table, self.deliveries)

    def _scan(self, table: Table, deliveries: Iterable[str | None]) -> pl.LazyFrame:
        files = [path for path in (self.path(table, each) for each in deliveries) if path.exists()]
        return scan_files(table, files) if files else table.empty()

    def write(self, table: Table, frame: pl.LazyFrame, delivery_id: str | None = None) -> Stored:
        return write_table(table, frame, self.path(table, delivery_id))

    def write_all(self, frames: Mapping[Table, pl.LazyFrame | pl.DataFrame], delivery_id: str) -> dict[Table, Stored]:
        """The tables that one stage makes of one delivery."""
        return write_tables(frames, lambda table: self.path(table, delivery_id))

    def state_path(self, stage: str, delivery_id: str = EVERYTHING) -> Path:
        return self.folder / ".state" / stage / f"{delivery_id}.json"

    def state(self, stage: str, delivery_id: str = EVERYTHING) -> dict[str, str]:
        """What the stage was last made of (`fingerprint`) and the hash of each table it made."""
        return {name: value for name, value in self._remembered(stage, delivery_id).items() if name != _SEEN}

    def _remembered(self, stage: str, delivery_id: str) -> dict[str, Any]:
        path = self.state_path(stage, delivery_id)
        return json.loads(path.read_text()) if path.exists() else {}

    def remember_tables(
        self, stage: str, tables: Mapping[Table, Stored], made_of: str, delivery_id: str = EVERYTHING
    ) -> None:
        """What a stage made, and of what."""
        seen = {table.name: _seen(stored.path) for table, stored in tables.items()}
        hashes = {table.name: stored.sha256 for table, stored in tables.items()}
        files_seen = {**self._remembered(stage, delivery_id).get(_SEEN, {}), **seen}
        self.remember(stage, {**hashes, "fingerprint": made_of, _SEEN: files_seen}, delivery_id)

    def remember(self, stage: str, known: Mapping[str, object], delivery_id: str = EVERYTHING) -> None:
        """Add to the state of a stage; equal content leaves the file alone."""
        before = self._remembered(stage, delivery_id)
        if (merged := {**before, **known}) != before:
            write_text(self.state_path(stage, delivery_id), json.dumps(merged, indent=1, sort_keys=True))

    def holds_as_made(self, table: Table, delivery_id: str | None = None) -> bool:
        """Whether the table's file is there with the bytes it was written with; one that is as last seen is not read.

        A copied lake has other times, so its files are read once.
        """
        path, of = self.path(table, delivery_id), delivery_id or EVERYTHING
        if not path.exists():
            return False
        remembered = self._remembered(table.stage, of)
        seen = _seen(path)
        if remembered.get(_SEEN, {}).get(table.name) == seen:
            return True
        if remembered.get(table.name) != sha256_of(path):
            return False
        self.remember(table.stage, {_SEEN: {**remembered.get(_SEEN, {}), table.name: seen}}, of)
        return True

    def withdraw(self, known: Sequence[str]) -> list[str]:
        """Delete what was made of deliveries that are no longer landed; answers their ids."""
        gone = sorted(set(known) - set(self.deliveries))
        for delivery_id in gone:
            for stage in PARTITIONED_STAGES:
                for file in (self.folder / stage).glob("*/*.parquet"):
                    if file.stem == delivery_id:
                        file.unlink()
                self.state_path(stage, delivery_id).unlink(missing_ok=True)
            self.state_path("answers", delivery_id).unlink(missing_ok=True)
            self.left_out_path(delivery_id).unlink(missing_ok=True)
            for file in (self.folder / ".state" / "taken_out").glob(f"*/*/{delivery_id}.parquet"):
                file.unlink()
        return gone

    def remembered_deliveries(self) -> list[str]:
        """The deliveries the lake holds something of."""
        return sorted(path.stem for path in (self.folder / ".state" / "ingested").glob("*.json"))


def scan_files(table: Table, files: Sequence[Path]) -> pl.LazyFrame:
    """The rows of stored files one under another; those of many small files are read once.

    A query of a summary scans a table a dozen times, and opening a small file takes longer than reading its rows.
    """
    found = [file.stat() for file in files] if len(files) > 1 else []
    if not found or sum(each.st_size for each in found) > min(_SMALL_FILE * len(files), _MOST_BYTES):
        return table.restored(pl.scan_parquet(list(files)))
    stamps = tuple((each.st_ino, each.st_size, each.st_mtime_ns) for each in found)
    return _in_memory(table, tuple(files), stamps).lazy()


# As many as there are tables of deliveries. A file that is written again is another file, with another stamp.
@lru_cache(maxsize=16)
def _in_memory(table: Table, files: tuple[Path, ...], _stamps: tuple[tuple[int, ...], ...]) -> pl.DataFrame:
    return table.restored(pl.scan_parquet(list(files))).collect()


def _seen(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def digest(*parts: object) -> str:
    """A short hash of plain values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:20]


def files_digest(places: Sequence[Path]) -> str:
    """A hash of the names and bytes of files and of all files below folders, compiled ones left out."""
    hasher = hashlib.sha256()
    for place in places:
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and file.suffix != ".pyc":
                hasher.update(file.relative_to(place).as_posix().encode() + b"\0" + file.read_bytes())
    return hasher.hexdigest()[:20]
