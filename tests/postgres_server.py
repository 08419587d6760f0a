"""A Postgres of a test's own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import free_port


@contextmanager
def postgres_server() -> Iterator[str]:
    """Its address. It is run by the user of Debian's package: it refuses root, whose alone pytest's folders are."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs or shutil.which("runuser") is None or os.geteuid() != 0:
        if os.environ.get("SAFETY_FORBID_SKIPS"):
            pytest.fail("no postgresql, or not run as root, and skips are forbidden here")
        pytest.skip("NO POSTGRES: install postgresql and run as root to test what needs it")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    shutil.chown(folder, "postgres")
    port, run = free_port(), ["runuser", "-u", "postgres", "--"]
    data = str(folder / "data")
    subprocess.run([*run, str(programs[-1] / "initdb"), "-D", data, "-A", "trust"], check=True, capture_output=True)
    control = [*run, str(programs[-1] / "pg_ctl"), "-D", data, "-w"]
    options = f"-p {port} -k {folder} -h 127.0.0.1"
    subprocess.run([*control, "-o", options, "-l", data + ".log", "start"], check=True, capture_output=True)
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
        shutil.rmtree(folder)
