"""How the estimators of one proportion and of pooled trials answer to a reference row."""

from collections.abc import Callable

import numpy as np
from stats_examples import Row, part, read_studies, side

from safety_pipeline.summarise.estimators import exposure, proportion
from safety_pipeline.summarise.estimators.trials import glmm, pooling

Value = float | str


def one_proportion(interval: Callable[..., tuple]) -> Callable[[Row, object], Value]:
    def answer(row: Row, shared) -> Value:
        n, total = row.number("n"), row.number("N")
        if row.quantity == "result":
            return str(proportion.proportion_state(n, total)[0])
        return part(interval(n, total, row.level), row.quantity)

    return answer


def crude(row: Row, shared) -> Value:
    n, total = row.number("n"), row.number("N")
    state = str(proportion.proportion_state(n, total)[0])
    return 100 * n / total if state == "estimated" else state


def counts_of(row: Row, shared):
    return pooling.gather(*read_studies(shared)[row.case])


def naive(interval: Callable[..., tuple]) -> Callable[[Row, object], Value]:
    def answer(row: Row, shared) -> Value:
        n, total = read_studies(shared)[row.case]
        return part(interval(n.sum(), total.sum()), row.quantity)

    return answer


def pooled_number(fit, row: Row, counts) -> Value:
    if fit.state[0] != "estimated":
        return str(fit.state[0])
    names = {
        "estimate": fit.estimate,
        "estimate_logit": fit.logit,
        "se_logit": fit.se_logit,
        "tau2": fit.tau2,
        "ci95_lower": fit.lower,
        "ci95_upper": fit.upper,
        "pi95_lower_metafor": fit.prediction_lower,
        "pi95_upper_metafor": fit.prediction_upper,
        "I2_percent_tau2_based": 100 * pooling.i2_from_tau2(counts, fit.tau2),
    }
    return float(names[row.quantity][0])


def pooled(estimator: Callable, *method: str) -> Callable[[Row, object], Value]:
    def answer(row: Row, shared) -> Value:
        counts = counts_of(row, shared)
        return pooled_number(estimator(counts, *method), row, counts)

    return answer


def heterogeneity(row: Row, shared) -> Value:
    found = pooling.heterogeneity(counts_of(row, shared))
    values = {"Q": found.q, "Q_df": found.q_df, "Q_p": found.q_p, "I2_percent_Q_based": 100 * found.i2}
    return float(values[row.quantity][0])


def hts(row: Row, shared) -> Value:
    fit = pooling.random_effects(counts_of(row, shared), "DL")
    value = part(pooling.hts_prediction(fit), row.quantity)
    return "undefined" if np.isnan(value) else value


def glmm_common(row: Row, shared) -> Value:
    estimate, lower, upper = glmm.common_intercept(counts_of(row, shared))
    return float({"estimate": estimate, "ci95_lower": lower, "ci95_upper": upper}[row.quantity][0])


def glmm_test(row: Row, shared) -> Value:
    counts = counts_of(row, shared)
    if row.quantity == "Wald_heterogeneity":
        # Without an empty cell the Wald test of the saturated model is the inverse-variance Q.
        return float(pooling.heterogeneity(counts).q[0])
    found = glmm.homogeneity_test(counts)
    return float((found.statistic if row.quantity == "LRT_heterogeneity" else found.p)[0])


def all_intervals(row: Row, shared) -> Value:
    states = {str(proportion.proportion_state(row.number("n"), row.number("N"))[0])}
    for interval in proportion.INTERVALS.values():
        assert np.isnan(interval(row.number("n"), row.number("N"))).all()
    return states.pop()


def poisson(row: Row, shared) -> Value:
    return side(exposure.exposure_adjusted_rate(31, 26), row.quantity)
