"""Runs of one delivery each on two workers, of which one is killed in the middle, against a run on one machine."""

import json
import os
import shutil
import signal
import time
from collections import Counter

import polars as pl
import polars.selectors as cs
import pytest
from cluster_processes import BIN, daemon, dagster_home, environment, redis_server, worker
from cluster_runs import Run, at_once, runs, succeeded
from lakes import bring_up_to_date, published
from postgres_server import postgres_server
from small_deliveries import land_small_deliveries

from safety_pipeline.orchestration.lakes.lake import PARTITIONED_STAGES, Lake
from safety_pipeline.tables.published import PUBLIC_TABLES

pytestmark = pytest.mark.cluster
DELIVERIES = int(os.environ.get("SAFETY_CLUSTER_DELIVERIES", "24"))
PATIENCE = 60 * int(os.environ.get("SAFETY_CLUSTER_MINUTES", "15"))
# Seconds; the lost run is noticed after them, and the one that publishes needs less.
LONGEST_RUN = int(os.environ.get("SAFETY_CLUSTER_LONGEST_RUN", "240"))


def wait_until(described, happened, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not (answer := happened()):
        assert time.monotonic() < until, f"after {seconds} s: {described}"
        time.sleep(0.05)
    return answer


def kill_at_work(process, lake, postgres):
    """Kill a worker and all its processes while it holds a delivery; answers the run that is lost."""

    def lost() -> Run | None:
        os.killpg(process.pid, signal.SIGSTOP)
        held = {name for name in Lake(lake).deliveries if holder(lake, name) == process.pid}
        at_work = [run for run in runs(postgres) if run.delivery_id in held and run.status == "STARTED"]
        os.killpg(process.pid, signal.SIGKILL if at_work else signal.SIGCONT)
        return at_work[0] if at_work else None

    return wait_until("the worker never held a delivery", lost)


def holder(lake, delivery_id):
    """The process group that last took the delivery."""
    try:
        return os.getpgid(json.loads((lake / ".state" / "locks" / f"{delivery_id}.lock").read_text())["process"])
    except (OSError, ValueError):
        return None


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The lake of the cluster after its publication, with all runs and the run that was lost."""
    if not (BIN / "celery").exists():
        pytest.skip("NO CLUSTER ENVIRONMENT: `make cluster-test` makes it")
    folder = tmp_path_factory.mktemp("cluster")
    lake = folder / "lake"
    land_small_deliveries(lake, range(DELIVERIES))
    with postgres_server() as postgres, redis_server() as redis:
        told = environment(dagster_home(folder / "home", max_runtime_seconds=LONGEST_RUN), lake, postgres, redis)
        with worker("first", told), worker("second", told) as second, daemon(told):
            wait_until("no delivery was read", lambda: len(succeeded(runs(postgres))) >= DELIVERIES // 4)
            lost = kill_at_work(second, lake, postgres)
            wait_until(
                "nothing was published",
                lambda: any(run.delivery_id is None for run in succeeded(runs(postgres))),
            )
            return lake, runs(postgres), lost


@pytest.fixture(scope="module")
def on_one_machine(ran, tmp_path_factory):
    lake = tmp_path_factory.mktemp("one_machine") / "lake"
    shutil.copytree(ran[0] / "landed", lake / "landed")
    assert bring_up_to_date(lake).faults == ()
    return lake


def test_the_lost_run_has_ended_and_its_delivery_was_read_by_another(ran):
    _, found, lost = ran
    of_delivery = {run.run_id: run.status for run in found if run.delivery_id == lost.delivery_id}
    assert of_delivery.pop(lost.run_id) in ("FAILURE", "CANCELED")
    assert list(of_delivery.values()) == ["SUCCESS"]


def test_every_delivery_was_read_by_one_run_that_succeeded(ran):
    lake, found, _ = ran
    read = Counter(run.delivery_id for run in succeeded(found) if run.delivery_id is not None)
    assert read == dict.fromkeys(Lake(lake).deliveries, 1)
    assert len(read) == DELIVERIES


def test_the_workers_read_deliveries_at_the_same_time(ran):
    assert at_once([run for run in succeeded(ran[1]) if run.delivery_id is not None])


def test_the_release_was_made_by_one_run_that_succeeded(ran):
    assert [run.status for run in ran[1] if run.delivery_id is None].count("SUCCESS") == 1


def test_every_delivery_is_in_the_release_once(ran):
    documents = published(ran[0], "dim_document")["delivery_id"].to_list()
    refused = set(published(ran[0], "rejected")["delivery_id"])
    assert not pl.Series(documents).is_duplicated().any()
    assert set(documents) | refused == set(Lake(ran[0]).deliveries)


@pytest.mark.parametrize("stage", PARTITIONED_STAGES)
def test_every_table_of_a_delivery_is_that_of_one_machine(ran, on_one_machine, stage):
    places = sorted(file.relative_to(on_one_machine) for file in (on_one_machine / stage).rglob("*"))
    assert sorted(file.relative_to(ran[0]) for file in (ran[0] / stage).rglob("*")) == places
    files = [place for place in places if place.suffix == ".parquet"]
    assert files
    assert [place for place in files if (ran[0] / place).read_bytes() != (on_one_machine / place).read_bytes()] == []


def without_runs_and_times(table):
    """What the table says of the deliveries."""
    return table.select(cs.all() - cs.datetime() - cs.by_name("run_id", require_all=False))


@pytest.mark.parametrize("table", [table.name for table in PUBLIC_TABLES])
def test_every_published_table_is_that_of_one_machine(ran, on_one_machine, table):
    of_cluster, of_one = (without_runs_and_times(published(lake, table)) for lake in (ran[0], on_one_machine))
    assert of_cluster.height == of_one.height
    assert of_cluster.equals(of_one)
