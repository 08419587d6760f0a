"""Comparisons inside randomised trials: drug against control, combinations, and the lines of registers."""

import pytest
from printed_tables import Printed


def two_arms(first, second, **document):
    """A trial whose arms are given as (drug, combination, affected of 100); edema of any grade."""
    printed = Printed().document("A", **document).table()
    for name, (drug, together, affected) in (("A.1", first), ("A.2", second)):
        printed.arm(name, None, 100, drug=drug, combination_drugs=together).cell(name, "Edema", "any", affected)
    return printed


def difference(printed, **known):
    rows = printed.arm_contrasts().filter(measure="risk_difference", ci_method="newcombe hybrid score", **known)
    assert rows.height == 1, rows
    return rows.row(0, named=True)


@pytest.mark.parametrize(
    ("first", "second", "comparison", "arm"),
    [
        (("imatinib", None, 30), ("placebo", None, 10), "drug_against_placebo", "A.1"),
        (("placebo", None, 10), ("imatinib", None, 30), "drug_against_placebo", "A.2"),
        (("imatinib", "placebo", 10), ("imatinib", "trastuzumab", 30), "combination_against_part", "A.2"),
        (("nilotinib", None, 10), ("imatinib", None, 30), "drug_against_drug", "A.2"),
    ],
)
def test_arms_that_are_given_different_drugs_are_compared_the_one_with_more_first(first, second, comparison, arm):
    row = difference(two_arms(first, second))
    assert (row["comparison"], row["arm_id"], row["estimate"]) == (comparison, arm, pytest.approx(0.2))
    assert row["p_bh"] == row["p_value"]


def test_arms_given_the_same_drug_are_left_to_the_dose_contrasts():
    assert two_arms(("imatinib", None, 30), ("imatinib", None, 10)).arm_contrasts().height == 0


@pytest.mark.parametrize("allocation", ["non_randomised", "not_stated", "single_arm"])
def test_only_arms_of_a_randomised_trial_are_compared(allocation):
    printed = two_arms(("imatinib", None, 30), ("placebo", None, 10), allocation=allocation)
    assert printed.arm_contrasts().height == 0


def test_an_arm_whose_drug_is_not_known_is_not_compared():
    assert two_arms((None, None, 30), ("placebo", None, 10)).arm_contrasts().height == 0


def register(*lines, doses=(100.0, 200.0), threshold=5.0, term="Edema"):
    """A randomised register record; each line is (seriousness, affected in the two arms of 100)."""
    printed = Printed().document("A")
    shown = {"threshold_percent": threshold, "threshold_operator": ">", "threshold_scope": "any_arm"}
    printed.table("Other", table_kind="register_other", **(shown if threshold is not None else {}))
    printed.table("Serious", table_kind="register_serious")
    for name, dose in zip(("A.low", "A.high"), doses, strict=True):
        printed.arm(name, dose, 100)
    for seriousness, affected in lines:
        for name, n in zip(("A.low", "A.high"), affected, strict=True):
            table = {"serious": "Serious", "other": "Other"}[seriousness]
            printed.cell(name, term, "any", n, seriousness=seriousness, table_label=table)
    return printed


def of_doses(printed):
    return printed.contrasts().filter(measure="risk_difference", ci_method="newcombe hybrid score").to_dicts()


def test_a_preferred_term_without_a_serious_line_is_counted_by_its_other_line():
    (row,) = of_doses(register(("other", (20, 35))))
    assert (row["n_affected_low"], row["n_affected_high"], row["estimate"]) == (20, 35, pytest.approx(0.15))


def test_serious_and_other_patients_of_a_term_are_bounds_with_the_outer_limits():
    (row,) = of_doses(register(("serious", (5, 10)), ("other", (20, 35))))
    assert (row["n_affected_low"], row["n_affected_low_min"], row["n_affected_low_max"]) == (None, 20, 25)
    assert (row["estimate"], row["p_value"], row["p_bh"]) == (None, None, None)
    # 35 - 25 to 45 - 20 points.
    assert (row["estimate_lower"], row["estimate_upper"]) == (pytest.approx(0.10), pytest.approx(0.25))
    narrow = (
        of_doses(register(("other", (25, 35))))[0]["ci_lower"],
        of_doses(register(("other", (20, 45))))[0]["ci_upper"],
    )
    assert (row["ci_lower"], row["ci_upper"]) == narrow
    assert "only within bounds" in row["state"]


def test_a_term_is_the_same_in_both_tables_however_it_is_written():
    printed = register(("serious", (5, 10)), ("other", (20, 35)))
    for cell in printed.cells[:2]:
        cell["term_as_reported"] = "EDEMA "
    (row,) = of_doses(printed)
    assert (row["row_label"], row["n_affected_low_min"], row["n_affected_low_max"]) == ("Edema", 20, 25)


def test_a_term_with_a_serious_line_only_may_have_as_many_more_patients_as_the_threshold_hides():
    (row,) = of_doses(register(("serious", (5, 10))))
    low, high = ("n_affected_low_min", "n_affected_low_max"), ("n_affected_high_min", "n_affected_high_max")
    # More than 5 % of 100 are listed, so at most 5 are not.
    assert ([row[name] for name in low], [row[name] for name in high]) == ([5, 10], [10, 15])
    assert (row["estimate_lower"], row["estimate_upper"]) == (pytest.approx(0.0), pytest.approx(0.10))


def test_where_every_other_event_is_listed_a_serious_line_alone_counts_all_patients():
    (row,) = of_doses(register(("serious", (5, 10)), threshold=0.0))
    assert (row["n_affected_low"], row["n_affected_high"], row["estimate"]) == (5, 10, pytest.approx(0.05))
    assert row["p_value"] is not None


def test_a_term_with_a_serious_line_only_is_not_compared_where_nothing_bounds_the_other_patients():
    assert of_doses(register(("serious", (5, 10)), threshold=None)) == []


@pytest.mark.parametrize(("threshold", "bounds"), [(5.0, [20, 100]), (None, [20, 100]), (0.0, [20, 25])])
def test_the_totals_of_a_register_are_any_event_which_a_threshold_leaves_open(threshold, bounds):
    printed = register(("serious", (5, 10)), ("other", (20, 35)), threshold=threshold, term="Any_event")
    (row,) = of_doses(printed)
    assert [row["n_affected_low_min"], row["n_affected_low_max"]] == bounds


def test_two_arms_in_which_nobody_is_known_to_be_affected_are_not_compared_unless_it_is_certain():
    assert of_doses(register(("serious", (0, 0)))) == []
    assert len(of_doses(register(("serious", (0, 0)), threshold=0.0))) == 1


def test_a_serious_line_of_a_drug_is_compared_with_placebo():
    printed = register(("serious", (5, 10)), threshold=0.0)
    printed.arms[0]["drug"] = "placebo"
    row = difference(printed)
    assert (row["comparison"], row["n_affected"], row["n_affected_comparator"]) == ("drug_against_placebo", 10, 5)


def test_a_register_line_makes_a_signal_of_its_randomised_trial():
    signals = register(("other", (5, 45))).signals().filter(concept="edema", grade_band="any")
    assert signals.select("design", "assessment").rows() == [("randomised", "dose_associated")]
