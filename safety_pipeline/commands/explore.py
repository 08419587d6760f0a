"""`safety-pipeline explore`: the explorer on one lake, on this machine."""

from pathlib import Path

import click

from safety_pipeline.commands._lake import LAKE
from safety_pipeline.commands._options import PORT
from safety_pipeline.commands._pages import serve_pages


@click.command()
@LAKE
@PORT
def explore(lake: Path, port: int) -> None:
    """Open the explorer: charts of the published tables, and from every number the way to its cells."""
    from safety_pipeline.explore.app import application  # noqa: PLC0415  (the web server loads when asked)

    if not (lake / "published" / "latest").exists():
        raise click.ClickException(f"{lake / 'published'} holds no release yet: run `safety-pipeline run` first.")
    pages = application(lake.resolve() / "published")
    serve_pages(pages, port, f"Explorer on http://127.0.0.1:{port} (stop it with Ctrl-C)")
