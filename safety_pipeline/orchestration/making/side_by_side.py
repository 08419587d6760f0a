"""Small deliveries go through a stage together, since planning its queries costs more than reading their rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from safety_pipeline.orchestration.lakes import left_out
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.plan import STAGE_TABLES
from safety_pipeline.orchestration.making.stages import Frames, is_empty
from safety_pipeline.tables import harmonised, ingested
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.delivery import Delivery

Stage = Callable[[Lake, str], Frames]
# In memory with the types as stored, where there are few.
Rows = Mapping[str, pl.DataFrame]
Made = Callable[[Lake, str], Frames | Rows]
# A reader reads one delivery. Nothing in the other stages looks across deliveries, so their rows may stand together.
_READS: Mapping[str, Sequence[Table]] = {
    "harmonised": ingested.INGESTED,
    "checked": (harmonised.TOXICITY, harmonised.REFUSAL),
}
# Of the files that a stage reads, compressed: more would cost memory and gain nothing.
_MOST_BYTES = 4_000_000
_MOST_DELIVERIES = 200


@dataclass(frozen=True)
class Together(Lake):
    """Several deliveries of a lake, read as if they were one, whichever of them is asked for."""

    whole: Lake
    names: tuple[str, ...]

    @cached_property
    def deliveries(self) -> Mapping[str, Delivery]:
        return self.whole.deliveries

    def scan(self, table: Table, delivery_id: str | None = None) -> pl.LazyFrame:  # noqa: ARG002
        return self._scan(table, self.names)


def side_by_side(lake: Lake, stage: str, names: Sequence[str], make: Stage) -> Made:
    """The stage of one delivery, made of all in its batch at the first; each by itself where that fails."""
    if stage not in _READS:
        return lambda one, delivery_id: _read(one, stage, delivery_id, make)
    batch_of = {name: batch for batch in _batches(lake, stage, names) for name in batch}
    waiting: dict[str, Rows] = {}

    def made(one: Lake, delivery_id: str) -> Frames | Rows:
        if (batch := batch_of.get(delivery_id)) is not None:
            for name in batch:
                del batch_of[name]
            tried = left_out.tried(lambda: _made(lake, stage, batch, make))
            waiting.update({} if isinstance(tried, BaseException) else tried)
        frames = waiting.pop(delivery_id, None)
        return make(one, delivery_id) if frames is None else frames

    return made


def _read(lake: Lake, stage: str, delivery_id: str, make: Stage) -> Frames | Rows:
    """A delivery as its reader reads it, in memory where it is small."""
    frames = make(lake, delivery_id)
    return _in_memory(stage, frames) if _bytes_of(lake.deliveries[delivery_id].path) <= _MOST_BYTES else frames


def _made(lake: Lake, stage: str, batch: tuple[str, ...], make: Stage) -> dict[str, Rows]:
    """The tables of each delivery of the batch."""
    rows = _in_memory(stage, make(Together(lake.folder, lake, batch), batch[0]))
    parts = {name: _by_delivery(of_all) for name, of_all in rows.items()}
    return {name: {table: of.get(name, rows[table].clear()) for table, of in parts.items()} for name in batch}


def _in_memory(stage: str, frames: Frames) -> Rows:
    """The rows of every table of the stage, as they are stored."""
    tables = STAGE_TABLES[stage]
    collected = pl.collect_all([table.stored(table.conform(frames[table.name])) for table in tables])
    return {table.name: rows for table, rows in zip(tables, collected, strict=True)}


def _by_delivery(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {name: part for (name,), part in rows.partition_by("delivery_id", as_dict=True).items()}


def _bytes_of(landed: Path) -> int:
    """Of all files of a delivery, which is one of them or a folder."""
    files = landed.rglob("*") if landed.is_dir() else [landed]
    return sum(file.stat().st_size for file in files)


def _batches(lake: Lake, stage: str, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Small deliveries in batches of two or more; those with subjects take another way than those with counts."""
    open_batches: dict[bool, tuple[list[str], int]] = {}
    for name in names:
        size = _bytes_read(lake, stage, name)
        if size == 0 or size > _MOST_BYTES:
            continue
        has_subjects = stage == "harmonised" and not is_empty(lake.scan(ingested.SUBJECT, name))
        batch, so_far = open_batches.get(has_subjects, ([], 0))
        if batch and (so_far + size > _MOST_BYTES or len(batch) == _MOST_DELIVERIES):
            yield tuple(batch)
            batch, so_far = [], 0
        open_batches[has_subjects] = ([*batch, name], so_far + size)
    yield from (tuple(batch) for batch, _ in open_batches.values() if len(batch) > 1)


def _bytes_read(lake: Lake, stage: str, name: str) -> int:
    files = (lake.path(table, name) for table in _READS.get(stage, ()))
    return sum(file.stat().st_size for file in files if file.exists())
