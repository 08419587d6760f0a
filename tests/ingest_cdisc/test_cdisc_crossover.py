"""Studies with several treatments a subject: each counts under every one, with the events that began under it."""

import pytest
from packages import ADSL, delivery, package, tables

from safety_pipeline.harmonise import toxicity
from safety_pipeline.ingest.cdisc import read
from safety_pipeline.reference import load


@pytest.fixture(scope="module")
def references():
    return load()


def rules(found):
    return sorted(found["refusal"]["rule"].to_list())


CROSSOVER = """
    STUDYID | USUBJID | TRT01A  | TRT02A  | SAFFL | TRTSDT     | TR01EDT    | TRTEDT
    S       | a       | Drug    | Placebo | Y     | 2020-03-10 | 2020-03-14 | 2020-03-30
    S       | b       | Placebo | Drug    | Y     | 2020-03-10 |            | 2020-03-30
    S       | c       | Placebo | Placebo | Y     | 2020-03-10 | 2020-03-14 | 2020-03-30
"""


def crossover(folder, rows, adsl=CROSSOVER):
    return tables(package(folder, adsl=adsl, adae=rows))


def counted_in(found):
    """Each event with the arm it counts in; every arm of its subject where its treatment is not known."""
    treated = found["subject"].drop_nulls("arm_id").select("subject_id", "course_number", "arm_id").iter_rows()
    arms = {(subject, course): arm.removeprefix("S.") for subject, course, arm in treated}
    each = []
    for event in found["event"].to_dicts():
        own = [arm for (subject, course), arm in arms.items()
               if subject == event["subject_id"] and event["course_number"] in (None, course)]  # fmt: skip
        each.append((event["term_as_reported"] or event["verbatim"], *sorted(own)))
    return each


def test_each_subject_counts_under_every_treatment_it_was_given(tmp_path):
    """Both had drug and placebo; c had placebo in both periods and counts there once."""
    found = crossover(tmp_path / "s", "USUBJID | TRTA | AETERM | TRTEMFL\n a | Drug | x | Y")
    assert found["arm"].select("label", "n_at_risk", "n_assigned", "may_overlap").rows() == [
        ("Drug", 2, None, True), ("Placebo", 3, None, True)]  # fmt: skip
    assert found["document"]["n_safety"].to_list() == [3]
    said = {row["label"]: row["analysis_population"] for row in found["arm"].to_dicts()}
    assert said["Placebo"].endswith("; 2 of them were given another treatment too and count there as well")


def test_an_event_counts_under_the_treatment_of_its_period(tmp_path):
    rows = """USUBJID | TRTA    | AEDECOD  | ATOXGR | TRTEMFL
              a       | Drug    | Nausea   | 1      | Y
              a       | Placebo | Vomiting | 1      | Y
              b       | Drug    | Fatigue  | 1      | Y
              c       | Placebo | Headache | 1      | Y"""
    found = crossover(tmp_path / "s", rows)
    assert counted_in(found) == [
        ("Nausea", "drug"), ("Vomiting", "placebo"), ("Fatigue", "drug"), ("Headache", "placebo")]  # fmt: skip
    assert rules(found) == []
    assert found["source_table"]["complete_from_grade"].to_list() == [1]


def test_counts_by_treatment_are_those_of_an_independent_recount(tmp_path, references):
    """By hand: rash under drug in a and b (twice in b), under placebo in c only; severe under drug in b."""
    rows = """USUBJID | TRTA    | AEDECOD | ATOXGR | TRTEMFL
              a       | Drug    | Rash    | 1      | Y
              b       | Drug    | Rash    | 3      | Y
              b       | Drug    | Rash    | 2      | Y
              b       | Placebo | Nausea  | 1      | Y
              c       | Placebo | Rash    | 1      | Y"""
    tables_read = read(delivery(package(tmp_path / "s", adsl=CROSSOVER, adae=rows))).tables()
    counted = toxicity(tables_read, references).collect().filter(term_as_reported="Rash", attribution="all_causality")
    found = counted.select("arm_id", "grade_band", "n_affected_lower", "n_affected_upper", "n_at_risk").sort(
        "arm_id", "grade_band"
    )
    assert found.rows() == [
        ("S.drug", "any", 2, 2, 2), ("S.drug", "severe", 1, 1, 2),
        ("S.placebo", "any", 1, 1, 3), ("S.placebo", "severe", 0, 0, 3)]  # fmt: skip


def test_only_the_first_treatment_counts_where_a_person_says_that_an_extension_followed(tmp_path):
    """By hand: drug a; placebo b, c. What happened under the second treatment of a and b is refused by row."""
    rows = """USUBJID | TRTA    | AEDECOD  | TRTEMFL
              a       | Drug    | Nausea   | Y
              a       | Placebo | Vomiting | Y
              b       | Drug    | Fatigue  | Y
              c       | Placebo | Headache | Y"""
    found = tables(package(tmp_path / "s", adsl=CROSSOVER, adae=rows, study="crossover: false\n"))
    assert found["arm"].select("label", "n_at_risk", "may_overlap").rows() == [
        ("Drug", 1, False),
        ("Placebo", 2, False),
    ]
    assert counted_in(found) == [("Nausea", "drug"), ("Headache", "placebo")]
    assert rules(found) == ["event_is_of_a_later_treatment"] * 2
    said = {row["label"]: row["analysis_population"] for row in found["arm"].to_dicts()}
    assert said["Drug"].endswith("; first treatment only: 1 of them went on to another")


PERIODS = """
    STUDYID | USUBJID | TRT01A  | TRT02A  | SAFFL | TR01SDT    | TR01EDT    | TR02SDT    | TR02EDT    | TRTEDT
    S       | a       | Drug    | Placebo | Y     | 2020-03-10 | 2020-03-14 | 2020-04-01 | 2020-04-10 | 2020-04-10
    S       | b       | Placebo | Drug    | Y     | 2020-03-10 | 2020-03-12 | 2020-04-01 |            | 2020-04-20
"""


def test_exposure_is_that_of_each_treatment(tmp_path):
    """a: 5 days of drug and 10 of placebo; b: 3 of placebo, and drug until the last day of all, 20 days."""
    rows = "USUBJID | TRTA | AETERM | TRTEMFL\n a | Drug | x | Y"
    subjects = crossover(tmp_path / "s", rows, PERIODS)["subject"]
    assert subjects.select("subject_id", "arm_id", "exposure_days").sort("subject_id", "arm_id").rows() == [
        ("a", "S.drug", 5.0), ("a", "S.placebo", 10.0), ("b", "S.drug", 20.0), ("b", "S.placebo", 3.0)]  # fmt: skip


def test_two_periods_of_one_treatment_are_one_course_of_both_lengths(tmp_path):
    adsl = """
    STUDYID|USUBJID|TRT01A|TRT02A|TRT03A|TR01SDT|TR01EDT|TR02SDT|TR02EDT|TR03SDT|TR03EDT
    S|a|Drug|Placebo|Drug|2020-01-01|2020-01-10|2020-02-01|2020-02-05|2020-03-01|2020-03-20
    """
    rows = "USUBJID | APERIOD | AETERM | TRTEMFL\n a | 1 | x | Y\n a | 3 | y | Y\n a | 2 | z | Y"
    found = crossover(tmp_path / "s", rows, adsl)
    assert counted_in(found) == [("x", "drug"), ("y", "drug"), ("z", "placebo")]
    assert dict(found["subject"].select("arm_id", "exposure_days").iter_rows()) == {"S.drug": 30.0, "S.placebo": 5.0}


@pytest.mark.parametrize(
    ("day", "arms"),
    [
        ("2020-03-10", ("drug",)),
        ("2020-03-20", ("drug",)),  # in the washout: nothing was begun after the drug
        ("2020-04-01", ("placebo",)),
        ("2020-04", ("drug", "placebo")),
        ("", ("drug", "placebo")),
    ],
)
def test_the_first_day_decides_where_neither_treatment_nor_period_is_said(tmp_path, day, arms):
    rows = f"USUBJID | AETERM | TRTEMFL | ASTDT\n a | x | Y | {day}\n b | y | Y | 2020-03-11"
    assert counted_in(crossover(tmp_path / "s", rows, PERIODS))[0] == ("x", *arms)


def test_an_event_from_before_the_first_treatment_is_nobodys(tmp_path):
    rows = "USUBJID | AETERM | ASTDT\n a | x | 2020-03-01\n b | y | 2020-03-11"
    found = crossover(tmp_path / "s", rows, PERIODS)
    assert found["event"]["is_treatment_emergent"].to_list() == [False, True]


def test_days_to_an_event_are_counted_from_the_first_day_of_its_own_treatment(tmp_path):
    rows = (
        "USUBJID | TRTA | AETERM | TRTEMFL | ASTDT\n a | Drug | x | Y | 2020-03-11\n a | Placebo | y | Y | 2020-04-03"
    )
    assert crossover(tmp_path / "s", rows, PERIODS)["event"]["start_day"].to_list() == [2, 3]


def test_whoever_did_not_reach_a_period_is_not_counted_in_it(tmp_path):
    """ADSL keeps the plan of the second period for all; b has no first day in it."""
    adsl = """STUDYID | USUBJID | TRT01A | TRT02P  | SAFFL | TR01SDT    | TR02SDT
              S       | a       | Drug   | Placebo | Y     | 2020-03-10 | 2020-04-01
              S       | b       | Drug   | Placebo | Y     | 2020-03-10 |"""
    found = crossover(tmp_path / "s", "USUBJID | TRTA | AETERM | TRTEMFL\n a | Drug | x | Y", adsl)
    assert found["arm"].select("label", "n_at_risk").rows() == [("Drug", 2), ("Placebo", 1)]


@pytest.mark.parametrize(("first", "second"), [("1", "2"), ("1.0", "2.0"), ("Period 1", "Period 2.0")])
def test_the_period_tells_the_treatment_where_no_treatment_is_said(tmp_path, first, second):
    """Subject c had the same treatment in both periods."""
    rows = f"USUBJID | APERIOD | AETERM | TRTEMFL\n a | {first} | x | Y\n a | {second} | y | Y\n c | {second} | z | Y"
    found = crossover(tmp_path / "s", rows)
    assert counted_in(found) == [("x", "drug"), ("y", "placebo"), ("z", "placebo")]


def test_an_event_whose_treatment_is_not_that_of_its_period_may_be_of_either(tmp_path):
    rows = "USUBJID | TRTA | APERIOD | AETERM | TRTEMFL\n a | Drug | 2 | x | Y\n b | Drug | 2 | y | Y"
    found = crossover(tmp_path / "s", rows)
    assert counted_in(found) == [("x", "drug", "placebo"), ("y", "drug")]
    assert found["event"]["is_treatment_emergent"].to_list() == [None, True]


def test_what_was_given_is_of_the_treatment_last_begun(tmp_path):
    ex = """USUBJID | EXTRT   | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC
            a       | DRUG    | 50     | mg     | QD       | 2020-03-10
            a       | PLACEBO | 0      | mg     | QD       | 2020-04-01
            b       | PLACEBO | 0      | mg     | QD       | 2020-03-10
            b       | DRUG    | 50     | mg     | QD       | 2020-04-01"""
    rows = "USUBJID | TRTA | AETERM | TRTEMFL\n a | Drug | x | Y"
    found = tables(package(tmp_path / "s", adsl=PERIODS, adae=rows, ex=ex))
    assert found["arm"].select("label", "drug", "dose_mg_per_day").rows() == [
        ("Drug", "drug", 50.0), ("Placebo", "placebo", None)]  # fmt: skip


SEQUENCES = """
    STUDYID | USUBJID | ARMCD | ARM          | ACTARMCD | ACTARM       | RFXSTDTC   | RFXENDTC
    S       | a       | AB    | Drug-Placebo | AB       | Drug-Placebo | 2020-03-10 | 2020-04-10
    S       | b       | BA    | Placebo-Drug | BA       | Placebo-Drug | 2020-03-10 | 2020-04-20
    S       | c       | AB    | Drug-Placebo | AB       | Drug-Placebo | 2020-03-10 | 2020-03-11
    S       | d       | SCRNFAIL | Screen Failure | SCRNFAIL | Screen Failure | |
"""
GIVEN = """
    USUBJID | EXTRT   | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC    | EXENDTC
    a       | DRUG    | 50     | mg     | QD       | 2020-03-10 | 2020-03-14
    a       | PLACEBO | 0      | mg     | QD       | 2020-04-01 | 2020-04-10
    b       | PLACEBO | 0      | mg     | QD       | 2020-03-10 | 2020-03-12
    b       | DRUG    | 50     | mg     | QD       | 2020-04-01 | 2020-04-20
    c       | DRUG    | 50     | mg     | QD       | 2020-03-10 | 2020-03-11
"""
CROSS_OVER = "STUDYID | TSPARMCD | TSVAL\n S | INTMODEL | CROSS-OVER"
COLLECTED = """
    USUBJID | AESEQ | AETERM | AEDECOD  | AETOXGR | AESTDTC
    a       | 1     | x      | Rash     | 1       | 2020-03-12
    a       | 2     | x      | Nausea   | 1       | 2020-04-02
    b       | 1     | x      | Rash     | 2       | 2020-03-20
    c       | 1     | x      | Headache | 1       | 2020-03-09
"""


@pytest.mark.parametrize("said", [{"ts": CROSS_OVER}, {"study": "crossover: true\n"}])
def test_a_crossover_as_collected_is_counted_by_the_treatments_of_ex(tmp_path, said):
    """By hand: drug a, b, c and placebo a, b; b's rash began in the washout after placebo; c's headache before."""
    found = tables(package(tmp_path / "s", dm=SEQUENCES, ae=COLLECTED, ex=GIVEN, **said))
    assert found["arm"].select("label", "drug", "dose_mg_per_day", "n_at_risk", "may_overlap").rows() == [
        ("DRUG", "drug", 50.0, 3, True), ("PLACEBO", "placebo", None, 2, True)]  # fmt: skip
    assert counted_in(found) == [("Rash", "drug"), ("Nausea", "placebo"), ("Rash", "placebo"), ("Headache", "drug")]
    assert found["event"]["is_treatment_emergent"].to_list() == [True, True, True, False]
    assert found["document"]["n_safety"].to_list() == [3]


def test_doses_of_one_drug_are_treatments_of_a_crossover_too(tmp_path):
    ex = """USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC    | EXENDTC
            a       | DRUG  | 50     | mg     | QD       | 2020-03-10 | 2020-03-14
            a       | DRUG  | 100    | mg     | QD       | 2020-04-01 | 2020-04-10"""
    found = tables(package(tmp_path / "s", dm=SEQUENCES, ae=COLLECTED, ex=ex, ts=CROSS_OVER))
    assert found["arm"].select("dose_mg_per_day", "n_at_risk").rows() == [(100.0, 1), (50.0, 1)]


def test_a_sequence_stays_an_arm_where_two_treatments_were_given_at_one_time(tmp_path):
    ex = GIVEN.replace("2020-03-14", "2020-04-05")
    found = tables(package(tmp_path / "s", dm=SEQUENCES, ae=COLLECTED, ex=ex, ts=CROSS_OVER))
    assert found["arm"].select("label", "n_at_risk").rows() == [("Drug-Placebo", 2), ("Placebo-Drug", 1)]
    assert "each sequence of DM is counted as one arm" in found["document"]["note"][0]


def test_a_sequence_stays_an_arm_where_nothing_says_that_the_study_is_a_crossover(tmp_path):
    found = tables(package(tmp_path / "s", dm=SEQUENCES, ae=COLLECTED, ex=GIVEN))
    assert found["arm"]["label"].to_list() == ["Drug-Placebo", "Placebo-Drug"]


def test_an_event_of_a_crossover_without_treatment_opens_the_upper_bound(tmp_path):
    rows = "USUBJID | TRTA | AETERM | TRTEMFL\n a | Drug | x | Y\n a |  | y | Y\n a |  | before | N"
    found = crossover(tmp_path / "s", rows)
    assert found["event"]["is_treatment_emergent"].to_list() == [True, None, False]
    assert "1 events do not say under which of several treatments" in found["source_table"]["note"][0]


@pytest.mark.parametrize(
    "rows", ["USUBJID | AETERM | TRTEMFL\n a | x | Y", "USUBJID | AETERM | TRTA\n a | x |\n c | x | ?"]
)
def test_a_crossover_whose_events_never_name_their_treatment_is_refused(tmp_path, rows):
    found = crossover(tmp_path / "s", rows)
    assert found["document"].is_empty()
    row = found["refusal"].row(0, named=True)
    assert (row["rule"], row["source_file"]) == ("events_name_their_treatment", "adae.csv")
    assert "add TRTA as written in ADSL, or APERIOD" in row["explanation"]


def test_a_period_without_a_number_settles_nothing(tmp_path):
    rows = "USUBJID | APERIOD | AETERM | TRTEMFL\n a | 1 | x | Y\n a | last | y | Y"
    assert crossover(tmp_path / "s", rows)["event"]["is_treatment_emergent"].to_list() == [True, None]


def test_an_arms_own_name_for_its_treatment_is_no_other_treatment(tmp_path):
    """TRTA and pooled groups (TRT01AG1) may word an arm otherwise than the actual arm of DM."""
    rows = "USUBJID | TRTA | AETERM | TRTEMFL\n a | Drug pooled | x | Y\n b | Pbo | y | Y"
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert (found["event"]["is_treatment_emergent"].to_list(), rules(found)) == ([True, True], [])


def test_a_second_name_beside_the_arms_own_is_not_known_to_be_its_treatment(tmp_path):
    rows = "USUBJID | TRTA | AETERM | TRTEMFL\n a | Drug 20 mg BID | x | Y\n a | Open label | y | Y"
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=rows))
    assert found["event"]["is_treatment_emergent"].to_list() == [True, None]
