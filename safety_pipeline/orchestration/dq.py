"""Check results between the runs of the suites and the table `dq_result`."""

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from safety_pipeline.check.expectations import Outcome
from safety_pipeline.orchestration.lake import Lake
from safety_pipeline.tables.published import DQ_RESULT
from safety_pipeline.tables.storage import write_table


def record(lake: Lake, suite_name: str, outcomes: Sequence[Outcome], *, run_id: str) -> None:
    """Keep the latest outcomes of a suite."""
    checked_at = datetime.now(UTC).replace(tzinfo=None)
    rows = [_row(outcome, run_id=run_id, checked_at=checked_at) for outcome in outcomes]
    folder = lake.folder / ".state" / "dq"
    write_table(DQ_RESULT, DQ_RESULT.from_rows(rows), folder / f"{suite_name}.parquet")


def _row(outcome: Outcome, *, run_id: str, checked_at: datetime) -> dict[str, object]:
    return {
        "asset": outcome.asset,
        "check_name": outcome.check_name,
        "severity": outcome.severity,
        "passed": outcome.passed,
        "n_failing": outcome.n_failing,
        "n_checked": outcome.n_checked,
        "description": outcome.description,
        "run_id": run_id,
        "checked_at": checked_at,
    }


def results(lake: Lake) -> pl.LazyFrame:
    """The latest outcome of every check."""
    files = sorted((lake.folder / ".state" / "dq").glob("[!.]*.parquet"))
    frame = pl.scan_parquet(files) if files else DQ_RESULT.empty()
    return frame.sort(DQ_RESULT.key)
