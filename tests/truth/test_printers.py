"""Sources print what their trial holds: small trials whose tables are known by heart."""

import pytest

from truth.article_layout import Layout, Threshold, count
from truth.article_table import random_table
from truth.hand_made import PLAIN, TRIAL
from truth.package import Habits as PackageHabits
from truth.package import package
from truth.register import Habits, record
from truth.trial import affected, all_causes, chance, related


@pytest.mark.parametrize(
    ("concept", "band", "counted", "patients"),
    [
        ("haemorrhage", "any", all_causes, 2),
        ("haemorrhage", "severe", all_causes, 1),
        ("haemorrhage", "any", related, 1),
        ("nausea", "any", all_causes, 1),
        ("nausea", "any", related, 0),
        ("any_event", "severe", all_causes, 2),
        ("edema", "any", all_causes, 0),
        ("death_any_cause", "any", all_causes, 0),
    ],
)
def test_the_truth_counts_patients_with_an_event_under_treatment(concept, band, counted, patients):
    assert affected(TRIAL.arms[0], concept, band, counted) == patients


@pytest.mark.parametrize(
    ("column", "counting", "patients"),
    [
        ("1", "worst", 0),
        ("1", "each", 1),
        ("4", "worst", 1),
        ("1-2", "worst", 1),
        ("1-2", "each", 2),
        ("any", "each", 2),
    ],
)
def test_a_grade_column_counts_patients_by_worst_grade_or_by_each_grade(column, counting, patients):
    assert count(TRIAL.arms[0], {"Epistaxis"}, column, all_causes, counting) == patients


def table(**changed):
    layout = Layout(**{**PLAIN.__dict__, **changed})
    return random_table(TRIAL, layout, all_causes, chance("test", 0, 0)).as_csv().splitlines()[1:]


def test_an_article_prints_each_term_by_arm_and_grade():
    assert table() == [
        "Epistaxis,2 (50),1 (25),0 (0),1 (50),0 (0),1 (50)",
        "Nausea,1 (25),1 (25),0 (0),0 (0),0 (0),0 (0)",
    ]


def test_an_article_hides_terms_below_its_threshold():
    assert [line[:9] for line in table(threshold=Threshold(25, ">", "any_arm"))] == ["Epistaxis"]
    assert [line[:6] for line in table(threshold=Threshold(25, ">=", "any_arm"))] == ["Epista", "Nausea"]


def test_a_column_of_all_patients_holds_every_arm():
    assert table(columns=("any",), content="n", has_total=True)[0] == "Epistaxis,2,1,3"


CAREFUL = Habits(threshold="50", has_n=True, has_n_on_lines=True, left_out=0, damaged=0)


def test_a_register_lists_every_serious_event_and_the_others_above_its_threshold():
    printed = record(TRIAL, "NCT00000001", CAREFUL, chance("test", 0, 0))
    lines = {(line.kind, line.term): [place.affected for place in line.places.values()] for line in printed.lines}
    # Half of the first arm has an Epistaxis that is not serious: not more than 50 percent.
    assert lines == {("serious", "Epistaxis"): ["1", "1"]}
    assert [(totals.serious, totals.other, totals.deaths) for totals in printed.totals] == [(1, 0, 0), (1, 0, 1)]


def test_a_register_counts_patients_with_serious_and_with_other_events_apart():
    printed = record(TRIAL, "NCT00000001", Habits("0", True, True, 0, 0), chance("test", 0, 0))
    lines = {(line.kind, line.term): [place.affected for place in line.places.values()] for line in printed.lines}
    assert lines["serious", "Epistaxis"] == ["1", "1"]
    assert lines["other", "Epistaxis"] == ["2", "0"]
    assert printed.totals[0].other == 2


def test_a_package_holds_every_subject_and_every_event():
    printed = package(
        TRIAL, PackageHabits(is_adam=True, says_edition=True, says_grades=True, faults=()), chance("t", 0, 0)
    )
    subjects, events = (text.splitlines()[1:] for name, text in printed.files.items() if name.endswith(".csv"))
    assert len(subjects) == 6
    assert [line.split(",")[0] for line in events] == ["STUDY0-0-1001"] * 2 + ["STUDY0-0-1002"] * 2 + [
        "STUDY0-0-1003",
        "STUDY0-0-2001",
    ]
