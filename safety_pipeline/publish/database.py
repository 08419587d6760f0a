"""The public tables in one DuckDB file: with keys, NOT NULL and comments, in a version that older clients open."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.storage import count_rows
from safety_pipeline.tables.views import VIEWS

# DuckDB 2.0 writes files of its own version by default, which no 1.x client opens; BI drivers ship 1.x.
STORAGE_VERSION = "v1.2.0"
# With blocks of the default 256 kB the indexes of many small tables take three times the file; in blocks of 16 kB
# DuckDB stores the numbers of a large table as they are, and takes half as much again.
SMALL_BLOCKS, LARGE_BLOCKS = 16_384, 262_144
# The index of a key takes three seconds and 60 MB for a million rows, and five times the file; the suites prove the
# key of every table before it is published.
KEYED_UP_TO = 100_000
# DuckDB keeps whole row groups of each of its threads: without these, more of them the more processors there are.
_LIMITS = ("SET memory_limit = '1GB'", "SET threads = 2")
_SQL_TYPES = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Datetime: "TIMESTAMP",
}


def write_database(path: Path, tables: Mapping[Table, Path]) -> None:
    """Each Parquet file as a table with its description, and each column with its own."""
    n_rows = {table: count_rows(file) for table, file in tables.items()}
    block_size = LARGE_BLOCKS if max(n_rows.values()) > KEYED_UP_TO else SMALL_BLOCKS
    with attached(path, f" (STORAGE_VERSION {_quoted(STORAGE_VERSION)}, BLOCK_SIZE {block_size})") as connection:
        declare(connection, {table: rows <= KEYED_UP_TO for table, rows in n_rows.items()})
        for table, file in tables.items():
            fill(connection, table, file)
        show(connection)
        connection.execute("CHECKPOINT safety")


@contextmanager
def attached(path: Path, written_as: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that writes the database, within the limits of memory and threads."""
    with duckdb.connect() as connection:
        for limit in _LIMITS:
            connection.execute(limit)
        connection.execute(f"ATTACH {_quoted(str(path))} AS safety{written_as}")
        connection.execute("USE safety")
        yield connection


def declare(connection: duckdb.DuckDBPyConnection, with_key: Mapping[Table, bool]) -> None:
    """The tables, empty and with their comments, at once: each statement by itself would wait for the disk."""
    connection.execute("BEGIN")
    for table, has_key in with_key.items():
        connection.execute(f"DROP TABLE IF EXISTS {_name(table.name)}")
        connection.execute(create_statement(table, with_key=has_key))
        for statement in comment_statements(table):
            connection.execute(statement)
    connection.execute("COMMIT")


def fill(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    """The rows of a Parquet file into the declared table."""
    insert = f'INSERT INTO "{table.name}" SELECT * FROM read_parquet(?)'  # noqa: S608  (our own table names)
    connection.execute(insert, [str(file)])


def show(connection: duckdb.DuckDBPyConnection) -> None:
    """The views beside the tables."""
    for statement in view_statements():
        connection.execute(statement)


def create_statement(table: Table, *, with_key: bool) -> str:
    """The table as declared; a key with a column that may be empty is UNIQUE, since a primary key may not."""
    lines = [_column_definition(column) for column in table.columns]
    if with_key and table.key:
        kind = "UNIQUE" if any(table.column(name).nullable for name in table.key) else "PRIMARY KEY"
        lines.append(f"{kind} ({', '.join(map(_name, table.key))})")
    return f"CREATE TABLE {_name(table.name)} ({', '.join(lines)})"


def _column_definition(column: Column) -> str:
    return f"{_name(column.name)} {_SQL_TYPES[type(column.dtype)]}{'' if column.nullable else ' NOT NULL'}"


def comment_statements(table: Table, kind: str = "TABLE") -> Iterator[str]:
    """What describes the table and its columns, in SQL that DuckDB and Postgres share."""
    yield f"COMMENT ON {kind} {_name(table.name)} IS {_quoted(table.description)}"
    for column in table.columns:
        yield f"COMMENT ON COLUMN {_name(table.name)}.{_name(column.name)} IS {_quoted(_comment(column))}"


def view_statements() -> Iterator[str]:
    """What makes and describes the views; the tables they ask are there already."""
    for view, question in VIEWS.items():
        yield f"DROP VIEW IF EXISTS {_name(view.name)}"
        yield f"CREATE VIEW {_name(view.name)} AS {question}"
        yield from comment_statements(view, kind="VIEW")


def _comment(column: Column) -> str:
    """The description with its unit, the caution, and that a number is not to be added up."""
    described = f"{column.description} [{column.unit}]" if column.unit else column.description
    never = "Never add up or average over rows." if column.additivity == "never" and column.unit else None
    return " ".join(part for part in (described, column.caution, never) if part)


def _name(text: str) -> str:
    return f'"{text}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
