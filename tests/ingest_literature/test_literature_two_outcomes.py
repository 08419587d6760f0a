"""Captions and headers that name two things at once, which must not be read as the first of them."""

import pytest


def table(caption, header="Event,A 10 mg (N=60) n (%),B 20 mg (N=61) n (%)", rows="Rash,5 (8.3),4 (6.6)\n"):
    return f"{caption},,\n{header}\n{rows}Cough,6 (10.0),7 (11.5)\n"


@pytest.mark.parametrize(
    "caption",
    [
        "Treatment-related and all-cause adverse events",
        "All-causality and treatment-related adverse events",
        "Adverse events (all causes and drug related)",
    ],
)
def test_a_caption_of_related_and_all_events_settles_neither(drafted, caption):
    understood, draft = drafted(table(caption), "t.csv")
    assert understood.attribution is None
    assert draft["tables"][0]["attribution"] == "not_stated"
    assert any(question.key == "tables[0].attribution" for question in understood.questions)


@pytest.mark.parametrize(
    "caption",
    [
        "All-cause adverse events",
        "Adverse events regardless of whether related to study drug",
        "Adverse events related to treatment or not",
        "Related and unrelated adverse events",
    ],
)
def test_words_of_any_cause_that_mention_related_ones_are_of_any_cause(drafted, caption):
    assert drafted(table(caption), "t.csv")[0].attribution == "all_causality"


@pytest.mark.parametrize(
    "caption",
    [
        "Adverse events and adverse events leading to discontinuation",
        "Adverse events and serious adverse events",
        "Serious adverse events and adverse events of grade 3 or more",
        "Discontinuations and adverse events",
    ],
)
def test_a_caption_of_all_events_and_of_some_outcome_is_refused_where_nothing_tells_them_apart(
    drafted_or_refused, caption
):
    refusal = drafted_or_refused(table(caption), "t.csv").refusal
    assert refusal.rule == "columns_differ"
    assert "which of both it counts" in refusal.explanation


def test_the_same_caption_is_read_where_a_line_names_the_outcome(drafted):
    rows = "Any adverse event,9 (15.0),9 (14.8)\nAny serious adverse event,2 (3.3),1 (1.6)\n"
    understood, _ = drafted(table("Adverse events and serious adverse events", rows=rows), "t.csv")
    assert [row.said.outcome for row in understood.rows if row.role == "event"] == [None, "serious", None]


def test_events_and_laboratory_abnormalities_are_both_events(drafted):
    understood, _ = drafted(table("Adverse events and laboratory abnormalities"), "t.csv")
    assert understood.outcome is None


HEADER = "Event,A 10 mg (N=60) {0} n (%),A 10 mg (N=60) {1} n (%)"


def test_serious_at_the_end_of_a_header_is_an_outcome_and_no_arm(drafted):
    understood, _ = drafted(table("Adverse events", HEADER.format("All", "Serious")), "t.csv")
    assert [arm.label for arm in understood.arms] == ["A 10 mg"]
    assert [column.outcome for column in understood.columns[1:]] == [None, "serious"]


def test_severe_at_the_end_of_a_header_is_no_arm_and_its_grades_are_asked(drafted):
    understood, _ = drafted(table("Adverse events", HEADER.format("All", "Severe")), "t.csv")
    assert [arm.label for arm in understood.arms] == ["A 10 mg"]
    assert any(question.key == "tables[0].columns[1].grades" for question in understood.questions)


def test_related_at_the_end_of_a_header_is_an_attribution_and_no_arm(drafted):
    understood, _ = drafted(table("Adverse events", HEADER.format("All cause", "Related")), "t.csv")
    assert [arm.label for arm in understood.arms] == ["A 10 mg"]
    assert [column.attribution for column in understood.columns[1:]] == ["all_causality", "related"]


def test_shifts_from_grade_to_grade_are_no_events(drafted_or_refused):
    caption = "Laboratory shifts from baseline grade 0-1 to grade 3-4"
    assert "shifts" in drafted_or_refused(table(caption), "t.csv").refusal.explanation


def test_the_arms_of_a_crossover_trial_may_hold_the_same_patients(drafted):
    understood, _ = drafted(table("Adverse events in the crossover trial"), "t.csv")
    assert [arm.may_overlap for arm in understood.arms] == [True, True]
