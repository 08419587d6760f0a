"""Packages as they come: other file names, split data sets, keys of any kind, placeholders; expected by hand."""

import json

import polars as pl
import pyreadstat
import pytest
from ingest_cdisc.packages import ADSL, adae, package, parsed, tables

DM = """
    STUDYID | USUBJID | ARM              | ACTARM           | RFXSTDTC   | RFXENDTC
    S       | a       | Gavorelin 5 mg QD | Gavorelin 5 mg QD | 2020-03-10 | 2020-03-20
    S       | b       | Gavorelin 5 mg QD | Gavorelin 5 mg QD | 2020-03-10 | 2020-03-20
"""
AE = "USUBJID | AESEQ | AEDECOD | AESTDTC\n a | 1 | Rash | 2020-03-11"
MORE = "USUBJID | AESEQ | AEDECOD | AESTDTC\n b | 1 | Nausea | 2020-03-12\n  | 2 | Nausea | 2020-03-12"


def events(found):
    return found["event"].filter(~pl.col("is_refused")).select("subject_id", "term_as_reported").rows()


def test_data_sets_are_known_by_their_variables_under_any_name(tmp_path):
    found = tables(package(tmp_path / "s", patients=DM, final_2020=AE))
    assert events(found) == [("a", "Rash")]
    assert found["subject"].height == 2
    assert "final_2020.csv was taken for AE" in found["document"]["note"][0]


def test_a_data_set_in_several_files_is_one_and_a_refused_row_names_its_own_file(tmp_path):
    found = tables(package(tmp_path / "s", dm=DM, ae=AE, ae2=MORE))
    assert events(found) == [("a", "Rash"), ("b", "Nausea")]
    assert found["refusal"].select("source_file", "row_number").rows() == [("ae2.csv", 2)]


def test_an_old_copy_beside_a_data_set_is_refused_by_name(tmp_path):
    found = tables(package(tmp_path / "s", dm=DM, ae=AE, ae_old=MORE))
    assert events(found) == [("a", "Rash")]
    assert found["refusal"].select("source_file", "rule").rows() == [("ae_old.csv", "dataset_is_once")]


def test_a_dataset_json_file_of_no_records_may_leave_its_rows_out(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    head = {"records": 0, "name": "AE", "columns": [{"name": "USUBJID"}, {"name": "AEDECOD"}]}
    (folder / "ae.json").write_text(json.dumps(head), encoding="utf-8")
    found = tables(folder)
    assert (found["event"].height, found["refusal"].height, found["subject"].height) == (0, 0, 2)


def test_nul_bytes_that_fill_up_a_transport_file_are_no_row(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    path = folder / "ae.xpt"
    pyreadstat.write_xport(parsed("USUBJID | AEDECOD\n a | Rash"), str(path), table_name="AE")
    content = path.read_bytes()
    path.write_bytes(content.rstrip(b" ") + b"\0" * (len(content) - len(content.rstrip(b" "))))
    found = tables(folder)
    assert (events(found), found["refusal"].height) == ([("a", "Rash")], 0)


@pytest.mark.parametrize("placeholder", ["UNCODED", "Not coded", "*** PENDING ***", ""])
def test_a_placeholder_is_no_term(tmp_path, placeholder):
    rows = f"USUBJID | AETERM | AEDECOD | TRTEMFL\n a | my leg | {placeholder} | Y"
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert found["event"].select("term_as_reported", "verbatim", "is_refused").rows() == [(None, "my leg", False)]


def test_one_term_has_the_spelling_that_most_events_have(tmp_path):
    rows = adae("a | 1 | x | Rash | 1 | Y | 1\n a | 2 | x | RASH | 1 | Y | 1\n b | 1 | x | RASH  | 1 | Y | 1")
    assert set(tables(package(tmp_path / "s", adsl=ADSL, adae=rows))["event"]["term_as_reported"]) == {"RASH"}


def emergent(found):
    return found["event"]["is_treatment_emergent"].to_list()


@pytest.mark.parametrize("key", ["AESEQ", "AESPID", "AEREFID", "AEGRPID", "AELNKID"])
def test_suppae_may_refer_to_an_event_by_any_of_its_keys(tmp_path, key):
    ae = f"USUBJID | {key} | AEDECOD | AESTDTC\n a | 7 | Rash | 2020-03-11\n b | 8 | Rash | 2020-03-11"
    said = f"USUBJID | IDVAR | IDVARVAL | QNAM | QVAL\n a | {key} | 7.0 | AETRTEM | N\n b | {key} | 8 | AETRTEM | Y"
    assert emergent(tables(package(tmp_path / "s", dm=DM, ae=ae, suppae=said))) == [False, True]


def test_suppae_that_refers_to_no_event_leaves_its_subject_open(tmp_path):
    ae = "USUBJID | AESEQ | AEDECOD | AESTDTC\n a | 1 | Rash | 2020-03-11\n b | 1 | Rash | 2020-03-11"
    said = "USUBJID | IDVAR | IDVARVAL | QNAM | QVAL\n a | AELLT | x | AETRTEM | Y\n b | AESEQ | 1 | AETRTEM | Y"
    found = tables(package(tmp_path / "s", dm=DM, ae=ae, suppae=said))
    assert emergent(found) == [None, True]
    assert "refer to events by a variable that the events do not carry" in found["document"]["note"][0]


def test_study_days_speak_where_there_are_no_dates(tmp_path):
    dm = "STUDYID | USUBJID | ARM\n S | a | X\n S | b | X"
    head = "USUBJID | AEDECOD | AESTDY | AEENDY\n"
    ae = head + " a | Rash | -20 | -3\n b | Rash | 1 |\n b | Nausea | | -2\n b | Fatigue | |"
    found = tables(package(tmp_path / "s", dm=dm, ae=ae))
    assert emergent(found) == [False, True, False, None]
    assert "study day 1" in found["document"]["note"][0]


EPISODES = {
    "worse under treatment": ("2", "3", "G1", True),
    "better under treatment": ("2", "1", "G1", False),
    "as before": ("2", "2", "G1", False),
    "not known, since a grade is missing": ("2", "", "G1", None),
    "not known, since nothing links the lines": ("2", "1", "", None),
}


@pytest.mark.parametrize("case", EPISODES)
def test_a_line_that_carries_on_an_event_from_before_is_emergent_only_where_it_is_worse(tmp_path, case):
    before, after, link, answer = EPISODES[case]
    ae = (
        "USUBJID | AEDECOD | AETOXGR | AESTDTC | AEENDTC | AEGRPID\n"
        f" a | Rash | {before} | 2020-03-01 | 2020-03-12 | {link}\n a | Rash | {after} | 2020-03-12 | | {link}"
    )
    assert emergent(tables(package(tmp_path / "s", dm=DM, ae=ae))) == [False, answer]


def exposed(tmp_path, ex, arm="X"):
    dm = f"STUDYID | USUBJID | ARM\n S | a | {arm}\n S | b | {arm}"
    head = "USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC | EXENDTC\n"
    return tables(package(tmp_path / "s", dm=dm, ae="USUBJID | AEDECOD\n a | Rash", ex=head + ex))


def test_a_treatment_without_an_end_goes_on(tmp_path):
    found = exposed(
        tmp_path, " a | Gavorelin | 5 | mg | QD | 2020-03-10 |\n b | Gavorelin | 5 | mg | QD | 2020-03-10 | 2020-03-19"
    )
    assert found["subject"].sort("subject_id")["exposure_days"].to_list() == [None, 10.0]


DOSES = {
    "one dose in two units": (" a | G | 0.5 | g | QD | 2020-03-10 |\n b | G | 500 | mg | QD | 2020-03-10 |", 500.0),
    "a later reduction": (" a | G | 500 | mg | QD | 2020-03-10 |\n a | G | 250 | mg | QD | 2020-04-10 |", 500.0),
    "a later increase": (" a | G | 250 | mg | QD | 2020-03-10 |\n a | G | 500 | mg | QD | 2020-04-10 |", None),
    "two first doses": (" a | G | 250 | mg | QD | 2020-03-10 |\n b | G | 500 | mg | QD | 2020-03-10 |", None),
}


@pytest.mark.parametrize("case", DOSES)
def test_the_assigned_dose_is_the_one_that_all_began_with_where_nobody_was_given_more(tmp_path, case):
    ex, dose = DOSES[case]
    arm = exposed(tmp_path, ex)["arm"].row(0, named=True)
    assert arm["dose_mg_per_day"] == dose
    assert ("Titration" in arm["dose_note"]) == (dose is None)


@pytest.mark.parametrize(
    ("label", "drug", "dose"),
    [("Gavorelin 400 mg BID", "gavorelin", 800), ("Dose level 5 mg QD", None, 5), ("Arm A", None, None)],
)
def test_the_drug_is_the_one_the_label_names_before_its_dose(tmp_path, label, drug, dose):
    dm = f"STUDYID | USUBJID | ARM\n S | a | {label}"
    arm = tables(package(tmp_path / "s", dm=dm, ae="USUBJID | AEDECOD\n a | Rash"))["arm"].row(0, named=True)
    assert (arm["drug"], arm["dose_mg_per_day"]) == (drug, dose)


def test_the_trial_summary_names_the_drug(tmp_path):
    dm, ts = "STUDYID | USUBJID | ARM\n S | a | Gavorelin arm", "TSPARMCD | TSVAL\n TRT | Gavorelin"
    found = tables(package(tmp_path / "s", dm=dm, ae="USUBJID | AEDECOD\n a | Rash", ts=ts))
    assert (found["arm"]["drug"][0], found["document"]["drug"][0]) == ("gavorelin", "gavorelin")


def test_a_weight_based_label_says_why_it_has_no_daily_dose(tmp_path):
    dm = "STUDYID | USUBJID | ARM\n S | a | Gavorelin 10 mg/kg"
    note = tables(package(tmp_path / "s", dm=dm, ae="USUBJID | AEDECOD\n a | Rash"))["arm"]["dose_note"][0]
    assert "body weight" in note


def test_the_note_of_a_package_with_a_smallest_cell_shows_no_small_number(tmp_path):
    folder = package(tmp_path / "s", dm=DM, ae=AE + "\n b | 2 | Rash |")
    (folder / "study.yaml").write_text("min_cell: 5", encoding="utf-8")
    note = tables(folder)["document"]["note"][0]
    assert "some events cannot be placed" in note
    assert "1 events" not in note


TWO_STUDIES = """STUDYID | USUBJID | ARM | ACTARM | RFXSTDTC
 A | A-1 | Selutinib 400 mg QD | Selutinib 400 mg QD | 2020-01-01
 A | A-2 | Placebo | Placebo | 2020-01-01
 B | B-1 | Selutinib 400 mg QD | Selutinib 400 mg QD | 2020-01-01"""
OF_BOTH = "USUBJID | AETERM | AEDECOD | AESTDTC\n A-1 | x | Rash | 2020-01-05\n B-1 | y | Rash | 2020-01-05"


def test_two_studies_of_a_programme_are_counted_together_where_that_is_said(tmp_path):
    folder = package(tmp_path / "s", dm=TWO_STUDIES, ae=OF_BOTH)
    (folder / "study.yaml").write_text("pooled_studies: true\ntrial_id: PROGRAMME-1\n")
    found = tables(folder)
    assert sorted(found["arm"]["n_at_risk"].to_list()) == [1, 2]
    document = found["document"].row(0, named=True)
    assert (document["trial_id"], document["allocation"]) == ("PROGRAMME-1", "non_randomised")
    assert "several studies are pooled on purpose (A, B)" in document["note"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("trial_id: P", "2 different values of STUDYID"),
        ("pooled_studies: true", "trial_id: missing where pooled_studies is true"),
        ("pooled_studies: true\ntrial_id: P\nallocation: randomised", "were not randomised between the arms"),
    ],
)
def test_studies_are_never_pooled_by_accident_or_as_if_randomised(tmp_path, said, sentence):
    folder = package(tmp_path / "s", dm=TWO_STUDIES, ae=OF_BOTH)
    (folder / "study.yaml").write_text(said + "\n")
    assert sentence in tables(folder)["refusal"]["explanation"][0]
