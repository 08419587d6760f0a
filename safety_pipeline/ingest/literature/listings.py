"""Looks through the files of an article before they are kept: a listing of subjects is not copied into the lake."""

from contextlib import suppress
from pathlib import Path

from safety_pipeline.ingest.literature.files import open_grids
from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.listing import refuse_listing
from safety_pipeline.tables.delivery import RefusedError


def refuse_listings(folder: Path) -> None:
    """Raise where a file of the folder lists subjects; a file that cannot be opened is left to its reader."""
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        grids: list[tuple[int, Grid]] = []
        with suppress(RefusedError):
            grids = open_grids(folder, path.name)
        for _, grid in grids:
            refuse_listing(grid, path.name)
