"""Intervals of laboratory grades, computed from limits; both sides of each limit, and one answer in every unit."""

import polars as pl
import pytest

from safety_pipeline.reference import load
from safety_pipeline.reference.crosswalk.cutoffs import computed_intervals

COLUMNS = [
    "grading_system", "term", "select_term", "grade", "unit", "condition", "direction", "mild_limit", "severe_limit",
    "highest_baseline", "has_clinical_part", "source",
]  # fmt: skip
TARGET = [
    ("CTCAE v4.03", "Enzyme", 1, "x ULN", "", "ULN", "3.0", ""),
    ("CTCAE v4.03", "Enzyme", 2, "x ULN", "", "3.0", "5.0", ""),
    ("CTCAE v4.03", "Enzyme", 3, "x ULN", "", "5.0", "20.0", ""),
    ("CTCAE v4.03", "Enzyme", 4, "x ULN", "", "20.0", "", ""),
]
TERMS = pl.DataFrame(
    [("CTCAE v4.03", "Enzyme", "", "Enzyme", "1234"), ("CTC v2.0", "Enzyme old", "", "Enzyme", "1234")],
    schema=["grading_system", "term", "select_term", "ctcae_term", "grades_defined"],
    orient="row",
)


def intervals(*limits):
    """The intervals of an old edition with (grade, unit, condition, milder limit, severer limit, highest baseline)."""
    rows = [*TARGET, *(("CTC v2.0", "Enzyme old", *one) for one in limits)]
    full = [
        (s, t, "", g, u, c, "high", mild, severe, base, "false", "test") for s, t, g, u, c, mild, severe, base in rows
    ]
    found = computed_intervals(pl.DataFrame(full, schema=COLUMNS, orient="row"), TERMS)
    return {grade: (low, high) for grade, low, high in found.select("grade", "grade_lower", "grade_upper").iter_rows()}


def test_a_range_that_ends_at_a_limit_does_not_reach_the_grade_that_begins_there():
    found = intervals((1, "x ULN", "", "ULN", "3.0", ""), (2, "x ULN", "", "3.0", "5.0", ""))
    assert found == {1: (1, 1), 2: (2, 2)}


@pytest.mark.parametrize("limit, second", [("2.9", (1, 2)), ("3.0", (2, 2)), ("3.1", (2, 2))])
def test_a_limit_just_below_that_of_v4_03_reaches_the_milder_grade_too(limit, second):
    assert intervals((1, "x ULN", "", "ULN", limit, ""), (2, "x ULN", "", limit, "5.0", ""))[2] == second


def test_a_grade_with_two_ranges_is_their_union():
    found = intervals(
        (1, "x ULN", "", "ULN", "3.0", ""),
        (2, "x ULN", "", "3.0", "5.0", ""),
        (2, "x ULN", "asymptomatic", "5.0", "9.0", ""),
    )
    assert found[2] == (2, 3)


def test_multiples_of_an_abnormal_baseline_reach_from_their_number_upwards():
    found = intervals(
        (1, "x ULN", "", "ULN", "3.0", ""), (1, "x baseline", "baseline above normal", "1.5", "3.0", ""),
        (2, "x ULN", "", "3.0", "5.0", ""), (2, "x baseline", "baseline above normal", "3.5", "5.0", ""),
    )  # fmt: skip
    assert found == {1: (1, 4), 2: (2, 4)}


def test_a_bounded_baseline_bounds_its_multiples():
    found = intervals(
        (1, "x ULN", "", "ULN", "3.0", ""),
        (2, "x ULN", "", "3.0", "5.0", ""),
        (2, "x baseline", "baseline above normal", "2.0", "3.0", "1.5"),
    )
    assert found[2] == (1, 2)


LABORATORY = load()
KEY = ["grading_system", "term", "select_term", "grade"]


def test_si_and_conventional_units_give_one_answer():
    """Each pair of units of one term: where both can be compared, the grades are the same."""
    cutoff = LABORATORY.cutoff
    both = [("mmol/L", "mg/dL"), ("10e9/L", "/mm3"), ("mmol/L", "g/dL")]
    compared = 0
    for one, other in both:
        answers = [
            computed_intervals(cutoff.filter(unit=unit), LABORATORY.terms).select(*KEY, "grade_lower", "grade_upper")
            for unit in (one, other)
        ]
        joined = answers[0].join(answers[1], on=KEY, how="inner", suffix="_other")
        compared += joined.height
        differing = joined.filter(
            (pl.col("grade_lower") != pl.col("grade_lower_other"))
            | (pl.col("grade_upper") != pl.col("grade_upper_other"))
        )
        assert differing.select(KEY).rows() == []
    assert compared > 50
