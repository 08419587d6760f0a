"""Two arms compared within each of several randomised trials, and then over trials: Mantel-Haenszel, CMH and Peto.

Every function takes one element a trial, higher dose (or treatment) first. Sources: Mantel and Haenszel 1959; Robins,
Breslow and Greenland 1986 (odds ratio); Greenland and Robins 1985 (risk ratio); Sato, Greenland and Robins 1989
(risk difference); Breslow and Day 1980; Tarone 1985; Yusuf, Peto and others 1985.
"""

from dataclasses import dataclass
from math import exp, log, nan, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtri

from safety_pipeline.summarise.estimators.outcome import (
    ESTIMATED,
    NOT_WHOLE,
    Estimate,
    FloatArray,
    State,
    not_estimable,
    refused,
    undefined,
)

# A variance below this share of its terms is 0 up to rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Tables:
    """The 2 x 2 tables of the trials: a, b with and without an event at the higher dose; c, d at the lower one."""

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray

    @property
    def n1(self) -> FloatArray:
        """Patients at the higher dose."""
        return self.a + self.b

    @property
    def n2(self) -> FloatArray:
        """Patients at the lower dose."""
        return self.c + self.d

    @property
    def n(self) -> FloatArray:
        """Patients of the trial."""
        return self.n1 + self.n2

    def only(self, kept: npt.NDArray[np.bool_]) -> "Tables":
        """The tables of some trials."""
        return Tables(self.a[kept], self.b[kept], self.c[kept], self.d[kept])

    def filled(self) -> "Tables":
        """The tables with an event, with 0.5 in every cell of those that have an empty one."""
        some = self.only(self.a + self.c > 0)
        empty = (some.a == 0) | (some.b == 0) | (some.c == 0) | (some.d == 0)
        half = np.where(empty, 0.5, 0.0)
        return Tables(some.a + half, some.b + half, some.c + half, some.d + half)


@dataclass(frozen=True, slots=True)
class Stratified:
    """A measure over trials with its standard error (on the log scale for ratios) and heterogeneity Q."""

    estimate: Estimate
    se: float = nan
    q: float = nan
    k_trials: int = 0


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A chi-square statistic; NaN where undefined, with the reason."""

    statistic: float = nan
    df: float = nan
    p: float = nan
    state: State = ESTIMATED
    reason: str = ""


def tables(x_high: npt.ArrayLike, n_high: npt.ArrayLike, x_low: npt.ArrayLike, n_low: npt.ArrayLike) -> Tables:
    """The tables of trials given as patients affected and at risk."""
    x1, n1, x2, n2 = (np.atleast_1d(np.asarray(v, np.float64)) for v in (x_high, n_high, x_low, n_low))
    return Tables(x1, n1 - x1, x2, n2 - x2)


def fault(t: Tables) -> Estimate | None:
    """The refusal of any measure: impossible counts, an empty arm, or no event in any trial."""
    cells = np.stack([t.a, t.b, t.c, t.d])
    if not np.isfinite(cells).all() or (t.n1 == 0).any() or (t.n2 == 0).any():
        return undefined("a trial has an arm without patients")
    if (cells < 0).any():
        return refused("more patients affected than at risk, or a negative count")
    if (cells % 1 > 0).any():
        return refused(NOT_WHOLE)
    return undefined("0 events in every trial") if t.a.sum() + t.c.sum() == 0 else None


def _limits(value: float, se: float, level: float) -> Estimate:
    half = float(ndtri(0.5 + level / 2)) * se
    return Estimate(value, value - half, value + half)


def _ratio_limits(log_value: float, se: float, level: float) -> Estimate:
    on_log = _limits(log_value, se, level)
    return Estimate(exp(on_log.value), exp(on_log.lower), exp(on_log.upper))


def _q(y: FloatArray, v: FloatArray, centre: float) -> float:
    return float(((y - centre) ** 2 / v).sum())


def mantel_haenszel_odds_ratio(t: Tables, level: float = 0.95) -> Stratified:
    """The Mantel-Haenszel odds ratio Σ(ad/N) / Σ(bc/N) with the Robins-Breslow-Greenland variance."""
    if refusal := fault(t):
        return Stratified(refusal)
    r, s = t.a * t.d / t.n, t.b * t.c / t.n
    if r.sum() == 0 or s.sum() == 0:
        return Stratified(undefined("no trial has events and non-events in opposite arms"))
    p, q = (t.a + t.d) / t.n, (t.b + t.c) / t.n
    total_r, total_s = r.sum(), s.sum()
    variance = (p * r).sum() / total_r**2 + (p * s + q * r).sum() / (total_r * total_s) + (q * s).sum() / total_s**2
    value, se = log(total_r / total_s), sqrt(variance / 2)
    f = t.filled()
    y, v = np.log(f.a * f.d / (f.b * f.c)), 1 / f.a + 1 / f.b + 1 / f.c + 1 / f.d
    return Stratified(_ratio_limits(value, se, level), se, _q(y, v, value), t.a.size)


def mantel_haenszel_risk_ratio(t: Tables, level: float = 0.95) -> Stratified:
    """The Mantel-Haenszel risk ratio Σ(a n2/N) / Σ(c n1/N) with the Greenland-Robins variance."""
    if refusal := fault(t):
        return Stratified(refusal)
    r, s = (t.a * t.n2 / t.n).sum(), (t.c * t.n1 / t.n).sum()
    if r == 0 or s == 0:
        return Stratified(undefined("0 events at one of the doses in every trial"))
    expected = (t.n1 / t.n * (t.n2 / t.n) * (t.a + t.c)).sum()
    spread = expected - (t.a / t.n * t.c).sum()
    if spread <= ROUNDING * expected:
        return Stratified(not_estimable("events in every patient of every trial: the risk ratio has no standard error"))
    value, se = log(r / s), sqrt(spread / (r * s))
    f = t.filled()
    y, v = np.log(f.a / f.n1 / (f.c / f.n2)), 1 / f.a - 1 / f.n1 + 1 / f.c - 1 / f.n2
    return Stratified(_ratio_limits(value, se, level), se, _q(y, v, value), t.a.size)


def mantel_haenszel_risk_difference(t: Tables, level: float = 0.95) -> Stratified:
    """The Mantel-Haenszel risk difference with the variance of Sato, Greenland and Robins."""
    if refusal := fault(t):
        return Stratified(refusal)
    weight = (t.n1 * t.n2 / t.n).sum()
    value = float((t.a * t.n2 / t.n - t.c * t.n1 / t.n).sum() / weight)
    low, high = t.n1 / t.n, t.n2 / t.n
    p = (t.c * low**2 - t.a * high**2 + low * high * (t.n2 - t.n1) / 2).sum()
    q = (t.a * (t.n2 - t.c) / t.n + t.c * (t.n1 - t.a) / t.n).sum() / 2
    variance = float(value * p + q)
    if variance <= ROUNDING:
        return Stratified(not_estimable("the same in every patient of each arm: the difference has no standard error"))
    se = sqrt(variance) / float(weight)
    f = t.filled()
    y, v = f.a / f.n1 - f.c / f.n2, f.a * f.b / f.n1**3 + f.c * f.d / f.n2**3
    return Stratified(_limits(value, se, level), se, _q(y, v, value), t.a.size)


def _excess(t: Tables) -> tuple[FloatArray, FloatArray]:
    """Observed minus expected events at the higher dose given the margins, and their hypergeometric variance."""
    events = t.a + t.c
    expected = t.n1 * events / t.n
    return t.a - expected, t.n1 * t.n2 * events * (t.n - events) / (t.n**2 * np.maximum(t.n - 1, 1))


def cochran_mantel_haenszel(t: Tables, *, correction: float = 0.5) -> ChiSquare:
    """The CMH test of no association within trials: (|Σ(O-E)| - correction)² / ΣV, 1 df."""
    if refusal := fault(t):
        return ChiSquare(state=refusal.state, reason=refusal.reason)
    excess, variance = _excess(t)
    if variance.sum() == 0:
        return ChiSquare(state="undefined", reason="events in every patient of every trial")
    statistic = max(0.0, abs(float(excess.sum())) - correction) ** 2 / float(variance.sum())
    return ChiSquare(statistic, 1, float(chdtrc(1, statistic)))


def peto_odds_ratio(t: Tables, level: float = 0.95) -> Stratified:
    """The Peto one-step odds ratio exp(Σ(O-E) / ΣV); trials without events carry no weight."""
    if refusal := fault(t):
        return Stratified(refusal)
    excess, variance = _excess(t)
    carried = variance > 0
    if not carried.any():
        return Stratified(undefined("events in every patient of every trial"))
    value, se = float(excess.sum() / variance.sum()), 1 / sqrt(variance.sum())
    q = _q(excess[carried] / variance[carried], 1 / variance[carried], value)
    return Stratified(_ratio_limits(value, se, level), se, q, int(carried.sum()))


def _expected_at(t: Tables, odds_ratio: float) -> FloatArray:
    """The events at the higher dose of each trial when its odds ratio were the common one."""
    events = t.a + t.c
    if abs(odds_ratio - 1) < 1e-12:
        return t.n1 * events / t.n
    linear = odds_ratio * (t.n1 + events) + t.n2 - events
    root = np.sqrt(linear**2 - 4 * odds_ratio * t.n1 * events * (odds_ratio - 1))
    return np.asarray((linear - root) / (2 * (odds_ratio - 1)))


def breslow_day(t: Tables) -> tuple[ChiSquare, ChiSquare]:
    """The Breslow-Day test that the trials share one odds ratio, and the same with Tarone's correction."""
    common = mantel_haenszel_odds_ratio(t).estimate
    if not common.is_estimated:
        bare = ChiSquare(state=common.state, reason=common.reason)
        return bare, bare
    t = t.only((t.a + t.c > 0) & (t.b + t.d > 0))
    if t.a.size < 2:
        bare = ChiSquare(state="undefined", reason="fewer than two trials with events and non-events")
        return bare, bare
    a = _expected_at(t, common.value)
    variance = 1 / (1 / a + 1 / (t.n1 - a) + 1 / (t.a + t.c - a) + 1 / (t.n2 - t.a - t.c + a))
    plain = float(((t.a - a) ** 2 / variance).sum())
    corrected = plain - float((t.a - a).sum()) ** 2 / float(variance.sum())
    df = t.a.size - 1
    return ChiSquare(plain, df, float(chdtrc(df, plain))), ChiSquare(corrected, df, float(chdtrc(df, corrected)))
