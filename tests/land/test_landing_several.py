"""Several sources in one command: each is landed or refused by itself."""

import json

import pytest
from click.testing import CliRunner

from safety_pipeline.cli import main

RECORD = {"protocolSection": {"identificationModule": {"nctId": "NCT00000001", "briefTitle": "One"}}}


@pytest.fixture
def records(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    for number in (1, 2):
        RECORD["protocolSection"]["identificationModule"]["nctId"] = f"NCT0000000{number}"
        (folder / f"NCT0000000{number}.json").write_text(json.dumps(RECORD))
    return folder


@pytest.fixture
def landing(tmp_path):
    return lambda *sources: CliRunner().invoke(main, ["land", *map(str, sources), "--lake", str(tmp_path / "lake")])


def landed(tmp_path):
    return sorted(each.name for each in (tmp_path / "lake" / "landed" / "ctgov").glob("*"))


def test_a_folder_of_records_stands_for_the_records_in_it(landing, records, tmp_path):
    answered = landing(records)
    assert answered.exit_code == 0, answered.output
    assert landed(tmp_path) == ["NCT00000001.json", "NCT00000002.json"]
    assert answered.output.count("safety-pipeline run") == 1


def test_one_source_that_is_refused_does_not_stop_the_others(landing, records, tmp_path):
    answered = landing(records / "NCT00000001.json", tmp_path / "nowhere.json", records / "NCT00000002.json")
    assert answered.exit_code == 1
    assert landed(tmp_path) == ["NCT00000001.json", "NCT00000002.json"]
    assert "nowhere.json: there is no such file" in answered.output
    assert "1 of 3 sources were not landed" in answered.output
    assert answered.output.strip().endswith("nowhere.json")


def test_one_of_several_tables_is_told_in_a_few_lines(landing, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("Event,Drug A (n = 20),Drug B (n = 21)\nRash,5 (25.0),6 (28.6)\n")
    answered = landing(tmp_path / "one.csv", tmp_path / "two.csv")
    assert answered.exit_code == 0, answered.output
    assert "literature.one: 2 counts, 0 refused" in answered.output
    assert len(answered.output.splitlines()) < 15


def test_a_file_that_only_looks_like_a_record_is_refused_with_what_it_lacks(landing, tmp_path):
    (tmp_path / "broken.json").write_text('{"a": 1')
    answered = landing(tmp_path / "broken.json")
    assert answered.exit_code == 1
    assert "holds no record of ClinicalTrials.gov" in answered.output


def test_an_empty_folder_is_said_to_be_empty(landing, tmp_path):
    (tmp_path / "nothing").mkdir()
    answered = landing(tmp_path / "nothing")
    assert answered.exit_code == 1
    assert "the folder is empty" in answered.output


def test_one_name_for_several_documents_is_refused(landing, records):
    answered = landing(records, "--document-id", "one_2024")
    assert answered.exit_code == 1
    assert "names one document, but there are 2 sources" in answered.output
