"""Results of data-quality checks, kept between the runs of the suites, and the table `dq_result`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from safety_pipeline.check.expectations import Outcome
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.tables.published import DQ_RESULT
from safety_pipeline.tables.storage import write_table


def record(lake: Lake, suite_name: str, outcomes: Sequence[Outcome], *, run_id: str) -> None:
    """Keep the latest outcomes of a suite."""
    checked_at = datetime.now(UTC).replace(tzinfo=None)
    rows = [_row(outcome, run_id=run_id, checked_at=checked_at) for outcome in outcomes]
    folder = lake.folder / ".state" / "dq"
    write_table(DQ_RESULT, DQ_RESULT.from_rows(rows), folder / f"{suite_name}.parquet")


def record_fault(lake: Lake, asset: str, finding: str) -> None:
    """A table that could not be made is a critical finding until it can."""
    row = {
        "asset": asset,
        "check_name": "can_be_made",
        "severity": "critical",
        "passed": False,
        "description": f"{asset} can be made of what is landed.",
        "finding": finding,
        "run_id": "",
        "checked_at": datetime.now(UTC).replace(tzinfo=None),
    }
    write_table(DQ_RESULT, DQ_RESULT.from_rows([row]), _fault_path(lake, asset))


def forget_fault(lake: Lake, asset: str) -> None:
    """The table could be made again, so that it is no finding any more."""
    _fault_path(lake, asset).unlink(missing_ok=True)


def has_fault(lake: Lake) -> bool:
    """Whether a table could not be made."""
    return any((lake.folder / ".state" / "dq").glob("*_can_be_made.parquet"))


def _fault_path(lake: Lake, asset: str) -> Path:
    return lake.folder / ".state" / "dq" / f"{asset.replace('/', '_')}_can_be_made.parquet"


def _row(outcome: Outcome, *, run_id: str, checked_at: datetime) -> dict[str, object]:
    return {
        "asset": outcome.asset,
        "check_name": outcome.check_name,
        "severity": outcome.severity,
        "passed": outcome.passed,
        "n_failing": outcome.n_failing,
        "n_checked": outcome.n_checked,
        "description": outcome.description,
        "finding": None if outcome.passed else outcome.sentence,
        "run_id": run_id,
        "checked_at": checked_at,
    }


def results(lake: Lake) -> pl.LazyFrame:
    """The latest outcome of every check."""
    files = sorted((lake.folder / ".state" / "dq").glob("[!.]*.parquet"))
    frame = pl.scan_parquet(files) if files else DQ_RESULT.empty()
    return frame.sort(DQ_RESULT.key)


def put_flat(lake: Lake) -> None:
    """The flat check results are of the latest run; those inside a release are of the run that made it."""
    write_table(DQ_RESULT, results(lake), lake.folder / "published" / f"{DQ_RESULT.name}.parquet")
