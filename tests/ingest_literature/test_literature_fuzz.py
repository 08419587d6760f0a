"""Broken bytes: no crash, no hang, no lost row. LITERATURE_FUZZ_EXAMPLES=10000 makes it thorough."""

import io
import os
import tempfile
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from literature_examples import ARMS, BROKEN, CALS, FLAT, HTML, JATS, MANIFEST, MARKDOWN, STACKED, TABLE, TEXT, workbook
from literature_reading import LANDED, Read, read_folder

from safety_pipeline.ingest.literature import draft_manifest, render, understand
from safety_pipeline.ingest.literature.files import open_grid
from safety_pipeline.ingest.literature.numbers.printed import is_blank
from safety_pipeline.tables.ingested import CELL, REFUSAL

EXAMPLES = int(os.environ.get("LITERATURE_FUZZ_EXAMPLES", "40"))
GIST, KIT = LANDED / "gist_400_vs_600_2002", LANDED / "kit_solid_tumour_nct02461849"
SEEDS = {
    "table.tsv": (GIST / "table_3.tsv").read_bytes(),
    "table.txt": (KIT / "table_2.txt").read_bytes(),
    "flat.txt": TEXT.encode(),
    "table.md": MARKDOWN.encode(),
    "table.html": HTML.encode(),
    "table.xml": JATS.encode(),
    "table.csv": (GIST / "table_3.tsv").read_bytes().replace(b"\t", b","),
    "table.xlsx": workbook(),
    "article.xml": f"<article>{JATS[JATS.index('<table-wrap>') :]}{CALS}</article>".encode(),
    "header.txt": FLAT.encode(),
    "stacked.csv": STACKED.encode(),
    "arms.csv": ARMS.encode(),
    "broken.txt": BROKEN.encode(),
}
# ruff: noqa: E501 - fragments stand in lines
FRAGMENTS = [
    b"", b"\t", b"\n", b" ", b"0", b"9" * 40, b"(", b")", b"%", b"<", b"-", b"..", b"\xff", b"\x00", b"&lol;", b"<td colspan='99999'>",
    b"</tr>", b"|", b"12 (3.4) 5 (6.7)", b"1e400", b"\xe2\x80\xa8", b"=1+1", b"NaN", b"\\begin{array}{c}", b"N = 73", b"Grade 3-4", b": [",
]  # fmt: skip
LIMITS = settings(max_examples=EXAMPLES, deadline=10_000, suppress_health_check=list(HealthCheck))


@st.composite
def mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """The seed after a few cuts, repeats and insertions."""
    content = seed
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 60)))
        middle = draw(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=8), st.just(content[start:end] * 2)))
        content = content[:start] + middle + content[end:]
    return content


def _read(files: dict[str, bytes]) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        delivery = Path(folder) / "example"
        delivery.mkdir()
        for name, content in files.items():
            (delivery / name).write_bytes(content)
        return read_folder(delivery)


def _accounted_for(read: Read) -> set[int]:
    return set(read.cell["row_number"].to_list()) | set(read.refusal["row_number"].drop_nulls().to_list())


def _whole_table_refused(read: Read) -> bool:
    return bool(read.refusal.height) and read.refusal["row_number"].null_count() > 0


GIST_MANIFEST = (GIST / "document.yaml").read_bytes().replace(b"gist_400_vs_600_2002", b"example")


@LIMITS
@given(content=mutated(SEEDS["table.tsv"]))
def test_no_printed_line_of_a_damaged_table_is_lost(content):
    read = _read({"document.yaml": GIST_MANIFEST, "table_3.tsv": content})
    assert read.cell.columns == CELL.column_names
    assert read.refusal.columns == REFUSAL.column_names
    if _whole_table_refused(read):
        return
    lines = content.decode("utf-8-sig").splitlines()
    printed = {
        at for at, line in enumerate(lines, start=1) if at > 3 and any(text.strip() for text in line.split("\t")[1:])
    }
    assert printed <= _accounted_for(read)


@LIMITS
@given(content=mutated(SEEDS["table.tsv"]))
def test_each_printed_cell_of_a_damaged_table_is_a_cell_or_a_refusal(content):
    read = _read({"document.yaml": GIST_MANIFEST, "table_3.tsv": content})
    if _whole_table_refused(read):
        return
    rows = [each.select("row_number") for each in (read.cell, read.refusal)]
    found: dict[int, int] = {}
    for row in [n for each in rows for n in each["row_number"].to_list()]:
        found[row] = found.get(row, 0) + 1
    for at, line in enumerate(content.decode("utf-8-sig").splitlines(), start=1):
        filled = sum(bool(text.strip()) for text in line.split("\t")[1:])
        assert at <= 3 or found.get(at, 0) >= filled


@LIMITS
@given(content=mutated((KIT / "document.yaml").read_bytes().replace(KIT.name.encode(), b"example")))
def test_a_damaged_manifest_is_read_or_refused_in_one_row(content):
    read = _read({"document.yaml": content, "table_2.txt": SEEDS["table.txt"]})
    if read.document.is_empty():
        assert len(read.rules) == 1
        assert read.explanation.startswith("document.yaml")


@pytest.mark.parametrize("name", list(SEEDS))
def test_a_damaged_file_of_any_format_is_understood_or_refused(name):
    @LIMITS
    @given(content=mutated(SEEDS[name]))
    def check(content):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            understood = understand(path)
            assert render(understood)
            if understood.refusal is None:
                assert draft_manifest(understood, "example")["tables"][0]["file"] == name

    check()


@pytest.mark.parametrize("name", list(SEEDS))
def test_a_damaged_file_of_any_format_is_read_or_refused(name):
    @LIMITS
    @given(content=mutated(SEEDS[name]))
    def check(content):
        manifest = (MANIFEST + TABLE).replace("table_1.tsv", name).encode()
        read = _read({"document.yaml": manifest, name: content})
        if not _whole_table_refused(read):
            assert _lines_with_values(name, content) <= _accounted_for(read)

    check()


def _lines_with_values(name: str, content: bytes) -> set[int]:
    """The lines below the header that print something beside their label, by the grid alone."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        grid = open_grid(Path(folder), name)
    return {at for at, row in grid.numbered() if at > 1 and any(not is_blank(box.text) for box in row[1:])}


@pytest.mark.parametrize("name", list(SEEDS))
def test_a_damaged_file_of_any_format_is_read_by_its_own_draft(name):
    @LIMITS
    @given(content=mutated(SEEDS[name]))
    def check(content):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(content)
            understood = understand(Path(folder) / name)
            draft = draft_manifest(understood, "example") if understood.refusal is None else None
        if draft is not None:
            draft |= {"trial_id": "T"}
            draft["document"] |= {"indication": "x", "drug": "d"}
            draft["arms"] = [arm | {"dose_note": "not said"} for arm in draft["arms"]]
            read = _read({"document.yaml": yaml.safe_dump(draft, allow_unicode=True).encode(), name: content})
            assert read.cell.height + read.refusal.height + read.kept_empty.height > 0

    check()


def test_a_workbook_that_unpacks_to_gigabytes_is_refused():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<a>" + b" " * 60_000_000 + b"</a>")
    read = _read(
        {"document.yaml": (MANIFEST + TABLE).replace("table_1.tsv", "t.xlsx").encode(), "t.xlsx": bomb.getvalue()}
    )
    assert read.rules == ["table_is_readable"]
    assert "unpacks to more than" in read.explanation
