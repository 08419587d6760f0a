"""Whose drug an arm took, and which arm holds another."""

import pytest

from safety_pipeline.ingest.literature.arm_drugs import drug_of_arm, drugs_in

NAMES = [
    ("Alfatinib 10 mg daily", ["alfatinib"]),
    ("Betalimus 800 mg", ["betalimus"]),
    ("Placebo", ["placebo"]),
    ("Placebo group", ["placebo"]),
    ("Gammamab group", ["gammamab"]),
    ("Docetaxel", ["docetaxel"]),
    ("Deltapanib", ["deltapanib"]),
    ("Epsixaban plus zetaclax", ["epsixaban", "zetaclax"]),
    ("Alfatinib 10 mg + docetaxel 75 mg/m2", ["alfatinib", "docetaxel"]),
    ("Japanese patients alfatinib 10 mg", ["alfatinib"]),
    ("400 mg", []),
    ("Low dose 400 mg", []),
    ("Arm A", []),
    ("Treatment group", []),
    ("Control group", []),
    ("High-dose arm", []),
]


@pytest.mark.parametrize(("label", "drugs"), NAMES)
def test_the_drugs_that_the_name_of_an_arm_says(label, drugs):
    assert drugs_in(label) == drugs


@pytest.mark.parametrize(
    ("label", "drug"),
    [
        ("400 mg", "alfatinib"),
        ("Arm B", "alfatinib"),
        ("Alfatinib plus docetaxel", "alfatinib"),
        ("Betalimus 800 mg", "betalimus"),
        ("Placebo", "placebo"),
        ("Control", None),
        ("Best supportive care", None),
        ("Observation", None),
    ],
)
def test_an_arm_without_a_drug_of_its_own_takes_that_of_the_document_unless_its_name_says_another(label, drug):
    assert drug_of_arm(label, "alfatinib") == drug


BESIDE = [
    ("Interferon alfa", None), ("Hydroxyurea", None), ("Prednisone alone", None), ("Investigator's choice", None),
    ("40 mg", "alfatinib"), ("Arm B", "alfatinib"), ("High dose", "alfatinib"),
    ("Cohort 2, 40 mg twice daily", "alfatinib"),
    ("Japanese patients", "alfatinib"), ("Elderly", "alfatinib"), ("Docetaxel", "docetaxel"), ("Total", "alfatinib"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "drug"), BESIDE)
def test_an_arm_called_by_other_words_beside_one_called_by_the_drug_did_not_take_it(label, drug):
    assert drug_of_arm(label, "alfatinib", ["Alfatinib 20 mg", label]) == drug


def test_names_that_say_no_drug_at_all_leave_all_arms_to_the_document():
    labels = ["Early start", "Delayed start"]
    assert [drug_of_arm(each, "alfatinib", labels) for each in labels] == ["alfatinib", "alfatinib"]


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("Overall population", "Japanese patients"),
        ("All patients", "Elderly patients"),
        ("Treated", "Women aged under 40"),
    ],
)
def test_a_smaller_group_of_the_same_treatment_is_part_of_the_whole(drafted, whole, part):
    header = f"Event,{whole} alfatinib 10 mg (N=300) n (%),{part} alfatinib 10 mg (N=30) n (%)"
    understood, draft = drafted(f"{header}\nRash,45 (15.0),4 (13.3)\n", "t.csv")
    assert [arm.subset_of for arm in understood.arms] == [None, draft["arms"][0]["id"]]


@pytest.mark.parametrize(
    "names", ["Cohort 1 alfatinib 10 mg (N=30),Cohort 2 alfatinib 10 mg (N=40)", "10 mg (N=30),20 mg (N=40)"]
)
def test_two_groups_of_their_own_are_no_parts(drafted, names):
    understood, _ = drafted(f"Event,{names}\nRash,4 (13.3),4 (10.0)\n", "t.csv")
    assert [arm.subset_of for arm in understood.arms] == [None, None]
