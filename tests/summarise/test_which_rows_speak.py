"""Which rows, tables and totals bound a count: of the arm, of the concept, and of all its patients."""

import polars as pl
import pytest
from printed_tables import Printed, bounds

from safety_pipeline import reference
from safety_pipeline.summarise import by_term
from safety_pipeline.summarise.evidence.unknown_terms import unknown_terms

LISTS_ALL = {"complete_from_grade": 1}
THRESHOLD = {"threshold_percent": 10.0, "threshold_operator": ">=", "threshold_scope": "this_arm"}
EDEMA = [
    {"grading_system": "CTCAE v3.0", "term": term, "concept": "edema", "grades_defined": "12345"}
    for term in ("Edema: head and neck", "Edema: limb", "Edema: trunk/genital")
]


def article(**table):
    printed = Printed().document("D", grading_system="CTCAE v3.0").table("Table 1", **table)
    printed.terms = EDEMA
    return printed.arm("D.a", 400.0, 100).arm("D.b", 600.0, 100)


def register(**other):
    printed = Printed().document("R").table("Totals", table_kind="register_total").arm("R.1", 100.0, 100)
    total = {"concept": "any_event", "concept_relation": "subset"}
    printed.cell("R.1", "Total, other", "any", 30, **total, seriousness="other")
    printed.cell("R.1", "Total, serious", "any", 0, **total, seriousness="serious")
    return printed.table("Other", table_kind="register_other", **THRESHOLD | {"threshold_percent": 0.0} | other)


def of_concept(printed, arm="D.a", concept="rash", band="any"):
    return bounds(printed.answer(arm, concept, band))


def test_a_sub_row_of_another_event_is_the_only_row_of_its_concept():
    printed = article(**LISTS_ALL).cell("D.a", "Mucositis", "any", 40, is_composite=True)
    printed.cell("D.a", "Haemorrhage", "any", 30, parent_row_label="Mucositis")
    assert of_concept(printed, concept="haemorrhage") == (30, 30)


def test_a_sub_row_of_its_own_concept_is_never_added_to_the_composite():
    printed = article(**LISTS_ALL).cell("D.a", "Rash", "any", 40, is_composite=True)
    printed.cell("D.a", "Acne", "any", 30, concept="rash", parent_row_label="Rash", concept_relation="subset")
    assert of_concept(printed) == (40, 40)


@pytest.mark.parametrize("table", [LISTS_ALL, THRESHOLD])
def test_a_table_of_one_arm_is_silent_on_another(table):
    printed = article(**table).cell("D.a", "Nausea", "any", 20).table("Table 2").cell("D.b", "Nausea", "any", 30)
    assert of_concept(printed, "D.b") == (0, 100)


def test_a_threshold_of_all_arms_bounds_nothing_where_the_patients_of_one_are_unknown():
    printed = article(**THRESHOLD | {"threshold_scope": "overall"}).arm("D.c", 800.0, None)
    printed.cell("D.a", "Nausea", "any", 20)
    assert of_concept(printed) == (0, 100)


def test_a_threshold_is_of_the_patients_that_the_table_counts():
    # 10 % of 300 is 30, so 29 may be hidden; of the 100 of the arm it would be 9.
    printed = article(**THRESHOLD).cell("D.a", "Nausea", "any", 20, n_at_risk=300)
    assert of_concept(printed, concept="edema") == (0, 87)


def test_rows_of_one_name_are_different_events():
    printed = article(**LISTS_ALL)
    for row, (any_grade, severe) in enumerate([(10, 2), (7, 1)], start=1):
        printed.cell("D.a", "Rash", "any", any_grade, row_number=row)
        printed.cell("D.a", "Rash", ">=3", severe, row_number=row)
    assert (of_concept(printed), of_concept(printed, band="severe")) == ((10, 17), (2, 3))


def test_a_readable_row_does_not_speak_for_an_unreadable_one_of_the_same_name():
    grades = {"grade_lower_reported": 1, "grade_upper_reported": 5}
    printed = article(**LISTS_ALL).cell("D.a", "Rash", "any", 3, row_number=5)
    printed.refuse("D.a", "Rash", "any", "count_is_readable", row_number=2, **grades)
    assert of_concept(printed) == (3, 100)


def test_a_wider_row_gives_no_least_count_beside_a_row_of_the_concept():
    printed = article(**LISTS_ALL).cell("D.a", "Rash", "any", 12)
    printed.cell("D.a", "Skin toxicity", "any", 25, concept="rash", concept_relation="superset")
    assert of_concept(printed) == (12, 37)


def test_a_wider_row_alone_stays_as_printed():
    printed = article(**LISTS_ALL).cell("D.a", "Skin toxicity", "any", 25, concept="rash", concept_relation="superset")
    assert of_concept(printed) == (25, 25)


def test_a_row_that_overlaps_the_concept_may_hold_nobody_with_it():
    printed = article(**LISTS_ALL)
    printed.cell("D.a", "Bleeding or perforation", "any", 10, concept="haemorrhage", concept_relation="overlapping")
    row = printed.answer("D.a", "haemorrhage", "any")
    assert (*bounds(row), row["incidence"], row["reporting_status"]) == (0, 10, None, "derived_bounds")


def test_a_row_beside_a_composite_row_of_its_concept_counts_further_patients():
    printed = article(**LISTS_ALL).cell("D.a", "Haemorrhage", "any", 12, is_composite=True)
    printed.cell("D.a", "Epistaxis", "any", 30, concept="haemorrhage", concept_relation="subset")
    assert of_concept(printed, concept="haemorrhage") == (30, 42)


def test_beside_its_terms_the_name_of_a_concept_is_one_more_term():
    # Edema and limb edema are listed; each of the two other terms may hide 9.
    printed = article(**THRESHOLD).cell("D.a", "Edema", "any", 20)
    printed.cell("D.a", "Limb", "any", 15, concept="edema", concept_relation="subset", source_term="Edema: limb")
    assert of_concept(printed, concept="edema") == (20, 53)


def test_deaths_told_in_the_text_are_added_to_grades_3_and_4():
    printed = article().cell("D.a", "Haemorrhage", "any", 29).cell("D.a", "Haemorrhage", "3-4", 8)
    printed.table("Text", table_kind="text", table_priority=2).cell("D.a", "Haemorrhage", "5", 2)
    row = printed.answer("D.a", "haemorrhage", "severe")
    assert (*bounds(row), row["grade_band_as_reported"]) == (8, 10, "3-4 + 5")


def test_one_kind_of_event_is_in_no_more_patients_than_any_event():
    printed = article().cell("D.a", "Any event", "any", 8, concept="any_event").cell("D.a", "Nausea", "any", 5)
    assert of_concept(printed) == (0, 8)


def test_two_lines_of_any_event_that_agree_are_one():
    printed = article().cell("D.a", "Any event", "any", 18, concept="any_event")
    printed.cell("D.a", "All but those without an event", "any", 18, concept="any_event")
    assert of_concept(printed, concept="any_event") == (18, 18)


def test_totals_of_serious_and_of_other_events_that_agree_are_two():
    printed = Printed().document("R").arm("R.1", 100.0, 50).table("Totals", table_kind="register_total")
    for seriousness in ("serious", "other"):
        printed.cell("R.1", f"Total, {seriousness}", "any", 5, concept="any_event", seriousness=seriousness)
    assert bounds(printed.answer("R.1", "any_event", "any")) == (5, 10)


def test_any_event_in_fewer_patients_than_one_kind_bounds_nothing():
    printed = article().cell("D.a", "Any event", "any", 8, concept="any_event").cell("D.a", "Nausea", "any", 20)
    assert (of_concept(printed, concept="any_event"), of_concept(printed)) == ((8, 100), (0, 100))


def test_a_column_that_leaves_out_deaths_bounds_no_severe_event_where_one_kind_has_more():
    # Whoever died has a worst grade of 5, and stands in no column of grades 3 and 4.
    printed = article().cell("D.a", "Any event", "3-4", 0, concept="any_event").cell("D.a", "Nausea", "3-4", 1)
    row = printed.answer("D.a", "any_event", "severe")
    assert (*bounds(row), row["incidence"], row["reporting_status"]) == (0, 100, None, "derived_bounds")


def test_a_complete_list_of_a_register_without_all_patients_of_its_total_says_nothing_by_silence():
    assert of_concept(register().cell("R.1", "Headache", "any", 10, seriousness="other"), "R.1") == (0, 100)


def test_a_total_without_any_line_says_nothing_by_silence_where_the_threshold_lists_everybody():
    printed = Printed().document("R").table("Totals", table_kind="register_total").arm("R.1", 100.0, 7)
    printed.cell("R.1", "Total, other", "any", 2, concept="any_event", concept_relation="subset", seriousness="other")
    printed.table("Other", table_kind="register_other", **THRESHOLD | {"threshold_operator": ">"})
    assert of_concept(printed, "R.1") == (0, 7)


def test_a_complete_list_of_a_register_with_all_patients_of_its_total_is_silent_on_nobody():
    assert of_concept(register().cell("R.1", "Headache", "any", 30, seriousness="other"), "R.1") == (0, 0)


def test_a_line_of_a_register_without_a_term_may_be_any_event():
    printed = register().cell("R.1", "Headache", "any", 30, seriousness="other").cell("R.1", "Rash", "any", 3)
    unnamed = {"concept": None, "term_as_reported": None, "row_label": None, "seriousness": "other"}
    printed.refuse("R.1", "", "any", "event_has_a_term", **unnamed)
    answers = [of_concept(printed, "R.1", concept) for concept in ("rash", "edema")]
    # At most all patients with any event.
    assert answers == [(3, 30), (0, 30)]


def test_a_term_of_two_lines_leaves_a_group_open_that_one_of_them_lacks():
    printed = register().arm("R.2", 200.0, 100)
    for row, arm, n in [(1, "R.1", 3), (1, "R.2", 4), (2, "R.1", 5), (3, "R.1", 30), (3, "R.2", 2)]:
        printed.cell(arm, "Headache" if row == 3 else "Rash", "any", n, row_number=row, seriousness="other")
    assert of_concept(printed, "R.2") == (4, 100)  # its total is not printed


def test_episodes_of_serious_events_are_patients_that_the_other_events_do_not_count():
    printed = register().cell("R.1", "Rash", "any", 12, seriousness="other")
    printed.cell("R.1", "Headache", "any", 30, seriousness="other").table("Serious", table_kind="register_serious")
    printed.episodes("R.1", "Rash", "any", 5)
    assert of_concept(printed, "R.1") == (12, 30)


def test_the_total_of_other_events_alone_is_not_the_total_of_all():
    printed = Printed().document("R").table("Totals", table_kind="register_total").arm("R.1", 100.0, 100)
    printed.cell("R.1", "Total, other", "any", 30, concept="any_event", concept_relation="subset", seriousness="other")
    printed.table("Other", table_kind="register_other", **THRESHOLD | {"threshold_percent": 0.0})
    printed.cell("R.1", "Headache", "any", 30, seriousness="other")
    assert of_concept(printed, "R.1", "any_event") == (30, 100)


def test_the_name_of_an_organ_class_may_hold_the_concepts_that_it_has_terms_of():
    rows = pl.LazyFrame({"term_as_reported": ["Skin"], "match_kind": ["unmatched"]})
    refused = pl.LazyFrame(schema={"term_as_reported": pl.String, "concept": pl.String})
    found = unknown_terms(rows, refused, reference.load()).collect()
    assert "rash" in found["doubtful_concept"].to_list()


def test_a_term_of_several_lines_is_one_row_by_term():
    printed = register()
    for row, n in enumerate([3, 5], start=1):
        printed.cell("R.1", "Rash", "any", n, row_number=row, seriousness="other")
    rows = by_term.incidence_by_term(printed.sources()).collect().filter(term_as_reported="Rash")
    assert rows.select("n_affected_lower", "n_affected_upper", "incidence").rows() == [(5, 8, None)]


@pytest.mark.parametrize(
    ("relation", "found", "n"),
    [
        # Only women were at risk of it; the bleedings of the 40 men are not told.
        ("subset", (2, 100), 100),
        ("equal", (2, 2), 60),
    ],
)
def test_a_line_of_a_part_with_patients_of_its_own_says_nothing_of_the_other_patients(relation, found, n):
    printed = article().cell("D.a", "Vaginal bleeding", "any", 2, concept="haemorrhage")
    printed.cells[-1] |= {"n_at_risk": 60, "concept_relation": relation}
    assert of_concept(printed, concept="haemorrhage") == found
    assert printed.answer("D.a", "haemorrhage", "any")["n_at_risk"] == n


@pytest.mark.parametrize(("n_at_risk", "most"), [(100, 3), (60, 43)])
def test_a_line_with_fewer_patients_at_risk_than_its_arm_leaves_the_others_open(n_at_risk, most):
    printed = Printed().document("R").table("Serious", table_kind="register_serious").arm("R.1", 100.0, 100)
    printed.table("Other", table_kind="register_other", threshold_percent=0.0, threshold_operator=">")
    known = {"concept": "rash", "concept_relation": "subset", "source_term": "Rash", "seriousness": "other"}
    row = printed.cell("R.1", "Rash", "any", 3, n_at_risk=n_at_risk, **known).answer("R.1", "rash", "any")
    assert (bounds(row), row["n_at_risk"]) == ((3, most), 100)
