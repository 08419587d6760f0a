# ruff: noqa: E501 - tables stand in lines
"""Headers and labels that print less than they mean, each as articles have it, with invented numbers."""

import pytest

from safety_pipeline.ingest.literature.arm_drugs import drug_of_arm

PLACEBOS = [
    ("Placebo, men", "placebo"), ("Men, placebo", "placebo"), ("Placebo, <65 years", "placebo"), ("Arm B: placebo", "placebo"),
    ("0 mg (placebo)", "placebo"), ("Pooled placebo", "placebo"), ("Placebo (n/N, %)", "placebo"), ("Placebo b.i.d.", "placebo"),
    ("Alfatinib-matched placebo", "placebo"), ("Placebo to match alfatinib 50 mg", "placebo"), ("Alfatinib placebo", "placebo"),
    ("Alfatinib plus placebo", "alfatinib"), ("Placebo, then alfatinib 50 mg", "alfatinib"),
    # What was taken beside a placebo, or after it, is not said.
    ("Placebo plus chemotherapy", None), ("Placebo, open-label extension", None), ("PBO", None), ("Normal saline", None),
]  # fmt: skip


@pytest.mark.parametrize(("label", "drug"), PLACEBOS)
def test_an_arm_that_is_called_placebo_never_takes_the_drug_of_the_document(label, drug):
    assert drug_of_arm(label, "alfatinib") == drug


@pytest.mark.parametrize(
    ("header", "grades"),
    [
        ("Any,3,4", ["any", "3", "4"]),
        ("3,4,5", ["3", "4", "5"]),
        ("Any,1,2", ["any", "1", "2"]),
        # "All" is said of cohorts too, and these are numbered from 1 on.
        ("All,1,2", ["any", None, None]),
    ],
)
def test_bare_numbers_are_grades_beside_any_or_where_they_do_not_begin_at_one(drafted, header, grades):
    understood, _ = drafted(f"Toxicity,{header}\nRash,9,2,0\nEdema,8,1,1\n", "t.csv")
    assert [column.grades for column in understood.columns[1:]] == grades


@pytest.mark.parametrize(
    ("name", "n", "is_aggregate"),
    [("Pooled", 162, True), ("All doses", 162, True), ("Alfatinib combined", 162, True), ("Pooled", 150, False), ("300 mg", 162, False)],
)  # fmt: skip
def test_an_arm_called_like_several_of_which_it_has_the_patients_is_never_added_to_them(drafted, name, n, is_aggregate):
    header = f"Event,Alfatinib 100 mg (N=80),Alfatinib 200 mg (N=82),{name} (N={n}),Placebo (N=79)"
    _, draft = drafted(f"{header}\nRash,8,12,20,3\n", "t.csv")
    assert draft["arms"][2].get("is_aggregate", False) == is_aggregate


@pytest.mark.parametrize(
    ("names", "may_overlap"),
    [
        (["Before reduction 800 mg", "After reduction 400 mg"], [False, True]),
        (["Alfatinib, induction", "Alfatinib, maintenance"], [False, True]),
        (["Alfatinib 50 mg", "Placebo", "Open-label extension alfatinib 50 mg"], [False, False, True]),
        (["Observation", "Maintenance"], [False, False]),
        (["Induction", "Maintenance"], [False, True]),
        (["Open-label alfatinib 50 mg", "Open-label alfatinib 80 mg"], [False, False]),
    ],
)
def test_an_arm_of_a_later_stretch_of_time_may_hold_patients_of_an_earlier_one(drafted, names, may_overlap):
    header = ",".join(f'"{name} (N={40 + at})"' for at, name in enumerate(names))
    _, draft = drafted(f"Event,{header}\nRash,{','.join('9' for _ in names)}\n", "t.csv")
    assert [arm.get("may_overlap", False) for arm in draft["arms"]] == may_overlap


def test_the_only_arm_in_a_line_of_its_own_over_the_grades_is_no_caption(drafted):
    understood, _ = drafted(
        "Table 2. Adverse events,,\n,Alfatinib 150 mg q.d. (N=98),\n,All,3-4\nRash,30 (31),2 (2)\n", "t.csv"
    )
    assert [(arm.label, arm.n_at_risk, arm.dose_mg_per_day) for arm in understood.arms] == [("Alfatinib 150 mg q.d.", 98, 150)]  # fmt: skip


def test_a_column_of_arms_is_one_where_nothing_stands_over_the_events(counted):
    found, _ = counted(",Arm,Gr 1-2,Gr 3-4\nRash,Low (n=21),6,1\n,High (n=20),8,3\n", "t.csv")
    assert [row[1:] for row in found] == [("Rash", "1-2", 6, 21), ("Rash", "3-4", 1, 21), ("Rash", "1-2", 8, 20), ("Rash", "3-4", 3, 20)]  # fmt: skip


def test_events_beside_patients_are_no_second_column_of_labels(counted):
    table = 'System organ class / preferred term,A (N=88),,B (N=90),\n,Patients n (%),Events,Patients n (%),Events\n"Rash, any grade",12 (13.6),15,14 (15.6),20\n'
    found, _ = counted(table, "t.csv")
    assert [row[:2] + row[3:] for row in found if row[3] is not None] == [("a", "Rash", 12, 88), ("b", "Rash", 14, 90)]


@pytest.mark.parametrize("header", ["E/100 PY", "EAIR", "n/100 PYE", "Events per patient per year", "Rate"])
def test_a_rate_beside_the_counts_of_an_arm_is_no_arm(drafted, header):
    understood, _ = drafted(
        f'Event,"A (N=80; 64.2 PY)",\n,n (%),{header}\nRash,8 (10.0),17\nEdema,2 (2.5),4\n', "t.csv"
    )
    assert [(arm.label, arm.n_at_risk) for arm in understood.arms] == [("A", 80)]
    assert [column.role for column in understood.columns] == ["label", "count", "ignore"]


def test_whole_numbers_beside_decimals_are_percentages_where_the_caption_says_so(drafted):
    understood, _ = drafted(
        '"Patients with events, %",,\nEvent,A (N=200),B (N=199)\nRash,8.5,4\nEdema,0.5,<1\n', "t.csv"
    )
    assert [column.content for column in understood.columns[1:]] == ["%", "%"]


@pytest.mark.parametrize(
    "words",
    [
        "in at least 5% of the alfatinib group and at twice the rate of placebo",
        "in ≥5% of patients and at least twice that of placebo",
        "in ≥5% with a between-group difference of ≥2%",
        "in ≥10% any grade and ≥5% grade 3-4",
        "that occurred in >10% of patients and were of grade 3 or higher",
        "in ≥5% of patients in the active group",
        "in ≥10% of patients during cycle 1",
    ],
)
def test_a_percentage_with_one_more_condition_is_no_threshold(drafted, words):
    understood, _ = drafted(f"Adverse events {words},,\nEvent,A (N=120),B (N=118)\nRash,22,14\n", "t.csv")
    assert understood.threshold is None
    assert understood.conditional_threshold is not None


@pytest.mark.parametrize(
    "words", ["Selected adverse events (≥5%)", "Adverse events of special interest in ≥5% of patients"]
)
def test_a_percentage_for_a_choice_of_events_says_nothing_of_the_others(drafted, words):
    understood, _ = drafted(f"{words},,\nEvent,A (N=120),B (N=118)\nRash,22,14\n", "t.csv")
    assert understood.threshold is None


@pytest.mark.parametrize(
    ("lines", "terms"),
    [
        (["Oedema,,", "  Overall,20,6", "  Peripheral,15,4"], ["Oedema", "Peripheral"]),
        (["Rash,,", "  Pustular,3,1", "  Total,11,3"], ["Pustular", "Rash"]),
        (["Rash,,", "  Pustular,3,1", "Total,50,30"], ["Pustular", "Total"]),
        # Without indents the last total may be that of the section or of the table.
        (["Rash,,", "Pustular,3,1", "Total,50,30"], ["Pustular", "unspecified"]),
        (["All adverse events,,", "  Any,60,50"], ["Any"]),
        (["Any,60,50", "Rash,9,2"], ["Any", "Rash"]),
    ],
)
def test_any_or_total_in_a_section_is_of_the_section(read_draft, lines, terms):
    cells, _ = read_draft("Event,A (n=71),B (n=70)\n" + "\n".join(lines) + "\n", "t.csv")
    assert list(dict.fromkeys(cells["term_as_reported"])) == terms


def test_rows_below_a_heading_over_grades_are_no_parts_of_the_section_before_it(read_draft):
    cells, _ = read_draft("Event,A (n=71)\nOedema,\n  Peripheral,15\nHaemorrhage,\n  Any,9\n  Other,4\n", "t.csv")
    parents = dict(zip(cells["row_label"], cells["parent_row_label"], strict=True))
    assert (parents["Peripheral"], parents["Other"]) == ("Oedema", None)


@pytest.mark.parametrize(
    ("cells", "role"),
    [("10/14 5/9", "ignore"), ("10/40 5/22", "count"), ("10/38 5/38", "count")],
)
def test_a_second_number_that_is_never_the_patients_of_the_header_is_no_denominator(drafted, cells, role):
    rash, edema = cells.split()
    understood, _ = drafted(f"Event,A (n=40),B\nRash,{rash},3\nEdema,{edema},2\n", "t.csv")
    assert [column.role for column in understood.columns] == ["label", role, "count"]


def test_names_over_groups_reach_as_far_beside_a_column_of_grades(drafted):
    table = "Table 2. Events,,,,,\n,,100 mg/day,,200 mg/day,\nEvent,Grade,M (N=20),F (N=22),M (N=19),F (N=24)\nRash,All,3,5,4,9\n,≥3,0,1,0,2\n"
    understood, _ = drafted(table, "t.csv")
    assert [(arm.label, arm.n_at_risk) for arm in understood.arms] == [
        ("100 mg/day, M", 20), ("100 mg/day, F", 22), ("200 mg/day, M", 19), ("200 mg/day, F", 24),
    ]  # fmt: skip


def test_columns_of_unrelated_events_are_not_counted(drafted):
    header = "Event,Alfatinib 100 mg (n=50),,,\n,Related Gr 1-2,Related Gr 3-4,Unrelated Gr 1-2,Unrelated Gr 3-4"
    understood, _ = drafted(f"{header}\nRash,9,1,3,0\n", "t.csv")
    assert [(column.role, column.attribution) for column in understood.columns[1:]] == [
        ("count", "related"), ("count", "related"), ("ignore", None), ("ignore", None),
    ]  # fmt: skip


def test_what_the_events_of_a_column_led_to_stands_in_its_header_and_is_no_arm(drafted):
    caption = "Table 2. Adverse events leading to dose reduction or discontinuation,,"
    header = "Event,Dose reduction: Alfatinib 100 mg (n=50),Discontinuation: Alfatinib 100 mg (n=50)"
    understood, _ = drafted(f"{caption}\n{header}\nRash,4,1\n", "t.csv")
    assert [column.outcome for column in understood.columns[1:]] == ["dose_change", "discontinuation"]
    assert [(arm.label, arm.n_at_risk) for arm in understood.arms] == [("Alfatinib 100 mg", 50)]


def test_a_column_of_severe_events_is_asked_for_its_own_grades(drafted):
    understood, _ = drafted("Event,A (n=50),,B (n=48),\n,Any,Severe,Any,Severe\nRash,10,1,4,0\n", "t.csv")
    keys = [each.key for each in understood.questions if each.key.endswith("grades")]
    assert keys == ["tables[0].columns[1].grades", "tables[0].columns[3].grades"]
