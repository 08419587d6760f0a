"""The guide for adding a document: its example works as printed, and it names every key."""

import re
from pathlib import Path

import polars as pl
import pytest
from literature_reading import Read, read_folder

from safety_pipeline.ingest.literature.manifest import (
    Arm,
    BlankMeans,
    Column,
    Document,
    GradingSystem,
    Manifest,
    Row,
    Statement,
    SubRow,
    Table,
)

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "adding_a_literature_document.md").read_text("utf-8")


def _block(language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)[1]


@pytest.fixture
def example(tmp_path: Path) -> Read:
    folder = tmp_path / "example_trial_2024"
    folder.mkdir()
    (folder / "document.yaml").write_text(_block("yaml"), "utf-8")
    (folder / "table_2.tsv").write_text(_block("tsv"), "utf-8")
    return read_folder(folder)


def test_the_example_of_the_guide_gives_the_counts_it_prints(example):
    found: dict[str, list[int | None]] = {}
    for label, n in example.counts("row_label", "n_affected_upper"):
        found.setdefault(label, []).append(n)
    assert found == {
        "Any event": [38, 9, 41, 12, 0, 0],
        "Rash": [10, 1, 15, 2],
        "Fluid retention": [20, 0, 27, 1],
        "Periorbital": [14, 0, 18, 0],
        "Leg": [8, None, 11, 1],
    }


def test_what_the_guide_says_of_its_example_is_so(example):
    assert example.cell["table_label"].value_counts(sort=True).rows() == [("Table 2", 20), ("Results text", 2)]
    assert example.rules == ["row_is_an_event"] * 2
    assert example.cell.filter(pl.col("cell_status") == "missing")["row_label"].to_list() == ["Leg"]
    assert example.source_table["note"].to_list() == ["column 6 is not read: p values", None]


@pytest.mark.parametrize(
    "entry", [Manifest, Document, GradingSystem, Arm, Table, Column, Row, SubRow, Statement, BlankMeans]
)
def test_the_guide_names_every_key_of_the_manifest(entry):
    unnamed = [key for key in entry.model_fields if not re.search(rf"\b{key}\b", GUIDE)]
    assert unnamed == []
