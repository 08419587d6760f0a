"""The false discovery rate of exact tests on sparse tables, by hand and by definition."""

from math import comb

import numpy as np
import pytest
from scipy.stats import hypergeom

from safety_pipeline.summarise.estimators.arms.fisher import fisher_exact
from safety_pipeline.summarise.estimators.families.discrete_fdr import attainable, discrete_benjamini_hochberg
from safety_pipeline.summarise.estimators.families.multiplicity import benjamini_hochberg

TEN = (10, 10)


def adjusted(tables):
    p = [fisher_exact(*table).minlike for table in tables]
    return discrete_benjamini_hochberg(p, [attainable(x + y, n, m) for x, n, y, m in tables])


def test_a_table_with_one_event_attains_no_p_value_but_one():
    assert attainable(1, *TEN).tolist() == pytest.approx([1.0])


def test_the_attainable_p_values_of_four_events_are_those_worked_out_by_hand():
    # Of C(20, 4) = 4845 choices 210 have all events in one arm, 1200 three of them, 2025 two.
    assert attainable(4, *TEN).tolist() == pytest.approx([420 / 4845, 2820 / 4845, 1.0])


def test_tables_that_cannot_reach_a_small_p_value_cost_the_others_nothing():
    # By hand: 5 of 10 against none has 2 * C(10, 5) / C(20, 5) = 504 / 15504; tables of one event reach 1 only.
    sparse = [(5, 10, 0, 10)] + [(1, 10, 0, 10)] * 5
    assert adjusted(sparse)[0] == pytest.approx(2 * comb(10, 5) / comb(20, 5))
    assert benjamini_hochberg([504 / 15504] + [1.0] * 5)[0] == pytest.approx(6 * 504 / 15504)


def test_what_two_tables_attain_together_is_added_up():
    # By hand, up to 504/15504 = 0.033: itself; no table of four events (0.087); of six, all in one arm (0.011).
    tables = [(5, 10, 0, 10), (4, 10, 0, 10), (4, 10, 0, 10), (5, 10, 1, 10)]
    assert adjusted(tables)[0] == pytest.approx(504 / 15504 + 0.0 + 0.0 + 2 * comb(10, 6) / comb(20, 6))


def by_definition(tables):
    """Heyse's adjusted p-values from the tail sums of scipy's hypergeometric distribution, loop by loop."""

    def p_of(x, events, n, m):
        like = hypergeom.pmf(np.arange(max(0, events - m), min(n, events) + 1), n + m, events, n)
        return like[like <= hypergeom.pmf(x, n + m, events, n) * (1 + 1e-7)].sum()

    observed = [p_of(x, x + y, n, m) for x, n, y, m in tables]
    reach = [[p_of(x, s, n, m) for x in range(max(0, s - m), min(n, s) + 1)]
             for s, n, m in ((x + y, n, m) for x, n, y, m in tables)]  # fmt: skip
    order, found, last = np.argsort(observed, kind="stable"), np.empty(len(tables)), 1.0
    for rank in range(len(tables), 0, -1):
        one = observed[order[rank - 1]]
        sums = sum(max((p for p in each if p <= one * (1 + 1e-7)), default=0.0) for each in reach)
        last = min(last, sums / rank)
        found[order[rank - 1]] = max(last, one)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_random_tables_agree_with_the_definition_and_never_exceed_benjamini_hochberg(seed):
    rng = np.random.default_rng(seed)
    n, m = rng.integers(3, 60, (2, 12))
    x, y = rng.binomial(n, 0.1), rng.binomial(m - 1, 0.05) + 1
    tables = list(zip(x.tolist(), n.tolist(), y.tolist(), m.tolist(), strict=True))
    found = adjusted(tables)
    assert found == pytest.approx(by_definition(tables))
    assert (found <= benjamini_hochberg([fisher_exact(*table).minlike for table in tables]) + 1e-12).all()


def test_no_test_at_all_adjusts_nothing():
    assert discrete_benjamini_hochberg([], []).size == 0
