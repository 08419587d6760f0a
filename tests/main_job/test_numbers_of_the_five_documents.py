"""The numbers a clinician can check by hand in the five papers, after the whole graph has run."""

import polars as pl
import pytest
from lakes import published


def arm_row(lake, arm_id, concept, band):
    rows = published(lake, "incidence_by_arm").filter(arm_id=arm_id, concept=concept, grade_band=band)
    assert rows.height == 1
    return rows.row(0, named=True)


# (arm, concept, band) -> (affected, at risk, status), from Table 3 of the 2002 article and Table 2 of the KIT trial
PRINTED = {
    ("B2222.400", "edema", "any"): (52, 73, "observed"),
    ("B2222.400", "edema", "severe"): (1, 73, "observed"),
    ("B2222.400", "haemorrhage", "any"): (8, 73, "observed"),
    ("B2222.400", "haemorrhage", "severe"): (3, 73, "observed"),
    ("B2222.400", "rash", "any"): (18, 73, "observed"),
    ("B2222.400", "rash", "severe"): (2, 73, "observed"),
    ("B2222.600", "edema", "any"): (57, 74, "observed"),
    ("B2222.600", "edema", "severe"): (1, 74, "observed"),
    ("B2222.600", "haemorrhage", "any"): (10, 74, "observed"),
    ("B2222.600", "haemorrhage", "severe"): (4, 74, "observed"),
    ("B2222.600", "rash", "any"): (27, 74, "observed"),
    ("B2222.600", "rash", "severe"): (2, 74, "observed"),
    ("NCT02461849.400", "edema", "any"): (5, 17, "observed"),
    ("NCT02461849.400", "edema", "severe"): (0, 17, "zero_by_statement"),
    ("NCT02461849.400", "rash", "any"): (3, 17, "observed"),
    ("NCT02461849.400", "rash", "severe"): (1, 17, "observed"),
    ("NCT02461849.400", "haemorrhage", "severe"): (0, 17, "zero_by_statement"),
    ("NCT02461849.400", "any_event", "severe"): (2, 17, "observed"),
}


@pytest.mark.parametrize(("key", "expected"), PRINTED.items(), ids=lambda value: "-".join(map(str, value)))
def test_a_printed_count_arrives_as_printed(shipped_lake, key, expected):
    row = arm_row(shipped_lake, *key)
    affected, at_risk, status = expected
    assert (row["n_affected_lower"], row["n_affected_upper"], row["n_at_risk"]) == (affected, affected, at_risk)
    assert row["reporting_status"] == status
    assert row["incidence"] == pytest.approx(affected / at_risk)


def test_the_printed_grade_label_tells_3_to_4_and_3_or_worse_apart(shipped_lake):
    assert arm_row(shipped_lake, "B2222.400", "rash", "severe")["grade_band_as_reported"] == "3-4"
    assert arm_row(shipped_lake, "NCT02461849.400", "rash", "severe")["grade_band_as_reported"] == ">=3"


def test_haemorrhage_of_any_grade_is_not_tabulated_in_the_kit_trial(shipped_lake):
    row = arm_row(shipped_lake, "NCT02461849.400", "haemorrhage", "any")
    assert (row["reporting_status"], row["incidence"]) == ("not_tabulated", None)
    assert (row["n_affected_lower"], row["n_affected_upper"]) == (0, 17)


def test_its_zero_is_a_labelled_sensitivity_only(shipped_lake):
    rows = published(shipped_lake, "sensitivity").filter(
        concept="haemorrhage", grade_band="any", dose_mg_per_day=400.0, analysis="not_listed_as_zero"
    )
    assert rows["detail"].to_list() == ["counted as 0: NCT02461849 (0/17)"]
    assert rows.select("n_affected_lower", "n_at_risk").row(0) == (8, 90)


def test_800_mg_has_no_proportion(shipped_lake):
    rows = published(shipped_lake, "incidence_by_arm").filter(dose_mg_per_day=800.0)
    assert rows.height > 0
    assert rows["incidence"].null_count() == rows.height
    by_dose = published(shipped_lake, "incidence_by_dose").filter(dose_mg_per_day=800.0)
    assert by_dose["incidence"].null_count() == by_dose.height


def test_the_melanoma_trial_prints_31_severe_episodes_in_26_patients(shipped_lake):
    row = arm_row(shipped_lake, "melanoma_high_dose_2006.800", "any_event", "severe")
    assert (row["reporting_status"], row["n_episodes"], row["n_at_risk"]) == ("episodes_only", 31, 26)
    assert (row["n_affected_lower"], row["n_affected_upper"]) == (1, 26)


@pytest.mark.parametrize("concept", ["edema", "haemorrhage", "rash"])
@pytest.mark.parametrize("band", ["any", "severe"])
def test_the_melanoma_trial_tabulates_none_of_the_headline_concepts(shipped_lake, concept, band):
    assert arm_row(shipped_lake, "melanoma_high_dose_2006.800", concept, band)["reporting_status"] == "not_tabulated"


def test_the_phase_1_trial_has_no_results_and_no_single_dose(shipped_lake):
    arm = published(shipped_lake, "dim_arm").filter(trial_id="NCT00084513").row(0, named=True)
    assert arm["dose_mg_per_day"] is None
    assert "escalat" in arm["dose_note"].lower()
    row = arm_row(shipped_lake, arm["arm_id"], "edema", "any")
    assert (row["reporting_status"], row["n_affected_upper"], row["n_at_risk"]) == ("no_results", None, None)


def test_the_phase_1_trial_is_graded_by_its_own_words(shipped_lake):
    document = published(shipped_lake, "dim_document").filter(trial_id="NCT00084513").row(0, named=True)
    assert (document["grading_system"], document["grading_system_basis"]) == ("CTCAE v3.0", "stated")


# sub-row -> (400 mg, 600 mg), any grade
SUB_ROWS = {
    "Periorbital": (33, 37),
    "Leg": (19, 11),
    "Face": (6, 9),
    "Other site": (5, 10),
    "Eyelid": (5, 6),
    "Tumor hemorrhage": (1, 3),
    "Cerebral hemorrhage or subdural hematoma": (0, 0),
    "Upper GI tract bleeding or perforation": (3, 2),
}


@pytest.mark.parametrize(("label", "expected"), SUB_ROWS.items())
def test_a_sub_row_is_kept_and_never_used(shipped_lake, label, expected):
    rows = published(shipped_lake, "fact_toxicity").filter(row_label=label, grade_band="any", column_role="arm")
    assert tuple(rows.sort("arm_id")["n_affected_lower"]) == expected
    assert rows["is_used"].to_list() == [False, False]


def severe_rows(lake, arm_id, parent):
    facts = published(lake, "fact_toxicity").filter(grade_band="severe", arm_id=arm_id)
    sub_rows = facts.filter(parent_row_label=parent)["n_affected_lower"].sum()
    return sub_rows, facts.filter(row_label=parent)["n_affected_lower"].item()


def test_severe_edema_at_600_mg_has_a_patient_that_no_sub_row_has(shipped_lake):
    assert severe_rows(shipped_lake, "B2222.600", "Edema or fluid retention") == (0, 1)


def test_severe_haemorrhage_sub_rows_at_400_mg_add_to_more_than_their_parent(shipped_lake):
    assert severe_rows(shipped_lake, "B2222.400", "Hemorrhage") == (4, 3)


def test_composite_rows_carry_their_relation_to_the_concept(shipped_lake):
    facts = published(shipped_lake, "fact_toxicity").filter(arm_id="B2222.400", grade_band="any")
    relation = dict(facts.select("row_label", "concept_relation").iter_rows())
    assert relation["Edema or fluid retention"] == "superset"
    assert relation["Hemorrhage"] == "superset"
    assert relation["Dermatitis or rash"] == "equal"


@pytest.mark.parametrize(
    ("concept", "dose", "bounds"),
    [
        ("edema", 400.0, (33, 52)),
        ("edema", 600.0, (37, 57)),
        ("haemorrhage", 400.0, (5, 8)),
        ("haemorrhage", 600.0, (8, 10)),
    ],
)
def test_a_superset_has_a_sensitivity_row_with_its_bounds(shipped_lake, concept, dose, bounds):
    rows = published(shipped_lake, "sensitivity").filter(
        concept=concept, dose_mg_per_day=dose, grade_band="any", analysis="concept_bounds"
    )
    assert rows.select("n_affected_lower", "n_affected_upper").rows() == [bounds]


def test_kit_terms_missing_from_the_2002_table_are_below_its_threshold(shipped_lake):
    rows = published(shipped_lake, "incidence_by_arm").filter(
        pl.col("trial_id") == "B2222", pl.col("concept").is_in(["alopecia", "constipation", "anorexia"])
    )
    assert rows["reporting_status"].unique().to_list() == ["below_threshold"]
    assert rows.select("n_affected_lower", "n_affected_upper").unique().rows() == [(0, 3)]
    assert rows.height == 12


def test_the_147_patients_of_b2222_are_counted_once(shipped_lake):
    used = published(shipped_lake, "incidence_by_arm").filter(trial_id="B2222", concept="edema", grade_band="any")
    assert used["n_at_risk"].sum() == 147
    report = published(shipped_lake, "coverage").filter(document_id="gist_long_term_2008")
    assert report["reporting_status"].unique().to_list() == ["duplicate_population"]
    assert not report["is_used"].any()


def test_the_kit_trial_enrolled_18_and_tabulates_17(shipped_lake):
    trial = published(shipped_lake, "dim_trial").filter(trial_id="NCT02461849").row(0, named=True)
    arm = published(shipped_lake, "dim_arm").filter(trial_id="NCT02461849").row(0, named=True)
    assert (trial["n_enrolled"], arm["n_at_risk"]) == (18, 17)


def test_the_kit_abstract_is_shown_as_superseded_by_its_table(shipped_lake):
    rows = published(shipped_lake, "coverage").filter(
        document_id="kit_solid_tumour_nct02461849", reporting_status="superseded", concept="edema"
    )
    assert rows.select("n_affected_lower", "n_at_risk", "is_used").rows() == [(5, 16, False)]


def test_the_contradiction_between_the_kit_abstract_and_its_table_is_flagged(shipped_lake):
    facts = published(shipped_lake, "fact_toxicity").filter(document_id="kit_solid_tumour_nct02461849", concept="edema")
    flags = dict(facts.filter(grade_band="any").select("table_label", "flags").iter_rows())
    assert flags == {"Table 2": "tables_agree", "Abstract": "tables_agree"}


def test_edema_at_400_mg_shows_a_range_and_a_crude_total_without_an_interval(shipped_lake):
    rows = published(shipped_lake, "incidence_by_dose").filter(
        concept="edema", dose_mg_per_day=400.0, grade_band="any", stratum="all"
    )
    default = rows.filter("is_default").row(0, named=True)
    crude = rows.filter(method="crude_total").row(0, named=True)
    assert (default["method"], default["k_trials"], default["incidence"]) == ("trial_range", 2, None)
    assert (default["range_lower"], default["range_upper"]) == (pytest.approx(5 / 17), pytest.approx(52 / 73))
    assert (default["ci_lower"], default["ci_upper"]) == (None, None)
    assert (crude["n_affected_lower"], crude["n_at_risk"]) == (57, 90)
    assert (crude["ci_lower"], crude["ci_upper"]) == (None, None)
    assert crude["caution"].startswith("crude")
    assert default["q"] == pytest.approx(9.07, abs=0.005)
    assert default["i2"] == pytest.approx(0.89, abs=0.005)


# concept -> risk difference in points, its Newcombe limits, Fisher's p, posterior probability that 600 mg is higher
CONTRASTS = {
    "Edema or fluid retention": (5.8, -8.3, 19.7, 0.456, 0.789),
    "Hemorrhage": (2.6, -8.4, 13.5, 0.802, 0.681),
    "Dermatitis or rash": (11.8, -3.1, 26.0, 0.152, 0.940),
}


@pytest.mark.parametrize(("label", "expected"), CONTRASTS.items())
def test_600_against_400_mg_within_the_randomised_trial(shipped_lake, label, expected):
    row = (
        published(shipped_lake, "dose_contrast")
        .filter(row_label=label, grade_band="any", ci_method="newcombe hybrid score")
        .row(0, named=True)
    )
    points = [round(100 * row[name], 1) for name in ("estimate", "ci_lower", "ci_upper")]
    assert (*points, round(row["p_value"], 3), round(row["posterior_prob_higher"], 3)) == expected


def test_the_family_is_the_27_printed_main_rows_and_none_is_flagged(shipped_lake):
    rows = published(shipped_lake, "dose_contrast").filter(
        "is_main_row", pl.col("family").is_not_null(), ci_method="newcombe hybrid score"
    )
    assert dict(rows.group_by("grade_band").len().iter_rows()) == {"any": 27, "severe": 11}
    assert rows["p_bh"].min() > 0.05
    assert rows["p_double_fdr"].min() > 0.05


def test_signals_say_no_dose_difference_shown_and_why_800_mg_is_not_estimable(shipped_lake):
    rows = published(shipped_lake, "signal")
    within = rows.filter(pl.col("scope").str.contains("B2222"))
    across = rows.filter(pl.col("scope").str.contains("800 mg/day"))
    assert within.filter(tier="headline")["assessment"].unique().to_list() == ["no_dose_difference_shown"]
    # Every other printed row of the trial has a signal too, and none survives its adjustment.
    assert within.height > 40
    assert "dose_associated" not in within["assessment"].to_list()
    assert across["assessment"].unique().to_list() == ["not_estimable"]
    assert across["basis"].str.contains("No trial at 800 mg/day gives a count").all()
    assert not rows["basis"].str.contains("(?i)causes|safe").any()


def test_every_arm_of_every_trial_answers_for_each_headline_concept_and_band(shipped_lake):
    arms = published(shipped_lake, "dim_arm")["arm_id"]
    rows = published(shipped_lake, "incidence_by_arm").filter(pl.col("concept").is_in(["edema", "haemorrhage", "rash"]))
    answered = rows.group_by("arm_id").agg(pl.struct("concept", "grade_band").n_unique())
    assert dict(answered.iter_rows()) == dict.fromkeys(arms, 6)
