"""`safety-pipeline desk`: the intake desk on one lake, on this machine."""

import secrets
from pathlib import Path

import click

from safety_pipeline.commands._lake import LAKE_FOLDER
from safety_pipeline.commands._options import PORT
from safety_pipeline.commands._pages import serve_pages
from safety_pipeline.commands._references import references_of


@click.command()
@LAKE_FOLDER
@PORT
def desk(lake: Path, port: int) -> None:
    """Open the intake desk: drop a table, see what every cell becomes, answer, accept."""
    from safety_pipeline.explore.app import application  # noqa: PLC0415  (the web server loads when asked)
    from safety_pipeline.explore.intake.routes import Intake  # noqa: PLC0415

    lake = lake.resolve()
    token = secrets.token_urlsafe(24)
    intake = Intake.of(lake, token, references_of(lake))
    said = (
        f"Intake desk on http://127.0.0.1:{port}/desk?token={token}\n"
        "The address works for this start only (stop it with Ctrl-C)."
    )
    serve_pages(application(lake / "published", intake), port, said)
