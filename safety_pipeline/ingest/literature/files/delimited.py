"""Tables with a separator between cells."""

import csv
import io

from safety_pipeline.ingest.literature.files.decoding import utf8
from safety_pipeline.ingest.literature.grid import Grid, grid_of
from safety_pipeline.tables.delivery import RefusedError


def read_tsv(content: bytes, file: str, _table_number: int = 1) -> Grid:
    """A grid from tab-separated text; quotes have no meaning there, so a line is always one row."""
    return tabbed(utf8(content, file))


def tabbed(text: str) -> Grid:
    return grid_of([line.split("\t") for line in text.splitlines()])


def read_csv(content: bytes, file: str, _table_number: int = 1) -> Grid:
    """A grid from comma-separated text, or semicolons where the first line has those and no commas."""
    text = utf8(content, file)
    first = text.partition("\n")[0]
    separator = ";" if ";" in first and "," not in first else ","
    try:
        return grid_of(list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)))
    except csv.Error as error:
        raise RefusedError(
            "table_is_readable",
            f"{file}: broken quotes ({error}); put quotes around cells that hold a comma or a quote",
            source_file=file,
        ) from None
