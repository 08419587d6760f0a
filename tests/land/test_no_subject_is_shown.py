"""Planted names and numbers of subjects: landing any file that lists subjects shows none of them and keeps nothing."""

from html import escape
from pathlib import Path

import pytest
from click.testing import CliRunner
from ingest_literature.small_pdfs import Sheet, pdf
from layouts.page_layouts import packed_word

from safety_pipeline.cli import main
from safety_pipeline.ingest.cdisc.files.sas7bdat import MAGIC

HEADER = ("Patient", "Initials", "Event", "Grade", "Onset")
ROWS = [(f"ZQ-91-{at:04d}", f"Zoster{at}", "Quuxitis", "3", f"2021-03-{at:02d}") for at in range(11, 19)]
PLANTED = ("ZQ-91", "Zoster", "Quuxitis", "2021-03")


def as_pdf(rows, places=(50, 150, 250, 350, 430)):
    sheet = Sheet()
    sheet.word(50, 80, "Table 4. Patients with serious adverse events")
    sheet.lines(100, places, rows)
    return pdf(sheet)


def as_word(rows):
    lines = ("".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in row) for row in rows)
    return packed_word(f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>")


def as_page(rows):
    lines = ("".join(f"<td>{escape(text)}</td>" for text in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>".encode()


LISTED = [HEADER, *ROWS]
FILES = {
    "listing.csv": "\n".join(",".join(row) for row in LISTED).encode(),
    "listing.txt": "\n".join("\t".join(row) for row in LISTED).encode(),
    "listing.md": ("|" + "|\n|".join("|".join(row) for row in [HEADER, ("---",) * 5, *ROWS]) + "|").encode(),
    "listing.html": as_page(LISTED),
    "listing.docx": as_word(LISTED),
    "listing.pdf": as_pdf(LISTED),
    "without_header.pdf": as_pdf(ROWS),
    "run_into.pdf": as_pdf(LISTED, (50, 106, 150, 190, 197)),
    "events.sas7bdat": MAGIC + b"ZQ-91-0011 Zoster11 Quuxitis 2021-03-11" * 30,
    "broken.pdf": as_pdf(LISTED)[:900],
    "broken.docx": as_word(LISTED)[:300],
}


def everything_under(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") + path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", FILES)
def test_a_listing_is_neither_shown_nor_kept(tmp_path, name):
    (tmp_path / name).write_bytes(FILES[name])
    lake = tmp_path / "lake"
    said = CliRunner().invoke(main, ["land", str(tmp_path / name), "--lake", str(lake)])
    assert said.exit_code == 1
    assert said.output
    for planted in PLANTED:
        assert planted not in said.output
        assert planted not in everything_under(lake)
    assert not (lake / "landed").exists()
    assert not (lake / "previews").exists()


@pytest.mark.parametrize("name", ["listing.pdf", "listing.docx", "run_into.pdf"])
def test_a_document_folder_with_a_listing_is_not_copied(tmp_path, name):
    folder = tmp_path / "an_article"
    folder.mkdir()
    (folder / name).write_bytes(FILES[name])
    (folder / "document.yaml").write_text("document: {document_id: an_article}\n")
    said = CliRunner().invoke(main, ["land", str(folder), "--lake", str(tmp_path / "lake")])
    assert said.exit_code == 1
    assert not any(planted in said.output for planted in PLANTED)
    assert not (tmp_path / "lake" / "landed").exists()
