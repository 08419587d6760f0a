"""A lake in blocks of whole trials: what is made of millions of rows needs memory for one block of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl
from polars.io.plugins import register_io_source

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.tables import checked, ingested, summarised
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.delivery import Delivery

# About so many accepted rows are a block: fewer cost time for planning, more cost memory.
BLOCK_ROWS = 400_000
_PAIR = ("document_id", "trial_id")
# What the rows of a lake of many rows are in the order of.
ORDER = "trial_id"
_TRIAL = pl.col(ORDER).cast(pl.String)


@dataclass(frozen=True)
class Block(Lake):
    """Some trials of a lake with all of their documents; trials that are tied by such a document are one block."""

    whole: Lake
    documents: frozenset[str]
    trials: frozenset[str]
    is_tied: bool = False

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
    """The table made of the lake; of a lake of many rows block after block."""
    parts = blocks(lake)
    if not parts:
        return make(lake)
    return of_blocks(table, parts, lambda part: table.stored(table.conform(make(part))))


def of_blocks(table: Table, parts: Sequence[Block], rows_of: Callable[[Block], pl.LazyFrame]) -> pl.LazyFrame:
    """The table from the stored rows of each block; one that names trials in their order, wherever a block ends."""
    if ORDER not in table.column_names:
        return one_after_the_other(table, lambda: map(rows_of, parts))

    def merged() -> Iterator[pl.LazyFrame]:
        tied = [rows_of(part).collect(engine="streaming") for part in parts if part.is_tied]
        among = pl.concat(tied) if tied else table.empty().cast(table.stored_schema).collect()
        return in_order((rows_of(part) for part in parts if not part.is_tied), among)

    return one_after_the_other(table, merged)


def in_order(parts: Iterable[pl.LazyFrame], others: pl.DataFrame) -> Iterator[pl.LazyFrame]:
    """Parts whose trials follow each other, with the rows of other trials among them where their names belong."""
    rest = others.sort(_TRIAL, maintain_order=True)
    for part in parts:
        rows = part.collect(engine="streaming")
        is_due = _TRIAL.le(rows.select(_TRIAL.max()).item()) if rows.height else pl.lit(value=False)
        yield _by_trial(pl.concat([rows, rest.filter(is_due)])).lazy()
        rest = rest.filter(is_due.not_())
    yield rest.lazy()


def _by_trial(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order of their trials; a block's own rows nearly always are, which is seen in no time."""
    is_sorted = rows.select(_TRIAL).to_series().is_sorted()
    return rows if is_sorted else rows.sort(_TRIAL, maintain_order=True)


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
    if not has_many_rows(lake):
        return []
    sized = _sized_pairs(lake).collect(engine="streaming")
    is_tied = pl.col("trial_id").is_in(sized.filter(pl.len().over("document_id") > 1)["trial_id"].implode())
    by_trial = sized.with_columns(is_tied=is_tied).sort(pl.col("is_tied").not_(), "trial_id", "document_id")
    counted = by_trial.with_columns(rows_so_far=pl.col("n_rows").cum_sum())
    numbered = counted.with_columns(number=_number())
    return [_block(lake, rows) for rows in numbered.partition_by("number", maintain_order=True)]


def pairs(lake: Lake) -> pl.LazyFrame:
    """Each document with each trial that it says anything of.

    A trial with a report of its own has no arm of a review, but the review's rows are there, and left out for that.
    """
    return _sized_pairs(lake).select(_PAIR)


def _sized_pairs(lake: Lake) -> pl.LazyFrame:
    """The pairs with ``n_rows``, the accepted rows of the document; the many rows are looked at once."""
    counted = lake.scan(checked.TOXICITY).group_by(_PAIR).agg(n_rows=pl.len())
    others = [lake.scan(table).select(_PAIR).unique() for table in (ingested.DOCUMENT, summarised.ARM)]
    named = pl.concat([*(each.with_columns(n_rows=pl.lit(0, pl.UInt32)) for each in others), counted])
    summed = named.group_by(_PAIR).agg(pl.col("n_rows").sum())
    return summed.with_columns(pl.col("n_rows").sum().over("document_id"))


def _number() -> pl.Expr:
    """The block of a pair of document and trial: the rows up to its trial, in whole blocks."""
    return pl.when("is_tied").then(-1).otherwise(pl.col("rows_so_far").min().over("trial_id") // BLOCK_ROWS)


def _block(lake: Lake, rows: pl.DataFrame) -> Block:
    documents, trials = frozenset(rows["document_id"]), frozenset(rows["trial_id"])
    return Block(lake.folder, lake, documents, trials, is_tied=bool(rows["is_tied"].any()))


def has_many_rows(lake: Lake) -> bool:
    """Whether the lake is made in blocks."""
    return bool(lake.scan(checked.TOXICITY).select(pl.len()).collect().item() > BLOCK_ROWS)
