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


def test_an_empty_folder_is_said_to_be_empty(landing, tmp_path):
    (tmp_path / "nothing").mkdir()
    answered = landing(tmp_path / "nothing")
    assert answered.exit_code == 1
    assert "the folder is empty" in answered.output


def test_one_name_for_several_documents_is_refused(landing, records):
    answered = landing(records, "--document-id", "one_2024")
    assert answered.exit_code == 1
    assert "names one document, but there are 2 sources" in answered.output
