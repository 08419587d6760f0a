"""`safety-pipeline ui`: the Dagster UI on one lake."""

from pathlib import Path

import click

from safety_pipeline.commands._lake import LAKE_FOLDER
from safety_pipeline.commands._machine import sentences_for_faults_of_the_machine


@click.command()
@LAKE_FOLDER
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535), help="The port of the page.")
def ui(lake: Path, port: int) -> None:
    """Open the Dagster UI on this lake, on 127.0.0.1."""
    with sentences_for_faults_of_the_machine():
        from safety_pipeline.orchestration.runs.serve import CannotServeError, serve  # noqa: PLC0415

        try:
            serve(lake.resolve(), port)
        except CannotServeError as error:
            raise click.ClickException(str(error)) from error
