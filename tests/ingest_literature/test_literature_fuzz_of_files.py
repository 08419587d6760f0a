"""Damaged PDF, DOCX and XLS files: each is read, or refused in a sentence that names it.

LITERATURE_FUZZ_EXAMPLES=10000 python -m pytest tests/ingest_literature/test_literature_fuzz_of_files.py
"""

import base64
import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_literature.small_pdfs import Sheet, pdf
from layouts.page_layouts import packed_word

from safety_pipeline.ingest.literature.files import apart, old_workbook, old_workbook_child
from safety_pipeline.ingest.literature.files.docx import read_docx
from safety_pipeline.ingest.literature.files.pdf import child, tables
from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.tables.delivery import RefusedError

EXAMPLES = int(os.environ.get("LITERATURE_FUZZ_EXAMPLES", "20"))
ROWS = [("Event", "Drug (N=73)", "Placebo (N=74)"), ("Edema", "52 (71.2)", "57 (77.0)"), ("Rash", "18 (24.7)", "0")]
CELLS = ("".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in row) for row in ROWS)


def small_pdf() -> bytes:
    sheet = Sheet()
    sheet.word(50, 80, "Table 1. Events")
    sheet.lines(100, (50, 150, 250), ROWS)
    for y in (90, 132):
        sheet.rule(48, y, 320, y)
    return pdf(sheet)


PDF = small_pdf()
WORD = packed_word(f"<w:tbl>{''.join(f'<w:tr>{cells}</w:tr>' for cells in CELLS)}</w:tbl>")
BOOK = zlib.decompress(base64.b64decode(Path(__file__).with_name("old_workbook.base64").read_text()))


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """The file with some bytes replaced, a stretch of it doubled or cut out, or its end missing."""
    at = st.integers(0, len(content) - 1)
    changes = st.lists(st.tuples(at, st.integers(0, 255)), min_size=1, max_size=30)
    stretches = st.tuples(at, at, st.integers(0, 2))
    return st.builds(_damaged, st.just(content), changes, stretches)


def _damaged(content: bytes, changes: list[tuple[int, int]], stretch: tuple[int, int, int]) -> bytes:
    changed = bytearray(content)
    for at, byte in changes:
        changed[at] = byte
    start, end, times = min(stretch[:2]), max(stretch[:2]), stretch[2]
    return bytes(changed[:start] + changed[start:end] * times + changed[end:])


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """The same readers without a process for each file; what ends that process ends the reading here."""

    def ask(module, content, *arguments):
        read = child.read if module == tables.CHILD else old_workbook_child.sheets_in
        try:
            return read(content, list(arguments))
        except Exception as error:
            raise apart.GaveUpError from error

    monkeypatch.setattr(tables, "ask", ask)
    monkeypatch.setattr(old_workbook, "ask", ask)


def read_or_refused(read, content: bytes, name: str) -> None:
    try:
        grid = read(content, name)
    except RefusedError as refused:
        assert refused.explanation.startswith(name)
        return
    assert isinstance(grid, Grid)


@settings(max_examples=EXAMPLES, deadline=None)
@given(damaged(PDF))
def test_a_damaged_pdf(content):
    read_or_refused(tables.read_pdf, content, "x.pdf")


@settings(max_examples=EXAMPLES, deadline=None)
@given(damaged(WORD))
def test_a_damaged_word_file(content):
    read_or_refused(read_docx, content, "x.docx")


@settings(max_examples=EXAMPLES, deadline=None)
@given(damaged(BOOK))
def test_a_damaged_old_workbook(content):
    read_or_refused(old_workbook.read_xls, content, "x.xls")


CHARACTERS = st.sampled_from("0123456789()%.,-–*<>= abcXYZ§")
WORDS = st.text(CHARACTERS, min_size=1, max_size=12)
PLACED = st.lists(st.tuples(st.integers(20, 500), st.integers(40, 300), WORDS), max_size=40)


@settings(max_examples=EXAMPLES, deadline=None)
@given(PLACED)
def test_words_anywhere_on_a_page(placed):
    sheet = Sheet()
    for x, y, text in placed:
        sheet.word(x, y, text)
    read_or_refused(tables.read_pdf, pdf(sheet), "x.pdf")
