"""One run a tick on one machine; runs of a few deliveries each, and then one that publishes, on several."""

import dagster as dg
import pytest

from safety_pipeline.orchestration.assets.metadata import asset_key
from safety_pipeline.orchestration.assets.writer import is_of_deliveries_alone
from safety_pipeline.orchestration.definitions import defs
from safety_pipeline.orchestration.lakes.lake import LAKE_VARIABLE, Lake
from safety_pipeline.orchestration.runs.sensor import deliveries_sensor
from safety_pipeline.settings import DELIVERIES_PER_RUN
from safety_pipeline.tables import harmonised, published, summarised


def asked_for(lake, monkeypatch, *, deliveries_per_run=None):
    monkeypatch.setenv(LAKE_VARIABLE, str(lake))
    if deliveries_per_run:
        monkeypatch.setenv(DELIVERIES_PER_RUN.name, deliveries_per_run)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, repository_def=defs.get_repository_def())
        return deliveries_sensor(context).run_requests


def deliveries(request):
    return [request.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end")]


def test_on_one_machine_one_run_reads_everything_and_publishes(new_lake, monkeypatch):
    (request,) = asked_for(new_lake, monkeypatch)
    names = list(Lake(new_lake).deliveries)
    assert deliveries(request) == [names[0], names[-1]]
    assert {asset_key(harmonised.TOXICITY), asset_key(published.DQ_RESULT)} <= set(request.asset_selection)


def test_on_a_cluster_each_run_reads_a_few_deliveries_and_nothing_more(new_lake, monkeypatch):
    requests = asked_for(new_lake, monkeypatch, deliveries_per_run="2")
    first, second, third, fourth, fifth = Lake(new_lake).deliveries
    assert [deliveries(request) for request in requests] == [[first, second], [third, fourth], [fifth, fifth]]
    assert len({request.run_key for request in requests}) == 3
    for request in requests:
        assert {key.path[0] for key in request.asset_selection} == {"ingested", "harmonised", "checked"}
        assert request.asset_check_keys == []


@pytest.mark.parametrize("said", ["0", "-1", "two", " "])
def test_what_is_no_number_of_deliveries_is_one_run(new_lake, monkeypatch, said):
    assert len(asked_for(new_lake, monkeypatch, deliveries_per_run=said)) == 1


def test_once_no_delivery_is_stale_one_run_publishes(computed_lake, monkeypatch):
    (computed_lake / "summarised" / "coverage.parquet").unlink()
    (request,) = asked_for(computed_lake, monkeypatch, deliveries_per_run="1")
    assert request.tags == {}
    assert asset_key(summarised.COVERAGE) in request.asset_selection


def test_what_a_killed_run_left_is_removed_before_the_next_one(new_lake, monkeypatch):
    leftover = new_lake / "checked" / "toxicity" / ".tmp-of-a-killed-run.parquet"
    leftover.parent.mkdir(parents=True)
    leftover.touch()
    asked_for(new_lake, monkeypatch)
    assert not leftover.exists()


def run_of(assets, checks):
    return dg.DagsterRun("main_job", asset_selection=frozenset(map(dg.AssetKey, assets)), asset_check_selection=checks)


@pytest.mark.parametrize(
    ("assets", "checks", "shares_the_lake"),
    [
        ([["ingested", "ingested_cell"], ["checked", "checked_audit"]], frozenset(), True),
        ([["ingested", "ingested_cell"]], None, False),
        ([["ingested", "ingested_cell"], ["summarised", "summarised_arm"]], frozenset(), False),
        ([], frozenset(), False),
    ],
    ids=["deliveries alone", "with all checks", "with a summary", "whatever the job holds"],
)
def test_a_run_shares_the_lake_where_it_is_about_its_deliveries_alone(assets, checks, shares_the_lake):
    assert is_of_deliveries_alone(run_of(assets, checks)) == shares_the_lake
