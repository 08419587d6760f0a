"""How often the default interval of a pooled incidence, and the interval for a further trial, hold the truth.

Each cell of the grid: sets of k trials of 30 to 300 patients whose risks are normal on the logit scale around the
typical incidence with standard deviation tau. The limits compared: Wald, t with k-1 df, and profile likelihood (judged
by the likelihood ratio at the truth, so without a width). Sets without any event, or with nothing else, get the exact
interval of the total, as the default row does.
"""

import argparse
from collections.abc import Iterator
from itertools import product

import numpy as np
from scipy.special import expit, logit

from safety_pipeline.summarise.estimators import proportion
from safety_pipeline.summarise.estimators.trials import glmm, pooling
from safety_pipeline.summarise.estimators.trials.quadrature import Binomials, log_likelihood

TRIALS, INCIDENCES, SPREADS = (2, 3, 5, 10, 20), (0.005, 0.02, 0.1, 0.5), (0.0, 0.5, 1.0)
DROP = 3.841458820694124 / 2
HEADER = (
    "| k | incidence | tau | Wald | t (k-1) | profile | median width, t | further trial | median width | fallback |"
)


def simulated(rng: np.random.Generator, k: int, incidence: float, tau: float, n_sets: int) -> pooling.Counts:
    group = np.repeat(np.arange(n_sets), k)
    at_risk = rng.integers(30, 301, group.size)
    return pooling.gather(
        rng.binomial(at_risk, expit(logit(incidence) + tau * rng.normal(size=group.size))), at_risk, group
    )


def best_at(trials: Binomials, location: float) -> np.ndarray:
    """The highest log-likelihood of each group over the spread, at one location: golden sections of theta in [0, 6]."""
    beta = np.full(trials.n_groups, location)
    low, high = np.zeros(trials.n_groups), np.full(trials.n_groups, 6.0)
    share = (np.sqrt(5) - 1) / 2
    for _ in range(28):
        left, right = high - share * (high - low), low + share * (high - low)
        rises = log_likelihood(trials, beta, left) < log_likelihood(trials, beta, right)
        low, high = np.where(rises, left, low), np.where(rises, high, right)
    return np.maximum(log_likelihood(trials, beta, (low + high) / 2), log_likelihood(trials, beta, np.zeros_like(beta)))


def holds(lower: np.ndarray, upper: np.ndarray, truth: np.ndarray | float) -> np.ndarray:
    return (lower <= truth) & (truth <= upper)


def profile_holds(counts: pooling.Counts, fit: pooling.Pooled, usable: np.ndarray, incidence: float) -> np.ndarray:
    trials = Binomials(counts.n_affected, counts.n_at_risk, counts.group, counts.n_groups).only(usable)
    best = log_likelihood(trials, fit.logit[usable], np.sqrt(fit.tau2[usable]))
    return best - best_at(trials, float(logit(incidence))) <= DROP


def cell(rng: np.random.Generator, k: int, incidence: float, tau: float, n_sets: int) -> str:
    counts = simulated(rng, k, incidence, tau, n_sets)
    wald, fit = glmm.random_intercept(counts), glmm.random_intercept_student(counts)
    usable = fit.converged & (fit.state == "estimated")
    x, n = counts.total(counts.n_affected), counts.total(counts.n_at_risk)
    alike = (x == 0) | (x == n)
    exact = proportion.clopper_pearson(x, n)
    shown = usable | alike
    lower, upper = np.where(alike, exact[0], fit.lower), np.where(alike, exact[1], fit.upper)
    by_wald = np.where(alike, holds(*exact, incidence), holds(wald.lower, wald.upper, incidence))[shown].mean()
    by_profile = np.where(alike, holds(*exact, incidence), False)
    by_profile[usable] = profile_holds(counts, fit, usable, incidence)
    further = expit(logit(incidence) + tau * rng.normal(size=n_sets))
    predicted = (
        holds(fit.prediction_lower, fit.prediction_upper, further)[usable].mean() if k > 2 and usable.any() else np.nan
    )
    wide = np.median((fit.prediction_upper - fit.prediction_lower)[usable]) if k > 2 and usable.any() else np.nan
    by_student = holds(lower, upper, incidence)[shown].mean()
    shares = (
        by_wald,
        by_student,
        by_profile[shown].mean(),
        np.median((upper - lower)[shown]),
        predicted,
        wide,
        1 - shown.mean(),
    )
    told = " | ".join("–" if np.isnan(value) else f"{value:.1%}" for value in shares)
    return f"| {k} | {incidence:.1%} | {tau:g} | {told} |"


def lines(seed: int, n_sets: int) -> Iterator[str]:
    yield HEADER
    yield "|" + "---|" * (HEADER.count("|") - 1)
    for number, (k, incidence, tau) in enumerate(product(TRIALS, INCIDENCES, SPREADS)):
        yield cell(np.random.default_rng([seed, number]), k, incidence, tau, n_sets)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=200, help="sets of trials a cell")
    parser.add_argument("--seed", type=int, default=20261128)
    options = parser.parse_args()
    for line in lines(options.seed, options.sets):
        print(line, flush=True)


if __name__ == "__main__":
    main()
