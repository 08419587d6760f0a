"""Doses compared inside randomised trials, and over several of them stratified by trial."""

import polars as pl
import pytest
from printed_tables import Printed

from safety_pipeline.summarise.comparisons import contrasts

# trial -> (affected, at risk) at 400 mg and at 800 mg
TWO_TRIALS = {"A": ((10, 100), (20, 100)), "B": ((5, 50), (15, 50))}


def randomised(trials=TWO_TRIALS, allocation="randomised", grades="any", **cell):
    printed = Printed()
    for name, arms in trials.items():
        printed.document(name, allocation=allocation).table()
        for dose, (affected, at_risk) in zip((400, 800), arms, strict=True):
            printed.arm(f"{name}.{dose}", float(dose), at_risk)
            printed.cell(f"{name}.{dose}", "Edema", grades, affected, **cell)
    return printed


def stratified_row(printed, measure):
    rows = printed.contrasts().filter(trial_id="stratified: A; B", measure=measure)
    assert rows["ci_method"].is_unique().all()
    return rows.row(0, named=True)


def test_a_stratified_risk_difference_weighs_the_differences_inside_trials():
    row = stratified_row(randomised(), "risk_difference")
    # By hand: weights 50 and 25; (50 * 0.1 + 25 * 0.2) / 75.
    assert row["estimate"] == pytest.approx(0.4 / 3)
    assert (row["row_label"], row["dose_low"], row["dose_high"]) == ("edema", 400.0, 800.0)
    assert (row["n_affected_low"], row["n_at_risk_low"], row["n_affected_high"], row["n_at_risk_high"]) == (
        15,
        150,
        35,
        150,
    )


def test_a_stratified_odds_ratio_and_risk_ratio_follow_mantel_and_haenszel():
    printed = randomised()
    # By hand: (20*90/200 + 15*45/100) / (80*10/200 + 35*5/100) and (20*100/200 + 15*50/100) / (10*100/200 + 5*50/100).
    assert stratified_row(printed, "odds_ratio")["estimate"] == pytest.approx(15.75 / 5.75)
    assert stratified_row(printed, "risk_ratio")["estimate"] == pytest.approx(17.5 / 7.5)


def test_the_stratified_slope_is_per_100_mg_and_takes_each_trial_at_its_own_level():
    row = stratified_row(randomised(), "trend")
    # 400 mg apart: four steps of 100 mg/day multiply to about the common odds ratio.
    assert 2.718281828 ** (4 * row["estimate"]) == pytest.approx(15.75 / 5.75, rel=0.02)
    assert row["ci_method"].startswith("logistic with an intercept a trial")


def test_a_one_stage_model_has_the_slope_inside_trials_where_they_are_many():
    counts = {name: ((10 + 3 * n, 100 + 10 * n), (20 + 3 * n, 90 + 5 * n)) for n, name in enumerate("ABCDE")}
    rows = randomised(counts).contrasts().filter(trial_id="stratified: A; B; C; D; E", measure="trend")
    fixed, one_stage = rows.sort("ci_method")["estimate"].to_list()
    assert one_stage == pytest.approx(fixed, rel=0.02)


def test_a_one_stage_model_of_two_trials_says_why_it_has_no_figure():
    row = randomised().contrasts().filter(pl.col("ci_method").str.starts_with("one stage")).row(0, named=True)
    assert (row["estimate"], row["state"][:13]) == (None, "not estimable")


def test_how_far_the_trials_differ_stands_beside_the_stratified_estimate():
    row = stratified_row(randomised(), "risk_difference")
    # By hand: the differences 0.1 and 0.2 around 0.1333 with variances 0.0025 and 0.006.
    assert row["q"] == pytest.approx((0.1 - 0.4 / 3) ** 2 / 0.0025 + (0.2 - 0.4 / 3) ** 2 / 0.006)
    assert (row["i2"], row["heterogeneity_method"]) == (pytest.approx(1 - 1 / row["q"]), "q")
    assert stratified_row(randomised(), "odds_ratio")["heterogeneity_method"] == "breslow-day, tarone"
    assert 0 < stratified_row(randomised(), "trend")["heterogeneity_p"] < 1


def test_trials_whose_contrasts_were_made_apart_are_stratified_together():
    systems = pl.LazyFrame(schema={"concept": pl.String, "body_system": pl.String})
    made = [randomised({name: arms}).sources() for name, arms in TWO_TRIALS.items()]
    within = pl.concat([contrasts.dose_contrast(each, systems) for each in made])
    rows = contrasts.with_stratified(within, pl.concat([each.arm for each in made])).collect()
    assert rows.filter(trial_id="stratified: A; B").equals(randomised().contrasts().filter(trial_id="stratified: A; B"))


def test_of_two_trials_that_may_report_the_same_patients_the_larger_is_stratified():
    trials = TWO_TRIALS | {"C": ((5, 50), (16, 50))}
    pairs = pl.LazyFrame({"trial_id": ["B", "C"], "other_trial_id": ["C", "B"]})
    rows = randomised(trials).contrasts(pairs).filter(pl.col("trial_id").str.starts_with("stratified"))
    assert rows["trial_id"].unique().to_list() == ["stratified: A; B"]
    assert rows["caution"].unique().to_list() == [
        "left out: C, which may report the same patients as B (see suspected_duplicate)"
    ]


def test_a_concept_with_a_counted_and_a_bounded_row_in_a_trial_is_not_stratified_by_the_counted_one():
    printed = randomised()
    for dose in (400, 800):
        printed.cell(f"B.{dose}", "Edema limbs", "any", 3, upper=9, concept="edema")
    assert not printed.contrasts()["trial_id"].str.starts_with("stratified").any()


def test_one_trial_is_not_stratified():
    rows = randomised({"A": TWO_TRIALS["A"]}).contrasts()
    assert not rows["trial_id"].str.starts_with("stratified").any()


def test_trials_that_were_not_randomised_are_not_compared():
    assert randomised(allocation="single_arm").contrasts().height == 0


def test_the_same_trend_in_trials_of_different_levels_is_not_reversed_by_adding_up():
    # Adding the columns would show less edema at 800 mg: 62/220 at 400 mg against 38/220 at 800 mg.
    reversed_by_adding = {"A": ((2, 20), (30, 200)), "B": ((60, 200), (8, 20))}
    row = stratified_row(randomised(reversed_by_adding), "risk_difference")
    assert row["estimate"] > 0


def test_severe_counts_of_different_editions_are_not_stratified_together():
    printed = Printed()
    for name, edition in (("A", "CTC v2.0"), ("B", "CTCAE v4.03")):
        printed.document(name, grading_system=edition).table()
        for dose, n in ((400, 4), (800, 9)):
            printed.arm(f"{name}.{dose}", float(dose), 60).cell(f"{name}.{dose}", "Edema", ">=3", n)
    assert not printed.contrasts()["trial_id"].str.starts_with("stratified").any()


def test_the_mid_p_value_stands_beside_the_exact_one_and_is_smaller():
    rows = randomised().contrasts().filter(trial_id="A", measure="odds_ratio")
    p = dict(rows.select("p_method", "p_value").iter_rows())
    assert p["fisher, mid-p"] < p["fisher, minimum likelihood"]
    assert rows.filter(p_method="fisher, mid-p")["p_bh"].null_count() == 1


def test_nobody_affected_gives_a_difference_and_no_ratio():
    rows = randomised({"A": ((0, 50), (0, 50))}).contrasts()
    assert rows.filter(ci_method="newcombe hybrid score")["estimate"].to_list() == [0.0]
    assert rows.filter(measure="odds_ratio")["state"].str.starts_with("undefined").all()
    assert rows["p_value"].null_count() == rows.height


def test_arms_that_may_hold_the_same_patients_are_not_compared():
    printed = Printed().document("A", allocation="randomised").table()
    for dose, affected in ((400, 10), (800, 20)):
        printed.arm(f"A.{dose}", float(dose), 100, may_overlap=True).cell(f"A.{dose}", "Edema", "any", affected)
    assert printed.contrasts().filter(concept="edema").height == 0
