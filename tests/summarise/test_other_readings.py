"""Sensitivity rows: the same dose under another reading, with the size and sign of the change."""

import pytest
from printed_tables import Printed


def two_trials():
    printed = Printed()
    for name, edition, grades, relation, n in (
        ("A", "CTC v2.0", "3-4", "lower_bound", 4),
        ("B", "CTCAE v4.03", ">=3", "equal", 2),
    ):
        printed.document(name, grading_system=edition).table().arm(f"{name}.arm", 400.0, 50)
        printed.cell(f"{name}.arm", "Edema", "any", 20)
        printed.cell(f"{name}.arm", "Edema", grades, n, threshold_relation=relation)
    return printed


def rows_of(printed, analysis, band="any", **known):
    rows = printed.sensitivity().filter(concept="edema", analysis=analysis, grade_band=band, **known)
    return rows.sort("detail").to_dicts()


def numbers(row):
    return row["n_affected_lower"], row["n_affected_upper"], row["n_at_risk"]


def test_leaving_out_a_trial_shows_the_other_alone():
    rows = rows_of(two_trials(), "leave_one_trial_out", "severe")
    assert [(row["detail"], *numbers(row)) for row in rows] == [("without A", 2, 2, 50), ("without B", 4, 4, 50)]
    assert [row["change"] for row in rows] == [pytest.approx(-0.02), pytest.approx(0.02)]


def of_trials(*counts):
    printed = Printed()
    for number, (affected, at_risk) in enumerate(counts):
        printed.document(f"T{number}").table().arm(f"T{number}.arm", 400.0, at_risk)
        printed.cell(f"T{number}.arm", "Edema", "any", affected)
    return printed


@pytest.mark.parametrize(("second", "robust"), [((50, 100), False), ((11, 100), True)])
def test_leaving_out_one_of_two_trials_is_judged_by_the_interval_of_their_total(second, robust):
    rows = rows_of(of_trials((10, 100), second), "leave_one_trial_out")
    assert [(row["method"], row["is_robust"]) for row in rows] == [("crude_total", robust)] * 2


def test_leaving_out_one_of_six_trials_refits_the_model_of_the_default_row():
    alike = ((8, 80), (9, 90), (10, 100), (7, 70), (9, 90))
    rows = rows_of(of_trials(*alike, (60, 80)), "leave_one_trial_out")
    outlier = next(row for row in rows if row["detail"] == "without T5")
    assert outlier["method"] == "random_effects_glmm"
    # The five others all count 10 %.
    assert outlier["incidence"] == pytest.approx(0.1, abs=1e-6)
    assert all(row["is_robust"] for row in rows_of(of_trials(*alike, (8, 80)), "leave_one_trial_out"))


def test_printed_3_to_4_and_3_or_worse_are_shown_apart():
    rows = rows_of(two_trials(), "severe_as_printed", "severe")
    assert [(row["detail"], *numbers(row)) for row in rows] == [
        ("only printed as 3-4: A", 4, 4, 50),
        ("only printed as >=3: B", 2, 2, 50),
    ]


def test_a_lower_bound_on_the_new_scale_reaches_up_to_everybody_with_the_event():
    (row,) = rows_of(two_trials(), "v4_03_scale", "severe")
    assert numbers(row) == (6, 22, 100)
    assert (row["detail"], row["change"], row["is_robust"]) == (
        "bounds on the v4.03 scale: A (lower_bound)",
        pytest.approx(0.16),
        False,
    )


@pytest.mark.parametrize(("relation", "expected"), [("upper_bound", (0, 4)), ("not_comparable", (0, 20))])
def test_other_relations_reach_down_to_nobody(relation, expected):
    printed = Printed().document("A", grading_system="CTC v2.0").table().arm("A.arm", 400.0, 50)
    printed.cell("A.arm", "Edema", "any", 20).cell("A.arm", "Edema", "3-4", 4, threshold_relation=relation)
    (row,) = rows_of(printed, "v4_03_scale", "severe")
    assert numbers(row) == (*expected, 50)


def test_counts_on_the_v4_03_scale_already_have_no_such_row():
    printed = Printed().document("A").table().arm("A.arm", 400.0, 50).cell("A.arm", "Edema", ">=3", 4)
    assert rows_of(printed, "v4_03_scale", "severe") == []


def test_two_attributions_are_shown_against_each_other():
    printed = Printed().document("A").table().arm("A.arm", 400.0, 50).cell("A.arm", "Edema", "any", 20)
    printed.document("B").table(attribution="all_causality").arm("B.arm", 400.0, 50)
    printed.cell("B.arm", "Edema", "any", 30)
    (row,) = rows_of(printed, "attribution", attribution="related")
    assert (row["detail"], *numbers(row)) == ("all_causality instead of related: B", 30, 30, 50)
    assert row["change"] == pytest.approx(0.2)


def test_a_report_that_is_not_used_can_stand_in_for_the_index_report():
    printed = Printed().document("A", "T").table().arm("T.arm", 400.0, 50).cell("T.arm", "Edema", "any", 20)
    printed.document("B", "T", document_priority=2).table("Abstract").arm("T.arm", 400.0, 48)
    printed.cell("T.arm", "Edema", "any", 24)
    (row,) = rows_of(printed, "other_report")
    assert (row["detail"], *numbers(row)) == ("T.arm from B, Abstract", 24, 24, 48)
    assert row["change"] == pytest.approx(0.1)


def test_a_rate_over_time_is_refused_with_its_reason():
    rows = rows_of(two_trials(), "exposure_adjusted_rate") + rows_of(two_trials(), "cumulative_incidence")
    assert len(rows) == 2
    assert all("no person-time" in row["detail"] and row["incidence"] is None for row in rows)
