"""Small deliveries go through a stage together, and nobody can tell from their tables."""

import shutil

import pytest
from lakes import bring_up_to_date
from small_deliveries import land_small_deliveries

from safety_pipeline import harmonise
from safety_pipeline.orchestration.lakes import lake as lakes_folder
from safety_pipeline.orchestration.lakes.lake import PARTITIONED_STAGES, Lake, scan_files
from safety_pipeline.orchestration.making import side_by_side
from safety_pipeline.tables import checked
from safety_pipeline.tables.storage import write_table

DELIVERIES = 8


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    lake = tmp_path_factory.mktemp("small") / "lake"
    land_small_deliveries(lake, range(DELIVERIES))
    return lake


def ran(landed, lake):
    shutil.copytree(landed / "landed", lake / "landed")
    assert bring_up_to_date(lake).faults == ()
    return lake


def tables(lake):
    """The bytes of every table of a delivery."""
    files = [file for stage in PARTITIONED_STAGES for file in sorted((lake / stage).rglob("*.parquet"))]
    return {file.relative_to(lake).as_posix(): file.read_bytes() for file in files}


def test_together_and_one_by_one_they_have_the_same_bytes(landed, tmp_path, monkeypatch):
    calls = []
    match = harmonise.toxicity
    monkeypatch.setattr(harmonise, "toxicity", lambda *given: calls.append(1) or match(*given))
    together = ran(landed, tmp_path / "together")
    assert len(calls) == 2  # those with subjects, and those with counts
    monkeypatch.setattr(side_by_side, "_MOST_DELIVERIES", 1)
    alone = ran(landed, tmp_path / "alone")
    assert len(calls) == 2 + DELIVERIES
    assert len(Lake(alone).deliveries) == DELIVERIES
    assert tables(together) == tables(alone)


def test_where_one_of_them_fails_the_others_are_made(landed, tmp_path, monkeypatch):
    at_fault = next(name for name in Lake(landed).deliveries if name.startswith("ctgov."))
    match = harmonise.toxicity

    def failing(rows, *others):
        if at_fault in rows["document"].select("delivery_id").collect()["delivery_id"]:
            raise ArithmeticError("planted")
        return match(rows, *others)

    monkeypatch.setattr(harmonise, "toxicity", failing)
    assert list(Lake(ran(landed, tmp_path / "lake")).left_out) == [at_fault]


def refusals(rule):
    return checked.REJECTED.from_rows([{"delivery_id": "one", "rule": rule, "explanation": "because"}])


def rules(files):
    return scan_files(checked.REJECTED, files).collect()["rule"].to_list()


@pytest.mark.parametrize("small_file", [100_000, 0], ids=["read once", "scanned each time"])
def test_a_file_that_is_written_again_is_read_again(tmp_path, monkeypatch, small_file):
    monkeypatch.setattr(lakes_folder, "_SMALL_FILE", small_file)
    files = [tmp_path / "one.parquet", tmp_path / "two.parquet"]
    for file, rule in zip(files, ("a", "b"), strict=True):
        write_table(checked.REJECTED, refusals(rule), file)
    assert rules(files) == ["a", "b"] == rules(files)
    write_table(checked.REJECTED, refusals("c"), files[1])
    assert rules(files) == ["a", "c"]
    assert rules([*reversed(files)]) == ["c", "a"]
