"""The hierarchical model as rows of the dose contrasts: asked for, diagnosed, or refused with the reason."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from printed_tables import Printed

from safety_pipeline.summarise.comparisons import contrasts, hierarchical_contrasts
from safety_pipeline.summarise.estimators.families import hierarchical

SYSTEMS = {"edema": "general", "rash": "skin", "haemorrhage": "vascular"}


def printed():
    table = Printed().document("A").table().arm("A.400", 400.0, 100).arm("A.800", 800.0, 100)
    for term, low, high in (("Edema", 10, 30), ("Rash", 20, 25), ("Haemorrhage", 5, 5)):
        table.cell("A.400", term, "any", low).cell("A.800", term, "any", high)
    return table


def rows(**known):
    systems = pl.LazyFrame({"concept": list(SYSTEMS), "body_system": list(SYSTEMS.values())})
    found = contrasts.dose_contrast(printed().sources(), systems, **known).collect()
    return found.filter(ci_method=hierarchical_contrasts.METHOD)


def test_without_being_asked_nothing_is_sampled():
    assert rows().height == 0


def test_without_the_extra_each_row_names_what_to_install(monkeypatch):
    monkeypatch.setattr(hierarchical, "is_available", lambda: False)
    found = rows(with_hierarchical=True)
    assert found["estimate"].null_count() == found.height == 3
    assert found["state"].str.contains(r"pip install 'safety-pipeline\[bayes\]'").all()


def fitted(data):
    """A posterior as the sampler hands it on: log odds ratios of 0, log 2 and -log 2, in the order of the terms."""
    theta = np.log([1.0, 2.0, 0.5])[: data.x_high.size]
    shown = hierarchical.Parameter(
        theta, theta - 1, theta + 1, np.array([0.5, 0.9, 0.1]), np.array([1.0, 1.0, 1.0]), np.array([5e3, 6e3, 7e3])
    )
    return hierarchical.Hierarchical({"theta": shown}, data.systems, seed=7, r_hat=1.0, ess=5e3)


def test_each_row_has_the_odds_ratio_of_its_term_with_its_diagnostics(monkeypatch):
    monkeypatch.setattr(hierarchical, "berry_berry", fitted)
    found = rows(with_hierarchical=True).sort("estimate")
    assert found["estimate"].to_list() == pytest.approx([0.5, 1.0, 2.0])
    assert found["ci_upper"].to_list() == pytest.approx([np.e / 2, np.e, np.e * 2])
    assert found.select("posterior_prob_higher", "r_hat", "effective_sample_size", "seed").row(2) == (0.9, 1.0, 6e3, 7)
    # The p-values belong to the exact test.
    assert found["p_bh"].null_count() == found["p_value"].null_count() == 3


def test_chains_that_do_not_agree_are_said_to_beside_the_numbers(monkeypatch):
    monkeypatch.setattr(hierarchical, "berry_berry", lambda data: replace(fitted(data), r_hat=1.2))
    assert rows(with_hierarchical=True)["state"].str.starts_with("did not converge: largest R-hat 1.200").all()


def test_the_setting_is_part_of_what_a_summary_is_made_of(monkeypatch):
    monkeypatch.delenv(hierarchical_contrasts.VARIABLE, raising=False)
    assert hierarchical_contrasts.setting() == []
    monkeypatch.setenv(hierarchical_contrasts.VARIABLE, "1")
    assert len(hierarchical_contrasts.setting()) == 1
