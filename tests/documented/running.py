"""Runs a block as a reader would: commands in a shell, queries on the lake's database, programs in Python."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import duckdb

from documented.blocks import Block, missing
from safety_pipeline.settings import LAKE

# A set-up on a busy machine downloads and compiles for minutes.
PATIENCE_SECONDS = 1800
SERVED = "http://127.0.0.1"


@dataclass(frozen=True)
class Desk:
    """Where a reader sits: the folder they type in, and the programs they have."""

    folder: Path
    programs: Path

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        # Nor the lake of the test that ran before: a command run in the same process leaves its name there.
        ours = ("PYTHONPATH", "VIRTUAL_ENV", LAKE.name)
        own = {name: value for name, value in os.environ.items() if name not in ours}
        return {**own, "PATH": path, "COLUMNS": "200", "NO_COLOR": "1"}


def run(block: Block, desk: Desk) -> str:
    """What the block prints; raises AssertionError with what went wrong, or what the page shows and nobody printed."""
    runner = {"sh": _shell, "sql": _query, "python": _program}[block.language]
    printed = runner(block, desk)
    for shown in block.shown:
        lines = list(missing(shown, printed))
        assert not lines, f"{block.name} shows what is not printed:\n" + "\n".join(lines) + f"\n\nprinted:\n{printed}"
    return printed


def _shell(block: Block, desk: Desk) -> str:
    if block.answers:
        return _served(block, desk)
    command = ["bash", "-euo", "pipefail", "-c", block.text]
    return _finished(block, command, desk)


def _program(block: Block, desk: Desk) -> str:
    return _finished(block, [str(desk.programs / "python"), "-c", block.text], desk)


def _finished(block: Block, command: list[str], desk: Desk) -> str:
    done = subprocess.run(
        command, cwd=desk.folder, env=desk.environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{block.name} ends with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def _query(block: Block, desk: Desk) -> str:
    """The columns and the rows, with bars between the values; a query that a page shows finds something."""
    lake = desk.folder / (block.detail or "data_lake")
    with duckdb.connect(str(lake / "published" / "safety.duckdb"), read_only=True) as database:
        found = database.sql(block.text)
        rows = [found.columns, *found.fetchall()]
    assert len(rows) > 1, f"{block.name} finds no row"
    return "\n".join(" | ".join("" if value is None else str(value) for value in row) for row in rows)


def _served(block: Block, desk: Desk) -> str:
    """The page that the command serves, once it holds the words that the text promises; the server is stopped then."""
    assert block.answers
    port = _free_port()
    command = ["bash", "-euo", "pipefail", "-c", f"exec {block.text.strip()} --port {port}"]
    log = desk.folder / "served.log"
    with log.open("w") as said:
        server = subprocess.Popen(
            command, cwd=desk.folder, env=desk.environment, stdout=said, stderr=said, start_new_session=True
        )
        try:
            return _page_with(block, port, server, log)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _page_with(block: Block, port: int, server: subprocess.Popen[bytes], log: Path) -> str:
    """The page with the words; `printed` stands for the address that the command prints, which may hold a token."""
    assert block.answers
    asked, page = urllib.request.build_opener(urllib.request.HTTPCookieProcessor()), ""
    until = time.monotonic() + PATIENCE_SECONDS
    while not page and time.monotonic() < until and server.poll() is None:
        printed = re.search(r"http://\S+", log.read_text())
        place = block.answers["place"]
        try:
            address = printed[0] if printed and place == "printed" else f"{SERVED}:{port}{place}"
            page = asked.open(address, timeout=PATIENCE_SECONDS).read().decode()
        except (urllib.error.URLError, http.client.InvalidURL):
            time.sleep(0.2)
    assert block.answers["words"] in page, f"{block.name} does not show it\n{log.read_text()}\n{page[:2000]}"
    return page


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def this_python() -> Path:
    """The folder of the programs beside the Python that runs."""
    return Path(sys.executable).parent
