"""The Spark session: started when it is first needed, one a process."""

import atexit
import os
import shutil
import sys
import warnings
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from safety_pipeline.orchestration.lakes.machine import UnusableClusterError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
    # A task has one core: more threads would take those of the tasks beside it.
    "spark.executorEnv.POLARS_MAX_THREADS": "1",
}
# A cluster of this machine alone is nobody else's business.
_ON_THIS_MACHINE = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


def require_spark() -> None:
    """A sentence where PySpark or Java is missing."""
    if find_spec("pyspark") is None:
        raise UnusableClusterError(
            "PySpark is not installed: pip install 'safety-pipeline[spark]', or --engine polars."
        )
    is_elsewhere = os.environ.get("SPARK_REMOTE", "").startswith("sc://")
    if not (is_elsewhere or os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise UnusableClusterError("Spark needs Java 17 or later and there is none: install it, or --engine polars.")


@cache
def session(master: str | None) -> "SparkSession":
    """The session on this cluster; without a name, on the one Spark is configured with."""
    warnings.filterwarnings("ignore", message="PySpark does not yet", category=FutureWarning)
    from pyspark.sql import SparkSession  # noqa: PLC0415  (an extra)

    builder = SparkSession.builder.appName("safety-pipeline")
    options = {**_SETTINGS, **(_on_this_machine() if (master or "").startswith("local") else {})}
    for name, value in options.items():
        builder = builder.config(name, value)
    if master:
        builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    try:
        started = builder.getOrCreate()
    except Exception as error:
        raise UnusableClusterError(f"Spark could not be started: {first_line(error)}") from error
    # Else the processes of a cluster on this machine are killed at their work, and say so at length.
    atexit.register(started.stop)
    return started


def _on_this_machine() -> dict[str, str]:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return _ON_THIS_MACHINE


def first_line(error: BaseException) -> str:
    """What a fault says; one of Java says first only where it was called from."""
    lines = [line.strip(" :") for line in str(error).splitlines()]
    said = [line for line in lines if line and not line.startswith("An error occurred while calling")]
    return (said or [type(error).__name__])[0]
