"""A schedule and an alert as examples: both are off until a person turns them on in the UI."""

import json
import os
from urllib.request import Request, urlopen

import dagster as dg

from safety_pipeline.orchestration.assets.selection import SUMMARY_JOB
from safety_pipeline.settings import ALERT_WEBHOOK

WEBHOOK_VARIABLE = ALERT_WEBHOOK.name
_SECONDS = 10

weekly_summary = dg.ScheduleDefinition(
    name="weekly_summary",
    job=SUMMARY_JOB,
    cron_schedule="0 6 * * 1",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Mondays at 6: the summaries and the release again, as where reference data is replaced from outside.",
)


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.STOPPED,
    description=f"Tells the address in {WEBHOOK_VARIABLE} (Slack, Teams, your own) that a run failed, and why.",
)
def tell_of_failed_runs(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    address = os.environ.get(WEBHOOK_VARIABLE, "")
    if not address.startswith(("https://", "http://127.0.0.1")):
        return dg.SkipReason(f"{WEBHOOK_VARIABLE} names no https address.")
    said = f"{context.dagster_run.job_name} failed: {context.failure_event.message}"
    body = json.dumps({"text": said}).encode()
    with urlopen(Request(address, body, {"Content-Type": "application/json"}), timeout=_SECONDS):  # noqa: S310
        return None
