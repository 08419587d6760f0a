"""The sheets of a workbook in the order of their tabs, with the names someone gave them."""

import re
import zipfile
from collections.abc import Callable

from lxml import etree

from safety_pipeline.ingest.literature.layout_data import layout, pattern

Element = etree._Element
Sheet = tuple[str | None, str]
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def sheets_of(archive: zipfile.ZipFile, part: Callable[[str], Element]) -> list[Sheet]:
    """Name and path of each sheet; without a table of contents, by the numbers of the files."""
    found = set(archive.namelist())
    paths = sorted((each for each in found if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", each)), key=_number)
    if not {BOOK, RELATIONS} <= found:
        return [(None, path) for path in paths]
    named = [each for each in _named(part(BOOK), part(RELATIONS)) if each[1] in found]
    return [*named, *((None, path) for path in paths if path not in {each for _, each in named})]


def _named(book: Element, relations: Element) -> list[Sheet]:
    targets = {each.get("Id"): each.get("Target") or "" for each in relations.iter("{*}Relationship")}
    sheets = ((each.get("name") or "", targets.get(each.get(_RELATION), "")) for each in book.iter("{*}sheet"))
    return [(given_name(name), _path(target)) for name, target in sheets]


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def given_name(name: str) -> str | None:
    """The name of a sheet; nothing where the program gave it."""
    given_by_program = pattern(layout("patterns")["sheet_name"]).fullmatch(name.strip())
    return None if given_by_program else name.strip() or None


def _number(path: str) -> int:
    return int(re.sub(r"\D", "", path))
