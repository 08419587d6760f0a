"""A line of the patients without any adverse event counts those with one: all the others."""

import pytest

from safety_pipeline.ingest.literature.layout.words.heading_words import counts_those_without_any_event, said_of_event
from safety_pipeline.ingest.literature.numbers.counts import Count, of_the_others
from safety_pipeline.ingest.literature.numbers.printed import read_printed
from safety_pipeline.ingest.literature.places import Fault


@pytest.mark.parametrize(
    "label",
    [
        "No adverse event at all",
        "No adverse events",
        "Patients without any AE",
        "No. of patients with no adverse events",
        "No toxicity",
        "Without treatment-emergent adverse events",
    ],
)
def test_the_line_is_known_by_its_words(label):
    assert counts_those_without_any_event(label)


@pytest.mark.parametrize(
    "label",
    [
        "No. of adverse events",
        "No. with any AE",
        "Any adverse event",
        "No serious adverse events",
        "No related adverse events",
        "No rash",
        "None",
        "No adverse events leading to discontinuation",
    ],
)
def test_lines_of_other_patients_are_none_of_it(label):
    assert not counts_those_without_any_event(label)


@pytest.mark.parametrize("label", ["No serious adverse events", "No adverse events leading to discontinuation"])
def test_those_without_serious_events_are_no_patients_with_one(label):
    said, named = said_of_event(label)
    assert (said.outcome, named) == (None, None)


def _others(n, n_at_risk, text="12 (40.0)"):
    return of_the_others(Count("observed", n_at_risk, n, read_printed(text, "n (%)")))


def test_twelve_of_thirty_without_any_event_leave_eighteen_with_one():
    record = _others((12, 12), 30).record()
    assert (record["n_affected_lower"], record["n_affected_upper"], record["n_printed"]) == (18, 18, 18)
    assert (record["percent_printed"], record["percent_decimals"]) == (60.0, 1)


@pytest.mark.parametrize(
    ("n", "status", "bounds"), [((30, 30), "reported_zero", (0, 0)), ((0, 3), "observed", (27, 30))]
)
def test_everybody_without_an_event_is_a_zero_and_bounds_turn_round(n, status, bounds):
    counted = _others(n, 30)
    assert (counted.status, counted.bounds) == (status, bounds)


@pytest.mark.parametrize("n_at_risk", [None, 10])
def test_without_a_number_of_patients_nobody_is_the_other(n_at_risk):
    assert isinstance(_others((12, 12), n_at_risk), Fault)
