"""What tests in a real browser share: the browser, a free port, and waiting for a server."""

import os
import shutil
import socket
import time
from pathlib import Path

import pytest

PATIENCE = 60_000


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        if os.environ.get("SAFETY_FORBID_SKIPS"):
            pytest.fail("no chromium, and skips are forbidden here")
        pytest.skip("NO BROWSER: install chromium to test the pages")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, log: Path, seconds: int = 120) -> None:
    for _ in range(2 * seconds):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    pytest.fail(f"the page did not answer:\n{log.read_text()[-2000:]}")
