"""Trials of one dose brought together: the k rules, their defaults and cautions, and what is never added up."""

import polars as pl
import pytest
from printed_tables import Printed

from safety_pipeline.summarise import by_dose
from safety_pipeline.summarise.doubts import suspicions


def trials(*counts, dose=400.0, **document):
    printed = Printed()
    for number, (affected, at_risk) in enumerate(counts):
        name = f"T{number}"
        printed.document(name, **document).table().arm(f"{name}.arm", dose, at_risk)
        printed.cell(f"{name}.arm", "Edema", "any", affected)
    return printed


def rows_of(printed, band="any"):
    return printed.by_dose().filter(concept="edema", grade_band=band, stratum="all")


def default_of(printed, band="any"):
    rows = rows_of(printed, band).filter("is_default")
    assert rows.height == 1
    return rows.row(0, named=True)


def test_one_trial_is_its_own_estimate():
    row = default_of(trials((10, 40)))
    assert (row["method"], row["k_trials"], row["incidence"]) == ("single_trial", 1, 0.25)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_below_five_trials_the_range_is_the_default(k):
    row = default_of(trials(*[(5 + number, 40) for number in range(k)]))
    assert (row["method"], row["incidence"]) == ("trial_range", None)
    assert (row["range_lower"], row["range_upper"]) == (5 / 40, (4 + k) / 40)
    assert (row["ci_lower"], row["ci_upper"], row["ci_method"]) == (None, None, None)


def test_models_of_two_trials_carry_no_weight():
    rows = rows_of(trials((5, 40), (15, 40)))
    caution = rows.filter(method="random_effects_reml")["caution"].item()
    assert "two trials: carries no weight" in caution


def test_models_of_three_trials_are_unstable_and_have_a_prediction_interval():
    rows = rows_of(trials((5, 40), (15, 40), (9, 40)))
    model = rows.filter(method="random_effects_glmm").row(0, named=True)
    assert "unstable" in model["caution"]
    assert model["prediction_lower"] < model["ci_lower"]
    assert rows_of(trials((5, 40), (15, 40)))["prediction_lower"].null_count() == 7


def test_from_five_trials_the_random_intercept_model_is_the_default():
    row = default_of(trials((5, 40), (15, 40), (9, 40), (12, 50), (7, 30)))
    assert (row["method"], row["converged"]) == ("random_effects_glmm", True)
    assert row["ci_lower"] < row["incidence"] < row["ci_upper"]


def test_the_default_interval_has_t_limits_and_the_wider_prediction_is_of_the_same_model():
    row = default_of(trials(*[(1, 30), *[(0, 30)] * 9]))
    assert row["method"] == "random_effects_glmm"
    # Without heterogeneity the fit is the crude total: logit of 1/300, standard error sqrt(1 + 1/299), t with 9 df.
    assert row["incidence"] == pytest.approx(1 / 300, rel=1e-6)
    assert (row["ci_lower"], row["ci_upper"]) == (pytest.approx(0.000347, abs=2e-6), pytest.approx(0.0312, abs=2e-4))
    assert row["prediction_lower"] <= row["ci_lower"] < row["ci_upper"] <= row["prediction_upper"]


@pytest.mark.parametrize("k", [2, 5, 10])
def test_without_an_event_in_any_trial_the_total_keeps_an_exact_interval_and_nothing_is_modelled(k):
    rows = rows_of(trials(*[(0, 30)] * k))
    row = rows.filter("is_default").row(0, named=True)
    assert (row["method"], row["incidence"], row["ci_lower"]) == ("exact_total", 0.0, 0.0)
    # The exact upper limit of 0/N is 1 - 0.025^(1/N).
    assert row["ci_upper"] == pytest.approx(1 - 0.025 ** (1 / (30 * k)))
    assert "no event in any trial" in row["caution"]
    assert set(rows["method"]) == {"exact_total", "trial_range", "crude_total"}
    assert rows["i2"].null_count() == rows.height


def test_where_everybody_is_affected_in_every_trial_the_upper_limit_is_1():
    row = default_of(trials(*[(30, 30)] * 6))
    assert (row["method"], row["incidence"], row["ci_upper"]) == ("exact_total", 1.0, 1.0)
    assert row["ci_lower"] == pytest.approx(0.025 ** (1 / 180))


def test_trials_that_differ_beyond_one_incidence_show_their_range():
    rows = rows_of(trials(*[(0, 300)] * 4, (200, 300)))
    row = rows.filter("is_default").row(0, named=True)
    assert (row["method"], row["range_lower"], row["range_upper"]) == ("trial_range", 0.0, 200 / 300)
    assert "fallback" in row["caution"]
    model = rows.filter(method="random_effects_glmm").row(0, named=True)
    assert "differ so much" in model["caution"]


def test_a_half_event_added_to_a_trial_without_one_is_said_and_never_the_default():
    rows = rows_of(trials((0, 40), (3, 40), (2, 40), (4, 50), (1, 30)))
    reml = rows.filter(method="random_effects_reml").row(0, named=True)
    assert (reml["is_default"], "half an event" in reml["caution"]) == (False, True)


def test_a_crude_total_of_several_trials_never_has_an_interval():
    row = rows_of(trials((5, 40), (15, 40))).filter(method="crude_total").row(0, named=True)
    assert (row["incidence"], row["ci_lower"], row["ci_upper"]) == (0.25, None, None)
    assert "crude" in row["caution"]


def test_drugs_given_together_are_not_pooled_with_the_drug_alone():
    printed = trials((5, 40))
    printed.document("C").table().arm("C.arm", 400.0, 50, combination_drugs="trastuzumab")
    printed.cell("C.arm", "Edema", "any", 30)
    rows = rows_of(printed).filter("is_default")
    assert sorted(rows.select("drug", "n_at_risk").rows()) == [("imatinib", 40), ("imatinib + trastuzumab", 50)]


def test_attributions_are_never_mixed():
    printed = trials((5, 40))
    printed.document("C").table(attribution="all_causality").arm("C.arm", 400.0, 50)
    printed.cell("C.arm", "Edema", "any", 30)
    totals = rows_of(printed).filter("is_default").select("attribution", "n_affected_lower").rows()
    assert sorted(totals) == [("all_causality", 30), ("related", 5)]


def test_severe_counts_of_another_scale_have_a_total_and_no_model():
    printed = Printed()
    for name in ("A", "B"):
        printed.document(name, grading_system="CTC v2.0").table().arm(f"{name}.arm", 400.0, 40)
        printed.cell(f"{name}.arm", "Edema", "3-4", 3, threshold_relation="lower_bound")
    rows = rows_of(printed, "severe")
    assert set(rows["method"]) == {"trial_range", "crude_total"}
    assert rows["caution"].str.contains("another scale").all()


def with_a_hidden_trial():
    printed = trials((6, 40), (8, 60))
    printed.document("H").table(threshold_percent=5.0, threshold_operator=">=", threshold_scope="any_arm")
    return printed.arm("H.arm", 400.0, 100).cell("H.arm", "Nausea", "any", 50)


def test_a_trial_below_its_threshold_pulls_the_censored_estimate_down():
    rows = rows_of(with_a_hidden_trial())
    available = rows.filter(method="random_effects_glmm").row(0, named=True)
    censored = rows.filter(method="censored_beta_binomial").row(0, named=True)
    assert (available["k_trials"], available["k_bounded"]) == (2, 1)
    assert (censored["k_trials"], censored["n_affected_lower"], censored["n_affected_upper"]) == (3, 14, 18)
    assert censored["incidence"] < available["incidence"]
    assert "below the reporting threshold" in censored["caution"]


def test_an_available_case_estimate_says_that_it_is_biased_upward():
    rows = rows_of(with_a_hidden_trial())
    available = rows.filter(~pl.col("method").str.starts_with("censored"))
    assert available["caution"].str.contains("biased upward: 1 trial").all()
    assert not rows.filter(pl.col("method").str.starts_with("censored"))["caution"].str.contains("biased").any()


def test_the_censored_estimate_is_the_default_from_five_trials_on():
    printed = trials((6, 40), (8, 60), (5, 50))
    for name in ("H", "I", "J"):
        printed.document(name).table(threshold_percent=5.0, threshold_operator=">=", threshold_scope="any_arm")
        printed.arm(f"{name}.arm", 400.0, 100).cell(f"{name}.arm", "Nausea", "any", 50)
    row = default_of(printed)
    assert (row["method"], row["k_trials"], row["k_bounded"]) == ("censored_logit_normal", 6, 3)
    assert row["ci_lower"] < row["incidence"] < row["ci_upper"]
    assert row["prediction_lower"] <= row["ci_lower"] < row["ci_upper"] <= row["prediction_upper"]


def test_with_fewer_trials_it_is_not():
    assert default_of(with_a_hidden_trial())["method"] == "trial_range"


def test_without_a_hidden_trial_there_is_no_censored_estimate():
    assert not rows_of(trials((6, 40), (8, 60)))["method"].str.starts_with("censored").any()


def test_a_dose_known_only_within_bounds_shows_them_and_no_incidence():
    printed = Printed()
    printed.document("A").table().arm("A.400", 400.0, 100)
    printed.cell("A.400", "Edema", "any", 3, upper=8, cell_status="derived_bounds")
    row = default_of(printed)
    assert (row["method"], row["k_trials"], row["k_bounded"], row["trial_ids"]) == ("bounds", 0, 1, "A")
    assert (row["n_affected_lower"], row["n_affected_upper"], row["n_at_risk"]) == (3, 8, 100)
    assert row["incidence"] is None
    # Wilson by hand: the lower limit of 3/100 and the upper one of 8/100.
    assert (row["ci_lower"], row["ci_upper"]) == (pytest.approx(0.01025, abs=5e-5), pytest.approx(0.15000, abs=5e-5))
    assert "known only within bounds" in row["caution"]


def test_bounds_of_two_trials_are_added_without_an_interval():
    printed = Printed()
    for name in ("A", "B"):
        printed.document(name).table().arm(f"{name}.400", 400.0, 100)
        printed.cell(f"{name}.400", "Edema", "any", 3, upper=8, cell_status="derived_bounds")
    row = default_of(printed)
    assert (row["n_affected_lower"], row["n_affected_upper"], row["n_at_risk"]) == (6, 16, 200)
    assert (row["ci_lower"], row["ci_method"]) == (None, None)


def test_a_counted_trial_is_shown_without_the_bounds_of_others():
    printed = Printed()
    printed.document("A").table().arm("A.400", 400.0, 100).cell("A.400", "Edema", "any", 10)
    printed.document("B").table().arm("B.400", 400.0, 100)
    printed.cell("B.400", "Edema", "any", 3, upper=8, cell_status="derived_bounds")
    row = default_of(printed)
    assert (row["method"], row["n_affected_upper"], row["n_at_risk"], row["k_bounded"]) == ("single_trial", 10, 100, 1)


def test_some_listed_terms_bound_the_concept_from_below():
    printed = Printed()
    printed.document("A").table().arm("A.400", 400.0, 100)
    printed.cell("A.400", "Edema", "any", 3, upper=8, cell_status="derived_bounds", concept_relation="subset")
    row = default_of(printed)
    assert (row["method"], row["n_affected_lower"], row["n_affected_upper"]) == ("bounds", 3, 100)
    assert "others may be hidden" in row["caution"]


def periods(*, may_overlap):
    """One trial that counts its patients twice at one dose, and once at another."""
    printed = Printed().document("T", allocation="randomised").table()
    for name, dose, affected in (("T.one", 400.0, 5), ("T.two", 400.0, 7), ("T.high", 800.0, 9)):
        printed.arm(name, dose, 40, may_overlap=may_overlap).cell(name, "Edema", "any", affected)
    return printed


def at_400(printed):
    return rows_of(printed).filter("is_default", dose_mg_per_day=400.0).row(0, named=True)


def test_arms_of_one_trial_at_one_dose_are_added():
    row = at_400(periods(may_overlap=False))
    assert (row["method"], row["n_affected_lower"], row["n_at_risk"]) == ("single_trial", 12, 80)


def test_arms_that_may_hold_the_same_patients_are_not_added():
    row = at_400(periods(may_overlap=True))
    assert (row["method"], row["k_trials"], row["n_at_risk"]) == ("not_estimable", 0, None)
    assert "may hold the same patients" in row["caution"]


def test_one_such_arm_at_a_dose_counts_by_itself():
    rows = rows_of(periods(may_overlap=True)).filter("is_default", dose_mg_per_day=800.0)
    assert rows.select("method", "n_affected_lower", "n_at_risk").rows() == [("single_trial", 9, 40)]


def test_an_estimate_over_trials_that_may_report_the_same_patients_says_so():
    printed = Printed()
    for name in ("A", "B", "C"):
        printed.document(name).table().arm(f"{name}.400", 400.0, 100).cell(f"{name}.400", "Edema", "any", 10)
    arm = printed.sources().arm
    found = pl.LazyFrame({"document_id": ["A"], "other_document_id": ["C"]})
    rows = by_dose.incidence_by_dose(printed.by_arm().lazy(), arm, suspicions.suspected_trials(found, arm)).collect()
    together = rows.filter(stratum="all", method="crude_total")["caution"].to_list()
    assert all("may report the same patients" in caution for caution in together) and together
    assert "may report" not in (printed.by_dose().filter(method="crude_total", stratum="all")["caution"].item() or "")
