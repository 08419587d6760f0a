"""Printed layouts of one table: as a page for a browser to print, and as a word-processor file."""

import io
import zipfile
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from pathlib import Path

from lxml import etree

Element = etree._Element
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
INDENTS = " \u2003\u00a0"
PROSE = (
    "The protocol was approved at each centre, and everyone who took part gave consent in writing. Visits were "
    "planned every three weeks in the first year and every twelve weeks thereafter. Assessments at each visit are "
    "given in the appendix, together with the rules by which treatment was put off or stopped. "
)


@dataclass(frozen=True)
class Printed:
    """One table of an article: what stands around it, and its rows as markup."""

    label: str
    caption: str
    footnotes: str
    rows: Element

    @classmethod
    def of(cls, path: Path) -> "Printed":
        wrap = etree.fromstring(path.read_bytes())
        table = wrap.find(".//table")
        notes = " ".join("".join(each.itertext()) for each in wrap.iter("table-wrap-foot"))
        caption = " ".join("".join(wrap.find("caption").itertext()).split())
        return cls(wrap.findtext("label") or "", caption, " ".join(notes.split()), table)


def page(printed: Printed, layout: str) -> str:
    """The table as a page in one of the layouts of `STYLES`."""
    table = f"<p class=cap><b>{escape(printed.label)}</b> {escape(printed.caption)}</p>{_table(printed.rows)}"
    table += f"<p class=note>{escape(printed.footnotes)}</p>" if printed.footnotes else ""
    before, after = _around(layout)
    return (
        f"<!doctype html><meta charset=utf-8><style>{_BASE}{STYLES[layout]}</style>"
        f"<div class=page>{before}<div class=table>{table}</div>{after}</div>"
    )


def _around(layout: str) -> tuple[str, str]:
    text = f"<p>{PROSE * 2}</p>"
    if layout == "two columns":
        return text * 4, text * 8
    if layout.startswith("continued"):
        return text * 5, text
    return ("", "") if layout in {"landscape", "turned on the page"} else (text, text * 2)


_BASE = (
    "@page{size:A4;margin:18mm}body{font:9.5pt/1.35 'DejaVu Serif',serif;margin:0}table{border-collapse:collapse;"
    "font-size:8pt}td,th{padding-inline:5pt;padding-block:1.5pt;text-align:left;vertical-align:top;font-weight:normal}"
    "td.in{padding-inline-start:14pt}th[colspan]{text-align:center}.cap{margin:8pt 0 3pt}"
    ".note{font-size:7pt;margin:3pt 0}"
)
_RULES = (
    "table{border-block:1pt solid}thead tr:last-child>*{border-block-end:.5pt solid}"
    "th[colspan]{border-block-end:.5pt solid}"
)
STYLES = {
    "ruled": "td,th{border:.5pt solid #000}",
    "rules across": _RULES,
    "unruled": "",
    "striped": "tbody tr:nth-child(even){background:#ddd}td,th{padding-block:3pt}",
    "two columns": ".page{columns:2;column-gap:7mm;}table{font-size:6.5pt;width:100%}"
    ".table{break-inside:avoid}" + _RULES,
    "landscape": "@page{size:A4 landscape}" + _RULES,
    "turned on the page": ".page{writing-mode:sideways-lr;height:250mm}" + _RULES,
    "continued": _RULES,
    "continued without its header": "thead{display:table-row-group}" + _RULES,
}


def _table(rows: Element) -> str:
    """The rows as HTML: an indent by space becomes one of the cell."""
    table = deepcopy(rows)
    for each in list(table.iter("hr", "colgroup", "col")):
        each.getparent().remove(each)
    for each in table.iter():
        _make_plain(each)
    return etree.tostring(table, encoding="unicode", method="html", with_tail=False)


def _make_plain(element: Element) -> None:
    """An element of the article as one of a page, without what it says of its own looks."""
    for name in {"frame", "rules", "border", "valign", "align", "char"} & set(element.attrib):
        del element.attrib[name]
    element.tag = {"italic": "i", "bold": "b"}.get(str(element.tag), element.tag)
    if element.tag in {"td", "th"}:
        _set_in(element)


def _set_in(cell: Element) -> None:
    text = cell.text or ""
    if text.strip() and text[0] in INDENTS:
        cell.set("class", "in")
        cell.text = text.lstrip(INDENTS)


def word_file(printed: Printed, layout: str) -> bytes:
    """The table in a word-processor file: alone, `with another table`, or `continued` as a second table."""
    grid = [cells_of(row) for row in printed.rows.iter("tr")]
    head = len(list(printed.rows.iterfind("thead/tr")))
    title = f"{printed.label} {printed.caption}"
    parts = [grid[: len(grid) // 2], [*grid[:head], *grid[len(grid) // 2 :]]] if layout == "continued" else [grid]
    titles = [title, f"{title} (continued)"]
    body = _paragraph(PROSE)
    body += "".join(_paragraph(said) + _word_table(part) for said, part in zip(titles, parts, strict=False))
    if layout == "with another table":
        body += _paragraph("Table 9 Centres and patients") + _word_table([[("Centre", 1, 1), ("Patients", 1, 1)]])
    return packed_word(body + _paragraph(printed.footnotes or PROSE))


def packed_word(body: str) -> bytes:
    """A word-processor file with this body and nothing else."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
    return content.getvalue()


_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
Cell = tuple[str, int, int]


def cells_of(row: Element) -> list[Cell]:
    found = [each for each in row if each.tag in {"td", "th"}]
    return [("".join(each.itertext()), int(each.get("colspan", 1)), int(each.get("rowspan", 1))) for each in found]


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _word_table(lines: list[list[Cell]]) -> str:
    """Cells that span lines are written as the first and its continuations, as word processors do."""
    open_cells: dict[int, tuple[int, int]] = {}
    rows = []
    for line in lines:
        cells, column, waiting = [], 0, list(line)
        while waiting or column in open_cells:
            if column in open_cells:
                left, wide = open_cells.pop(column)
                if left > 1:
                    open_cells[column] = (left - 1, wide)
                cells.append(_word_cell("", wide, "<w:vMerge/>"))
            else:
                text, wide, tall = waiting.pop(0)
                if tall > 1:
                    open_cells[column] = (tall - 1, wide)
                cells.append(_word_cell(text, wide, '<w:vMerge w:val="restart"/>' if tall > 1 else ""))
            column += wide
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _word_cell(text: str, wide: int, merged: str) -> str:
    span = f'<w:gridSpan w:val="{wide}"/>' if wide > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merged}</w:tcPr>{_paragraph(text.strip(chr(10)))}</w:tc>"
