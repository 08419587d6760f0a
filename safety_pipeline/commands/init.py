"""`safety-pipeline init`: begin a lake with the five documents that come with the program."""

from pathlib import Path

import click

from safety_pipeline.commands._lake import LAKE_TO_WRITE
from safety_pipeline.commands._machine import sentences_for_faults_of_the_machine
from safety_pipeline.commands._options import CONSOLE
from safety_pipeline.land.shipped import land_shipped


@click.command()
@LAKE_TO_WRITE
def init(lake: Path) -> None:
    """Begin a lake with the five documents that come with the program; documents that it holds stay as they are."""
    with sentences_for_faults_of_the_machine():
        new = land_shipped(lake.resolve())
    for name in new:
        CONSOLE.print(f"Landed {name}", markup=False, highlight=False)
    if not new:
        CONSOLE.print("The lake holds all of them already.", markup=False, highlight=False)
    CONSOLE.print("Next   safety-pipeline run", markup=False, highlight=False)
