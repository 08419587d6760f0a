"""What an old workbook (XLS) holds, as the process of its own in which it is opened answers it."""

import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import xlrd
from xlrd.sheet import Cell, Sheet

from safety_pipeline.ingest.literature.files.apart import answer
from safety_pipeline.ingest.literature.files.cell_text import bare_text
from safety_pipeline.ingest.literature.files.formats import shown_as
from safety_pipeline.ingest.literature.files.spans import MOST_PLACES, WIDEST, Spanned
from safety_pipeline.ingest.literature.grid import indent_of

_RAISED = 1


def sheets_in(content: bytes, _arguments: list[str]) -> list[dict[str, Any]]:
    """Every sheet with its name and its cells line by line."""
    # What the library has to remark goes to standard output otherwise, where the answer belongs.
    with xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO()) as book:
        return [{"name": sheet.name, "lines": list(_lines(book, sheet))} for sheet in book.sheets()]


def _lines(book: xlrd.Book, sheet: Sheet) -> Iterator[list[dict[str, Any]]]:
    if sheet.ncols > WIDEST or sheet.nrows * sheet.ncols > MOST_PLACES:
        return
    merged = {(top, left): (bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells}
    inside = {
        (row, column)
        for (top, left), (tall, wide) in merged.items()
        for row in range(top, top + tall)
        for column in range(left, left + wide)
    } - merged.keys()
    for row in range(sheet.nrows):
        places = [column for column in range(sheet.ncols) if (row, column) not in inside]
        yield [asdict(_spanned(book, sheet, row, at, merged.get((row, at), (1, 1)))) for at in places]


def _spanned(book: xlrd.Book, sheet: Sheet, row: int, column: int, size: tuple[int, int]) -> Spanned:
    cell = sheet.cell(row, column)
    style = book.xf_list[cell.xf_index]
    text = _shown(cell, book.format_map[style.format_key].format_str)
    indent = indent_of(text) + style.alignment.indent_level
    return Spanned(text.strip(), _bare(book, sheet, row, column, text), indent, size[1], size[0], column + 1)


def _shown(cell: Cell, code: str) -> str:
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return shown_as(repr(cell.value), code)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return f"{cell.value} (a date)"
    return str(cell.value) if cell.ctype == xlrd.XL_CELL_TEXT else ""


def _bare(book: xlrd.Book, sheet: Sheet, row: int, column: int, text: str) -> str | None:
    """The text without raised marks; runs say from which letter on which font holds."""
    runs = sheet.rich_text_runlist_map.get((row, column)) or []
    starts = [0, *(start for start, _ in runs)]
    raised = [False, *(book.font_list[font].escapement == _RAISED for _, font in runs)]
    ends = [*starts[1:], len(text)]
    return bare_text([(text[start:end], up) for start, end, up in zip(starts, ends, raised, strict=True)])


if __name__ == "__main__":
    answer(sheets_in)
