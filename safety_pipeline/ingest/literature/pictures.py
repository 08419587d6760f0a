"""Pictures of where the tables of an article's files stand on their pages, for the person who checks them."""

from pathlib import Path

from safety_pipeline.ingest.literature.files.pdf.tables import Picture, pictures_of
from safety_pipeline.ingest.literature.listings import refuse_listings
from safety_pipeline.tables.delivery import RefusedError


def pictures_in(folder: Path) -> list[tuple[str, Picture]]:
    """The file, and each picture of it; none where a file of the folder lists subjects."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".pdf"]
    try:
        if files:
            refuse_listings(folder)
    except RefusedError:
        return []
    return [(path.name, picture) for path in files for picture in pictures_of(path.read_bytes(), path.name)]
