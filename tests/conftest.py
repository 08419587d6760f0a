"""Fixtures shared by all tests."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from lakes import REPOSITORY, bring_up_to_date, lake_with_shipped_documents

from safety_pipeline.check.judge import failing_here

# A busy machine is no failure: laws are about values, not about time.
settings.register_profile("patient", deadline=None)
# The same examples on every run of CI, so that a red run is about the change; new ones are looked for at the desk.
settings.register_profile("same_examples", deadline=None, derandomize=True)
settings.load_profile("same_examples" if os.environ.get("CI") else "patient")


# Their files run whole lakes: begun last, one of them keeps one worker busy while the other has nothing left to do.
_LONG = ("main_job", "publish", "repository", "truth", "ingest_cdisc", "summarise", "harmonise", "estimators")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders of long tests first; the order within a folder stays."""
    items.sort(key=lambda item: _LONG.index(item.path.parent.name) if item.path.parent.name in _LONG else len(_LONG))


@pytest.fixture(scope="session", autouse=True)
def judge_here() -> None:
    """Great Expectations loaded once a worker: without it every run of a lake would begin a process that loads it."""
    failing_here([0])


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference values and sample files, which a user's clone does not have."""
    folder = Path(os.environ.get("SAFETY_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("SAFETY_FORBID_SKIPS"):
            pytest.fail(f"the shared samples are missing at {folder}, and skips are forbidden here")
        pytest.skip(f"SHARED SAMPLES MISSING: {folder} does not exist; set SAFETY_SHARED to run these tests")
    return folder


@pytest.fixture(scope="session")
def shipped_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of its own with the five shipped documents, run once from landed to published; read only."""
    lake = lake_with_shipped_documents(tmp_path_factory.mktemp("shipped") / "lake")
    report = bring_up_to_date(lake)
    assert report.faults == ()
    return lake


@pytest.fixture
def computed_lake(shipped_lake: Path, tmp_path: Path) -> Path:
    """A copy of the lake with the five shipped documents, all computed; free to change."""
    return Path(shutil.copytree(shipped_lake, tmp_path / "lake", symlinks=True))


@pytest.fixture
def new_lake(tmp_path: Path) -> Path:
    """A lake with the five shipped documents landed and nothing computed; free to change."""
    return lake_with_shipped_documents(tmp_path / "lake")
