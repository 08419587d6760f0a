"""What docs/cdisc.md shows is what is read: its examples, its keys, its lists."""

import re
from pathlib import Path

import pytest
import yaml
from packages import tables

from safety_pipeline.ingest.cdisc.files.opening import READERS
from safety_pipeline.ingest.cdisc.package.refusals import rule_sentences
from safety_pipeline.ingest.cdisc.package.study import Arm, Attribution, GradingSystem, Study, load_study
from safety_pipeline.ingest.cdisc.package.words import dataset_names, words

PAGE = (Path(__file__).parents[2] / "docs" / "cdisc.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```\w+ ([\w.]+)\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def example(tmp_path):
    """The package of the page, as its files."""
    folder = tmp_path / "study"
    folder.mkdir()
    for name, content in EXAMPLES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_the_package_of_the_page_is_read_as_the_page_says(example):
    (example / "study.yaml").unlink()
    found = tables(example)
    arms = {row["label"]: (row["n_at_risk"], row["dose_mg_per_day"]) for row in found["arm"].to_dicts()}
    assert arms == {"Imatinib 400 mg BID": (1, 800.0), "Imatinib 400 mg QD": (1, 400.0)}
    assert found["event"]["is_treatment_emergent"].to_list() == [True, False]
    assert found["refusal"].is_empty()


def test_the_study_yaml_of_the_page_is_read_and_changes_what_it_says(example):
    found = tables(example)
    document = found["document"].row(0, named=True)
    assert (document["trial_id"], document["grading_system"], document["n_planned"]) == (
        "NCT00000001",
        "CTCAE v4.03",
        300,
    )
    assert found["source_table"]["min_cell"].to_list() == [5]
    high = found["arm"].filter(label="Imatinib 400 mg BID").row(0, named=True)
    assert (high["drug"], high["combination_drugs"]) == ("imatinib", "trastuzumab")
    assert load_study(example) == Study.model_validate(yaml.safe_load(EXAMPLES["study.yaml"]))


def test_every_key_of_study_yaml_stands_on_the_page():
    shown = yaml.safe_load(EXAMPLES["study.yaml"])
    assert set(shown) == set(Study.model_fields)
    assert set(shown["arms"][0]) == set(Arm.model_fields)
    assert set(shown["grading_system"]) == set(GradingSystem.model_fields)
    assert set(shown["attribution"]) == set(Attribution.model_fields)


def test_every_data_set_format_and_sign_for_a_missing_value_stands_on_the_page():
    for name in (*dataset_names(), "define.xml"):
        assert name in PAGE
    for suffix in {*READERS} - {".xpt", ".json", ".parquet"}:
        assert f"`{suffix}`" in PAGE
    for sign in words("missing"):
        assert f"`{sign}`" in PAGE


REFUSED_ROWS = {
    "subject_has_an_identifier": "without USUBJID",
    "subject_has_one_arm": "listed in two arms",
    "subject_is_once": "listed again",
    "treated_subject_has_an_arm": "treated without an actual arm",
    "row_is_of_a_total": "repeated under a total",
    "event_has_a_subject": "without subject",
    "event_row_is_not_blank": "blank",
    "event_has_a_term": "any term",
    "subject_is_known": "of a subject who is not there",
    "event_is_of_a_later_treatment": "under a later treatment where only the first counts",
    "event_is_under_the_subjects_treatment": "under a treatment that its subject was never given",
    "grade_is_1_to_5": "a grade that is not 1 to 5",
    "grade_fits_the_outcome": "is 1 or 2 of an event that led to death",
}


def test_every_rule_by_which_a_row_is_refused_stands_on_the_page():
    assert set(REFUSED_ROWS) == set(rule_sentences())
    for words_of_the_page in REFUSED_ROWS.values():
        assert words_of_the_page in PAGE
