"""A process killed at any moment leaves what was published, and the next run finishes the work."""

import os
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import polars as pl
import pytest
from lakes import bring_up_to_date, published

from safety_pipeline.publish import release


def killed_run(lake, after_seconds):
    """Start a run in a process of its own and kill it without warning."""
    process = subprocess.Popen(
        [sys.executable, "-m", "safety_pipeline", "run", "--lake", str(lake)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(after_seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def snapshot(lake):
    folder = lake / "published"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.stem != "dq_result"}


# One kill in `make test`, where the run is under way; one more here, two hundred at random points in `make faults`.
@pytest.mark.parametrize("after_seconds", [pytest.param(2.0, marks=pytest.mark.long), 5.0])
def test_a_killed_run_leaves_readable_files_and_the_next_run_succeeds(shipped_lake, tmp_path, after_seconds):
    lake = tmp_path / "lake"
    shutil.copytree(shipped_lake, lake, symlinks=True)
    before = snapshot(lake)
    manifest = lake / "landed" / "literature" / "gist_long_term_2008" / "document.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("2008", "2009", 1), encoding="utf-8")
    killed_run(lake, after_seconds)
    after = snapshot(lake)
    assert set(before) == set(after)
    for name in after:
        if name.endswith(".parquet"):
            assert pl.read_parquet(lake / "published" / name).width > 0
    with duckdb.connect(str(lake / "published" / "safety.duckdb"), read_only=True) as connection:
        assert connection.sql("select count(*) from fact_toxicity").fetchall()[0][0] > 200
    assert bring_up_to_date(lake).faults == ()
    assert published(lake, "incidence_by_arm").filter(concept="edema", arm_id="B2222.400")["n_at_risk"].max() == 73
    assert not list(lake.rglob(".tmp-*"))


def test_a_switch_that_stopped_half_way_is_completed(shipped_lake, tmp_path):
    folder = tmp_path / "published"
    shutil.copytree(shipped_lake / "published", folder, symlinks=True)
    (folder / "coverage.parquet").unlink()
    (folder / "coverage.parquet").write_bytes(b"of another release")
    (folder / "safety.duckdb").unlink()
    replaced = release.complete_switch(folder)
    assert replaced == ["coverage.parquet", "safety.duckdb"]
    assert (folder / "coverage.parquet").read_bytes() == (folder / "latest" / "coverage.parquet").read_bytes()
