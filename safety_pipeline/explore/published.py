"""The published database of the current release, read-only."""

import threading
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from safety_pipeline.publish.release import DATABASE, LATEST
from safety_pipeline.tables.published import PUBLIC_TABLES


class NothingPublishedError(Exception):
    """The lake has no release yet, or none that this version of the product can show."""


class Published:
    """Questions to the release that is current when they are asked; a release's folder never changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._lasting: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._opened: tuple[Path, duckdb.DuckDBPyConnection] | None = None

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """The answer as plain dicts; ``$name`` in the SQL stands for a value."""
        return self.frame(sql, **values).to_dicts()

    def first(self, most: int, sql: str, **values: Any) -> tuple[list[dict[str, Any]], bool]:
        """The first rows of the answer, and whether it has more of them; the SQL ends with ``LIMIT $limit``."""
        found = self.rows(sql, limit=most + 1, **values)
        return found[:most], len(found) > most

    def frame(self, sql: str, **values: Any) -> pl.DataFrame:
        """The answer as a frame."""
        cursor = self._connection().cursor()
        answer = cursor.sql(sql, params=values).to_arrow_table()
        frame = pl.from_arrow(answer)
        return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()

    def lasting(self, sql: str) -> list[dict[str, Any]]:
        """The answer to a question without values, kept as long as the release is current."""
        key = (self.release_id(), sql)
        if key not in self._lasting:
            self._lasting[key] = self.rows(sql)
        return self._lasting[key]

    def has(self, table: str) -> bool:
        """Whether the release has such a table."""
        return bool(self.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = $name", name=table))

    def close(self) -> None:
        """Let go of the database; a later question opens it again."""
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = None

    def release_id(self) -> str:
        """The name of the current release; empty where there is none yet."""
        latest = self.folder / LATEST
        return latest.resolve().name if latest.exists() else ""

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """The connection to the current release; another one where a new release has come."""
        file = (self.folder / LATEST).resolve() / DATABASE
        if not file.exists():
            raise NothingPublishedError(f"{self.folder} holds no release yet: run `safety-pipeline run` first.")
        with self._lock:
            if self._opened is None or self._opened[0] != file:
                self._opened = (file, _opened(file))
            return self._opened[1]


def _opened(file: Path) -> duckdb.DuckDBPyConnection:
    """The database of a release, which must have every column that this version of the product shows."""
    connection = duckdb.connect(str(file), read_only=True)
    found = connection.execute("SELECT concat(table_name, '.', column_name) FROM duckdb_columns()").fetchall()
    there = {name for (name,) in found}
    missing = [f"{t.name}.{name}" for t in PUBLIC_TABLES for name in t.column_names if f"{t.name}.{name}" not in there]
    if missing:
        connection.close()
        raise NothingPublishedError(
            f"{file} was published by another version of safety-pipeline: it has no {missing[0]}. "
            "`safety-pipeline run` publishes it anew."
        )
    return connection
