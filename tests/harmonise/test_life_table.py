"""Times to a first event: how long each subject was observed, and what ended it."""

import pytest
from subject_events import HIGH, event, package

from safety_pipeline.harmonise import life_table
from safety_pipeline.reference import load
from safety_pipeline.tables.ingested import SUBJECT


@pytest.fixture(scope="module")
def references():
    return load()


def ends(references, subjects, events, *, concept="edema", band="any"):
    """(day, outcome, earlier event, n) of the high arm, for subjects a, b, c given as (exposure_days, death_day)."""
    tables = dict(package(events))
    rows = tables["subject"].collect().to_dicts()
    times = {name: dict(zip(("exposure_days", "death_day"), each, strict=True)) for name, each in subjects.items()}
    tables["subject"] = SUBJECT.from_rows([row | times.get(row["subject_id"], {}) for row in rows])
    found = life_table(tables, references).collect()
    asked = found.filter(arm_id=HIGH, concept=concept, grade_band=band, attribution="all_causality")
    return sorted(asked.select("day", "outcome", "earlier_event", "n_subjects").rows())


def on(day, subject="a", term="OEDEMA PERIPHERAL", **known):
    return {**event(subject, term, **known), "start_day": day}


THREE = {"a": (100.0, None), "b": (50.0, None), "c": (50.0, None)}


def test_observation_ends_with_the_first_event_or_the_last_dose(references):
    events = [on(20), on(10), on(60, "b", "HEADACHE")]
    assert ends(references, THREE, events) == [(10, "event", "none", 1), (50, "censored", "none", 2)]


def test_any_toxicity_ends_with_the_first_event_of_whatever_term(references):
    events = [on(20), on(10, term="HEADACHE")]
    assert (10, "event", "none", 1) in ends(references, THREE, events, concept="any_event")


def test_an_event_after_treatment_does_not_count(references):
    assert ends(references, THREE, [on(101)]) == [(50, "censored", "none", 2), (100, "censored", "none", 1)]


def test_death_with_or_soon_after_treatment_competes_and_late_death_does_not(references):
    people = {"a": (100.0, 100), "b": (50.0, 80), "c": (50.0, 81)}
    assert ends(references, people, [on(10, "d")]) == [
        (50, "censored", "none", 1),
        (50, "death", "none", 1),
        (100, "death", "none", 1),
    ]


def test_an_event_without_a_day_certainly_lies_before_the_end(references):
    assert (100, "censored", "certain", 1) in ends(references, THREE, [on(None)])


def test_an_event_without_a_day_beside_a_dated_one_may_have_been_the_first(references):
    assert (30, "event", "possible", 1) in ends(references, THREE, [on(None), on(30)])


def test_an_event_that_may_be_severe_opens_the_severe_band_only(references):
    events = [on(10), on(5, "b", grade=3), on(40, "c", grade=1)]
    assert (100, "censored", "possible", 1) in ends(references, THREE, events, band="severe")
    assert (10, "event", "none", 1) in ends(references, THREE, events)


def test_a_doubtful_event_after_a_certain_one_changes_nothing(references):
    events = [on(10, grade=3), on(40)]
    assert (10, "event", "none", 1) in ends(references, THREE, events, band="severe")


def test_subjects_without_dates_of_treatment_have_no_time(references):
    rows = ends(references, {"a": (None, None), "b": (50.0, None), "c": (50.0, None)}, [on(10)])
    assert rows == [(50, "censored", "none", 2)]


def test_no_subject_is_named(references):
    found = life_table(package([on(10)]), references)
    assert "subject_id" not in found.collect_schema().names()
