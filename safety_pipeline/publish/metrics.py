"""The metrics that dashboards may show, from `dashboards/metrics.yaml`."""

from pathlib import Path

import polars as pl
import yaml

from safety_pipeline.tables.released import METRIC

_PACKAGED = Path(__file__).resolve().parent.parent / "_dashboards" / "metrics.yaml"
_IN_THE_CLONE = Path(__file__).resolve().parent.parent.parent / "dashboards" / "metrics.yaml"


def metrics() -> pl.LazyFrame:
    """One row per metric, in the order of the file."""
    return METRIC.from_rows(yaml.safe_load(metrics_file().read_text(encoding="utf-8")))


def metrics_file() -> Path:
    """The file of the clone, or the one that the wheel carries."""
    return _PACKAGED if _PACKAGED.is_file() else _IN_THE_CLONE
