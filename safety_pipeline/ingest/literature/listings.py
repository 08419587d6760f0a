"""Looks through the files of an article before they are kept: a listing of subjects is not copied into the lake."""

from pathlib import Path

from safety_pipeline.ingest.literature.files import open_tables
from safety_pipeline.ingest.literature.layout.refused.listing import refuse_listings_among


def refuse_listings(folder: Path) -> None:
    """Raise where a file of the folder lists subjects; a file that cannot be opened is left to its reader."""
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        grids, refusals = open_tables(folder, path.name)
        refuse_listings_among(grids, refusals, path.name)
