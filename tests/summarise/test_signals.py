"""Which evidence makes a signal, and in which words."""

import polars as pl
import pytest
from printed_tables import Printed

from safety_pipeline.reference import load
from safety_pipeline.reference.assessment import designated_events
from safety_pipeline.reference.read import ReferenceDataError
from safety_pipeline.reference.signal_rules import signal_rules

RULES = "rank,rule,concept,drug,grade_band,assessment,basis,rationale,source\n"
CONDITIONS = "rule,evidence,comparison,value\n"


def two_doses(low, high, *, n=100, terms=("Edema",), trials=("A",), allocation="randomised"):
    printed = Printed()
    for trial in trials:
        printed.document(trial, allocation=allocation).table()
        printed.arm(f"{trial}.400", 400.0, n).arm(f"{trial}.800", 800.0, n)
        for term in terms:
            printed.cell(f"{trial}.400", term, "any", low).cell(f"{trial}.800", term, "any", high)
    return printed


def only(signals, **known):
    """The one signal on edema of any grade with these values."""
    rows = signals.filter(**{"concept": "edema", "grade_band": "any"} | known)
    assert rows.height == 1, rows
    return rows.row(0, named=True)


def test_a_clear_difference_after_adjustment_is_dose_associated():
    row = only(two_doses(5, 40).signals())
    assert (row["assessment"], row["rule"]) == ("dose_associated", "higher_after_benjamini_hochberg")
    assert row["basis"].startswith("Dose-associated in these tables: 35.0 percentage points (")


def test_fewer_patients_at_the_higher_dose_is_said_in_words():
    row = only(two_doses(40, 5).signals())
    assert row["assessment"] == "dose_associated"
    assert "fewer at the higher dose" in row["basis"]


def test_an_interval_around_no_difference_shows_none_and_excludes_none():
    row = only(two_doses(10, 12).signals())
    assert row["assessment"] == "no_dose_difference_shown"
    assert "differences inside the interval are not excluded" in row["basis"]


def test_a_signal_names_the_rows_of_both_doses_and_no_others():
    printed = two_doses(5, 40, terms=("Edema", "Rash"))
    row = only(printed.signals(), concept="edema")
    # The cells are numbered as they were written: edema at 400 and 800 mg, then rash.
    assert row["toxicity_ids"] == "t0000; t0001"


def test_several_printed_rows_of_one_concept_carry_no_difference():
    printed = two_doses(5, 40, terms=("Edema limbs", "Face edema"))
    for cell in printed.cells:
        cell["concept"] = "edema"
    row = only(printed.signals())
    assert (row["assessment"], row["risk_difference"]) == ("not_estimable", None)
    assert row["basis"].startswith("2 printed rows belong to the concept")
    assert row["row_label"] == "Edema limbs; Face edema"


def test_two_trials_of_the_same_doses_have_a_signal_together_and_one_each():
    signals = two_doses(5, 40, trials=("A", "B")).signals()
    row = only(signals, design="stratified")
    assert signals.filter(concept="edema", grade_band="any").height == 3
    assert (row["trial_id"], row["k_trials"], row["assessment"]) == ("A; B", 2, "dose_associated")
    assert row["toxicity_ids"] == "t0000; t0001; t0002; t0003"


def test_stratified_p_values_are_adjusted_over_the_concepts_compared():
    rows = two_doses(5, 40, trials=("A", "B"), terms=("Edema", "Rash")).contrasts()
    stratified = rows.filter(pl.col("trial_id").str.starts_with("stratified"), pl.col("measure") == "risk_difference")
    # Equal counts, so equal p-values: Benjamini-Hochberg leaves the larger of two equal ones as it is.
    assert stratified["p_bh"].to_list() == pytest.approx(stratified["p_value"].to_list())
    assert stratified["family"].unique().to_list() == ["2 concepts that two or more trials compare"]


def test_single_arms_are_never_compared_across_trials():
    printed = Printed()
    for trial, dose, n in (("A", 400.0, 5), ("B", 800.0, 40)):
        printed.document(trial, allocation="single_arm").table().arm(f"{trial}.1", dose, 100)
        printed.cell(f"{trial}.1", "Edema", "any", n)
    signals = printed.signals().filter(concept="edema", grade_band="any")
    assert signals["assessment"].unique().to_list() == ["not_estimable"]
    assert signals["rule"].unique().to_list() == ["single_arms_only"]


@pytest.mark.parametrize("allocation", ["non_randomised", None])
def test_two_arms_of_a_trial_that_is_not_known_to_be_randomised_are_no_single_arms(allocation):
    printed = Printed().document("A", allocation=allocation).table().arm("A.1", 400.0, 100).arm("A.2", 800.0, 100)
    printed.cell("A.1", "Edema", "any", 5).cell("A.2", "Edema", "any", 40)
    signals = printed.signals().filter(concept="edema", grade_band="any")
    assert signals.select("design", "rule").unique().rows() == [("arms not randomised", "arms_not_randomised")]
    assert "did not allot its patients at random, as far as is known" in signals["basis"][0]


def test_a_user_rule_with_a_lower_rank_decides_first(tmp_path):
    (tmp_path / "signal_rule.csv").write_text(
        RULES + "1,own,edema,*,any,dose_associated,Own: {difference} ({k_trials} trial).,ours,us\n"
    )
    (tmp_path / "signal_condition.csv").write_text(CONDITIONS + "own,posterior_prob_higher,above,0.6\n")
    signals = two_doses(10, 12, terms=("Edema", "Rash")).signals(signal_rules(tmp_path))
    assert only(signals, concept="edema")["basis"] == "Own: 2.0 (1 trial)."
    assert only(signals, concept="rash")["rule"] == "difference_with_its_interval"


def test_a_rule_may_ask_for_the_adjustment_of_sparse_tables(tmp_path):
    (tmp_path / "signal_rule.csv").write_text(
        RULES + "1,sparse,edema,*,*,dose_associated,Sparse: {difference}.,ours,us\n"
    )
    (tmp_path / "signal_condition.csv").write_text(CONDITIONS + "sparse,p_discrete_fdr,below,0.05\n")
    printed = two_doses(0, 5, n=10)
    for number in range(5):
        printed.cell("A.400", f"Rare {number}", "any", 0).cell("A.800", f"Rare {number}", "any", 1)
    row = only(printed.signals(signal_rules(tmp_path)))
    # By hand: 2 * C(10, 5) / C(20, 5) = 0.0325; six times that for Benjamini-Hochberg, whose interval decides later.
    assert (row["rule"], round(row["p_discrete_fdr"], 4), round(row["p_bh"], 3)) == ("sparse", 0.0325, 0.195)


def unmatched(low, high, term="Blue toes", **cell):
    """Two doses of one trial, and of each printed row one count; edema is known, the term is not."""
    printed = two_doses(5, 40)
    for dose, n in ((400, low), (800, high)):
        printed.cell(f"A.{dose}", term, "any", n, concept=None, concept_relation=None, **cell)
    return printed


def test_a_term_that_no_dictionary_knows_has_a_signal_by_its_words():
    row = only(unmatched(2, 40).signals(), concept="unmatched: blue toes")
    assert (row["tier"], row["assessment"], row["row_label"]) == ("other", "dose_associated", "Blue toes")
    # The cells are numbered as they were written: edema at both doses, then the term.
    assert row["toxicity_ids"] == "t0002; t0003"


def test_a_term_of_bounds_has_its_limits_and_no_assessment():
    row = only(unmatched(1, 4, upper=9).signals(), concept="unmatched: blue toes")
    assert (row["assessment"], row["rule"]) == ("not_estimable", "bounds_with_their_limits")


def test_terms_without_a_concept_are_a_family_of_their_own_and_change_no_other():
    rows = unmatched(2, 40).contrasts().filter(measure="risk_difference", grade_band="any")
    families = dict(rows.select("row_label", "family").unique().iter_rows())
    assert families["Blue toes"].startswith("1 terms without a concept of A, any, related")
    assert families["Edema"].startswith("1 main rows of A, any, related")
    alone = two_doses(5, 40).contrasts().filter(measure="risk_difference", grade_band="any")
    assert rows.filter(concept="edema").equals(alone)


def test_the_body_system_of_a_term_without_a_concept_is_that_of_its_source():
    rows = (
        unmatched(2, 40, body_system_as_reported="Skin").contrasts().filter(row_label="Blue toes", measure="odds_ratio")
    )
    assert rows["body_system"].unique().to_list() == ["Skin"]


def test_an_unknown_term_that_an_abstract_repeats_is_counted_from_the_table():
    printed = unmatched(2, 40).table("Abstract", table_kind="abstract")
    for dose, n in ((400, 2), (800, 40)):
        printed.cell(f"A.{dose}", "Blue toes", "any", n, concept=None, concept_relation=None)
    assert only(printed.signals(), concept="unmatched: blue toes")["risk_difference"] == pytest.approx(0.38)


def test_a_term_is_no_signal_where_it_counts_another_outcome():
    rows = unmatched(2, 40, outcome="discontinuation").signals()
    assert rows.filter(pl.col("concept").str.starts_with("unmatched")).height == 0


def test_doses_that_are_no_whole_numbers_are_named_as_they_are():
    printed = two_doses(5, 40)
    for arm, dose in zip(printed.arms, (7.0, 7.5), strict=True):
        arm["dose_mg_per_day"] = dose
    assert only(printed.signals())["scope"] == "7.5 against 7 mg/day, randomised within A, related"


def test_a_designated_event_that_no_concept_is_called_is_refused_with_a_hint(tmp_path):
    (tmp_path / "designated_event.csv").write_text("concept,listed_as,rationale,source\nseizures,,ours,us\n")
    known = [*designated_events(load().dim_concept().collect()["concept"].to_list()).concepts]
    with pytest.raises(ReferenceDataError, match="no concept is called 'seizures' \\(perhaps 'seizure'\\)"):
        designated_events(known, tmp_path)


def test_a_user_adds_designated_events(tmp_path):
    (tmp_path / "designated_event.csv").write_text("concept,listed_as,rationale,source\nnausea,,ours,us\n")
    known = load().dim_concept().collect()["concept"].to_list()
    assert {*designated_events(known, tmp_path).concepts} - {*designated_events(known).concepts} == {"nausea"}


def test_a_user_designates_a_term_that_no_concept_stands_for(tmp_path):
    (tmp_path / "designated_event.csv").write_text("concept,listed_as,rationale,source\n,Blue toes,ours,us\n")
    known = load().dim_concept().collect()["concept"].to_list()
    assert {*designated_events(known, tmp_path).terms} - {*designated_events(known).terms} == {"blue toes"}


def test_a_listed_term_is_designated_by_its_words_whether_or_not_a_concept_stands_for_it():
    signals = unmatched(2, 40, term="TORSADE DE POINTES").signals()
    assert only(signals, concept="unmatched: torsade de pointes")["tier"] == "designated"


def test_each_designated_event_says_where_it_was_read_and_what_was_not_checked():
    known = load().dim_concept().collect()["concept"].to_list()
    events = designated_events(known)
    assert {"anaphylaxis", "typhlitis", "seizure"} <= {*events.concepts}
    assert {"agranulocytosis", "drug-induced liver injury", "ventricular fibrillation"} <= {*events.terms}
    assert len(events.terms) == 61


@pytest.mark.parametrize(
    ("rule", "condition", "fault"),
    [
        ("1,own,*,*,*,harmful,Text.,r,s", "", "assessment is not one of"),
        ("1,own,*,*,*,dose_associated,{odds}.,r,s", "", "its basis names \\['odds'\\]"),
        ("x,own,*,*,*,dose_associated,Text.,r,s", "", "rank 'x' is not a whole number"),
        ("1,own,*,*,*,dose_associated,Text.,r,s", "own,mood,above,1", "evidence 'mood'"),
        ("1,own,*,*,*,dose_associated,Text.,r,s", "own,p_bh,near,1", "comparison 'near'"),
        ("1,own,*,*,*,dose_associated,Text.,r,s", "own,p_bh,below,small", "compares no numbers"),
        ("1,own,*,*,*,dose_associated,Text.,r,s", "owm,p_bh,below,0.1", "no rule is called \\['owm'\\]"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused_by_name(tmp_path, rule, condition, fault):
    (tmp_path / "signal_rule.csv").write_text(RULES + rule + "\n")
    (tmp_path / "signal_condition.csv").write_text(CONDITIONS + condition + "\n")
    with pytest.raises(ReferenceDataError, match=fault):
        signal_rules(tmp_path)
