"""Subject-level events become arm-level counts; expected counts are worked out by hand in the comments."""

import pytest
from subject_events import HIGH, LOW, event, package

from safety_pipeline.harmonise import toxicity
from safety_pipeline.tables.harmonised import TOXICITY


@pytest.fixture(scope="module")
def counts(references):
    def count(events, **options):
        """Counts by (arm, row, attribution, band)."""
        frame = toxicity(package(events, **options), references).collect()
        names = ("arm_id", "row_label", "attribution", "grade_band", "n_affected_lower", "n_affected_upper")
        return {row[:4]: row[4:] for row in frame.select(names).rows()}

    return count


EVENTS = [
    event("a", "Edema limbs", 1),
    event("a", "Edema limbs", 3),  # the same subject again, worse
    event("a", "Periorbital edema", 2),
    event("b", "Edema face", 2),
    event("b", "Nausea", 3),
    event("c", "Edema limbs", 4, emergent=False),  # before treatment
    event("x", "Edema limbs", 3),  # not in the safety population
]


def test_a_subject_counts_once_for_a_term_however_often_it_occurred(counts):
    assert counts(EVENTS)[(HIGH, "Edema limbs", "all_causality", "any")] == (1, 1)


def test_a_concept_is_the_exact_union_over_its_terms(counts):
    assert counts(EVENTS)[(HIGH, "Edema", "all_causality", "any")] == (2, 2)


def test_the_severe_band_counts_the_worst_grade_of_a_subject(counts):
    found = counts(EVENTS)
    assert found[(HIGH, "Edema", "all_causality", "severe")] == (1, 1)
    assert found[(HIGH, "Any adverse event", "all_causality", "severe")] == (2, 2)


def test_an_arm_without_events_has_an_explicit_zero_for_each_concept_asked_about(counts):
    found = counts(EVENTS)
    assert found[(LOW, "Edema", "all_causality", "any")] == (0, 0)
    assert found[(LOW, "Any adverse event", "all_causality", "severe")] == (0, 0)


def test_a_headline_concept_nobody_had_is_zero_in_every_arm(counts):
    assert counts(EVENTS)[(HIGH, "Rash", "all_causality", "any")] == (0, 0)


def test_without_grades_there_is_no_severe_band_whatever_the_severity(counts):
    found = counts([event("a", "Edema limbs") | {"severity": "SEVERE"}])
    assert {key[3] for key in found} == {"any"}


def test_an_ungraded_event_among_graded_ones_opens_the_upper_bound(counts):
    found = counts([event("a", "Nausea", 3), event("b", "Nausea", None)])
    assert found[(HIGH, "Nausea", "all_causality", "severe")] == (1, 2)


def test_events_are_all_counted_where_none_is_marked_as_emergent_or_not(counts):
    assert counts([event("a", "Nausea", 1, emergent=None)])[(HIGH, "Nausea", "all_causality", "any")] == (1, 1)


def test_related_counts_are_made_only_where_relation_is_judged(counts):
    unjudged = counts(EVENTS)
    judged = counts([event("a", "Nausea", 1, related=True), event("b", "Nausea", 1, related=False)])
    assert {key[2] for key in unjudged} == {"all_causality"}
    assert judged[(HIGH, "Nausea", "related", "any")] == (1, 1)
    assert judged[(HIGH, "Nausea", "all_causality", "any")] == (2, 2)


def test_the_denominator_is_the_arm_and_no_subject_leaves(references):
    frame = toxicity(package(EVENTS), references).collect()
    assert dict(frame.select("arm_id", "n_at_risk").unique().rows()) == {HIGH: 3, LOW: 1}
    assert "subject_id" not in frame.columns
    assert frame.height == frame["toxicity_id"].n_unique()
    assert frame.schema == TOXICITY.schema


def test_a_term_row_is_graded_and_a_union_row_is_not(references):
    frame = toxicity(package(EVENTS), references).collect()
    term = frame.filter(row_label="Edema limbs", grade_band="severe").row(0, named=True)
    union = frame.filter(row_label="Edema", grade_band="severe", arm_id=HIGH).row(0, named=True)
    assert (term["ctcae_term"], term["grade_lower"], term["is_composite"]) == ("Edema limbs", 3, False)
    assert (union["ctcae_term"], union["grade_lower"], union["is_composite"], union["concept"]) == (
        None,
        None,
        True,
        "edema",
    )


def test_graded_events_of_which_none_is_severe_are_a_zero_not_a_gap(counts):
    found = counts([event("a", "Nausea", 1)])
    assert found[(HIGH, "Nausea", "all_causality", "severe")] == (0, 0)
    assert found[(LOW, "Any adverse event", "all_causality", "severe")] == (0, 0)
    assert (LOW, "Nausea", "all_causality", "any") not in found
