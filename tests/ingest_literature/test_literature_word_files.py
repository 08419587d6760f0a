"""Tables of word-processor files and of old workbooks; files made to do harm do none."""

import base64
import io
import zipfile
import zlib
from pathlib import Path

import pytest
from layouts.page_layouts import W, packed_word

from safety_pipeline.ingest.literature import understand
from safety_pipeline.ingest.literature.files.docx import DOCUMENT, read_docx
from safety_pipeline.ingest.literature.files.old_workbook import read_xls
from safety_pipeline.tables.delivery import RefusedError


def said(text: str, properties: str = "") -> str:
    return f'<w:p><w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def cell(inside: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def texts(grid):
    return [[box.text for box in row] for row in grid.rows]


HEADER = cell(said("Event")) + cell(said("Drug 400 mg (N=73)"), '<w:gridSpan w:val="2"/>')
EDEMA = cell(said("Edema")) + cell(said("52 (71.2)")) + cell(said("1 (1.4)"))


def test_merged_cells_reach_over_their_columns_and_lines():
    label = cell(said("Event"), '<w:vMerge w:val="restart"/>')
    first = label + cell(said("Drug (N=73)"), '<w:gridSpan w:val="2"/>')
    second = cell("<w:p/>", "<w:vMerge/>") + cell(said("Any")) + cell(said("Grade 3-4"))
    grid = read_docx(packed_word(table(first, second, EDEMA)), "x.docx")
    assert texts(grid) == [
        ["Event", "Drug (N=73)", "Drug (N=73)"],
        ["Event", "Any", "Grade 3-4"],
        ["Edema", "52 (71.2)", "1 (1.4)"],
    ]


def test_the_paragraph_above_is_the_caption_and_abbreviations_below_are_notes():
    body = said("Text before.") + said("Table 2. Toxicity") + table(HEADER, EDEMA)
    body += said("AE, adverse event.") + said("The study went on for years.")
    grid = read_docx(packed_word(body), "x.docx")
    assert (grid.label, grid.caption, grid.footnotes) == ("Table 2", "Toxicity", ("AE, adverse event.",))


def test_tables_are_counted_in_the_order_of_the_text_also_inside_a_content_control():
    other = f"<w:sdt><w:sdtContent>{table(cell(said('Centre')), cell(said('Paris')))}</w:sdtContent></w:sdt>"
    content = packed_word(other + table(HEADER, EDEMA))
    assert texts(read_docx(content, "x.docx", 1)) == [["Centre"], ["Paris"]]
    assert texts(read_docx(content, "x.docx", 2))[1] == ["Edema", "52 (71.2)", "1 (1.4)"]


def test_deleted_and_hidden_text_is_not_printed_and_what_was_put_in_is():
    deleted = (
        "<w:p><w:del><w:r><w:delText>25</w:delText></w:r></w:del><w:ins><w:r><w:t>52 (71.2)</w:t></w:r></w:ins></w:p>"
    )
    hidden = said("52", "<w:vanish/>") + said("1 (1.4)")
    grid = read_docx(packed_word(table(HEADER, cell(said("Edema")) + cell(deleted) + cell(hidden))), "x.docx")
    assert texts(grid)[1] == ["Edema", "52 (71.2)", "1 (1.4)"]


def test_a_deleted_line_is_no_line_of_the_table():
    content = packed_word(table(HEADER, f"<w:trPr><w:del/></w:trPr>{EDEMA}", EDEMA.replace("Edema", "Rash")))
    assert [row[0] for row in texts(read_docx(content, "x.docx"))] == ["Event", "Rash"]


def test_a_raised_digit_is_a_footnote_mark():
    count = (
        '<w:p><w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r></w:p>'
    )
    grid = read_docx(packed_word(table(HEADER, cell(said("Edema")) + cell(count) + cell(said("0")))), "x.docx")
    assert (grid.box(2, 2).text, grid.box(2, 2).unmarked) == ("121", "12")


def test_values_stacked_in_one_cell_are_never_read_as_one_count(tmp_path):
    stacked = cell(said("Edema") + said("Rash")) + cell(said("52 (71.2)") + said("18 (24.7)"))
    (tmp_path / "x.docx").write_bytes(packed_word(table(cell(said("Event")) + cell(said("Drug (N=73)")), stacked)))
    assert understand(tmp_path / "x.docx").refusal.rule == "cells_stand_apart"


def test_an_indent_by_the_ruler_sets_a_label_in():
    label = f'<w:p><w:pPr><w:ind w:left="240"/></w:pPr>{said("Leg")[5:]}'
    grid = read_docx(packed_word(table(HEADER, cell(label) + cell(said("1")) + cell(said("0")))), "x.docx")
    assert (grid.box(2, 1).text, grid.box(2, 1).indent) == ("Leg", 2)


def _with_part(text: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DOCUMENT, text)
    return content.getvalue()


DECLARED = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
ENTITY = f'{DECLARED}<w:document xmlns:w="{W}"><w:body>{table(cell(said("A&e;")))}</w:body></w:document>'
LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {chr(98 + at)} "{"&" + chr(97 + at) + ";" * 1}{("&" + chr(97 + at) + ";") * 9}">' for at in range(12)
    )
    + "]><d>&m;</d>"
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0 old or locked",
        _with_part(b"<w:document>"),
        _with_part(LAUGHS.encode()),
        _with_part(b" " * 60_000_000),
        packed_word(said("no table")),
    ],
    ids=["empty", "broken", "locked", "no xml", "entities in entities", "zip bomb", "without a table"],
)
def test_a_broken_or_hostile_file_is_one_sentence(content):
    with pytest.raises(RefusedError) as refused:
        read_docx(content, "x.docx")
    assert refused.value.explanation.startswith("x.docx: ")


def test_an_external_entity_is_not_fetched():
    grid = read_docx(_with_part(ENTITY.encode()), "x.docx")
    assert texts(grid) == [["A"]]


def test_macros_beside_the_text_are_not_looked_at():
    content = io.BytesIO(packed_word(table(HEADER, EDEMA)))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub AutoOpen()")
    assert texts(read_docx(content.getvalue(), "x.docx"))[1][0] == "Edema"


@pytest.fixture(scope="module")
def old_workbook() -> bytes:
    return zlib.decompress(base64.b64decode(Path(__file__).with_name("old_workbook.base64").read_text()))


def test_an_old_workbook_shows_its_numbers_as_printed_and_marks_dates(old_workbook):
    grid = read_xls(old_workbook, "x.xls")
    assert grid.label == "Toxicity"
    assert texts(grid) == [
        ["Event", "Low (N=73)", "Low (N=73)", "High (N=74)", "High (N=74)"],
        ["", "n", "%", "n", "%"],
        ["Edema", "52", "71.2%", "57", "77.0%"],
        ["Rasha", "18", "24.7%", "45000.0 (a date)", ""],
    ]
    assert (grid.box(4, 1).unmarked, grid.box(4, 1).indent) == ("Rash", 1)


@pytest.mark.parametrize("content", [b"", b"no workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600])
def test_a_broken_old_workbook_is_one_sentence(content):
    with pytest.raises(RefusedError, match="not a workbook that can be read"):
        read_xls(content, "x.xls")


@pytest.mark.parametrize(
    ("name", "way_out"), [("t.rtf", "save it as DOCX"), ("t.jpg", "copy the table"), ("t.ods", "XLSX")]
)
def test_a_format_that_is_not_read_says_what_to_do(tmp_path, name, way_out):
    (tmp_path / name).write_bytes(b"something")
    assert way_out in understand(tmp_path / name).refusal.explanation
