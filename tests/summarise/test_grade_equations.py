"""Bounds from grade columns against every completion: all ways the patients of a small arm can be graded."""

from itertools import combinations_with_replacement, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from safety_pipeline.grade_equations import GradeColumns, at_each_grade, at_worst_grade, hull

RANGES = [(first, last) for first in range(1, 6) for last in range(first, 6)]
SETS_OF_GRADES = [frozenset(g for g in range(1, 6) if pick[g - 1]) for pick in product((0, 1), repeat=5)]
SMALL = settings(max_examples=60, deadline=None)


def columns_of(printed, at_risk):
    """One line with these printed ranges: (first, last) to (least, most)."""
    columns = GradeColumns.unprinted(np.array([at_risk], dtype=float))
    for (first, last), (low, high) in printed.items():
        columns.lower[0, first, last], columns.upper[0, first, last] = low, high
    return columns


def bounds(result):
    return float(result.lower[0]), float(result.upper[0]), bool(result.is_contradictory[0])


def at_worst(grades, first, last):
    return sum(first <= grade <= last for grade in grades)


def at_each(patients, first, last):
    return sum(any(first <= grade <= last for grade in grades) for grades in patients)


def narrowest(completions, count, printed, first):
    """Smallest and largest count of grade ``first`` or worse over the completions that print these columns."""
    fitting = [
        count(each, first, 5)
        for each in completions
        if all(low <= count(each, *span) <= high for span, (low, high) in printed.items())
    ]
    return (min(fitting), max(fitting)) if fitting else None


@given(
    st.lists(st.integers(0, 5), min_size=4, max_size=4),
    st.sets(st.sampled_from(RANGES), min_size=1, max_size=4),
    st.integers(0, 1),
    st.sampled_from([1, 3]),
)
@SMALL
def test_counts_at_the_worst_grade_give_the_narrowest_bounds(grades, spans, slack, first):
    printed = {(a, b): (max(0, at_worst(grades, a, b) - slack), at_worst(grades, a, b) + slack) for a, b in spans}
    truth = narrowest(combinations_with_replacement(range(6), 4), at_worst, printed, first)
    assert bounds(at_worst_grade(columns_of(printed, 4), first)) == (*truth, False)


@given(
    st.dictionaries(st.sampled_from(RANGES), st.integers(0, 3), min_size=1, max_size=4),
    st.sampled_from([1, 3]),
)
@SMALL
def test_columns_contradict_each_other_where_no_patients_fit(counts, first):
    printed = {span: (n, n) for span, n in counts.items()}
    truth = narrowest(combinations_with_replacement(range(6), 3), at_worst, printed, first)
    assert bounds(at_worst_grade(columns_of(printed, 3), first))[2] == (truth is None)


@given(
    st.lists(st.sampled_from(SETS_OF_GRADES), min_size=3, max_size=3),
    st.sets(st.sampled_from(RANGES), min_size=1, max_size=3),
    st.sampled_from([1, 3]),
)
@settings(SMALL, max_examples=25)
def test_counts_at_each_grade_are_bounded_by_every_completion(patients, spans, first):
    printed = {span: (at_each(patients, *span), at_each(patients, *span)) for span in spans}
    low, high = narrowest(combinations_with_replacement(SETS_OF_GRADES, 3), at_each, printed, first)
    found_low, found_high, contradictory = bounds(at_each_grade(columns_of(printed, 3), first))
    assert not contradictory
    assert found_low <= low <= high <= found_high


def test_a_printed_death_is_one_more_severe_patient_at_worst_grade_and_may_be_one_otherwise():
    printed = {(1, 5): (29, 29), (3, 4): (8, 8), (5, 5): (1, 1)}
    assert bounds(at_worst_grade(columns_of(printed, 100), 3)) == (9, 9, False)
    assert bounds(at_each_grade(columns_of(printed, 100), 3)) == (8, 9, False)


def test_a_column_inside_another_adds_nobody():
    printed = {(1, 2): (3, 3), (3, 3): (1, 1), (4, 4): (0, 0), (3, 5): (1, 1)}
    assert bounds(at_worst_grade(columns_of(printed, 100), 1)) == (4, 4, False)


def test_an_unknown_number_at_risk_leaves_the_rest_open():
    assert bounds(at_worst_grade(columns_of({(3, 4): (2, 2)}, np.inf), 1)) == (2, np.inf, False)


def test_contradictory_columns_give_bounds_that_admit_each_of_them():
    printed = {(1, 5): (25, 25), (1, 2): (20, 20), (3, 5): (9, 9)}
    assert bounds(hull(columns_of(printed, 100), 1)) == (25, 29, True)
    printed = {(1, 5): (25, 25), (3, 3): (3, 3), (3, 5): (1, 1)}
    assert bounds(hull(columns_of(printed, 100), 3)) == (1, 3, True)
