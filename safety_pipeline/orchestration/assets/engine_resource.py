"""The engine as a resource of Dagster: the same assets, made in this process or in a Spark cluster."""

import os
from typing import Any

import dagster as dg

from safety_pipeline import settings
from safety_pipeline.orchestration.engines import Engine, InThisProcess
from safety_pipeline.orchestration.lakes.machine import UnusableClusterError

ENGINE = "engine"
_CONFIG: dict[str, Any] = {
    "name": dg.Field(
        dg.Enum("Engine", [dg.EnumValue("polars"), dg.EnumValue("spark")]),
        is_required=False,
        description=f"What makes the tables of deliveries and trials; without it, {settings.ENGINE.name}.",
    ),
    "spark_master": dg.Field(
        str, is_required=False, description=f"The Spark cluster; without it, {settings.SPARK_MASTER.name}."
    ),
}


@dg.resource(config_schema=_CONFIG, description="What makes the tables of deliveries and trials: Polars or Spark.")
def engine_of_tables(context: dg.InitResourceContext) -> Engine:
    chosen = context.resource_config
    if (chosen.get("name") or os.environ.get(settings.ENGINE.name, "polars")) != "spark":
        return InThisProcess()
    from safety_pipeline.orchestration.spark.engine import InSpark  # noqa: PLC0415  (only who asks for it)
    from safety_pipeline.orchestration.spark.session import require_spark  # noqa: PLC0415

    try:
        require_spark()
    except UnusableClusterError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    return InSpark(chosen.get("spark_master") or os.environ.get(settings.SPARK_MASTER.name))
