"""Serving the local web application from a command."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from starlette.applications import Starlette


def serve_pages(application: "Starlette", port: int) -> None:
    """Serve until interrupted; a port that another program has is one clear message."""
    from safety_pipeline.explore.serve import PortTakenError, serve  # noqa: PLC0415  (the web server loads when asked)

    try:
        serve(application, port)
    except PortTakenError as error:
        raise click.ClickException(str(error)) from error
