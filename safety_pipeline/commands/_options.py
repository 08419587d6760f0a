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
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
CONSOLE = Console(soft_wrap=True)
