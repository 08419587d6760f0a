"""The safety overview of subject data: who counts once, what is not recorded, and what a small cell shows."""

import polars as pl
import pytest
from subject_events import HIGH, LOW, event, package

from safety_pipeline.harmonise import overview


def counts(events, *, min_cell=None, arm=HIGH):
    tables = package(events)
    tables["source_table"] = tables["source_table"].with_columns(min_cell=pl.lit(min_cell, pl.Int64))
    rows = overview(tables).filter(arm_id=arm).collect()
    return {
        name: (low, high) for name, low, high in rows.select("category", "n_affected_lower", "n_affected_upper").rows()
    }


def judged(subject, *, grade=None, **known):
    return event(subject, "Nausea", grade, related=known.pop("related", None)) | known


def test_a_subject_counts_once_a_category():
    found = counts(
        [judged("a", seriousness="serious"), judged("a", seriousness="serious"), judged("b", seriousness="other")]
    )
    assert (found["any"], found["serious"]) == ((2, 2), (1, 1))


def test_serious_and_related_are_asked_of_the_same_event():
    events = [
        judged("a", seriousness="serious", related=False),
        judged("a", seriousness="other", related=True),
        judged("b", seriousness="serious", related=True),
    ]
    found = counts(events)
    assert (found["serious"], found["related"], found["serious_related"]) == ((2, 2), (2, 2), (1, 1))


def test_what_a_package_never_records_is_in_no_row():
    assert set(counts([judged("a")])) == {"any"}


def test_an_event_without_a_judgement_opens_the_upper_bound():
    found = counts([judged("a", seriousness="serious"), judged("b", seriousness=None)])
    assert found["serious"] == (1, 2)


def test_the_worst_grades_of_an_arm_add_to_its_affected_subjects():
    found = counts([judged("a", grade=1), judged("a", grade=3), judged("b", grade=3), judged("c", grade=5)])
    worst = {name: count for name, count in found.items() if name.startswith("worst_grade")}
    assert worst == {
        "worst_grade_1": (0, 0),
        "worst_grade_2": (0, 0),
        "worst_grade_3": (2, 2),
        "worst_grade_4": (0, 0),
        "worst_grade_5": (1, 1),
    }
    assert found["grade_3_or_worse"] == (3, 3)


def test_an_ungraded_event_may_be_the_worst():
    found = counts([judged("a", grade=2), judged("a"), judged("b", grade=4)])
    assert [found[f"worst_grade_{grade}"] for grade in (1, 2, 3, 4)] == [(0, 0), (0, 1), (0, 1), (1, 2)]


def test_a_severity_that_an_investigator_gave_is_a_measure_of_its_own_and_no_grade():
    found = counts([judged("a", severity="mild"), judged("a", severity="severe"), judged("b", severity="mild")])
    assert found == {
        "any": (2, 2),
        "worst_severity_mild": (1, 1),
        "worst_severity_moderate": (0, 0),
        "worst_severity_severe": (1, 1),
    }


def test_an_event_without_a_severity_may_be_the_worst():
    found = counts([judged("a", severity="moderate"), judged("a"), judged("b", severity="mild")])
    assert [found[f"worst_severity_{name}"] for name in ("mild", "moderate", "severe")] == [(1, 1), (0, 1), (0, 1)]


def test_a_death_is_told_by_its_outcome_or_by_grade_5():
    found = counts([judged("a", grade=5), judged("b", grade=3, is_fatal=True), judged("c", grade=2, is_fatal=False)])
    assert found["fatal"] == (2, 2)


def test_stopped_treatment_and_changed_dose_are_counted_apart():
    events = [
        judged("a", has_stopped_treatment=True, has_changed_dose=False),
        judged("b", has_stopped_treatment=False, has_changed_dose=True),
    ]
    found = counts(events)
    assert (found["discontinuation"], found["dose_change"]) == ((1, 1), (1, 1))


def test_an_arm_without_events_has_a_zero_for_each_category_that_the_package_records():
    assert counts([judged("a", seriousness="serious")], arm=LOW) == {"any": (0, 0), "serious": (0, 0)}


@pytest.mark.parametrize(("n", "shown"), [(0, (0, 1)), (1, (0, 1)), (2, (2, 3)), (3, (2, 3))])
def test_a_package_that_shows_no_small_cell_shows_the_block_a_count_lies_in(n, shown):
    found = counts([judged(name) for name in "abc"[:n]] + [judged("d")], min_cell=2)
    assert found["any"] == shown


def test_an_event_that_may_not_be_treatment_emergent_opens_the_upper_bound():
    found = counts([judged("a"), judged("b") | {"is_treatment_emergent": None}])
    assert found["any"] == (1, 2)


def test_a_refused_row_of_nobody_known_may_be_worse_than_what_a_subject_is_known_to_have_had():
    unknown = judged(None, grade=4) | {"is_treatment_emergent": None, "is_refused": True}
    found = counts([judged("a", grade=2), judged("b", grade=2), unknown])
    assert {grade: found[f"worst_grade_{grade}"] for grade in (2, 4)} == {2: (1, 3), 4: (0, 1)}
    assert found["any"] == (2, 3)
