"""Lakes for tests: the shipped documents in a folder of their own, run through the whole graph."""

import shutil
from pathlib import Path

import polars as pl

from safety_pipeline.orchestration.runs.run import Report, run

REPOSITORY = Path(__file__).resolve().parent.parent


def lake_with_shipped_documents(lake: Path) -> Path:
    shutil.copytree(REPOSITORY / "data_lake" / "landed", lake / "landed")
    return lake


def bring_up_to_date(lake: Path) -> Report:
    return run(lake, say=lambda _: None)


def published(lake: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(lake / "published" / f"{table}.parquet")
