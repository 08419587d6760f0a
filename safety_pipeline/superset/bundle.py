"""The dashboard with all that belongs to it, as the folder of YAML files that Superset imports."""

from collections.abc import Mapping
from typing import Any

import yaml

from safety_pipeline.superset.charts import CHARTS, exported
from safety_pipeline.superset.dashboard import SLUG, dashboard
from safety_pipeline.superset.datasets import DATABASE, TABLES, database, dataset
from safety_pipeline.superset.identity import VERSION


def bundle() -> Mapping[str, str]:
    """Path below the bundle's folder to content."""
    files: dict[str, dict[str, Any]] = {
        "metadata.yaml": {"version": VERSION, "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        f"databases/{DATABASE}.yaml": database(),
        **{f"datasets/{DATABASE}/{table.name}.yaml": dataset(table) for table in TABLES},
        **{f"charts/{chart.name}.yaml": exported(chart) for chart in CHARTS},
        f"dashboards/{SLUG}.yaml": dashboard(),
    }
    return {name: yaml.safe_dump(content, sort_keys=False, allow_unicode=True) for name, content in files.items()}
