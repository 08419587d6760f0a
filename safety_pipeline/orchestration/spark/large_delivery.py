"""A delivery too large for one executor: its cells are harmonised, and asked its rules, as plans of Spark."""

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from safety_pipeline.check.delivery import ROW, faults_of
from safety_pipeline.engine import to_engine_of
from safety_pipeline.harmonise import toxicity_of_cells
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making import stages
from safety_pipeline.orchestration.spark.tasks import parts_folder
from safety_pipeline.tables import harmonised, ingested
from safety_pipeline.tables.column import Table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# From so many cells on: below, planning in Spark takes longer than counting in Polars.
LARGE_ROWS = 400_000


def is_large(lake: Lake, delivery_id: str) -> bool:
    """Whether a delivery has very many cells; one of subjects is never split, since a subject counts once."""
    cells = lake.scan(ingested.CELL, delivery_id).select(pl.len()).collect().item()
    return cells > LARGE_ROWS and stages.is_empty(lake.scan(ingested.SUBJECT, delivery_id))


def harmonised_tables(session: "SparkSession", lake: Lake, delivery_id: str) -> stages.Frames:
    """The tables of the stage, the toxicity of cells being made in Spark and stored in the order of the cells."""
    document = nw.from_native(session.read.parquet(str(lake.path(ingested.DOCUMENT, delivery_id))))
    cells = _numbered(session, lake.path(ingested.CELL, delivery_id))
    toxicity: Any = nw.to_native(toxicity_of_cells(cells, document, stages.references(lake), ROW))
    folder = parts_folder(lake) / uuid.uuid4().hex
    toxicity.orderBy(ROW).drop(ROW).write.parquet(str(folder))
    return {**stages.harmonised_tables(lake, delivery_id), "toxicity": _in_order(folder, harmonised.TOXICITY)}


def checked_tables(session: "SparkSession", lake: Lake, delivery_id: str) -> stages.Frames:
    """The tables of the stage, the rows that break a rule being looked for in Spark."""
    rows = _numbered(session, lake.path(harmonised.TOXICITY, delivery_id))
    term = to_engine_of(stages.references(lake).dim_term().collect(), rows)
    found: Any = nw.to_native(faults_of(rows, term))
    faults = pl.DataFrame(pl.from_arrow(found.toArrow())).with_columns(pl.col(ROW).cast(pl.get_index_type()))
    return stages.check(lake, delivery_id, faults.lazy())


MADE = {"harmonised": harmonised_tables, "checked": checked_tables}


def _numbered(session: "SparkSession", file: Path) -> nw.LazyFrame[Any]:
    """The rows of a file with their place in it, which Spark itself forgets."""
    rows: nw.LazyFrame[Any] = nw.from_native(
        session.read.parquet(str(file)).selectExpr("*", f"_metadata.row_index AS {ROW}")
    )
    return rows


def _in_order(folder: Path, table: Table) -> pl.LazyFrame:
    """What Spark wrote, sorted: its files are in order by name."""
    files = sorted(folder.glob("part-*.parquet"))
    return pl.scan_parquet(files).cast(table.schema) if files else table.empty()
