"""Tables in XLSX workbooks: values as shown, merged cells unfolded, dates told apart from counts."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from safety_pipeline.ingest.foreign_xml import root_of
from safety_pipeline.ingest.literature.files.cell_text import bare_text, name_of
from safety_pipeline.ingest.literature.files.decoding import no_such_table
from safety_pipeline.ingest.literature.files.formats import CellFormats
from safety_pipeline.ingest.literature.files.sheets import sheets_of
from safety_pipeline.ingest.literature.files.spans import MOST_PLACES, WIDEST
from safety_pipeline.ingest.literature.grid import Box, Grid, indent_of
from safety_pipeline.tables.archive import BROKEN_ARCHIVE
from safety_pipeline.tables.delivery import RefusedError

LARGEST_PART = 50_000_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
UNREADABLE = (*BROKEN_ARCHIVE, etree.XMLSyntaxError, LookupError, ValueError)
Place = tuple[int, int]
Places = dict[Place, "Shown"]
Element = etree._Element


class Shown(NamedTuple):
    """What a cell shows, the same without its raised footnote marks where it has some, and how far in it stands."""

    text: str
    bare: str | None = None
    indent: int = 0


def read_xlsx(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one sheet of a workbook, the sheets counted from 1."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _sheet(archive, file, table_number)
    except UNREADABLE as error:
        raise _unreadable(file, f"not a workbook that can be read ({type(error).__name__})") from None


def _sheet(archive: zipfile.ZipFile, file: str, number: int) -> Grid:
    sheets = sheets_of(archive, lambda name: _part(archive, name, file))
    if number > len(sheets):
        raise no_such_table(file, number, len(sheets), "sheets")
    name, path = sheets[number - 1]
    root = _part(archive, path, file)
    formats = CellFormats.of(_part(archive, "xl/styles.xml", file) if "xl/styles.xml" in archive.namelist() else None)
    places = dict(_places(root, _shared(archive, file), formats))
    height = max((row for row, _ in places), default=0)
    width = max((column for _, column in places), default=0)
    if width > WIDEST or height * width > MOST_PLACES:
        raise _unreadable(file, f"{height} lines by {width} columns is not one printed table")
    merged = dict(_merged(root, height, width))
    rows = tuple(tuple(_box(places, merged, row, col) for col in range(1, width + 1)) for row in range(1, height + 1))
    return Grid(rows, label=name)


def _box(places: Places, merged: dict[Place, Place], row: int, column: int) -> Box:
    origin = merged.get((row, column), (row, column))
    text, bare, indent = places.get(origin, Shown(""))
    return Box(text.strip(), row, column, origin != (row, column), bare, indent=indent + indent_of(text))


def _places(root: Element, shared: list[Shown], formats: CellFormats) -> Iterator[tuple[Place, Shown]]:
    for cell in root.iter("{*}c"):
        place = _place(cell.get("r", ""))
        shown = _shown(cell, shared, formats)
        if shown.text:
            yield place, shown._replace(indent=formats.indent(cell.get("s")))


def _shown(cell: Element, shared: list[Shown], formats: CellFormats) -> Shown:
    value = cell.findtext("{*}v") or ""
    kind = cell.get("t", "n")
    if kind == "s":
        return shared[int(value)]
    if kind == "inlineStr":
        return _runs(cell)
    if kind == "b":
        return Shown("FALSE" if value == "0" else "TRUE")
    return Shown(formats.shown(value, cell.get("s")) if kind == "n" else value)


def _runs(item: Element) -> Shown:
    """The text of an item, piece by piece; the reading of its characters is left out."""
    pieces = [(each.text or "", _is_raised(each)) for each in item.iter("{*}t") if not _is_phonetic(each)]
    return Shown("".join(text for text, _ in pieces), bare_text(pieces))


def _is_raised(text: Element) -> bool:
    run = text.getparent()
    return run is not None and any(each.get("val") == "superscript" for each in run.iterfind("{*}rPr/{*}vertAlign"))


def _is_phonetic(text: Element) -> bool:
    return any(name_of(above) == "rph" for above in text.iterancestors())


def _merged(root: Element, height: int, width: int) -> Iterator[tuple[Place, Place]]:
    for merge in root.iter("{*}mergeCell"):
        first, _, last = merge.get("ref", "").partition(":")
        (top, left), (bottom, right) = _place(first), _place(last or first)
        for row in range(top, min(bottom, height) + 1):
            for column in range(left, min(right, width) + 1):
                yield (row, column), (top, left)


def _place(reference: str) -> Place:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError(reference)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _shared(archive: zipfile.ZipFile, file: str) -> list[Shown]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = _part(archive, "xl/sharedStrings.xml", file)
    return [_runs(item) for item in root.iter("{*}si")]


def _part(archive: zipfile.ZipFile, name: str, file: str) -> Element:
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise _unreadable(file, f"{name} unpacks to more than {LARGEST_PART} bytes")
    return root_of(archive.read(name))


def _unreadable(file: str, reason: str) -> RefusedError:
    return RefusedError("table_is_readable", f"{file}: {reason}; save the table as CSV", source_file=file)
