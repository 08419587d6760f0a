"""The sensor that notices new, changed and withdrawn deliveries and asks for one run a tick."""

import os

import dagster as dg

from safety_pipeline.orchestration.assets.delivery_assets import LANDED
from safety_pipeline.orchestration.assets.partitions import DELIVERIES, partitions, range_tags
from safety_pipeline.orchestration.assets.selection import MAIN_JOB, checks_of, selected
from safety_pipeline.orchestration.lakes import left_out
from safety_pipeline.orchestration.lakes.lake import PARTITIONED_STAGES, Lake, digest, lake_folder
from safety_pipeline.orchestration.lakes.lock import LakeIsBusyError, only_writer
from safety_pipeline.orchestration.making.plan import contiguous_blocks, fingerprint, plan, summary_inputs
from safety_pipeline.settings import DELIVERIES_PER_RUN
from safety_pipeline.tables.storage import remove_leftovers

_UNFINISHED = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
)


@dg.sensor(
    job=MAIN_JOB,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks at landed/ and asks for what depends on a new, changed or withdrawn delivery.",
)
def deliveries_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    try:
        with only_writer(lake_folder(), "the Dagster sensor"):
            return _asked_for(context, Lake(lake_folder()))
    except LakeIsBusyError as error:
        return dg.SkipReason(str(error))


def _asked_for(context: dg.SensorEvaluationContext, lake: Lake) -> dg.SensorResult:
    known = partitions(context.instance)
    new = [name for name in lake.deliveries if name not in known]
    gone = [name for name in known if name not in lake.deliveries]
    lake.withdraw(lake.remembered_deliveries())
    left_out.take_back(lake, lake.deliveries, "summarised", made_of=summary_inputs(lake))
    # Read anew: some may have been taken back.
    lake = Lake(lake.folder)
    requests: list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest] = []
    if new:
        requests.append(DELIVERIES.build_add_request(new))
    if gone:
        requests.append(DELIVERIES.build_delete_request(gone))
    ordered = [name for name in (*known, *new) if name in lake.deliveries]
    return dg.SensorResult(
        # A run in progress is itself making things current: what is left then is seen at a later tick.
        run_requests=[] if _is_running(context.instance) else _run_requests(lake, ordered),
        dynamic_partitions_requests=requests,
        asset_events=[_observed(lake, name) for name in new],
    )


def _is_running(instance: dg.DagsterInstance) -> bool:
    unfinished = dg.RunsFilter(job_name=MAIN_JOB.name, statuses=list(_UNFINISHED))
    return bool(instance.get_run_ids(unfinished, limit=1))


def _run_requests(lake: Lake, ordered: list[str]) -> list[dg.RunRequest]:
    """One run: the first block of stale deliveries; the stages over all of them go with the last block.

    Where runs are spread over machines: a run for each few of them, and the stages over all once none is stale.
    """
    todo = plan(lake)
    if todo.is_empty:
        return []
    # The sensor has the lake alone: what is temporary now was left by a run that was killed.
    remove_leftovers(lake.folder)
    blocks = contiguous_blocks(todo.stale_deliveries, ordered)
    if size := deliveries_per_run():
        parts = [block[at : at + size] for block in blocks for at in range(0, len(block), size)]
        if parts:
            return [_of_deliveries_alone(lake, part) for part in parts]
    keys = selected(with_deliveries=bool(blocks), with_summaries=len(blocks) <= 1)
    tags = range_tags(blocks[0]) if blocks else {}
    versions = [fingerprint(lake, "ingested", name) for name in todo.stale_deliveries]
    return [
        dg.RunRequest(
            run_key=digest(versions, tags, fingerprint(lake, "summarised")),
            asset_selection=keys,
            asset_check_keys=checks_of(keys),
            tags=tags,
        )
    ]


def deliveries_per_run() -> int | None:
    """The most deliveries of one run, as the environment says; all of them where it says nothing."""
    said = os.environ.get(DELIVERIES_PER_RUN.name, "").strip()
    return int(said) if said.isascii() and said.isdigit() and int(said) > 0 else None


def _of_deliveries_alone(lake: Lake, block: list[str]) -> dg.RunRequest:
    """A run without checks, which look at all deliveries: it shares the lake with other runs like it."""
    before = [lake.state(stage, name) for name in block for stage in PARTITIONED_STAGES]
    versions = [fingerprint(lake, "ingested", name) for name in block]
    return dg.RunRequest(
        run_key=digest(versions, range_tags(block), before),
        asset_selection=selected(with_deliveries=True, with_summaries=False),
        asset_check_keys=[],
        tags=range_tags(block),
    )


def _observed(lake: Lake, delivery_id: str) -> dg.AssetObservation:
    return dg.AssetObservation(
        LANDED.key, partition=delivery_id, metadata={"content_sha256": lake.deliveries[delivery_id].content_sha256}
    )
