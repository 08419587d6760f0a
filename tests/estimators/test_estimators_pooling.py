"""Pooled incidences: golden values, many groups at once against one at a time, and the states."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, gammaln

from safety_pipeline.summarise.estimators.trials import glmm, pooling
from safety_pipeline.summarise.estimators.trials.tau2 import reml, restricted_log_likelihood

ESTIMATORS = {
    "common": pooling.common_effect,
    "REML": pooling.random_effects,
    "guarded": pooling.hartung_knapp_guarded,
    "GLMM": glmm.random_intercept,
}


@st.composite
def trials(draw):
    k = draw(st.integers(2, 7))
    totals = draw(st.lists(st.integers(5, 300), min_size=k, max_size=k))
    return [draw(st.integers(0, total)) for total in totals], totals


def test_the_golden_random_intercept_estimate_is_met():
    fit = glmm.random_intercept(pooling.gather([5, 116], [119, 170]))
    assert [round(float(v[0]), 4) for v in (fit.estimate, fit.lower, fit.upper)] == [0.2355, 0.0191, 0.8297]


def test_edema_at_400_mg_is_as_heterogeneous_as_stated():
    found = pooling.heterogeneity(pooling.gather([52, 5], [73, 17]))
    assert (round(float(found.q[0]), 2), round(float(found.i2[0]), 2)) == (9.07, 0.89)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_many_groups_at_once_give_what_each_group_gives_alone(name):
    rng = np.random.default_rng(7)
    group = np.repeat(np.arange(12), rng.integers(1, 6, 12))
    total = rng.integers(5, 200, group.size)
    events = rng.binomial(total, rng.uniform(0, 0.4, group.size))
    shuffled = rng.permutation(group.size)
    together = ESTIMATORS[name](pooling.gather(events[shuffled], total[shuffled], group[shuffled]))
    for one in range(12):
        mine = group == one
        alone = ESTIMATORS[name](pooling.gather(events[mine], total[mine]))
        for column in ("estimate", "lower", "upper", "tau2", "prediction_upper"):
            a, b = getattr(together, column)[one], getattr(alone, column)[0]
            assert a == pytest.approx(b, abs=1e-6, nan_ok=True)
        assert together.state[one] == alone.state[0]


def minus_log_likelihood(at, x, n):
    """The random-intercept likelihood by brute force: a sum over 4,001 points of the normal."""
    u = np.linspace(-9, 9, 4001)
    eta = at[0] + at[1] * u[:, None]
    log_p = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1) + x * eta - n * np.logaddexp(0, eta)
    density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi) * (u[1] - u[0])
    return -np.log((np.exp(log_p) * density[:, None]).sum(axis=0)).sum()


@pytest.mark.parametrize(
    ("x", "n"), [([2, 9, 1, 5, 0, 12], [40, 60, 55, 80, 30, 90]), ([30, 41, 12, 55], [60, 60, 55, 80])]
)
def test_the_random_intercept_model_finds_the_maximum_of_the_likelihood_summed_by_brute_force(x, n):
    found = minimize(
        minus_log_likelihood,
        [-1.0, 0.5],
        args=(np.array(x), np.array(n)),
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-10},
    )
    fit = glmm.random_intercept(pooling.gather(x, n))
    assert float(fit.estimate[0]) == pytest.approx(expit(found.x[0]), abs=2e-4)
    assert float(fit.tau2[0]) == pytest.approx(found.x[1] ** 2, abs=2e-3)
    assert bool(fit.converged[0])


@given(data=trials())
@settings(max_examples=40)
def test_random_effects_lie_inside_their_limits_and_a_wider_level_widens_them(data):
    counts = pooling.gather(*data)
    for estimator in (pooling.common_effect, pooling.random_effects, pooling.hartung_knapp_guarded):
        fit, wide = estimator(counts, level=0.9), estimator(counts, level=0.95)
        assert fit.lower[0] <= fit.estimate[0] <= fit.upper[0]
        assert wide.lower[0] <= fit.lower[0] + 1e-12
        assert wide.upper[0] >= fit.upper[0] - 1e-12


@given(data=trials())
@settings(max_examples=40)
def test_swapping_events_and_non_events_mirrors_the_pooled_estimate(data):
    x, n = (np.array(side) for side in data)
    fit, mirrored = pooling.random_effects(pooling.gather(x, n)), pooling.random_effects(pooling.gather(n - x, n))
    assert mirrored.estimate[0] == pytest.approx(1 - fit.estimate[0], abs=1e-6)
    assert mirrored.tau2[0] == pytest.approx(fit.tau2[0], abs=1e-5)


@given(data=trials())
@settings(max_examples=25)
def test_the_guard_never_gives_a_smaller_standard_error_than_the_classic_one(data):
    counts = pooling.gather(*data)
    assert pooling.hartung_knapp_guarded(counts).se_logit[0] >= pooling.random_effects(counts).se_logit[0] - 1e-12


def test_one_trial_is_not_pooled_and_says_so():
    counts = pooling.gather([5], [17])
    for estimator in ESTIMATORS.values():
        fit = estimator(counts)
        assert fit.state[0] == "not estimable"
        assert np.isnan([fit.estimate[0], fit.lower[0], fit.tau2[0], fit.prediction_lower[0]]).all()
    assert np.isnan(pooling.heterogeneity(counts).q[0])
    assert np.isnan(pooling.tau2_limits(counts)[0][0])


@pytest.mark.parametrize(("x", "n"), [([0, 0], [73, 17]), ([73, 17], [73, 17]), ([0, 20], [50, 20])])
def test_an_infinite_logit_or_tau2_makes_the_random_intercept_model_not_estimable(x, n):
    fit = glmm.random_intercept(pooling.gather(x, n))
    assert fit.state[0] == "not estimable"
    assert fit.reason[0]
    assert np.isnan(fit.estimate[0])
    assert not fit.converged[0]


def test_a_trial_without_usable_counts_refuses_its_group_only():
    fit = pooling.random_effects(pooling.gather([5, 18, 3, 4], [20, 17, 30, 30], [0, 0, 1, 1]))
    assert fit.state.tolist() == ["error", "estimated"]


def test_a_prediction_interval_needs_three_trials():
    two, three = pooling.gather([5, 9], [20, 30]), pooling.gather([5, 9, 2], [20, 30, 25])
    assert np.isnan(pooling.hts_prediction(pooling.random_effects(two))[0][0])
    assert pooling.hts_prediction(pooling.random_effects(three))[0][0] < pooling.random_effects(three).lower[0]


def test_the_crude_total_is_the_sum_over_the_sum_and_null_without_patients():
    assert pooling.crude_total(pooling.gather([5, 116, 0], [119, 170, 0], [0, 0, 1])).tolist()[0] == 121 / 289
    assert np.isnan(pooling.crude_total(pooling.gather([5, 116, 0], [119, 170, 0], [0, 0, 1]))[1])


def test_trials_that_agree_exactly_have_no_between_trial_variance_by_any_method():
    counts = pooling.gather([5, 5, 5], [20, 20, 20])
    for method in ("DL", "REML", "PM"):
        fit = pooling.random_effects(counts, method)
        assert fit.tau2[0] == 0
        assert fit.converged[0]


@given(data=trials())
@settings(max_examples=40)
def test_the_random_intercept_model_gives_limits_around_its_estimate_or_a_reason(data):
    fit = glmm.random_intercept(pooling.gather(*data))
    if fit.state[0] == "estimated":
        assert fit.lower[0] <= fit.estimate[0] <= fit.upper[0]
        assert fit.converged[0] or fit.reason[0]
    else:
        assert fit.reason[0]
        assert np.isnan(fit.lower[0])


@pytest.mark.parametrize("seed", range(30))
def test_reml_never_stops_at_a_maximum_below_that_without_heterogeneity(seed):
    rng = np.random.default_rng(seed)
    trials = pooling.logits(pooling.gather(rng.integers(0, 12, 40), rng.integers(30, 300, 40), np.repeat(range(8), 5)))
    tau2, _ = reml(trials)
    at_zero = restricted_log_likelihood(trials, np.zeros(8))
    assert (restricted_log_likelihood(trials, tau2) >= at_zero - 1e-9).all()
