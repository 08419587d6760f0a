# ruff: noqa: E501 - tables and manifests stand in one line
"""Layouts people really have, each as a small table: what is read, what is refused, what is asked."""

import pytest
import yaml
from literature_examples import HTML, JATS, MANIFEST, MARKDOWN, workbook

from safety_pipeline.ingest.literature import draft_manifest, render, understand

ONE_ARM = """
document: {document_id: example, allocation: single_arm, indication: GIST, drug: imatinib, has_toxicity_results: true, document_priority: 1}
trial_id: T1
grading_system: {edition: not stated, basis: not_stated}
arms: [{id: a, label: all, dose_mg_per_day: 400, n_at_risk: 40}]
tables:
  - {label: Table 1, file: table_1.tsv, attribution: not_stated, columns: [%s]}
"""
BOUNDS = ("n_affected_lower", "n_affected_upper", "cell_status")


def _one_column(read_table, cell: str, content: str, **more: object):
    column = "{number: 2, arm: a, grades: any, content: " + f'"{content}"' + "}"
    manifest = ONE_ARM % column
    for key, value in more.items():
        manifest = manifest.replace("attribution: not_stated,", f"attribution: not_stated, {key}: {value},")
    return read_table(f"Event\tAll\nRash\t{cell}\n", manifest)


@pytest.mark.parametrize(
    ("cell", "content", "expected"),
    [
        ("12.5", "%", (5, 5, "observed")),
        ("12", "%", (5, 5, "observed")),
        ("0", "%", (0, 0, "reported_zero")),
        ("<5", "%", (0, 1, "derived_bounds")),
        ("<5", "n", (0, 4, "derived_bounds")),
        ("NR", "n (%)", (None, None, "missing")),
        ("–", "n (%)", (None, None, "missing")),
        ("3/38 (7.9)", "n/N (%)", (3, 3, "observed")),
    ],
)
def test_a_cell_gives_the_bounds_it_allows(read_table, cell, content, expected):
    read = _one_column(read_table, cell, content)
    assert read.counts(*BOUNDS) == [expected]
    assert read.refusal.is_empty()


def test_a_percentage_with_several_fitting_counts_gives_bounds(read_table):
    manifest = (ONE_ARM % '{number: 2, arm: a, grades: any, content: "%"}').replace("n_at_risk: 40", "n_at_risk: 400")
    assert read_table("Event\tAll\nRash\t12\n", manifest).counts(*BOUNDS) == [(46, 51, "derived_bounds")]


def test_a_percentage_that_no_count_gives_is_refused(read_table):
    read = _one_column(read_table, "11.1", "%")
    assert read.rules == ["percent_fits_a_count"]
    assert "no count out of 40 is printed as 11.1 percent" in read.explanation


def test_the_denominator_of_a_cell_is_its_own_where_it_prints_one(read_table):
    assert _one_column(read_table, "3/38 (7.9)", "n/N (%)").counts("n_at_risk") == [(38,)]


def test_a_lost_bracket_is_mended_only_where_the_percentage_proves_it(read_table):
    mended = _one_column(read_table, "5 (12.5", "n (%)")
    assert mended.counts(*BOUNDS) == [(5, 5, "observed")]
    assert "a bracket is missing; read as 5 (12.5)" in mended.cell["repair"][0]
    assert _one_column(read_table, "5 (15.0", "n (%)").rules == ["cell_is_readable"]


def test_a_dash_is_a_zero_where_the_manifest_names_who_says_so(read_table):
    means = "{value: 0, status: reported_zero, source: footnote}"
    assert _one_column(read_table, "–", "n (%)", dash_means=means).counts(*BOUNDS) == [(0, 0, "reported_zero")]


def test_sections_give_the_organ_system_and_their_rows_stay_events(read_table):
    manifest = (ONE_ARM % "{number: 2, arm: a, grades: any}").rstrip().removesuffix("}") + (
        ", rows: [{label: Skin, role: section}, {label: Gut, role: section}]}\n"
    )
    read = read_table("Event\tAll\nSkin\t\nRash\t5 (12.5)\nGut\t\nNausea\t4 (10.0)\n", manifest)
    found = read.counts("row_label", "body_system_as_reported", "parent_row_label", "is_composite")
    assert found == [("Rash", "Skin", "Skin", False), ("Nausea", "Gut", "Gut", False)]


def test_a_value_in_a_section_row_is_refused_and_not_dropped(read_table):
    manifest = (ONE_ARM % "{number: 2, arm: a, grades: any}").rstrip().removesuffix("}")
    read = read_table(
        "Event\tAll\nSkin\t9 (22.5)\nRash\t5 (12.5)\n", manifest + ", rows: [{label: Skin, role: section}]}\n"
    )
    assert read.rules == ["heading_is_empty"]
    assert read.counts("row_label") == [("Rash",)]


def test_html_spans_and_named_entities_are_unfolded(read_table, tmp_path):
    (tmp_path / "t.html").write_text(HTML)
    columns = understand(tmp_path / "t.html").columns[1:]
    found = [(column.arm, column.n_at_risk, column.grades) for column in columns]
    assert found == [("400 mg", 73, "any"), ("400 mg", 73, "3-4"), ("600 mg", 74, "any"), ("600 mg", 74, "3-4")]
    assert [row.role for row in understand(tmp_path / "t.html").rows] == ["section", "event", "event"]


def test_a_footnote_mark_in_markup_is_kept_apart_from_the_number(read_table, tmp_path):
    (tmp_path / "t.html").write_text(HTML)
    grid = understand(tmp_path / "t.html").grid
    assert (grid.box(5, 4).text, grid.box(5, 4).unmarked) == ("29 (39.2)b", "29 (39.2)")


def test_a_caption_gives_grades_and_edition(tmp_path):
    (tmp_path / "t.xml").write_text(JATS)
    understood = understand(tmp_path / "t.xml")
    assert (understood.grades, understood.edition, understood.label) == ("3-4", "CTCAE v4.03", "Table 4")


def test_a_markdown_table_gives_the_population_of_its_caption(tmp_path):
    (tmp_path / "t.md").write_text(MARKDOWN)
    understood = understand(tmp_path / "t.md")
    assert [(arm.label, arm.n_at_risk) for arm in understood.arms] == [("all patients", 20)]
    assert [column.grades for column in understood.columns[1:]] == ["any", ">=3"]


def test_a_workbook_shows_percentages_merges_headers_and_marks_a_date(read_delivery):
    manifest = (
        MANIFEST
        + """
  - label: Sheet 1
    file: t.xlsx
    attribution: related
    grades: any
    header_rows: 2
    columns: [{number: 2, percent_number: 3, arm: low, content: n}, {number: 4, percent_number: 5, arm: high, content: n}]
"""
    )
    read = read_delivery({"document.yaml": manifest, "t.xlsx": workbook()})
    assert read.counts("row_label", "printed", "n_affected_upper", "column_label") == [
        ("Edema", "52 71.2%", 52, "Low (N=73) / n"),
        ("Edema", "57 77.0%", 57, "High (N=74) / n"),
        ("Rash", "18 24.7%", 18, "Low (N=73) / n"),
    ]
    assert read.refusal["printed"].to_list() == ["45000 (a date)"]


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><table><tr><td>&b;</td><td>1</td></tr></table>',
        b'<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><table><tr><td>x&a;</td><td>1</td></tr></table>',
    ],
)
def test_entities_are_never_expanded(tmp_path, content):
    (tmp_path / "t.xml").write_bytes(content)
    shown = render(understand(tmp_path / "t.xml"))
    assert "hahaha" not in shown
    assert "root:" not in shown


def _understood(tmp_path, text: str, name: str = "t.tsv"):
    (tmp_path / name).write_text(text)
    return understand(tmp_path / name)


def test_a_total_column_has_no_arm(tmp_path):
    understood = _understood(tmp_path, "Event\tLow (n=10)\tHigh (n=10)\tTotal (n=20)\nRash\t1 (10)\t2 (20)\t3 (15)\n")
    assert [arm.label for arm in understood.arms] == ["Low", "High"]
    assert [column.is_total for column in understood.columns[1:]] == [False, False, True]


def test_cumulative_and_separate_grades_are_told_apart(tmp_path):
    understood = _understood(
        tmp_path,
        "Event\tAny grade\tGrade I-II\tGrade III\tGr 4\tGrade ≥3\tgrade 3+\tGrade 5\nRash\t9\t5\t3\t1\t4\t4\t0\n",
    )
    assert [column.grades for column in understood.columns[1:]] == ["any", "1-2", "3", "4", ">=3", ">=3", "5"]


def test_a_header_of_bare_grade_numbers_is_a_header(tmp_path):
    understood = _understood(tmp_path, "Event\tG1\tG2\tG3\tG4\nRash\t5\t3\t1\t0\n")
    assert [column.grades for column in understood.columns[1:]] == ["1", "2", "3", "4"]


def test_bare_digits_are_grades_only_where_grades_are_spoken_of(tmp_path):
    understood = _understood(tmp_path, "Toxicity\tGrade\t\t\n\t1\t2\t3\nRash\t5\t3\t1\n")
    assert [column.grades for column in understood.columns[1:]] == ["1", "2", "3"]
    unspoken = _understood(tmp_path, "Toxicity\t1\t2\t4\nRash\t5\t3\t1\n")
    assert [column.grades for column in unspoken.columns[1:]] == [None] * 3


def test_counts_and_percentages_in_columns_of_their_own_belong_together(tmp_path):
    understood = _understood(
        tmp_path, "Event\tAny grade\t%\tGrade 3-4\t%\nRash\t5\t12.5\t1\t2.5\nNausea\t4\t10.0\t0\t0\n"
    )
    assert [column.role for column in understood.columns] == ["label", "count", "percent", "count", "percent"]
    columns = draft_manifest(understood, "example")["tables"][0]["columns"]
    assert [(column["number"], column["percent_number"]) for column in columns] == [(2, 3), (4, 5)]


LOW_HIGH = "\tLow\tHigh\tLow\tHigh\nRash\t5\t6\t1\t0\n"


def test_a_header_whose_span_was_lost_reaches_over_the_columns_that_repeat_below_it(tmp_path):
    understood = _understood(tmp_path, f"Event\tAny grade\t\tGrade 3-4\t\n{LOW_HIGH}")
    assert [(column.arm, column.grades) for column in understood.columns[1:]] == [
        ("Low", "any"), ("High", "any"), ("Low", "3-4"), ("High", "3-4"),
    ]  # fmt: skip


def test_an_arm_whose_span_was_lost_reaches_over_the_grades_that_repeat_below_it(tmp_path):
    text = "Event\tLow (n=9)\t\t\tHigh (n=8)\t\t\n\tG1-2\tG3\tAll\tG1-2\tG3\tAll\nRash\t5\t1\t6\t0\t0\t0\n"
    columns = _understood(tmp_path, text).columns[1:]
    assert [(column.arm, column.n_at_risk) for column in columns] == [("Low", 9)] * 3 + [("High", 8)] * 3
    assert [column.grades for column in columns] == ["1-2", "3", "any"] * 2


@pytest.mark.parametrize("head", ["Event\t\tAny grade\t\tGrade 3-4\n", "Any grade\t\tGrade 3-4\t\t\n"])
def test_a_lost_span_that_may_begin_elsewhere_is_asked_about_and_not_guessed(tmp_path, head):
    understood = _understood(tmp_path, head + LOW_HIGH)
    assert [column.grades for column in understood.columns[1:]] == [None] * 4
    assert sum(question.key.endswith(".grades") for question in understood.questions) == 4


def test_an_arm_name_over_unlike_groups_is_asked_about(tmp_path):
    text = "Event\tLow\t\t\tHigh\t\n\tAny grade\tGrade 3\tGrade 4\tAny grade\tGrade 3\nRash\t5\t1\t0\t6\t0\n"
    keys = [each.key for each in _understood(tmp_path, text).questions if each.key.endswith(".arm")]
    assert keys == [f"tables[0].columns[{at}].arm" for at in (1, 2, 4)]


def test_doses_in_headers_become_daily_doses_and_ranges_do_not(tmp_path):
    understood = _understood(
        tmp_path, "Event\t400 mg/d (n=9)\t400 mg twice daily (n=9)\t400-600 mg/d (n=9)\nRash\t1\t2\t3\n"
    )
    assert [arm.dose_mg_per_day for arm in understood.arms] == [400.0, 800.0, None]


def test_a_table_whose_cells_run_together_is_refused(tmp_path):
    understood = _understood(
        tmp_path, "Event\tLow\tHigh\nRash Nausea\t5 (5) 6 (6)\t7 (7) 8 (8)\nEdema Pain\t1 (1) 2 (2)\t3 (3) 4 (4)\n"
    )
    assert understood.refusal.rule == "cells_stand_apart"


def test_lines_that_lost_their_borders_are_refused_where_several_readings_fit(read_table):
    manifest = ONE_ARM % "{number: 2, arm: a, grades: '1', content: n}, {number: 3, arm: a, grades: '2', content: n}"
    read = read_table(
        "Event G1 G2\nRash 5 3\nNausea 4\n", manifest.replace("table_1.tsv", "table_1.txt"), "table_1.txt"
    )
    assert read.rules == ["values_have_one_place"]
    assert read.counts("row_label", "n_printed") == [("Rash", 5), ("Rash", 3)]


def test_a_case_series_is_refused(tmp_path):
    understood = _understood(tmp_path, "Patient\tAge\tEvent\tGrade\nPt 1\t60\tRash\t3\nPt 2\t61\tEdema\t2\n")
    assert understood.refusal.rule == "table_counts_patients"


def test_a_draft_says_what_is_missing_in_the_words_of_the_schema(read_delivery, tmp_path):
    text = "Event\tLow (n=10)\tHigh (n=10)\nRash\t1 (10)\t2 (20)\n"
    drafted = draft_manifest(_understood(tmp_path, text), "example")
    read = read_delivery({"document.yaml": yaml.safe_dump(drafted), "t.tsv": text})
    for key in ("document.indication", "document.drug", "trial_id", "dose_mg_per_day: missing without a reason"):
        assert key in read.explanation


def test_a_total_over_grades_is_no_total_over_arms(tmp_path):
    understood = _understood(tmp_path, "Toxicity\tGrade 1\tGrade 2\tTotal\nRash\t10 (25)\t4 (10)\t14 (35)\n")
    assert [(column.grades, column.is_total) for column in understood.columns[1:]] == [
        ("1", False),
        ("2", False),
        (None, False),
    ]
    assert "tables[0].columns[2].grades" in [question.key for question in understood.questions]


def test_arms_as_lines_with_events_as_columns(tmp_path):
    understood = _understood(
        tmp_path,
        "Arm\tN\tEdema\tRash\nLow 400 mg/d\t73\t52 (71.2)\t18 (24.7)\nHigh 600 mg/d\t74\t57 (77.0)\t27 (36.5)\n",
    )
    assert [(arm.n_at_risk, arm.dose_mg_per_day) for arm in understood.arms] == [(73, 400.0), (74, 600.0)]
    columns = draft_manifest(understood, "example")["tables"][0]["columns"]
    assert [column.get("term") for column in columns] == [None, "Edema", "Rash"]


def test_grades_in_a_column_of_their_own_belong_to_their_line(tmp_path):
    text = "System\tEvent\tGrade\tLow (n=73)\nSkin\tRash\tAny\t18 (24.7)\nSkin\tRash\t3-4\t2 (2.7)\nGut\tNausea\t3\t1 (1.4)\n"
    understood = _understood(tmp_path, text)
    assert [(row.label, row.grades) for row in understood.rows] == [("Rash", "any"), ("Rash", "3-4"), ("Nausea", "3")]
    rows = draft_manifest(understood, "example")["tables"][0]["rows"]
    assert [(row["line"], row["grades"]) for row in rows] == [(2, "any"), (3, "3-4"), (4, "3")]


def test_patients_below_one_of_two_names_are_not_those_of_the_other(tmp_path):
    head = "Event\tDrug\tDrug\tPlacebo (n=33)\tPlacebo (n=33)\n\t(n=35)\t\t\t\n\tAny grade\tGrade 3\tAny grade\tGrade 3"
    understood = _understood(tmp_path, f"{head}\nRash\t9 (25.7)\t1 (2.9)\t8 (24.2)\t2 (6.1)\n")
    assert {arm.label: arm.n_at_risk for arm in understood.arms} == {"Drug": 35, "Placebo": 33}


def test_more_patients_below_a_group_than_it_has_are_asked_for(tmp_path):
    head = "Event\tCohort 1 (n=20)\tCohort 2 (n=21)\n\tDrug (n=40)\tDrug (n=21)"
    understood = _understood(tmp_path, f"{head}\nRash\t9\t8\n")
    assert [column.n_at_risk for column in understood.columns[1:]] == [None, 21]


def test_a_name_over_groups_of_unlike_size_reaches_over_the_whole_of_the_group_it_begins_with(tmp_path):
    head = "Event\tBlinded\t\t\t\tOpen\t\n\tDrug (n=9)\t\tPlacebo (n=8)\t\tDrug (n=7)\t\n\tAll\tG3\tAll\tG3\tAll\tG3"
    columns = _understood(tmp_path, f"{head}\nRash\t5\t1\t6\t0\t4\t0\n").columns[1:]
    assert [(column.arm, column.n_at_risk) for column in columns] == [
        ("Blinded, Drug", 9), ("Blinded, Drug", 9), ("Placebo", 8), ("Placebo", 8), ("Open, Drug", 7), ("Open, Drug", 7),
    ]  # fmt: skip
