"""Options and the console that several commands share."""

from pathlib import Path

import click
from rich.console import Console

LAKE = click.option(
    "--lake",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="SAFETY_LAKE",
    default=Path("data_lake"),
    show_default=True,
    help="The folder that holds landed/ to published/.",
)
CONSOLE = Console(soft_wrap=True)
