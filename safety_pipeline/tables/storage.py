"""Parquet files of declared tables: written under a temporary name, made durable, then renamed."""

import hashlib
import io
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from safety_pipeline.tables.column import Column, Table

TEMPORARY_PREFIX = ".tmp-"
# A group of rows that fills those of DuckDB is loaded by two threads, in half the time, into a smaller file.
_ROW_GROUP = 122_880
_FOR_QUERIES: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "statistics": "full",
    "row_group_size": _ROW_GROUP,
}
# The next stage reads all of it once; so it is written in four fifths of the time.
_WRITING: dict[str, dict[str, Any]] = {"ingested": {"compression": "lz4", "statistics": False}}


@dataclass(frozen=True)
class Stored:
    """What one write left behind: ``sha256`` is the table's data version; ``is_rewritten`` is false for equal bytes."""

    path: Path
    n_rows: int
    sha256: str
    is_rewritten: bool


def write_tables(
    frames: Mapping[Table, pl.LazyFrame | pl.DataFrame], path_of: Callable[[Table], Path]
) -> dict[Table, Stored]:
    """Several tables side by side: the small ones take the time in which a large one leaves a processor idle."""
    planned = {table: frame for table, frame in frames.items() if isinstance(frame, pl.LazyFrame)}
    in_memory = {table: frame for table, frame in frames.items() if isinstance(frame, pl.DataFrame)}
    stored = _write_rows(in_memory, path_of)
    if planned:
        with ThreadPoolExecutor() as workers:
            written = workers.map(write_table, planned, planned.values(), map(path_of, planned))
            stored |= dict(zip(planned, written, strict=True))
    return {table: stored[table] for table in frames}


def write_table(table: Table, frame: pl.LazyFrame, path: Path) -> Stored:
    """The frame as the Parquet file of its table; a failure leaves the previous file as it was.

    A streaming sink that fails leaves a short but readable file (seen with Polars 2.1), so the final name is
    only ever reached by a rename after the sink has returned and the bytes are on disk.
    """
    with _temporary(path) as temporary:
        # A sink that fails may open its file after it has said so: opened here, it cannot come back once it is deleted.
        with temporary.open("wb") as file:
            stored = table.stored(table.conform(frame))
            stored.sink_parquet(file, arrow_schema=arrow_schema(table), **_written(table))
        return _put_in_place(temporary, path, count_rows(temporary))


def _write_rows(frames: Mapping[Table, pl.DataFrame], path_of: Callable[[Table], Path]) -> dict[Table, Stored]:
    """Tables in memory that have the stored types: of a few rows, planning takes longer than writing.

    They are written one after the other, and wait for the disk side by side.
    """
    with ExitStack() as opened:
        temporary = {table: opened.enter_context(_temporary(path_of(table))) for table in frames}
        for table, rows in frames.items():
            if rows.is_empty():
                temporary[table].write_bytes(_without_rows(table))
            else:
                rows.write_parquet(temporary[table], arrow_schema=arrow_schema(table), **_written(table))
        waiting = {
            table: _waiters().submit(_put_in_place, temporary[table], path_of(table), rows.height)
            for table, rows in frames.items()
        }
        wait(waiting.values())
        return {table: stored.result() for table, stored in waiting.items()}


@cache
def _without_rows(table: Table) -> bytes:
    """The file of an empty table, which every other delivery has for most of its tables."""
    file = io.BytesIO()
    rows = pl.DataFrame(schema=table.stored_schema)
    rows.write_parquet(file, arrow_schema=arrow_schema(table), **_written(table))
    return file.getvalue()


@cache
def _waiters() -> ThreadPoolExecutor:
    """Threads that wait for the disk; they are kept, since starting them takes as long as waiting."""
    return ThreadPoolExecutor(thread_name_prefix="waits for the disk")


def _written(table: Table) -> dict[str, Any]:
    return _WRITING.get(table.stage, _FOR_QUERIES)


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """Another name beside the path, of which nothing is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}.parquet")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _put_in_place(temporary: Path, path: Path, n_rows: int) -> Stored:
    digest = sha256_of(temporary)
    if path.exists() and sha256_of(path) == digest:
        return Stored(path, n_rows, digest, is_rewritten=False)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)
    return Stored(path, n_rows, digest, is_rewritten=True)


def link_table(source: Path, path: Path) -> Stored:
    """A stored table as one more table of the same rows, columns and bytes."""
    with _temporary(path) as temporary:
        link(source, temporary)
        # Renaming a file onto another name of itself does nothing, and would leave the temporary one.
        is_new = not (path.exists() and path.samefile(temporary))
        if is_new:
            temporary.replace(path)
            sync(path.parent)
        return Stored(path, count_rows(path), sha256_of(path), is_rewritten=is_new)


def link(source: Path, target: Path) -> None:
    """A second name of a file, whose bytes are not written again; a copy where the disk has no such names."""
    try:
        target.hardlink_to(source)
    except OSError:
        copy(source, target)


def copy(source: Path, target: Path) -> None:
    """A copy of the same time, so that it can be told for one without being read."""
    shutil.copyfile(source, target)
    times = source.stat()
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))


def count_rows(path: Path) -> int:
    """Rows of a Parquet file, from the file itself."""
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Make a file or a directory entry durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """A text file, replaced atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    temporary.write_text(text, encoding="utf-8")
    sync(temporary)
    temporary.replace(path)


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """A frame of no declared table, replaced atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    frame.write_parquet(temporary)
    sync(temporary)
    temporary.replace(path)


def remove_leftovers(folder: Path) -> int:
    """Delete temporary files and folders a killed run left behind; answers how many."""
    leftovers = list(folder.rglob(f"{TEMPORARY_PREFIX}*"))
    for path in leftovers:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(leftovers)


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """The table's Arrow schema with each column's description and unit as field metadata."""
    arrow = pl.DataFrame(schema=table.stored_schema).to_arrow().schema
    fields = [_described(arrow.field(column.name), column) for column in table.columns]
    return pa.schema(fields, metadata={"description": table.description, "key": json.dumps(table.key)})


def _described(field: pa.Field, column: Column) -> pa.Field:
    """The field with what is said of its column beside what Polars notes of a dictionary."""
    unit = {"unit": column.unit} if column.unit else {}
    return field.with_metadata({**(field.metadata or {}), "description": column.description, **unit})
