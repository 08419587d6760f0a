"""What Dagster's database says of the runs of a cluster."""

from dataclasses import dataclass

from adbc_driver_postgresql import dbapi

_RUNS = """
SELECT run_id, status, start_time, end_time, (
    SELECT value FROM run_tags WHERE run_tags.run_id = runs.run_id AND key = 'dagster/asset_partition_range_start'
) FROM runs ORDER BY start_time
"""


@dataclass(frozen=True)
class Run:
    """One run; the delivery is none where it is about all of them."""

    run_id: str
    status: str
    began: float | None
    ended: float | None
    delivery_id: str | None


def runs(postgres: str) -> list[Run]:
    with dbapi.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('runs') IS NOT NULL AND to_regclass('run_tags') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(_RUNS)
        return [Run(*row) for row in cursor.fetchall()]


def succeeded(found: list[Run]) -> list[Run]:
    return [run for run in found if run.status == "SUCCESS"]


def at_once(found: list[Run]) -> list[tuple[Run, Run]]:
    """Pairs of runs that did their work at the same time."""
    timed = [run for run in found if run.began and run.ended]
    return [
        (first, second)
        for at, first in enumerate(timed)
        for second in timed[at + 1 :]
        if first.began < second.ended and second.began < first.ended
    ]
