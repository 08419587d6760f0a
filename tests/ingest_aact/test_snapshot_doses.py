"""Many arms: their texts are read by a second interpreter, with the same doses as by the first."""

import sys

import polars as pl
import pytest
from ingest_aact.snapshots import FILES, tables_with

from safety_pipeline.ingest.aact import doses


@pytest.fixture
def one_by_one(tmp_path):
    return _arms(tables_with(tmp_path / "first"))


def _arms(found):
    return found["arm"].sort("arm_id").select("arm_id", "drug", "dose_mg_per_day", "dose_note", "n_at_risk").rows()


@pytest.fixture(autouse=True)
def _folders(tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()


def test_a_second_interpreter_gives_the_same_doses(one_by_one, tmp_path, monkeypatch):
    monkeypatch.setattr(doses, "MANY", 1)
    monkeypatch.setattr(doses, "group_doses", None)
    found = _arms(tables_with(tmp_path / "second"))
    assert [row[:3] for row in found] == [
        ("NCT00000001.EG000", "imatinib", 400.0),
        ("NCT00000001.EG001", "placebo", None),
    ]
    assert found == one_by_one


def test_several_interpreters_take_whole_studies_in_their_order(monkeypatch):
    monkeypatch.setattr(doses, "MANY", 2)
    monkeypatch.setattr(pl, "thread_pool_size", lambda: 4)
    studies = ["NCT1"] * 3 + ["NCT2"] + ["NCT3"] * 2
    parts = doses._parts(pl.DataFrame({"nct_id": studies}))
    assert [part["nct_id"].to_list() for part in parts] == [["NCT1", "NCT1", "NCT1", "NCT2"], ["NCT3", "NCT3"]]


def test_where_a_second_interpreter_cannot_be_had_the_first_reads_the_doses(one_by_one, tmp_path, monkeypatch):
    monkeypatch.setattr(doses, "MANY", 1)
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    assert _arms(tables_with(tmp_path / "second")) == one_by_one


def test_a_line_that_looks_like_a_record_inside_of_quotes_begins_none(tmp_path):
    text = FILES["reported_events"].replace("\n2|NCT", '\n"two\nlines"|NCT') + "9|NCT00000001\n"
    found = tables_with(tmp_path / "second", reported_events=text)
    events = found["cell"].filter(source_file="reported_events.txt")
    assert events["row_number"].to_list() == [1, 2, 3]
    assert found["refusal"].select("row_number", "rule").rows() == [(4, "record_has_its_fields")]
