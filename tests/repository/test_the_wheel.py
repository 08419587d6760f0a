"""The package as a user installs it: outside the clone, with its suites and its reference data."""

import os
import subprocess
import sys

import pytest
from lakes import REPOSITORY, lake_with_shipped_documents, published


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The console script of the wheel, in an environment that sees the installed libraries but not the clone."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(folder), str(REPOSITORY)], check=True)
    wheel = next(folder.glob("*.whl"))
    site = folder / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)
    return site


def test_it_runs_outside_the_clone(program, tmp_path):
    lake = lake_with_shipped_documents(tmp_path / "lake")
    environment = {**os.environ, "PYTHONPATH": str(program)}
    where = "import safety_pipeline; print(safety_pipeline.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert found.stdout.startswith(str(program))
    ran = subprocess.run(
        [sys.executable, "-m", "safety_pipeline", "run", "--lake", str(lake)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "57/74" in ran.stdout
    assert published(lake, "dq_result").height > 60
