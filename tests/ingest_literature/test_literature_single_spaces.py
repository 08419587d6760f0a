"""Copied text whose cells stand one space apart: names are told from each other only by what proves it."""

import polars as pl
import pytest
from literature_reading import asked


@pytest.fixture
def counted(read_draft):
    """Line, arm and number of each count of a text, and the rules of its refusals."""

    def read(text):
        cell, rules = read_draft(text, "t.txt")
        rows = cell.filter(pl.col("n_affected_lower").is_not_null())
        return rows.select("row_label", pl.col("arm_id").str.strip_prefix("T."), "n_affected_lower").rows(), rules

    return read


@pytest.fixture
def arms(drafted):
    """The arm of each column as the draft gives it, and the labels with the patients of all arms."""

    def read(text):
        understood, draft = drafted(text, "t.txt")
        columns = [column["arm"] for column in draft["tables"][0]["columns"] if column["role"] in {"arm", "total"}]
        return columns, {arm.label: arm.n_at_risk for arm in understood.arms}

    return read


def test_the_name_of_an_arm_may_hold_brackets_of_its_own(counted):
    head = "Event Low dose (oral) (n = 20) High dose (n = 25) Usual care (best choice) (n = 40)"
    found, rules = counted(f"Events, n (%)\n\n{head}\nRash 5 (25) 2 (8) 3 (8)\nItching 1 (5) 0 4 (10)\n")
    assert found == [
        ("Rash", "low_dose_oral", 5), ("Rash", "high_dose", 2), ("Rash", "usual_care_best_choice", 3),
        ("Itching", "low_dose_oral", 1), ("Itching", "high_dose", 0), ("Itching", "usual_care_best_choice", 4),
    ]  # fmt: skip
    assert rules == []


def test_patients_below_the_names_of_their_groups_belong_to_them_in_order(counted):
    text = "Events of the TAX and EPI arms\n\nTAX EPI\nN = 20 n = 25 p\nRash 5 (25%) 2 (8%) 0.11\nItching 0 1 (4%) -\n"
    found, rules = counted(text)
    assert found == [("Rash", "tax", 5), ("Rash", "epi", 2), ("Itching", "tax", 0), ("Itching", "epi", 1)]
    assert rules == []


@pytest.mark.parametrize(("names", "expected"), [
    ("Arm A Arm B", {"Arm A": 20, "Arm B": 25}),
    ("Adverse events Low dose High dose", {"Low dose": 20, "High dose": 25}),
    ("Toxicity 400 mg 600 mg", {"400 mg": 20, "600 mg": 25}),
    ("Sunitinib Placebo", {"Sunitinib": 20, "Placebo": 25}),
])  # fmt: skip
def test_names_of_several_words_are_parted_where_they_begin_or_end_alike(arms, names, expected):
    assert arms(f"Toxic effects\n\n{names}\n(n = 20) (n = 25)\nRash 5 (25) 2 (8)\n")[1] == expected


@pytest.mark.parametrize("line", [
    "Safety population",  # as many words as groups, and no name of any
    "NCI CTC",
    "Standard care Intensified treatment",  # parts unlike each other: the border may be anywhere
    "Drug one Drug Drug two",
])  # fmt: skip
def test_words_that_nothing_shows_to_be_arms_name_none(arms, line):
    columns, found = arms(f"Toxic effects by NCI CTC\n\n{line}\nN = 20 N = 25\nRash 5 (25) 2 (8)\n")
    assert columns == [None, None]
    assert list(found) == ["all patients"]


def test_a_unit_behind_each_name_parts_the_names(counted, drafted):
    text = "Grade 3-4 events\n\nSide effect Group A, n (%) Group B, n (%) P value\nRash 5 (25.0) 2 (8.0) 0.11\n"
    understood, draft = drafted(text, "t.txt")
    assert [column["role"] for column in draft["tables"][0]["columns"]] == ["arm", "arm", "ignore"]
    assert [arm.label for arm in understood.arms] == ["Group A", "Group B"]
    assert "arms[0].n_at_risk" in asked(understood)


def test_names_without_anything_behind_them_are_parted_where_they_are_known(arms):
    text = "Toxic effects (N = 20 each)\n\nAdverse event Axitinib Placebo Sorafenib\nRash 5 (25) 2 (10) 0\n"
    assert arms(text)[0] == ["axitinib", "placebo", "sorafenib"]


def test_names_without_anything_behind_them_are_asked_for_where_they_are_not_known(arms):
    assert arms("Toxic effects\n\nAdverse event Walking Resting\nRash 5 (25) 2 (10)\n")[0] == [None, None]


def test_the_words_of_one_column_are_not_those_of_the_next_where_the_numbers_are_too_few(arms):
    text = "Toxic effects\n\nEvent Low dose (n = 20) High dose (n = 25)\nRash 5 (25) 2 (8) 7 (16)\n"
    assert arms(text)[0] == [None, None, None]


def test_a_line_whose_percentages_are_those_of_the_other_group_is_refused(counted):
    text = "Toxic effects\n\nArm A Arm B\nN = 20 N = 25\nRash 5 (25) 2 (8)\nItching 2 (8) 5 (25)\n"
    found, rules = counted(text)
    assert found == [("Rash", "arm_a", 5), ("Rash", "arm_b", 2)]
    assert rules == ["values_have_one_place"]


def test_grades_that_no_two_groups_share_are_given_to_none(drafted):
    head = "Event Arm A (n = 20) Arm B (n = 25)\nGrade 1 Grade 2 Grade 3 Grade 4"
    understood, draft = drafted(f"Toxic effects\n\n{head}\nRash 5 3 2 1\n", "t.txt")
    assert [column["grades"] for column in draft["tables"][0]["columns"]] == [None] * 4
    assert sum(".grades" in key or ".arm" in key for key in asked(understood)) >= 4


def test_grades_over_arms_that_repeat_below_them_reach_over_all_arms(drafted):
    head = "Grade 3 Grade 4\nEvent Arm 1 (n = 50) Arm 2 (n = 40) Arm 1 (n = 50) Arm 2 (n = 40)"
    _, draft = drafted(f"Toxic effects by arm\n\n{head}\nAnemia 5 (10) 2 (5) 1 (2) 0\n", "t.txt")
    assert [(column["arm"], column["grades"]) for column in draft["tables"][0]["columns"]] == [
        ("arm_1", "3"), ("arm_2", "3"), ("arm_1", "4"), ("arm_2", "4"),
    ]  # fmt: skip
