"""Any grade and severe from grades printed apart: exact under worst-grade counting, bounds otherwise."""

import pytest
from printed_tables import Printed, bounds


def graded(counts, counting, n=60):
    printed = Printed().document("D").table().arm("D.400", 400.0, n)
    for grades, affected in counts.items():
        printed.cell("D.400", "Edema", grades, affected, grade_counting=counting)
    return printed


SEPARATE = {"1": 10, "2": 5, "3": 3, "4": 1, "5": 0}


def test_worst_grades_add_up():
    printed = graded(SEPARATE, "worst")
    any_grade, severe = (printed.answer("D.400", "edema", band) for band in ("any", "severe"))
    assert (any_grade["reporting_status"], *bounds(any_grade)) == ("observed", 19, 19)
    assert (severe["reporting_status"], *bounds(severe)) == ("observed", 4, 4)


@pytest.mark.parametrize("counting", ["each", "unknown"])
def test_a_patient_counted_in_several_grades_leaves_bounds(counting):
    printed = graded(SEPARATE, counting)
    any_grade, severe = (printed.answer("D.400", "edema", band) for band in ("any", "severe"))
    assert (any_grade["reporting_status"], *bounds(any_grade)) == ("derived_bounds", 10, 19)
    assert (severe["reporting_status"], *bounds(severe)) == ("derived_bounds", 3, 4)


def test_a_printed_band_is_taken_before_separate_grades():
    printed = graded({**SEPARATE, "any": 15}, "each")
    assert bounds(printed.answer("D.400", "edema", "any")) == (15, 15)


def test_grades_that_stop_at_3_do_not_say_how_many_were_worse():
    printed = graded({"1": 10, "2": 5, "3": 3}, "worst")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("derived_bounds", 18, 60)


def test_a_grade_that_is_not_printed_leaves_room_for_its_patients():
    printed = graded({"1": 10, "3": 3, "4": 1, "5": 0}, "worst")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("derived_bounds", 14, 60)


def test_mild_grades_alone_say_nothing_of_severe_ones():
    printed = graded({"1-2": 10}, "worst")
    assert printed.answer("D.400", "edema", "severe")["reporting_status"] == "not_tabulated"


def test_zeros_in_every_grade_are_a_reported_zero():
    printed = graded(dict.fromkeys(SEPARATE, 0), "worst")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("reported_zero", 0, 0)


def test_a_document_whose_lines_never_give_way_is_read_alike_beside_one_whose_lines_do():
    beside = graded({"any": 15}, "worst").document("E").table().arm("E.400", 400.0, 60)
    for grades, affected in {"any": 19, "3-4": 4}.items():
        beside.cell("E.400", "Edema", grades, affected, grade_counting="worst")
    assert bounds(beside.answer("D.400", "edema", "any")) == (15, 15)
    assert bounds(beside.answer("E.400", "edema", "any")) == (19, 19)
    assert bounds(beside.answer("E.400", "edema", "severe")) == (4, 4)
