"""What a run plans is one event a table, however many deliveries it reads: each event is a write to the disk."""

import dagster as dg
import pytest
from dagster._core.instance.ref import InstanceRef

from safety_pipeline.orchestration.assets.partitions import range_tags
from safety_pipeline.orchestration.assets.selection import MAIN_JOB, selected
from safety_pipeline.orchestration.definitions import defs
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.runs.execute import SETTINGS, register
from safety_pipeline.orchestration.runs.history import brief_history, open_history


@pytest.mark.parametrize("history", [brief_history, open_history], ids=["of the daemon", "of the command line"])
def test_a_run_over_five_deliveries_plans_each_table_once(new_lake, tmp_path, history):
    reference = InstanceRef.from_dir(str(tmp_path), overrides={**SETTINGS, **history(tmp_path)})
    keys = selected(with_deliveries=True, with_summaries=False)
    with dg.DagsterInstance.from_ref(reference) as instance:
        block = register(Lake(new_lake), instance)
        job = defs.resolve_job_def(MAIN_JOB.name).get_subset(asset_selection=frozenset(keys))
        run = instance.create_run_for_job(job, tags=range_tags(block), asset_selection=frozenset(keys))
        records = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED)
        planned = [record.event_log_entry.dagster_event.asset_key for record in records.records]
    assert len(block) == 5
    assert sorted(planned) == sorted(keys)
