"""A slip of the pen, such as a billion patients, takes no memory: the exact methods say that they are not estimable."""

import pytest

from safety_pipeline.summarise.estimators.arms.fisher import fisher_exact
from safety_pipeline.summarise.estimators.arms.odds_ratio import odds_ratio_conditional
from safety_pipeline.summarise.estimators.doses.trend import cochran_armitage_exact

BILLION = 1_000_000_000


@pytest.mark.parametrize(
    "exact",
    [
        lambda: fisher_exact(BILLION // 2, BILLION, BILLION // 3, BILLION),
        lambda: odds_ratio_conditional(BILLION // 2, BILLION, BILLION // 3, BILLION),
        lambda: cochran_armitage_exact([BILLION // 2, BILLION // 3], [BILLION, BILLION], [100, 200]),
    ],
)
def test_a_billion_patients_are_not_estimable(exact):
    assert exact().state == "not estimable"


def test_a_few_events_among_a_billion_patients_are_tested():
    # Both patients at the higher dose is one of four equally likely divisions, and so is neither of them.
    assert fisher_exact(2, BILLION, 0, BILLION).minlike == pytest.approx(0.5, abs=1e-6)
