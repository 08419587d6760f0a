"""What leaving out cells below a reporting threshold does to a pooled incidence, and what censored pooling gives.

Each run: 12 arms of 70 to 480 patients, risks Beta-distributed around 3 %, and tables that list an event only where 5 %
or more of the arm have it. Shown: mean estimate and coverage of the 95 % interval of the true mean of 3 %.
"""

import argparse
from fractions import Fraction
from math import ceil

import numpy as np

from safety_pipeline.summarise.estimators import censored

MEAN, SIZE, THRESHOLD = 0.03, 60.0, Fraction(5, 100)
ARMS = 12
METHODS = ("available case", "not listed as zero", "censored")


def one_run(rng: np.random.Generator) -> dict[str, censored.Censored]:
    n = rng.integers(70, 481, ARMS)
    x = rng.binomial(n, rng.beta(MEAN * SIZE, (1 - MEAN) * SIZE, ARMS))
    largest = np.array([ceil(THRESHOLD * int(total)) - 1 for total in n])
    hidden = x <= largest
    seen = np.where(hidden, 0, x)
    return {
        "available case": censored.censored_beta_binomial(censored.bounds(x[~hidden], x[~hidden], n[~hidden])),
        "not listed as zero": censored.censored_beta_binomial(censored.bounds(seen, seen, n)),
        "censored": censored.censored_beta_binomial(censored.bounds(seen, np.where(hidden, largest, x), n)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20260103)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    runs = [one_run(rng) for _ in range(options.runs)]
    print(f"{options.runs} runs, {ARMS} arms, true mean {MEAN:.0%}, listed from {float(THRESHOLD):.0%}")
    for name in METHODS:
        fits = [run[name].estimate for run in runs if run[name].estimate.is_estimated and run[name].converged]
        covered = np.mean([fit.lower <= MEAN <= fit.upper for fit in fits])
        mean = np.mean([fit.value for fit in fits])
        print(f"{name}: mean {mean:.2%}, coverage {covered:.0%}, estimated in {len(fits)} of {options.runs} runs")


if __name__ == "__main__":
    main()
