"""Tables in old workbooks (XLS) as grids; they are opened in a process of their own."""

from functools import lru_cache
from typing import Any

from safety_pipeline.ingest.literature.files.apart import GaveUpError, ask
from safety_pipeline.ingest.literature.files.decoding import no_such_table
from safety_pipeline.ingest.literature.files.sheets import given_name
from safety_pipeline.ingest.literature.files.spans import Spanned, unfold
from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.tables.delivery import RefusedError

MODULE = "safety_pipeline.ingest.literature.files.old_workbook_child"


def read_xls(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one sheet of an old workbook, the sheets counted from 1."""
    try:
        sheets = _sheets(content)
    except GaveUpError:
        reason = f"{file}: not a workbook that can be read, or one with a password; save the table as XLSX or CSV"
        raise RefusedError("table_is_readable", reason, source_file=file) from None
    if table_number > len(sheets):
        raise no_such_table(file, table_number, len(sheets), "sheets")
    sheet = sheets[table_number - 1]
    lines = [[Spanned(**cell) for cell in line] for line in sheet["lines"]]
    return Grid(unfold(lines, file), label=given_name(sheet["name"]))


@lru_cache(maxsize=4)
def _sheets(content: bytes) -> list[dict[str, Any]]:
    return list(ask(MODULE, content))
