"""The database of a release from that of the release before: only what differs is loaded again."""

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from safety_pipeline.publish.database import KEYED_UP_TO, attached, declare, fill, show, write_database
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.storage import count_rows


@dataclass(frozen=True)
class Before:
    """The database of an earlier release: its file, the tables that are the same, and those that differ in trials only.

    ``trials`` are all for which a row of these may be another one, then or now.
    """

    database: Path
    unchanged: Collection[Table]
    by_trial: Collection[Table]
    trials: Collection[str]


def renewed_database(path: Path, tables: Mapping[Table, Path], before: Before) -> None:
    """The tables as `write_database` writes them; as a whole where the earlier file cannot be gone on from."""
    try:
        shutil.copyfile(before.database, path)
        path.chmod(0o644)
        _renew(path, tables, before)
    except duckdb.Error:
        path.unlink(missing_ok=True)
        write_database(path, tables)


def _renew(path: Path, tables: Mapping[Table, Path], before: Before) -> None:
    changed = {table: file for table, file in tables.items() if table not in before.unchanged}
    with attached(path) as connection:
        in_part = [table for table in changed if table in before.by_trial]
        large = [table for table in in_part if _is_without_key(connection, table, changed[table])]
        for table in large:
            _replace_trials(connection, table, changed[table], before.trials)
        others = {table: file for table, file in changed.items() if table not in large}
        declare(connection, {table: count_rows(file) <= KEYED_UP_TO for table, file in others.items()})
        for table, file in others.items():
            fill(connection, table, file)
        show(connection)
        connection.execute("CHECKPOINT safety")


def _is_without_key(connection: duckdb.DuckDBPyConnection, table: Table, file: Path) -> bool:
    """Whether the table is too large for the index of a key, then and now."""
    told = connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()  # noqa: S608  (our own table names)
    return told is not None and min(told[0], count_rows(file)) > KEYED_UP_TO


def _replace_trials(connection: duckdb.DuckDBPyConnection, table: Table, file: Path, trials: Collection[str]) -> None:
    named = "trial_id IN (SELECT unnest(?))"
    connection.execute(f'DELETE FROM "{table.name}" WHERE {named}', [sorted(trials)])  # noqa: S608
    connection.execute(
        f'INSERT INTO "{table.name}" SELECT * FROM read_parquet(?) WHERE {named}',  # noqa: S608
        [str(file), sorted(trials)],
    )
