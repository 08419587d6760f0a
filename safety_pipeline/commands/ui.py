"""`safety-pipeline ui`: the Dagster UI on one lake."""

from pathlib import Path

import click

from safety_pipeline.commands._options import LAKE


@click.command()
@LAKE
@click.option("--port", default=3000, show_default=True, help="The port of the page.")
def ui(lake: Path, port: int) -> None:
    """Open the Dagster UI on this lake, on 127.0.0.1."""
    from safety_pipeline.orchestration.serve import serve  # noqa: PLC0415

    serve(lake.resolve(), port)
