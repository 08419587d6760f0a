"""`safety-pipeline check`: findings of the checks and refused rows."""

from pathlib import Path

import click

from safety_pipeline.commands import _print
from safety_pipeline.commands._options import CONSOLE, LAKE


@click.command()
@LAKE
def check(lake: Path) -> None:
    """Print what the latest checks found, and every refused delivery or row with its reason.

    The exit code is 1 where something critical was found, so that a script notices.
    """
    if _print.print_checks(CONSOLE, lake / "published"):
        raise SystemExit(1)
