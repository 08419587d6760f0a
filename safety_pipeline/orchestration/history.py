"""Dagster's SQLite history of runs, spared the waiting for the disk that each of its thousands of events would cost."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def relaxed_sqlite_sync() -> Iterator[None]:
    """While it lasts, SQLite may write its history out later.

    Dagster opens and closes the database for each event. The last to close it moves the log into the file and waits
    for the disk, so one connection stays open; and a transaction waits for nothing. After a loss of power the newest
    events may be missing from the history, which stays sound; the lake itself does not depend on it.
    """
    held: dict[str, sqlite3.Connection] = {}

    def connected(connection: object, _record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.execute("PRAGMA synchronous = NORMAL")
        (_, _, file) = connection.execute("PRAGMA database_list").fetchone()
        if file and file not in held:
            held[file] = sqlite3.connect(file, check_same_thread=False)
            # Only a connection that has read something counts as open.
            held[file].execute("SELECT count(*) FROM sqlite_master").fetchone()

    event.listen(Engine, "connect", connected)
    try:
        yield
    finally:
        event.remove(Engine, "connect", connected)
        for connection in held.values():
            connection.close()


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
