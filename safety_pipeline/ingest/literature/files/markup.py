"""Tables in JATS or HTML markup: spans unfolded, footnote marks kept apart, entities and networks left alone."""

import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree, html

from safety_pipeline.ingest.literature.files.decoding import utf8
from safety_pipeline.ingest.literature.files.spans import Spanned, unfold
from safety_pipeline.ingest.literature.grid import Grid, indent_of
from safety_pipeline.tables.delivery import RefusedError

_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_KEPT = {"amp;", "lt;", "gt;", "quot;", "apos;"}
_UNSEEN = {"script", "style", "label"}
_BREAKS = {"break", "br", "p", "div", "li", "list-item"}
Element = etree._Element


def read_jats(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one `table-wrap` of an article, or of a file that holds only that."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    text = _NAMED.sub(_character, utf8(content, file))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(file, f"not well-formed XML ({str(error)[:80]})") from None
    wraps = _named(root, "table-wrap") or [root]
    wrap = _nth(wraps, table_number, file)
    tables = _named(wrap, "table")
    if not tables:
        raise _unreadable(file, "no <table> in it; tables printed as pictures or in another model are not read")
    return _grid(tables[0], wrap, file)


def read_html(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one `<table>` of a web page."""
    parser = html.HTMLParser(no_network=True, recover=True, huge_tree=False)
    try:
        root = html.document_fromstring(utf8(content, file), parser)
    except (etree.ParserError, ValueError) as error:
        raise _unreadable(file, f"not HTML ({str(error)[:80]})") from None
    tables = [table for table in _named(root, "table") if not _named(table, "table")[1:]]
    table = _nth(tables, table_number, file)
    return _grid(table, table, file)


def _grid(table: Element, around: Element, file: str) -> Grid:
    lines = [row for row in _named(table, "tr") if _owner(row) is table]
    head = sum(1 for row in lines if any(_name(each) == "thead" for each in row.iterancestors()))
    rows = unfold([[_spanned(cell) for cell in row if _name(cell) in {"td", "th"}] for row in lines], file)
    return Grid(
        rows=rows,
        label=_first(around, "label"),
        caption=_first(around, "caption"),
        footnotes=tuple(note for each in _named(around, "table-wrap-foot") if (note := _text(each).strip())),
        n_header_rows=head or None,
    )


def _owner(row: Element) -> Element | None:
    return next((each for each in row.iterancestors() if _name(each) == "table"), None)


def _spanned(cell: Element) -> Spanned:
    text = _text(cell)
    marks = "".join(_text(each) for each in _named(cell, "sup")).strip()
    stripped = text.strip()
    return Spanned(
        text=re.sub(r"\s*\n\s*", " ", stripped),
        marks=marks if marks and stripped.endswith(marks) else "",
        indent=indent_of(text),
        columns=_span(cell.get("colspan")),
        rows=_span(cell.get("rowspan")),
    )


def _span(written: str | None) -> int:
    return max(1, int(written)) if written and re.fullmatch(r"[0-9]{1,6}", written) else 1


def _text(element: Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    """The text of an element, with a space where the print breaks the line."""
    yield element.text or ""
    for child in element:
        name = _name(child)
        if name not in _UNSEEN:
            yield from _pieces(child) if name else [child.text or ""]
        yield " " if name in _BREAKS else ""
        yield child.tail or ""


def _named(element: Element, name: str) -> list[Element]:
    return [each for each in element.iter() if _name(each) == name]


def _first(element: Element, name: str) -> str | None:
    found = next((each for each in element if _name(each) == name), None)
    return None if found is None else " ".join(_text(found).split()) or None


def _name(element: Element) -> str:
    """The element's name without its namespace; empty for comments and entities."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _character(found: re.Match[str]) -> str:
    name = found[1]
    return found[0] if name in _KEPT else html5.get(name, found[0])


def _nth(elements: list[Element], number: int, file: str) -> Element:
    if number > len(elements):
        raise _unreadable(file, f"table_number {number} asked for, but {len(elements)} tables are in it")
    return elements[number - 1]


def _unreadable(file: str, reason: str) -> RefusedError:
    return RefusedError(
        "table_is_readable", f"{file}: {reason}; mend the file or save the table as CSV", source_file=file
    )
