"""Rates per exposure and cumulative incidence with competing events, where person-time or subject-level times exist.

Refused where only patients affected and patients at risk exist: a count of patients cannot be turned into a risk at a
time. Sources: Garwood 1936 (exact Poisson limits); Aalen and Johansen 1978; Stegherr and others 2021 (why not 1-KM).
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, ndtri

from safety_pipeline.summarise.estimators.outcome import (
    ERROR,
    ESTIMATED,
    NOT_ESTIMABLE,
    Estimate,
    FloatArray,
    State,
    not_estimable,
    refused,
    undefined,
)

NO_TIME = "only patients affected and at risk are known: no person-time, so neither a rate nor a risk at a time"
CENSORED, EVENT, COMPETING = 0, 1, 2
_EMPTY: FloatArray = np.empty(0)


@dataclass(frozen=True)
class CumulativeIncidence:
    """The probability of the event by each event time, with its standard error and log-log limits."""

    time: FloatArray = field(default_factory=lambda: _EMPTY)
    incidence: FloatArray = field(default_factory=lambda: _EMPTY)
    se: FloatArray = field(default_factory=lambda: _EMPTY)
    lower: FloatArray = field(default_factory=lambda: _EMPTY)
    upper: FloatArray = field(default_factory=lambda: _EMPTY)
    n_at_risk: FloatArray = field(default_factory=lambda: _EMPTY)
    state: State = ESTIMATED
    reason: str = ""

    def at(self, time: float) -> Estimate:
        """The cumulative incidence at one time; before the first event it is 0 without limits."""
        if self.state != ESTIMATED:
            return Estimate(state=self.state, reason=self.reason)
        place = int(np.searchsorted(self.time, time, side="right")) - 1
        if place < 0:
            return Estimate(0.0)
        return Estimate(float(self.incidence[place]), float(self.lower[place]), float(self.upper[place]))


def exposure_adjusted_rate(n_events: float, person_time: float | None, level: float = 0.95) -> Estimate:
    """Events per unit of person-time with exact Poisson limits; assumes independent events at a constant rate.

    For a first-event rate ``person_time`` ends at each patient's first event and ``n_events`` counts patients.
    """
    if person_time is None or person_time != person_time:  # noqa: PLR0124 - NaN is how arrays say "missing"
        return not_estimable(NO_TIME)
    if n_events < 0 or person_time < 0:
        return refused("a negative count or negative person-time")
    if person_time == 0:
        return undefined("no person-time")
    tail = (1 - level) / 2
    lower = float(gammaincinv(n_events, tail)) if n_events else 0.0
    upper = float(gammaincinv(n_events + 1, 1 - tail))
    return Estimate(n_events / person_time, lower / person_time, upper / person_time)


def _fault(time: FloatArray, status: FloatArray) -> CumulativeIncidence | None:
    """The refusal of a curve, or None."""
    if time.size == 0 or time.size != status.size or np.isnan(time).any():
        return CumulativeIncidence(state=NOT_ESTIMABLE, reason=NO_TIME)
    if (time < 0).any() or not np.isin(status, [CENSORED, EVENT, COMPETING]).all():
        return CumulativeIncidence(state=ERROR, reason="a negative time, or a status other than 0, 1 or 2")
    if not (status == EVENT).any():
        return CumulativeIncidence(state=NOT_ESTIMABLE, reason="no patient has the event: the curve stays at 0")
    return None


def aalen_johansen(time: npt.ArrayLike, status: npt.ArrayLike, level: float = 0.95) -> CumulativeIncidence:
    """The cumulative incidence of the first event of each patient, with death and the like as competing events.

    ``status`` is 0 censored, 1 event, 2 competing event. One minus Kaplan-Meier would count patients with a
    competing event as if the event could still come. Patients censored at a time are at risk at that time.
    """
    t, s = np.asarray(time, np.float64), np.asarray(status, np.float64)
    if fault := _fault(t, s):
        return fault
    times = np.unique(t[s != CENSORED])
    at_risk = np.array([(t >= one).sum() for one in times], np.float64)
    events = np.array([((t == one) & (s == EVENT)).sum() for one in times], np.float64)
    others = np.array([((t == one) & (s == COMPETING)).sum() for one in times], np.float64)
    survival = np.cumprod(1 - (events + others) / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before * events / at_risk)
    se = _standard_error(incidence, before, events, others, at_risk)
    lower, upper = _log_log_limits(incidence, se, level)
    shown = events > 0
    return CumulativeIncidence(times[shown], incidence[shown], se[shown], lower[shown], upper[shown], at_risk[shown])


def _standard_error(
    incidence: FloatArray, before: FloatArray, events: FloatArray, others: FloatArray, at_risk: FloatArray
) -> FloatArray:
    """The standard error at each time by the delta method of Marubini and Valsecchi 1995."""
    dead = events + others
    hazard = np.divide(dead, at_risk * (at_risk - dead), out=np.zeros_like(dead), where=at_risk > dead)
    own = before**2 * (at_risk - events) * events / at_risk**3
    mixed = before * events / at_risk**2
    variance = [
        ((now - incidence[: i + 1]) ** 2 * hazard[: i + 1]).sum()
        + own[: i + 1].sum()
        - 2 * ((now - incidence[: i + 1]) * mixed[: i + 1]).sum()
        for i, now in enumerate(incidence)
    ]
    return np.asarray(np.sqrt(np.maximum(0.0, np.array(variance))), np.float64)


def _log_log_limits(incidence: FloatArray, se: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Limits 1 - (1-F)^exp(±z se / ((1-F) log(1-F))), which stay inside 0 and 1."""
    z = float(ndtri(0.5 + level / 2))
    # A sum of steps may end a rounding short of 1, where the log-log scale has no room left.
    inside = (incidence > 0) & (incidence < 1 - 1e-12)
    log_rest = np.log1p(-np.where(inside, incidence, 0.5))
    step = np.minimum(z * se / (np.exp(log_rest) * -log_rest), 700)
    lower, upper = -np.expm1(log_rest * np.exp(-step)), -np.expm1(log_rest * np.exp(step))
    return np.where(inside, lower, incidence), np.where(inside, upper, incidence)
