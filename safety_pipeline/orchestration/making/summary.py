"""What a table over all deliveries reads and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.blocks import in_blocks
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.storage import Stored, link_table


@dataclass(frozen=True)
class Summary:
    """One table over all deliveries: what it reads and how it is made; or which stored table it is as it stands.

    What it says of one trial, of one drug or of a pair of documents is the same whatever else the lake holds, where it
    is ``apart`` by that.
    """

    table: Table
    reads: tuple[Table, ...]
    make: Callable[[Lake], pl.LazyFrame]
    same_as: Table | None = None
    apart: Literal["trial", "drug", "pair"] | None = None

    @property
    def is_by_trial(self) -> bool:
        return self.apart == "trial"

    def in_blocks(self, lake: Lake) -> pl.LazyFrame:
        """The rows made of the whole lake, those of trials block after block."""
        return in_blocks(lake, self.table, self.make) if self.is_by_trial else self.make(lake)

    def write(self, lake: Lake, rows: "Rows | None" = None) -> Stored:
        """Make the table as an engine makes it, and store it."""
        if self.same_as is not None:
            return link_table(lake.path(self.same_as), lake.path(self.table))
        return lake.write(self.table, self.in_blocks(lake) if rows is None else rows(lake, self))


Rows = Callable[[Lake, Summary], pl.LazyFrame]
