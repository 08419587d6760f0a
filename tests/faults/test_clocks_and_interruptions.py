"""Clocks that jump, a lake that may only be read, a run over deliveries that stops half-way."""

import os
import shutil
import subprocess
import time

import pytest
from click.testing import CliRunner
from lake_processes import change_a_title
from lakes import bring_up_to_date, published

from safety_pipeline.cli import main
from safety_pipeline.orchestration.lakes.lake import LAKE_VARIABLE, Lake
from safety_pipeline.orchestration.making.plan import plan
from safety_pipeline.orchestration.runs.execute import execute

A_CENTURY = 100 * 365 * 86_400


def said(*arguments):
    answered = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert answered.exception is None or isinstance(answered.exception, SystemExit), answered.exception
    return answered.exit_code, " ".join(answered.output.split())


def set_times(folder, seconds):
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            os.utime(file, (seconds, seconds))


@pytest.mark.parametrize("jump", [-A_CENTURY / 4, A_CENTURY], ids=["back", "ahead"])
def test_a_clock_that_jumps_makes_nothing_again(computed_lake, jump):
    set_times(computed_lake, time.time() + jump)
    assert plan(Lake(computed_lake)).is_empty


def test_a_document_changed_under_its_old_time_is_read_again(computed_lake):
    manifest = computed_lake / "landed" / "literature" / "gist_long_term_2008" / "document.yaml"
    before = manifest.stat()
    change_a_title(computed_lake, 1)
    os.utime(manifest, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert plan(Lake(computed_lake)).stale_deliveries == ("literature.gist_long_term_2008",)


@pytest.fixture
def read_only_lake(shipped_lake, tmp_path):
    """A computed lake on a file system that may only be read; only root may make one."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("NO READ-ONLY DISK: only root can mount one")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(place)], check=False).returncode:
        pytest.skip("NO READ-ONLY DISK: mounting is not allowed here")
    shutil.copytree(shipped_lake, place / "lake", symlinks=True, ignore=shutil.ignore_patterns(".dagster"))
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    yield place / "lake"
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_lake_that_may_only_be_read_is_read_and_a_run_of_it_is_refused_in_a_sentence(read_only_lake):
    code, sentence = said("run", "--lake", read_only_lake)
    assert code == 1
    assert "this folder is read-only: choose another lake with --lake. What was published before stands." in sentence
    assert said("summary", "--lake", read_only_lake, "--concept", "edema")[0] == 0
    assert said("verify", "--lake", read_only_lake)[0] == 0


@pytest.mark.faults
def test_a_backfill_that_stops_half_way_is_finished_by_the_next_run(shipped_lake, new_lake, monkeypatch):
    """Two of five deliveries are harmonised when somebody presses Ctrl-C."""
    done = []
    remember = Lake.remember_tables

    def interrupted(lake, stage, *remembered):
        if stage == "harmonised" and len(done) == 2:
            raise KeyboardInterrupt
        done.extend([stage] if stage == "harmonised" else [])
        remember(lake, stage, *remembered)

    monkeypatch.setenv(LAKE_VARIABLE, str(new_lake))
    monkeypatch.setattr(Lake, "remember_tables", interrupted)
    faults = execute(Lake(new_lake), plan(Lake(new_lake)), lambda _: None)
    assert faults == ("harmonised: interrupted. The next run goes on; what was published before stands.",)
    monkeypatch.undo()
    assert set(plan(Lake(new_lake)).stale_deliveries) == set(Lake(new_lake).deliveries)
    assert not (new_lake / "published" / "latest").exists()
    assert bring_up_to_date(new_lake).faults == ()
    assert published(new_lake, "fact_toxicity").equals(published(shipped_lake, "fact_toxicity"))
