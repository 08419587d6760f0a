"""The published tables for other programs: CSV and Parquet files, and a schema in Postgres."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from safety_pipeline.publish.database import comment_statements, create_statement, view_statements
from safety_pipeline.publish.formula_safe import csv
from safety_pipeline.publish.release_history import read
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.published import PUBLIC_TABLES

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class ExportError(Exception):
    """Nothing could be exported; the message says what to change."""


def to_folder(release: Path, folder: Path, tables: Sequence[Table], *, kind: str) -> Path:
    """Each table as one file of the folder; texts in CSV are no formulas."""
    if folder.is_file():
        raise ExportError(f"{folder} is a file; name a folder, which may be new.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be made: {error.strerror}.") from error
    for table in tables:
        frame = read(release, table)
        if kind == "csv":
            (folder / f"{table.name}.csv").write_bytes(csv(frame))
        else:
            frame.write_parquet(folder / f"{table.name}.parquet")
    return folder


def to_postgres(release: Path, address: str, tables: Sequence[Table], *, schema: str) -> str:
    """The tables as a schema of the database, with keys, NOT NULL and comments; all of it in one transaction.

    The views, which ask several of them, are there where all tables are.
    """
    if not _SCHEMA.fullmatch(schema):
        raise ExportError(f"{schema!r} is no name for a schema: lower-case letters, digits and _ only.")
    with _connected(address) as connection:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            cursor.execute(f"CREATE SCHEMA {schema}")
            cursor.execute(f"SET search_path TO {schema}")
            for table in tables:
                _fill(cursor, release, table, schema)
            for statement in view_statements() if set(tables) >= set(PUBLIC_TABLES) else ():
                cursor.execute(statement)
        connection.commit()
    parts = urlsplit(address)
    return f"schema {schema} of {parts.hostname or 'this machine'}{parts.path}"


def _fill(cursor: Any, release: Path, table: Table, schema: str) -> None:
    cursor.execute(create_statement(table, with_key=True).replace(" DOUBLE", " DOUBLE PRECISION"))
    frame: pl.DataFrame = read(release, table)
    if frame.height:
        cursor.adbc_ingest(table.name, frame.to_arrow(), mode="append", db_schema_name=schema)
    for statement in comment_statements(table):
        cursor.execute(statement)


def _connected(address: str) -> Any:
    try:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415  (an extra that few need)
    except ImportError as error:
        raise ExportError("Postgres needs the extra: pip install 'safety-pipeline[postgres]'.") from error
    try:
        return dbapi.connect(address)
    except Exception as error:
        raise ExportError(f"The database does not answer: {str(error).splitlines()[0]}") from error
