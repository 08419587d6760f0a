"""Whether PySpark and Java are here, for the tests that need both."""

import os
import shutil

import pytest


def require_spark() -> None:
    """Skip loudly where one of them is missing; fail where skips are forbidden."""
    reason = _missing()
    if reason is None:
        return
    if os.environ.get("SAFETY_FORBID_SKIPS"):
        pytest.fail(f"{reason}, and skips are forbidden here")
    pytest.skip(reason)


def _missing() -> str | None:
    try:
        import pyspark  # noqa: F401, PLC0415
    except ImportError:
        return "PYSPARK MISSING: install the extra `spark` to compare the engines"
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "JAVA MISSING: install Java 17 to compare the engines"
    return None
