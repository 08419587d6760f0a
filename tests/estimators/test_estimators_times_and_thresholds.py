"""Censored pooling, exposure-adjusted rates and cumulative incidence: against enumeration, hand counts and laws."""

from math import comb, exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from safety_pipeline.summarise.estimators import exposure
from safety_pipeline.summarise.estimators.trials import censored, glmm, pooling
from safety_pipeline.summarise.estimators.trials.censored_quadrature import Chances


def beta_binomial_pmf(x, n, a, b):
    def log_beta(p, q):
        return lgamma(p) + lgamma(q) - lgamma(p + q)

    return comb(n, x) * exp(log_beta(x + a, n - x + b) - log_beta(a, b))


def test_a_bounded_trial_enters_the_likelihood_as_the_sum_over_its_counts():
    b = censored.bounds([0, 4], [3, 4], [73, 60])
    location, size = log(0.05 / 0.95), 30.0
    a, c = size * 0.05, size * 0.95
    expected = log(sum(beta_binomial_pmf(x, 73, a, c) for x in range(4))) + log(beta_binomial_pmf(4, 60, a, c))
    assert censored.beta_binomial_likelihood(b)(location, log(size)) == pytest.approx(expected, abs=1e-9)


def test_the_logit_normal_likelihood_agrees_with_the_quadrature_of_the_random_intercept_model():
    x, n = [37, 3, 5, 2, 9], [73, 17, 119, 40, 170]
    found = censored.censored_logit_normal(censored.bounds(x, x, n))
    fit = glmm.random_intercept(pooling.gather(x, n))
    assert found.estimate.value == pytest.approx(float(fit.estimate[0]), abs=1e-4)
    assert found.spread == pytest.approx(float(fit.tau2[0]), abs=2e-3)


@pytest.mark.parametrize(("location", "tau"), [(-3.9, 2.1), (-3.0, 0.1), (0.0, 3.0), (-6.0, 1.2)])
def test_the_chance_of_a_trial_agrees_with_a_fine_grid_however_large_the_trial(location, tau):
    lower, upper, n = (
        np.array(v, float) for v in ([20, 0, 0, 500, 30], [20, 69, 0, 500, 60], [1500, 1400, 50, 5000, 400])
    )
    u, step = np.linspace(-8.5, 8.5, 200_001, retstep=True)
    p = 1 / (1 + np.exp(-(location + tau * u)))
    density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi) * step
    counts = (np.arange(a, b + 1) for a, b in zip(lower, upper, strict=True))
    chances = [sum((binom.pmf(x, size, p) * density).sum() for x in xs) for xs, size in zip(counts, n, strict=True)]
    found = Chances(lower, upper, n).log_likelihood(location, tau)
    assert found == pytest.approx(np.log(chances).sum(), abs=2e-4)


def test_trials_of_thousands_agree_with_the_random_intercept_model():
    x, n = [300, 1500, 700, 40, 2500], [5000] * 5
    found, fit = censored.censored_logit_normal(censored.bounds(x, x, n)), glmm.random_intercept(pooling.gather(x, n))
    assert found.estimate.value == pytest.approx(float(fit.estimate[0]), abs=1e-4)
    assert found.spread == pytest.approx(float(fit.tau2[0]), abs=2e-3)


def test_a_fit_at_the_widest_spread_it_looks_at_has_not_converged():
    found = censored.censored_logit_normal(censored.bounds([0, 0, 0, 0, 300], [0, 0, 0, 0, 300], [300] * 5))
    assert not found.converged


def test_trials_without_a_known_event_give_an_upper_limit_only():
    hidden = censored.censored_logit_normal(censored.bounds([0, 0], [0, 4], [90, 100]))
    assert (hidden.estimate.state, hidden.estimate.lower) == ("not estimable", 0.0)
    assert np.isnan(hidden.estimate.value)
    # (1 - p)^90 P(X <= 4 | 100, p) = 0.025
    p = hidden.estimate.upper
    assert (1 - p) ** 90 * binom.cdf(4, 100, p) == pytest.approx(0.025)
    none = censored.censored_beta_binomial(censored.bounds([0, 0], [0, 0], [90, 100])).estimate
    assert none.upper == pytest.approx(1 - 0.025 ** (1 / 190))


def test_a_further_trial_is_expected_in_a_wider_range_than_the_interval():
    fit = censored.censored_logit_normal(censored.bounds([6, 8, 5, 0, 0], [6, 8, 5, 3, 4], [80, 100, 60, 73, 90]))
    assert fit.further[0] < fit.estimate.lower < fit.estimate.value < fit.estimate.upper < fit.further[1]


@pytest.mark.parametrize("estimator", [censored.censored_beta_binomial, censored.censored_logit_normal])
def test_a_trial_that_says_nothing_changes_nothing(estimator):
    told = estimator(censored.bounds([5, 0, 9], [5, 3, 9], [80, 73, 120]))
    with_silence = estimator(censored.bounds([5, 0, 9, 0], [5, 3, 9, 50], [80, 73, 120, 50]))
    assert with_silence == told
    assert told.converged
    assert (told.k_trials, told.k_bounded) == (3, 1)


def test_using_the_cells_below_the_threshold_lowers_the_available_case_estimate():
    all_cells = censored.censored_beta_binomial(
        censored.bounds([6, 8, 0, 0, 0], [6, 8, 3, 4, 5], [80, 100, 73, 90, 110])
    )
    available = censored.censored_beta_binomial(censored.bounds([6, 8], [6, 8], [80, 100]))
    assert all_cells.estimate.value < 0.05 < available.estimate.value


@pytest.mark.parametrize(
    ("lower", "upper", "n", "state"),
    [
        ([0, 0], [3, 3], [73, 74], "not estimable"),
        ([5, 0], [5, 40], [50, 40], "not estimable"),
        ([5, 4], [5, 2], [50, 40], "error"),
        ([5, 60], [5, 60], [50, 40], "error"),
    ],
)
def test_bounds_that_carry_no_estimate_give_a_state_and_a_reason(lower, upper, n, state):
    found = censored.censored_beta_binomial(censored.bounds(lower, upper, n)).estimate
    assert found.state == state
    assert found.reason


@given(counts=st.lists(st.integers(1, 40), min_size=3, max_size=5), level=st.sampled_from([0.8, 0.9]))
@settings(max_examples=5, deadline=None)
def test_profile_limits_contain_the_estimate_and_widen_with_the_level(counts, level):
    b = censored.bounds(counts, counts, [60] * len(counts))
    found, wide = censored.censored_beta_binomial(b, level), censored.censored_beta_binomial(b, level + 0.05)
    assert wide.estimate.lower <= found.estimate.lower <= found.estimate.value
    assert found.estimate.value <= found.estimate.upper <= wide.estimate.upper


def test_a_rate_without_person_time_is_refused_with_the_reason():
    for person_time in (None, float("nan")):
        found = exposure.exposure_adjusted_rate(5, person_time)
        assert found.state == "not estimable"
        assert "person-time" in found.reason
    assert exposure.exposure_adjusted_rate(0, 0).state == "undefined"
    assert exposure.exposure_adjusted_rate(-1, 3).state == "error"


def test_the_exact_poisson_limits_put_half_alpha_in_each_tail():
    found = exposure.exposure_adjusted_rate(4, 2.0)
    low, high = 2 * found.lower, 2 * found.upper
    terms = [range(4), range(5)]
    below, at_most = (
        sum(exp(-m) * m**k / exp(lgamma(k + 1)) for k in t) for m, t in zip((low, high), terms, strict=True)
    )
    assert (1 - below, at_most) == pytest.approx((0.025, 0.025), abs=1e-12)
    assert exposure.exposure_adjusted_rate(0, 10).lower == 0


def test_the_cumulative_incidence_counts_patients_with_a_competing_event_as_never_affected():
    # Ten patients by hand: event at 1, competing at 2, event at 3 (8 at risk), censored at 4, event at 5 (6 at risk).
    time, status = [1, 2, 3, 4, 5, 6, 6, 6, 6, 6], [1, 2, 1, 0, 1, 0, 0, 0, 0, 0]
    found = exposure.aalen_johansen(time, status)
    steps = np.cumsum([1 / 10, 0.8 / 8, 0.7 / 6])
    assert found.time.tolist() == [1, 3, 5]
    assert found.n_at_risk.tolist() == [10, 8, 6]
    assert found.incidence == pytest.approx(steps)
    assert found.at(4).value == pytest.approx(0.2)
    assert found.at(0.5).value == 0


def test_without_censoring_the_last_incidence_is_the_share_of_patients_with_its_binomial_standard_error():
    status = np.array([1] * 6 + [2] * 9 + [0] * 5)
    time = np.concatenate([np.arange(1, 16), np.full(5, 99)])
    found = exposure.aalen_johansen(time, status)
    assert found.incidence[-1] == pytest.approx(6 / 20)
    assert found.se[-1] == pytest.approx((0.3 * 0.7 / 20) ** 0.5, rel=1e-9)


@given(data=st.lists(st.tuples(st.integers(1, 20), st.sampled_from([0, 1, 2])), min_size=2, max_size=40))
def test_the_cumulative_incidence_rises_and_never_exceeds_one_minus_kaplan_meier(data):
    time, status = (np.array(side) for side in zip(*data, strict=True))
    found = exposure.aalen_johansen(time, status)
    if found.state == "estimated":
        assert (np.diff(found.incidence) > 0).all()
        naive = exposure.aalen_johansen(time, np.where(status == 2, 0, status))
        assert (found.incidence <= naive.incidence + 1e-12).all()
        assert (found.lower <= found.incidence + 1e-12).all()
        assert (found.incidence <= found.upper + 1e-12).all()


@pytest.mark.parametrize(
    ("time", "status", "state"),
    [([], [], "not estimable"), ([1, 2], [0, 2], "not estimable"), ([1, -2], [0, 1], "error")],
)
def test_times_that_carry_no_curve_give_a_state_and_a_reason(time, status, state):
    found = exposure.aalen_johansen(time, status)
    assert found.state == found.at(3).state == state
    assert found.reason
