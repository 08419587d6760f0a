"""The real readers and stages, without Dagster and without storing: many deliveries side by side, and fast."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from safety_pipeline.land.deliveries import deliveries
from safety_pipeline.orchestration.making import stages, summaries
from safety_pipeline.tables import checked, harmonised, ingested, summarised
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.delivery import Delivery
from truth.printed import Printed


@dataclass
class MemoryLake:
    """What the stages ask of a lake. All deliveries of one kind are harmonised and checked as one, which is faster."""

    folder: Path
    deliveries: Mapping[str, Delivery]
    frames: dict[tuple[str, str], dict[str, pl.DataFrame]] = field(default_factory=dict)
    own_reference: Path | None = None  # the reference data that ship, without additions
    own_reference_version: str = ""

    def scan(self, table: Table, delivery_id: str | None = None) -> pl.LazyFrame:
        parts = self.frames.get((table.stage, table.name), {})
        wanted = list(parts.values()) if delivery_id is None else [parts[delivery_id]] if delivery_id in parts else []
        return pl.concat(wanted).lazy() if wanted else table.empty()

    def keep(self, table: Table, frame: pl.LazyFrame, delivery_id: str = "") -> None:
        self.frames.setdefault((table.stage, table.name), {})[delivery_id] = _stored(table, frame)


def _stored(table: Table, frame: pl.LazyFrame) -> pl.DataFrame:
    """The frame as it comes back from the table's file."""
    return table.restored(table.stored(table.conform(frame))).collect()


def run(printed: Iterable[Printed], last: Table = summarised.INCIDENCE_BY_ARM) -> MemoryLake:
    """From what was printed to a summary, by default incidence by arm."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        land(folder, printed)
        lake = MemoryLake(folder, {each.delivery_id: each for each in deliveries(folder)})
        for kind in sorted({delivery.kind for delivery in lake.deliveries.values()}):
            _read(lake, kind)
            _harmonise_and_check(lake, kind)
    _summarise(lake, last)
    return lake


def by_arm(lake: MemoryLake) -> pl.DataFrame:
    return lake.scan(summarised.INCIDENCE_BY_ARM).collect()


def land(folder: Path, printed: Iterable[Printed]) -> None:
    """The sources as files below `landed/`."""
    for source in printed:
        for name, text in source.files.items():
            path = folder / "landed" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def _read(lake: MemoryLake, kind: str) -> None:
    ids = [delivery_id for delivery_id, delivery in lake.deliveries.items() if delivery.kind == kind]
    read = [stages.ingest(lake, delivery_id) for delivery_id in ids]
    for table in ingested.INGESTED:
        lake.keep(table, pl.concat([_stored(table, frames[table.name]) for frames in read]).lazy(), kind)


def _harmonise_and_check(lake: MemoryLake, kind: str) -> None:
    for tables, make in ((harmonised.HARMONISED, stages.harmonised_tables), (checked.CHECKED, stages.check)):
        made = make(lake, kind)
        for table in tables:
            lake.keep(table, made[table.name], kind)


def _summarise(lake: MemoryLake, last: Table) -> None:
    """Every summary in its order, up to the last that is wanted."""
    for summary in summaries.SUMMARIES:
        lake.keep(summary.table, summary.make(lake))
        if summary.table is last:
            return
