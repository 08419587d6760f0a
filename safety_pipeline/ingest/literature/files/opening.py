"""Opens a table file inside its delivery by the format its name says."""

from collections.abc import Callable
from pathlib import Path

from safety_pipeline.ingest.literature.files.delimited import read_csv, read_tsv
from safety_pipeline.ingest.literature.files.docx import read_docx
from safety_pipeline.ingest.literature.files.markup import read_html, read_jats
from safety_pipeline.ingest.literature.files.old_workbook import read_xls
from safety_pipeline.ingest.literature.files.pdf.tables import OTHER_WAYS, read_pdf
from safety_pipeline.ingest.literature.files.piped import read_markdown
from safety_pipeline.ingest.literature.files.spreadsheet import read_xlsx
from safety_pipeline.ingest.literature.files.text import read_text
from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.tables.delivery import RefusedError

LARGEST_BYTES = 20_000_000
MOST_LINES = 10_000
MOST_TABLES = 40
MAY_CONCERN_ONE_TABLE = {"table_is_readable", "table_has_rows"}
READERS: dict[str, Callable[[bytes, str, int], Grid]] = {
    ".csv": read_csv,
    ".docx": read_docx,
    ".htm": read_html,
    ".html": read_html,
    ".md": read_markdown,
    ".nxml": read_jats,
    ".pdf": read_pdf,
    ".tsv": read_tsv,
    ".txt": read_text,
    ".xls": read_xls,
    ".xlsx": read_xlsx,
    ".xml": read_jats,
}
# Endings of files that hold tables nobody can read here, and what to do with them.
OTHER_FILES = {
    (".bmp", ".gif", ".heic", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"): f"is a picture; {OTHER_WAYS}",
    (".doc", ".docm", ".odt", ".pages", ".rtf"): "is a text document of a format that is not read; save it as DOCX",
    (".numbers", ".ods", ".xlsb", ".xlsm"): "is a workbook of a format that is not read; save it as XLSX or CSV",
    (".json", ".jsonl", ".ndjson"): "holds no record of ClinicalTrials.gov (no protocolSection is in it) and no table; "
    "download the record again, and land a data set with the folder or zip of its package",
    (".parquet", ".sas7bdat", ".xpt"): "is a data set by itself; land the folder or zip of its package",
}


def open_grid(folder: Path, file: str, table_number: int = 1) -> Grid:
    """The grid of one table of a file named by a manifest, which has to lie inside the delivery's folder."""
    path = _inside(folder, file)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise _no_reader(path.suffix.lower(), file)
    grid = reader(_bytes(path, file), file, table_number)
    if grid.height > MOST_LINES:
        explanation = f"{file}: {grid.height} lines are not one printed table; land at most {MOST_LINES} lines a file"
        raise RefusedError("table_has_rows", explanation, source_file=file)
    if grid.is_blank:
        raise RefusedError("table_has_rows", f"{file}: the table is empty; put its rows in", source_file=file)
    return grid


def open_grids(folder: Path, file: str) -> list[tuple[int, Grid]]:
    """Every table of a file that can be opened, with its number; where none can, the refusal of the first is raised."""
    found, refusals = open_tables(folder, file)
    if not found:
        raise refusals[0]
    return found


def open_tables(folder: Path, file: str) -> tuple[list[tuple[int, Grid]], list[RefusedError]]:
    """The tables of a file with their numbers, and why the others cannot be read."""
    found: list[tuple[int, Grid]] = []
    refusals: list[RefusedError] = []
    for number in range(1, MOST_TABLES + 1):
        try:
            grid = open_grid(folder, file, number)
        except RefusedError as error:
            refusals.append(error)
            if error.rule not in MAY_CONCERN_ONE_TABLE:
                break
            continue
        if found and grid == found[-1][1]:
            break  # a format that holds one table, whatever the number
        found.append((number, grid))
    return found, refusals


def _no_reader(ending: str, file: str) -> RefusedError:
    known = next((said for endings, said in OTHER_FILES.items() if ending in endings), None)
    said = f"{file} {known}" if known else f"{file}: the ending {ending!r} is not a table format"
    return RefusedError("table_format_is_known", f"{said}. Read are {', '.join(sorted(READERS))}", source_file=file)


def _inside(folder: Path, file: str) -> Path:
    try:
        path = (folder / file).resolve()
        inside = path.is_relative_to(folder.resolve())
    except (OSError, ValueError):
        inside = False
    if not inside:
        raise RefusedError(
            "table_file_exists",
            f"{file!r} lies outside the delivery; put the file into the folder and name it without a path",
        )
    return path


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise RefusedError(
                "table_has_rows", f"{file}: larger than {LARGEST_BYTES} bytes; land one table a file", source_file=file
            )
        return path.read_bytes()
    except OSError:
        raise RefusedError(
            "table_file_exists",
            f"{file}: no such file in the delivery; put it next to document.yaml or mend its name there",
            source_file=file,
        ) from None
