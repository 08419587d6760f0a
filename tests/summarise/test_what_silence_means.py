"""What is not printed: terms below a threshold, unread counts, unknown terms, groups left out, severe grades."""

from dataclasses import replace

import polars as pl
import pytest
from printed_tables import Printed, answer, bounds

from safety_pipeline.summarise import by_arm

V3_EDEMA = ("Edema: head and neck", "Edema: limb", "Edema: trunk/genital")


def article(n=100, edition="CTCAE v3.0", terms=V3_EDEMA, **table):
    printed = Printed().document("D", grading_system=edition).table(**table).arm("D.400", 400.0, n)
    printed.terms = [
        {"grading_system": edition, "term": term, "concept": "edema", "grades_defined": "12345"} for term in terms
    ]
    return printed


def threshold(percent=5.0, operator=">="):
    return {"threshold_percent": percent, "threshold_operator": operator, "threshold_scope": "any_arm"}


def register(n=100, percent=5.0):
    printed = Printed().document("R").table("Serious", table_kind="register_serious").arm("R.1", 100.0, n)
    return printed.table("Other", table_kind="register_other", **threshold(percent, ">"))


def test_a_threshold_hides_as_many_patients_for_each_unlisted_term_of_the_edition():
    # 5 % of 100: a term is listed from 5 patients on, so each of three terms may hide 4.
    printed = article(**threshold()).cell("D.400", "Nausea", "any", 20)
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("below_threshold", 0, 12, None)


def test_a_threshold_that_hides_nobody_is_said_to_hide_nobody():
    # 5 % of 15: one patient would be listed.
    row = article(n=15, **threshold()).cell("D.400", "Nausea", "any", 3).answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("below_threshold", 0, 0)
    assert row["reason"].endswith("and none of this concept: no patient had it.")


def test_a_zero_of_silence_is_no_number_of_severe_events_either():
    """The threshold of 0 % leaves nobody with edema, so nobody with a severe one; neither zero was printed."""
    printed = register(percent=0.0).cell("R.1", "Nausea", "any", 3, seriousness="other")
    rows = [printed.answer("R.1", "edema", band) for band in ("any", "severe")]
    assert [(row["reporting_status"], *bounds(row), row["incidence"]) for row in rows] == [
        ("below_threshold", 0, 0, None)
    ] * 2


def test_a_printed_zero_of_any_grade_is_a_number_of_severe_events():
    printed = register(percent=0.0).cell("R.1", "Edema", "any", 0, seriousness="other")
    row = printed.answer("R.1", "edema", "severe")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("derived_bounds", 0, 0, 0.0)


@pytest.mark.parametrize(("n_observed", "most"), [(100, 0), (80, 100), (0, 100)])
def test_patients_in_whom_nobody_looked_for_other_events_may_have_one(n_observed, most):
    # At a threshold of 0 % every event of the 80 is listed; of the 20 others nothing is said. They are counted for each
    # of the many unlisted terms of edema: wide, and never too narrow.
    printed = register(percent=0.0).cell("R.1", "Nausea", "any", 3, seriousness="other")
    printed.table("Totals", table_kind="register_total")
    printed.cell("R.1", "Total", "any", 3, seriousness="other", n_at_risk=n_observed)
    assert bounds(printed.answer("R.1", "edema", "any"))[1] == most


def test_a_term_that_was_looked_for_in_some_of_the_patients_leaves_the_others_open():
    printed = register(n=25, percent=0.0)
    seen = {"seriousness": "other", "n_at_risk": 20}
    printed.cell("R.1", "Oedema", "any", 2, concept="edema", concept_relation="subset", **seen)
    printed.table("Totals", table_kind="register_total").cell("R.1", "Total", "any", 2, **seen)
    row = printed.answer("R.1", "edema", "any")
    assert (bounds(row), row["n_at_risk"]) == ((2, 25), 25)


@pytest.mark.parametrize(("n_named", "most"), [(2, 0), (1, 2)])
def test_a_complete_list_that_names_fewer_patients_than_had_any_event_is_not_complete(n_named, most):
    printed = article(n=50, complete_from_grade=3).cell("D.400", "Any_event", ">=3", 2)
    printed.cell("D.400", "Rash", ">=3", n_named)
    assert bounds(printed.answer("D.400", "edema", "severe")) == (0, most)


def test_one_term_of_the_concept_keeps_the_bound_of_one_term():
    printed = article(edition="CTC v2.0", terms=["Edema"], **threshold()).cell("D.400", "Nausea", "any", 20)
    assert bounds(printed.answer("D.400", "edema", "any")) == (0, 4)


def test_a_listed_term_is_added_to_what_the_unlisted_ones_may_hide():
    printed = article(**threshold())
    printed.cell("D.400", "Limb", "any", 9, concept="edema", concept_relation="subset", source_term="Edema: limb")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("derived_bounds", 9, 17, None)


def test_a_concept_that_a_lake_made_of_several_terms_is_open_while_one_of_them_is_unlisted():
    printed = article(edition="CTCAE v4.03")
    printed.terms = [
        {"grading_system": "CTCAE v4.03", "term": term, "concept": "gut", "grades_defined": "12345"}
        for term in ("Nausea", "Vomiting")
    ]
    printed.cell("D.400", "Nausea", "any", 9, concept="gut", concept_relation="subset", source_term="Nausea")
    made = printed.sources(concepts=("gut",))
    own = replace(made, concept=made.concept.with_columns(is_headline=pl.lit(value=False)))
    row = answer(by_arm.incidence_by_arm(own, by_arm.concepts_by_drug(own)).collect(), "D.400", "gut", "any")
    assert (*bounds(row), row["incidence"]) == (9, 100, None)


def test_a_table_without_an_edition_has_names_of_a_concept_that_nobody_can_count():
    printed = article(edition="not stated", terms=[], **threshold()).cell("D.400", "Nausea", "any", 20)
    assert bounds(printed.answer("D.400", "edema", "any")) == (0, 100)


def test_preferred_terms_of_a_register_bound_no_concept_of_many_terms():
    printed = register().cell("R.1", "Nausea", "any", 20, seriousness="other")
    assert bounds(printed.answer("R.1", "rash", "any")) == (0, 100)


def test_a_term_of_a_register_that_bears_the_name_of_the_concept_is_only_one_of_its_terms():
    row = register().cell("R.1", "Rash", "any", 20, seriousness="other").answer("R.1", "rash", "any")
    assert (*bounds(row), row["incidence"], row["concept_relation"]) == (20, 100, None, "subset")


def test_a_register_that_lists_every_event_counts_the_concept():
    row = register(percent=0.0).cell("R.1", "Rash", "any", 20, seriousness="other").answer("R.1", "rash", "any")
    assert (*bounds(row), row["incidence"]) == (20, 20, 0.2)


def test_a_term_among_the_other_events_alone_is_counted_since_serious_ones_are_all_listed():
    row = register().cell("R.1", "Nausea", "any", 20, seriousness="other").answer("R.1", "nausea", "any")
    assert (row["reporting_status"], *bounds(row)) == ("observed", 20, 20)


def test_a_register_grades_nothing_so_severe_is_bounded_by_any_grade_alone():
    row = register().cell("R.1", "Nausea", "any", 20, seriousness="other").answer("R.1", "nausea", "severe")
    assert (row["reporting_status"], *bounds(row)) == ("not_tabulated", 0, 20)


def test_an_unread_count_beside_a_listed_term_leaves_the_concept_open():
    printed = article(complete_from_grade=1)
    printed.cell("D.400", "Limb", "any", 9, concept="edema", concept_relation="subset")
    printed.refuse("D.400", "Edema", "any", "count_is_readable")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("derived_bounds", 9, 100, None)


def test_a_blank_that_nobody_explains_beside_a_listed_term_leaves_the_concept_open():
    printed = article(complete_from_grade=1).cell("D.400", "Limb", "any", 9, concept="edema", concept_relation="subset")
    unknown = {"cell_status": "missing", "n_affected_lower": None, "n_affected_upper": None}
    printed.cell("D.400", "Trunk", "any", 0, concept="edema", concept_relation="subset", **unknown)
    assert bounds(printed.answer("D.400", "edema", "any")) == (9, 100)


def test_a_refused_grade_3_beside_the_severe_column_opens_nothing():
    printed = article().cell("D.400", "Edema", "any", 9).cell("D.400", "Edema", ">=3", 2)
    printed.refuse("D.400", "Edema", None, "count_is_readable", grade_lower_reported=3, grade_upper_reported=3)
    assert bounds(printed.answer("D.400", "edema", "severe")) == (2, 2)


def test_a_refused_count_of_deaths_opens_a_severe_column_that_stops_at_grade_4():
    printed = article().cell("D.400", "Edema", "any", 9).cell("D.400", "Edema", "3-4", 2)
    printed.refuse("D.400", "Edema", None, "count_is_readable", grade_lower_reported=5, grade_upper_reported=5)
    assert bounds(printed.answer("D.400", "edema", "severe")) == (2, 9)


def test_a_group_left_out_of_a_line_of_a_register_is_unknown():
    printed = register(percent=0.0).arm("R.2", 200.0, 50)
    printed.cell("R.1", "Rash", "any", 20, seriousness="other").cell("R.1", "Nausea", "any", 1, seriousness="other")
    printed.cell("R.2", "Nausea", "any", 3, seriousness="other")
    assert bounds(printed.answer("R.2", "rash", "any")) == (0, 50)


def unknown(term, concept, *, is_readable, counts_absence=False):
    row = {"term_as_reported": term, "doubtful_concept": concept, "is_readable": is_readable}
    return pl.LazyFrame([row | {"counts_absence": counts_absence}])


def with_unknown_terms(printed, terms, share=0.5):
    sources = printed.sources()
    known = type(sources)(**{**vars(sources), "unknown_term": terms, "min_readable_share": share})
    return by_arm.incidence_by_arm(known, by_arm.concepts_by_drug(known)).collect()


def test_an_unknown_term_that_may_belong_to_the_concept_adds_to_its_upper_bound():
    printed = article(complete_from_grade=1)
    printed.cell("D.400", "Limb", "any", 9, concept="edema", concept_relation="subset")
    printed.cell("D.400", "Puffy hands", "any", 5, concept=None, match_kind="unmatched")
    rows = with_unknown_terms(printed, unknown("Puffy hands", "edema", is_readable=True))
    assert bounds(answer(rows, "D.400", "edema", "any")) == (9, 14)


def test_an_unknown_term_makes_no_zero_of_a_complete_table():
    printed = article(complete_from_grade=1).cell("D.400", "Nausea", "any", 20)
    printed.cell("D.400", "Puffy hands", "any", 5, concept=None, match_kind="unmatched")
    row = answer(
        with_unknown_terms(printed, unknown("Puffy hands", "edema", is_readable=True)), "D.400", "edema", "any"
    )
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("derived_bounds", 0, 5, None)


@pytest.mark.parametrize(
    "columns, any_grade, severe",
    [
        # Grades 4 and 5 stand in no column, so the row may hold patients that nobody counted.
        ({"1-2": 5, "3": 1}, 100, 100),
        ({"1-2": 5, "3-4": 1}, 100, 100),
        ({"any": 6, "3-4": 1}, 6, 6),
        ({"1-2": 5, ">=3": 1}, 6, 1),
        ({"any": 6, ">=3": 1}, 6, 1),
        ({">=3": 1}, 100, 1),
    ],
)
def test_an_unknown_term_is_counted_by_columns_that_leave_out_no_grade(columns, any_grade, severe):
    printed = article(complete_from_grade=1).cell("D.400", "Nausea", "any", 20)
    for grades, n in columns.items():
        printed.cell("D.400", "Puffy hands", grades, n, concept=None, match_kind="unmatched", row_number=2)
    rows = with_unknown_terms(printed, unknown("Puffy hands", "edema", is_readable=True))
    assert bounds(answer(rows, "D.400", "edema", "any")) == (0, any_grade)
    assert bounds(answer(rows, "D.400", "edema", "severe")) == (0, severe)


def test_a_row_of_those_without_the_concept_makes_no_zero_and_bounds_nothing():
    # "No swollen legs: 95" may leave 5 with them, and a row that counts only some of those without leaves more.
    printed = article(complete_from_grade=1).cell("D.400", "Nausea", "any", 20)
    printed.cell("D.400", "No swollen legs", "any", 95, concept=None, match_kind="unmatched")
    terms = unknown("No swollen legs", "edema", is_readable=True, counts_absence=True)
    assert bounds(answer(with_unknown_terms(printed, terms), "D.400", "edema", "any")) == (0, 100)


def test_a_table_of_terms_that_nobody_can_read_says_nothing_by_its_silence():
    printed = article(complete_from_grade=1).cell("D.400", "PT-0815", "any", 5, concept=None, match_kind="unmatched")
    rows = with_unknown_terms(printed, unknown("PT-0815", "edema", is_readable=False))
    row = answer(rows, "D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("not_tabulated", 0, 100)


@pytest.mark.parametrize("n", [None, 0])
def test_without_a_number_at_risk_nothing_is_at_most_nobody(n):
    printed = register(n).cell("R.1", "Nausea", "any", 1, seriousness="other")
    assert printed.answer("R.1", "rash", "any")["n_affected_upper"] == (None if n is None else 0)


def test_severe_events_that_exceed_any_grade_give_bounds_that_admit_both():
    printed = article().cell("D.400", "Edema", "any", 5).table("Text", table_kind="text")
    rows = printed.cell("D.400", "Edema", ">=3", 8).by_arm()
    assert bounds(answer(rows, "D.400", "edema", "any")) == (5, 8)
    assert bounds(answer(rows, "D.400", "edema", "severe")) == (5, 8)
    assert "exceed" in answer(rows, "D.400", "edema", "severe")["reason"]


def test_no_event_of_any_grade_is_no_severe_event():
    row = article().cell("D.400", "Edema", "any", 0).answer("D.400", "edema", "severe")
    assert (*bounds(row), row["incidence"]) == (0, 0, 0.0)


def test_related_events_are_bounded_by_those_of_any_cause():
    printed = article(attribution="all_causality").cell("D.400", "Edema", "any", 6)
    printed.table("Related", attribution="related").cell("D.400", "Edema", ">=3", 2)
    assert bounds(printed.answer("D.400", "edema", "severe", "related")) == (2, 2)


def test_patients_with_any_event_are_at_least_those_with_one():
    printed = article(**threshold()).cell("D.400", "Edema", "any", 30)
    printed.cell("D.400", "Any", ">=3", 4, concept="any_event")
    assert bounds(printed.answer("D.400", "any_event", "any")) == (30, 100)


def test_a_refused_count_of_an_unknown_term_makes_no_zero_of_a_complete_table():
    printed = article(complete_from_grade=1).cell("D.400", "Nausea", "any", 20)
    refused = {"concept": None, "term_as_reported": "Puffy hands", "grade_lower_reported": 1, "grade_upper_reported": 5}
    printed.refuse("D.400", "Puffy hands", "any", "denominator_known", **refused)
    rows = with_unknown_terms(printed, unknown("Puffy hands", "edema", is_readable=True))
    row = answer(rows, "D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("rejected_cell", 0, 100)


@pytest.mark.parametrize("tables", [("Table 2", "Table 3"), ("Table 3", "Table 2")])
def test_of_two_tables_with_a_refused_count_the_first_by_name_is_the_place_whatever_their_order(tables):
    printed = Printed().document("D").arm("D.400", 400.0, 100)
    for table in tables:
        printed.table(table).cell("D.400", "Nausea", "any", 20)
        printed.refuse("D.400", "Edema", "any", "denominator_known", grade_lower_reported=1, grade_upper_reported=5)
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], row["table_label"]) == ("rejected_cell", "Table 2")
