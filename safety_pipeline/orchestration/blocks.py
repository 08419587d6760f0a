"""A lake in blocks of whole trials: what is made of millions of rows needs memory for one block of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl
from polars.io.plugins import register_io_source

from safety_pipeline.orchestration.lake import Lake
from safety_pipeline.tables import checked, ingested, summarised
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.delivery import Delivery

# About so many accepted rows are a block: fewer cost time for planning, more cost memory.
BLOCK_ROWS = 400_000
_PAIR = ("document_id", "trial_id")


@dataclass(frozen=True)
class Block(Lake):
    """Some trials of a lake with all of their documents."""

    whole: Lake
    documents: frozenset[str]
    trials: frozenset[str]

    @cached_property
    def deliveries(self) -> Mapping[str, Delivery]:
        return self.whole.deliveries

    @cached_property
    def left_out(self) -> Mapping[str, Mapping[str, str]]:
        return self.whole.left_out

    def scan(self, table: Table, delivery_id: str | None = None) -> pl.LazyFrame:
        """The rows of the block's documents; of its trials where a table names no document."""
        rows = self.whole.scan(table, delivery_id)
        for name, members in (("document_id", self.documents), ("trial_id", self.trials)):
            if name in table.column_names:
                return rows.filter(pl.col(name).is_in(sorted(members)))
        return rows


def in_blocks(lake: Lake, table: Table, make: Callable[[Lake], pl.LazyFrame]) -> pl.LazyFrame:
    """The table made of the lake; of a lake of many rows block after block, in the order of the blocks."""
    parts = blocks(lake)
    if len(parts) < 2:
        return make(lake)
    return one_after_the_other(table, lambda: (table.stored(table.conform(make(part))) for part in parts))


def one_after_the_other(table: Table, parts: Callable[[], Iterator[pl.LazyFrame]]) -> pl.LazyFrame:
    """The table from its parts as they are stored, each made when it is its turn; none is asked for before."""

    def made(
        names: list[str] | None, predicate: pl.Expr | None, _rows: int | None, _size: int | None
    ) -> Iterator[pl.DataFrame]:
        for rows in parts():
            kept = rows if predicate is None else rows.filter(predicate)
            yield (kept if names is None else kept.select(names)).collect(engine="streaming")

    return register_io_source(made, schema=table.stored_schema)


def blocks(lake: Lake) -> list[Block]:
    """The lake in blocks; none where it has few rows.

    A document of several trials ties them together: these trials come first, as one block. The others follow in
    order, so that a block is a range of the files of a register.
    """
    toxicity = lake.scan(checked.TOXICITY)
    if toxicity.select(pl.len()).collect().item() <= BLOCK_ROWS:
        return []
    n_rows = toxicity.group_by("document_id").agg(n_rows=pl.len())
    pairs = pl.concat([lake.scan(table).select(_PAIR) for table in (ingested.DOCUMENT, summarised.ARM)]).unique()
    sized = pairs.join(n_rows, on="document_id", how="left", validate="m:1").collect(engine="streaming")
    is_tied = pl.col("trial_id").is_in(sized.filter(pl.len().over("document_id") > 1)["trial_id"].implode())
    by_trial = sized.with_columns(is_tied=is_tied).sort(pl.col("is_tied").not_(), "trial_id", "document_id")
    counted = by_trial.with_columns(rows_so_far=pl.col("n_rows").fill_null(0).cum_sum())
    numbered = counted.with_columns(number=_number())
    return [_block(lake, rows) for rows in numbered.partition_by("number", maintain_order=True)]


def _number() -> pl.Expr:
    """The block of a pair of document and trial: the rows up to its trial, in whole blocks."""
    return pl.when("is_tied").then(-1).otherwise(pl.col("rows_so_far").min().over("trial_id") // BLOCK_ROWS)


def _block(lake: Lake, rows: pl.DataFrame) -> Block:
    return Block(lake.folder, lake, frozenset(rows["document_id"]), frozenset(rows["trial_id"]))
