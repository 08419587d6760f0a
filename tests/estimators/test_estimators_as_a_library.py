"""The estimators for one's own counts: one calling style, and a sentence for each wrong input."""

import doctest
import re
from pathlib import Path

import numpy as np
import pytest

from safety_pipeline import estimators


def test_the_example_of_the_module_gives_what_it_shows():
    with np.printoptions(legacy="1.25"):
        assert doctest.testmod(estimators).failed == 0


def test_an_interval_a_row_with_a_state_where_there_is_none():
    found = estimators.interval([57, 0, 5], [74, 0, 4])
    assert found.value[0] == pytest.approx(57 / 74)
    # Wilson by hand: (57 + 1.92 ± 1.96 sqrt(57·17/74 + 0.96)) / (74 + 3.84).
    assert (found.lower[0], found.upper[0]) == (pytest.approx(0.6625, abs=1e-4), pytest.approx(0.8514, abs=1e-4))
    assert list(found.state) == ["estimated", "undefined", "error"]


def test_groups_are_pooled_in_the_order_of_their_names():
    found = estimators.pool([10, 1, 10, 1], [100, 100, 100, 100], ["b", "a", "b", "a"])
    assert found.value == pytest.approx([0.01, 0.1], abs=1e-6)


def test_trials_without_an_event_say_what_to_show():
    found = estimators.pool([0, 0], [30, 30])
    assert (found.state[0], np.isnan(found.value[0])) == ("not estimable", True)
    assert "exact interval" in found.reason[0]


def test_arms_are_compared_a_row():
    found = estimators.compare([20, 0], [100, 50], [10, 0], [100, 50], method="risk_ratio_miettinen_nurminen")
    assert found.value[0] == pytest.approx(2.0)
    assert list(found.state) == ["estimated", "undefined"]


def test_p_values_are_adjusted_by_name():
    assert estimators.adjust([0.01, 0.04]) == pytest.approx([0.02, 0.04])
    assert estimators.adjust([0.01, 0.04], ["a", "b"], method="double_fdr_2012") == pytest.approx([0.02, 0.04])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: estimators.interval([1, 2], [10]), "differ in length: n_affected 2, n_at_risk 1"),
        (lambda: estimators.interval([1], [10], level=95), "level = 95 is not between 0 and 1; write 95 % as 0.95"),
        (lambda: estimators.interval([1], [10], method="wald"), "No method is called 'wald'; known are wilson"),
        (lambda: estimators.pool([1, 2], [10, 10], method="reml"), "random_effects_reml"),
        (lambda: estimators.pool([1, 2], [10, 10], ["a"]), "n_affected 2, group 1"),
        (lambda: estimators.pool(["many"], [10]), "n_affected is not a list of numbers"),
        (lambda: estimators.pool([1, 2], [10, 10], ["a", None]), "group mixes names"),
        (lambda: estimators.interval([[1, 2]], [[10, 10]]), "n_affected has 2 dimensions; give one number a row"),
        (lambda: estimators.interval([1], [10], method=["wilson"]), "No method is called ['wilson']"),
        (lambda: estimators.interval([1], [10], level="95 %"), "level = 95 % is not between 0 and 1"),
        (lambda: estimators.compare([1], [10], [1], [10], level=0), "level = 0"),
        (lambda: estimators.adjust([0.5, -1]), "p holds -1; a p-value lies between 0 and 1"),
        (lambda: estimators.adjust([0.5], method="double_fdr_2004"), "give the system of each term"),
    ],
)
def test_wrong_input_gets_a_sentence(call, sentence):
    with pytest.raises(estimators.InputError, match=re.escape(sentence)):
        call()


def test_the_lines_of_the_page_run_as_they_stand():
    page = (Path(__file__).parents[2] / "docs" / "estimators.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    named = {}
    exec(lines, named)  # noqa: S102  (our own page)
    assert named["pooled"].state.tolist() == ["estimated"]
    assert named["by_dose"].value.shape == (2,)
    assert named["higher"].value[0] == pytest.approx(2.0)
    assert len(named["adjusted"]) == 3
