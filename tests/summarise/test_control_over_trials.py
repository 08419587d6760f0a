"""A drug against its control over several randomised trials, stratified by trial."""

import polars as pl
import pytest
from printed_tables import Printed

# trial -> (affected, at risk) under the drug and under placebo
TWO_TRIALS = {"A": ((20, 100), (10, 100)), "B": ((15, 50), (5, 50))}


def trial(printed, name, *arms, term="Edema", grades="any", **document):
    """A trial with arms (drug, dose, affected, at risk); affected may be the two ends of bounds."""
    printed.document(name, **document).table()
    for number, (drug, dose, affected, at_risk) in enumerate(arms):
        lower, upper = affected if isinstance(affected, tuple) else (affected, affected)
        status = {} if lower == upper else {"cell_status": "derived_bounds"}
        printed.arm(f"{name}.{number}", dose, at_risk, drug=drug)
        printed.cell(f"{name}.{number}", term, grades, lower, upper=upper, **status)
    return printed


def against_placebo(trials=TWO_TRIALS, **known):
    printed = Printed()
    for name, ((a, n), (c, m)) in trials.items():
        trial(printed, name, ("imatinib", 400.0, a, n), ("placebo", None, c, m), **known)
    return printed


def only(rows, measure="risk_difference", **known):
    """The one row of the concept edema over all doses with these values."""
    chosen = {"level": "concept", "concept": "edema", "grade_band": "any", "measure": measure} | known
    of_all_doses = rows.filter(pl.col("dose_mg_per_day").is_null()).filter(**chosen)
    assert of_all_doses.height == 1, of_all_doses
    return of_all_doses.row(0, named=True)


def test_the_difference_from_placebo_weighs_the_differences_inside_trials():
    row = only(against_placebo().control_contrasts())
    # By hand: weights 50 and 25; (50 * 0.1 + 25 * 0.2) / 75.
    assert row["estimate"] == pytest.approx(0.4 / 3)
    assert (row["comparison"], row["drug"], row["comparator_drug"]) == ("drug_against_placebo", "imatinib", "placebo")
    assert (row["k_trials"], row["k_bounded"], row["trial_ids"]) == (2, 0, "A; B")
    assert (row["n_affected"], row["n_at_risk"], row["n_affected_comparator"], row["n_at_risk_comparator"]) == (
        35,
        150,
        15,
        150,
    )


def test_ratios_follow_mantel_and_haenszel():
    rows = against_placebo().control_contrasts()
    # By hand: (20*90/200 + 15*45/100) / (80*10/200 + 35*5/100) and (20*100/200 + 15*50/100) / (10*100/200 + 5*50/100).
    assert only(rows, "odds_ratio")["estimate"] == pytest.approx(15.75 / 5.75)
    assert only(rows, "risk_ratio")["estimate"] == pytest.approx(17.5 / 7.5)


def test_how_far_the_trials_differ_stands_beside_the_estimate():
    rows = against_placebo().control_contrasts()
    row = only(rows)
    # By hand: the differences 0.1 and 0.2 around 0.1333 with variances 0.0025 and 0.006.
    assert row["q"] == pytest.approx((0.1 - 0.4 / 3) ** 2 / 0.0025 + (0.2 - 0.4 / 3) ** 2 / 0.006)
    assert row["i2"] == pytest.approx(1 - 1 / row["q"])
    assert only(rows, "odds_ratio")["heterogeneity_method"] == "breslow-day, tarone"


def test_one_trial_is_not_stratified():
    assert against_placebo({"A": TWO_TRIALS["A"]}).control_contrasts().height == 0


def test_trials_that_were_not_randomised_are_not_compared():
    assert against_placebo(allocation="non_randomised").control_contrasts().height == 0


def test_arms_that_may_share_patients_are_on_no_side():
    printed = against_placebo()
    printed.arms[0]["may_overlap"] = True
    assert printed.control_contrasts().height == 0


def test_a_part_of_an_arm_is_not_added_to_its_whole():
    printed = against_placebo()
    printed.document("C").table().arm("C.0", 400.0, 100).cell("C.0", "Edema", "any", 30)
    printed.arm("C.1", None, 100, drug="placebo").cell("C.1", "Edema", "any", 10)
    printed.arm("C.old", 400.0, 40, subset_of="C.0").cell("C.old", "Edema", "any", 20)
    row = only(printed.control_contrasts())
    assert (row["n_affected"], row["n_at_risk"]) == (20 + 15 + 30, 250)


def test_trials_with_other_controls_are_other_comparisons():
    printed = against_placebo({"A": TWO_TRIALS["A"]})
    trial(printed, "B", ("imatinib", 400.0, 15, 50), ("nilotinib", None, 5, 50))
    assert printed.control_contrasts().height == 0
    trial(printed, "C", ("nilotinib", None, 5, 40), ("imatinib", 400.0, 15, 50))
    row = only(printed.control_contrasts())
    assert (row["comparison"], row["drug"], row["comparator_drug"], row["trial_ids"]) == (
        "drug_against_drug",
        "imatinib",
        "nilotinib",
        "B; C",
    )


def test_a_combination_is_compared_with_its_part_in_whichever_order_its_drugs_are_printed():
    printed = Printed()
    for name, first, second in (("A", "imatinib", "letrozole"), ("B", "letrozole", "imatinib")):
        printed.document(name).table()
        printed.arm(f"{name}.0", None, 100, drug=first, combination_drugs=second).cell(f"{name}.0", "Edema", "any", 30)
        printed.arm(f"{name}.1", None, 100, drug="letrozole", combination_drugs="placebo")
        printed.cell(f"{name}.1", "Edema", "any", 10)
    row = only(printed.control_contrasts())
    assert (row["comparison"], row["drug"], row["comparator_drug"]) == (
        "combination_against_part",
        "imatinib + letrozole",
        "letrozole",
    )
    assert row["estimate"] == pytest.approx(0.2)


def test_the_doses_of_a_trial_are_brought_together_so_that_its_placebo_counts_once():
    printed = against_placebo({"A": TWO_TRIALS["A"]})
    trial(printed, "B", ("imatinib", 400.0, 5, 50), ("imatinib", 800.0, 15, 50), ("placebo", None, 5, 50))
    rows = printed.control_contrasts()
    row = only(rows)
    assert (row["n_affected"], row["n_at_risk"], row["n_at_risk_comparator"]) == (40, 200, 150)
    # By hand: 20/100 v 10/100 with weight 50, 20/100 v 5/50 with weight 100 * 50 / 150.
    assert row["estimate"] == pytest.approx(0.1)
    # At 400 mg/day alone: 5/50 v 5/50 with weight 25; 800 mg/day is given in one trial only.
    doses = rows.filter(level="concept", measure="risk_difference").drop_nulls("dose_mg_per_day")
    assert doses["dose_mg_per_day"].to_list() == [400.0]
    assert doses["estimate"].to_list() == pytest.approx([50 * 0.1 / 75])


def test_a_trial_whose_doses_are_not_all_known_does_not_enter_the_row_of_all_doses():
    printed = against_placebo()
    printed.document("C").table().arm("C.0", 400.0, 100).cell("C.0", "Edema", "any", 90)
    printed.arm("C.1", 800.0, 100).arm("C.2", None, 100, drug="placebo").cell("C.2", "Edema", "any", 0)
    rows = printed.control_contrasts().filter(level="concept", measure="risk_difference", counts_used="counts")
    assert dict(rows.select("dose_mg_per_day", "trial_ids").iter_rows()) == {None: "A; B", 400.0: "A; B; C"}


def test_trials_known_within_bounds_stand_beside_the_counted_ones_and_carry_the_outer_limits():
    printed = against_placebo()
    trial(printed, "C", ("imatinib", 400.0, (10, 20), 100), ("placebo", None, (5, 10), 100))
    rows = printed.control_contrasts()
    counted, bounded = (only(rows, counts_used=used) for used in ("counts", "counts and bounds"))
    assert (counted["k_trials"], counted["k_bounded"], counted["is_default"]) == (2, 1, True)
    assert counted["estimate"] == pytest.approx(0.4 / 3)
    assert counted["caution"] == "1 further trial(s) known only within bounds: see the row with bounds"
    assert (bounded["k_trials"], bounded["is_default"], bounded["estimate"], bounded["p_value"]) == (
        3,
        False,
        None,
        None,
    )
    # By hand, weights 50, 25 and 50: the third trial's difference is 10 - 10 to 20 - 5 of 100.
    assert bounded["estimate_lower"] == pytest.approx((5 + 5 + 50 * 0.0) / 125)
    assert bounded["estimate_upper"] == pytest.approx((5 + 5 + 50 * 0.15) / 125)
    assert bounded["ci_lower"] < bounded["estimate_lower"] < bounded["estimate_upper"] < bounded["ci_upper"]
    assert "only within bounds" in bounded["state"]


def test_trials_known_only_within_bounds_have_their_outer_limits_and_no_test():
    arms = ("imatinib", 400.0, (10, 20), 100), ("placebo", None, (5, 10), 100)
    rows = trial(trial(Printed(), "A", *arms), "B", *arms).control_contrasts()
    row = only(rows)
    assert (row["counts_used"], row["is_default"], row["k_bounded"]) == ("counts and bounds", True, 2)
    assert (row["estimate_lower"], row["estimate_upper"]) == pytest.approx((0.0, 0.15))
    assert rows["p_value"].null_count() == rows.height


def test_of_two_trials_that_may_report_the_same_patients_the_larger_enters():
    three = TWO_TRIALS | {"C": ((15, 50), (6, 50))}
    row = only(against_placebo(three).control_contrasts(suspected=[("B", "C")]))
    assert (row["k_trials"], row["trial_ids"]) == (2, "A; B")
    assert row["caution"] == "left out: C, which may report the same patients as B (see suspected_duplicate)"


def test_two_trials_that_may_be_one_are_not_stratified():
    assert against_placebo().control_contrasts(suspected=[("A", "B")]).height == 0


def test_nobody_affected_has_a_difference_with_limits_of_a_width_and_no_ratio():
    rows = against_placebo({"A": ((0, 30), (0, 30)), "B": ((0, 40), (0, 40))}).control_contrasts()
    row = only(rows)
    assert row["estimate"] == 0.0
    assert row["ci_lower"] < 0 < row["ci_upper"]
    assert only(rows, "odds_ratio")["state"] == "undefined: 0 events in every trial"


def test_severe_events_of_different_editions_are_not_brought_together():
    printed = Printed()
    for name, edition in (("A", "CTC v2.0"), ("B", "CTCAE v4.03")):
        trial(printed, name, ("imatinib", 400.0, 9, 60), ("placebo", None, 4, 60), grades=">=3", grading_system=edition)
    assert printed.control_contrasts().filter(grade_band="severe", level="concept").height == 0


def test_a_printed_term_is_compared_too_however_its_letters_are_written():
    printed = Printed()
    for name, term in (("A", "Oedema peripheral"), ("B", "OEDEMA PERIPHERAL")):
        trial(printed, name, ("imatinib", 400.0, 20, 100), ("placebo", None, 10, 100), term=term)
    rows = printed.control_contrasts().filter(level="term", measure="risk_difference", grade_band="any")
    assert rows.filter(pl.col("dose_mg_per_day").is_null())["estimate"].to_list() == pytest.approx([0.1])


def test_p_values_are_adjusted_over_the_concepts_of_one_comparison():
    printed = Printed()
    for name in ("A", "B"):
        printed.document(name).table().arm(f"{name}.0", 400.0, 100).arm(f"{name}.1", None, 100, drug="placebo")
        for term, n in (("Edema", 30), ("Rash", 12)):
            printed.cell(f"{name}.0", term, "any", n).cell(f"{name}.1", term, "any", 10)
    rows = printed.control_contrasts().filter(level="concept", measure="risk_difference", grade_band="any")
    rows = rows.filter(pl.col("dose_mg_per_day").is_null())
    p, adjusted = (dict(rows.select("concept", name).iter_rows()) for name in ("p_value", "p_bh"))
    assert adjusted["edema"] == pytest.approx(2 * p["edema"])
    assert rows["family"].unique().to_list() == ["2 concepts that two or more trials compare"]
