"""Contrasts of two arms: golden values of the two-dose trial, exact tests against enumeration, laws and states."""

from fractions import Fraction
from itertools import product
from math import comb, factorial, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta as beta_distribution

from safety_pipeline.summarise.estimators.arms import contrast, fisher, odds_ratio, posterior
from safety_pipeline.summarise.estimators.doses import trend

# 600 mg (of 74) against 400 mg (of 73): RD in points with limits, Fisher, Pr(p600 > p400).
GOLDEN = {
    "edema": ((57, 74, 52, 73), (5.8, -8.3, 19.7), 0.456, 0.789),
    "haemorrhage": ((10, 74, 8, 73), (2.6, -8.4, 13.5), 0.802, 0.681),
    "rash": ((27, 74, 18, 73), (11.8, -3.1, 26.0), 0.152, 0.940),
}
MEASURES = {
    "newcombe": contrast.risk_difference_newcombe,
    "miettinen_nurminen": contrast.risk_difference_miettinen_nurminen,
    "risk_ratio": contrast.risk_ratio_miettinen_nurminen,
    "risk_ratio_wald": contrast.risk_ratio_wald_log,
    "odds_ratio": odds_ratio.odds_ratio_conditional,
    "woolf": odds_ratio.odds_ratio_woolf,
}


@st.composite
def arms(draw):
    n1, n0 = draw(st.integers(2, 80)), draw(st.integers(2, 80))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0


@pytest.mark.parametrize("concept", GOLDEN)
def test_the_golden_contrasts_of_600_against_400_mg_are_met(concept):
    counts, difference, p, probability = GOLDEN[concept]
    found = contrast.risk_difference_newcombe(*counts)
    assert tuple(round(100 * v, 1) for v in (found.value, found.lower, found.upper)) == difference
    assert round(fisher.fisher_exact(*counts).minlike, 3) == p
    assert round(posterior.probability_higher(*counts).value, 3) == pytest.approx(probability, abs=5e-4)


@pytest.mark.parametrize("name", MEASURES)
@given(counts=arms(), level=st.floats(0.6, 0.99))
@settings(max_examples=60)
def test_a_contrast_lies_inside_its_limits_and_a_wider_level_widens_them(name, counts, level):
    found, wide = MEASURES[name](*counts, level), MEASURES[name](*counts, level + 0.005)
    if found.is_estimated:
        slack = 1e-9 * (1 + abs(found.value)) if found.value < inf else 0
        assert found.lower <= found.value + slack
        assert found.value <= found.upper + slack
        assert wide.lower <= found.lower + 1e-9
        assert wide.upper >= found.upper - 1e-9 * (1 + found.upper if found.upper < inf else 0)


@pytest.mark.parametrize("name", ["newcombe", "miettinen_nurminen"])
@given(counts=arms())
@settings(max_examples=60)
def test_swapping_events_and_non_events_mirrors_the_risk_difference(name, counts):
    x1, n1, x0, n0 = counts
    found, mirrored = MEASURES[name](*counts), MEASURES[name](n1 - x1, n1, n0 - x0, n0)
    assert (mirrored.lower, mirrored.upper) == pytest.approx((-found.upper, -found.lower), abs=1e-7)


@pytest.mark.parametrize("name", ["risk_ratio", "odds_ratio"])
@given(counts=arms())
@settings(max_examples=60)
def test_swapping_the_arms_inverts_a_ratio(name, counts):
    x1, n1, x0, n0 = counts
    found, swapped = MEASURES[name](*counts), MEASURES[name](x0, n0, x1, n1)
    assert found.state == swapped.state
    if found.is_estimated:
        inverse = [inf if v == 0 else 1 / v for v in (found.upper, found.lower)]
        assert (swapped.lower, swapped.upper) == pytest.approx(inverse, rel=1e-6)


@pytest.mark.parametrize("counts", [(4, 9, 1, 8), (0, 5, 3, 6), (7, 7, 2, 9), (3, 6, 3, 6), (1, 3, 0, 12)])
def test_fisher_agrees_with_the_enumeration_of_all_tables(counts):
    x1, n1, x0, n0 = counts
    m = x1 + x0
    p = {x: Fraction(comb(n1, x) * comb(n0, m - x), comb(n1 + n0, m)) for x in range(max(0, m - n0), min(n1, m) + 1)}
    found = fisher.fisher_exact(*counts)
    greater, less = sum(p[x] for x in p if x >= x1), sum(p[x] for x in p if x <= x1)
    assert found.minlike == pytest.approx(float(sum(v for v in p.values() if v <= p[x1])), abs=1e-12)
    assert (found.greater, found.less) == pytest.approx((float(greater), float(less)), abs=1e-12)
    assert found.central == pytest.approx(min(1.0, 2 * float(min(greater, less))), abs=1e-12)
    half = sum(v for v in p.values() if v < p[x1]) + sum(v for v in p.values() if v == p[x1]) / 2
    assert found.midp_minlike == pytest.approx(float(half), abs=1e-12)


@pytest.mark.parametrize("doses", [(0, 1, 2, 4), (100.5, 200, 350.25, 400), (400, 600, 800, 800)])
def test_the_exact_trend_agrees_with_the_enumeration_of_all_tables(doses):
    x, n = (1, 0, 2, 3), (4, 5, 3, 4)
    exact = [Fraction(str(dose)) for dose in doses]
    ways, events = {}, sum(x)
    for cells in product(*(range(size + 1) for size in n)):
        if sum(cells) == events:
            t = sum(d * c for d, c in zip(exact, cells, strict=True))
            ways[t] = ways.get(t, 0) + comb(4, cells[0]) * comb(5, cells[1]) * comb(3, cells[2]) * comb(4, cells[3])
    total, t = sum(ways.values()), sum(d * c for d, c in zip(exact, x, strict=True))
    centre = sum(v * w for v, w in ways.items()) / Fraction(total)
    found = trend.cochran_armitage_exact(x, n, doses)
    assert found.increasing == pytest.approx(sum(w for v, w in ways.items() if v >= t) / total, abs=1e-12)
    assert found.decreasing == pytest.approx(sum(w for v, w in ways.items() if v <= t) / total, abs=1e-12)
    away = sum(w for v, w in ways.items() if abs(v - centre) >= abs(t - centre))
    assert found.two_sided == pytest.approx(away / total, abs=1e-12)


@given(counts=arms())
@settings(max_examples=40)
def test_with_two_doses_the_exact_trend_is_fishers_one_sided_test(counts):
    x1, n1, x0, n0 = counts
    if 0 < x1 + x0 < n1 + n0:
        found, test = trend.cochran_armitage_exact([x0, x1], [n0, n1], [400, 600]), fisher.fisher_exact(*counts)
        assert (found.increasing, found.decreasing) == pytest.approx((test.greater, test.less), abs=1e-11)


def test_the_asymptotic_trend_does_not_change_when_doses_are_shifted_or_stretched():
    one = trend.cochran_armitage([1, 4, 8], [20, 20, 20], [0, 1, 3])
    other = trend.cochran_armitage([1, 4, 8], [20, 20, 20], [400, 600, 1000])
    assert one.z == pytest.approx(other.z, rel=1e-12)


@pytest.mark.parametrize(
    ("counts", "state"),
    [((0, 74, 0, 73), "undefined"), ((5, 0, 1, 3), "error"), ((9, 8, 1, 3), "error"), ((0, 0, 1, 3), "undefined")],
)
def test_a_table_that_carries_no_ratio_has_a_state_and_a_reason(counts, state):
    for measure in (contrast.risk_ratio_wald_log, odds_ratio.odds_ratio_conditional, fisher.fisher_exact):
        assert measure(*counts).state == state
        assert measure(*counts).reason


def test_an_empty_arm_gives_an_infinite_or_zero_ratio_with_one_finite_limit():
    high, low = contrast.risk_ratio_miettinen_nurminen(5, 10, 0, 12), odds_ratio.odds_ratio_conditional(0, 12, 5, 10)
    assert high.value == high.upper == inf
    assert 0 < high.lower < inf
    assert low.value == low.lower == 0
    assert 0 < low.upper < inf
    assert contrast.risk_ratio_wald_log(5, 10, 0, 12).state == "undefined"
    assert odds_ratio.odds_ratio_woolf(5, 10, 0, 12).state == "undefined"


def test_no_event_in_either_arm_still_has_a_risk_difference_of_0_with_limits():
    found = contrast.risk_difference_miettinen_nurminen(0, 74, 0, 73)
    assert found.value == 0
    assert found.lower < 0 < found.upper


@pytest.mark.parametrize(
    ("x", "n", "dose"), [([0, 0], [5, 5], [1, 2]), ([5, 5], [5, 5], [1, 2]), ([1, 2], [5, 5], [4, 4])]
)
def test_a_trend_without_contrast_is_undefined_with_its_reason(x, n, dose):
    for test in (trend.cochran_armitage, trend.cochran_armitage_exact):
        assert test(x, n, dose).state == "undefined"
        assert test(x, n, dose).reason


def test_doses_without_a_common_step_make_the_exact_trend_not_estimable_instead_of_endless():
    found = trend.cochran_armitage_exact([100, 90, 80], [300, 300, 300], [1 / 3, 0.7071067811865476, 3.14159265358979])
    assert found.state == "not estimable"


def test_the_exact_trend_of_two_large_arms_is_quick_and_still_fishers_test():
    found = trend.cochran_armitage_exact([9_000, 9_300], [400_000, 400_000], [600.5, 400])
    test = fisher.fisher_exact(9_000, 400_000, 9_300, 400_000)
    assert (found.increasing, found.decreasing) == pytest.approx((test.greater, test.less), rel=1e-6)


def test_the_posterior_probability_agrees_with_counting_whole_numbers():
    # With whole parameters the Beta distribution of the lower dose is a binomial tail, and its mean a ratio of betas.
    def beta(a, b):
        return Fraction(factorial(a - 1) * factorial(b - 1), factorial(a + b - 1))

    a1, b1, a0, b0 = 3 + 1, 7 + 1, 2 + 1, 9 + 1
    m = a0 + b0 - 1
    total = sum(comb(m, k) * beta(a1 + k, b1 + m - k) for k in range(a0, m + 1)) / beta(a1, b1)
    assert posterior.probability_higher(3, 10, 2, 11, posterior.UNIFORM).value == pytest.approx(float(total), abs=1e-10)


@given(counts=arms())
@settings(max_examples=40)
def test_the_two_posterior_probabilities_add_up_to_1(counts):
    x1, n1, x0, n0 = counts
    up, down = posterior.probability_higher(*counts), posterior.probability_higher(x0, n0, x1, n1)
    assert up.value + down.value == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((1, 2, 500_000, 1_000_000), 0.5),
        ((500_000, 1_000_000, 1, 2), 0.5),
        ((2, 2, 200_000, 1_000_000), float(beta_distribution.sf(0.2, 2.5, 0.5))),
        ((2, 2, 0, 1_000_000), 1.0),
    ],
)
def test_a_very_large_arm_beside_a_very_small_one_acts_like_a_known_risk(counts, expected):
    assert posterior.probability_higher(*counts).value == pytest.approx(expected, abs=2e-6)
