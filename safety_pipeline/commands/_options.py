"""Options and the console that several commands share."""

import os
from typing import Any

import click
from rich.console import Console

from safety_pipeline import settings

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
PORT = click.option(
    "--port", default=8050, show_default=True, type=click.IntRange(1, 65535), help="The port of the page."
)
FAIL_ON_FINDINGS = click.option("--fail-on-findings", is_flag=True, help="End with code 3 where there are findings.")
FINDINGS_EXIT_CODE = 3
# With NO_COLOR set, rich still writes bold; without a colour system it writes text alone.
PLAIN: dict[str, Any] = {"color_system": None} if os.environ.get(settings.NO_COLOR.name) else {}
CONSOLE = Console(soft_wrap=True, **PLAIN)
