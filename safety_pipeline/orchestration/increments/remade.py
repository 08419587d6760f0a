"""A table over all deliveries from the rows of the latest release and those that a change of the lake reaches."""

from collections.abc import Iterator
from itertools import chain

import polars as pl

from safety_pipeline.orchestration.increments.changes import Changes, changes, with_drugs
from safety_pipeline.orchestration.increments.numbers import renumbered
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making import blocks
from safety_pipeline.orchestration.making.blocks import ORDER, Block, in_order, one_after_the_other
from safety_pipeline.orchestration.making.summary import Summary
from safety_pipeline.reference.assessment import suspicion_rules
from safety_pipeline.summarise.doubts.suspicions import documents_alike
from safety_pipeline.tables import checked
from safety_pipeline.tables.column import Table


def remade(lake: Lake, summary: Summary) -> pl.LazyFrame | None:
    """The rows, equal to those made of the whole lake and in their order; nothing where all of it must be made."""
    if summary.apart is None:
        return None
    found = changes(lake)
    if found is None or not found.since.holds(summary.table):
        return None
    return _MADE[summary.apart](lake, summary, found)


def _by_trial(lake: Lake, summary: Summary, found: Changes) -> pl.LazyFrame | None:
    """The trials that are reached, among the others; a table that names none is made again."""
    table = summary.table
    name, members = next(
        ((name, each) for name, each in ((ORDER, found.trials), ("document_id", found.documents)) if _has(table, name)),
        (None, frozenset()),
    )
    if name is None:
        return None
    new = table.stored(table.conform(summary.make(Block(lake.folder, lake, found.documents, found.trials))))
    kept = pl.col(name).cast(pl.String).is_in(sorted(members)).not_()
    then = found.since.stored(table)

    def parts() -> Iterator[pl.LazyFrame]:
        others = (renumbered(lake, table, rows) for rows in _slices(then, kept))
        if name == ORDER:
            return in_order(others, new.collect(engine="streaming"))
        return chain(others, [new])

    return one_after_the_other(table, parts)


def _slices(stored: pl.LazyFrame, kept: pl.Expr) -> Iterator[pl.LazyFrame]:
    n_rows = stored.select(pl.len()).collect().item()
    return (stored.slice(begun, blocks.BLOCK_ROWS).filter(kept) for begun in range(0, n_rows, blocks.BLOCK_ROWS))


def _by_drug(lake: Lake, summary: Summary, found: Changes) -> pl.LazyFrame:
    """The drugs that are reached, made of all of their trials."""
    part = Block(lake.folder, lake, *with_drugs(found, lake))
    return _replaced(summary, part, found, pl.col("drug").is_in(list(found.drugs), nulls_equal=True))


def _by_pair(lake: Lake, summary: Summary, found: Changes) -> pl.LazyFrame:
    """The pairs with a changed document, looked for among the documents that share enough counts with one."""
    changed = sorted(found.changed_documents)
    alike = documents_alike(lake.scan(checked.TOXICITY), changed, suspicion_rules())
    part = Block(lake.folder, lake, frozenset(alike), found.trials)
    return _replaced(summary, part, found, pl.any_horizontal(pl.col(*_PAIR).is_in(changed)))


_PAIR = ("document_id", "other_document_id")


def _replaced(summary: Summary, part: Lake, found: Changes, is_reached: pl.Expr) -> pl.LazyFrame:
    """The rows that are reached as they are made now, the others as they were."""
    table = summary.table
    kept = found.since.scan(table).filter(is_reached.not_())
    return pl.concat([kept, table.conform(summary.make(part)).filter(is_reached)]).sort(table.key)


def _has(table: Table, name: str) -> bool:
    return name in table.column_names


_MADE = {"trial": _by_trial, "drug": _by_drug, "pair": _by_pair}
