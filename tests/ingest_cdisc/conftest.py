"""Fixtures of the CDISC tests."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples(shared: Path) -> Path:
    return shared / "samples" / "cdisc"
