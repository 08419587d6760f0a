"""The main job from the command line: what is stale is computed in this process, what is fresh is left alone."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from safety_pipeline.orchestration.definitions import defs
from safety_pipeline.orchestration.delivery_assets import DELIVERIES
from safety_pipeline.orchestration.history import unhurried
from safety_pipeline.orchestration.lake import LAKE_VARIABLE, Lake
from safety_pipeline.orchestration.plan import Plan, contiguous_blocks, plan
from safety_pipeline.orchestration.progress import heard
from safety_pipeline.orchestration.selection import MAIN_JOB, range_tags, selected
from safety_pipeline.publish.release import complete_switch
from safety_pipeline.tables.storage import remove_leftovers

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
SETTINGS = {"telemetry": {"enabled": False}, "nux": {"enabled": False}}


@dataclass(frozen=True)
class Report:
    """What a run did: the deliveries it computed, those it withdrew, and the faults that stopped a part of it."""

    computed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    was_current: bool
    faults: tuple[str, ...]


def run(folder: Path, say: Callable[[str], None]) -> Report:
    """Bring the lake up to date with what is landed."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[LAKE_VARIABLE] = str(folder)
    remove_leftovers(folder)
    complete_switch(folder / "published")
    lake = Lake(folder)
    withdrawn = tuple(lake.withdraw(lake.remembered_deliveries()))
    todo = plan(lake)
    if todo.is_empty:
        return Report((), withdrawn, was_current=True, faults=())
    with unhurried(), heard(lambda line: say(f"  {line}")), instance(folder) as dagster_instance:
        faults = tuple(_execute(lake, todo, dagster_instance, say))
    return Report(todo.stale_deliveries, withdrawn, was_current=False, faults=faults)


@contextmanager
def instance(folder: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster's memory of this lake, inside the lake, so that the UI shows the same runs."""
    home = folder / ".dagster"
    home.mkdir(parents=True, exist_ok=True)
    with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=SETTINGS)) as opened:
        yield opened


def _execute(lake: Lake, todo: Plan, dagster_instance: dg.DagsterInstance, say: Callable[[str], None]) -> Iterator[str]:
    ordered = register(lake, dagster_instance)
    *first, last = contiguous_blocks(todo.stale_deliveries, ordered) or [[]]
    for block in first:
        say(f"Reading, harmonising and checking {_some(block)}.")
        yield from _job(dagster_instance, range_tags(block), selected(with_deliveries=True, with_summaries=False))
    say(
        f"Reading, harmonising and checking {_some(last)}; summarising, publishing."
        if last
        else "Summarising, publishing."
    )
    keys = selected(with_deliveries=bool(last), with_summaries=True)
    yield from _job(dagster_instance, range_tags(last) if last else {}, keys)


def register(lake: Lake, dagster_instance: dg.DagsterInstance) -> list[str]:
    """Make the landed deliveries Dagster's partitions; answers them in Dagster's order."""
    name = DELIVERIES.name or ""
    known = dagster_instance.get_dynamic_partitions(name)
    for gone in set(known) - set(lake.deliveries):
        dagster_instance.delete_dynamic_partition(name, gone)
    if new := [delivery_id for delivery_id in lake.deliveries if delivery_id not in known]:
        dagster_instance.add_dynamic_partitions(name, new)
    return list(dagster_instance.get_dynamic_partitions(name))


def _some(block: list[str]) -> str:
    shown = ", ".join(block[:3])
    return shown if len(block) <= 3 else f"{shown} and {len(block) - 3} more"


def _job(dagster_instance: dg.DagsterInstance, tags: dict[str, str], keys: list[dg.AssetKey]) -> Iterator[str]:
    """Run the selected part; a blocking check that fails stops what comes after it and is named here."""
    result = defs.resolve_job_def(MAIN_JOB.name).execute_in_process(
        run_config=_QUIET, instance=dagster_instance, asset_selection=keys, tags=tags, raise_on_error=False
    )
    if not result.success:
        failures = [check for check in result.get_asset_check_evaluations() if not check.passed]
        critical = [check for check in failures if check.severity == dg.AssetCheckSeverity.ERROR]
        yield from (f"{'/'.join(check.asset_key.path)}: {check.check_name} failed" for check in critical)
        yield from _step_faults(result)


def _step_faults(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error:
            error = event.step_failure_data.error
            innermost = error.cause or error
            if innermost.cls_name != "DagsterAssetCheckFailedError":  # named by its checks already
                yield f"{event.step_key}: {innermost.message.strip().splitlines()[0]}"
