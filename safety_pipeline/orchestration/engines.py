"""What makes the tables of deliveries and trials: Polars in this process, or Polars and Narwhals in a Spark cluster."""

from collections.abc import Callable, Sequence
from typing import Protocol

import polars as pl

from safety_pipeline.orchestration.blocks import in_blocks
from safety_pipeline.orchestration.lake import Lake
from safety_pipeline.orchestration.side_by_side import Stage, side_by_side
from safety_pipeline.tables.column import Table


class Engine(Protocol):
    """Both answer the same rows in the same order, so a lake does not remember which engine made it."""

    def of_deliveries(self, lake: Lake, stage: str, make: Stage, delivery_ids: Sequence[str]) -> Stage:
        """The stage for these deliveries; it may be made of all of them before the first is asked for."""
        ...

    def by_trial(self, lake: Lake, table: Table, make: Callable[[Lake], pl.LazyFrame]) -> pl.LazyFrame:
        """A table that says of a trial what it says whatever other trials there are."""
        ...


class InThisProcess:
    """Polars: the small deliveries together, each large one and each block of trials after the other."""

    def of_deliveries(self, lake: Lake, stage: str, make: Stage, delivery_ids: Sequence[str]) -> Stage:
        return side_by_side(lake, stage, delivery_ids, make)

    def by_trial(self, lake: Lake, table: Table, make: Callable[[Lake], pl.LazyFrame]) -> pl.LazyFrame:
        return in_blocks(lake, table, make)
