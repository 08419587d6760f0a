"""Which deliveries make a summary fail: searched for by halves, in a folder of its own beside the lake's tables."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shutil import rmtree

from safety_pipeline.orchestration.lakes import left_out
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.orchestration.making.summary import Summary
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.storage import TEMPORARY_PREFIX

Names = tuple[str, ...]
_MOST_SETS = 10


@dataclass(frozen=True)
class PartOfLake(Lake):
    """Some deliveries of a lake, with summaries of their own."""

    whole: Lake
    names: Names
    scratch: Path

    @cached_property
    def deliveries(self) -> Mapping[str, Delivery]:
        return {name: self.whole.deliveries[name] for name in self.names}

    def path(self, table: Table, delivery_id: str | None = None) -> Path:
        if table.stage == "summarised":
            return self.scratch / f"{table.name}.parquet"
        return self.whole.path(table, delivery_id)


def failing_deliveries(lake: Lake, summary: Summary) -> Names:
    """The deliveries without which the summary can be made; none where it fails for all of them, or without any."""
    used = tuple(name for name in lake.deliveries if name not in lake.left_out)
    scratch = lake.folder / ".state" / f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}"
    needed = _needed(summary)

    def fails(names: Names) -> bool:
        part = PartOfLake(lake.folder, lake, names, scratch)
        return isinstance(left_out.tried(lambda: _make(part, needed)), BaseException)

    try:
        return () if fails(()) else _all_sets(used, fails)
    finally:
        rmtree(scratch, ignore_errors=True)


def _needed(summary: Summary) -> Sequence[Summary]:
    """The summary and those it is made of, in their order."""
    wanted = {summary.table}
    for each in reversed(SUMMARIES):
        if each.table in wanted:
            wanted |= set(each.reads)
    return [each for each in SUMMARIES if each.table in wanted]


def _make(part: PartOfLake, needed: Sequence[Summary]) -> None:
    for each in needed:
        part.write(each.table, each.make(part))


def _all_sets(names: Names, fails: Callable[[Names], bool]) -> Names:
    """Smallest sets that make it fail, one after the other until the rest does not; none where nothing is left."""
    found: Names = ()
    for _ in range(_MOST_SETS):
        rest = tuple(name for name in names if name not in found)
        if not fails(rest):
            return found if rest else ()
        found += _smallest(rest, (), fails)
    return ()


def _smallest(names: Names, beside: Names, fails: Callable[[Names], bool]) -> Names:
    """A smallest set of the names that fails beside the others; both halves may have to come together (QuickXplain)."""
    if len(names) == 1:
        return names
    first, second = names[: len(names) // 2], names[len(names) // 2 :]
    if fails((*beside, *first)):
        return _smallest(first, beside, fails)
    if fails((*beside, *second)):
        return _smallest(second, beside, fails)
    of_first = _smallest(first, (*beside, *second), fails)
    return (*of_first, *_smallest(second, (*beside, *of_first), fails))
