"""The main job in this process: the runs a plan asks for, and in words what stopped them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluation  # in no public module
from dagster._core.instance.ref import InstanceRef  # the public API has no instance at a place of one's own

from safety_pipeline.orchestration.assets.metadata import table_path
from safety_pipeline.orchestration.assets.partitions import DELIVERIES, partitions, range_tags
from safety_pipeline.orchestration.assets.selection import MAIN_JOB, checks_of, selected
from safety_pipeline.orchestration.definitions import defs
from safety_pipeline.orchestration.lakes import machine
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.plan import Plan, contiguous_blocks, plan
from safety_pipeline.orchestration.making.progress import progress_to
from safety_pipeline.orchestration.runs.history import open_history, set_aside_if_broken

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
SETTINGS = {"telemetry": {"enabled": False}, "nux": {"enabled": False}}
# Each pass leaves out at least one more delivery; a lake on which this does not end has another fault.
_MOST_PASSES = 6


def execute(lake: Lake, todo: Plan, say: Callable[[str], None]) -> tuple[str, ...]:
    """The faults of the last pass: one in which a delivery was left out is followed by another without it."""
    with progress_to(lambda line: say(f"  {line}")), instance(lake.folder, say) as opened:
        for _ in range(_MOST_PASSES):
            left_out_before = set(Lake(lake.folder).left_out)
            faults = tuple(_execute(lake, todo, opened, say))
            lake = Lake(lake.folder)
            if not faults or set(lake.left_out) == left_out_before:
                break
            todo = plan(lake)
    return faults


@contextmanager
def instance(folder: Path, say: Callable[[str], None] = lambda _: None) -> Iterator[dg.DagsterInstance]:
    """Dagster's memory of this lake, inside the lake, so that the UI shows the same runs."""
    home = folder / ".dagster"
    if aside := set_aside_if_broken(home):
        say(f"Dagster's history of this lake cannot be read; it was set aside as {aside} and is begun anew.")
    home.mkdir(parents=True, exist_ok=True)
    settings = {**SETTINGS, **open_history(home)}
    with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=settings)) as opened:
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
    known = partitions(dagster_instance)
    for gone in set(known) - set(lake.deliveries):
        dagster_instance.delete_dynamic_partition(name, gone)
    if new := [delivery_id for delivery_id in lake.deliveries if delivery_id not in known]:
        dagster_instance.add_dynamic_partitions(name, new)
    return partitions(dagster_instance)


def _some(block: list[str]) -> str:
    shown = ", ".join(block[:3])
    return shown if len(block) <= 3 else f"{shown} and {len(block) - 3} more"


def _job(dagster_instance: dg.DagsterInstance, tags: dict[str, str], keys: list[dg.AssetKey]) -> Iterator[str]:
    """Run the selected part; a blocking check that fails stops what comes after it and is named here."""
    job = defs.resolve_job_def(MAIN_JOB.name).get_subset(
        asset_selection=frozenset(keys), asset_check_selection=frozenset(checks_of(keys))
    )
    result = job.execute_in_process(run_config=_QUIET, instance=dagster_instance, tags=tags, raise_on_error=False)
    if not result.success:
        failures = [check for check in result.get_asset_check_evaluations() if not check.passed]
        yield from (_stopped(check) for check in failures if _stops(check))
        yield from _step_faults(result)


def _stops(check: AssetCheckEvaluation) -> bool:
    return check.severity == dg.AssetCheckSeverity.ERROR and bool(check.blocking)


def _stopped(check: AssetCheckEvaluation) -> str:
    """The table, the check, and the rows by their key with the deliveries they came from."""
    said = f"{table_path(check.asset_key)}: {check.check_name} failed: {check.description}"
    rows = check.metadata.get("failing_rows")
    if not isinstance(rows, dg.TableMetadataValue):
        return f"{said} Nothing was published."
    named = ["; ".join(f"{name}={value}" for name, value in record.data.items()) for record in rows.records]
    return f"{said} Nothing was published. Rows: {' | '.join(named)}"


def _step_faults(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error:
            error = event.step_failure_data.error
            innermost = error.cause or error
            if innermost.cls_name in _INTERRUPTED:
                yield f"{event.step_key}: interrupted. The next run goes on; what was published before stands."
            elif innermost.cls_name != "DagsterAssetCheckFailedError":  # named by its checks already
                yield f"{event.step_key}: {_said(innermost.message)}"


# By a signal that Dagster took, or inside of a step.
_INTERRUPTED = ("DagsterExecutionInterruptedError", "KeyboardInterrupt")


def _said(message: str) -> str:
    """One sentence: what a person can do where the machine is at fault, else the first line of the message."""
    return machine.advice_on(message) or message.strip().splitlines()[0].removeprefix(_OF_CLUSTER)


# How Dagster begins the message of a fault that is a sentence already.
_OF_CLUSTER = f"{machine.UnusableClusterError.__module__}.{machine.UnusableClusterError.__qualname__}: "
