"""Counts from percentages: every count that is printed so, and no other."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_pipeline.ingest.literature.numbers.percent import counts_that_fit, fits


@pytest.mark.parametrize(
    ("percent", "n_at_risk", "expected"),
    [
        ("31.3", 16, (5, 5)),  # 31.25 rounded up
        ("31.2", 16, (5, 5)),  # 31.25 rounded to even, or cut
        ("8", 46, (4, 4)),  # 8.7 cut
        ("5", 300, (14, 17)),  # 4.67 rounded, to 5.67 cut
        ("26.3", 47, None),
        ("100", 47, (47, 47)),
        ("0", 500, (0, 4)),  # 4 of 500 is 0.8, cut
        ("0.0", 50, (0, 0)),
    ],
)
def test_the_counts_behind_a_percentage(percent, n_at_risk, expected):
    decimals = len(percent.partition(".")[2])
    assert counts_that_fit(n_at_risk, Fraction(percent), decimals) == expected


@given(n_at_risk=st.integers(1, 3000), share=st.floats(0, 1), decimals=st.integers(0, 2))
def test_a_count_always_fits_the_percentage_it_was_rounded_or_cut_to(n_at_risk, share, decimals):
    n = round(share * n_at_risk)
    for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN):
        printed = str((Decimal(100 * n) / n_at_risk).quantize(Decimal(1).scaleb(-decimals), rounding))
        bounds = counts_that_fit(n_at_risk, Fraction(printed), decimals)
        assert bounds is not None
        assert bounds[0] <= n <= bounds[1]
        assert fits(n, n_at_risk, Fraction(printed), decimals)


def test_of_nobody_only_no_percent_is_printed():
    assert fits(0, 0, Fraction(0), 1)
    assert not fits(3, 0, Fraction("5.0"), 1)
