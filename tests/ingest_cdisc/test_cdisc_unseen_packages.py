"""Packages of shapes the samples do not have: other variables, words, spellings and rows; worked out by hand."""

import time

import pandas as pd
import polars as pl
import pytest
from packages import ADSL, AE, DM, adae, package, tables, write


def at_risk(found):
    return {row["label"]: row["n_at_risk"] for row in found["arm"].to_dicts()}


def rules(found):
    return sorted(found["refusal"]["rule"].to_list())


PLANNED_ONLY = """
    STUDYID | USUBJID | TRT01P     | SAFFL | TRTSDT
    S       | a       | Drug 20 mg | Y     | 2020-03-10
    S       | b       | Placebo    | Y     | 2020-03-10
    S       | c       | Placebo    | {}    | 2020-03-10
"""


@pytest.mark.parametrize(("flag", "n"), [("Y", 2), ("N", 1), ("", 1), ("y", 2), ("1", 2), ("0", 1)])
def test_a_package_with_planned_treatment_only_is_counted_by_it_and_says_so(tmp_path, flag, n):
    rows = "USUBJID | TRTP | AETERM | TRTEMFL\n a | Drug 20 mg | x | Y\n b | Placebo | y | Y"
    found = tables(package(tmp_path / "s", adsl=PLANNED_ONLY.format(flag), adae=rows))
    assert at_risk(found) == {"Drug 20 mg": 1, "Placebo": n}
    assert found["event"].height == 2
    assert found["arm"]["analysis_population"][0].endswith("by planned treatment (ADSL names no actual one)")


def test_a_planned_treatment_of_the_event_is_compared_with_the_planned_arm(tmp_path):
    """Subject b was planned for the drug and given placebo: TRTP is right and no contradiction."""
    rows = "USUBJID | TRTP | AETERM | TRTEMFL\n b | Drug 20 mg BID | x | Y"
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert (found["event"].height, found["refusal"].height) == (1, 0)


@pytest.mark.parametrize(
    ("written", "grade"),
    [("G3", 3), ("grade3", 3), ("Gr. 2", 2), ("CTCAE Grade 4", 4), ("3 - Severe", 3), ("Grade 3: Severe", 3),
     ("2.00", 2), ("3 (severe)", 3), ("III", 3), ("Grade iv", 4), ("1-2", None), ("2, 3", None), ("SEVERE", None),
     (">=3", None), ("3.5", None), ("33", None), ("-3", None)],
)  # fmt: skip
def test_a_grade_is_read_in_the_spellings_in_use_and_a_word_or_a_range_is_none(tmp_path, written, grade):
    events = f'"USUBJID","AETERM","ATOXGR","TRTEMFL"\n"a","x","{written}","Y"\n'
    folder = package(tmp_path / "s", adsl=ADSL)
    (folder / "adae.csv").write_text(events, encoding="utf-8")
    found = tables(folder)
    assert found["event"]["grade"].to_list() == [grade]
    assert rules(found) == ([] if grade else ["grade_is_1_to_5"])


@pytest.mark.parametrize("written", ["0", "0.0", "Grade 0"])
def test_an_event_of_grade_0_may_be_one_or_none(tmp_path, written):
    """The criteria have no event of grade 0: the record may say that there was none."""
    rows = f"USUBJID | AETERM | ATOXGR | TRTEMFL\n a | x | {written} | Y\n b | y | 1 | Y\n c | z | 0 | N"
    events = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))["event"]
    assert events["is_treatment_emergent"].to_list() == [None, True, False]


def test_without_a_flag_the_dates_of_adsl_decide_and_occurrence_flags_decide_nothing(tmp_path):
    """AOCCFL marks the first occurrence: what it leaves out is an event as well."""
    rows = "USUBJID | AETERM | ASTDT | AOCCFL\n a | x | 2020-03-09 | Y\n a | y | 2020-03-11 |\n b | z | 2020-03-10 | Y"
    events = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))["event"]
    assert events["is_treatment_emergent"].to_list() == [False, True, True]


def test_the_same_record_twice_counts_its_subject_once(tmp_path):
    rows = adae("a | 1 | x | Nausea | 1 | Y | 1\n a | 1 | x | Nausea | 1 | Y | 1")
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert (found["event"].height, found["event"]["subject_id"].n_unique()) == (2, 1)


def test_rows_of_a_total_repeat_subjects_and_events_and_are_refused(tmp_path):
    twice = ADSL + "".join(f"    S | {name} | Total | Total | {flag} | |\n" for name, flag in ("aY", "bY", "cN"))
    twice = twice.replace("aY", "a").replace("bY", "b").replace("cN", "c")
    rows = "USUBJID | TRTA | AEDECOD | ATOXGR | TRTEMFL\n a | Drug 20 mg BID | Rash | 1 | Y\n a | Total | Rash | 1 | Y"
    found = tables(package(tmp_path / "s", adsl=twice, adae=rows))
    assert at_risk(found) == {"Drug 20 mg BID": 1, "Placebo": 1}
    assert rules(found) == ["row_is_of_a_total"] * 4
    assert found["source_table"]["complete_from_grade"].to_list() == [1]


def test_an_only_arm_that_is_called_all_subjects_is_an_arm(tmp_path):
    adsl = "STUDYID | USUBJID | TRT01A | SAFFL\n S | a | All subjects | Y"
    found = tables(package(tmp_path / "s", adsl=adsl, adae=adae("a | 1 | x | Nausea | 1 | Y | 1")))
    assert at_risk(found) == {"All subjects": 1}


def test_subjects_written_in_other_case_or_spacing_are_the_same_and_the_note_says_so(tmp_path):
    rows = adae("A | 1 | x | Nausea | 1 | Y | 1\n  a  | 2 | x | Nausea | 1 | Y | 1\n z | 1 | x | Nausea | 1 | Y | 1")
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert found["event"].filter(~pl.col("is_refused"))["subject_id"].to_list() == ["a", "a"]
    assert rules(found) == ["subject_is_known"]
    assert "adae.csv: 1 rows write the subject in other case or spacing than ADSL" in found["source_table"]["note"][0]


def test_an_arm_written_in_other_case_or_spacing_is_the_same_arm(tmp_path):
    adsl = ADSL + "    S | d | PLACEBO | Placebo | Y | | |\n    S | e | drug  20 MG bid | Drug 20 mg BID | Y | | |\n"
    rows = "USUBJID | TRTA | AETERM | TRTEMFL\n d | Placebo | x | Y\n e | drug 20 mg  BID | x | Y"
    found = tables(package(tmp_path / "s", adsl=adsl.replace("|\n", "\n"), adae=rows))
    assert at_risk(found) == {"Drug 20 mg BID": 2, "Placebo": 2}
    assert rules(found) == []


def test_signs_of_programs_for_missing_values_are_no_values(tmp_path):
    """R writes NA and numbers the rows, SAS writes a point; NONE is a word of relation and stays."""
    folder = package(tmp_path / "s", dm=DM)
    header = '"","USUBJID","AESEQ","AETERM","AEDECOD","AETOXGR","AEREL","AESTDTC","AEENDTC"\n'
    rows = '"1","a",1,"x",NA,NA,"NONE","2020-03-11",NA\n"2","c",1,"y","Nausea",.,NA,"2020-03-11",NA\n'
    rows += '"3","a",2,NA,NA,2,NA,NA,NA\n'
    (folder / "ae.csv").write_text(header + rows, encoding="utf-8")
    found = tables(folder)
    read = found["event"].filter(~pl.col("is_refused"))
    assert read.select("term_as_reported", "verbatim", "grade", "is_related", "relatedness").rows() == [
        (None, "x", None, False, "NONE"), ("Nausea", "y", None, None, None)]  # fmt: skip
    assert rules(found) == ["event_has_a_term"]


def test_subjects_who_differ_in_case_only_are_two_and_a_third_spelling_is_neither(tmp_path):
    adsl = "STUDYID | USUBJID | TRT01A | SAFFL\n S | s1 x | D | Y\n S | S1 X | D | Y"
    rows = adae("s1 x | 1 | x | Nausea | 1 | Y | 1\n S1x | 1 | x | Nausea | 1 | Y | 1")
    found = tables(package(tmp_path / "s", adsl=adsl, adae=rows))
    assert (at_risk(found), rules(found)) == ({"D": 2}, ["subject_is_known"])


SEQUENCES = """
    STUDYID | USUBJID | ARM            | ACTARM         | RFXSTDTC
    S       | a       | Placebo - Drug | Placebo - Drug | 2020-03-10
    S       | b       | Drug - Placebo | Drug - Placebo | 2020-03-10
"""


def test_a_sequence_of_placebo_and_drug_is_not_an_arm_of_placebo(tmp_path):
    """The label begins with placebo; EX gives the drug later."""
    ex = "USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC\n" + "\n".join(
        f"{name} | {drug} | {dose} | mg | QD | 2020-03-10"
        for name in "ab"
        for drug, dose in (("Placebo", 0), ("Drug", 20))
    )
    found = tables(package(tmp_path / "s", dm=SEQUENCES, ae="USUBJID | AETERM\n a | x", ex=ex))
    row = found["arm"].filter(label="Placebo - Drug").row(0, named=True)
    assert (row["drug"], row["dose_mg_per_day"]) == (None, None)
    assert "EX gives Drug too: a sequence of treatments" in row["dose_note"]


@pytest.mark.parametrize(
    "given", ["Placebo | 1 | TABLET", "Study drug | 1 | TABLET", "Placebo | | ", " | | mg", "Drug | 0 | mg"]
)
def test_an_arm_of_placebo_stays_one_however_ex_writes_it(tmp_path, given):
    ex = f"USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC\n c | {given} | QD | 2020-03-10"
    row = tables(package(tmp_path / "s", dm=DM, ae=AE, ex=ex))["arm"].filter(label="Placebo").row(0, named=True)
    assert row["drug"] == "placebo"


@pytest.mark.parametrize(("dose", "drug"), [("0", None), ("20", "drug")])
def test_an_arm_given_doses_of_nothing_under_the_name_of_the_drug_is_no_arm_of_it(tmp_path, dose, drug):
    ex = f"USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC\n c | Drug | {dose} | mg | QD | 2020-03-10"
    dm = DM.replace("Placebo", "Treatment R")
    row = tables(package(tmp_path / "s", dm=dm, ae=AE, ex=ex))["arm"].filter(label="Treatment R").row(0, named=True)
    assert row["drug"] == drug


def test_doses_that_change_over_time_are_a_titration_and_zero_doses_are_not(tmp_path):
    ex = """USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC
            a       | Drug  | 20     | mg     | QD       | 2020-03-10
            a       | Drug  | 40     | mg     | QD       | 2020-03-20
            b       | Drug  | 40     | mg     | QD       | 2020-03-20
            b       | Drug  | 0      | mg     | QD       | 2020-03-30"""
    dm = DM.replace("Drug 20 mg BID", "Drug")
    row = tables(package(tmp_path / "s", dm=dm, ae=AE, ex=ex))["arm"].filter(label="Drug").row(0, named=True)
    assert row["dose_mg_per_day"] is None
    assert row["dose_note"].startswith("Titration: the arm was given 2 different doses")


@pytest.mark.parametrize(
    ("label", "mg"),
    [
        ("Drug 20 mg", None),
        ("Drug 20 mg QD", 20.0),
        ("Drug 400 mg twice daily", 800.0),
        ("High dose", None),
        ("B", None),
    ],
)
def test_an_arm_has_a_daily_dose_only_where_its_label_says_how_often(tmp_path, label, mg):
    found = tables(package(tmp_path / "s", dm=DM.replace("Drug 20 mg BID", label), ae=AE))
    row = found["arm"].filter(label=label).row(0, named=True)
    assert row["dose_mg_per_day"] == mg
    assert row["dose_note"] or mg


@pytest.mark.parametrize(("arm", "code"), [("Not Assigned", "NOTASSGN"), ("Screen Failure", "SCRNFAIL"),
    ("", "SCRNFAIL"), ("Unplanned Treatment", "UNPLAN"), ("Not Treated", "NOTTRT"),
    ("screen failure", "")])  # fmt: skip
def test_who_has_no_arm_is_in_no_denominator(tmp_path, arm, code):
    dm = DM + f"    S | e | {code} | {arm} | {code} | {arm} | 2020-03-10\n"
    found = tables(package(tmp_path / "s", dm=dm, ae=AE))
    assert at_risk(found) == {"Drug 20 mg BID": 2, "Placebo": 1}
    assert found["subject"].filter(subject_id="e")["arm_id"].to_list() == [None]


def test_two_hundred_thousand_events_take_seconds(tmp_path):
    n, people = 200_000, 5_000
    adsl = pd.DataFrame({"STUDYID": "S", "USUBJID": [f"s{at}" for at in range(people)], "SAFFL": "Y"})
    adsl["TRT01A"] = adsl["TRT01P"] = ["Drug 20 mg BID", "Placebo"] * (people // 2)
    at = pl.int_range(n, eager=True)
    events = pl.DataFrame(
        {
            "USUBJID": "s" + (at % people).cast(pl.String),
            "AESEQ": at // people,
            "AETERM": "term " + (at % 997).cast(pl.String),
            "ATOXGR": (at % 5 + 1).cast(pl.String),
            "TRTEMFL": "Y",
        }
    ).to_pandas()
    folder = tmp_path / "s"
    folder.mkdir()
    write(adsl, folder / "adsl.csv")
    write(events, folder / "adae.csv")
    begin = time.perf_counter()
    assert tables(folder)["event"].height == n
    assert time.perf_counter() - begin < 15


def test_an_event_without_any_term_is_refused_and_a_verbatim_one_is_enough(tmp_path):
    rows = adae("a | 1 | felt sick |  | 1 | Y | 1\n a | 2 |  |  | 1 | Y | 1\n a | 3 | | Nausea | 1 | Y | 1")
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert found["event"].select("term_as_reported", "verbatim", "is_refused").rows() == [
        (None, "felt sick", False), (None, None, True), ("Nausea", None, False)]  # fmt: skip
    assert found["refusal"].select("row_number", "rule").rows() == [(2, "event_has_a_term")]


def test_supplemental_emergence_is_matched_by_number_however_it_is_written(tmp_path):
    supplement = (
        "USUBJID | IDVAR | IDVARVAL | QNAM | QVAL\n A | aeseq | 1.0 | aetrtem | y\n c | AESEQ | 01 | AETRTEM | Y"
    )
    events = tables(package(tmp_path / "s", dm=DM, ae=AE, suppae=supplement))["event"]
    assert events["is_treatment_emergent"].to_list() == [True, False, True]


@pytest.mark.parametrize(
    ("verbatim", "coded", "n"),
    [
        ("No adverse events", "", 0),
        ("NONE", "", 0),
        ("No AE.", "NO ADVERSE EVENT", 0),
        ("No rash", "Rash", 1),
        ("none", "Rash", 1),
    ],
)
def test_a_row_that_says_there_was_no_event_is_none(tmp_path, verbatim, coded, n):
    rows = f"USUBJID | AETERM | AEDECOD | AESTDTC\n a | {verbatim} | {coded} | 2020-03-12"
    found = tables(package(tmp_path / "s", dm=DM, ae=rows))
    assert found["event"].height == n
    assert rules(found) == ["event_row_is_not_blank"] * (1 - n)


@pytest.mark.parametrize(
    ("grade", "outcome", "kept"),
    [("1", "FATAL", None), ("2", "FATAL", None), ("3", "FATAL", 3), ("5", "FATAL", 5), ("2", "RECOVERED", 2)],
)
def test_a_mild_grade_of_an_event_that_led_to_death_is_not_known_and_is_refused(tmp_path, grade, outcome, kept):
    ae = f"USUBJID | AETERM | AETOXGR | AEOUT | AESTDTC\n a | x | {grade} | {outcome} | 2020-03-11"
    found = tables(package(tmp_path / "s", dm=DM, ae=ae))
    assert found["event"]["grade"].to_list() == [kept]
    assert rules(found) == ([] if kept else ["grade_fits_the_outcome"])
