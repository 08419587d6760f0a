"""The face of the project in Dagster: everything a workspace loads."""

import dagster as dg

from safety_pipeline.orchestration import delivery_assets, lake_assets
from safety_pipeline.orchestration.alerts import tell_of_failed_runs, weekly_summary
from safety_pipeline.orchestration.checks import CHECKS
from safety_pipeline.orchestration.engine_resource import ENGINE, engine_of_tables
from safety_pipeline.orchestration.selection import JOBS
from safety_pipeline.orchestration.sensor import deliveries_sensor
from safety_pipeline.orchestration.writer import WRITER, lake_writer

defs = dg.Definitions(
    assets=[*delivery_assets.ASSETS, *lake_assets.ASSETS],
    asset_checks=CHECKS,
    jobs=list(JOBS),
    sensors=[deliveries_sensor, tell_of_failed_runs],
    schedules=[weekly_summary],
    resources={WRITER: lake_writer, ENGINE: engine_of_tables},
    # Steps take milliseconds; a process each would take seconds.
    executor=dg.in_process_executor,
)
