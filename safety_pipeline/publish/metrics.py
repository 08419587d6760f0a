"""The metrics that dashboards may show, from `dashboards/metrics.yaml`."""

from pathlib import Path

import polars as pl
import yaml

from safety_pipeline.tables.released import METRIC

_PACKAGED = Path(__file__).resolve().parent.parent / "_dashboards" / "metrics.yaml"
_IN_THE_CLONE = Path(__file__).resolve().parent.parent.parent / "dashboards" / "metrics.yaml"


def metrics() -> pl.LazyFrame:
    """One row per metric, in the order of the file; the wheel carries it inside the package."""
    file = _PACKAGED if _PACKAGED.is_file() else _IN_THE_CLONE
    return METRIC.from_rows(yaml.safe_load(file.read_text(encoding="utf-8")))
