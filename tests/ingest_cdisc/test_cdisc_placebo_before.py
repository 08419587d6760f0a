"""Placebo before or after a drug: run-ins that everybody had, and arms that are sequences."""

import pytest
from packages import package, tables

ARMS = """
    STUDYID | USUBJID | ARM        | ACTARM     | RFXSTDTC
    S       | a       | Drug 20 mg | Drug 20 mg | 2021-01-01
    S       | b       | Drug 40 mg | Drug 40 mg | 2021-01-01
"""
RUN_IN = """
    USUBJID | EXTRT   | EXDOSE | EXSTDTC
    a       | PLACEBO | 0      | 2021-01-01
    a       | DRUG    | 20     | 2021-01-15
    b       | PLACEBO | 0      | 2021-01-01
    b       | DRUG    | 40     | 2021-01-15
"""
ONE_DELAYED_START = RUN_IN.replace("    b       | PLACEBO | 0      | 2021-01-01\n", "").replace(
    "40     | 2021-01-15", "40     | 2021-01-01"
)


@pytest.mark.parametrize(
    ("exposure", "began", "is_emergent"),
    [
        (RUN_IN, "2020-12-31", False),
        # Under the placebo of everybody: under no arm's treatment, and not before all treatment either.
        (RUN_IN, "2021-01-05", None),
        (RUN_IN, "2021-01-15", True),
        (RUN_IN, "2021-01", None),
        # Only some began with placebo, so it is part of what their arm was given.
        (ONE_DELAYED_START, "2021-01-05", True),
    ],
)
def test_an_event_of_a_placebo_run_in_is_not_known_to_be_of_the_arm(tmp_path, exposure, began, is_emergent):
    events = f"USUBJID | AETERM | AESTDTC\n a | rash | {began}"
    found = tables(package(tmp_path / "s", dm=ARMS, ae=events, ex=exposure))
    assert found["event"]["is_treatment_emergent"].to_list() == [is_emergent]


@pytest.mark.parametrize(
    ("first", "second", "drugs"),
    [
        ("Alfatinib 20 mg QD - Placebo", "Placebo - Alfatinib 20 mg QD", [None, None]),
        ("AB: Alfatinib 20 mg QD -> Placebo", "BA: Placebo -> Alfatinib 20 mg QD", [None, None]),
        ("Alfatinib 20 mg QD", "Placebo", ["alfatinib", "placebo"]),
        ("Alfatinib 20 mg QD - fasted", "Alfatinib 20 mg QD - fed", ["alfatinib", "alfatinib"]),
    ],
)
def test_arms_with_the_same_treatments_in_another_order_have_no_one_drug_or_dose(tmp_path, first, second, drugs):
    subjects = f"STUDYID | USUBJID | ARM | ACTARM | RFXSTDTC\n S | a | {first} | {first} | 2021-01-01\n S | b | {second} | {second} | 2021-01-01"  # noqa: E501
    found = tables(package(tmp_path / "s", dm=subjects, ae="USUBJID | AETERM | AESTDTC\n a | rash | 2021-01-05"))
    by_label = {row["label"]: row["drug"] for row in found["arm"].to_dicts()}
    assert [by_label[first], by_label[second]] == drugs
