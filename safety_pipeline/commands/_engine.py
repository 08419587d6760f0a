"""Options that say which engine makes the tables of deliveries and trials."""

import os

import click

from safety_pipeline import settings

ENGINE = click.option(
    "--engine",
    type=click.Choice(["polars", "spark"]),
    envvar=settings.ENGINE.name,
    default="polars",
    show_default=True,
    help="What makes the tables of deliveries and trials: this process, or a Spark cluster (needs the extra 'spark').",
)
SPARK_MASTER = click.option(
    "--spark-master",
    envvar=settings.SPARK_MASTER.name,
    help="The Spark cluster: spark://host:7077, yarn, local[4]. Without it, what Spark is configured with.",
)


def use_engine(name: str, spark_master: str | None) -> None:
    """From now on in this process; Spark only where it can be started."""
    if name == "spark":
        from safety_pipeline.orchestration.spark.session import require_spark  # noqa: PLC0415  (only who asks for it)

        require_spark()
    os.environ[settings.ENGINE.name] = name
    if spark_master:
        os.environ[settings.SPARK_MASTER.name] = spark_master
