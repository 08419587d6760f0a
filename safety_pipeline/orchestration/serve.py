"""The Dagster UI on one lake, bound to this machine, with its memory inside the lake."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from safety_pipeline.orchestration.lake import LAKE_VARIABLE, Lake
from safety_pipeline.orchestration.run import SETTINGS, instance, register

_DEFINITIONS = {"module_name": "safety_pipeline.orchestration.definitions", "location_name": "safety_pipeline"}
_WORKSPACE = {"load_from": [{"python_module": _DEFINITIONS}]}


def serve(folder: Path, port: int) -> None:
    """Run `dagster dev` until it is interrupted."""
    with instance(folder) as opened:
        register(Lake(folder), opened)
    home = folder / ".dagster"
    (home / "dagster.yaml").write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    (home / "workspace.yaml").write_text(yaml.safe_dump(_WORKSPACE), encoding="utf-8")
    environment = {**os.environ, "DAGSTER_HOME": str(home), LAKE_VARIABLE: str(folder)}
    workspace = str(home / "workspace.yaml")
    command = [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)]
    subprocess.run(command, env=environment, check=False)  # noqa: S603
