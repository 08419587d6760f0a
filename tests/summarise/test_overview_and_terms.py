"""The safety overview and the incidence of each term: what is printed, whether a dictionary knows it or not."""

from printed_tables import Printed

from safety_pipeline.summarise.ae_overview import ae_overview
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
    rows = ae_overview(printed.sources(), subjects, printed.by_arm().lazy()).collect()
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


def test_counted_subjects_come_before_a_printed_count():
    found = overview(one_arm().cell("A.400", "Any_event", "any", 40), [("any", 41), ("serious", 7)])
    assert found == {"any": (41, 41, "subject data"), "serious": (7, 7, "subject data")}


def test_an_arm_of_which_nothing_is_known_is_in_no_row_of_the_overview():
    assert overview(one_arm().cell("A.400", "Rash", "any", 2)) == {}
