"""Serving the local web application from a command."""

from typing import TYPE_CHECKING

import click

from safety_pipeline.commands._options import CONSOLE

if TYPE_CHECKING:
    from starlette.applications import Starlette


def serve_pages(application: "Starlette", port: int, said: str) -> None:
    """Say where the pages are and serve until interrupted; a port that another program has is one clear message."""
    from safety_pipeline.explore.serve import PortTakenError, serve  # noqa: PLC0415  (the web server loads when asked)

    try:
        serve(application, port, lambda: CONSOLE.print(said, markup=False, highlight=False))
    except PortTakenError as error:
        raise click.ClickException(str(error)) from error
