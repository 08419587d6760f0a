"""Dagster's SQLite history of runs, kept open while a run writes its thousands of events."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import dagster as dg
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

# Dagster's own classes open and close a database, and wait for the disk, for each event. There is no public interface
# beneath which to change that; the databases are the same, and the UI reads them with Dagster's own classes.


_MODULE = LoadableTargetOrigin(module_name="safety_pipeline.orchestration.definitions")
_LOCATION = ManagedGrpcPythonEnvCodeLocationOrigin(_MODULE, location_name="safety_pipeline")
_REPOSITORY = RemoteRepositoryOrigin(_LOCATION, "__repository__")


def open_history(home: Path) -> Mapping[str, Any]:
    """The setting of an instance whose history stays open."""
    return _storage(OpenHistory, home)


def brief_history(home: Path) -> Mapping[str, Any]:
    """The setting of Dagster's own processes."""
    return _storage(BriefHistory, home)


def _storage(kind: type[DagsterSqliteStorage], home: Path) -> Mapping[str, Any]:
    config = {"base_dir": str(home)}
    return {"storage": {"custom": {"module": __name__, "class": kind.__name__, "config": config}}}


def _engine(place: str) -> Engine:
    """Connections that are opened once, and wait for no disk: after a loss of power the newest events may be missing
    from the history, which stays sound; the lake itself does not depend on it.
    """
    engine = create_engine(place, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous = NORMAL")

    return engine


class BriefEventLog(SqliteEventLogStorage):
    """Dagster's log of events, in which a run plans each table once, and not once more for each of its deliveries."""

    @property
    def supports_partition_subset_in_asset_materialization_planned_events(self) -> bool:
        return True


class OpenEventLog(BriefEventLog):
    """Such a log, its databases kept open."""

    def __init__(self, base_dir: str) -> None:
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        self._columns: set[str] = set()
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard not in self._engines:
                self._engines[shard] = _engine(self.conn_string_for_shard(shard))
                self._initdb(self._engines[shard])
            with self._engines[shard].connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Remembered once it is there: Dagster asks for each event of an asset, and opens a database to answer."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        """Remembered likewise."""
        if column_name not in self._columns and super()._has_asset_key_col_on_connection(conn, column_name):
            self._columns.add(column_name)
        return column_name in self._columns

    def dispose(self) -> None:
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


class OpenRuns(SqliteRunStorage):
    """Dagster's list of runs, its database kept open."""

    _opened: Engine | None = None

    def add_run(self, dagster_run: dg.DagsterRun) -> dg.DagsterRun:
        """As if the code location had started it: the UI's timeline shows no other runs."""
        origin = RemoteJobOrigin(_REPOSITORY, dagster_run.job_name)
        return super().add_run(dagster_run._replace(remote_job_origin=origin))

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        if self._opened is None:
            self._opened = _engine(self._conn_string)
        with self._opened.connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        super().dispose()
        if self._opened is not None:
            self._opened.dispose()
        self._opened = None


class BriefHistory(DagsterSqliteStorage):
    """Dagster's storage of runs and events, for its daemon and pages: they live long, and keep no database open."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = BriefEventLog(str(Path(base_dir) / "history" / "runs"))

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:
        return cls(inst_data=inst_data, **config_value)


class OpenHistory(BriefHistory):
    """The same for one run of the command line, its databases kept open."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        super().__init__(base_dir, inst_data)
        self._run_storage = OpenRuns.from_local(str(Path(base_dir) / "history"))
        self._event_log_storage = OpenEventLog(str(Path(base_dir) / "history" / "runs"))


def set_aside_if_broken(home: Path) -> str | None:
    """Move a history that SQLite cannot read out of the way, since the lake does not depend on it; answers its name."""
    if not home.is_dir() or all(_is_sound(file) for file in home.rglob("*.db")):
        return None
    aside = home.with_name(f"{home.name}.broken-{datetime.now().astimezone():%Y%m%dT%H%M%S}")
    home.rename(aside)
    return aside.name


def _is_sound(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
