"""What has to hold of any file: the reader answers, nothing printed is lost, and no subject is named in a refusal."""

import json
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import polars as pl
import yaml
from ingest_ctgov.register_reading import TOTALS, tables_of
from ingest_ctgov.test_register_fuzz import ROW_RULES
from ingest_ctgov.test_register_fuzz import _counts_that_were_there as counts_in
from literature_examples import MANIFEST, TABLE
from literature_reading import Read, read_folder
from packages import tables as tables_of_package
from test_cdisc_fuzz import _proven as prove_package

from safety_pipeline.ingest.aact import read as read_snapshot
from safety_pipeline.ingest.literature import draft_manifest, render, understand
from safety_pipeline.ingest.literature.files import open_grid
from safety_pipeline.ingest.literature.numbers.printed import is_blank
from safety_pipeline.tables.delivery import Delivery, RefusedError

SUBJECT = "ZQ-91"  # how every planted subject number begins
Files = Mapping[str, bytes]


def article_table(files: Files) -> str:
    """A table file is understood and drafted, or refused by name; every line that prints something is accounted for."""
    ((name, content),) = files.items()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        path.write_bytes(content)
        understood = understand(path)
        assert render(understood)
        if understood.refusal is not None:
            assert name in understood.refusal.explanation
            return "refused"
        _read_by_its_draft(path, draft_manifest(understood, "example"))
        lines = _lines_with_values(path)
    read = _read(files | {"document.yaml": (MANIFEST + TABLE).replace("table_1.tsv", name).encode()})
    if not read.refusal["row_number"].null_count():
        parts = (read.cell, read.refusal, read.kept_empty)
        assert lines <= {row for part in parts for row in part["row_number"].to_list()}
    return "read"


def _read_by_its_draft(path: Path, draft: dict[str, object]) -> None:
    """The questions of the draft are answered somehow: what comes out is some cells or some refusals."""
    draft |= {"trial_id": "T"}
    draft["document"] |= {"indication": "x", "drug": "d"}
    draft["arms"] = [arm | {"dose_note": "not said"} for arm in draft["arms"]]
    manifest = yaml.safe_dump(draft, allow_unicode=True).encode()
    read = _read({"document.yaml": manifest, path.name: path.read_bytes()})
    assert read.cell.height + read.refusal.height + read.kept_empty.height > 0


def _lines_with_values(path: Path) -> set[int]:
    """Of the file's first table; an article may have lost it and keep its second one."""
    try:
        grid = open_grid(path.parent, path.name)
    except RefusedError:
        return set()
    return {at for at, row in grid.numbered() if at > 1 and any(not is_blank(box.text) for box in row[1:])}


def _read(files: Files) -> Read:
    with tempfile.TemporaryDirectory() as place:
        return read_folder(_written(files, Path(place) / "example"))


def package(files: Files) -> str:
    """Every row of a package is a subject, an event or a refusal, and no refusal names a subject."""
    with tempfile.TemporaryDirectory() as place:
        found = tables_of_package(_written(files, Path(place) / "s"))
    prove_package(found)
    said = [*found["refusal"]["explanation"], *found["document"]["note"].drop_nulls()]
    assert not any(SUBJECT in text for text in said), "a message names a subject"
    return "read" if found["document"].height else "refused"


def record(files: Files) -> str:
    """A register record is read or refused, and each of its counts is a cell or a refusal."""
    ((name, content),) = files.items()
    with tempfile.TemporaryDirectory() as place:
        found = tables_of(content, Path(place), name)
    if found["document"].is_empty():
        assert found["refusal"].height
        return "refused"
    with suppress(ValueError):
        cells = found["cell"].filter(pl.col("table_label") != TOTALS)
        refused = found["refusal"].filter(pl.col("rule").is_in(ROW_RULES), pl.col("table_label") != TOTALS)
        assert cells.height + refused.height == counts_in(json.loads(content))
    return "read"


def snapshot(files: Files) -> str:
    """A snapshot of the register is read or refused, whichever of its tables is damaged."""
    with tempfile.TemporaryDirectory() as place:
        folder = _written(files, Path(place) / "s")
        found = read_snapshot(Delivery("aact.s", "aact", folder, "0")).tables()
        heights = {name: frame.collect().height for name, frame in found.items()}
    assert heights["document"] + heights["refusal"]
    return "read" if heights["document"] else "refused"


def _written(files: Files, folder: Path) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
