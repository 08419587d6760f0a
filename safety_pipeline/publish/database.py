"""The public tables in one DuckDB file, materialised and commented."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from safety_pipeline.tables.column import Table


def write_database(path: Path, tables: Mapping[Table, Path]) -> None:
    """Each Parquet file as a table with its description, and each column with its own."""
    with duckdb.connect(str(path)) as connection:
        for table, file in tables.items():
            _load(connection, table, file)
        connection.execute("CHECKPOINT")


def _load(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> None:
    connection.execute(
        f'CREATE TABLE "{table.name}" AS SELECT * FROM read_parquet(?)',  # noqa: S608  (our own table names)
        [str(file)],
    )
    connection.execute(f'COMMENT ON TABLE "{table.name}" IS {_quoted(table.description)}')
    for column in table.columns:
        comment = f"{column.description} [{column.unit}]" if column.unit else column.description
        connection.execute(f'COMMENT ON COLUMN "{table.name}"."{column.name}" IS {_quoted(comment)}')


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
