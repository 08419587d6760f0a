"""The sensor that notices new, changed and withdrawn deliveries and asks for one run a tick."""

import dagster as dg

from safety_pipeline.orchestration import left_out
from safety_pipeline.orchestration.delivery_assets import DELIVERIES, LANDED
from safety_pipeline.orchestration.lake import Lake, digest, lake_folder
from safety_pipeline.orchestration.lock import LakeIsBusyError, only_writer
from safety_pipeline.orchestration.plan import contiguous_blocks, fingerprint, plan, summary_inputs
from safety_pipeline.orchestration.selection import MAIN_JOB, checks_of, range_tags, selected

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
    known = context.instance.get_dynamic_partitions(DELIVERIES.name or "")
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
    """One run: the first block of stale deliveries; the stages over all of them go with the last block."""
    todo = plan(lake)
    if todo.is_empty:
        return []
    blocks = contiguous_blocks(todo.stale_deliveries, ordered)
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


def _observed(lake: Lake, delivery_id: str) -> dg.AssetObservation:
    return dg.AssetObservation(
        LANDED.key, partition=delivery_id, metadata={"content_sha256": lake.deliveries[delivery_id].content_sha256}
    )
