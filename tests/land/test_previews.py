"""`safety-pipeline preview` on records and packages, and landing what holds nothing to count."""

import json

import pytest
from click.testing import CliRunner

from safety_pipeline.cli import main

SUBJECTS = """STUDYID,USUBJID,ARM,ACTARM,RFXSTDTC
S,ZQ-91-0001,Selutinib 400 mg QD,Selutinib 400 mg QD,2020-03-10
S,ZQ-91-0002,Selutinib 400 mg QD,Selutinib 400 mg QD,2020-03-12
"""
EVENTS = "USUBJID,AETERM,AEDECOD,AESTDTC\nZQ-91-0001,swollen lids,Eyelid oedema,2020-03-20\n"
GROUP = {"id": "EG000", "title": "Selutinib 400 mg once daily", "otherNumAffected": 3, "otherNumAtRisk": 40}
RASH = {"term": "Rash", "organSystem": "Skin", "stats": [{"groupId": "EG000", "numAffected": 3, "numAtRisk": 40}]}
RECORD = {
    "protocolSection": {"identificationModule": {"nctId": "NCT91000001", "briefTitle": "A trial"}},
    "resultsSection": {
        "adverseEventsModule": {"frequencyThreshold": "0", "eventGroups": [GROUP], "otherEvents": [RASH]}
    },
}


@pytest.fixture
def run(tmp_path):
    return lambda *words: CliRunner().invoke(main, [*map(str, words), "--lake", str(tmp_path / "lake")])


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "study_one"
    folder.mkdir()
    (folder / "dm.csv").write_text(SUBJECTS)
    (folder / "ae.csv").write_text(EVENTS)
    return folder


def test_a_record_shows_what_each_count_becomes(run, tmp_path):
    (tmp_path / "NCT91000001.json").write_text(json.dumps(RECORD))
    assert "preview ctgov.NCT91000001" in run("land", tmp_path / "NCT91000001.json").output
    shown = run("preview", "NCT91000001").output
    (rash,) = [line for line in shown.splitlines() if "Rash" in line]
    assert " rash " in rash
    assert " any " in rash
    assert "3 of 40" in rash
    assert "~selutinib" in rash
    assert (tmp_path / "lake" / "previews" / "ctgov.NCT91000001.html").is_file()


def test_a_package_shows_counts_of_its_arms_and_no_subject(run, package, tmp_path):
    run("land", package)
    shown = run("preview", "cdisc.study_one").output
    assert "1 of 2" in next(line for line in shown.splitlines() if "Eyelid oedema" in line)
    page = (tmp_path / "lake" / "previews" / "cdisc.study_one.html").read_text("utf-8")
    assert "ZQ-91" not in shown + page
    assert "swollen" not in shown + page


def test_a_name_that_is_not_landed_says_what_is(run, package):
    run("land", package)
    said = run("preview", "study_two")
    assert said.exit_code == 1
    assert "landed are cdisc.study_one" in said.output


def test_landing_what_holds_nothing_to_count_fails_with_the_reason(run, package):
    (package / "dm.csv").write_text(SUBJECTS.replace("USUBJID", "PERSON"))
    said = run("land", package)
    assert said.exit_code == 1
    assert "nothing in it can be counted" in said.output
    assert "ZQ-91" not in said.output
