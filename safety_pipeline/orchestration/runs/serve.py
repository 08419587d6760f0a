"""The Dagster UI on one lake, bound to this machine, with its memory inside the lake."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import yaml

from safety_pipeline.orchestration.lakes.lake import LAKE_VARIABLE, Lake
from safety_pipeline.orchestration.runs.execute import SETTINGS, instance, register
from safety_pipeline.orchestration.runs.history import brief_history

_DEFINITIONS = {"module_name": "safety_pipeline.orchestration.definitions", "location_name": "safety_pipeline"}
_WORKSPACE = {"load_from": [{"python_module": _DEFINITIONS}]}
_HOST = "127.0.0.1"
# Dagster's advice to its own developers, which would be the first line that a user reads.
_ADVICE = "ignore:Function `dev_command` is superseded:FutureWarning"


class CannotServeError(Exception):
    """The page could not be opened, or ended by itself; the message says why."""


def serve(folder: Path, port: int) -> None:
    """Run `dagster dev` until it is interrupted."""
    _require_free(port)
    with instance(folder) as opened:
        register(Lake(folder), opened)
    home = folder / ".dagster"
    (home / "dagster.yaml").write_text(yaml.safe_dump({**SETTINGS, **brief_history(home)}), encoding="utf-8")
    (home / "workspace.yaml").write_text(yaml.safe_dump(_WORKSPACE), encoding="utf-8")
    workspace = str(home / "workspace.yaml")
    command = [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", _HOST, "-p", str(port)]
    with subprocess.Popen(command, env=_environment(folder, home)) as process:  # noqa: S603

        def end(*_: object) -> None:
            """A polite end of this process is one of Dagster's too; it would go on serving else."""
            process.send_signal(signal.SIGINT)
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, end)
        code = _wait(process)
    if code is not None:
        raise CannotServeError(
            f"The Dagster UI ended by itself (exit code {code}); the lines above say why. Its daemon and sensor have "
            "ended too; the lake is not affected."
        )


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    """The exit code of a page that ended by itself, which Dagster calls 0 too; nothing where a person ended it."""
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        return None


def _environment(folder: Path, home: Path) -> dict[str, str]:
    """What Dagster's processes are told; a file of the user's that is called like a library must not be imported."""
    warnings = ",".join(filter(None, (os.environ.get("PYTHONWARNINGS"), _ADVICE)))
    ours = {"DAGSTER_HOME": str(home), LAKE_VARIABLE: str(folder), "PYTHONSAFEPATH": "1", "PYTHONWARNINGS": warnings}
    return {**os.environ, **ours}


def _require_free(port: int) -> None:
    """Before anything starts: Dagster would start its daemon, and find out then."""
    with socket.socket() as probe:
        # As servers do, so that a port they may use again at once is not called taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise CannotServeError(
                f"Port {port} is taken by another program (or not allowed): choose another with --port, "
                f"as in `safety-pipeline ui --port {port + 1 if port < 65535 else 3001}`."
            ) from error
