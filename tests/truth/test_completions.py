"""All completions of tiny sources whose narrowest bounds are plain to see."""

from dataclasses import replace

import pytest

from truth.article_completions import allowed
from truth.article_layout import Threshold
from truth.article_table import random_table
from truth.completions import sums
from truth.hand_made import PLAIN, event, patient, term
from truth.register import Habits, record
from truth.register_completions import allowed as allowed_by_record
from truth.trial import Arm, Trial, all_causes, chance


def test_the_sums_of_the_marks_of_patients_are_those_of_every_combination():
    assert sums([(0, 0), (1, 1)], 2, (2, 2)) == {(0, 0), (1, 1), (2, 2)}
    assert sums([(0, 1), (1, 0)], 2, (1, 1)) == {(1, 1)}


def trial(edition, name, *grades, n, serious=False):
    """So many patients, the first of whom had one event of the term in each of these grades."""
    events = [patient(event(term(edition, name), grade, serious=serious)) for grade in grades]
    return Trial(0, 0, edition, (Arm("A", 100, (*events, *[patient()] * (n - len(events)))),))


def bounds(of, concept, **changed):
    table = random_table(of, replace(PLAIN, **changed), all_causes, chance("test", 0, 0))
    found = allowed(table, 0, concept, by_edition=True, by_words=True)
    return found["any"], found["severe"]


@pytest.mark.parametrize(
    ("columns", "counting", "any_grade", "severe"),
    [
        (("any", "3-4"), "worst", (2, 2), (1, 2)),
        (("any", ">=3"), "worst", (2, 2), (1, 1)),
        (("any",), "worst", (2, 2), (0, 2)),
        (("1-2", "3-4"), "worst", (2, 3), (1, 2)),
        (("1-2", "3-4", "5"), "worst", (2, 2), (1, 1)),
        (("1-2", "3-4", "5"), "each", (1, 2), (1, 1)),
        (("any", "3-4", "5"), "each", (2, 2), (1, 1)),
        (("3-4",), "worst", (1, 3), (1, 3)),
    ],
)
def test_grade_columns_leave_open_what_they_do_not_print(columns, counting, any_grade, severe):
    vomiting = trial("CTCAE v4.03", "Vomiting", 2, 4, n=3)
    assert bounds(vomiting, "vomiting", columns=columns, counting=counting) == (any_grade, severe)


def test_a_grade_that_the_edition_does_not_have_is_no_completion():
    # Nausea ends at grade 3 in CTCAE v4.03: nobody can have died of it.
    assert bounds(trial("CTCAE v4.03", "Nausea", 2, n=3), "nausea", columns=("any", "3-4")) == ((1, 1), (0, 0))


HALF = Threshold(50, ">=", "any_arm")


@pytest.mark.parametrize(
    ("concept", "any_grade"),
    [
        ("edema", (0, 1)),  # one term, which one of four patients may have had unlisted
        ("haemorrhage", (2, 4)),  # four of the other terms may hide one patient each
        ("nausea", (0, 1)),
    ],
)
def test_a_threshold_hides_patients_of_every_term_that_is_not_listed(concept, any_grade):
    nosebleeds = trial("CTC v2.0", "Epistaxis", 1, 1, n=4)
    assert bounds(nosebleeds, concept, columns=("any", ">=3"), threshold=HALF)[0] == any_grade


def test_only_a_table_that_says_so_lists_every_event():
    rash = trial("CTCAE v4.03", "Rash acneiform", 1, 1, n=4)
    assert bounds(rash, "rash", columns=("any",), omits="nothing")[0] == (2, 4)
    assert bounds(rash, "rash", columns=("any",), omits="nothing, and says so")[0] == (2, 2)


@pytest.mark.parametrize(
    ("threshold", "concept", "any_grade"),
    [
        ("30", "nausea", (1, 2)),
        ("30", "haemorrhage", (0, 4)),
        ("0", "nausea", (1, 1)),
        ("0", "haemorrhage", (0, 0)),
        (None, "nausea", (1, 4)),
    ],
)
def test_a_record_lists_serious_events_in_full_and_others_above_its_threshold(threshold, concept, any_grade):
    serious = trial("MedDRA", "Nausea", 3, n=4, serious=True)
    printed = record(serious, "NCT00000001", Habits(threshold, True, True, 0, 0), chance("test", 0, 0))
    assert allowed_by_record(printed, 0, concept, by_words=True) == {"any": any_grade, "severe": (0, any_grade[1])}


def test_a_term_that_no_dictionary_knows_is_in_for_who_reads_its_words_and_else_in_or_out():
    ankles = trial("CTCAE v4.03", "Swollen ankels", 1, n=2)
    table = random_table(ankles, replace(PLAIN, omits="nothing, and says so"), all_causes, chance("test", 0, 0))
    assert allowed(table, 0, "edema", by_edition=True, by_words=True)["any"] == (1, 1)
    assert allowed(table, 0, "edema", by_edition=True, by_words=False)["any"] == (0, 1)
