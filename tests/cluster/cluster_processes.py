"""The processes of a cluster, all on this machine: broker, database, daemon and workers, each killed in the end."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import free_port
from lakes import REPOSITORY

DEPLOYED = REPOSITORY / "deploy" / "cluster"
BIN = REPOSITORY / ".venv" / "cluster" / "bin"


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a broker that keeps nothing on disk."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("NO REDIS: install redis-server to run the cluster's test")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.kill()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the broker does not answer")


def environment(home: Path, lake: Path, postgres: str, redis: str) -> dict[str, str]:
    """What every process is told, as docs/howto/cluster.md says."""
    database = urlsplit(postgres)
    return {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "DAGSTER_POSTGRES_HOST": str(database.hostname),
        "DAGSTER_POSTGRES_PORT": str(database.port),
        "DAGSTER_POSTGRES_USER": str(database.username),
        "DAGSTER_POSTGRES_PASSWORD": "",
        "DAGSTER_POSTGRES_DB": database.path.strip("/"),
        "SAFETY_CELERY_BROKER": redis,
        "SAFETY_LAKE": str(lake),
        "SAFETY_DELIVERIES_PER_RUN": "1",
        "PYTHONPATH": f"{DEPLOYED}:{REPOSITORY}",
    }


def dagster_home(folder: Path, *, max_runtime_seconds: int) -> Path:
    """The files as deployed; the longest run is one of a small lake."""
    folder.mkdir()
    shutil.copy(DEPLOYED / "workspace.yaml", folder)
    said = (DEPLOYED / "dagster.yaml").read_text(encoding="utf-8")
    sized = said.replace("max_runtime_seconds: 900", f"max_runtime_seconds: {max_runtime_seconds}")
    assert sized != said
    (folder / "dagster.yaml").write_text(sized, encoding="utf-8")
    return folder


@contextmanager
def daemon(told: Mapping[str, str]) -> Iterator[None]:
    home = Path(told["DAGSTER_HOME"])
    with _process([BIN / "dagster-daemon", "run", "-w", home / "workspace.yaml"], told, home / "daemon.log"):
        yield


@contextmanager
def worker(name: str, told: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that runs one run at a time, in a process group of its own."""
    command = [
        BIN / "celery",
        "-A",
        "dagster_celery.app",
        "worker",
        "-c",
        "1",
        "-Q",
        "dagster",
        "-n",
        f"{name}@%h",
        "-l",
        "INFO",
    ]
    with _process(command, told, Path(told["DAGSTER_HOME"]) / f"{name}.log") as started:
        yield started


@contextmanager
def _process(command: list[str | Path], told: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (
        log.open("w") as said,
        subprocess.Popen(command, env=told, stdout=said, stderr=said, start_new_session=True) as started,
    ):
        try:
            yield started
        finally:
            if started.poll() is None:
                os.killpg(started.pid, signal.SIGKILL)
