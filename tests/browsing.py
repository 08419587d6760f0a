"""What tests in a real browser share: the browser, and a server in a process group of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from lakes import REPOSITORY
from playwright.sync_api import Page

PATIENCE = 60_000


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        if os.environ.get("SAFETY_FORBID_SKIPS"):
            pytest.fail("no chromium, and skips are forbidden here")
        pytest.skip("NO BROWSER: install chromium to test the pages")
    return found


@contextmanager
def serving(command: Sequence[str | Path], log: Path, seconds: int = 120) -> Iterator[str]:
    """The address at which a command serves with `--port`; it and all that it started are killed in the end."""
    port = free_port()
    with log.open("w") as said:
        server = subprocess.Popen(
            [*command, "--port", str(port)], stdout=said, stderr=said, start_new_session=True, cwd=REPOSITORY
        )
        try:
            _wait_for(port, log, seconds)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def sign_in_to_superset(page: Page, password: str) -> None:
    """The page is signed in as the one user that `serve.py` makes."""
    page.goto("/login/")
    page.wait_for_load_state("networkidle")
    page.locator("#username").fill("analyst")
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, log: Path, seconds: int) -> None:
    for _ in range(2 * seconds):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    pytest.fail(f"the page did not answer:\n{log.read_text()[-2000:]}")
