"""Which row of a dose is shown first: the one that its number and kind of trials allow."""

import polars as pl

from safety_pipeline.summarise.pooled_rows import EXACT_TOTAL
from safety_pipeline.summarise.trials import GROUP

FEWEST_TRIALS = 5
# A standard deviation of 2 on the logit scale: a trial one step away has seven times the odds.
LARGEST_TAU2 = 4.0
CENSORED = "censored_logit_normal"
# The first that stands decides. Nobody affected anywhere needs no model; bounds are used where there are any.
ORDER = (
    EXACT_TOTAL,
    CENSORED,
    "random_effects_glmm",
    "random_effects_reml",
    "trial_range",
    "single_trial",
    "bounds",
    "not_estimable",
)


def is_default() -> pl.Expr:
    """One row a group."""
    rank = pl.when(_stands()).then(pl.col("method").replace_strict(ORDER, range(len(ORDER)), default=None))
    return (rank == rank.min().over(GROUP)).fill_null(value=False)


def _stands() -> pl.Expr:
    """Whether a row may be shown first: always without a model, and else where its model carries it."""
    is_model = pl.col("method").is_in(["random_effects_glmm", "random_effects_reml", CENSORED])
    return ~is_model | (_is_fitted() & ~_needs_half_events())


def _is_fitted() -> pl.Expr:
    fits = pl.col("converged").fill_null(value=False) & pl.col("incidence").is_not_null()
    return fits & (pl.col("k_trials") >= FEWEST_TRIALS) & ~is_scattered()


def is_scattered() -> pl.Expr:
    """Whether the trials of a fitted row differ so much that one incidence describes none of them."""
    return (pl.col("tau2") > LARGEST_TAU2).fill_null(value=False)


def _needs_half_events() -> pl.Expr:
    """An inverse-variance model of a trial without an event rests on the half event added to it."""
    return (pl.col("method") == "random_effects_reml") & pl.col("has_empty_cell")
