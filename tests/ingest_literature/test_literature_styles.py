# ruff: noqa: E501 - tables stand as they are printed
"""Tables in the styles of journals, with invented numbers: true counts, or a question instead of a guess."""

import re

import pytest
from literature_examples import FLAT, MANIFEST, STACKED, TABLE
from literature_reading import asked


def _html(head, *rows):
    return f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"


def test_arms_over_grades_with_a_unit_line_below_them(counted):
    head = """<thead><tr><th rowspan=2>Event</th><th colspan=2>Low (N=70)</th><th colspan=2>High (N=80)</th></tr>
    <tr><th>Any Grade</th><th>Grade 3 or 4</th><th>Any Grade</th><th>Grade 3 or 4</th></tr>
    <tr><th></th><th colspan=4><i>number of patients (percent)</i></th></tr></thead>"""
    row = "<tr><td>Edema</td><td>35 (50)</td><td>7 (10)</td><td>60 (75)</td><td>8 (10)</td></tr>"
    note = (
        "<tr><td colspan=5>* Shown are events that occurred in at least 5% of the patients in either group.</td></tr>"
    )
    assert counted(_html(head, row, note)) == (
        [("low", "Edema", "any", 35, 70), ("low", "Edema", "3-4", 7, 70), ("high", "Edema", "any", 60, 80), ("high", "Edema", "3-4", 8, 80)],
        [],
    )  # fmt: skip


def test_grades_over_arms(counted):
    head = """<thead><tr><th rowspan=2>Event</th><th colspan=2>All grades</th><th colspan=2>Grade ≥3</th></tr>
    <tr><th>Low (n=70)</th><th>High (n=80)</th><th>Low (n=70)</th><th>High (n=80)</th></tr></thead>"""
    found, _ = counted(
        _html(head, "<tr><td>Rash</td><td>14 (20)</td><td>20 (25)</td><td>7 (10)</td><td>8 (10)</td></tr>")
    )
    assert [row[0::2] for row in found] == [
        ("low", "any", 70),
        ("high", "any", 80),
        ("low", ">=3", 70),
        ("high", ">=3", 80),
    ]


def test_groups_with_the_same_name_and_other_patients_are_other_arms(drafted):
    head = "<thead><tr><th>Event</th><th>Level C (n=168)</th><th>Level C (n=18)</th></tr></thead>"
    understood, _ = drafted(_html(head, "<tr><td>Rash</td><td>14</td><td>2</td></tr>"))
    assert [(arm.id, arm.n_at_risk) for arm in understood.arms] == [("level_c_n_168", 168), ("level_c_n_18", 18)]


def test_an_all_patients_column_is_a_total_and_not_all_grades(drafted):
    head = "<thead><tr><th>Event, grade 3</th><th>A (n=10)</th><th>B (n=12)</th><th>All (n=22)</th></tr></thead>"
    understood, _ = drafted(_html(head, "<tr><td>Rash</td><td>1</td><td>2</td><td>3</td></tr>"))
    assert [(column.arm, column.is_total, column.grades) for column in understood.columns[1:]] == [
        ("A", False, None), ("B", False, None), (None, True, None),
    ]  # fmt: skip


def test_related_and_all_events_side_by_side_become_two_entries(counted, drafted):
    head = """<thead><tr><th rowspan=2>Event</th><th colspan=2>All events (N=50)</th><th colspan=2>Treatment-related (N=50)</th></tr>
    <tr><th>Any</th><th>Grade 3-4</th><th>Any</th><th>Grade 3-4</th></tr></thead>"""
    table = _html(head, "<tr><td>Rash</td><td>30 (60)</td><td>2 (4)</td><td>20 (40)</td><td>1 (2)</td></tr>")
    _, draft = drafted(table)
    assert [each["attribution"] for each in draft["tables"]] == ["all_causality", "related"]
    found, rules = counted(table)
    assert [row[3] for row in found] == [30, 2, 20, 1]
    assert rules == []


def test_numbers_of_events_are_episodes(drafted):
    text = 'Event,"Low (n=70), no. of patients (%)","Low (n=70), no. of events"\n"Rash, any grade",14 (20),31\n'
    _, draft = drafted(text, "t.csv")
    assert [(column["arm"], column.get("count_unit")) for column in draft["tables"][0]["columns"]] == [
        ("low", None),
        ("low", "episodes"),
    ]


@pytest.mark.parametrize("header", ["% (n)", "percent (no.)"])
def test_the_header_says_that_the_percentage_comes_first_where_both_are_whole(counted, header):
    found, _ = counted(f'"Event, any grade","Low (n=200), {header}"\n"Rash, any grade",14 (28)\n', "t.csv")
    assert [row[3] for row in found] == [28]


def test_whole_numbers_under_a_caption_of_percentages_are_percentages_and_that_isasked(drafted):
    text = '"Table 3. Events in ≥10% of patients (percentage of patients)",,\nEvent,A (n=551),B (n=533)\nEdema,55,9\nRash,34,25\n'
    understood, draft = drafted(text, "t.csv")
    assert [column["content"] for column in draft["tables"][0]["columns"]] == ["%", "%"]
    assert "tables[0].columns[0].content" in asked(understood)


def test_counts_with_percentages_in_the_caption_stay_counts(drafted):
    _, draft = drafted('"Table 3. Events, no. (%)",\nEvent,A (n=55)\nEdema,5\nRash,3\n', "t.csv")
    assert draft["tables"][0]["columns"][0]["content"] == "n"


def test_a_count_and_its_percentage_with_a_comma_between(counted):
    assert counted('Event,"Low (n=73), n, %"\n"Rash, any grade","18, 24.7"\n', "t.csv")[0] == [
        ("low", "Rash", "any", 18, 73)
    ]


def test_full_width_signs_and_odd_spaces_are_read(counted):
    text = "Event\tLow\u2009（n\u2009=\u200973）\tHigh (n=74)\nRash, any grade\t18\u202f（24.7）\t２７\u00a0(36.5)²\nEdema, any grade\t\uff0d\tfive\n"
    found, rules = counted(text, "t.tsv")
    assert [row[3] for row in found] == [18, 27, None]
    assert rules == ["cell_is_readable"]


def test_a_low_dose_is_an_arm_and_not_a_dose(drafted):
    understood, _ = drafted("Event,Low dose,High dose\nRash,18/73,27/74\n", "t.csv")
    assert [arm.label for arm in understood.arms] == ["Low dose", "High dose"]


def test_the_patients_of_each_group_in_a_line_of_their_own(drafted):
    understood, draft = drafted("Event,A,B\nNo. of patients,73,74\nEdema,52 (71.2),57 (77.0)\n", "t.csv")
    assert [arm.n_at_risk for arm in understood.arms] == [73, 74]
    assert draft["tables"][0]["rows"][0]["role"] == "not_an_event"


def test_grades_at_the_end_of_a_label_leave_the_event(counted):
    found, _ = counted(
        "Event,A (n=20)\nRash (grade 3 or 4),2 (10)\nEdema of any grade,5 (25)\nSepsis grade ≥3,1 (5)\n", "t.csv"
    )
    assert [row[1:4] for row in found] == [("Rash", "3-4", 2), ("Edema", "any", 5), ("Sepsis", ">=3", 1)]


def test_grades_beside_labels_that_span_several_lines(counted):
    head = "<thead><tr><th>Event</th><th>Grade</th><th>A (n=20)</th></tr></thead>"
    rows = "<tr><td rowspan=2>Rash</td><td>1–2</td><td>4 (20)</td></tr><tr><td>3–4</td><td>1 (5)</td></tr>"
    assert [row[1:4] for row in counted(_html(head, rows))[0]] == [("Rash", "1-2", 4), ("Rash", "3-4", 1)]


def test_lines_of_grades_with_events_as_columns_are_no_case_series(counted):
    found, _ = counted("Grade,Edema,Rash\n1,30,10\n2,12,5\n3,3,2\n", "t.csv")
    assert [row[1:4] for row in found] == [
        ("Edema", "1", 30),
        ("Rash", "1", 10),
        ("Edema", "2", 12),
        ("Rash", "2", 5),
        ("Edema", "3", 3),
        ("Rash", "3", 2),
    ]


def test_a_header_repeated_on_the_next_page_loses_no_line(counted):
    head = "Event,A (n=73),B (n=74)\n"
    page = '"Rash, any grade",18 (24.7),27 (36.5)\n'
    found, rules = counted(head + page + head + page.replace("Rash", "Edema"), "t.csv")
    assert [row[:2] for row in found] == [("a", "Rash"), ("b", "Rash"), ("a", "Edema"), ("b", "Edema")]
    assert rules == []


def test_two_tables_stacked_in_a_file_are_both_drafted(counted):
    found, rules = counted(STACKED, "t.csv")
    assert [row[1:] for row in found] == [
        ("Anemia", "1-2", 20, 50),
        ("Anemia", "3-4", 3, 50),
        ("Rash", "1-2", 12, 50),
        ("Rash", "3-4", 2, 50),
    ]
    assert rules == []


def test_of_the_tables_of_an_article_those_of_adverse_events_are_drafted(drafted):
    wrap = "<table-wrap><label>Table {0}</label><caption><p>{1}</p></caption><table><tr><td>{2}</td><td>A (n=9)</td></tr><tr><td>{3}</td><td>5</td></tr></table></table-wrap>"
    tables = [
        wrap.format(1, "Baseline", "Characteristic", "Male"),
        wrap.format(2, "Adverse events", "Event", "Rash"),
        wrap.format(3, "Toxicity", "", "Edema"),
    ]
    understood, draft = drafted(f"<article>{''.join(tables)}</article>", "t.xml")
    assert [(each["label"], each["table_number"]) for each in draft["tables"]] == [("Table 2", 2), ("Table 3", 3)]
    assert "table 1 (Table 1 Baseline) is left out" in understood.refused_parts[0]


@pytest.mark.parametrize(
    "text",
    [
        "Grade 1 or 2 | Grade 3 | Grade 4 | |\n---|---|---|---|\nRash | 19 (38%) | 8 (16%) | 4 (8%) |\n",
        "| Measure | Trial one | Trial two | | |\n|---|---|---|---|---|\n| A group | B group | A group | B group | |\n| Rash | 8 | 2 | 6 | 0 |\n",
        "Group | Total | | |\n---|---|---|---|\nA (n = 16) | B (n = 17) | C (n=18) | |\nWorst | ≥2 | ≥3 | ≥3 |\nRash | 5 (31) | 3 (18) | 2 (11) |\n",
    ],
)
def test_a_header_that_lost_its_first_cell_names_no_column(drafted, text):
    understood, draft = drafted(text, "t.md")
    columns = [column for column in draft["tables"][0]["columns"] if column["role"] == "arm"]
    assert [column["grades"] for column in columns] == [None] * len(columns)
    assert sum(bool(re.search(r"columns\[\d\]\.(arm|grades)", key)) for key in asked(understood)) >= len(columns)


def test_the_header_of_a_flattened_text_gives_arms_and_grades_where_they_divide_evenly(drafted):
    understood, draft = drafted(FLAT, "t.txt")
    assert [(column["arm"], column["grades"]) for column in draft["tables"][0]["columns"]] == [
        ("drug", "any"),
        ("drug", "3-4"),
        ("ifn", "any"),
        ("ifn", "3-4"),
    ]
    assert [arm.n_at_risk for arm in understood.arms] == [375, 360]


def test_grades_over_arms_in_a_flattened_text_whose_header_broke_into_lines(drafted):
    text = "Grade 3 and 4 events\n\nGrade 3 Grade 4\nLR\n(n=23)\nAll\n(n=81)\nLR\n(n=23)\nAll\n(n=81)\nRash 5 (22) 9 (11) 2 (9) 3 (4)\n"
    _, draft = drafted(text, "t.txt")
    assert [(column["role"], column.get("arm"), column["grades"]) for column in draft["tables"][0]["columns"]] == [
        ("arm", "lr", "3"), ("total", None, "3"), ("arm", "lr", "4"), ("total", None, "4"),
    ]  # fmt: skip


def test_the_grade_of_a_line_is_no_count(counted):
    text = "Event A (n=20) B (n=20)\nRash\nGrade 1 4 (20) 0\nGrade 3–4 1 (5) 2 (10)\n"
    found, rules = counted(text, "t.txt")
    assert [row[:4] for row in found] == [
        ("a", "Rash", "1", 4),
        ("b", "Rash", "1", 0),
        ("a", "Rash", "3-4", 1),
        ("b", "Rash", "3-4", 2),
    ]
    assert rules == []


def test_columns_kept_apart_by_wide_gaps_are_named_by_them(drafted):
    text = "Class          A: Drug     B: Placebo\n  Term         (N=134)       (N=132)\n——————————————————\nRash, any grade    48 (35.8%)   47 (35.6%)\n"
    understood, _ = drafted(text, "t.txt")
    assert [(arm.label, arm.n_at_risk) for arm in understood.arms] == [("A: Drug", 134), ("B: Placebo", 132)]


def test_columns_that_nothing_tells_apart_are_asked_about_and_not_all_given_to_one_arm(counted, drafted):
    text = "Table 1. Grade 3-4 events (N = 60)\n\nRash 1 (2) 2 (3)\nEdema 3 (5) 4 (7)\n"
    understood, draft = drafted(text, "t.txt")
    assert [column["arm"] for column in draft["tables"][0]["columns"]] == [None, None]
    assert [key for key in asked(understood) if key.endswith(".arm")] == [
        "tables[0].columns[0].arm",
        "tables[0].columns[1].arm",
    ]
    assert counted(text, "t.txt")[0] == []


def test_several_grades_in_a_caption_are_the_grades_of_no_column(drafted):
    understood, _ = drafted("Table 1. Grade 1-2 and grade 3-4 events (N = 60),\nEvent,Drug\nRash,1\nEdema,3\n", "t.csv")
    assert understood.grades is None


def test_two_columns_described_as_the_same_count_refuse_the_table(read_table):
    read = read_table("Event\t400\t600\nRash\t5\t6\n", MANIFEST + TABLE.replace("arm: high", "arm: low"))
    assert read.rules == ["columns_differ"]
    assert "columns 2 and 3 both count any grades of low" in read.explanation


def test_a_line_that_slipped_by_a_column_is_refused_whole(read_table):
    read = read_table("Event\t400\t600\t\nRash\t\t18 (24.7)\t27 (36.5)\nEdema\t5 (6.8)\t6 (8.1)\t\n", MANIFEST + TABLE)
    assert read.counts("row_label", "n_printed") == [("Edema", 5), ("Edema", 6)]
    assert read.rules == ["values_have_one_place"] * 2
    assert read.kept_empty["arm_id"].to_list() == ["T1.low", "T1.high"]


def test_a_line_of_text_whose_values_stayed_in_its_label_is_refused_even_as_a_section(read_table):
    manifest = (MANIFEST + TABLE).replace("table_1.tsv", "t.txt") + "    rows: [{line: 2, role: section}]\n"
    read = read_table("Event 400 600\nRash 18 (24.7) see text\nEdema 5 (6.8) 6 (8.1)\n", manifest, "t.txt")
    assert read.rules == ["values_have_one_place"]
    assert read.refusal["printed"].to_list() == ["Rash 18 (24.7) see text"]


def test_a_second_grade_below_an_event_belongs_to_it(counted):
    found, rules = counted("Adverse event,Grade,A (n=20)\nRash,All,5 (25)\n,>=3,1 (5)\n", "t.csv")
    assert [row[1:4] for row in found] == [("Rash", "any", 5), ("Rash", ">=3", 1)]
    assert rules == []


def test_values_without_a_label_are_refused(read_table):
    read = read_table("Event\t400\t600\n\t5\t6\nEdema\t7\t8\n", MANIFEST + TABLE)
    assert read.rules == ["row_is_named"] * 2
    assert read.counts("row_label", "n_printed") == [("Edema", 7), ("Edema", 8)]


def test_a_line_of_grade_ranges_is_a_header(drafted):
    understood, _ = drafted('Event,"A, n = 73",,"B, n = 74",\n,All,3/4,All,3/4\nEdema,52 (71.2),1 (1.4),57 (77.0),1 (1.4)\n', "t.csv")  # fmt: skip
    assert understood.header_rows == 2
    assert [column.grades for column in understood.columns[1:]] == ["any", "3-4", "any", "3-4"]


def test_the_word_for_grades_is_no_arm(drafted):
    head = "<thead><tr><th>Toxicity</th><th colspan=2>WHO grade</th></tr><tr><th></th><th>3</th><th>4</th></tr></thead>"
    understood, _ = drafted(_html(head, "<tr><td>Rash</td><td>3</td><td>1</td></tr>"))
    assert [arm.label for arm in understood.arms] == ["all patients"]


@pytest.mark.parametrize("header", ["Rate per 100 patient-years", "Odds ratio (95% CI)", "Median onset (days)"])
def test_rates_ratios_and_times_are_not_counts(drafted, header):
    _, draft = drafted(f'Event,"A (n=20), n","{header}"\n"Rash, any grade",5,1.4\n', "t.csv")
    assert draft["tables"][0]["columns"][1]["role"] == "ignore"


def test_a_column_of_percentages_of_patients_beside_their_number_is_no_count(drafted):
    understood, draft = drafted("Event,Patients (n),Patients (%)\nEdema,30,60\nRash,12,24\n", "t.csv")
    assert (
        "%" in [column["content"] for column in draft["tables"][0]["columns"]]
        or draft["tables"][0]["columns"][0].get("percent_number") == 3
    )
    assert understood.arms[0].n_at_risk is None


def test_words_for_severity_are_neither_arms_nor_grades_and_are_asked_about(drafted):
    understood, draft = drafted("Event;Mild;Moderate;Severe\nEdema;10;5;2\nRash;6;3;1\n", "t.csv")
    assert [arm.label for arm in understood.arms] == ["all patients"]
    assert [column["grades"] for column in draft["tables"][0]["columns"]] == [None] * 3
    assert sum(key.endswith(".grades") for key in asked(understood)) == 3
