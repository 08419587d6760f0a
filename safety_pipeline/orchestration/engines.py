"""What makes the tables of deliveries and trials: Polars in this process, or Polars and Narwhals in a Spark cluster."""

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from safety_pipeline.orchestration.increments.remade import remade
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.side_by_side import Made, Stage, side_by_side
from safety_pipeline.orchestration.making.summary import Summary


class Engine(Protocol):
    """Both answer the same rows in the same order, so a lake does not remember which engine made it."""

    def of_deliveries(self, lake: Lake, stage: str, make: Stage, delivery_ids: Sequence[str]) -> Made:
        """The stage for these deliveries; it may be made of all of them before the first is asked for."""
        ...

    def rows(self, lake: Lake, summary: Summary) -> pl.LazyFrame:
        """The rows of a table over all deliveries."""
        ...


class InThisProcess:
    """Polars: the small deliveries together, each large one and each block of trials after the other."""

    def of_deliveries(self, lake: Lake, stage: str, make: Stage, delivery_ids: Sequence[str]) -> Made:
        return side_by_side(lake, stage, delivery_ids, make)

    def rows(self, lake: Lake, summary: Summary) -> pl.LazyFrame:
        made = remade(lake, summary)
        return summary.in_blocks(lake) if made is None else made
