"""Studies with several treatments a subject: a subject is in the arm of the first, with what happened under it."""

import pytest
from packages import ADSL, package, tables


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


def test_events_of_a_later_treatment_are_not_the_first_arms(tmp_path):
    rows = """USUBJID | TRTA    | AEDECOD  | ATOXGR | TRTEMFL
              a       | Drug    | Nausea   | 1      | Y
              a       | Placebo | Vomiting | 1      | Y
              b       | Drug    | Fatigue  | 1      | Y
              c       | Placebo | Headache | 1      | Y"""
    found = crossover(tmp_path / "s", rows)
    assert found["event"]["term_as_reported"].to_list() == ["Nausea", "Headache"]
    assert found["refusal"].select("row_number", "rule").rows() == [
        (2, "event_is_of_a_later_treatment"), (3, "event_is_of_a_later_treatment")]  # fmt: skip
    assert found["source_table"]["complete_from_grade"].to_list() == [1]
    said = {row["label"]: row["analysis_population"] for row in found["arm"].to_dicts()}
    assert said["Placebo"].endswith("; first treatment only: 1 of them went on to another")


def test_exposure_of_a_crossover_ends_with_the_first_treatment(tmp_path):
    rows = "USUBJID | TRTA | AETERM | TRTEMFL\n a | Drug | x | Y"
    subjects = crossover(tmp_path / "s", rows)["subject"].sort("subject_id")
    assert subjects["exposure_days"].to_list() == [5.0, None, 21.0]


@pytest.mark.parametrize(("first", "second"), [("1", "2"), ("1.0", "2.0"), ("Period 1", "Period 2.0")])
def test_the_period_tells_events_of_a_later_treatment_where_no_treatment_does(tmp_path, first, second):
    """Subject c had the same treatment in both periods."""
    rows = f"USUBJID | APERIOD | AETERM | TRTEMFL\n a | {first} | x | Y\n a | {second} | y | Y\n c | {second} | z | Y"
    found = crossover(tmp_path / "s", rows)
    assert found["event"]["verbatim"].to_list() == ["x", "z"]
    assert rules(found) == ["event_is_of_a_later_treatment"]


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
