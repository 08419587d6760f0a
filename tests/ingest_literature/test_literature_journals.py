# ruff: noqa: E501 - tables stand in lines
"""Whole tables as journals, abstracts, word processors and converters leave them, with invented numbers."""

import pytest
from literature_reading import asked

from safety_pipeline.ingest.literature.files.piped import is_piped
from safety_pipeline.tables.delivery import RefusedError


def _of(found, *at):
    return [tuple(row[each] for each in at) for row in found]


def test_separate_grades_of_two_arms_with_middle_dots(counted):
    page = """<table><tr><th></th><th colspan=3>Drug (n=120)</th><th colspan=3>Control (n=118)</th></tr>
    <tr><th></th><th>Grade 1–2</th><th>Grade 3</th><th>Grade 4</th><th>Grade 1–2</th><th>Grade 3</th><th>Grade 4</th></tr>
    <tr><td>Neutropenia</td><td>12 (10·0)</td><td>24 (20·0)</td><td>6 (5·0)</td><td>10 (8·5)</td><td>9 (7·6)</td><td>1 (&lt;1%)</td></tr></table>"""
    found, rules = counted(page)
    assert _of(found, 0, 2, 3) == [
        ("drug", "1-2", 12), ("drug", "3", 24), ("drug", "4", 6), ("control", "1-2", 10), ("control", "3", 9), ("control", "4", 1),
    ]  # fmt: skip
    assert rules == []


def test_numbers_and_percentages_in_columns_of_their_own_under_grades_and_arms(counted):
    page = """<table><thead><tr><th rowspan=3>Adverse Event</th><th colspan=4>Arm A (n = 201)</th></tr>
    <tr><th colspan=2>All Grades</th><th colspan=2>Grade 3 or 4</th></tr><tr><th>No.</th><th>%</th><th>No.</th><th>%</th></tr></thead>
    <tr><td>Nausea</td><td>88</td><td>44</td><td>4</td><td>2</td></tr></table>"""
    assert _of(counted(page)[0], 2, 3, 4) == [("any", 88, 201), ("3-4", 4, 201)]


def test_percentages_before_their_counts_in_columns_of_their_own(counted):
    found, rules = counted('Event,%,n\n"Rash, any grade",24,12\n"Edema, any grade",50,25\n', "t.csv")
    assert (_of(found, 1, 3), rules) == ([("Rash", 12), ("Edema", 25)], [])


def test_a_header_of_percentages_over_whole_numbers(counted):
    page = """<table><caption>Toxicity (N = 50)</caption><tr><th>Event</th><th>Any grade (%)</th><th>Grade 3–4 (%)</th></tr>
    <tr><td>Rash</td><td>24</td><td>2</td></tr></table>"""
    assert _of(counted(page)[0], 2, 3) == [("any", 12), ("3-4", 1)]


def test_a_column_where_nothing_is_reported_is_still_a_column(counted):
    found, _ = counted("Event,Any grade (N=50),Grade 3-4 (N=50)\nRash,10 (20),NR\nEdema,not reported,NR\n", "t.csv")
    assert _of(found, 1, 2, 3) == [("Rash", "any", 10), ("Rash", "3-4", None), ("Edema", "any", None), ("Edema", "3-4", None)]  # fmt: skip


@pytest.mark.parametrize("corner", ["Grade 3/4 toxicity", "Adverse events of grade 3 or 4", "Grade III-IV events, n (%)"])  # fmt: skip
def test_grades_over_the_labels_hold_for_the_table(counted, corner):
    found, _ = counted(f'"{corner}",A (n=20),B (n=22)\nRash,2 (10),1 (4.5)\n', "t.csv")
    assert _of(found, 0, 2, 3) == [("a", "3-4", 2), ("b", "3-4", 1)]


@pytest.mark.parametrize(
    ("label", "term", "grades"),
    [
        ("Any-grade nausea", "nausea", "any"), ("Grade 3 or 4 neutropenia", "neutropenia", "3-4"), ("Grade ≥3: sepsis", "sepsis", ">=3"),
        ("≥ Grade 3 rash", "rash", ">=3"), ("All grades fatigue", "fatigue", "any"), ("Grade III–IV anemia", "anemia", "3-4"),
    ],
)  # fmt: skip
def test_grades_at_the_beginning_of_a_label_leave_the_event(counted, label, term, grades):
    assert _of(counted(f'Event,A (n=20)\n"{label}",2 (10)\n', "t.csv")[0], 1, 2) == [(term, grades)]


def test_grades_below_a_line_that_counts_the_event_belong_to_it(counted, drafted):
    page = """<table><tr><th>Event</th><th>A (n=50)</th></tr><tr><td>Anemia, any grade</td><td>25 (50)</td></tr><tr><td>&emsp;Grade 3</td><td>5 (10)</td></tr>
    <tr><td>&emsp;Grade 4</td><td>2 (4)</td></tr><tr><td>Rash</td><td>11 (22)</td></tr><tr><td>&emsp;Grade ≥3</td><td>1 (2)</td></tr></table>"""
    found, rules = counted(page)
    assert _of(found, 1, 2, 3) == [("Anemia", "any", 25), ("Anemia", "3", 5), ("Anemia", "4", 2), ("Rash", ">=3", 1)]
    assert rules == ["cell_is_described"]
    assert "tables[0].rows[line 5].grades" in asked(drafted(page)[0])


@pytest.mark.parametrize("mark", ["- ", "– ", "• ", "•", "\u00a0\u00a0", "▪\u00a0", "\u2003"])
def test_bullets_dashes_and_spaces_before_a_label_only_set_it_further_in(drafted, mark):
    page = f"<table><tr><th>Event</th><th>Any grade</th></tr><tr><td>Edema</td><td>10</td></tr><tr><td>{mark}Leg</td><td>4</td></tr><tr><td>Rash</td><td>5</td></tr></table>"
    rows = drafted(page)[0].rows
    assert [(row.label, row.parent) for row in rows] == [("Edema", None), ("Leg", "Edema"), ("Rash", None)]


def test_organ_systems_with_counts_in_a_column_of_their_own(counted):
    text = "System organ class,Preferred term,Any grade (N=50)\nSkin disorders,,20 (40)\n,Rash,10 (20)\nGI disorders,,30 (60)\n,Nausea,25 (50)\n"
    assert _of(counted(text, "t.csv")[0], 1, 3) == [("Skin disorders", 20), ("Rash", 10), ("GI disorders", 30), ("Nausea", 25)]  # fmt: skip


def test_patients_without_the_event_and_codes_are_no_counts(counted):
    found, _ = counted("Toxicity,Code,Grade 0,Grade 1,Grade 2\nAnemia,10002034,10,5,3\n", "t.csv")
    assert _of(found, 2, 3) == [("1", 5), ("2", 3)]


def test_numbered_events_are_no_case_series(counted):
    found, _ = counted("No.,Adverse event,Any grade (N=50)\n1,Rash,10 (20)\n2,Edema,5 (10)\n", "t.csv")
    assert _of(found, 1, 3) == [("Rash", 10), ("Edema", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "Patient,Age,Sex,Best response,AE grade\n1,54,M,PR,Rash G3\n2,61,F,SD,None\n",
        "ID,Age,Dose (mg),Edema,Nausea\n001-001,40,400,1,0\n001-002,50,600,2,1\n",
    ],
)
def test_one_patient_a_line_is_refused(drafted, text):
    with pytest.raises(RefusedError, match="one patient a line"):
        drafted(text, "t.csv")


def test_a_shift_table_is_refused(drafted):
    text = "Baseline grade,Grade 0,Grade 1,Grade 2\nGrade 0,20,10,3\nGrade 1,0,5,4\n"
    with pytest.raises(RefusedError, match="changes and not events"):
        drafted(text, "t.csv")


def test_text_of_a_page_with_wide_gaps(counted):
    text = """Table 4. Adverse events in the safety population
                      Drug (n = 120)                Placebo (n = 118)
                      Any grade    Grade 3-4        Any grade    Grade 3-4
Any event             118 (98)     50 (42)          110 (93)     20 (17)
Rash                  30 (25)      1 (1)            12 (10)      0
"""
    assert _of(counted(text, "t.txt")[0], 0, 2, 3) == [
        ("drug", "any", 118), ("drug", "3-4", 50), ("placebo", "any", 110), ("placebo", "3-4", 20),
        ("drug", "any", 30), ("drug", "3-4", 1), ("placebo", "any", 12), ("placebo", "3-4", 0),
    ]  # fmt: skip


def test_a_table_drawn_with_corners(counted):
    text = "+-------+-----------+\n| Event | Any grade |\n+=======+===========+\n| Rash  | 10 (20)   |\n+-------+-----------+\n| Edema | 5 (10)    |\n+-------+-----------+\n"
    assert _of(counted(text, "t.txt")[0], 1, 3) == [("Rash", 10), ("Edema", 5)]


def test_a_long_line_that_is_almost_a_rule_is_a_line_of_the_table():
    # Tried in every way of parting its dashes, it would not end within a life.
    almost = "|" + " :---: |" * 60 + "x|"
    assert is_piped(f"|a|b|\n|---|:-:|\n{almost}\n")
    assert not is_piped(f"|a|b|\n{almost}\n")


def test_markdown_with_stress_escapes_entities_and_raised_marks(counted):
    text = "| **Event** | **Any grade**<br>(N=50) | Grade 3/4 |\n|:--|:-:|-|\n| &nbsp;Rash<sup>a</sup> | 10<sup>2</sup> (20) | 1 (2)\\* |\n| *Edema* | _5_ (10) | – |\n| x_y_z | <1% | 0 |\n"
    found, rules = counted(text, "t.md")
    assert _of(found, 1, 2, 3) == [("Rash", "any", 10), ("Rash", "3-4", 1), ("Edema", "any", 5), ("Edema", "3-4", None), ("x_y_z", "any", 0), ("x_y_z", "3-4", 0)]  # fmt: skip
    assert rules == []


@pytest.mark.parametrize(
    "text",
    [
        "Table 2, adverse events;\nEvent;Any grade (N=40)\nRash;10 (25,0)\nEdema;20 (50,0)\n",
        "Event\tAny grade (N=40)\nRash\t10 (25,0)\nEdema\t20 (50,0)\n",
        'Event,Any grade (N=40)\n"Rash",10 (25.0); see text\n"Rash","10 (25.0)"\n"Edema","20 (50.0)"\n',
    ],
)
def test_the_separator_of_a_csv_file_is_the_one_its_lines_agree_on(counted, text):
    assert {("Rash", 10, 40), ("Edema", 20, 40)} <= set(_of(counted(text, "t.csv")[0], 1, 3, 4))


def test_references_beside_names_and_numbers_are_neither(counted):
    text = """<table-wrap><table><thead><tr><th>Event</th><th>Any grade (n=50)</th></tr></thead><tbody>
    <tr><td>Rash<xref ref-type="bibr" rid="B1">12</xref></td><td>10<xref ref-type="fn" rid="f">1</xref></td></tr>
    <tr><td>Edema</td><td>5<xref rid="f">1</xref></td></tr></tbody></table></table-wrap>"""
    assert _of(counted(text, "t.xml")[0], 1, 3) == [("Rash", 10), ("Edema", 5)]


def test_terms_of_code_formulas_and_paths_stay_texts(counted):
    page = """<table><tr><th>Event</th><th>Any grade</th></tr><tr><td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td>5</td></tr>
    <tr><td>=HYPERLINK("http://x")</td><td>6</td></tr><tr><td>../../etc/passwd</td><td>7</td></tr></table>"""
    assert _of(counted(page)[0], 1) == [("<script>alert(1)</script>",), ('=HYPERLINK("http://x")',), ("../../etc/passwd",)]  # fmt: skip


@pytest.mark.parametrize("name", ["t.csv", "t.tsv"])
def test_a_line_of_texts_between_counts_is_a_line_and_no_header(counted, name):
    text = "Event,A (n=50) any grade,B (n=50) any grade\nRash,10,20\nEdema,see text,see text\nNausea,5,6\n"
    found, rules = counted(text if name == "t.csv" else text.replace(",", "\t"), name)
    assert _of(found, 0, 1, 3) == [("a", "Rash", 10), ("b", "Rash", 20), ("a", "Nausea", 5), ("b", "Nausea", 6)]
    assert rules == ["cell_is_readable"] * 2


def test_a_header_printed_again_begins_a_table_of_its_own(counted):
    text = "Event,A (n=50) any grade\nRash,10\nLaboratory,A (n=48) any grade\nAnemia,5\n"
    assert _of(counted(text, "t.csv")[0], 1, 3, 4) == [("Rash", 10, 50), ("Anemia", 5, 48)]


def test_a_label_broken_over_two_lines_of_a_page_is_one_event(counted):
    text = "Event         Any grade    Grade 3-4\nRash          30 (25)      1 (1)\nBlood creatinine\n  increased   12 (10)      0\n"
    found, rules = counted(text, "t.txt")
    assert (_of(found, 1, 3)[2:], rules) == ([("Blood creatinine increased", 12), ("Blood creatinine increased", 0)], [])  # fmt: skip


def test_the_patients_at_the_end_of_a_caption_are_no_count(counted):
    text = "Table: Most common TRAEs, N = 45\nAE            Any Gr, n (%)   Gr 3/4, n (%)\nFatigue       22 (49)         2 (4)\nRash          18 (40)         3 (7)\n"
    found, rules = counted(text, "t.txt")
    assert _of(found, 1, 2, 3, 4) == [("Fatigue", "any", 22, 45), ("Fatigue", "3-4", 2, 45), ("Rash", "any", 18, 45), ("Rash", "3-4", 3, 45)]  # fmt: skip
    assert rules == []


def test_means_are_no_counts_and_cycles_are_no_arm(drafted):
    understood, _ = drafted("Event,Drug (n=9) mean (SD),Cycles n (%) (N=30)\nRash,24 (2.1),5 (16.7)\n", "t.csv")
    assert [(column.role, column.count_unit) for column in understood.columns[1:]] == [("ignore", "patients"), ("count", "episodes")]  # fmt: skip
