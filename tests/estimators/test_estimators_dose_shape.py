"""Shapes of the log odds over dose; the expected values are from R's glm, and its optimize for the half dose."""

import numpy as np
import pytest

from safety_pipeline.summarise.estimators.doses.dose_response import arms
from safety_pipeline.summarise.estimators.doses.dose_shape import dose_shapes

DOSES, AT_RISK = [100, 200, 400, 800], [100] * 4


def shapes(affected, doses=DOSES, at_risk=None, trial=None):
    made = arms(affected, at_risk or [100] * len(affected), doses, trial or ["A"] * len(affected))
    return {shape.name: shape for shape in dose_shapes(made)}


@pytest.mark.parametrize(
    ("affected", "aicc", "contrasts"),
    [
        (
            [2, 4, 8, 16],
            {"flat": 215.1176209, "linear": 201.7160498, "log_linear": 200.9218215, "emax": 202.9538661},
            {"linear": 1.869310699, "log_linear": 2.259715322, "emax": 2.203660457},
        ),
        (
            [5, 20, 30, 33],
            {"flat": 423.5364194, "linear": 406.4440383, "log_linear": 398.9562813},
            {"linear": 1.341728461, "log_linear": 1.756486214},
        ),
    ],
)
def test_aicc_and_the_odds_ratio_of_the_ends_are_those_of_r(affected, aicc, contrasts):
    found = shapes(affected)
    assert {name: found[name].aicc for name in aicc} == pytest.approx(aicc, abs=1e-6)
    assert {name: found[name].contrast.value for name in contrasts} == pytest.approx(contrasts, abs=1e-5)
    assert [name for name, shape in found.items() if shape.is_chosen] == ["log_linear"]
    assert np.nansum([shape.weight for shape in found.values()]) == pytest.approx(1)


def test_the_half_dose_of_an_emax_curve_is_that_of_r():
    assert shapes([2, 4, 8, 16])["emax"].half_dose == pytest.approx(362.692, rel=1e-4)


def test_a_curve_that_levels_off_is_chosen_where_it_is_one():
    # Log odds of -4 + 5 d / (200 + d), among 20,000 patients a dose.
    doses = [25, 50, 100, 200, 400, 800, 1600]
    at_risk = [20_000] * 7
    affected = [round(20_000 / (1 + np.exp(4 - 5 * d / (200 + d)))) for d in doses]
    found = shapes(affected, doses, at_risk)
    assert found["emax"].is_chosen
    assert found["emax"].half_dose == pytest.approx(200, rel=0.02)


def test_a_half_dose_that_the_doses_cannot_tell_is_no_figure():
    found = shapes([5, 20, 30, 33])["emax"]
    assert (found.contrast.state, found.is_chosen) == ("not estimable", False)
    assert "far outside these doses" in found.contrast.reason


def test_trials_at_levels_of_their_own_share_the_shape():
    # The second trial repeats the slope of the first at 9 times its odds; adding the columns would hide it.
    found = shapes([10, 20, 90, 94], [100, 200, 200, 300], trial=["A", "A", "B", "B"])
    assert not found["flat"].is_chosen
    assert found["linear"].contrast.lower > 0


@pytest.mark.parametrize(
    ("affected", "doses", "reason"),
    [
        ([0, 0, 0], [100, 200, 400], "no trial compares two doses"),
        ([100, 100, 100], [100, 200, 400], "no trial compares two doses"),
        ([0, 0, 100], [100, 200, 400], "separated by dose"),
        ([5, 9], [100, 200], "fewer than three doses"),
        ([5, 9, 120], [100, 200, 400], "without usable counts"),
    ],
)
def test_counts_without_a_shape_say_why_and_choose_none(affected, doses, reason):
    found = shapes(affected, doses)
    assert all(reason in shape.contrast.reason for shape in found.values())
    assert not any(shape.is_chosen for shape in found.values())


def test_a_dose_of_zero_has_no_logarithm_and_leaves_the_other_shapes():
    found = shapes([5, 9, 14], [0, 200, 400])
    assert found["log_linear"].contrast.state == "undefined"
    assert found["linear"].contrast.is_estimated
