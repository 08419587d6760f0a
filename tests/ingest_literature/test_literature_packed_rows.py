"""Several rows in one printed line: unpacked only where a single reading keeps what is printed."""

import pytest
from literature_examples import MANIFEST, TABLE

COMPOSITE = (
    MANIFEST
    + TABLE
    + """
      - {number: 4, role: total, grades: any, n_at_risk: 147}
    rows:
      - {label: Edema, sub_rows: [{label: Leg}, {label: Face}]}
"""
)
HEADER = "Event\t400 mg\t600 mg\tAll\n"


def _counts(read) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for label, n in read.counts("row_label", "n_printed"):
        found.setdefault(label, []).append(n)
    return found


def test_as_many_values_as_labels_are_read_in_their_order(read_table):
    read = read_table(HEADER + "Edema Leg Face\t52 (71.2) 19 (26.0) 6 (8.2)\t57 11 9\t109 30 15\n", COMPOSITE)
    assert _counts(read) == {"Edema": [52, 57, 109], "Leg": [19, 11, 30], "Face": [6, 9, 15]}
    assert read.cell["parent_row_label"].to_list() == [None] * 3 + ["Edema"] * 6


def test_a_surplus_value_is_dropped_where_only_that_makes_the_arms_add_up(read_table):
    read = read_table(HEADER + "Edema Leg Face\t52 19 6\t57 11 9\t109 30 15 16\n", COMPOSITE)
    assert _counts(read)["Face"] == [6, 9, 15]
    assert "one of 1 printed '16' dropped" in read.cell["repair"][2]


def test_a_surplus_value_that_could_be_any_is_refused_with_the_whole_line(read_table):
    read = read_table(HEADER + "Edema Leg Face\t52 19 6 5\t57 11 9\t\n", COMPOSITE)
    assert read.rules == ["packed_row_has_one_reading"] * 3
    assert read.refusal["row_label"].unique().to_list() == ["Edema Leg Face"]
    assert read.refusal["printed"].to_list() == ["52 19 6 5", "57 11 9", ""]
    assert "4 ways to spread its values over 3 labels" in read.explanation


def test_a_missing_value_is_refused_unless_its_place_is_known(read_table):
    assert read_table(HEADER + "Edema Leg Face\t52 6\t57 11 9\t\n", COMPOSITE).cell.is_empty()
    known = read_table(HEADER + "Edema Leg Face\t52 6\t57 11 9\t109 11 15\n", COMPOSITE)
    assert _counts(known) == {"Edema": [52, 57, 109], "Leg": [None, 11, 11], "Face": [6, 9, 15]}
    assert known.cell["cell_status"][3] == "missing"


def test_a_reading_that_breaks_a_printed_percentage_is_not_made(read_table):
    read = read_table(HEADER + "Edema Leg\t19 (26.0) 52 (26.0)\t1 1\t20 53\n", COMPOSITE)
    assert read.rules == ["packed_row_has_one_reading"] * 3


def test_a_sub_row_never_exceeds_its_parent(read_table):
    read = read_table(HEADER + "Edema Leg\t5 19\t1 1\t\n", COMPOSITE)
    assert read.rules == ["packed_row_has_one_reading"] * 3


def test_a_long_packed_line_is_refused_and_not_tried_for_ever(read_table):
    labels = [f"site{i}" for i in range(30)]
    rows = "{label: Edema, sub_rows: [" + ", ".join(f"{{label: {each}}}" for each in labels) + "]}"
    manifest = COMPOSITE.replace("{label: Edema, sub_rows: [{label: Leg}, {label: Face}]}", rows)
    values = " ".join(["1"] * 50)
    read = read_table(HEADER + f"Edema {' '.join(labels)}\t{values}\t{values}\t{values}\n", manifest)
    assert read.rules == ["packed_row_has_one_reading"] * 3


def test_several_values_under_one_label_are_refused(read_table):
    read = read_table(HEADER + "Nausea\t5 (6.8) 6 (8.2)\t1\t2\n", COMPOSITE)
    assert read.rules == ["cell_is_readable"]


@pytest.mark.parametrize(
    "latex", ["$52 \\\\ 19 \\\\ 6$", "$ \\begin{array}{c} 52\\ (71.2) \\\\ 19 (26.0) \\\\ 6 \\end{array} $"]
)
def test_typesetting_marks_between_values_do_not_matter(read_table, latex):
    read = read_table(HEADER + f"Edema Leg Face\t{latex}\t57 11 9\t109 30 15\n", COMPOSITE)
    assert _counts(read)["Leg"] == [19, 11, 30]
