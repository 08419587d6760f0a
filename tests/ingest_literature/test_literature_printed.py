# ruff: noqa: E501 - one printed cell after another
"""Every way a number is printed in a toxicity cell, and what must not be read as one."""

from fractions import Fraction

import pytest

from safety_pipeline.ingest.literature.numbers.printed import is_blank, is_dash, read_printed


@pytest.mark.parametrize(
    ("text", "content", "n", "percent"),
    [
        ("52 (71.2)", "n (%)", 52, "71.2"),
        ("1(0.7)", "n (%)", 1, "0.7"),
        ("10 (13·5)", "n (%)", 10, "13.5"),
        ("10 (13,5 %)", "n (%)", 10, "13.5"),
        ("10 [13.5%]", "n (%)", 10, "13.5"),
        ("\u00a010\u2009(13.5)\u00a0", "n (%)", 10, "13.5"),
        ("0", "n (%)", 0, None),
        ("0 (0)", "n (%)", 0, "0"),
        ("0 (–)", "n (%)", 0, None),
        ("1 (<1)", "n (%)", 1, None),
        ("1,234 (12.3)", "n (%)", 1234, "12.3"),
        ("5 (10.6)b", "n (%)", 5, "10.6"),
        ("5 (10.6) *†", "n (%)", 5, "10.6"),
        ("12*", "n", 12, None),
        ("29.4", "%", None, "29.4"),
        ("29,4%", "%", None, "29.4"),
        ("11.0% (8)", "% (n)", 8, "11.0"),
    ],
)
def test_counts_and_percentages_are_read_as_printed(text, content, n, percent):
    value = read_printed(text, content)
    assert (value.n, value.percent) == (n, percent)


@pytest.mark.parametrize("text", ["3/45 (6.7)", "3 / 45 (6.7%)", "3 of 45 (6.7)", "3/45"])
def test_a_denominator_in_the_cell_is_read(text):
    value = read_printed(text, "n/N (%)")
    assert (value.n, value.n_at_risk) == (3, 45)


def test_less_than_one_percent_is_a_bound_and_not_a_number():
    assert read_printed("<1", "%").percent_below == Fraction(1)
    assert read_printed("< 0.5%", "%").percent_below == Fraction(1, 2)
    assert read_printed("<5", "n").n_below == 5


def test_a_sign_that_admits_the_number_bounds_by_the_next_one():
    # "≤2" may be 2.9 cut to 2; "≤0.5" stays under 0.6.
    assert read_printed("≤2", "%").percent_below == Fraction(3)
    assert read_printed("≤0.5%", "%").percent_below == Fraction(6, 10)
    assert read_printed("≤2", "n").n_below == 3


@pytest.mark.parametrize("text", ["-", "–", "—", "−", "..", "…", "NR", "n.a.", "N/A", "not reported"])
def test_signs_and_words_that_stand_for_no_number(text):
    assert is_dash(text)
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "content"),
    [("nine", "n"), ("5-6", "n"), ("29.4", "n"), ("5 29.4", "n (%)"), ("5 (6.8) 6 (8.2)", "n (%)"), ("-5", "n"), ("=1+1", "n"),
     ("1e3", "n"), ("2 (3) (4)", "n (%)"), ("71/m", "n"), ("", "n"), ("10,5 (13.5)", "n (%)"), ("9" * 12, "n")],
)  # fmt: skip
def test_what_is_not_of_the_stated_content_is_not_read(text, content):
    assert read_printed(text, content) is None
