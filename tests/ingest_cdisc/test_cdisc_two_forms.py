"""The pilot study as analysed and as collected: equal where the data agree, and where not, the arm says why.

Recounted in pandas from the raw files, without any of our code.
"""

import pandas as pd
import pyreadstat
import pytest
from packages import ADSL, DM, adae, delivery, package, tables

from safety_pipeline.harmonise import toxicity
from safety_pipeline.ingest.cdisc import read
from safety_pipeline.reference import load

ARM, COUNT = "Xanomeline {} Dose", ["label", "row_label", "attribution", "grade_band_as_reported"]


@pytest.fixture(scope="module")
def raw(samples):
    """Each data set of the pilot study as its file has it."""
    files = [*(samples / "adam_tdf").glob("*.xpt"), *(samples / "sdtm_tdf").glob("*.xpt")]
    return {path.stem: pyreadstat.read_xport(str(path))[0] for path in files}


def counts(folder):
    ingested = read(delivery(folder))
    labels = ingested.arm.collect().select("arm_id", "label")
    rows = toxicity(ingested.tables(), load()).collect().join(labels, on="arm_id")
    bounds = ["n_affected_lower", "n_affected_upper", "n_at_risk"]
    # A term that nobody of an arm had has no row: as many terms of zeros as there are is no difference.
    some = rows.filter(rows["n_affected_upper"] > 0).select(*COUNT, *bounds)
    return {row[:4]: row[4:] for row in some.iter_rows()}


@pytest.fixture(scope="module")
def collected(samples, tmp_path_factory):
    """The counts of the collected package by actual and by planned arm."""
    folder = tmp_path_factory.mktemp("forms")
    for path in (samples / "sdtm_tdf").glob("*.xpt"):
        (folder / path.name).write_bytes(path.read_bytes())
    actual = counts(folder)
    (folder / "study.yaml").write_text("arm_basis: planned\n", encoding="utf-8")
    return {"actual": actual, "planned": counts(folder)}


@pytest.mark.shared
def test_the_analysed_arm_is_the_planned_one_in_the_raw_files_and_the_collected_one_is_not(raw):
    """Why the denominators differ: DM gives twelve subjects the arm of the dose they had reached, ADSL does not."""
    both = raw["adsl"].merge(raw["dm"], on="USUBJID", suffixes=("", "_DM"))
    assert both.TRT01A.eq(both.TRT01P).all()
    assert both.TRT01A.eq(both.ARM_DM).all()
    moved = both[both.TRT01A != both.ACTARM]
    assert moved.groupby(["TRT01A", "ACTARM"]).size().to_dict() == {(ARM.format("High"), ARM.format("Low")): 12}
    given = raw["ex"].merge(moved[["USUBJID"]], on="USUBJID")
    assert set(given.EXDOSE) == {54.0}


@pytest.mark.shared
def test_counted_as_planned_both_forms_give_the_same_counts(samples, collected):
    """The collected listing has 230 rows less, but none that held the only event of a subject and term."""
    adam, sdtm = counts(samples / "adam_tdf"), collected["planned"]
    every = set(adam | sdtm)
    assert len(every) > 300
    assert {key for key in every if adam.get(key) != sdtm.get(key)} == set()


@pytest.mark.shared
def test_what_the_collected_form_counts_differently_is_what_the_twelve_had(raw, samples, collected):
    adam, sdtm = counts(samples / "adam_tdf"), collected["actual"]
    dm = raw["dm"]
    moved = set(dm[(dm.ARM != dm.ACTARM) & dm.RFXSTDTC.ne("")].USUBJID)
    events = raw["adae"][(raw["adae"].TRTEMFL == "Y") & raw["adae"].USUBJID.isin(moved)]
    had = events.groupby("AEDECOD").USUBJID.nunique()
    for term in sorted(set(raw["adae"].AEDECOD)):
        for name, sign in (("High", -1), ("Low", 1)):
            key = (ARM.format(name), term, "all_causality", "any")
            assert sdtm.get(key, (0,))[0] - adam.get(key, (0,))[0] == sign * had.get(term, 0), key


@pytest.mark.shared
def test_the_arm_says_who_is_counted_where_the_forms_differ(samples):
    said = {row["label"]: row["analysis_population"] for row in tables(samples / "sdtm_tdf")["arm"].to_dicts()}
    basis = "safety population, by actual treatment"
    assert said == {
        "Placebo": basis,
        ARM.format("Low"): f"{basis}; 12 of them were planned for another arm",
        ARM.format("High"): f"{basis}; 12 more were planned for this arm and treated in another",
    }


@pytest.mark.shared
def test_landed_together_the_arm_and_the_note_name_what_the_other_form_says(raw, samples):
    found = tables(samples)
    said = {row["label"]: row["analysis_population"] for row in found["arm"].to_dicts()}
    assert said[ARM.format("High")].endswith("; 12 of them are in another arm of DM")
    note = found["source_table"]["note"][0]
    keys = [set(map(tuple, raw[name][["USUBJID", "AESEQ"]].to_numpy())) for name in ("adae", "ae")]
    assert f"By subject and AESEQ {len(keys[0] - keys[1])} rows of ADAE have no row in AE, and 0 of AE none" in note


def small(folder, **datasets):
    return tables(package(folder, **datasets))


NAUSEA = adae("a | 1 | x | Nausea | 1 | Y | 1")
BOTH = """
    STUDYID | USUBJID | ARM            | ACTARM         | RFXSTDTC
    S       | a       | Drug 20 mg BID | {}             | 2020-03-10
    S       | b       | Drug 20 mg BID | {}             | 2020-03-10
"""


def test_arms_written_otherwise_in_the_other_form_are_not_taken_for_other_arms(tmp_path):
    found = small(tmp_path / "s", adsl=ADSL, adae=NAUSEA, dm=BOTH.format("high", "low"))
    assert "different arms" not in found["source_table"]["note"][0]


def test_with_a_smallest_cell_few_subjects_are_some(tmp_path):
    found = small(tmp_path / "s", adsl=ADSL, adae=NAUSEA, study="min_cell: 5")
    said = {row["label"]: row["analysis_population"] for row in found["arm"].to_dicts()}
    assert said["Placebo"] == "safety population, by actual treatment; some of them were planned for another arm"


@pytest.mark.parametrize("gone", ["ACTARM  ", "ACTARMCD", "both"])
def test_without_an_actual_arm_the_planned_one_stands_for_it_and_the_arm_says_so(tmp_path, gone):
    """An actual code alone is an actual arm still, with the label that the planned arm of that code has."""
    dm = DM
    for name in ("ACTARM  ", "ACTARMCD") if gone == "both" else (gone,):
        dm = dm.replace(f"| {name}", f"| X{name}")
    found = small(tmp_path / "s", dm=dm, ae="USUBJID | AETERM | AESTDTC\n a | x | 2020-03-11")
    arms = {row["n_at_risk"]: row for row in found["arm"].sort("n_at_risk").to_dicts() if row["n_at_risk"]}
    assert {n: arm["label"] for n, arm in arms.items()} == {1: "Placebo", 2: "Drug 20 mg BID"}
    is_said = "by planned treatment (DM names no actual one)" in arms[2]["analysis_population"]
    assert is_said == (gone == "both")


def test_a_treated_subject_without_actual_arm_is_refused_and_not_counted_as_planned(tmp_path):
    found = small(tmp_path / "s", adsl=ADSL.replace("S       | a       | Drug 20 mg BID |", "S | a | |"), adae=NAUSEA)
    assert found["refusal"].select("row_number", "rule").rows() == [(1, "treated_subject_has_an_arm")]
    assert found["subject"].filter(subject_id="a").select("arm_id", "is_safety_population").row(0) == (None, False)
    assert pd.Series(found["arm"]["n_at_risk"]).sum() == 1


@pytest.mark.parametrize("reason", ["UNPLANNED TREATMENT", "ASSIGNED, NOT TREATED", "SCREEN FAILURE"])
def test_a_reason_for_no_arm_is_not_overruled_by_the_planned_arm(tmp_path, reason):
    """SDTMIG 3.3 and later: the arm is null, and ARMNRS says why."""
    dm = f"""
    STUDYID | USUBJID | ARM | ACTARM | ARMNRS   | RFXSTDTC
    S       | a       | A   | A      |          | 2020-03-10
    S       | b       | A   |        | {reason} | 2020-03-10
    """
    found = small(tmp_path / "s", dm=dm, ae="USUBJID | AETERM | AESTDTC\n b | x | 2020-03-11")
    assert found["arm"].select("label", "n_at_risk", "n_assigned").rows() == [("A", 1, 2)]
    assert found["refusal"].is_empty()
    assert ("treated subjects have no arm" in found["source_table"]["note"][0]) == (reason == "UNPLANNED TREATMENT")
