# ruff: noqa: E501 - one broken input a line, with the message it must give
"""What a person gets wrong: one clear message, a refusal, and the rest of the document comes through."""

import pytest
from literature_examples import MANIFEST, TABLE

GOOD = "Event\t400 mg\t600 mg\nNausea\t10 (13.7)\t9 (12.2)\nRash\t1 (1.4)\t0\n"
TWO_TABLES = MANIFEST + TABLE + TABLE.replace("Table 1", "Table 2").replace("table_1", "table_2")


@pytest.mark.parametrize(
    ("found", "written", "message"),
    [
        ("n_at_risk: 74", "n_at_risk: seventy", "arms[1].n_at_risk: 'seventy' is wrong, should be a valid integer; write e.g. n_at_risk: 74"),
        ("n_at_risk: 74", "n_at_risc: 74", "arms[1].n_at_risc: unknown key; did you mean n_at_risk?"),
        ("edition: CTC v2.0", "edition: CTC v7.0", "grading_system.edition: 'CTC v7.0' is not one of CTC v2.0, CTCAE v3.0"),
        ("trial_id: T1\n", "", "trial_id: missing; write e.g. trial_id: B2222"),
        ("document_id: example", "document_id: other", "document.document_id: 'other' is not the name of the folder; write document_id: example"),
        ("id: high", "id: low", "arms: the id 'low' stands there twice"),
        ("trial_id: T1\n", "trial_id:\n", "trial_id: not answered yet; write e.g. trial_id: B2222"),
        ("arm: high", "arm: medium", "tables[0].columns[1].arm: 'medium' is not the id of an arm; the arms are high, low"),
        ("dose_mg_per_day: 600, ", "", "arms[1]: dose_mg_per_day: missing without a reason"),
        ("grades: any}\n      - {number: 3", "grades: 4-3}\n      - {number: 3", "'4-3' runs backwards; write 3-4"),
        ("number: 3", "number: 2", "column 2 is described twice"),
        ("document_priority: 1", "document_priority: 0", "document.document_priority: 0 is wrong, should be greater than or equal to 1"),
        ("document:\n", "document: [\n", "line"),
        ("drug: imatinib", "drug: imatinib\n  drug: placebo", "the key 'drug' stands twice"),
        ("document_id: example", "document_id: &a example\n  title: *a", "aliases (*name) are not accepted"),
        ("has_toxicity_results: true", "has_toxicity_results: false", "no_results_reason: missing"),
    ],
)  # fmt: skip
def test_a_broken_manifest_refuses_the_delivery_with_the_key_and_the_fix(read_table, found, written, message):
    manifest = MANIFEST + TABLE
    assert found in manifest
    read = read_table(GOOD, manifest.replace(found, written, 1))
    assert read.rules == ["manifest_is_valid"]
    assert read.explanation.startswith("document.yaml")
    assert message in read.explanation
    assert read.cell.is_empty() and read.document.is_empty()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00d", "document: \xe9".encode("latin-1"), b"- a\n- b\n", b"[" * 5000]
)
def test_a_manifest_that_is_no_manifest_is_refused_by_name(read_delivery, content):
    read = read_delivery({"document.yaml": content})
    assert read.rules == ["manifest_is_valid"]
    assert read.explanation.startswith("document.yaml")


def test_a_delivery_without_a_manifest_is_refused(read_delivery):
    read = read_delivery({"table_1.tsv": GOOD})
    assert read.rules == ["manifest_is_valid"]
    assert "document.yaml is missing; put it into example/" in read.explanation


@pytest.mark.parametrize(
    ("content", "rule", "message"),
    [
        (None, "table_file_exists", "table_1.tsv: no such file in the delivery"),
        (b"", "table_has_rows", "table_1.tsv: the table is empty"),
        (b"Event\t400 mg\t600 mg\n", "table_has_rows", "no rows below the 1 header rows"),
        ("Event\t400 mg\t600 mg\nNaus\xe9e\t1\t2\n".encode("latin-1"), "table_is_utf8", "table_1.tsv: not UTF-8 at byte 25"),
        ("Event\t400\t600\nNausea\t1\t2\n".encode("utf-16"), "table_is_utf8", "save it again as UTF-8"),
        (b"Event\t400 mg\nNausea\t1\n", "column_is_in_the_table", "describes column 3, but the table has 2"),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_and_the_other_tables_come_through(read_delivery, content, rule, message):
    files = {"document.yaml": TWO_TABLES, "table_2.tsv": GOOD} | ({} if content is None else {"table_1.tsv": content})
    read = read_delivery(files)
    assert read.rules == [rule]
    assert message in read.explanation
    assert read.refusal["table_label"].to_list() == ["Table 1"]
    assert read.cell["table_label"].unique().to_list() == ["Table 2"]
    assert read.source_table.height == 2


@pytest.mark.parametrize("file", ["../../secret.tsv", "/etc/passwd", "table\\u0000.tsv"])
def test_a_table_outside_the_delivery_is_refused(read_table, file):
    read = read_table(GOOD, (MANIFEST + TABLE).replace("file: table_1.tsv", f'file: "{file}"'))
    assert len(read.rules) == 1
    assert read.cell.is_empty()


def test_an_unreadable_cell_is_refused_with_its_place_and_the_other_cells_come_through(read_table):
    read = read_table(GOOD.replace("9 (12.2)", "nine"))
    refusal = read.refusal.row(0, named=True)
    assert (refusal["row_number"], refusal["row_label"], refusal["printed"]) == (2, "Nausea", "nine")
    assert (refusal["column_label"], refusal["arm_id"], refusal["rule"]) == ("600 mg", "T1.high", "cell_is_readable")
    assert "table_1.tsv, line 2: 'nine' does not read as 'n (%)' in column 3" in refusal["explanation"]
    assert read.cell.height == 3


def test_a_printed_column_that_nobody_described_is_refused_cell_by_cell(read_table):
    read = read_table("Event\t400 mg\t600 mg\tp\nNausea\t10 (13.7)\t9 (12.2)\t0.8\n")
    assert read.rules == ["column_is_described"]
    assert read.refusal["printed"].to_list() == ["0.8"]
    assert read.cell.height == 2


def test_a_column_ignored_with_a_reason_is_not_refused_but_noted(read_table):
    ignored = MANIFEST + TABLE + '      - {number: 4, role: ignore, reason: "p values"}\n'
    read = read_table("Event\t400 mg\t600 mg\tp\nNausea\t10 (13.7)\t9 (12.2)\t0.8\n", ignored)
    assert read.refusal.is_empty()
    assert read.source_table["note"].to_list() == ["column 4 is not read: p values"]


def test_more_affected_than_at_risk_is_left_to_the_checks(read_table):
    read = read_table("Event\t400 mg\t600 mg\nNausea\t80 (109.6)\t9 (12.2)\n")
    assert read.counts("n_affected_upper", "n_at_risk") == [(80, 73), (9, 74)]


def test_a_blank_is_missing_unless_the_manifest_says_who_calls_it_zero(read_table):
    blank = "Event\t400 mg\t600 mg\nNausea\t\t9 (12.2)\n"
    assert read_table(blank).counts("cell_status", "n_affected_upper")[0] == ("missing", None)
    means = TABLE + "    blank_means: {value: 0, status: reported_zero, source: footnote a}\n"
    assert read_table(blank, MANIFEST + means).counts("cell_status", "n_affected_upper")[0] == ("reported_zero", 0)
