"""`safety-pipeline summary`: incidence by dose as a table."""

from pathlib import Path

import click

from safety_pipeline.commands import _print
from safety_pipeline.commands._options import CONSOLE, LAKE


@click.command()
@LAKE
@click.option("--concept", help="One concept only, for instance edema.")
def summary(lake: Path, concept: str | None) -> None:
    """Print incidence by dose from the published tables."""
    _print.print_summary(CONSOLE, lake / "published", concept)
