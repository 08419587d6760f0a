"""Bringing a lake up to date: what is stale is computed in this process, what is fresh is left alone.

Dagster is loaded only where there is something to do: it takes longer than to see that there is nothing.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.check.judge_aside import judge_aside
from safety_pipeline.orchestration.lakes import dq, left_out, machine
from safety_pipeline.orchestration.lakes.lake import LAKE_VARIABLE, Lake
from safety_pipeline.orchestration.lakes.lock import only_writer
from safety_pipeline.orchestration.making.plan import plan, summary_inputs
from safety_pipeline.publish.release import complete_switch
from safety_pipeline.tables.storage import remove_leftovers

_PATIENCE_SECONDS = 3600.0


@dataclass(frozen=True)
class Report:
    """What a run did: the deliveries it computed, those it withdrew, and the faults that stopped a part of it.

    ``findings`` are what critical checks took out and which deliveries were left out, so that the others are published.
    """

    computed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    was_current: bool
    faults: tuple[str, ...]
    findings: tuple[str, ...] = ()


def run(folder: Path, say: Callable[[str], None]) -> Report:
    """Bring the lake up to date with what is landed."""
    machine.make_folder(folder)
    os.environ[LAKE_VARIABLE] = str(folder)
    with only_writer(folder, "safety-pipeline run", patience_seconds=_PATIENCE_SECONDS, say=say):
        return _bring_up_to_date(folder, say)


def _bring_up_to_date(folder: Path, say: Callable[[str], None]) -> Report:
    remove_leftovers(folder)
    complete_switch(folder / "published")
    lake = Lake(folder)
    withdrawn = tuple(lake.withdraw(lake.remembered_deliveries()))
    left_out.take_back(lake, lake.deliveries, "summarised", made_of=summary_inputs(lake))
    todo = plan(lake)
    if todo.is_empty:
        return Report((), withdrawn, was_current=True, faults=(), findings=tuple(findings(lake)))
    with judge_aside():
        from safety_pipeline.orchestration.runs.execute import execute  # noqa: PLC0415  (Dagster loads in two seconds)

        faults = execute(lake, todo, say)
    dq.put_flat(lake)
    return Report(
        todo.stale_deliveries, withdrawn, was_current=False, faults=faults, findings=tuple(findings(Lake(folder)))
    )


def findings(lake: Lake) -> Iterator[str]:
    """What a person must hear of: deliveries left out, and critical checks that took rows out."""
    yield from (f"{name}: {why['explanation']}" for name, why in lake.left_out.items())
    failed = dq.results(lake).filter(~pl.col("passed"), pl.col("severity") == "critical").collect()
    yield from (f"{row['asset']}: {row['check_name']}: {row['finding']}" for row in failed.to_dicts())
