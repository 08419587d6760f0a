"""A delivery written on the spot, and what the reader made of it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from literature_examples import MANIFEST, TABLE
from literature_reading import LANDED, Read, read_folder

from safety_pipeline.ingest.literature import draft_manifest, understand
from safety_pipeline.ingest.literature.layout import Understanding


@pytest.fixture
def read_delivery(tmp_path: Path) -> Callable[..., Read]:
    """Writes files into a folder called `example` and reads it as a delivery."""

    def write_and_read(files: Mapping[str, str | bytes]) -> Read:
        folder = tmp_path / "example"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return read_folder(folder)

    return write_and_read


@pytest.fixture
def read_table(read_delivery: Callable[..., Read]) -> Callable[..., Read]:
    """Reads one tab-separated table under the example manifest."""

    def write_and_read(table: str, manifest: str = MANIFEST + TABLE, name: str = "table_1.tsv") -> Read:
        return read_delivery({"document.yaml": manifest, name: table})

    return write_and_read


@pytest.fixture
def drafted(tmp_path: Path) -> Callable[..., tuple[Understanding, dict[str, Any]]]:
    """What is understood of a table, and the draft of its manifest."""

    def understand_and_draft(content: str | bytes, name: str = "t.html") -> tuple[Understanding, dict[str, Any]]:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        understood = understand(tmp_path / name)
        return understood, draft_manifest(understood, "example")

    return understand_and_draft


@pytest.fixture
def drafted_or_refused(tmp_path: Path) -> Callable[..., Understanding]:
    """What is understood of a table, refused ones included."""

    def understand_text(content: str, name: str) -> Understanding:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return understand(tmp_path / name)

    return understand_text


@pytest.fixture
def read_draft(drafted: Callable[..., Any], read_delivery: Callable[..., Read]) -> Callable[..., Any]:
    """The cells of a table read by its own draft, any grade where the draft asks, and the rules of its refusals."""

    def read_by_draft(content: str | bytes, name: str = "t.html") -> tuple[pl.DataFrame, list[str]]:
        _, draft = drafted(content, name)
        draft["trial_id"] = "T"
        draft["document"] |= {"indication": "x", "drug": "d"}
        for arm in draft["arms"]:
            arm["dose_note"] = "not said"
        for table in draft["tables"]:
            table["grades"] = table["grades"] or "any"
        read = read_delivery({"document.yaml": yaml.safe_dump(draft, allow_unicode=True), name: content})
        return read.cell, read.rules

    return read_by_draft


@pytest.fixture
def counted(drafted: Callable[..., Any], read_delivery: Callable[..., Read]) -> Callable[..., Any]:
    """The counts of a table read by its own draft, and the rules of its refusals.

    A count is arm, event, grades, number (bounds as a pair), patients.
    """

    def read_by_draft(content: str | bytes, name: str = "t.html") -> tuple[list[tuple[object, ...]], list[str]]:
        _, draft = drafted(content, name)
        draft["trial_id"] = "T"
        draft["document"] |= {"indication": "x", "drug": "d"}
        for arm in draft["arms"]:
            arm["dose_note"] = "not said"
        read = read_delivery({"document.yaml": yaml.safe_dump(draft, allow_unicode=True), name: content})
        return [_count(row) for row in read.cell.to_dicts()], read.rules

    return read_by_draft


def _count(row: dict[str, Any]) -> tuple[object, ...]:
    lower, upper = row["n_affected_lower"], row["n_affected_upper"]
    n = lower if lower == upper else (lower, upper)
    who = row["arm_id"].removeprefix("T.")
    return who, row["term_as_reported"], row["grade_band_as_reported"], n, row["n_at_risk"]


@pytest.fixture(scope="session")
def landed() -> Callable[[str], Read]:
    """What the reader makes of one of the five documents."""
    return lambda document_id: read_folder(LANDED / document_id)
