"""Deliveries as Dagster's partitions, and the runs over neighbours among them."""

from collections.abc import Sequence

import dagster as dg

_NAME = "delivery"
DELIVERIES = dg.DynamicPartitionsDefinition(name=_NAME)
_RANGE_START = "dagster/asset_partition_range_start"
_RANGE_END = "dagster/asset_partition_range_end"


def partitions(instance: dg.DagsterInstance) -> list[str]:
    """The deliveries Dagster knows, in its order."""
    return list(instance.get_dynamic_partitions(_NAME))


def range_tags(block: Sequence[str]) -> dict[str, str]:
    """The tags of a run over neighbouring partitions."""
    return {_RANGE_START: block[0], _RANGE_END: block[-1]}


def deliveries_of(run: dg.DagsterRun, ordered: Sequence[str]) -> Sequence[str]:
    """The deliveries that the tags of a run name."""
    first, last = ordered.index(run.tags[_RANGE_START]), ordered.index(run.tags[_RANGE_END])
    return ordered[first : last + 1]
