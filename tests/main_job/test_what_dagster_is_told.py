"""What a run from the command line leaves in Dagster's history: runs in the timeline, findings as they were found."""

import shutil

import dagster as dg
import pytest
from lakes import bring_up_to_date

from safety_pipeline.orchestration.definitions import defs
from safety_pipeline.orchestration.runs.execute import instance


@pytest.fixture(scope="module")
def history(shipped_lake, tmp_path_factory):
    """The shipped documents and one that cannot be read."""
    lake = shutil.copytree(shipped_lake, tmp_path_factory.mktemp("told") / "lake", symlinks=True)
    broken = lake / "landed" / "literature" / "broken"
    broken.mkdir()
    (broken / "document.yaml").write_text("document: [", encoding="utf-8")
    assert bring_up_to_date(lake).faults == ()
    with instance(lake) as opened:
        yield opened


def latest(history, asset, check):
    key = dg.AssetCheckKey(dg.AssetKey(asset.split("/")), check)
    (record,) = history.event_log_storage.get_asset_check_execution_history(key, limit=1)
    return record.event.dagster_event.event_specific_data


def test_a_run_from_the_command_line_belongs_to_the_code_location_so_that_the_timeline_shows_it(history):
    for record in history.get_run_records():
        repository = record.dagster_run.remote_job_origin.repository_origin
        assert repository.code_location_origin.location_name == "safety_pipeline"
        assert repository.repository_name == defs.get_repository_def().name


def test_a_refused_delivery_is_a_failed_check_of_the_deliveries(history):
    found = latest(history, "landed/delivery", "deliveries_are_read")
    assert (found.passed, found.metadata["n_failing"].value, found.metadata["n_checked"].value) == (False, 1, 6)
    (row,) = found.metadata["failing_rows"].records
    assert row.data["delivery_id"] == "literature.broken"
    assert row.data["source_file"] == "document.yaml"


def test_a_failed_rule_shows_the_printed_cells_with_their_place_and_says_what_was_found(history):
    found = latest(history, "checked/checked_audit", "edition_is_known")
    assert found.description.startswith("2 of 251 rows: The edition of the criteria is not stated")
    places = [(row.data["source_file"], row.data["row_number"]) for row in found.metadata["failing_rows"].records]
    assert places == [("document.yaml", 1), ("document.yaml", 2)]


def test_the_rows_looked_at_do_not_depend_on_what_was_found(history):
    checked = {latest(history, "checked/checked_audit", name).metadata["n_checked"].value for name in (
        "edition_is_known", "term_is_mapped", "tables_agree", "denominator_known",
    )}  # fmt: skip
    assert checked == {251}


def test_the_steps_of_checks_say_what_is_checked():
    names = {node.name for node in defs.resolve_job_def("main_job").nodes}
    assert {"check_checked_tables", "check_summarised_and_published_tables"} <= names
    assert not [name for name in names if name[-1].isdigit()]


def test_the_nodes_of_the_graph_name_their_stage():
    keys = defs.resolve_asset_graph().get_all_asset_keys()
    assert all(key.path[-1].startswith(f"{key.path[0]}_") or key.path[0] in ("landed", "published") for key in keys)


def test_the_preview_of_a_table_of_concepts_begins_with_the_headlines(history):
    key = dg.AssetKey(["summarised", "summarised_coverage"])
    shown = history.get_latest_materialization_event(key).asset_materialization.metadata["preview"].value
    assert any(concept in shown.splitlines()[2] for concept in ("edema", "rash", "haemorrhage"))
