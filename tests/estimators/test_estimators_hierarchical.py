"""The three-level model meets the reference package within Monte Carlo error, and refuses what it cannot carry."""

import re

import numpy as np
import pytest
from stats_examples import read_data, read_rows

from safety_pipeline.summarise.estimators.families import hierarchical


@pytest.fixture(scope="module")
def c212_terms(shared):
    data = read_data(shared, "data_c212_trial.csv")
    by_term = {}
    for system, term, group, count, total in zip(
        data["B"], data["AE"], data["Group"], data["Count"], data["Total"], strict=True
    ):
        by_term.setdefault((system, term), {})[group] = (int(count), int(total))
    names = sorted(by_term)
    high, low = [by_term[name]["2"] for name in names], [by_term[name]["1"] for name in names]
    columns = [np.array(side, float) for side in zip(*high, strict=True)] + [
        np.array(side, float) for side in zip(*low, strict=True)
    ]
    return names, hierarchical.terms(*columns, [system for system, _ in names])


@pytest.fixture(scope="module")
def fitted(c212_terms):
    """Four chains of 6,000 draws for 45 terms: half a minute, so that the tests of it are long."""
    pytest.importorskip("numpyro", reason="the extra 'bayes' is not installed")
    return hierarchical.berry_berry(c212_terms[1])


def reference_answer(row, names, fit):
    found = re.search(r"(Bdy-sys_\d+)(?:(?:;AE=|/)(\S+))?$", row.case)
    system, term = found[1], found[2]
    if row.quantity == "Pr(theta>0)":
        return fit.parameters["theta"].probability_positive[names.index((system, term))]
    name = re.search(r";([a-z0-9.]+)\.summary", row.case)[1].replace(".", "_")
    place = names.index((system, term)) if term else fit.systems.index(system)
    return fit.parameters[name].mean[place]


def tolerance(row, rows):
    differences = {r.case: float(r.value) for r in rows if r.quantity == "abs_difference_between_runs"}
    noted = re.search(r"runs\| = ([0-9.]+)", row.note)
    listed = differences.get(row.case, float(noted[1]) if noted else 0.0)
    return max(0.01, listed)


@pytest.mark.long
@pytest.mark.shared
def test_the_posterior_meets_the_reference_runs_within_their_own_difference(shared, c212_terms, fitted):
    rows = [row for row in read_rows(shared) if row.method == "c212_1a"]
    compared = [row for row in rows if row.quantity != "abs_difference_between_runs"]
    answers = [(row, reference_answer(row, c212_terms[0], fitted)) for row in compared]
    wrong = [(row, value) for row, value in answers if abs(value - float(row.value)) > tolerance(row, rows)]
    assert not wrong, wrong
    assert (len(compared), len(rows)) == (45, 55)


@pytest.mark.long
@pytest.mark.shared
def test_the_chains_agree_and_their_diagnostics_are_stored(fitted):
    assert fitted.converged
    assert fitted.seed == 20021
    assert all(one.r_hat.shape == one.ess.shape == one.mean.shape for one in fitted.parameters.values())


def test_a_short_chain_tells_the_higher_dose_from_the_lower_and_is_not_taken_for_a_converged_one():
    pytest.importorskip("numpyro", reason="the extra 'bayes' is not installed")
    data = hierarchical.terms([40, 5, 20, 20], [100] * 4, [5, 40, 20, 20], [100] * 4, ["a", "a", "b", "b"])
    fit = hierarchical.berry_berry(data, hierarchical.Sampling(n_chains=1, n_warmup=100, n_kept=200))
    more, fewer, *alike = fit.parameters["theta"].probability_positive
    assert more > 0.99
    assert fewer < 0.01
    assert all(0.1 < chance < 0.9 for chance in alike)
    assert not fit.converged


def test_one_body_system_is_refused_with_the_reason():
    pytest.importorskip("numpyro", reason="the extra 'bayes' is not installed")
    fit = hierarchical.berry_berry(hierarchical.terms([1, 2], [10, 10], [1, 1], [10, 10], ["a", "a"]))
    assert fit.state == "not estimable"
    assert "body systems" in fit.reason


def test_without_the_extra_the_model_is_not_estimable_and_says_what_to_install(monkeypatch):
    monkeypatch.setattr(hierarchical, "is_available", lambda: False)
    fit = hierarchical.berry_berry(hierarchical.terms([1, 2], [10, 10], [1, 1], [10, 10], ["a", "b"]))
    assert fit.state == "not estimable"
    assert "bayes" in fit.reason
