"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference values and sample files, which a user's clone does not have."""
    folder = Path(os.environ.get("SAFETY_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("SAFETY_FORBID_SKIPS"):
            pytest.fail(f"the shared samples are missing at {folder}, and skips are forbidden here")
        pytest.skip(f"SHARED SAMPLES MISSING: {folder} does not exist; set SAFETY_SHARED to run these tests")
    return folder
