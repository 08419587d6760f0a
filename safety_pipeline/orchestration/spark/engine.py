"""Spark as the engine: deliveries and blocks of trials are tasks of executors, a very large delivery is a plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.orchestration.increments.remade import remade
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.blocks import blocks, of_blocks, one_after_the_other
from safety_pipeline.orchestration.making.plan import STAGE_TABLES
from safety_pipeline.orchestration.making.side_by_side import Stage
from safety_pipeline.orchestration.making.stages import Frames
from safety_pipeline.orchestration.making.summary import Summary
from safety_pipeline.orchestration.spark import large_delivery, tasks
from safety_pipeline.orchestration.spark.session import session
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

    def rows(self, lake: Lake, summary: Summary) -> pl.LazyFrame:
        """What a small change reaches is made here, and so is a lake without blocks; else each block in an executor."""
        if (made := remade(lake, summary)) is not None:
            return made
        parts = blocks(lake) if summary.is_by_trial else []
        if not parts:
            return summary.make(lake)
        table, folder = summary.table, tasks.parts_folder(lake)
        answers = tasks.run_tasks(session(self.master), [tasks.block_task(lake, table, part) for part in parts])
        made_of = {part: tasks.files_of(each, with_message=True) for part, each in zip(parts, answers, strict=True)}
        return of_blocks(table, parts, lambda part: _read_once(table, [folder / made_of[part][table.path]]))


def _read_once(table: Table, files: Sequence[Path]) -> pl.LazyFrame:
    """The rows of parts of a table, in the order of the parts, which are deleted as they are read."""

    def parts() -> Iterator[pl.LazyFrame]:
        for file in files:
            yield pl.scan_parquet(file)
            file.unlink()

    return one_after_the_other(table, parts)
