"""Tables in word-processor files (DOCX): merged cells unfolded, deleted and hidden text left out."""

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from safety_pipeline.ingest.foreign_xml import root_of
from safety_pipeline.ingest.literature.files.cell_text import bare_text, name_of
from safety_pipeline.ingest.literature.files.decoding import no_such_table
from safety_pipeline.ingest.literature.files.spans import Spanned, unfold
from safety_pipeline.ingest.literature.grid import Grid, indent_of
from safety_pipeline.ingest.literature.layout_data import layout
from safety_pipeline.tables.archive import BROKEN_ARCHIVE
from safety_pipeline.tables.delivery import RefusedError

Element = etree._Element
LARGEST_PART = 50_000_000
DOCUMENT = "word/document.xml"
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
MOST_NOTES = 3
STEP_OF_INDENT = 120
GOES_ON = "continue"
_CAPTION = re.compile(r"((?:supplementary |appendix )?table\s+\w{1,4})\b[\s.:–—-]*", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?:[*†‡§¶#‖a-d]\s?[A-Z]|[A-Z][\w-]{1,9}\s*(?:[=:,]|, ))")
_LEFT_OUT = {"del", "moveFrom", "Fallback", "txbxContent", "tbl", "instrText", "delText"}
_SIGNS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
_OFF = {"0", "false", "off", "none"}


def read_docx(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one table of the file, in the order of the text."""
    blocks = list(_blocks(_body(content, file)))
    tables = [at for at, block in enumerate(blocks) if name_of(block) == "tbl"]
    if table_number > len(tables):
        raise no_such_table(file, table_number, len(tables))
    at = tables[table_number - 1]
    label, caption = _above(blocks, at)
    return Grid(unfold(list(_lines(blocks[at])), file), label, caption, _below(blocks, at), keeps_spans=True)


def _body(content: bytes, file: str) -> Element:
    if content.startswith(OLD_OR_LOCKED):
        raise _unreadable(file, "an old Word file or one with a password; save it as DOCX without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo(DOCUMENT).file_size > LARGEST_PART:
                raise _unreadable(file, f"its text unpacks to more than {LARGEST_PART} bytes; save the table as CSV")
            return root_of(archive.read(DOCUMENT))
    except (*BROKEN_ARCHIVE, etree.XMLSyntaxError, LookupError, ValueError) as error:
        reason = f"not a word-processor file that can be read ({type(error).__name__}); save the table as CSV"
        raise _unreadable(file, reason) from None


def _blocks(element: Element) -> Iterator[Element]:
    """Paragraphs and tables in their order; a table within a table comes after it."""
    for child in element:
        name = name_of(child)
        if name in {"p", "tbl"}:
            yield child
        if name != "p" and name not in {"del", "fallback"}:
            yield from _blocks(child) if name != "tbl" else _inner_tables(child)


def _inner_tables(table: Element) -> Iterator[Element]:
    return (each for each in table.iterdescendants() if name_of(each) == "tbl")


def _above(blocks: list[Element], at: int) -> tuple[str | None, str | None]:
    """Label and caption: the paragraph above, where it begins like the title of a table."""
    texts = (_text(block).strip() for block in reversed(blocks[:at]) if name_of(block) == "p")
    said = next((text for text in texts if text), "")
    found = _CAPTION.match(said)
    return (found[1], said[found.end() :] or None) if found else (None, None)


def _below(blocks: list[Element], at: int) -> tuple[str, ...]:
    """Notes: paragraphs right below that begin with a mark or an abbreviation, or as notes do."""
    starts = tuple(layout("words")["footnote_starts"])
    notes: list[str] = []
    for block in blocks[at + 1 : at + 1 + MOST_NOTES]:
        text = _text(block).strip() if name_of(block) == "p" else ""
        if not text or _CAPTION.match(text) or not (_ABBREVIATION.match(text) or text.casefold().startswith(starts)):
            break
        notes.append(text)
    return tuple(notes)


def _lines(table: Element) -> Iterator[list[Spanned]]:
    """The cells of each line; a cell that goes on from the line above is part of that one."""
    rows = [row for row in _own(table, "tr") if not _is_deleted(row)]
    cells = [list(_cells(row)) for row in rows]
    for at, line in enumerate(cells):
        own = [(cell, first, wide) for cell, first, wide, merge in line if merge != GOES_ON]
        yield [_spanned(cell, first, wide, _height(cells, at, first)) for cell, first, wide in own]


def _own(element: Element, name: str) -> Iterator[Element]:
    """The parts of a table that are not those of one inside it."""
    for child in element:
        if name_of(child) == name:
            yield child
        elif name_of(child) not in {"tbl", "tc", "p"}:
            yield from _own(child, name)


def _cells(row: Element) -> Iterator[tuple[Element, int, int, str | None]]:
    """Each cell with its first column, its width, and how it is merged: `restart`, `continue`, or not at all."""
    column = 1 + _number(row, "{*}trPr/{*}gridBefore", 0)
    for cell in _own(row, "tc"):
        wide = max(1, _number(cell, "{*}tcPr/{*}gridSpan", 1))
        merge = cell.find("{*}tcPr/{*}vMerge")
        yield cell, column, wide, None if merge is None else _value(merge) or GOES_ON
        column += wide


def _height(cells: list[list[tuple[Element, int, int, str | None]]], at: int, first: int) -> int:
    """How many lines a cell covers: its own, and those below where its column goes on."""
    tall = 1
    for line in cells[at + 1 :]:
        if not any(column == first and merge == GOES_ON for _, column, _, merge in line):
            break
        tall += 1
    return tall


def _spanned(cell: Element, first: int, wide: int, tall: int) -> Spanned:
    pieces = list(_pieces(cell))
    text = "".join(part for part, _ in pieces)
    indent = indent_of(text) + _number(cell, ".//{*}pPr/{*}ind", 0, "left", "start") // STEP_OF_INDENT
    return Spanned(" ".join(text.split()), bare_text(pieces), indent, wide, tall, first)


def _text(block: Element) -> str:
    return "".join(text for text, _ in _pieces(block))


def _pieces(element: Element) -> Iterator[tuple[str, bool]]:
    """The text that shows, each piece with whether it is raised; paragraphs of one cell are parted by a space."""
    seen = False
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "t":
            yield child.text or "", _is_raised(child)
        elif name in _SIGNS:
            yield _SIGNS[name], False
        elif name and name not in _LEFT_OUT and not _is_hidden(child):
            if name == "p" and seen:
                yield " ", False
            seen = seen or name == "p"
            yield from _pieces(child)


def _is_raised(text: Element) -> bool:
    run = text.getparent()
    found = None if run is None else run.find("{*}rPr/{*}vertAlign")
    return found is not None and _value(found) == "superscript"


def _is_hidden(run: Element) -> bool:
    found = run.find("{*}rPr/{*}vanish")
    return found is not None and _value(found) not in _OFF


def _is_deleted(row: Element) -> bool:
    return row.find("{*}trPr/{*}del") is not None


def _value(element: Element) -> str:
    """The `val` of a property; empty where it has none."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == "val"), "")


def _number(element: Element, path: str, otherwise: int, *names: str) -> int:
    found = element.find(path)
    if found is None:
        return otherwise
    wanted = names or ("val",)
    said = (str(value) for key, value in found.attrib.items() if str(key).rpartition("}")[2] in wanted)
    return next((int(each) for each in said if re.fullmatch(r"[0-9]{1,6}", each)), otherwise)


def _unreadable(file: str, reason: str) -> RefusedError:
    return RefusedError("table_is_readable", f"{file}: {reason}", source_file=file)
