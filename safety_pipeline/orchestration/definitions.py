"""The face of the project in Dagster: everything a workspace loads."""

import dagster as dg

from safety_pipeline.orchestration.assets import delivery_assets, lake_assets
from safety_pipeline.orchestration.assets.checks import CHECKS
from safety_pipeline.orchestration.assets.engine_resource import ENGINE, engine_of_tables
from safety_pipeline.orchestration.assets.selection import JOBS
from safety_pipeline.orchestration.assets.writer import WRITER, lake_writer
from safety_pipeline.orchestration.runs.alerts import tell_of_failed_runs, weekly_summary
from safety_pipeline.orchestration.runs.sensor import deliveries_sensor

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
