"""The resource every step that writes the lake needs: while a run has it, no other process writes."""

from collections.abc import Iterator

import dagster as dg

from safety_pipeline.orchestration.lake import lake_folder
from safety_pipeline.orchestration.lock import LakeIsBusyError, only_writer

WRITER = "lake_writer"
_PATIENCE_SECONDS = 3600.0


@dg.resource(description="The right to write the lake; a run that comes second waits for the first.")
def lake_writer(context: dg.InitResourceContext) -> Iterator[None]:
    who = f"Dagster run {context.run_id}"
    say = context.log.info if context.log else print
    try:
        with only_writer(lake_folder(), who, patience_seconds=_PATIENCE_SECONDS, say=say):
            yield
    except LakeIsBusyError as error:
        raise dg.Failure(str(error)) from error
