# ruff: noqa: E501 - tables stand as they are printed
"""What the headers of columns say: grades, arms, visits, units, outcomes."""

import polars as pl
import pytest

from safety_pipeline.ingest.literature.layout.columns.other_columns import AT_A_VISIT

AT_LEAST_3 = [
    "≥ grade 3", ">= Grade 3", "at least grade 3", "Grade 3 or worse", "grade III or higher", "Grade 3 and above", "Grade ≥3",
    "> grade 2", "greater than or equal to grade 3", "Gr. 3 or more severe", "not less than grade 3", "Grade 3+",
]  # fmt: skip


@pytest.mark.parametrize("words", AT_LEAST_3)
def test_at_least_grade_3_holds_grades_4_and_5(drafted, words):
    header, _ = drafted(f'Event,"Low (n=30) {words} (%)","High (n=31) {words} (%)"\nRash,3.3,6.5\n', "t.csv")
    caption, _ = drafted(
        f'"Table 1. Toxicities {words}",,\nEvent,Low (n=30) n (%),High (n=31) n (%)\nRash,1 (3.3),2 (6.5)\n', "t.csv"
    )
    label, _ = drafted(f'Event,Low (n=30) n (%),High (n=31) n (%)\n"Rash, {words}",1 (3.3),2 (6.5)\n', "t.csv")
    assert [(column.arm, column.grades) for column in header.columns[1:]] == [("Low", ">=3"), ("High", ">=3")]
    assert caption.grades == ">=3"
    assert [(row.term, row.grades) for row in label.rows] == [("Rash", ">=3")]


@pytest.mark.parametrize(
    ("words", "band"),
    [
        ("Grade 3", "3"),
        ("Grade 3 or 4", "3-4"),
        ("Grade 3 or grade 4", "3-4"),
        ("up to grade 2", "1-2"),
        ("G1-2", "1-2"),
    ],
)
def test_other_grades_stay_what_they_are(drafted, words, band):
    understood, _ = drafted(f"Event,Low (n=30) {words} n (%)\nRash,1 (3.3)\n", "t.csv")
    assert [(column.arm, column.grades) for column in understood.columns[1:]] == [("Low", band)]


def test_five_grams_three_times_daily_is_no_grade(drafted):
    understood, _ = drafted("Event,Drug 5 g 3 times daily (n=30) n (%)\nRash,1 (3.3)\n", "t.csv")
    assert [(column.arm, column.grades) for column in understood.columns[1:]] == [("Drug 5 g 3 times daily", None)]


@pytest.mark.parametrize(
    "header",
    [
        "Event,Arm A G1-2,Arm A G3-4,Arm B G1-2,Arm B G3-4",
        "Toxicity,Arm A any,Arm A G3-4,Arm B any,Arm B G3-4",
        "Event,Arm A (n=40) any,Arm A G3-4,Arm B (n=42) any,Arm B G3-4",
    ],
)
def test_a_grade_beside_the_name_of_an_arm_makes_no_arm(drafted, header):
    understood, _ = drafted(f"{header}\nRash,9,1,8,2\n", "t.csv")
    assert [arm.label for arm in understood.arms] == ["Arm A", "Arm B"]


def test_all_aes_beside_grades_is_any_grade_and_no_attribution(drafted):
    understood, _ = drafted(
        "Event,Low (n=40),,High (n=42),\n,All AEs,Grade 3 or Grade 4 AEs,All AEs,Grade 3 or Grade 4 AEs\nRash,9,1,8,2\n",
        "t.csv",
    )
    assert [(c.arm, c.grades, c.attribution) for c in understood.columns[1:3]] == [
        ("Low", "any", None),
        ("Low", "3-4", None),
    ]


@pytest.mark.parametrize("grades", ["I,II,III,IV", "1,2,3,4"])
def test_grades_above_the_arms_belong_to_the_arm_below(read_draft, grades):
    cell, _ = read_draft(
        f"CTC grade,{grades},{grades}\n,10 mg (n=31),,,,20 mg (n=33),,,\nRash,4,3,2,1,8,7,6,5\n", "t.csv"
    )
    counts = cell.select("arm_id", "grade_band_as_reported", "n_affected_lower", "n_at_risk").rows()
    assert counts == [
        *(("T.10_mg", grade, n, 31) for grade, n in zip("1234", (4, 3, 2, 1), strict=True)),
        *(("T.20_mg", grade, n, 33) for grade, n in zip("1234", (8, 7, 6, 5), strict=True)),
    ]


@pytest.mark.parametrize("heading", ["Rash,,", "Rash,13,19"])
def test_bare_roman_numerals_below_an_event_are_its_grades(drafted, heading):
    understood, _ = drafted(f"Event,Arm A (n=40),Arm B (n=42)\n{heading}\n  I,10,12\n  II,2,5\n  IV,1,2\n", "t.csv")
    assert [row.grades for row in understood.rows[1:]] == ["1", "2", "4"]


def test_lines_of_grades_below_arms_count_the_event_of_the_caption(read_draft):
    table = "Table 2. Neuropathy according to CTCAE grade,,\nGrade,Drug 10 mg,Drug 20 mg\nN,22,24\n0,10 (45),8 (33)\n1,9 (41),10 (42)\n2,3 (14),6 (25)\n"
    cell, rules = read_draft(table, "t.csv")
    assert cell.select(
        "term_as_reported", "arm_id", "grade_band_as_reported", "n_affected_lower", "n_at_risk"
    ).rows() == [
        ("Neuropathy", "T.drug_10_mg", "1", 9, 22),
        ("Neuropathy", "T.drug_20_mg", "1", 10, 24),
        ("Neuropathy", "T.drug_10_mg", "2", 3, 22),
        ("Neuropathy", "T.drug_20_mg", "2", 6, 24),
    ]
    assert set(rules) == {"row_is_an_event"}  # the patients, and those without the event


def test_events_under_the_word_group_are_no_arms(drafted):
    understood, _ = drafted(
        "Group,Alfatinib group,Betamab group,χ2,P\nCough,6,2,3.2,0.07\nRash,4,1,1.9,0.17\n", "t.csv"
    )
    assert [arm.label for arm in understood.arms] == ["Alfatinib group", "Betamab group"]
    assert [column.role for column in understood.columns] == ["label", "count", "count", "ignore", "ignore"]


@pytest.mark.parametrize("statistic", ["χ<sup>2</sup>", "χ²", "χ2", "chi-square", "t", "P value", "χ"])
def test_a_test_statistic_is_no_arm(drafted, statistic):
    understood, _ = drafted(
        f"<table><thead><tr><th>Event</th><th>10 mg (n=9)</th><th>20 mg (n=9)</th><th>{statistic}</th></tr></thead><tr><td>Rash</td><td>3</td><td>1</td><td>1.2</td></tr></table>"
    )
    assert [arm.label for arm in understood.arms] == ["10 mg", "20 mg"]


def test_a_header_that_spans_too_many_lines_ends_with_the_header(counted):
    page = "<table><thead><tr><th rowspan='4'>Event</th><th rowspan='4'>10 mg (n=30)</th></tr></thead><tbody><tr><td>Rash</td><td>3 (10)</td></tr><tr><td>Cough</td><td>6 (20)</td></tr></tbody></table>"
    assert (
        counted(page)[0] == [("10_mg", "Rash", None, 3, 30), ("10_mg", "Cough", None, 6, 30)]
        or counted(page)[1] == ["cell_is_described"] * 2
    )


@pytest.mark.parametrize(
    "visits",
    [
        "Baseline,Week 4,Week 24",
        "Cycle 1,Cycle 2,Cycle 3",
        "Month 3,Month 6,Month 12",
        "Day 1,Day 8,Day 15",
        "0-6 months,6-12 months,>12 months",
        "< 1 year,1-2 years,More than 2 years",
    ],
)
def test_visits_of_the_same_patients_are_no_arms(drafted_or_refused, visits):
    understood = drafted_or_refused(f"Event,{visits}\nRash,2 (3),10 (14),18 (25)\n", "t.csv")
    assert understood.refusal.rule == "table_has_counts"
    assert "one visit or period of the same patients" in understood.refusal.explanation


def test_ages_of_patients_are_no_visits(drafted):
    understood, _ = drafted("Event,<65 years (N=40),≥65 years (N=20)\nRash,2 (5.0),10 (50.0)\n", "t.csv")
    assert [column.role for column in understood.columns] == ["label", "count", "count"]


@pytest.mark.parametrize("words", ["Patients treated", "No. of patients", "n"])
def test_a_line_of_sizes_inside_a_header_gives_the_patients_of_its_groups(drafted, words):
    lines = [",400 mg/d,,600 mg/d,", f"{words},73,,74,", "Toxicity,G1-2,G3-4,G1-2,G3-4", "Rash,21,2,28,3"]
    understood, _ = drafted("\n".join(lines), "t.csv")
    assert [(arm.label, arm.n_at_risk) for arm in understood.arms] == [("400 mg/d", 73), ("600 mg/d", 74)]
    assert [(column.arm, column.grades) for column in understood.columns[1:]] == [
        ("400 mg/d", "1-2"), ("400 mg/d", "3-4"), ("600 mg/d", "1-2"), ("600 mg/d", "3-4")
    ]  # fmt: skip


def test_a_dose_in_one_bracket_with_the_patients_keeps_its_bracket(drafted):
    understood, _ = drafted('Event,"Cohort 1 (100 mg; n=3)","Expansion (200 mg; n=20)"\nRash,1,9\n', "t.csv")
    assert [arm.label for arm in understood.arms] == ["Cohort 1 (100 mg)", "Expansion (200 mg)"]


def test_a_last_line_of_sizes_gives_the_patients_of_the_groups(drafted):
    lines = ["Event,50 mg,Placebo", "Rash,22,4", "Edema,30,6", "Total no. of patients,120,118"]
    understood, _ = drafted("\n".join(lines), "t.csv")
    assert [arm.n_at_risk for arm in understood.arms] == [120, 118]


@pytest.mark.parametrize("label, grades", [("Rash G1/2", "1-2"), ("Rash G3", "3"), ("G3 rash", "3"), ("Rash, g4", "4")])
def test_a_g_before_a_number_is_a_grade_of_the_line(drafted, label, grades):
    understood, _ = drafted(f'Event,A (N=120),B (N=118)\n"{label}",22,4\nCough,5,6\n', "t.csv")
    assert [(row.term, row.grades) for row in understood.rows if row.grades] == [
        ("Rash" if label[0] == "R" else "rash", grades)
    ]


def test_a_mean_below_the_header_is_no_name_of_a_column(drafted):
    lines = ["Parameter,A (N=80),B (N=82)", '"Haemoglobin, mean (SD)",11.2 (1.3),11.9 (1.1)', "Rash,12 (15.0),3 (3.7)"]
    understood, _ = drafted("\n".join(lines), "t.csv")
    assert [arm.label for arm in understood.arms] == ["A", "B"]
    assert understood.header_rows == 1


def test_the_unit_behind_the_name_of_an_event_is_no_part_of_it(drafted):
    understood, _ = drafted(
        'Parameter,A (N=80),B (N=82)\n"Rash, n (%)",12 (15.0),3 (3.7)\nCough,8 (10.0),4 (4.9)\n', "t.csv"
    )
    assert [row.term for row in understood.rows if row.role == "event"] == ["Rash", None]


def test_a_difference_between_arms_is_no_arm(drafted):
    header = 'Drug (n=50),Control (n=48),"Difference, % (95% CI)"'
    understood, _ = drafted(f"Event,{header}\nRash,12 (24%),3 (6%),18 (4 to 31)\n", "t.csv")
    assert [column.role for column in understood.columns] == ["label", "count", "count", "ignore"]


def test_visits_behind_the_name_of_one_arm_are_no_arms(drafted):
    header = '"Low (N=90), Week 4","Low (N=90), Week 12","High (N=88), any time"'
    understood, _ = drafted(f"Event,{header}\nRash,18,9,21\n", "t.csv")
    assert [(column.arm, column.reason) for column in understood.columns[1:3]] == [(None, AT_A_VISIT)] * 2
    assert [arm.n_at_risk for arm in understood.arms] == [88]


def test_schedules_that_tell_two_arms_apart_are_no_visits(drafted):
    understood, _ = drafted('Event,"Low (N=90), days 1-14","High (N=88), days 1-21"\nRash,18,9\n', "t.csv")
    assert [arm.n_at_risk for arm in understood.arms] == [90, 88]


@pytest.mark.parametrize(
    "header", ["G3-4/all grades", "All grades/G3-4", "Any grade (grade 3-4)", "Grade ≥3/any grade"]
)
def test_two_counts_in_one_cell_are_not_read_as_n_of_n(drafted_or_refused, header):
    understood = drafted_or_refused(
        f"Event,Low (n=83),High (n=82)\n,{header},{header}\nRash,3/21,4/30\nCough,1/41,2/47\n", "t.csv"
    )
    assert "two counts of different grades in one cell" in understood.refusal.explanation


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        ("20 (24.7) [25],29 (36.7) [44]", "n (%) [E]"),
        ("20 (24.7) 25,29 (36.7) 44", "n (%) E"),
        ("20 (24.7) 25,29 (36.7) 44", "n (%) events"),
    ],
)
def test_patients_with_their_events_beside_them(read_draft, cells, header):
    cell, rules = read_draft(f"Event,10 mg (N=81) {header},20 mg (N=79) {header}\nRash,{cells}\n", "t.csv")
    assert cell.select("n_affected_lower", "n_affected_upper", "n_episodes", "count_unit").rows() == [
        (20, 20, 25, "patients"),
        (29, 29, 44, "patients"),
    ]
    assert rules == []


@pytest.mark.parametrize(
    "value",
    ["22.7 (13.3-34.7)", "22.7 (13.3–34.7)", "22.7 (13.3, 34.7)", "22.7 (95% CI 13.3-34.7)", "22.7% [13.3 to 34.7]"],
)
def test_a_percentage_with_its_interval_gives_the_count_that_fits(read_draft, value):
    cell, _ = read_draft(f'Event,"10 mg (N=66), % (95% CI)"\nRash,"{value}"\n', "t.csv")
    assert cell.select("n_affected_lower", "n_affected_upper").rows() == [(15, 15)]


def test_a_median_with_its_range_is_no_percentage(drafted):
    understood, _ = drafted("Event,10 mg (N=66) n (%),Days\nRash,15 (22.7),8 (2-31)\n", "t.csv")
    assert [column.role for column in understood.columns] == ["label", "count", "ignore"]


@pytest.mark.parametrize(
    "header", ["No. of events (per 100 patient-years)", "Events (per 100 PY)", "Number of AEs (per patient-year)"]
)
def test_events_by_time_are_no_patients(read_draft, header):
    cell, _ = read_draft(
        f"Event,Drug 10 mg (N=100; 100 patient-years),Drug 20 mg (N=90; 91.5 patient-years)\n,{header},{header}\nRash,60 (60),72 (79)\n",
        "t.csv",
    )
    assert cell.select("arm_id", "count_unit", "n_episodes", "n_affected_upper", "percent_printed").rows() == [
        ("T.drug_10_mg", "episodes", 60, None, None),
        ("T.drug_20_mg", "episodes", 72, None, None),
    ]


@pytest.mark.parametrize(
    ("caption", "outcome"),
    [
        ("Table 5. Adverse events with outcome death", "death"),
        ("Reactions with an outcome of death", "death"),
        ("Adverse events leading to discontinuation of treatment", "discontinuation"),
        ("Events resulting in permanent withdrawal", "discontinuation"),
        ("Toxicities requiring dose reduction", "dose_change"),
        ("Adverse events leading to death", "death"),
        ("Adverse events requiring hospitalisation", "hospitalisation"),
        ("Dose-limiting toxicities", "dose_limiting"),
        ("Serious adverse events in two patients or more", "serious"),
        ("Treatment-emergent SAEs", "serious"),
        ("Serious and non-serious adverse events", None),
        ("Nonserious adverse events", None),
        ("Adverse events, including serious adverse events", None),
        ("Adverse events, including those leading to discontinuation", None),
        ("Adverse events", None),
    ],
)
def test_a_caption_says_what_the_events_led_to(read_draft, caption, outcome):
    cell, _ = read_draft(f'"Table 4. {caption}",,\nEvent,10 mg (N=50) n,20 mg (N=51) n\nRash,1,5\n', "t.csv")
    assert cell["outcome"].to_list() == [outcome, outcome]


def test_lines_of_an_overview_say_whom_they_count_and_name_events_of_any_kind(read_draft):
    lines = {
        "Any adverse event": (None, "all_causality"),
        "Drug-related adverse events": (None, "related"),
        "Patients with serious adverse events": ("serious", "all_causality"),
        "Treatment-related SAEs": ("serious", "related"),
        "Adverse event leading to discontinuation": ("discontinuation", "all_causality"),
        "Discontinuation due to adverse events": ("discontinuation", "all_causality"),
        "Rash leading to discontinuation": ("discontinuation", "all_causality"),
        # Terms of the editions: these words name no relation.
        "Secondary malignancy (possibly related to cancer treatment)": (None, "all_causality"),
    }
    text = "".join(f'"{label}",9,8\n' for label in lines)
    cell, _ = read_draft(
        f'"Adverse events, all causality",,\nEvent,10 mg (N=50) any grade n,20 mg (N=51) any grade n\n{text}', "t.csv"
    )
    rows = cell.filter(pl.col("arm_id").str.contains("10")).select("row_label", "outcome", "attribution").rows()
    assert {label: said for label, *said in rows} == {label: list(said) for label, said in lines.items()}
    of_any_kind = cell.filter(term_as_reported="any adverse event")["row_label"].unique().len()
    assert of_any_kind == 4


def test_a_column_or_a_line_says_what_its_events_led_to(read_draft):
    cell, _ = read_draft(
        "Event,Drug (N=50) any grade n,Drug leading to discontinuation n\nRash,9,2\nAEs leading to death,1,0\n", "t.csv"
    )
    assert cell["outcome"].to_list()[0:3] == [None, "discontinuation", "death"]


def test_doses_as_lines_are_no_patients(read_draft):
    cell, _ = read_draft(
        "Dose (mg/day),Patients treated,Rash,Edema\n50,3,1/3,0/3\n100,6,2/6,1/6\n150,6,4/6,3/6\n", "t.csv"
    )
    assert cell.select("arm_id", "term_as_reported", "n_affected_lower", "n_at_risk").rows()[:3] == [
        ("T.50", "Rash", 1, 3),
        ("T.50", "Edema", 0, 3),
        ("T.100", "Rash", 2, 6),
    ]


@pytest.mark.parametrize(
    ("footnote", "counting"),
    [
        ("Patients are counted at the worst grade.", "worst"),
        ("Only the highest grade per patient is shown", "worst"),
        ("CTCAE v4.0", "unknown"),
    ],
)
def test_a_footnote_on_the_worst_grade_is_offered_as_the_counting(drafted, footnote, counting):
    _, draft = drafted(f"Event,10 mg (N=50) n,20 mg (N=51) n\nRash,1,5\n{footnote},,\n", "t.csv")
    assert draft["tables"][0]["grade_counting"] == counting


def test_an_arm_named_in_short_beside_its_grades_is_the_same_arm(drafted):
    understood, _ = drafted(
        "Event,Alfatinib 10 mg (n=40) any,10 mg G3-4,Placebo (n=42) any,Placebo G3-4\nRash,9,1,8,2\n", "t.csv"
    )
    assert [arm.label for arm in understood.arms] == ["Alfatinib 10 mg", "Placebo"]


def test_arms_told_apart_by_a_sign_are_two(drafted):
    understood, _ = drafted("Event,Age <65 (n=40) n,Age ≥65 (n=42) n\nRash,9,1\n", "t.csv")
    assert [arm.id for arm in understood.arms] == ["age_lt_65", "age_ge_65"]


def test_events_of_two_kinds_above_the_same_arms_keep_their_arms(drafted):
    header = ",AEs leading to discontinuation n,,AEs of any kind n,\nEvent,10 mg (N=50),20 mg (N=52),10 mg (N=50),20 mg (N=52)\n"
    understood, _ = drafted(f"{header}Rash,1,3,20,22\n", "t.csv")
    assert [arm.label for arm in understood.arms] == ["10 mg", "20 mg"]
    assert [column.outcome for column in understood.columns[1:]] == ["discontinuation", "discontinuation", None, None]


def test_cohorts_with_their_patients_are_no_patients(drafted):
    understood, _ = drafted(
        "Cohort,No. treated,Dose (mg),Rash n (%)\n1,3,100,1 (33)\n2,6,200,2 (33)\n3,6,400,3 (50)\n", "t.csv"
    )
    assert [(arm.n_at_risk, arm.dose_mg_per_day) for arm in understood.arms] == [(3, 100), (6, 200), (6, 400)]


def test_lines_of_roman_grades_below_an_event_count_that_event(read_draft):
    cell, _ = read_draft("Grade,Arm A (n=40),Arm B (n=42)\nRash,,\nI,10 (25),12 (29)\nIII-IV,1 (3),2 (5)\n", "t.csv")
    assert cell.select("term_as_reported", "grade_band_as_reported").unique(maintain_order=True).rows() == [
        ("Rash", "1"),
        ("Rash", "3-4"),
    ]


ROMAN, DIGITS, WITH_ZERO = "I,II,III,IV", "1,2,3,4", "0,1,2,3,4"


@pytest.mark.parametrize("corner", ["Toxicity", "Side effect", "Event"])
@pytest.mark.parametrize("numbers", [ROMAN, DIGITS, WITH_ZERO, "0,I,II,III,IV"])
def test_numbers_alone_in_order_over_columns_of_events_are_grades(drafted, corner, numbers):
    n = len(numbers.split(","))
    understood, _ = drafted(f"{corner},{numbers}\nEdema,{','.join('9' * n)}\nRash,{','.join('7' * n)}\n", "t.csv")
    counted = [column for column in understood.columns if column.role == "count"]
    assert [(column.arm, column.grades) for column in counted] == [(None, grade) for grade in "1234"]


@pytest.mark.parametrize(("low", "high"), [("20 mg", "40 mg"), ("Group A", "Group B"), ("Arm 1", "Arm 2")])
def test_numbers_alone_are_grades_of_the_arm_they_stand_under(drafted, low, high):
    table = f"Side effect,{low} (n=30),,,,{high} (n=32),,,\n,I,II,III,IV,I,II,III,IV\nEdema,5,3,1,0,8,4,2,0\n"
    understood, _ = drafted(table, "t.csv")
    assert [(column.arm, column.grades) for column in understood.columns[1:]] == [
        *((low, grade) for grade in "1234"), *((high, grade) for grade in "1234")]  # fmt: skip


@pytest.mark.parametrize("table", [
    "Event,Cycle,,,\n,1,2,3,4\nRash,5,3,1,0\nEdema,8,4,2,0\n",
    "Cohort,1,2,3,4\nRash,5,3,1,0\nEdema,8,4,2,0\n",
    "Event,1,2,3\nRash,5,3,1\nEdema,8,4,2\n",
])  # fmt: skip
def test_numbers_alone_are_no_grades_where_they_may_number_something_else(drafted, table):
    understood, _ = drafted(table, "t.csv")
    assert not any(column.grades for column in understood.columns)


@pytest.mark.parametrize("word", ["Total", "Overall"])
def test_a_total_beside_the_grades_of_one_arm_is_any_grade_of_that_arm(drafted, word):
    header = f"Event,20 mg (n=99),20 mg (n=99),40 mg (n=98),40 mg (n=98)\n,{word},Grade 3-4,{word},Grade 3-4\n"
    understood, _ = drafted(f"{header}Rash,20,2,26,4\n", "t.csv")
    assert [(column.arm, column.grades, column.is_total) for column in understood.columns[1:]] == [
        ("20 mg", "any", False), ("20 mg", "3-4", False), ("40 mg", "any", False), ("40 mg", "3-4", False)]  # fmt: skip


def test_a_total_beside_two_arms_under_one_grade_stays_a_total(drafted):
    understood, _ = drafted("Event,Grade 3-4,,\n,20 mg (n=9),40 mg (n=8),Total (n=17)\nRash,2,4,6\n", "t.csv")
    assert [column.is_total for column in understood.columns[1:]] == [False, False, True]


def test_a_group_in_brackets_after_what_is_counted_is_the_arm(drafted):
    header = (
        "Event\tPatients with event (20 mg, N=100)\tNumber of events (20 mg, N=100)\tPatients with event (40 mg, N=98)"
    )
    understood, _ = drafted(f"{header}\nRash\t20\t27\t26\n", "t.tsv")
    assert [(column.arm, column.n_at_risk, column.count_unit) for column in understood.columns[1:]] == [
        ("20 mg", 100, "patients"), ("20 mg", 100, "episodes"), ("40 mg", 98, "patients")]  # fmt: skip


def test_a_rate_in_brackets_is_no_group(drafted):
    table = (
        "Event,20 mg (N=210),40 mg (N=205)\n,Events (rate per 100 PY),Events (rate per 100 PY)\nRash,10 (4.9),7 (3.5)\n"
    )
    understood, _ = drafted(table, "t.csv")
    assert [(column.arm, column.count_unit) for column in understood.columns[1:]] == [
        ("20 mg", "episodes"), ("40 mg", "episodes")]  # fmt: skip


@pytest.mark.parametrize("unit", ["Number of patients (%)", "n (%)", "Patients (N=100)", "No. (%) of patients"])
def test_a_unit_in_brackets_is_no_group(drafted, unit):
    understood, _ = drafted(f"Event,{unit}\nRash,20 (20.0)\n", "t.csv")
    assert [arm.label for arm in understood.arms] == ["all patients"]


def test_events_of_any_kind_below_counts_of_patients_are_counted_in_patients(drafted):
    understood, _ = drafted("Event,20 mg (N=100) n (%),\n,AE,SAE\nRash,20 (20.0),2 (2.0)\n", "t.csv")
    assert [(column.count_unit, column.content, column.outcome) for column in understood.columns[1:]] == [
        ("patients", "n (%)", None), ("patients", "n (%)", "serious")]  # fmt: skip


def test_groups_called_by_treatments_are_arms_though_their_corner_says_treatment(drafted):
    understood, _ = drafted("Treatment,Lumastat,Placebo\nn,40,41\nRash,9,4\nOedema,12,6\n", "t.csv")
    assert [(arm.label, arm.n_at_risk) for arm in understood.arms] == [("Lumastat", 40), ("Placebo", 41)]
    assert [row.label for row in understood.rows if row.role == "event"] == ["Rash", "Oedema"]


@pytest.mark.parametrize(
    ("caption", "unit"),
    [
        ("Table 5. Total number of adverse events by preferred term", "episodes"),
        ("Number of treatment-emergent adverse events", "episodes"),
        ("Number of patients with adverse events", "patients"),
        ("Number of adverse events in patients on treatment", "patients"),
        ("Adverse events", "patients"),
    ],
)
def test_a_caption_may_say_that_events_are_counted(drafted, caption, unit):
    understood, _ = drafted(f'"{caption}",,\nTerm,20 mg (n=80),40 mg (n=82)\nEdema,33,51\n', "t.csv")
    assert [column.count_unit for column in understood.columns[1:]] == [unit] * 2


def test_patients_evaluable_for_each_event_have_no_event(drafted):
    table = "Event,N evaluable,Grade 1-2 n (%),Grade 3-4 n (%)\nRash,58,12 (20.7),1 (1.7)\nEdema,60,9 (15.0),0\n"
    understood, _ = drafted(table, "t.csv")
    assert [(column.role, column.grades) for column in understood.columns[1:]] == [
        ("population", None), ("count", "1-2"), ("count", "3-4")]  # fmt: skip
    assert [arm.label for arm in understood.arms] == ["all patients"]


def test_grade_0_is_never_an_event(drafted):
    understood, _ = drafted("Rash by grade,Low (N=30),High (N=31)\nGrade 0,20,15\nGrade 1,6,9\nGrade 3,1,2\n", "t.csv")
    assert next(row.role for row in understood.rows if row.label == "Grade 0") == "not_an_event"


def test_a_word_for_time_before_a_dose_is_no_drug(drafted):
    understood, _ = drafted("Event,Before switch 400 mg (n=40),After switch 600 mg (n=22)\nRash,8,4\n", "t.csv")
    assert [arm.drug for arm in understood.arms] == [None, None]
