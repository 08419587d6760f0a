"""Tables in JATS or HTML markup: spans unfolded, footnote marks kept apart, entities and networks left alone."""

import re
from collections import Counter
from dataclasses import replace
from html.entities import html5

from lxml import etree, html

from safety_pipeline.ingest.foreign_xml import root_of
from safety_pipeline.ingest.literature.files.cell_text import Element, bare_text_of, name_of, text_of
from safety_pipeline.ingest.literature.files.decoding import no_such_table, utf8
from safety_pipeline.ingest.literature.files.exchange import column_names, exchange_cell
from safety_pipeline.ingest.literature.files.spans import Spanned, unfold
from safety_pipeline.ingest.literature.grid import Grid, indent_of
from safety_pipeline.tables.delivery import RefusedError

_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_KEPT = {"amp;", "lt;", "gt;", "quot;", "apos;"}


def read_jats(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one `table-wrap` of an article, or of a file that holds only that; XHTML or CALS rows inside."""
    text = _NAMED.sub(_character, utf8(content, file))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = root_of(text)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(file, f"not well-formed XML ({str(error)[:80]})") from None
    wraps = _named(root, "table-wrap") or _outermost(root) or [root]
    wrap = _nth(wraps, table_number, file)
    parts = _named(wrap, "tgroup") or _named(wrap, "table")
    if not parts:
        raise _unreadable(file, "no <table> in it; tables printed as pictures or in another model are not read")
    return _grid(parts, wrap, file)


def read_html(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one `<table>` of a web page."""
    parser = html.HTMLParser(no_network=True, recover=True, huge_tree=False)
    try:
        root = html.document_fromstring(utf8(content, file), parser)
    except (etree.ParserError, ValueError) as error:
        raise _unreadable(file, f"not HTML ({str(error)[:80]})") from None
    tables = [table for table in _named(root, "table") if not _named(table, "table")[1:]]
    table = _nth(tables, table_number, file)
    return _grid([table], table, file)


def _outermost(root: Element) -> list[Element]:
    """Tables without a wrap around them, those inside another one left out."""
    tables = _named(root, "table")
    return [each for each in tables if not any(name_of(above) == "table" for above in each.iterancestors())]


def _grid(parts: list[Element], around: Element, file: str) -> Grid:
    """One grid of a printed table, which may be set in several parts one below the other."""
    lines: list[list[Spanned]] = []
    head = 0
    for part in parts if name_of(parts[0]) == "tgroup" else parts[:1]:
        rows = [row for row in part.iter() if name_of(row) in {"tr", "row"} and _owner(row) is part]
        head += 0 if lines else sum(map(_is_header, rows))
        names = column_names(part)
        lines += [_cells(row, left, names) for row, left in zip(rows, _rows_left(rows), strict=True)]
    return Grid(
        rows=unfold(lines, file),
        label=_first(around, "label"),
        caption=_first(around, "caption") or _first(around, "title"),
        footnotes=tuple(note for each in _named(around, "table-wrap-foot") if (note := text_of(each).strip())),
        n_header_rows=head or None,
        keeps_spans=True,
    )


def _rows_left(rows: list[Element]) -> list[int]:
    """For each row, how many rows its group still has from it on."""
    counted: Counter[Element | None] = Counter()
    left = []
    for row in reversed(rows):
        counted[row.getparent()] += 1
        left.append(counted[row.getparent()])
    return left[::-1]


def _cells(row: Element, left: int, names: dict[str, int]) -> list[Spanned]:
    """The cells of a row; a span ends with its row group, whatever number it says."""
    cells = [_spanned(cell, names) for cell in row if name_of(cell) in {"td", "th", "entry"}]
    return [replace(cell, rows=min(cell.rows, left)) for cell in cells]


def _is_header(row: Element) -> bool:
    return any(name_of(each) == "thead" for each in row.iterancestors())


def _owner(row: Element) -> Element | None:
    """The table or part of a table that a row belongs to, and not one around it."""
    return next((each for each in row.iterancestors() if name_of(each) in {"table", "tgroup"}), None)


def _spanned(cell: Element, names: dict[str, int]) -> Spanned:
    text = text_of(cell)
    words = re.sub(r"\s*\n\s*", " ", text.strip())
    if name_of(cell) == "entry":
        return exchange_cell(cell, words, bare_text_of(cell), names)
    return Spanned(
        text=words,
        bare=bare_text_of(cell),
        indent=indent_of(text),
        columns=_span(cell.get("colspan")),
        rows=_span(cell.get("rowspan")),
    )


def _span(written: str | None) -> int:
    return max(1, int(written)) if written and re.fullmatch(r"[0-9]{1,6}", written) else 1


def _named(element: Element, name: str) -> list[Element]:
    return [each for each in element.iter() if name_of(each) == name]


def _first(element: Element, name: str) -> str | None:
    found = next((each for each in element if name_of(each) == name), None)
    return None if found is None else " ".join(text_of(found).split()) or None


def _character(found: re.Match[str]) -> str:
    name = found[1]
    return found[0] if name in _KEPT else html5.get(name, found[0])


def _nth(elements: list[Element], number: int, file: str) -> Element:
    if number > len(elements):
        raise no_such_table(file, number, len(elements))
    return elements[number - 1]


def _unreadable(file: str, reason: str) -> RefusedError:
    return RefusedError(
        "table_is_readable", f"{file}: {reason}; mend the file or save the table as CSV", source_file=file
    )
