"""Every row of the shared reference values is compared, or its method is listed as out of scope with the reason."""

from collections.abc import Callable

import pytest
import reference_answers_contrast as contrast_answers
import reference_answers_pooling as pooling_answers
from stats_examples import Row, part, read_rows

from safety_pipeline.summarise.estimators import proportion
from safety_pipeline.summarise.estimators.arms import contrast, odds_ratio, posterior, stratified
from safety_pipeline.summarise.estimators.doses import trend
from safety_pipeline.summarise.estimators.families import multiplicity
from safety_pipeline.summarise.estimators.trials import glmm, pooling

pytestmark = pytest.mark.shared

OUT_OF_SCOPE = {
    "any": "the 800 mg row has no count to estimate from; the status of such a row is decided in summarise",
    "c212_1a": "compared in test_estimators_hierarchical.py, with Monte Carlo tolerances",
    "design": "describes the input of the pooled cases",
    "freeman_tukey": "the product offers no Freeman-Tukey transformation",
    "freeman_tukey_common": "the product offers no Freeman-Tukey transformation",
    "freeman_tukey_random_DL": "the product offers no Freeman-Tukey transformation",
    "inverse_logit": "a sentence on the continuity correction; the corrected estimates are compared",
    "patients_affected_bounds": "bounds from episodes belong to the reporting status, not to an estimator",
    "reporting_threshold_bounds": "bounds from a printed threshold belong to the reporting status, not to an estimator",
}

TOLERANCE = {
    "miettinen_nurminen": 1e-6,
    "odds_ratio_conditional_exact": 1e-6,
    "odds_ratio_conditional_mle": 1e-6,
    "beta_binomial_jeffreys": 1e-6,
    "beta_binomial_uniform": 1e-6,
    "glmm_logit": 1e-4,
    "glmm_logit_common": 1e-4,
    "glmm_logit_random": 1e-4,
    "heterogeneity_logit_Qprofile": 1e-4,  # the reference ends its root search at 1.2e-4
    "inverse_logit_random_PM": 1e-6,
    "inverse_logit_random_PM_HK": 1e-6,
    "inverse_logit_random_REML": 1e-6,
    "inverse_logit_random_REML_HK": 1e-6,
}
PERCENT = {"crude", "naive_percent", "naive_pooled"}

Value = float | str

# method: (number of rows in the file, the function that answers a row)
IN_SCOPE: dict[str, tuple[int, Callable[[Row, object], Value]]] = {
    "BH": (11, contrast_answers.adjusted(multiplicity.benjamini_hochberg)),
    "BY": (11, contrast_answers.adjusted(multiplicity.benjamini_yekutieli)),
    "CATTexact_0.1.1": (2, contrast_answers.trend_p(trend.cochran_armitage_exact)),
    "Holm": (11, contrast_answers.adjusted(multiplicity.holm)),
    "agresti_coull_unclipped": (26, pooling_answers.one_proportion(proportion.agresti_coull_unclipped)),
    "all": (2, pooling_answers.all_intervals),
    "beta_binomial_jeffreys": (60, contrast_answers.bayes(posterior.JEFFREYS)),
    "beta_binomial_uniform": (20, contrast_answers.bayes(posterior.UNIFORM)),
    "c212.BH": (6, contrast_answers.c212(contrast_answers.flags_by(multiplicity.benjamini_hochberg))),
    "c212.BONF": (6, contrast_answers.c212(contrast_answers.flags_by(multiplicity.bonferroni))),
    "c212.DFDR": (6, contrast_answers.c212(multiplicity.flagged_2012)),
    "c212.GBH": (6, contrast_answers.c212(multiplicity.flagged_group_bh)),
    "clopper_pearson": (167, pooling_answers.one_proportion(proportion.clopper_pearson)),
    "cochran_armitage_asymptotic": (32, contrast_answers.trend_p(trend.cochran_armitage)),
    "cochran_armitage_exact": (32, contrast_answers.trend_p(trend.cochran_armitage_exact)),
    "crude": (55, pooling_answers.crude),
    "double_FDR": (18, contrast_answers.by_system),
    "double_FDR_Mehrotra_Adewale_2012": (17, contrast_answers.double_fdr_2012),
    "double_FDR_Mehrotra_Heyse_2004": (33, contrast_answers.double_fdr_2004),
    "episodes_per_patient": (1, pooling_answers.poisson),
    "episodes_per_patient_exact_poisson": (2, pooling_answers.poisson),
    "family": (1, contrast_answers.family_size),
    "fisher_midp_central": (13, contrast_answers.fisher_p("midp_central")),
    "fisher_midp_minlike": (13, contrast_answers.fisher_p("midp_minlike")),
    "fisher_midp_minlike_obs_only": (13, contrast_answers.fisher_p("midp_minlike_observed_only")),
    "fisher_one_sided_greater": (13, contrast_answers.fisher_p("greater")),
    "fisher_one_sided_less": (13, contrast_answers.fisher_p("less")),
    "fisher_two_sided_central": (13, contrast_answers.fisher_p("central")),
    "fisher_two_sided_minlike": (24, contrast_answers.fisher_p("minlike")),
    "glmm_logit": (7, pooling_answers.glmm_test),
    "glmm_logit_common": (9, pooling_answers.glmm_common),
    "glmm_logit_random": (16, pooling_answers.pooled(glmm.random_intercept)),
    "greenland_longnecker_gls": (2, contrast_answers.greenland_longnecker),
    "heterogeneity_logit": (16, pooling_answers.heterogeneity),
    "heterogeneity_logit_Qprofile": (
        8,
        lambda row, shared: part(pooling.tau2_limits(pooling_answers.counts_of(row, shared)), row.quantity),
    ),
    "inverse_logit_common": (20, pooling_answers.pooled(pooling.common_effect)),
    "inverse_logit_random_DL": (36, pooling_answers.pooled(pooling.random_effects, "DL")),
    "inverse_logit_random_DL_HK": (28, pooling_answers.pooled(pooling.hartung_knapp, "DL")),
    "inverse_logit_random_DL_HK_adhoc_se": (8, pooling_answers.pooled(pooling.hartung_knapp_guarded, "DL")),
    "inverse_logit_random_PM": (36, pooling_answers.pooled(pooling.random_effects, "PM")),
    "inverse_logit_random_PM_HK": (28, pooling_answers.pooled(pooling.hartung_knapp, "PM")),
    "inverse_logit_random_REML": (36, pooling_answers.pooled(pooling.random_effects, "REML")),
    "inverse_logit_random_REML_HK": (28, pooling_answers.pooled(pooling.hartung_knapp, "REML")),
    "jeffreys": (167, pooling_answers.one_proportion(proportion.jeffreys)),
    "jeffreys_modified": (167, pooling_answers.one_proportion(proportion.jeffreys_modified)),
    "mantel_haenszel_OR": (9, contrast_answers.mantel_haenszel(stratified.mantel_haenszel_odds_ratio)),
    "mantel_haenszel_RD": (5, contrast_answers.mantel_haenszel(stratified.mantel_haenszel_risk_difference)),
    "mantel_haenszel_RR": (5, contrast_answers.mantel_haenszel(stratified.mantel_haenszel_risk_ratio)),
    "meta_HTS_prediction": (8, pooling_answers.hts),
    "midp_central": (136, pooling_answers.one_proportion(proportion.midp)),
    "miettinen_nurminen": (66, contrast_answers.score_limits),
    "naive_percent": (1, pooling_answers.crude),
    "naive_pooled": (
        4,
        lambda row, shared: 100 * float(pooling.crude_total(pooling_answers.counts_of(row, shared))[0]),
    ),
    "naive_pooled_clopper_pearson": (8, pooling_answers.naive(proportion.clopper_pearson)),
    "naive_pooled_jeffreys_modified": (8, pooling_answers.naive(proportion.jeffreys_modified)),
    "naive_pooled_wilson": (8, pooling_answers.naive(proportion.wilson)),
    "newcombe_hybrid_score": (40, contrast_answers.two_arms(contrast.risk_difference_newcombe)),
    "no_events_in_either_arm": (21, contrast_answers.no_events),
    "odds_ratio_conditional_exact": (26, contrast_answers.two_arms(odds_ratio.odds_ratio_conditional)),
    "odds_ratio_conditional_mle": (13, contrast_answers.two_arms(odds_ratio.odds_ratio_conditional)),
    "odds_ratio_sample": (13, contrast_answers.two_arms(odds_ratio.odds_ratio_sample)),
    "odds_ratio_woolf": (26, contrast_answers.two_arms(odds_ratio.odds_ratio_woolf)),
    "one_sided_clopper_pearson": (6, pooling_answers.one_proportion(proportion.one_sided_clopper_pearson)),
    "peto": (3, contrast_answers.mantel_haenszel(stratified.peto_odds_ratio)),
    "risk_difference": (20, contrast_answers.two_arms(contrast.risk_difference_newcombe)),
    "risk_ratio": (13, contrast_answers.two_arms(contrast.risk_ratio_miettinen_nurminen)),
    "risk_ratio_wald_log": (26, contrast_answers.two_arms(contrast.risk_ratio_wald_log)),
    "rule_of_three": (6, lambda row, shared: float(proportion.rule_of_three(row.number("N")))),
    "wald_unclipped": (26, pooling_answers.one_proportion(proportion.wald_unclipped)),
    "wilson": (167, pooling_answers.one_proportion(proportion.wilson)),
    "wilson_continuity_corrected": (26, pooling_answers.one_proportion(proportion.wilson_continuity_corrected)),
}


def agrees(answer: Value, row: Row, tolerance: float) -> bool:
    try:
        expected = float(row.value)
    except ValueError:
        return answer == row.value
    if isinstance(answer, str):
        return False
    return answer == expected or abs(answer - expected) <= tolerance


def test_every_method_of_the_reference_file_is_compared_or_listed_with_a_reason(shared):
    assert {row.method for row in read_rows(shared)} == set(IN_SCOPE) | set(OUT_OF_SCOPE)
    assert not set(IN_SCOPE) & set(OUT_OF_SCOPE)


@pytest.mark.parametrize("method", sorted(IN_SCOPE))
def test_every_reference_value_of_a_method_is_met_within_its_tolerance(shared, method):
    n_rows, answer = IN_SCOPE[method]
    # A row marked WRONG is what another package prints, not a value to be met.
    rows = [row for row in read_rows(shared) if row.method == method and "WRONG" not in row.note]
    # Percent and large counts carry 12 digits of a number up to 100.
    tolerance = 100 * 1e-11 if method in PERCENT else TOLERANCE.get(method, 1e-9)
    wrong = [(row, value) for row in rows if not agrees(value := answer(row, shared), row, tolerance)]
    assert not wrong, wrong[:5]
    assert len(rows) == n_rows
