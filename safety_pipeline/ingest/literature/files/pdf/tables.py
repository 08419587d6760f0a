"""PDF tables as grids, read in a process of their own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from safety_pipeline.ingest.literature.files.apart import GaveUpError, ask
from safety_pipeline.ingest.literature.files.decoding import no_such_table
from safety_pipeline.ingest.literature.files.pdf.words import BROKEN, CAPTION, LOCKED, MANY_PAGES, MOST_PAGES, NO_TEXT
from safety_pipeline.ingest.literature.files.spans import Spanned, unfold
from safety_pipeline.ingest.literature.files.unread import UnreadTableError
from safety_pipeline.ingest.literature.grid import Grid, grid_of
from safety_pipeline.tables.delivery import RefusedError

CHILD = "safety_pipeline.ingest.literature.files.pdf.child"
OTHER_WAYS = (
    "copy the table into a CSV or text file and land that, or land the article's XML from PubMed Central "
    "(safety-pipeline land PMC...)"
)
WHY = {
    NO_TEXT: "holds no text: its pages are pictures (a scan); " + OTHER_WAYS,
    LOCKED: "is protected by a password; save it without one and land it again",
    BROKEN: "cannot be opened as a PDF; open it in a reader, save it again, and land that; or " + OTHER_WAYS,
    MANY_PAGES: f"has more than {MOST_PAGES} pages; save the pages with the tables as a file of their own",
}
Answer = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """A picture of the place of a table: where it is, and the image as base64 PNG."""

    where: str
    image: str


def read_pdf(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one table of a PDF, counted from 1 in the order of the pages."""
    tables = _tables(content, file)
    if table_number > len(tables):
        raise no_such_table(file, table_number, len(tables)) if tables else _no_table(file)
    return _grid(tables[table_number - 1], file, table_number)


def pictures_of(content: bytes, file: str) -> list[Picture]:
    """Pictures of the places of each table, in the order of the tables."""
    try:
        tables = _tables(content, file)
    except RefusedError:
        return []
    parts = [part for each in tables for part in each["parts"]]
    try:
        images = iter(ask(CHILD, content, json.dumps(parts)) if parts else [])
    except GaveUpError:
        return []
    return [Picture(each["where"], image) for each in tables for _, image in zip(each["parts"], images, strict=False)]


@lru_cache(maxsize=4)
def _answer(content: bytes) -> Answer:
    try:
        return dict(ask(CHILD, content))
    except GaveUpError:
        return {"unreadable": BROKEN}


def _tables(content: bytes, file: str) -> Sequence[Answer]:
    answer = _answer(content)
    if "unreadable" in answer:
        raise _refusal(file, f"{file} {WHY[answer['unreadable']]}")
    return list(answer["tables"])


def _grid(table: Answer, file: str, number: int) -> Grid:
    where = table["where"]
    if table["problem"]:
        raise _refusal(file, f"{file}: table {number} ({where}): {table['problem']}; {OTHER_WAYS}", table["words"])
    lines = [[Spanned(**cell) for cell in line] for line in table["lines"]]
    return grid_of_lines(lines, file, table, where)


def grid_of_lines(lines: Sequence[Sequence[Spanned]], file: str, said: Mapping[str, Any], where: str) -> Grid:
    """The grid of such cells, with what was found around them."""
    label = CAPTION.match(said["caption"])
    caption = said["caption"][label.end() :].lstrip(" .:–—-") if label else said["caption"]
    return Grid(
        rows=unfold(lines, file),
        label=label[0] if label else None,
        caption=caption or None,
        footnotes=(said["footnotes"],) if said["footnotes"] else (),
        n_header_rows=said["n_header"] or None,
        keeps_spans=said["keeps_spans"],
        place=where,
    )


def _refusal(file: str, explanation: str, words: Sequence[Sequence[str]] = ()) -> RefusedError:
    """The refusal of a table; the region's words are looked at only to know whether they list subjects."""
    rule = "table_is_readable"
    return UnreadTableError(rule, explanation, source_file=file, grid=grid_of([list(line) for line in words]))


def _no_table(file: str) -> RefusedError:
    return _refusal(file, f"{file}: no table of counts was found in its text; {OTHER_WAYS}")
