"""The pooled incidence of 200 random sets of trials with empty cells, ours beside metafor and lme4.

Needs R with both packages (Debian: r-cran-metafor, r-cran-lme4); says so and ends where they are not installed.
"""

import argparse
import csv
import io
import shutil
import subprocess

import numpy as np
from scipy.special import expit

from safety_pipeline.summarise.estimators.trials import glmm, pooling

SCRIPT = """
suppressMessages({library(metafor); library(lme4)})
d <- read.csv(file("stdin"))
cat("set,reml,reml_lower,reml_upper,glmm\\n")
for (s in unique(d$set)) {
  g <- d[d$set == s, ]; g$trial <- factor(seq_len(nrow(g)))
  r <- tryCatch(rma(xi = g$x, ni = g$n, measure = "PLO", method = "REML", to = "only0", drop00 = FALSE),
                error = function(e) NULL)
  l <- tryCatch(suppressWarnings(suppressMessages(glmer(cbind(x, n - x) ~ 1 + (1 | trial), g, binomial, nAGQ = 7))),
                error = function(e) NULL)
  v <- if (is.null(r)) rep(NA, 3) else plogis(c(r$beta, r$ci.lb, r$ci.ub))
  cat(s, v, if (is.null(l)) NA else plogis(fixef(l)), sep = ","); cat("\\n")
}
"""
TOLERANCE = {"reml": 1e-5, "glmm": 1e-3}


def simulated(n_sets: int, seed: int) -> pooling.Counts:
    """Sets of 3 to 12 trials of a rare event, one trial in three or more without any."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(n_sets), rng.integers(3, 13, n_sets))
    at_risk = rng.integers(20, 300, group.size)
    risk = expit(rng.normal(-3.5, 1, n_sets)[group] + rng.normal(scale=0.6, size=group.size))
    affected = rng.binomial(at_risk, risk)
    affected[rng.random(group.size) < 1 / 3] = 0
    return pooling.gather(affected, at_risk, group)


def run_r(script: str, given: str = "") -> subprocess.CompletedProcess[str]:
    program = shutil.which("Rscript") or "Rscript"
    return subprocess.run([program, "-e", script], input=given, capture_output=True, text=True, check=False)


def by_r(counts: pooling.Counts) -> dict[str, np.ndarray]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["set", "x", "n"])
    writer.writerows(zip(counts.group, counts.n_affected.astype(int), counts.n_at_risk.astype(int), strict=True))
    ran = run_r(SCRIPT, text.getvalue())
    if ran.returncode:
        raise SystemExit(ran.stderr)
    rows = list(csv.DictReader(io.StringIO(ran.stdout)))
    return {name: np.array([float(row[name].replace("NA", "nan")) for row in rows]) for name in rows[0]}


def has_r() -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = 'quit(status = !all(c("metafor", "lme4") %in% rownames(installed.packages())))'
    return run_r(asked).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=200)
    options = parser.parse_args()
    if not has_r():
        print("SKIPPED: R with metafor and lme4 is not installed, so nothing was compared.")
        return
    counts = simulated(options.sets, 20261128)
    theirs = by_r(counts)
    reml, intercept = pooling.random_effects(counts, "REML"), glmm.random_intercept(counts)
    compared = [
        told("reml", reml, {"reml": reml.estimate, "reml_lower": reml.lower, "reml_upper": reml.upper}, theirs),
        told("glmm", intercept, {"glmm": intercept.estimate}, theirs),
    ]
    raise SystemExit(0 if all(compared) else "some sets differ")


def told(name: str, fit: pooling.Pooled, ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> bool:
    """Print how many sets agree and why the others are not compared; whether all compared ones agree."""
    both = np.isfinite(theirs[name]) & fit.converged
    largest = max(float(np.abs(figure - theirs[column])[both].max()) for column, figure in ours.items())
    print(
        f"{name}: {both.sum()} of {both.size} sets compared ({', '.join(ours)}), largest difference {largest:.1e} "
        f"(at most {TOLERANCE[name]:g} is wanted); not compared: {(~np.isfinite(theirs[name])).sum()} without a fit in "
        f"R, {(np.isfinite(theirs[name]) & ~fit.converged).sum()} without one here "
        f"({'; '.join(sorted({text for text in fit.reason[~fit.converged] if text})) or 'none'})"
    )
    return largest <= TOLERANCE[name]


if __name__ == "__main__":
    main()
