"""The safety overview and the incidence of each term: what is printed, whether a dictionary knows it or not."""

import pytest
from printed_tables import Printed

from safety_pipeline.summarise.ae_overview import ae_overview
from safety_pipeline.summarise.by_arm import concepts_by_drug, incidence_by_arm
from safety_pipeline.summarise.by_term import incidence_by_term
from safety_pipeline.tables.harmonised import OVERVIEW


def one_arm():
    return Printed().document("A").table(attribution="all_causality").arm("A.400", 400.0, 50)


def terms(printed):
    return incidence_by_term(printed.sources()).collect()


def overview(printed, counted=()):
    subjects = OVERVIEW.from_rows(
        [
            {"delivery_id": "d", "document_id": "A", "trial_id": "A", "arm_id": "A.400", "category": name,
             "n_affected_lower": n, "n_affected_upper": n, "n_at_risk": 50}
            for name, n in counted
        ]
    )  # fmt: skip
    sources = printed.sources(("edema", "any_event"))
    rows = ae_overview(sources, subjects, incidence_by_arm(sources, concepts_by_drug(sources))).collect()
    return dict(
        zip(rows["category"], rows.select("n_affected_lower", "n_affected_upper", "source").rows(), strict=True)
    )


def test_a_term_that_no_dictionary_knows_has_its_incidence():
    rows = terms(one_arm().cell("A.400", "Worm dreams", "any", 5, concept=None).cell("A.400", "Rash", "any", 9))
    found = rows.select("term_as_reported", "is_matched", "incidence").sort("term_as_reported").rows()
    assert found == [("Rash", True, 0.18), ("Worm dreams", False, 0.1)]


def test_serious_and_other_lines_of_a_term_stand_apart():
    printed = one_arm().cell("A.400", "Rash", "any", 2, seriousness="serious")
    printed.cell("A.400", "Rash", "any", 9, seriousness="other")
    assert sorted(terms(printed).select("seriousness", "n_affected_lower").rows()) == [("other", 9), ("serious", 2)]


def test_a_term_stands_in_the_organ_system_that_is_printed_else_in_that_of_its_term():
    printed = one_arm()
    printed.terms.append({"grading_system": "CTCAE v4.03", "term": "Rash", "category": "Skin disorders"})
    printed.cell("A.400", "Rash", "any", 9, ctcae_term="Rash")
    printed.cell("A.400", "Exanthem", "any", 3, ctcae_term="Rash", body_system_as_reported="Skin and hair")
    printed.cell("A.400", "Worm dreams", "any", 5, concept=None)
    rows = terms(printed).select("term_as_reported", "body_system").rows()
    assert dict(rows) == {"Rash": "Skin disorders", "Exanthem": "Skin and hair", "Worm dreams": None}


def test_bounds_of_a_term_have_outer_limits_and_no_incidence():
    row = terms(one_arm().cell("A.400", "Rash", "any", 2, upper=4, cell_status="derived_bounds")).row(0, named=True)
    assert row["incidence"] is None
    assert row["ci_lower"] < 2 / 50 < 4 / 50 < row["ci_upper"]


def test_rows_of_any_toxicity_are_the_overview_of_a_printed_table():
    printed = one_arm()
    printed.cell("A.400", "Any_event", "any", 40).cell("A.400", "Any_event", ">=3", 12)
    printed.cell("A.400", "Any_event", "4", 3)
    found = overview(printed)
    assert found == {
        "any": (40, 40, "printed"),
        "grade_3_or_worse": (12, 12, "printed"),
        "worst_grade_4": (3, 3, "printed"),
    }


@pytest.mark.parametrize(
    ("outcome", "category", "shown"),
    [
        ("serious", "serious", (9, 9)),
        ("discontinuation", "discontinuation", (9, 9)),
        ("death", "fatal", (9, 9)),
        # One kind of dose change is printed; others may not be.
        ("dose_change", "dose_change", (9, 50)),
    ],
)
def test_what_events_of_any_kind_led_to_is_in_the_overview_and_no_incidence(outcome, category, shown):
    printed = one_arm().cell("A.400", "Any_event", "any", 9, outcome=outcome)
    assert overview(printed) == {category: (*shown, "printed")}
    assert printed.by_arm().filter(concept="any_event")["incidence"].drop_nulls().is_empty()


def test_serious_events_that_are_related_have_a_category_of_their_own():
    printed = one_arm().cell("A.400", "Any_event", "any", 4, outcome="serious", attribution="related")
    assert overview(printed) == {"serious_related": (4, 4, "printed")}


def test_rows_that_may_count_parts_of_a_category_bound_it():
    printed = one_arm().cell("A.400", "Any_event", "any", 9, outcome="discontinuation")
    printed.cell("A.400", "Any_event", "any", 4, outcome="discontinuation", row_label="Drug B")
    assert overview(printed) == {"discontinuation": (9, 13, "printed")}


def test_a_column_of_grade_five_counts_fatal_events():
    found = overview(one_arm().cell("A.400", "Any_event", "5", 2))
    assert (found["fatal"], found["worst_grade_5"]) == ((2, 2, "printed"), (2, 2, "printed"))


def test_grades_three_and_four_alone_leave_deaths_open():
    assert overview(one_arm().cell("A.400", "Any_event", "3-4", 12))["grade_3_or_worse"] == (12, 50, "printed")


def test_a_count_of_a_stated_attribution_comes_before_one_of_none():
    printed = one_arm().cell("A.400", "Any_event", "any", 30, attribution="not_stated")
    assert overview(printed.cell("A.400", "Any_event", "any", 40))["any"] == (40, 40, "printed")


def test_other_events_of_a_register_leave_any_event_open_above_its_threshold():
    printed = Printed().document("A", kind="ctgov").arm("A.400", 400.0, 50)
    shown = {"attribution": "all_causality", "threshold_percent": 5.0, "threshold_operator": ">",
             "threshold_scope": "any_arm"}  # fmt: skip
    printed.table("Other adverse events", table_kind="register_other", **shown)
    printed.table("Totals", table_kind="register_total", attribution="all_causality")
    printed.cell("A.400", "Any_event", "any", 14, seriousness="other")
    printed.cell("A.400", "Any_event", "any", 5, seriousness="serious")
    assert overview(printed) == {"any": (14, 50, "printed"), "serious": (5, 5, "printed")}


def test_a_row_of_severe_events_of_any_kind_takes_nothing_from_the_row_of_all():
    printed = one_arm().cell("A.400", "Any adverse event", "any", 40, concept="any_event")
    printed.cell("A.400", "Grade 3 event", ">=3", 12, concept="any_event")
    assert overview(printed) == {"any": (40, 40, "printed"), "grade_3_or_worse": (12, 12, "printed")}


def test_counted_subjects_come_before_a_printed_count():
    found = overview(one_arm().cell("A.400", "Any_event", "any", 40), [("any", 41), ("serious", 7)])
    assert found == {"any": (41, 41, "subject data"), "serious": (7, 7, "subject data")}


def test_an_arm_of_which_nothing_is_known_is_in_no_row_of_the_overview():
    assert overview(one_arm().cell("A.400", "Rash", "any", 0)) == {}
