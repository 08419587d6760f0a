"""The model of Berry and Berry for each family of printed rows: odds ratios that borrow within body systems.

Takes tens of seconds a family and the optional extra `bayes`, so it runs where it is asked for.
"""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from safety_pipeline.settings import HIERARCHICAL
from safety_pipeline.summarise.estimators.families import hierarchical

VARIABLE = HIERARCHICAL.name
METHOD = "hierarchical, berry and berry"
_UNASSIGNED = "not assigned"
_TOLD = ("p_value", "p_bh", "p_double_fdr", "p_double_fdr_2004", "p_discrete_fdr", "in_family", "p_mid")


def is_wanted() -> bool:
    """Whether the environment asks for the model."""
    return os.environ.get(VARIABLE, "").strip().lower() in {"1", "true", "yes"}


def setting() -> list[str]:
    """What a summary with the model depends on beside its inputs; empty without it."""
    return [f"{VARIABLE}, extra installed: {hierarchical.is_available()}"] if is_wanted() else []


def hierarchical_contrasts(adjusted: pl.DataFrame) -> list[dict[str, Any]]:
    """One row per member of each family: the odds ratio with its 95 % credible interval and convergence diagnostics.

    ``adjusted`` has the counts at both doses, the body system and the family of each printed row; rows without a
    family have no term in the model. Where the model gives nothing, the rows say why.
    """
    members = adjusted.filter("in_family", pl.col("family").is_not_null())
    return [row for _, family in members.group_by("family", maintain_order=True) for row in _fitted(family)]


def _fitted(family: pl.DataFrame) -> list[dict[str, Any]]:
    counts = ("n_affected_high", "n_at_risk_high", "n_affected_low", "n_at_risk_low")
    systems = family["body_system"].fill_null(_UNASSIGNED).to_list()
    high, n_high, low, n_low = (family[name].to_numpy() for name in counts)
    fit = hierarchical.berry_berry(hierarchical.terms(high, n_high, low, n_low, systems))
    shared = family.drop(_TOLD, strict=False).to_dicts()
    named = {"measure": "odds_ratio", "ci_method": METHOD, "state": _state(fit)}
    if fit.state != "estimated":
        return [{**row, **named, "posterior_prob_higher": None} for row in shared]
    return [{**row, **named, **_figures(fit, number)} for number, row in enumerate(shared)]


def _figures(fit: hierarchical.Hierarchical, number: int) -> Mapping[str, Any]:
    """The figures of one term; its log odds ratio is ``theta``."""
    theta = fit.parameters["theta"]
    return {
        "estimate": float(np.exp(theta.mean[number])),
        "ci_lower": float(np.exp(theta.lower[number])),
        "ci_upper": float(np.exp(theta.upper[number])),
        "posterior_prob_higher": float(theta.probability_positive[number]),
        "r_hat": float(theta.r_hat[number]),
        "effective_sample_size": float(theta.ess[number]),
        "seed": fit.seed,
    }


def _state(fit: hierarchical.Hierarchical) -> str | None:
    if fit.state != "estimated":
        return f"{fit.state}: {fit.reason}"
    return None if fit.converged else f"did not converge: largest R-hat {fit.r_hat:.3f}, smallest sample {fit.ess:.0f}"
