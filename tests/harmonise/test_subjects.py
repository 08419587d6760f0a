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
    found = counts([event("a", "Edema limbs") | {"severity": "severe"}])
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


def refused(subject, term, grade=None):
    return event(subject, term, grade, emergent=None) | {"is_refused": True}


def uncoded(subject, wording):
    return event(subject, None, 1) | {"verbatim": wording}


def bounds(found, arm, *, of=("Edema", "Haemorrhage", "Rash", "Any adverse event")):
    return {row: found[(arm, row, "all_causality", "any")] for row in of}


def test_a_refused_row_opens_its_own_concept_and_any_event_by_its_subject(counts):
    found = counts([event("a", "Nausea", 1), refused("b", "Edema limbs", 3)])
    assert bounds(found, HIGH) == {"Edema": (0, 1), "Haemorrhage": (0, 0), "Rash": (0, 0), "Any adverse event": (1, 2)}
    assert found[(HIGH, "Edema", "all_causality", "severe")] == (0, 1)


def test_a_refused_row_without_a_term_opens_every_row_of_the_arm_by_its_subject(counts):
    found = counts([event("a", "Nausea", 1), refused("b", None)])
    assert set(bounds(found, HIGH, of=("Edema", "Haemorrhage", "Rash", "Nausea")).values()) == {(0, 1), (1, 2)}
    assert found[(HIGH, "Nausea", "all_causality", "any")] == (1, 2)
    assert set(bounds(found, LOW).values()) == {(0, 0)}


def test_refused_rows_of_nobody_known_may_be_of_anybody_but_of_no_more_than_there_are(counts):
    found = counts([event("a", "Nausea", 1), refused(None, "Rash"), refused("stranger", "Rash"), refused(None, "Rash")])
    assert bounds(found, HIGH, of=("Rash", "Edema")) == {"Rash": (0, 3), "Edema": (0, 0)}
    assert bounds(found, LOW, of=("Rash", "Any adverse event")) == {"Rash": (0, 1), "Any adverse event": (0, 1)}


@pytest.mark.parametrize("term", ["浮腫", "PT 10012", "Event B", "Zwxqtr"])
def test_a_term_that_cannot_be_read_opens_every_concept_and_counts_as_an_event(counts, term):
    found = counts([event("a", term, 1), event("b", "Nausea", 1)])
    assert bounds(found, HIGH) == {"Edema": (0, 1), "Haemorrhage": (0, 1), "Rash": (0, 1), "Any adverse event": (2, 2)}
    assert found[(HIGH, term, "all_causality", "any")] == (1, 1)
    assert found[(HIGH, "Nausea", "all_causality", "any")] == (1, 2)


def test_a_term_of_no_dictionary_whose_words_are_known_opens_nothing(counts):
    found = counts([event("a", "Shoulder operation", 1)])
    assert bounds(found, HIGH, of=("Edema", "Rash")) == {"Edema": (0, 0), "Rash": (0, 0)}


def test_a_term_that_may_belong_to_a_concept_opens_its_upper_bound_only(counts):
    found = counts([event("a", "Fluid retention", 1), event("b", "Skin eruption pustular", 1)])
    assert found[(HIGH, "Edema", "all_causality", "any")] == (0, 1)
    assert found[(HIGH, "Haemorrhage", "all_causality", "any")] == (0, 0)


def test_what_is_not_coded_counts_by_the_wording_and_shows_none_of_it(references):
    events = [
        uncoded("a", "swollen ankles of Mr Miller"),
        uncoded("b", "Rash"),
        uncoded("c", "felt bad at Mr Miller's"),
    ]
    frame = toxicity(package(events), references).filter(arm_id=HIGH, grade_band="any").collect()
    found = {row["row_label"]: (row["n_affected_lower"], row["n_affected_upper"]) for row in frame.to_dicts()}
    assert "Miller" not in str(frame.to_dict(as_series=False))
    assert (found["Rash"][0], found["Any adverse event"]) == (1, (3, 3))
    assert found["Rash"][1] >= 2
    assert found["Uncoded term"][0] >= 1


def test_the_row_of_a_concept_is_not_called_like_one_of_its_terms(references):
    frame = toxicity(package([event("a", "Rash", 1)]), references).filter(grade_band="any", arm_id=HIGH).collect()
    named = {row["term_as_reported"]: row["is_composite"] for row in frame.to_dicts()}
    assert (named["Rash"], named["Rash, any term"], named["Any adverse event"]) == (False, True, True)


def test_a_term_keeps_its_organ_systems_and_a_union_has_none(references):
    systems = ("Skin disorders", "General disorders", None)
    events = [event("a", "Edema limbs") | {"body_system_as_reported": system} for system in systems]
    rows = toxicity(package(events), references).collect()
    found = dict(rows.select("row_label", "body_system_as_reported").unique().rows())
    assert found["Edema limbs"] == "General disorders; Skin disorders"
    assert found["Edema"] is None
