"""Spark as the engine: deliveries and blocks of trials are tasks of executors, a very large delivery is a plan."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.orchestration.blocks import blocks, one_after_the_other
from safety_pipeline.orchestration.lake import Lake
from safety_pipeline.orchestration.plan import STAGE_TABLES
from safety_pipeline.orchestration.side_by_side import Stage
from safety_pipeline.orchestration.spark import large_delivery, tasks
from safety_pipeline.orchestration.spark.session import session
from safety_pipeline.orchestration.stages import Frames
from safety_pipeline.tables.column import Table

# What is read from files as they were received is read here: an executor need not see them.
_STAGES = ("harmonised", "checked")


@dataclass(frozen=True)
class InSpark:
    """Executors make the rows; this process puts them into the files of the lake, in their order."""

    master: str | None

    def of_deliveries(self, lake: Lake, stage: str, make: Stage, delivery_ids: Sequence[str]) -> Stage:
        """The small deliveries are made in executors at once, before the first is asked for."""
        tasks.forget_parts(lake)
        if stage not in _STAGES:
            return make
        large = {name for name in delivery_ids if large_delivery.is_large(lake, name)}
        small = [name for name in delivery_ids if name not in large]
        spark = session(self.master)
        answers = tasks.run_tasks(spark, [tasks.delivery_task(lake, stage, name) for name in small]) if small else []
        answer_of = dict(zip(small, answers, strict=True))

        def made(lake: Lake, delivery_id: str) -> Frames:
            if delivery_id in large:
                return large_delivery.MADE[stage](spark, lake, delivery_id)
            files = tasks.files_of(answer_of[delivery_id], with_message=False)
            parts = {table: tasks.parts_folder(lake) / files[table.path] for table in STAGE_TABLES[stage]}
            return {table.name: _read_once(table, [file]) for table, file in parts.items()}

        return made

    def by_trial(self, lake: Lake, table: Table, make: Callable[[Lake], pl.LazyFrame]) -> pl.LazyFrame:
        """Each block of trials in an executor; a lake of one block stays here, where its rows are."""
        parts = blocks(lake)
        if len(parts) < 2:
            return make(lake)
        answers = tasks.run_tasks(session(self.master), [tasks.block_task(lake, table, part) for part in parts])
        made = [tasks.files_of(answer, with_message=True)[table.path] for answer in answers]
        return _read_once(table, [tasks.parts_folder(lake) / name for name in made])


def _read_once(table: Table, files: Sequence[Path]) -> pl.LazyFrame:
    """The rows of parts of a table, in the order of the parts, which are deleted as they are read."""

    def parts() -> Iterator[pl.LazyFrame]:
        for file in files:
            yield pl.scan_parquet(file)
            file.unlink()

    return one_after_the_other(table, parts)
