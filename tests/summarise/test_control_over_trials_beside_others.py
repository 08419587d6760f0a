"""Stratified comparisons of random trials against statsmodels, R's metafor, and every completion of bounds."""

import csv
import io
import shutil
import subprocess
from itertools import product

import numpy as np
import polars as pl
import pytest
from printed_tables import Printed
from statsmodels.stats.contingency_tables import StratifiedTable

from safety_pipeline.summarise.estimators.arms import stratified
from safety_pipeline.summarise.estimators.arms.stratified_score import stratified_score_risk_difference

N_SETS = 40
SCRIPT = """
suppressMessages(library(metafor))
d <- read.csv(file("stdin"))
options(digits = 15)
cat("set,measure,estimate,lower,upper,p,tarone\\n")
for (s in unique(d$set)) for (m in c("RD", "RR", "OR")) {
  r <- suppressWarnings(rma.mh(ai = a, n1i = n, ci = c, n2i = m, data = d[d$set == s, ], measure = m))
  f <- if (m == "RD") c(r$beta, NA, NA) else exp(c(r$beta, r$ci.lb, r$ci.ub))
  p <- if (m == "OR") c(r$COp, r$TAp) else c(NA, NA)
  cat(s, m, f, if (length(p) == 2) p else c(NA, NA), sep = ","); cat("\\n")
}
"""
MEASURES = {"RD": "risk_difference", "RR": "risk_ratio", "OR": "odds_ratio"}


def random_sets(seed=20261128):
    """Tables (a, n, c, m) of two to six trials a set; each set has an event on both sides."""
    rng = np.random.default_rng(seed)
    for _ in range(N_SETS):
        k = rng.integers(2, 7)
        n, m = rng.integers(5, 200, (2, k))
        risk = rng.uniform(0.005, 0.6, k)
        a, c = rng.binomial(n, np.minimum(0.9, risk * rng.uniform(0.5, 2))), rng.binomial(m, risk)
        a[0], c[0] = max(a[0], 1), min(max(c[0], 1), m[0] - 1)
        yield list(zip(a.tolist(), n.tolist(), c.tolist(), m.tolist(), strict=True))


SETS = list(random_sets())


def compared(sets):
    """`control_contrast` by set, use of bounds and measure.

    Each set is a concept of its own trials, printed as (affected, at risk) under the drug and under placebo; bounds
    are pairs.
    """
    printed = Printed()
    for number, tables in enumerate(sets):
        for place, (a, n, c, m) in enumerate(tables):
            name = f"S{number}T{place}"
            printed.document(name).table()
            for arm, dose, drug, affected, at_risk in (("d", 400.0, "imatinib", a, n), ("p", None, "placebo", c, m)):
                lower, upper = affected if isinstance(affected, tuple) else (affected, affected)
                status = {} if lower == upper else {"cell_status": "derived_bounds"}
                printed.arm(f"{name}{arm}", dose, at_risk, drug=drug)
                printed.cell(f"{name}{arm}", f"event {number}", "any", lower, upper=upper, **status)
    rows = printed.control_contrasts().filter(pl.col("dose_mg_per_day").is_null(), level="concept", grade_band="any")
    return {(int(row["concept"].split()[1]), row["counts_used"], row["measure"]): row for row in rows.to_dicts()}


@pytest.fixture(scope="module")
def ours():
    return compared(SETS)


@pytest.mark.parametrize("number", range(N_SETS))
def test_ratios_and_the_test_are_those_of_statsmodels(ours, number):
    table = StratifiedTable([np.array([[a, n - a], [c, m - c]]) for a, n, c, m in SETS[number]])
    odds, risk = (ours[number, "counts", measure] for measure in ("odds_ratio", "risk_ratio"))
    assert odds["estimate"] == pytest.approx(table.oddsratio_pooled)
    assert (odds["ci_lower"], odds["ci_upper"]) == pytest.approx(table.oddsratio_pooled_confint())
    assert risk["estimate"] == pytest.approx(table.riskratio_pooled)
    # Less than half an event away from the expected number the corrected statistic is 0, which statsmodels squares.
    if odds["p_value"] < 1:
        assert odds["p_value"] == pytest.approx(table.test_null_odds(correction=True).pvalue, abs=1e-9)


@pytest.mark.parametrize("number", range(N_SETS))
def test_the_difference_is_the_weighted_sum_written_out(ours, number):
    weights = [n * m / (n + m) for _, n, _, m in SETS[number]]
    differences = [a / n - c / m for a, n, c, m in SETS[number]]
    by_hand = sum(w * d for w, d in zip(weights, differences, strict=True)) / sum(weights)
    assert ours[number, "counts", "risk_difference"]["estimate"] == pytest.approx(by_hand)


@pytest.fixture(scope="module")
def of_r():
    asked = ["-e", 'quit(status = !("metafor" %in% rownames(installed.packages())))']
    program = shutil.which("Rscript")
    if program is None or subprocess.run([program, *asked], check=False).returncode:
        pytest.skip("R with metafor (Debian: r-cran-metafor) is not installed, so nothing was compared with it")
    text = io.StringIO()
    rows = [(number, *table) for number, tables in enumerate(SETS) for table in tables]
    csv.writer(text).writerows([("set", "a", "n", "c", "m"), *rows])
    ran = subprocess.run([program, "-e", SCRIPT], input=text.getvalue(), capture_output=True, text=True, check=True)
    return list(csv.DictReader(io.StringIO(ran.stdout)))


def test_estimates_limits_and_heterogeneity_are_those_of_metafor(ours, of_r):
    assert len(of_r) == 3 * N_SETS
    for theirs in of_r:
        row = ours[int(theirs["set"]), "counts", MEASURES[theirs["measure"]]]
        assert row["estimate"] == pytest.approx(float(theirs["estimate"]), rel=1e-8, abs=1e-12)
        if theirs["measure"] != "RD":  # metafor has Sato's limits of the difference, ours are score limits
            limits = [float(theirs[name]) for name in ("lower", "upper")]
            assert [row["ci_lower"], row["ci_upper"]] == pytest.approx(limits, rel=1e-8)
        if theirs["tarone"] != "NA":
            assert row["heterogeneity_p"] == pytest.approx(float(theirs["tarone"]), rel=1e-6)


BOUNDED = [
    [((1, 3), 20, (0, 2), 20), (4, 30, (2, 3), 25)],
    [((0, 2), 10, 1, 12), ((5, 7), 40, (3, 5), 45)],
    [(3, 15, (0, 3), 15), ((0, 1), 15, 2, 30), ((2, 4), 60, 1, 50)],
    [((8, 10), 10, (4, 6), 8), ((1, 2), 5, (1, 3), 6)],
]


FITS = {
    "risk_difference": stratified_score_risk_difference,
    "risk_ratio": stratified.mantel_haenszel_risk_ratio,
    "odds_ratio": stratified.mantel_haenszel_odds_ratio,
}


@pytest.fixture(scope="module")
def bounded():
    return compared(BOUNDED)


@pytest.mark.parametrize("number", range(len(BOUNDED)))
@pytest.mark.parametrize("measure", FITS)
def test_outer_limits_hold_those_of_every_completion_of_the_bounds(bounded, number, measure):
    row = bounded[number, "counts and bounds", measure]
    for completion in product(*(_completions(*table) for table in BOUNDED[number])):
        full = FITS[measure](stratified.tables(*zip(*completion, strict=True))).estimate
        pairs = [
            (row["ci_lower"], full.lower),
            (row["estimate_lower"], full.value),
            (full.value, row["estimate_upper"]),
            (full.upper, row["ci_upper"]),
        ]
        # A ratio without an event on one side has no figure, and so no outer limit there.
        known = [(low, high) for low, high in pairs if low is not None and high is not None]
        assert not any(low > high + 1e-9 for low, high in known), completion


def _completions(a, n, c, m):
    of_a, of_c = (range(x[0], x[1] + 1) if isinstance(x, tuple) else [x] for x in (a, c))
    return [(one, n, other, m) for one, other in product(of_a, of_c)]
