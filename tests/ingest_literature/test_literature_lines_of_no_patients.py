"""Lines of a table whose numbers are no patients with the event: rates, times, numbers of events, opposites."""

import pytest

ARMS = "Event,A (N=60),B (N=61)\n"


def _line(drafted, label, section=""):
    table = f"Adverse events,,\n{ARMS}{section}{label},12,3\nCough,5,1\n"
    understood, _ = drafted(table, "t.csv")
    return next(row for row in understood.rows if row.label == label.strip('"'))


@pytest.mark.parametrize(
    "label",
    [
        '"Rash, per 100 patient-years"',
        "Median time to onset of rash (days)",
        "Duration of edema (weeks)",
        "Time to first bleeding",
    ],
)
def test_a_line_of_rates_or_times_counts_nobody(drafted, label):
    row = _line(drafted, label)
    assert row.role == "not_an_event"
    assert row.reason.startswith(("rate per time", "a time"))


def test_lines_under_a_heading_of_rates_count_nobody(drafted):
    row = _line(drafted, "Rash", section="Rate per 100 patient-years,,\n")
    assert (row.role, row.reason) == ("not_an_event", "Rate per 100 patient-years: rate per time")


@pytest.mark.parametrize("label", ["Number of rash events", "No. of bleeding episodes", "Number of adverse events"])
def test_a_line_that_numbers_events_counts_events(drafted, label):
    assert _line(drafted, label).said.count_unit == "episodes"


@pytest.mark.parametrize("label", ["Number of patients with rash events", "No adverse events", "Bleeding events"])
def test_a_line_that_numbers_patients_counts_patients(drafted, label):
    assert _line(drafted, label).said.count_unit is None


@pytest.mark.parametrize("label", ["Rash: no", "Rash (no)", "Rash - No"])
def test_the_opposite_of_yes_is_no_unit(drafted, label):
    assert _line(drafted, label).term is None


@pytest.mark.parametrize("label", ['"Rash, no. (%)"', '"Rash, n (%)"', "Rash (no.)"])
def test_a_short_form_of_number_is_a_unit(drafted, label):
    assert _line(drafted, label).term == "Rash"
