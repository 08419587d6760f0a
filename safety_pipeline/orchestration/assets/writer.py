"""The resource every step that writes the lake needs: while a run has it, no other process writes what it writes."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import dagster as dg

from safety_pipeline.orchestration.assets.partitions import deliveries_of, partitions
from safety_pipeline.orchestration.lakes.lake import PARTITIONED_STAGES, lake_folder
from safety_pipeline.orchestration.lakes.lock import LakeIsBusyError, only_writer, writer_of

WRITER = "lake_writer"
_PATIENCE_SECONDS = 3600.0


@dg.resource(description="The right to write the lake; a run that comes second waits for the first.")
def lake_writer(context: dg.InitResourceContext) -> Iterator[None]:
    try:
        with _right(context):
            yield
    except LakeIsBusyError as error:
        raise dg.Failure(str(error)) from error


def _right(context: dg.InitResourceContext) -> AbstractContextManager[None]:
    """The right to write the deliveries of the run where it is about them alone, else the whole lake."""
    who = f"Dagster run {context.run_id}"
    say = context.log.info if context.log else print
    folder = lake_folder()
    if context.run and context.instance and is_of_deliveries_alone(context.run):
        own = deliveries_of(context.run, partitions(context.instance))
        return writer_of(folder, own, who, patience_seconds=_PATIENCE_SECONDS, say=say)
    return only_writer(folder, who, patience_seconds=_PATIENCE_SECONDS, say=say)


def is_of_deliveries_alone(run: dg.DagsterRun) -> bool:
    """Whether the run makes nothing but tables of deliveries; a check looks at all of them."""
    chosen = run.asset_selection or frozenset()
    stages = {key.path[0] for key in chosen}
    return bool(stages) and stages <= set(PARTITIONED_STAGES) and run.asset_check_selection == frozenset()
