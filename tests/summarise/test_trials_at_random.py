"""Random sets of trials keep the laws of intervals; ten thousand of them are run by `make fuzz`."""

import pytest
from trials_at_random import faults


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_random_set_of_trials_breaks_a_law(seed):
    assert faults(25, seed) == []
