"""The package as a user installs it: outside the clone, with its suites and its reference data."""

import os
import subprocess
import sys
import tomllib

import pytest
from lakes import REPOSITORY, published

from safety_pipeline.land.shipped import SHIPPED


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


@pytest.mark.long  # Built, installed, and two whole commands in processes of their own. What it ships is told below.
def test_it_runs_outside_the_clone(program, tmp_path):
    lake = tmp_path / "lake"
    environment = {**os.environ, "PYTHONPATH": str(program)}
    where = "import safety_pipeline; print(safety_pipeline.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert found.stdout.startswith(str(program))
    for command in ("init", "run"):
        ran = subprocess.run(
            [sys.executable, "-m", "safety_pipeline", command, "--lake", str(lake)],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "57/74" in ran.stdout
    assert published(lake, "dq_result").height > 60


def test_it_ships_the_documents_of_the_repository_and_no_others():
    listed = subprocess.run(
        ["git", "ls-files", "data_lake/landed"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert sorted({name.split("/")[3] for name in listed.stdout.split()}) == list(SHIPPED)
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    landed = "data_lake/landed/literature"
    included = settings["wheel"]["force-include"]
    assert {name for name in included if name.startswith("data_lake")} == {f"{landed}/{name}" for name in SHIPPED}
    assert {name for name in settings["sdist"]["include"] if name.startswith("data_lake")} == {
        f"{landed}/{name}" for name in SHIPPED
    }
