"""What leaving out trials below a reporting threshold does to a pooled incidence, and what censored pooling gives.

Each run: k trials of 70 to 480 patients whose risks are normal on the logit scale around a typical incidence of 3 %,
and tables that list an event only where 5 % or more of the arm have it. Shown: median estimate of the typical risk,
and how often the 95 % interval holds the truth (for the beta-binomial its own, the mean over trials), of the random
intercept over the trials that list the event and of the censored models, their profiles judged by the normal and the
t (k-1) quantile. Runs in which fewer than two trials list the event are not shown.
"""

import argparse
from fractions import Fraction
from itertools import product
from math import ceil

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit, ndtri, stdtrit

from safety_pipeline.summarise.estimators.trials import censored, glmm, pooling

TYPICAL, THRESHOLD = 0.03, Fraction(5, 100)
MODELS = {
    "beta-binomial": (censored.censored_beta_binomial, censored.beta_binomial_likelihood, censored.LOG_SIZE),
    "logit-normal": (censored.censored_logit_normal, censored.logit_normal_likelihood, censored.LOG_TAU),
}


def mean_incidence(tau: float) -> float:
    u = np.linspace(-8, 8, 4001)
    weight = np.exp(-(u**2) / 2)
    return float((expit(logit(TYPICAL) + tau * u) * weight).sum() / weight.sum())


def printed(rng: np.random.Generator, k: int, tau: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = rng.integers(70, 481, k)
    x = rng.binomial(n, expit(logit(TYPICAL) + tau * rng.normal(size=k)))
    return x, np.array([ceil(THRESHOLD * int(total)) - 1 for total in n]), n


def likelihood_ratio(name: str, b: censored.Bounds, fit: censored.Censored, truth: float) -> float:
    likelihood, spread = MODELS[name][1](b), MODELS[name][2]
    at_truth = minimize_scalar(lambda s: -likelihood(float(logit(truth)), s), bounds=spread, method="bounded")
    return 2 * (fit.log_likelihood + float(at_truth.fun))


def one_run(rng: np.random.Generator, k: int, tau: float, mean: float) -> dict[str, tuple[float, bool, bool]] | None:
    """The estimate of each analysis, and whether its normal and its t limits hold the truth."""
    x, largest, n = printed(rng, k, tau)
    listed = x > largest
    if listed.sum() < 2:
        return None
    available = pooling.gather(x[listed], n[listed])
    limits = [
        (p.lower[0], p.upper[0]) for p in (glmm.random_intercept(available), glmm.random_intercept_student(available))
    ]
    found = {"available case": (glmm.random_intercept(available).estimate[0], *(a <= TYPICAL <= b for a, b in limits))}
    b = censored.bounds(np.where(listed, x, 0), np.where(listed, x, largest), n)
    drops = float(ndtri(0.975)) ** 2, float(stdtrit(k - 1, 0.975)) ** 2
    for name, (estimate, *_) in MODELS.items():
        fit = estimate(b)
        if fit.converged:
            ratio = likelihood_ratio(name, b, fit, mean if name == "beta-binomial" else TYPICAL)
            found[name] = (fit.estimate.value, *(ratio <= drop for drop in drops))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="runs a cell")
    parser.add_argument("--seed", type=int, default=20260103)
    options = parser.parse_args()
    print("| k | tau | analysis | runs | median estimate | coverage, normal | coverage, t (k-1) |")
    print("|---|---|---|---|---|---|---|")
    for number, (k, tau) in enumerate(product((5, 12), (0.5, 1.0))):
        rng = np.random.default_rng([options.seed, number])
        runs = [run for _ in range(options.runs) if (run := one_run(rng, k, tau, mean_incidence(tau)))]
        for name in ("available case", *MODELS):
            own = np.array([run[name] for run in runs if name in run])
            value, normal, student = np.median(own[:, 0]), *own[:, 1:].mean(axis=0)
            print(f"| {k} | {tau:g} | {name} | {len(own)} | {value:.2%} | {normal:.0%} | {student:.0%} |", flush=True)


if __name__ == "__main__":
    main()
