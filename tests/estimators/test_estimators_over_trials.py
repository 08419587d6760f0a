"""Stratified measures, dose-response slopes and multiplicity over terms: golden values, laws and refusals."""

import csv

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from safety_pipeline.summarise.estimators import proportion
from safety_pipeline.summarise.estimators.arms import contrast, stratified
from safety_pipeline.summarise.estimators.arms.fisher import fisher_exact
from safety_pipeline.summarise.estimators.arms.stratified_score import stratified_score_risk_difference
from safety_pipeline.summarise.estimators.doses import dose_gls, dose_response
from safety_pipeline.summarise.estimators.families import multiplicity
from safety_pipeline.summarise.estimators.trials import pooling


@pytest.fixture(scope="module")
def nissen(shared):
    path = shared / "samples" / "reference_cases" / "nissen2007_rosiglitazone.csv"
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    return {name: np.array([float(line[name]) for line in lines]) for name in lines[0] if "." in name}


@pytest.mark.shared
@pytest.mark.parametrize(("event", "published"), [("infarction", (1.43, 1.03, 1.98)), ("death", (1.64, 0.98, 2.74))])
def test_the_published_peto_odds_ratios_of_rosiglitazone_are_met(nissen, event, published):
    counts = (nissen[f"{name}"] for name in (f"treat.{event}", "treat.total", f"cont.{event}", "cont.total"))
    found = stratified.peto_odds_ratio(stratified.tables(*counts)).estimate
    assert tuple(round(v, 2) for v in (found.value, found.lower, found.upper)) == published


@pytest.mark.shared
def test_adding_up_the_rosiglitazone_trials_reverses_the_sign_of_the_infarction_contrast(nissen):
    naive = nissen["treat.infarction"].sum() / nissen["treat.total"].sum()
    assert naive < nissen["cont.infarction"].sum() / nissen["cont.total"].sum()


def test_one_trial_gives_its_own_ratio_under_mantel_haenszel():
    t = stratified.tables([57], [74], [52], [73])
    assert stratified.mantel_haenszel_odds_ratio(t).estimate.value == pytest.approx(57 * 21 / (17 * 52))
    assert stratified.mantel_haenszel_risk_ratio(t).estimate.value == pytest.approx(57 / 74 / (52 / 73))
    assert stratified.mantel_haenszel_risk_difference(t).estimate.value == pytest.approx(57 / 74 - 52 / 73)


def test_the_cmh_test_agrees_with_statsmodels():
    x1, n1, x0, n0 = [5, 9, 2], [30, 40, 25], [1, 6, 2], [28, 44, 30]
    tables = [np.array([[a, n - a], [c, m - c]]) for a, n, c, m in zip(x1, n1, x0, n0, strict=True)]
    expected = sm.stats.StratifiedTable(tables).test_null_odds(correction=True)
    found = stratified.cochran_mantel_haenszel(stratified.tables(x1, n1, x0, n0))
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-10)


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        (([0, 0], [9, 9], [0, 0], [9, 9]), "undefined"),
        (([1], [0], [1], [4]), "undefined"),
        (([5], [4], [1], [4]), "error"),
    ],
)
def test_trials_that_carry_no_common_odds_ratio_give_a_state_and_a_reason(counts, state):
    found = stratified.mantel_haenszel_odds_ratio(stratified.tables(*counts)).estimate
    assert found.state == state
    assert found.reason


@pytest.mark.parametrize(
    ("affected", "because"),
    [((0, 0), "0 events in every trial"), ((10, 60), "the same in every patient of each arm")],
)
def test_where_all_patients_fare_alike_the_sato_limits_would_have_no_width(affected, because):
    t = stratified.tables(affected, [10, 60], affected, [10, 60])
    assert because in stratified.mantel_haenszel_risk_difference(t).estimate.reason
    found = stratified_score_risk_difference(t).estimate
    assert found.value == 0
    assert found.lower == pytest.approx(-found.upper)
    # One trial of 70 a dose without an event leaves differences up to z² / (n + z²) = 5.2 points.
    assert found.upper == pytest.approx(0.0520, abs=0.001)


def test_stratified_score_limits_of_one_trial_are_those_of_miettinen_and_nurminen():
    found = stratified_score_risk_difference(stratified.tables([15], [40], [6], [38])).estimate
    alone = contrast.risk_difference_miettinen_nurminen(15, 40, 6, 38)
    assert (found.value, found.lower, found.upper) == pytest.approx((alone.value, alone.lower, alone.upper), abs=1e-10)


def test_a_large_stratified_comparison_has_the_same_score_and_sato_limits():
    t = stratified.tables([200, 150], [1000, 500], [100, 50], [1000, 500])
    score, sato = stratified_score_risk_difference(t).estimate, stratified.mantel_haenszel_risk_difference(t).estimate
    assert (score.value, score.lower, score.upper) == pytest.approx((sato.value, sato.lower, sato.upper), abs=5e-4)


def test_the_risk_ratio_of_trials_in_which_everybody_is_affected_has_no_standard_error():
    t = stratified.tables([37, 61], [37, 61], [41, 59], [41, 59])
    assert stratified.mantel_haenszel_risk_ratio(t).estimate.state == "not estimable"
    assert contrast.risk_ratio_wald_log(37, 37, 41, 41).state == "undefined"


def test_a_test_of_homogeneity_needs_two_trials_with_events():
    plain, tarone = stratified.breslow_day(stratified.tables([5, 0], [20, 20], [2, 0], [20, 20]))
    assert (plain.state, tarone.state) == ("undefined", "undefined")


def test_a_trial_in_which_one_dose_spares_nobody_still_enters_the_common_slope():
    found = dose_response.within_trial_slope(
        dose_response.arms([9, 10, 55, 58], [10, 10, 60, 60], [400, 600, 400, 600], ["A", "A", "B", "B"])
    )
    assert found.slope.is_estimated
    # The separate slopes reach each arm's own proportion: the log-likelihoods of 9/10, 10/10, 55/60 and 58/60.
    assert found.heterogeneity == pytest.approx(0.6323, abs=1e-4)


def test_a_count_that_is_no_whole_number_is_refused():
    assert contrast.risk_difference_newcombe(2.5, 10, 1, 10).state == "error"
    assert fisher_exact(2.5, 10, 1, 10).state == "error"
    assert stratified.mantel_haenszel_odds_ratio(stratified.tables([2.5], [10], [1], [10])).estimate.state == "error"
    assert list(proportion.proportion_state([2.5, 2], [10, 10])[0]) == ["error", "estimated"]
    assert pooling.common_effect(pooling.gather([2.5, 3], [10, 10])).state[0] == "error"


@pytest.mark.parametrize("seed", range(40))
def test_an_adjusted_p_value_is_never_below_its_p_value(seed):
    p = np.random.default_rng(seed).uniform(size=seed + 1)
    for adjusted in (multiplicity.benjamini_hochberg(p), multiplicity.double_fdr_2012(p, ["a"] * p.size)):
        assert (adjusted >= p).all()


def test_the_slope_within_trials_agrees_with_a_logistic_model_with_trial_intercepts():
    x, n = np.array([5, 9, 14, 3, 8]), np.array([40, 42, 41, 30, 33])
    dose, trial = np.array([400, 600, 800, 400, 800]), np.array(["a", "a", "a", "b", "b"])
    design = np.column_stack([trial == "a", trial == "b", dose / 100]).astype(float)
    fit = sm.GLM(np.column_stack([x, n - x]), design, family=sm.families.Binomial()).fit(tol=1e-12)
    found = dose_response.within_trial_slope(dose_response.arms(x, n, dose, trial)).slope
    assert (found.value, found.lower, found.upper) == pytest.approx((fit.params[2], *fit.conf_int()[2]), abs=1e-8)


def test_a_single_arm_trial_never_changes_the_slope_within_trials():
    with_it = dose_response.arms([5, 9, 30], [40, 42, 40], [400, 600, 800], ["a", "a", "b"])
    without = dose_response.arms([5, 9], [40, 42], [400, 600], ["a", "a"])
    assert dose_response.within_trial_slope(with_it) == dose_response.within_trial_slope(without)


def test_trials_that_differ_in_dose_only_between_each_other_carry_no_slope():
    found = dose_response.within_trial_slope(dose_response.arms([5, 30], [40, 40], [400, 800], ["a", "b"])).slope
    assert found.state == "not estimable"


def test_events_at_the_highest_dose_only_make_the_slope_not_estimable():
    found = dose_response.within_trial_slope(dose_response.arms([0, 0, 9], [9, 9, 9], [1, 2, 3], list("aaa"))).slope
    assert found.state == "not estimable"
    assert "infinite" in found.reason


def test_slopes_within_and_between_trials_are_told_apart_when_they_point_in_opposite_directions():
    # Inside each trial more dose means more events; trials with higher doses have fewer events.
    dose = np.array([100, 200, 300, 400, 500, 600, 700, 800])
    events = np.array([100, 130, 70, 100, 45, 70, 25, 45])
    fit = dose_response.one_stage_slopes(dose_response.arms(events, [200] * 8, dose, list("aabbccdd")))
    assert fit.within.lower > 0
    assert fit.between.upper < 0
    assert "not randomised" in fit.caution


def test_two_trials_carry_no_slope_between_trials():
    fit = dose_response.one_stage_slopes(dose_response.arms([5, 9, 3, 8], [40] * 4, [1, 2, 1, 3], list("aabb")))
    assert fit.between.state == "not estimable"


def test_a_study_with_uncorrelated_ratios_gives_the_weighted_slope_and_slopes_pool_as_estimates():
    study = dose_gls.published([0, 1, 2], [50, 60, 70], [500, 500, 500], [0, 0.2, 0.4], [0, 0.2, 0.2])
    slope = dose_gls.study_slope(study)
    assert slope.slope == pytest.approx(0.2)
    pooled = dose_gls.pooled_slope([slope, slope])
    assert (pooled.slope, pooled.se, pooled.tau2) == pytest.approx((0.2, slope.se / 2**0.5, 0), abs=1e-12)
    assert dose_gls.pooled_slope([slope, slope], "common").slope == pytest.approx(0.2)
    assert dose_gls.pooled_slope([slope]).state == "not estimable"


P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=25)


@given(p=P_VALUES)
def test_the_adjustments_agree_with_scipy_and_keep_their_order(p):
    bh, by = multiplicity.benjamini_hochberg(p), multiplicity.benjamini_yekutieli(p)
    assert bh == pytest.approx(false_discovery_control(p), abs=1e-12)
    assert by == pytest.approx(false_discovery_control(p, method="by"), abs=1e-12)
    assert (np.asarray(p) <= bh + 1e-15).all()
    assert (bh <= multiplicity.holm(p) + 1e-12).all()
    assert (multiplicity.holm(p) <= multiplicity.bonferroni(p) + 1e-12).all()


@given(p=P_VALUES, alpha=st.floats(0.001, 0.999), seed=st.integers(0, 99))
def test_the_smallest_alpha_of_each_double_fdr_is_where_its_flags_begin(p, alpha, seed):
    system = np.random.default_rng(seed).integers(0, 4, len(p))
    flags = multiplicity.flagged_2012(p, system, alpha)
    smallest = multiplicity.double_fdr_2012(p, system)
    assert (smallest[flags] <= alpha + 1e-12).all()
    exactly = [multiplicity.flagged_2012(p, system, a)[i] for i, a in enumerate(smallest) if a <= 1]
    assert all(exactly)


def test_a_term_without_a_p_value_is_not_in_the_family():
    p = [0.01, np.nan, 0.04]
    assert multiplicity.benjamini_hochberg(p) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    within, of_system = multiplicity.double_fdr(p, ["a", "b", "c"])
    assert np.isnan(within[1])
    assert np.isnan(of_system[1])
    assert not multiplicity.flagged_group_bh([np.nan, np.nan], ["a", "b"], 0.05).any()


def test_one_body_system_reduces_the_double_fdr_to_benjamini_hochberg():
    p = [0.001, 0.02, 0.3, 0.9]
    assert multiplicity.double_fdr_2012(p, ["a"] * 4) == pytest.approx(multiplicity.benjamini_hochberg(p))
