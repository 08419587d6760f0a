"""A lake has one writer at a time: the second waits and says for whom, or ends with a sentence."""

import os
import subprocess
import sys
import threading
import time

import dagster as dg
import pytest
from lake_processes import change_a_title, finish, start
from lakes import published

from safety_pipeline.orchestration.definitions import defs
from safety_pipeline.orchestration.lakes.lake import LAKE_VARIABLE
from safety_pipeline.orchestration.lakes.lock import LakeIsBusyError, only_writer, writer_of
from safety_pipeline.orchestration.runs.sensor import deliveries_sensor

HOLD = """
import sys, time
from pathlib import Path
from safety_pipeline.orchestration.lakes.lock import only_writer
with only_writer(Path(sys.argv[1]), "a test"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that writes the lake."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_who_comes_second_is_told_who_writes(tmp_path, holder):
    with (
        pytest.raises(LakeIsBusyError, match=rf"written by a test \(process {holder.pid}, since 20"),
        only_writer(tmp_path, "another test"),
    ):
        pytest.fail("two writers")


def test_a_killed_writer_leaves_the_lake_free(tmp_path, holder):
    holder.kill()
    holder.wait()
    with only_writer(tmp_path, "another test"):
        pass


def test_who_waits_says_for_whom_and_then_writes(tmp_path, holder):
    said = []
    threading.Timer(1.0, holder.kill).start()
    with only_writer(tmp_path, "another test", patience_seconds=60, say=said.append):
        pass
    assert said == [f"Waiting for a test (process {holder.pid}, since {said[0].split('since ')[1]}"]


def test_a_writer_may_start_what_writes_in_its_own_process(tmp_path):
    with only_writer(tmp_path, "a test"), only_writer(tmp_path, "a step of it"):
        pass


def test_the_sensor_asks_for_nothing_while_a_lake_is_written(tmp_path, holder, monkeypatch):
    monkeypatch.setenv(LAKE_VARIABLE, str(tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, repository_def=defs.get_repository_def())
        answered = deliveries_sensor(context)
    assert isinstance(answered, dg.SkipReason)
    assert "being written by a test" in answered.skip_message


HOLD_A_DELIVERY = """
import sys, time
from pathlib import Path
from safety_pipeline.orchestration.lakes.lock import writer_of
with writer_of(Path(sys.argv[1]), ["ctgov.A"], "a run of A"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder_of_a(tmp_path):
    """Another process that writes one delivery."""
    command = [sys.executable, "-c", HOLD_A_DELIVERY, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_two_processes_may_write_two_deliveries(tmp_path, holder_of_a):
    with writer_of(tmp_path, ["ctgov.B"], "a run of B"):
        assert holder_of_a.poll() is None


def test_two_processes_never_write_one_delivery(tmp_path, holder_of_a):
    with (
        pytest.raises(LakeIsBusyError, match=rf"a run of A \(process {holder_of_a.pid}"),
        writer_of(tmp_path, ["ctgov.B", "ctgov.A"], "a run of both"),
    ):
        pytest.fail("two writers of A")


def test_nobody_writes_the_lake_while_a_delivery_is_written(tmp_path, holder_of_a):
    with pytest.raises(LakeIsBusyError), only_writer(tmp_path, "a summary"):
        pytest.fail("a summary of a delivery that is being written")


def test_nobody_writes_a_delivery_while_the_lake_is_written(tmp_path, holder):
    with pytest.raises(LakeIsBusyError), writer_of(tmp_path, ["ctgov.A"], "a run of A"):
        pytest.fail("a delivery that is being summarised")


def test_a_killed_writer_of_a_delivery_leaves_it_free(tmp_path, holder_of_a):
    holder_of_a.kill()
    holder_of_a.wait()
    with writer_of(tmp_path, ["ctgov.A"], "another run of A"):
        pass


@pytest.mark.faults
def test_two_runs_at_once_make_one_release_each_in_turn(computed_lake):
    change_a_title(computed_lake, 1)
    first = start("run", "--lake", computed_lake)
    lock = computed_lake / ".state" / "writer.lock"
    while str(first.pid) not in (lock.read_text() if lock.exists() else ""):
        assert first.poll() is None
        time.sleep(0.1)
    second = start("run", "--lake", computed_lake)
    (first_code, first_said), (second_code, second_said) = finish(first), finish(second)
    assert (first_code, second_code) == (0, 0), (first_said, second_said)
    assert f"Waiting for safety-pipeline run (process {first.pid}" in second_said
    assert "Nothing has changed" in second_said
    assert "Edition 1" in published(computed_lake, "dim_document")["title"]


@pytest.mark.faults
def test_a_dagster_run_and_a_command_line_run_take_turns(computed_lake, monkeypatch):
    change_a_title(computed_lake, 2)
    environment = {**os.environ, LAKE_VARIABLE: str(computed_lake), "DAGSTER_HOME": str(computed_lake / ".dagster")}
    job = [sys.executable, "-m", "dagster", "job", "execute", "-m", "safety_pipeline.orchestration.definitions"]
    by_dagster = subprocess.Popen(
        [*job, "-j", "summary_job"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    by_hand = start("run", "--lake", computed_lake)
    (code, said), (other_code, other_said) = finish(by_hand), finish(by_dagster)
    assert (code, other_code) == (0, 0), (said, other_said)
    assert not list(computed_lake.rglob(".tmp-*"))
