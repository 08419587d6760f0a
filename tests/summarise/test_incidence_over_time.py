"""Rates per exposure and incidence by a day, with bounds where days are not known."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_tables import Printed, row_of

from safety_pipeline.summarise.estimators.exposure import CENSORED, EVENT, aalen_johansen
from safety_pipeline.summarise.estimators.outcome import ESTIMATED
from safety_pipeline.summarise.over_time import incidence_over_time
from safety_pipeline.tables.harmonised import LIFE_TABLE

YEAR = 365.25


def over_time(*ends, day=100, min_cell=None):
    """The rate and the incidence by a day, for subjects given as (day, outcome, earlier event, n)."""
    printed = Printed()
    printed.document("S").table(min_cell=min_cell).arm("S.1", 400.0, 10)
    names = ("day", "outcome", "earlier_event", "n_subjects")
    place = {"document_id": "S", "trial_id": "S", "arm_id": "S.1", "source_file": "adae.xpt"}
    place |= {"concept": "edema", "grade_band": "any"}
    rows = [row_of(LIFE_TABLE, **place, attribution="all_causality", **dict(zip(names, e, strict=True))) for e in ends]
    printed.life_table = rows
    found = incidence_over_time(printed.sources(), [day]).collect()
    assert found.height == 2
    return [
        found.filter(measure=name).row(0, named=True) for name in ("exposure_adjusted_rate", "cumulative_incidence")
    ]


def test_a_rate_is_first_events_over_the_time_to_them():
    rate, _ = over_time((100, "event", "none", 2), (365, "censored", "none", 3))
    # By hand: 2 patients in (2*100 + 3*365) days.
    assert rate["estimate"] == pytest.approx(100 * 2 / (1295 / YEAR))
    assert rate["patient_years"] == pytest.approx(1295 / YEAR)
    # Exact Poisson limits of 2 events: 0.2422 and 7.2247.
    assert rate["ci_lower"] == pytest.approx(100 * 0.2422 / (1295 / YEAR), rel=1e-3)
    assert rate["ci_upper"] == pytest.approx(100 * 7.2247 / (1295 / YEAR), rel=1e-3)


def test_incidence_by_a_day_shares_out_the_weight_of_those_censored_before():
    # By hand: one of 4 at day 10; one leaves at 20; at day 30 one of 2 left: 1/4 + 3/4 * 1/2.
    _, by_day = over_time((10, "event", "none", 1), (20, "censored", "none", 1), (30, "event", "none", 1),
                          (200, "censored", "none", 1))  # fmt: skip
    assert by_day["estimate"] == pytest.approx(0.25 + 0.375)
    assert (by_day["n_affected_lower"], by_day["n_affected_upper"]) == (2, 2)


def test_death_competes_and_is_not_censored():
    # By hand: of 4, one dies at day 10, one has the event at day 20: 1/4 in the end, not 1/3.
    _, by_day = over_time((10, "death", "none", 1), (20, "event", "none", 1), (200, "censored", "none", 2))
    assert by_day["estimate"] == pytest.approx(0.25)
    assert by_day["n_dead"] == 1


def test_an_event_of_unknown_day_gives_bounds_and_no_estimate():
    rate, by_day = over_time((200, "censored", "certain", 1), (200, "censored", "none", 3))
    # By hand: at the latest on day 200, at the earliest on day 1.
    assert rate["estimate"] is None
    assert rate["patient_years"] == pytest.approx(800 / YEAR)
    assert (rate["n_affected_lower"], rate["n_affected_upper"]) == (1, 1)
    assert (by_day["estimate"], by_day["n_affected_lower"], by_day["n_affected_upper"]) == (None, 0, 1)
    assert by_day["ci_lower"] == 0.0
    assert "1 patients have an event whose day or nature is not known" in by_day["caution"]


def test_a_day_nobody_reached_is_not_estimable():
    _, by_day = over_time((50, "censored", "none", 4), day=100)
    assert by_day["estimate"] is None
    assert by_day["state"] == "not estimable: nobody was observed for 100 days"


def test_nobody_affected_is_zero_without_limits():
    rate, by_day = over_time((200, "censored", "none", 4))
    assert (by_day["estimate"], by_day["ci_upper"]) == (0.0, None)
    assert "the curve has no limits" in by_day["caution"]
    # The exact Poisson upper limit of no event is -ln(0.025) = 3.6889.
    assert rate["ci_upper"] == pytest.approx(100 * 3.6889 / (800 / YEAR), rel=1e-4)


def test_a_package_that_suppresses_small_cells_shows_no_times():
    for row in over_time((10, "event", "none", 2), (200, "censored", "none", 9), min_cell=5):
        assert row["state"].startswith("not estimable: the package suppresses small cells")
        shown = ("n_affected_lower", "n_affected_upper", "estimate", "ci_lower", "ci_upper", "patient_years", "n_dead")
        assert {row[name] for name in shown} == {None}


def completions(end, by_day):
    """Every (day, status) a subject may truly have had."""
    day, outcome, earlier = end
    status = EVENT if outcome == "event" else CENSORED
    events = [(each, EVENT) for each in range(1, day + 1)]
    return {"none": [(day, status)], "certain": events, "possible": [*events, (day, status)]}[earlier]


END = st.tuples(
    st.integers(1, 4), st.sampled_from(["event", "censored"]), st.sampled_from(["none", "possible", "certain"])
)


@given(st.lists(END, min_size=1, max_size=4), st.integers(1, 4))
@settings(max_examples=60)
def test_the_limits_hold_the_curve_of_every_completion(ends, by_day):
    if by_day > max(end[0] for end in ends):
        return
    values = []
    for completion in product(*(completions(end, by_day) for end in ends)):
        days, statuses = zip(*completion, strict=True)
        curve = aalen_johansen(days, statuses)
        values.append(curve.at(by_day).value if curve.state == ESTIMATED else 0.0)
    found = {}
    for end in ends:
        found[end] = found.get(end, 0) + 1
    _, row = over_time(*((*end, n) for end, n in found.items()), day=by_day)
    if len(set(values)) == 1:
        assert row["estimate"] == pytest.approx(values[0])
    if row["estimate"] is not None:
        assert values == pytest.approx([row["estimate"]] * len(values))
    else:
        assert row["n_affected_lower"] <= row["n_affected_upper"]
        assert row["ci_lower"] <= min(values) + 1e-9
        assert row["ci_upper"] is None or row["ci_upper"] >= max(values) - 1e-9
