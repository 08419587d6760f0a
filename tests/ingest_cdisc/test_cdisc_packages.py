"""How a package is read, by packages of a few rows; expected values are worked out by hand."""

import pytest
from ingest_cdisc.packages import ADSL, AE, DM, adae, package, tables


def by_label(found):
    return {row["label"]: row for row in found["arm"].to_dicts()}


def test_screen_failures_are_in_no_arm_and_in_no_denominator(tmp_path):
    found = tables(package(tmp_path / "s", dm=DM, ae=AE))
    assert {label: row["n_at_risk"] for label, row in by_label(found).items()} == {"Drug 20 mg BID": 2, "Placebo": 1}
    assert found["subject"].filter(subject_id="d").row(0, named=True)["arm_id"] is None
    assert "1 subjects are not in an arm" in found["source_table"]["note"][0]


def test_the_safety_flag_decides_the_denominator_and_actual_treatment_the_arm(tmp_path):
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=adae("a | 1 | x | Nausea | 1 | Y | 1")))
    assert {label: (row["n_at_risk"], row["n_assigned"]) for label, row in by_label(found).items()} == {
        "Drug 20 mg BID": (1, 2),
        "Placebo": (1, 1),
    }
    subject = found["subject"].filter(subject_id="b").row(0, named=True)
    assert (subject["arm_id"], subject["planned_arm_id"]) == ("S.placebo", "S.drug_20_mg_bid")


def test_both_days_of_exposure_count(tmp_path):
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=adae("a | 1 | x | Nausea | 1 | Y | 1")))
    assert found["subject"].sort("subject_id")["exposure_days"].to_list() == [3.0, None, None]


def test_the_dose_is_read_from_the_label(tmp_path):
    found = tables(package(tmp_path / "s", dm=DM, ae=AE))
    assert by_label(found)["Drug 20 mg BID"]["dose_mg_per_day"] == 40.0
    assert by_label(found)["Placebo"]["drug"] == "placebo"


def test_without_a_dose_anywhere_the_reason_names_the_fix(tmp_path):
    found = tables(package(tmp_path / "s", dm=DM.replace("Drug 20 mg BID", "High"), ae=AE))
    row = by_label(found)["High"]
    assert row["dose_mg_per_day"] is None
    assert "study.yaml" in row["dose_note"]


def test_what_study_yaml_says_of_an_arm_stands_first(tmp_path):
    study = """
trial_id: NCT00000001
registry_id: NCT00000001
allocation: randomised
drug: Gleevec
grading_system: {edition: CTCAE v4.03, basis: stated, evidence: protocol}
arms:
  - {arm: high, drug: imatinib, dose_mg_per_day: 800}
"""
    found = tables(package(tmp_path / "s", dm=DM, ae=AE, study=study))
    row = by_label(found)["Drug 20 mg BID"]
    assert (row["drug"], row["dose_mg_per_day"], row["arm_id"]) == ("imatinib", 800.0, "NCT00000001.drug_20_mg_bid")
    document = found["document"].row(0, named=True)
    assert (document["allocation"], document["grading_system"]) == ("randomised", "CTCAE v4.03")
    assert set(found["event"]["grading_system"]) == {"CTCAE v4.03"}


@pytest.mark.parametrize(
    ("printed", "grade"),
    [("3", 3), ("3.0", 3), ("GRADE 3", 3), ("Grade 4", 4), ("", None), ("0", None), ("6", None), ("mild", None)],
)
def test_a_grade_is_a_number_from_1_to_5(tmp_path, printed, grade):
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=adae(f"a | 1 | x | Nausea | {printed} | Y | 1")))
    assert found["event"]["grade"].to_list() == [grade]
    is_wrong = bool(printed) and grade is None
    assert found["refusal"].select("rule", "row_number", "column_label").rows() == (
        [("grade_is_1_to_5", 1, "ATOXGR")] if is_wrong else []
    )


def test_a_flag_of_emergence_that_marks_no_event_at_all_is_no_answer(tmp_path):
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=adae("a | 1 | x | Nausea | 2 |  | ")))
    (explanation,) = found["refusal"].filter(rule="events_are_placed")["explanation"]
    assert "TRTEMFL is there but marks no event" in explanation
    assert found["event"].is_empty()


def test_a_flag_of_the_safety_population_that_nobody_has_was_never_filled(tmp_path):
    unfilled = ADSL.replace("| Y ", "|   ").replace("| N ", "|   ")
    found = tables(package(tmp_path / "s", adsl=unfilled, adae=adae("a | 1 | x | Nausea | 2 | Y | 1")))
    assert found["subject"].filter("is_safety_population")["subject_id"].len() == 2  # those with a first dose
    assert "first dose" in found["document"]["note"].item()


def test_severity_is_kept_and_never_a_grade(tmp_path):
    rows = "USUBJID | AETERM | AESEV | TRTEMFL\n a | x | SEVERE | Y"
    row = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))["event"].row(0, named=True)
    assert (row["severity"], row["grade"]) == ("severe", None)


def test_free_text_is_no_coded_term(tmp_path):
    rows = adae("a | 1 | swollen | Oedema | 1 | Y | 1\n a | 2 | felt odd |  | 1 | Y | 2")
    events = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))["event"]
    assert events.select("term_as_reported", "verbatim").rows() == [("Oedema", "swollen"), (None, "felt odd")]


def test_seriousness_and_relation_are_read_by_the_word_list(tmp_path):
    events = tables(package(tmp_path / "s", dm=DM, ae=AE))["event"]
    assert events["seriousness"].to_list() == ["other", "serious", "other"]
    assert events["is_related"].to_list() == [True, False, None]


@pytest.mark.parametrize(
    ("word", "is_related"),
    [("PROBABLE", True), ("Possible", True), ("REMOTE", False), ("UNLIKELY", False), ("NONE", False), ("?", None)],
)
def test_a_word_of_relation_means_what_the_data_file_says(tmp_path, word, is_related):
    rows = f"USUBJID | AETERM | AEREL | TRTEMFL\n a | x | {word} | Y"
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert found["event"]["is_related"].to_list() == [is_related]
    assert ("word of relation" in (found["source_table"]["note"][0] or "")) == (word == "?")


def test_study_yaml_explains_other_words_of_relation(tmp_path):
    rows = "USUBJID | AETERM | AEREL | TRTEMFL\n a | x | suspected | Y"
    study = "attribution: {related: [SUSPECTED]}"
    assert tables(package(tmp_path / "s", adsl=ADSL, adae=rows, study=study))["event"]["is_related"].to_list() == [True]


@pytest.mark.parametrize(
    ("start", "end", "is_emergent"),
    [
        ("2020-03-09", "", False),
        ("2020-03-10", "", True),
        ("2020-03-10T08:30", "", True),
        ("2020-03", "", None),  # may have begun under treatment
        ("2020-02", "", False),
        ("2020", "", None),
        ("2019", "", False),
        ("2020-03", "2020-03-05", False),  # was over before the first dose
        ("", "", None),
        ("", "2020-01-05", False),
        ("--03-11", "", None),
    ],
)
def test_without_a_flag_dates_decide_what_is_treatment_emergent(tmp_path, start, end, is_emergent):
    ae = f"USUBJID | AETERM | AESTDTC | AEENDTC\n a | x | {start} | {end}\n b | y | 2020-03-11 |"
    events = tables(package(tmp_path / "s", dm=DM, ae=ae))["event"]
    assert events["is_treatment_emergent"].to_list() == [is_emergent, True]


def test_open_start_dates_are_counted_in_a_note(tmp_path):
    ae = "USUBJID | AETERM | AESTDTC\n a | x | 2020-03\n b | y | 2020-03-11"
    note = tables(package(tmp_path / "s", dm=DM, ae=ae))["source_table"]["note"][0]
    assert "1 events cannot be placed before or under treatment" in note


@pytest.mark.parametrize(("said", "silent"), [([("a", "1", "Y")], False), ([("a", "1", "Y"), ("c", "1", "N")], None)])
def test_silence_of_suppae_is_no_where_it_only_says_yes_and_unknown_where_it_says_both(tmp_path, said, silent):
    rows = "\n".join(f"{subject} | AESEQ | {number} | AETRTEM | {value}" for subject, number, value in said)
    supplement = f"USUBJID | IDVAR | IDVARVAL | QNAM | QVAL\n{rows}"
    events = tables(package(tmp_path / "s", dm=DM, ae=AE, suppae=supplement))["event"]
    assert events["is_treatment_emergent"].to_list()[:2] == [True, silent]


def test_exposure_gives_the_first_dose_where_dm_has_none(tmp_path):
    dm = "STUDYID | USUBJID | ARM\n S | a | X\n S | b | X"
    ex = "USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC\n a | Drug | 5 | mg | BID | 2020-03-10"
    ae = "USUBJID | AETERM | AESTDTC\n a | x | 2020-03-09\n a | y | 2020-03-10"
    found = tables(package(tmp_path / "s", dm=dm, ae=ae, ex=ex))
    assert found["event"]["is_treatment_emergent"].to_list() == [False, True]
    assert found["subject"]["is_safety_population"].to_list() == [True, False]
    assert by_label(found)["X"]["dose_mg_per_day"] == 10.0
    assert by_label(found)["X"]["drug"] == "drug"


BAD_EVENTS = """
    a |  | |  | | |
    a | 1 | |  | 3 | Y | 1
      | 1 | x | Nausea | 1 | Y | 1
    stranger | 1 | secret words | Nausea | 1 | Y | 1
    a | 2 | x | Nausea | 1 | Y | 1
"""


def test_refused_rows_stay_where_they_may_be_an_event_and_no_refusal_quotes_one(tmp_path):
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=adae(BAD_EVENTS)))
    kept = found["event"].select("event_number", "subject_id", "term_as_reported", "is_refused").rows()
    assert kept == [
        (2, "a", None, True),
        (3, None, "Nausea", True),
        (4, "stranger", "Nausea", True),
        (5, "a", "Nausea", False),
    ]
    assert found["refusal"].select("row_number", "rule").rows() == [
        (1, "event_row_is_not_blank"),
        (3, "event_has_a_subject"),
        (2, "event_has_a_term"),
        (4, "subject_is_known"),
    ]
    written = str(found["refusal"].rows()) + str(found["source_table"].rows())
    assert "stranger" not in written
    assert "secret" not in written


def test_a_flag_that_is_neither_yes_nor_no_leaves_the_question_open(tmp_path):
    rows = adae("a | 1 | x | Nausea | 1 | Y | 1\n a | 2 | x | Nausea | 1 | ? | 1\n a | 3 | x | Nausea | 1 | | 1")
    events = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))["event"]
    assert events["is_treatment_emergent"].to_list() == [True, None, False]


def test_a_listing_settles_zeros_only_where_every_event_is_read_and_graded(tmp_path):
    graded = tables(package(tmp_path / "s", adsl=ADSL, adae=adae("a | 1 | x | Nausea | 1 | Y | 1")))
    ungraded = tables(package(tmp_path / "t", adsl=ADSL, adae=adae("a | 1 | x | Nausea |  | Y | 1")))
    lost = tables(
        package(tmp_path / "u", adsl=ADSL, adae=adae("a | 1 | x | Nausea | 1 | Y | 1\n a | 2 | | | 1 | Y | 1"))
    )
    assert [found["source_table"]["complete_from_grade"][0] for found in (graded, ungraded, lost)] == [1, None, None]


def test_an_event_under_another_arms_treatment_is_refused(tmp_path):
    rows = "USUBJID | AETERM | TRTEMFL | TRTA\n a | x | Y | Placebo\n a | y | Y | Drug 20 mg BID"
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert found["event"].select("verbatim", "is_refused").rows() == [("x", True), ("y", False)]
    assert found["refusal"]["rule"].to_list() == ["event_is_under_the_subjects_treatment"]


def test_a_subject_listed_in_two_arms_is_refused_and_listed_twice_counts_once(tmp_path):
    twice = ADSL + "    S | a | Drug 20 mg BID | Drug 20 mg BID | Y | |\n    S | b | Drug 20 mg BID | Placebo | Y | |\n"
    found = tables(package(tmp_path / "s", adsl=twice, adae=adae("a | 1 | x | Nausea | 1 | Y | 1")))
    assert found["subject"]["subject_id"].to_list() == ["a", "c"]
    assert sorted(found["refusal"]["rule"]) == ["subject_has_one_arm", "subject_has_one_arm", "subject_is_once"]


@pytest.mark.parametrize(
    ("start", "is_emergent"),
    [("20MAR2020", True), ("01-Mar-2020", False), ("9 Mar 2020 08:00", False), ("3/20/2020", None), ("2020", None)],
)
def test_a_date_that_names_its_month_is_read_and_one_in_figures_of_no_order_is_not(tmp_path, start, is_emergent):
    dm = "STUDYID | USUBJID | ARM | RFXSTDTC\n S | a | X | 10MAR2020\n S | b | X | 2020-03-10"
    ae = f"USUBJID | AETERM | AESTDTC\n a | x | {start}\n b | y | 2020-03-11"
    events = tables(package(tmp_path / "s", dm=dm, ae=ae))["event"]
    assert events["is_treatment_emergent"].to_list() == [is_emergent, True]


@pytest.mark.parametrize("start", ["3/20/2020", "2020-03", "20.03.2020"])
def test_dates_that_decide_of_no_event_leave_each_open_and_do_not_count_them_all(tmp_path, start):
    ae = f"USUBJID | AETERM | AESTDTC\n a | x | {start}"
    found = tables(package(tmp_path / "s", dm=DM, ae=ae))
    assert found["event"].select("is_treatment_emergent", "is_emergence_told").rows() == [(None, True)]
    assert "each may have" in found["source_table"]["table_evidence"][0]


def test_a_blank_flag_is_no_in_a_column_of_yes_only_and_not_known_beside_a_no(tmp_path):
    silent = adae("a | 1 | x | Nausea | 1 | Y | 1\n a | 2 | x | Nausea | 1 | | 1")
    spoken = adae("a | 1 | x | Nausea | 1 | Y | 1\n a | 2 | x | Nausea | 1 | | 1\n a | 3 | x | Nausea | 1 | N | 1")
    found = [tables(package(tmp_path / name, adsl=ADSL, adae=rows)) for name, rows in (("s", silent), ("t", spoken))]
    assert [each["event"]["is_treatment_emergent"].to_list() for each in found] == [[True, False], [True, None, False]]
