"""Laws of the intervals for one proportion, their edges, and bounds."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_pipeline.summarise.estimators import proportion
from safety_pipeline.summarise.estimators.outcome import count_fault

INTERVALS = sorted(proportion.INTERVALS)
CONTAINING = sorted(set(INTERVALS) - {"agresti_coull", "jeffreys"})
LEVELS = st.floats(0.5, 0.999)


@st.composite
def counts(draw):
    total = draw(st.integers(1, 2000))
    return draw(st.integers(0, total)), total


def limits(name, n, total, level=0.95):
    lower, upper = proportion.INTERVALS[name](n, total, level)
    return float(lower), float(upper)


@pytest.mark.parametrize("name", INTERVALS)
@given(pair=counts(), level=LEVELS, wider=st.floats(0.0001, 0.0009))
def test_a_wider_level_widens_the_interval(name, pair, level, wider):
    narrow, wide = limits(name, *pair, level), limits(name, *pair, level + wider)
    assert wide[0] <= narrow[0] + 1e-12
    assert wide[1] >= narrow[1] - 1e-12


@pytest.mark.parametrize("name", CONTAINING)
@given(pair=counts(), level=LEVELS)
def test_the_interval_contains_the_proportion_and_stays_inside_0_and_1(name, pair, level):
    lower, upper = limits(name, *pair, level)
    assert 0 <= lower <= pair[0] / pair[1] <= upper <= 1


@pytest.mark.parametrize("name", INTERVALS)
@given(pair=counts())
def test_one_more_patient_affected_raises_both_limits(name, pair):
    n, total = pair
    if n < total:
        before, after = limits(name, n, total), limits(name, n + 1, total)
        assert after[0] >= before[0] - 1e-12
        assert after[1] >= before[1] - 1e-12


@pytest.mark.parametrize("name", INTERVALS)
@given(pair=counts())
def test_counting_the_unaffected_mirrors_the_interval(name, pair):
    n, total = pair
    lower, upper = limits(name, n, total)
    assert limits(name, total - n, total) == pytest.approx((1 - upper, 1 - lower), abs=1e-9)


@given(pair=counts(), extra=st.integers(0, 50))
def test_on_bounds_the_outer_limits_contain_the_interval_of_every_count_between(pair, extra):
    low, total = pair
    high = min(total, low + extra)
    lower, upper = proportion.on_bounds(proportion.wilson, low, high, total)
    inner_lower, inner_upper = proportion.wilson(np.arange(low, high + 1), total)
    assert (inner_lower >= lower).all()
    assert (inner_upper <= upper).all()


def test_crossed_bounds_have_no_limits():
    assert np.isnan(proportion.on_bounds(proportion.wilson, 5, 3, 10)).all()


@pytest.mark.parametrize("name", sorted(set(INTERVALS) - {"agresti_coull", "jeffreys"}))
def test_the_ends_are_exactly_0_and_1(name):
    lower, upper = proportion.INTERVALS[name]([0, 73, 0, 10**6], [73, 73, 10**6, 10**6])
    assert lower[[0, 2]].tolist() == [0, 0]
    assert upper[[1, 3]].tolist() == [1, 1]


@pytest.mark.parametrize("name", INTERVALS)
def test_counts_that_carry_no_proportion_give_nan_and_the_others_stay(name):
    lower, upper = proportion.INTERVALS[name]([3, 0, 5, 18, None, -1, np.nan], [17, 0, None, 17, 17, 17, 17])
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [False] + [True] * 6


def test_each_refused_pair_of_counts_has_its_state_and_reason():
    state, reason = proportion.proportion_state([3, 0, 5, 18, None, -1], [17, 0, None, 17, 17, 17])
    assert state.tolist() == ["estimated", "undefined", "undefined", "error", "undefined", "error"]
    assert [bool(text) for text in reason] == [False] + [True] * 5


@pytest.mark.parametrize("pair", [(3, 17), (0, 0), (5, float("nan")), (18, 17), (-1, 17), (2, 0)])
def test_the_scalar_and_the_array_rule_for_counts_agree(pair):
    fault = count_fault(*pair)
    assert str(proportion.proportion_state(*pair)[0]) == (fault.state if fault else "estimated")


def test_a_column_without_a_usable_pair_and_an_empty_column_do_not_fail():
    assert np.isnan(proportion.clopper_pearson([0, 1], [0, None])[0]).all()
    assert proportion.jeffreys([], [])[0].size == 0


def test_published_intervals_for_0_of_73_are_met():
    # Recomputed in the notes on traps: Wilson [0, 5.0 %], Clopper-Pearson [0, 4.9 %], Jeffreys up to 3.4 %.
    found = [
        round(float(proportion.INTERVALS[name](0, 73)[1]), 3) for name in ("wilson", "clopper_pearson", "jeffreys")
    ]
    assert found == [0.05, 0.049, 0.034]


def test_the_exact_limits_put_half_alpha_in_each_tail_counted_by_enumeration():
    lower, upper = (float(v) for v in proportion.clopper_pearson(3, 9, 0.9))
    at_least = sum(comb(9, x) * lower**x * (1 - lower) ** (9 - x) for x in range(3, 10))
    at_most = sum(comb(9, x) * upper**x * (1 - upper) ** (9 - x) for x in range(4))
    assert (at_least, at_most) == pytest.approx((0.05, 0.05), abs=1e-12)
    lower, upper = (float(v) for v in proportion.midp(3, 9, 0.9))
    mid = [
        sum(w * comb(9, x) * p**x * (1 - p) ** (9 - x) for x, w in weights)
        for p, weights in (
            (lower, [(3, 0.5), *((x, 1) for x in range(4, 10))]),
            (upper, [(3, 0.5), *((x, 1) for x in range(3))]),
        )
    ]
    assert mid == pytest.approx([0.05, 0.05], abs=1e-12)
