"""The three-level model of Berry and Berry for the terms of one trial: terms within body systems within the trial.

Needs the optional extra ``bayes`` (NumPyro), which is imported only when the model runs. Sources: Berry and Berry 2004,
Biometrics 60:418; model 1a and its default priors of the R package c212 (no point mass at 0).
"""

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from safety_pipeline.summarise.estimators.outcome import ERROR, ESTIMATED, NOT_ESTIMABLE, FloatArray, IntArray, State

MISSING_EXTRA = "the optional extra 'bayes' is not installed: pip install 'safety-pipeline[bayes]'"
# Inverse-gamma(3, 1) variances and normal(0, 10) means at every level, as in model 1a of c212.
SHAPE, SCALE, MEAN_VARIANCE = 3.0, 1.0, 10.0
LARGEST_RHAT, SMALLEST_ESS = 1.01, 1000.0
_EMPTY: FloatArray = np.empty(0)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the posterior is sampled; the same seed on the same machine gives the same numbers."""

    seed: int = 20021
    n_chains: int = 4
    n_warmup: int = 1000
    n_kept: int = 5000


@dataclass(frozen=True, slots=True)
class Parameter:
    """The posterior of one group of parameters, one element each, with its convergence diagnostics."""

    mean: FloatArray
    lower: FloatArray
    upper: FloatArray
    probability_positive: FloatArray
    r_hat: FloatArray
    ess: FloatArray


@dataclass(frozen=True, slots=True)
class Hierarchical:
    """The posterior of every parameter; ``theta`` is the log odds ratio of each term, higher dose against lower."""

    parameters: dict[str, Parameter] = field(default_factory=dict)
    systems: tuple[str, ...] = ()
    seed: int = 0
    r_hat: float = float("nan")
    ess: float = float("nan")
    state: State = ESTIMATED
    reason: str = ""

    @property
    def converged(self) -> bool:
        """Whether every R-hat and effective sample size meets its limit."""
        return self.r_hat <= LARGEST_RHAT and self.ess >= SMALLEST_ESS


@dataclass(frozen=True, slots=True)
class Terms:
    """The counts of each term of one trial at two doses, with the number of its body system."""

    x_high: FloatArray
    n_high: FloatArray
    x_low: FloatArray
    n_low: FloatArray
    system: IntArray
    systems: tuple[str, ...]


def terms(
    x_high: npt.ArrayLike, n_high: npt.ArrayLike, x_low: npt.ArrayLike, n_low: npt.ArrayLike, system: npt.ArrayLike
) -> Terms:
    """The terms as arrays; systems are numbered in the order of their names."""
    names, number = np.unique(np.asarray(system, str), return_inverse=True)
    high, n1, low, n2 = (np.asarray(values, np.float64) for values in (x_high, n_high, x_low, n_low))
    return Terms(high, n1, low, n2, number.astype(np.int64), tuple(str(name) for name in names))


def is_available() -> bool:
    """Whether the extra that samples the model is installed."""
    return find_spec("numpyro") is not None


def berry_berry(data: Terms, sampling: Sampling | None = None, level: float = 0.95) -> Hierarchical:
    """The posterior of the three-level model, with R-hat and effective sample size of every parameter."""
    sampling = sampling or Sampling()
    if not is_available():
        return Hierarchical(state=NOT_ESTIMABLE, reason=MISSING_EXTRA)
    counts = np.stack([data.x_high, data.n_high - data.x_high, data.x_low, data.n_low - data.x_low])
    if not (counts >= 0).all():
        return Hierarchical(state=ERROR, reason="a term without usable counts")
    if len(data.systems) < 2:
        return Hierarchical(state=NOT_ESTIMABLE, reason="fewer than two body systems: nothing to borrow from")
    draws = _sample(data, sampling)
    found = {name: _summary(values, level) for name, values in draws.items()}
    worst = max(float(one.r_hat.max()) for one in found.values())
    fewest = min(float(one.ess.min()) for one in found.values())
    return Hierarchical(found, data.systems, sampling.seed, worst, fewest)


def _model(data: Terms) -> None:
    """The model as NumPyro statements: trial means, body-system means and variances, term effects, counts."""
    numpyro, dist = import_module("numpyro"), import_module("numpyro.distributions")
    n_systems, n_terms, number = len(data.systems), data.system.size, data.system

    def effects(name: str) -> Any:
        top = numpyro.sample(f"mu_{name}_0", dist.Normal(0.0, MEAN_VARIANCE**0.5))
        spread = numpyro.sample(f"tau2_{name}_0", dist.InverseGamma(SHAPE, SCALE))
        mean = numpyro.sample(f"mu_{name}", dist.Normal(top, spread**0.5).expand([n_systems]))
        variance = numpyro.sample(f"sigma2_{name}", dist.InverseGamma(SHAPE, SCALE).expand([n_systems]))
        return numpyro.sample(name, dist.Normal(mean[number], variance[number] ** 0.5).expand([n_terms]))

    gamma, theta = effects("gamma"), effects("theta")
    numpyro.sample("low", dist.Binomial(data.n_low.astype(int), logits=gamma), obs=data.x_low)
    numpyro.sample("high", dist.Binomial(data.n_high.astype(int), logits=gamma + theta), obs=data.x_high)


def _sample(data: Terms, sampling: Sampling) -> dict[str, FloatArray]:
    """The kept draws of every parameter: chain x draw x element."""
    infer, random = import_module("numpyro.infer"), import_module("jax.random")
    sampler = infer.MCMC(
        infer.NUTS(_model, target_accept_prob=0.9),
        num_warmup=sampling.n_warmup,
        num_samples=sampling.n_kept,
        num_chains=sampling.n_chains,
        chain_method="sequential",
        progress_bar=False,
    )
    sampler.run(random.PRNGKey(sampling.seed), data)
    draws = sampler.get_samples(group_by_chain=True)
    shape = (sampling.n_chains, sampling.n_kept, -1)
    return {name: np.asarray(values, np.float64).reshape(shape) for name, values in draws.items()}


def _summary(draws: FloatArray, level: float) -> Parameter:
    """The posterior summary of one group of parameters."""
    diagnostics = import_module("numpyro.diagnostics")
    flat = draws.reshape(-1, draws.shape[-1])
    lower, upper = np.quantile(flat, [(1 - level) / 2, (1 + level) / 2], axis=0)
    r_hat = np.asarray(diagnostics.split_gelman_rubin(draws), np.float64)
    ess = np.asarray(diagnostics.effective_sample_size(draws), np.float64)
    return Parameter(flat.mean(axis=0), lower, upper, (flat > 0).mean(axis=0), r_hat, ess)
