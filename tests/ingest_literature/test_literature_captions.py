"""What a caption and the notes of a table say of the numbers in it, with invented numbers."""

import pytest


def under(caption):
    """A table of one event and two arms with this caption."""
    return f"{caption},,\nEvent,A (N=60),B (N=61)\nRash,5 (8.3),4 (6.6)\n"


@pytest.mark.parametrize(
    "caption",
    ["Exposure-adjusted incidence rates", "Adverse events per 100 patient-years", "Rates per 1000 person years"],
)
def test_rates_by_time_that_only_the_caption_names_are_no_percentages(drafted_or_refused, caption):
    understood = drafted_or_refused(f"{caption},,\nEvent,A (N=60),B (N=61)\nRash,12.4,3.3\nCough,5.0,1.6\n", "t.csv")
    assert understood.refusal.rule == "table_has_counts"
    assert "rate per time" in understood.refusal.explanation


def test_whole_numbers_under_a_caption_of_rates_are_rates_too(drafted_or_refused):
    """A rate of 12 per 100 years is no number of events, and bounds none: the trial may have lasted a thousand."""
    table = "Events per 100 patient-years,,\nEvent,A (N=60),B (N=61)\nRash,12,3\nCough,5,1\n"
    assert "rate per time" in drafted_or_refused(table, "t.csv").refusal.explanation


def test_counts_that_a_header_names_stay_counts_under_a_caption_of_rates(drafted):
    table = 'Rates per 100 patient-years,,\nEvent,"A (N=60), n","B (N=61), n"\nRash,12,3\nCough,5,1\n'
    understood, _ = drafted(table, "t.csv")
    assert [column.role for column in understood.columns[1:]] == ["count", "count"]


def test_percentages_beside_rates_stay_percentages(drafted):
    header = '"A (N=60), %","A (N=60), rate per 100 patient-years"'
    understood, _ = drafted(f"Incidence and rates per 100 patient-years,,\nEvent,{header}\nRash,5.0,3.3\n", "t.csv")
    assert [column.role for column in understood.columns[1:]] == ["count", "ignore"]


@pytest.mark.parametrize(
    "caption",
    [
        "Adverse events worsening from baseline",
        "New symptoms not present at baseline",
        "Adverse events in patients treated with A",
        "Toxicities of treated patients",
        "Outcome and adverse events",
        "Toxicity by stage of disease at study entry",
        "Duration of treatment and adverse events",
        "Adverse events and management of rash",
    ],
)
def test_what_came_or_grew_worse_under_treatment_is_read(drafted, caption):
    understood, _ = drafted(under(caption), "t.csv")
    assert [column.role for column in understood.columns[1:]] == ["count", "count"]


@pytest.mark.parametrize(
    "caption, footnote",
    [
        ("Adverse events in ≥ 10% of patients (%)", ""),
        ("Events in at least 5 % of the treated patients (%)", ""),
        ("Adverse events", "Values are percentages of patients."),
        ("Toxicity", "Numbers represent % of all treated patients"),
    ],
)
def test_whole_numbers_are_percentages_where_caption_or_footnote_calls_them_so(drafted, caption, footnote):
    table = f"{caption},,\nEvent,A (N=231),B (N=229)\nRash,34,12\nCough,9,<1\n{footnote},,\n"
    understood, _ = drafted(table, "t.csv")
    assert [(column.content, column.is_doubtful_unit) for column in understood.columns[1:]] == [("%", True)] * 2


@pytest.mark.parametrize(
    "caption, unit, content",
    [
        ("Toxicity per course (N = 45)", "episodes", "n (rate)"),
        ("Adverse events in 212 cycles of 45 patients", "episodes", "n (rate)"),
        ("Toxicity by number of courses", "episodes", "n (rate)"),
        ("Toxicity after 12 cycles (N = 45)", "patients", "n (%)"),
        ("Toxicity after a median of 14 cycles (N = 45)", "patients", "n (%)"),
    ],
)
def test_courses_are_no_patients(drafted, caption, unit, content):
    understood, _ = drafted(f"{caption},,\nEvent,Grade 1-2,Grade 3-4\nRash,9 (20.0),3 (6.7)\n", "t.csv")
    assert [(column.count_unit, column.content) for column in understood.columns[1:]] == [(unit, content)] * 2


@pytest.mark.parametrize(
    "words, found",
    [
        ("in 5% or more of patients", (5, ">=", None)),
        ("in 10 % or greater of either group", (10, ">=", "any_arm")),
        ("in at least 5% of patients", (5, ">=", None)),
        # What is not listed may be above the percentage all the same.
        ("with a difference of at least 5 percentage points", None),
        ("with ≥5% difference between arms", None),
        ("in ≥5% of patients and at a higher rate than placebo", None),
        ("in more than 2% and more often than with placebo", None),
    ],
)
def test_a_percentage_is_a_threshold_only_where_all_above_it_is_listed(drafted, words, found):
    understood, _ = drafted(f"Adverse events {words},,\nEvent,A (N=120),B (N=118)\nRash,22,4\n", "t.csv")
    hint = understood.threshold
    assert (hint and (hint.percent, hint.operator, hint.scope)) == found


def test_a_threshold_under_a_condition_is_left_out_and_the_question_says_why(drafted):
    caption = "Events in at least 5% of patients and more often than with placebo. Safety set"
    understood, _ = drafted(f"{caption},,\nEvent,A (N=120),B (N=118)\nRash,22,4\n", "t.csv")
    (question,) = (each for each in understood.questions if each.key == "tables[0].threshold")
    assert '"at least 5% of patients and more often than with placebo" names more than a percentage' in question.text


@pytest.mark.parametrize(
    "caption, outcome",
    [
        ("Reasons for discontinuation of treatment", "discontinuation"),
        ("Reasons given for a dose reduction", "dose_change"),
        ("Table 2. Main causes of death", "death"),
        ("Toxicities and reasons for discontinuation", None),
        ("Reasons for unplanned hospital admission", "hospitalisation"),
    ],
)
def test_a_caption_of_reasons_says_what_the_events_led_to(drafted, caption, outcome):
    understood, _ = drafted(under(caption), "t.csv")
    assert understood.outcome == outcome


@pytest.mark.parametrize(
    "caption, instead",
    [
        ("Symptoms at baseline", "before treatment"),
        ("Baseline characteristics", "before treatment"),
        ("Medical history of the patients", "before treatment"),
        ("Symptoms improved at week 12", "what became of events"),
        ("Management of rash and edema", "what became of events"),
        ("Resolution of adverse events", "what became of events"),
        ("Duration of symptoms", "what became of events"),
    ],
)
def test_what_was_there_before_treatment_or_became_of_events_is_no_count_of_them(drafted_or_refused, caption, instead):
    understood = drafted_or_refused(under(caption), "t.csv")
    assert understood.refusal.rule == "table_has_counts"
    assert instead in understood.refusal.explanation


def test_a_caption_and_a_note_without_quotes_are_read_whole_although_they_hold_commas(drafted):
    lines = [
        "Table 2. Adverse events, all grades",
        "Event, Drug A (N=50), Control (N=49)",
        "Rash,12 (24),2 (4)",
        "Graded with NCI CTCAE, version 4.03",
    ]
    understood, _ = drafted("\n".join(lines), "t.csv")
    assert understood.caption == "Table 2. Adverse events, all grades"
    assert [arm.label for arm in understood.arms] == ["Drug A", "Control"]
    assert understood.edition == "CTCAE v4.03"
    assert understood.grid.height == len(lines)
