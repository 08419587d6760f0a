"""What one arm's printed table says of a concept and band: status and bounds."""

import pytest
from printed_tables import Printed, bounds


def one_arm(n=100, **table):
    return Printed().document("D").table(**table).arm("D.400", 400.0, n)


# (percent, operator, scope, patients, patients of the whole trial) -> most patients an unlisted event can have
THRESHOLDS = [
    (5.0, ">=", "any_arm", 73, 147, 3),  # 5 % of 73 is 3.65: listed from 4 patients on
    (5.0, ">=", "any_arm", 74, 147, 3),
    (5.0, ">=", "any_arm", 20, 40, 0),  # 5 % of 20 is exactly 1: one patient is listed
    (5.0, ">=", "any_arm", 40, 80, 1),
    (5.0, ">", "any_arm", 20, 40, 1),  # more than 1: one patient is not listed
    (5.0, ">", "any_arm", 40, 80, 2),
    (5.0, ">", "any_arm", 73, 147, 3),
    (5.0, ">=", "overall", 73, 147, 7),  # 7.35 of 147: up to 7, and all may be in this arm
    (10.0, ">=", "overall", 5, 147, 5),  # never more than the arm holds
    (0.1, ">=", "any_arm", 1000, 2000, 0),  # binary 0.1 times 1000 is above 100.00000000000001 of a percent
    (2.5, ">", "any_arm", 40, 80, 1),
]


@pytest.mark.parametrize(("percent", "operator", "scope", "n", "total", "most"), THRESHOLDS)
def test_an_unlisted_event_stays_below_the_threshold(percent, operator, scope, n, total, most):
    printed = one_arm(n, threshold_percent=percent, threshold_operator=operator, threshold_scope=scope)
    printed.arm("D.600", 600.0, total - n).cell("D.400", "Nausea", "any", 20 if n > 20 else 1)
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("below_threshold", 0, most)
    assert row["incidence"] is None


def test_events_that_led_to_discontinuation_are_no_incidence():
    printed = one_arm().cell("D.400", "Edema", "any", 3, outcome="discontinuation")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("not_tabulated", 0, 100, None)


def test_the_silence_of_a_table_of_discontinuations_says_nothing_of_an_event():
    printed = one_arm(
        outcome="discontinuation", threshold_percent=5.0, threshold_operator=">=", threshold_scope="any_arm"
    )
    printed.cell("D.400", "Nausea", "any", 20, outcome="discontinuation")
    assert printed.answer("D.400", "edema", "any")["reporting_status"] == "not_tabulated"


def test_a_table_without_the_concept_and_without_a_threshold_says_nothing():
    row = one_arm().cell("D.400", "Nausea", "any", 20).answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("not_tabulated", 0, 100, None)


def test_a_document_without_results_has_no_bounds():
    printed = Printed().document("D", has_toxicity_results=False).arm("D.400", 400.0, 100)
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("no_results", None, None)


def test_a_statement_that_names_all_severe_patients_makes_the_others_zero():
    printed = one_arm().cell("D.400", "Edema", "any", 12).table("Text", table_kind="text", complete_from_grade=3)
    row = printed.cell("D.400", "Rash", ">=3", 1).answer("D.400", "edema", "severe")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("zero_by_statement", 0, 0, 0.0)


def test_a_statement_on_severe_events_settles_nothing_of_any_grade():
    printed = one_arm().table("Text", table_kind="text", complete_from_grade=3).cell("D.400", "Rash", ">=3", 1)
    assert printed.answer("D.400", "edema", "any")["reporting_status"] == "not_tabulated"


def test_a_refused_count_leaves_everything_open():
    printed = one_arm().cell("D.400", "Nausea", "any", 20).refuse("D.400", "Edema", "any", "n_above_at_risk")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("rejected_cell", 0, 100, None)
    assert "n_above_at_risk" in row["reason"]


def test_episodes_bound_patients_and_never_become_a_proportion():
    row = one_arm(n=26).episodes("D.400", "Edema", "any", 31).answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("episodes_only", 1, 26, None)
    assert (row["ci_lower"], row["ci_method"], row["n_episodes"]) == (None, None, 31)


def test_no_episode_of_grades_three_and_four_leaves_deaths_open():
    none = {"count_unit": "episodes", "n_episodes": 0}
    printed = one_arm(n=26).cell("D.400", "Edema", "3", 0, **none).cell("D.400", "Edema", "4", 0, **none)
    assert bounds(printed.answer("D.400", "edema", "severe")) == (0, 26)


def test_few_episodes_are_at_most_as_many_patients():
    row = one_arm().episodes("D.400", "Edema", "any", 4).answer("D.400", "edema", "any")
    assert bounds(row) == (1, 4)


def test_episodes_give_way_to_a_count_of_patients():
    printed = one_arm().episodes("D.400", "Edema", "any", 31).cell("D.400", "Swelling", "any", 7, concept="edema")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row)) == ("observed", 7, 7)


def test_several_rows_of_a_concept_bound_the_patients_with_any_of_them():
    printed = one_arm(n=20, complete_from_grade=1)
    printed.cell("D.400", "Leg", "any", 9, concept="edema", concept_relation="subset")
    printed.cell("D.400", "Face", "any", 5, concept="edema", concept_relation="subset")
    row = printed.answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("derived_bounds", 9, 14, None)


def test_parts_of_a_concept_are_a_lower_bound_where_the_table_may_leave_others_out():
    printed = one_arm(n=20).cell("D.400", "Leg", "any", 9, concept="edema", concept_relation="subset")
    printed.cell("D.400", "Face", "any", 5, concept="edema", concept_relation="subset")
    assert bounds(printed.answer("D.400", "edema", "any")) == (9, 20)


def test_the_sum_of_several_rows_is_never_more_than_the_arm_holds():
    printed = one_arm(n=12).cell("D.400", "Leg", "any", 9, concept="edema")
    row = printed.cell("D.400", "Face", "any", 5, concept="edema").answer("D.400", "edema", "any")
    assert bounds(row) == (9, 12)


def test_on_bounds_the_interval_is_the_outer_limits():
    printed = one_arm(n=20).cell("D.400", "Leg", "any", 9, concept="edema")
    row = printed.cell("D.400", "Face", "any", 5, concept="edema").answer("D.400", "edema", "any")
    # Wilson limits of 9/20 and of 14/20, from published tables of the score interval.
    assert row["ci_lower"] == pytest.approx(0.2582, abs=5e-4)
    assert row["ci_upper"] == pytest.approx(0.8545, abs=5e-4)


def test_serious_and_other_events_of_a_register_bound_the_patients():
    printed = one_arm(n=50, label="Serious", table_kind="register_serious", threshold_percent=0.0)
    printed.cell("D.400", "Edema", "any", 4, seriousness="serious")
    printed.table("Other", table_kind="register_other", threshold_percent=0.0)
    row = printed.cell("D.400", "Edema", "any", 11, seriousness="other").answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("derived_bounds", 11, 15, None)


@pytest.mark.parametrize("n", [0, 2])
@pytest.mark.parametrize(("term", "most_hidden"), [("Edema", 50), ("Nausea", 2)])
def test_serious_events_alone_bound_a_concept_from_below(term, most_hidden, n):
    """Below 5 % of 50 each preferred term hides up to 2 patients, and edema has many of them."""
    printed = one_arm(n=50, label="Serious", table_kind="register_serious")
    printed.cell("D.400", term, "any", n, seriousness="serious")
    printed.table("Other", table_kind="register_other", threshold_percent=5.0, threshold_operator=">")
    row = printed.answer("D.400", term.lower(), "any")
    most = min(50, n + most_hidden)
    assert (row["reporting_status"], *bounds(row), row["incidence"]) == ("derived_bounds", n, most, None)


def test_a_row_of_an_article_with_a_threshold_stays_observed():
    printed = one_arm(n=73, threshold_percent=5.0, threshold_operator=">=", threshold_scope="any_arm")
    row = printed.cell("D.400", "Edema", "any", 52).answer("D.400", "edema", "any")
    assert (row["reporting_status"], *bounds(row), row["concept_relation"]) == ("observed", 52, 52, "equal")


def test_attributions_are_answered_apart():
    printed = one_arm().cell("D.400", "Edema", "any", 30)
    printed.table("All causes", attribution="all_causality").cell("D.400", "Edema", "any", 45)
    row = printed.answer("D.400", "edema", "any", "related")
    assert bounds(row) == (30, 30)


@pytest.mark.parametrize("n", [0, None])
def test_an_arm_without_patients_has_no_proportion(n):
    printed = Printed().document("D").table().arm("D.400", 400.0, n)
    row = printed.cell("D.400", "Edema", "any", 0).answer("D.400", "edema", "any")
    assert (row["incidence"], row["ci_lower"]) == (None, None)


@pytest.mark.parametrize("band", ["any", "severe"])
def test_every_arm_answers_for_every_headline_concept(band):
    printed = one_arm().arm("D.600", 600.0, 50).cell("D.400", "Edema", "any", 5)
    rows = printed.by_arm().filter(grade_band=band)
    assert sorted(rows.select("arm_id", "concept").rows()) == [
        (arm, concept) for arm in ("D.400", "D.600") for concept in ("edema", "haemorrhage", "rash")
    ]


def test_a_count_below_a_threshold_has_the_outer_limits_of_its_bounds_and_no_incidence():
    printed = Printed().document("A").table(threshold_percent=5.0, threshold_operator=">=", threshold_scope="any_arm")
    row = printed.arm("A.400", 400.0, 60).cell("A.400", "Nausea", "any", 30).answer("A.400", "edema", "any")
    assert (row["reporting_status"], row["incidence"], row["ci_lower"]) == ("below_threshold", None, 0.0)
    assert row["ci_upper"] > row["n_affected_upper"] / 60
