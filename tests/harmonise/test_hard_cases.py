"""The fifteen hard cases of the crosswalk notes, as a specification; expected values are typed from the notes."""

import polars as pl
import pytest

from safety_pipeline.harmonise import NoAnswerError, lookup

V2, V3, V4, V5, V6 = "CTC v2.0", "CTCAE v3.0", "CTCAE v4.03", "CTCAE v5.0", "CTCAE v6.0"
RASH3 = "Rash: acne/acneiform"


def interval(row):
    return row["grade_lower"], row["grade_upper"], row["grade_preferred"]


def test_case_1_a_v2_brain_bleed_seen_only_on_a_scan_reads_as_grade_1(graded):
    assert interval(graded(V2, "CNS hemorrhage/bleeding", 3)) == (1, 2, 1)


def test_case_1_the_rationale_names_what_the_official_map_would_say(graded):
    assert "official" in graded(V2, "CNS hemorrhage/bleeding", 3)["rationale"]


@pytest.mark.parametrize(
    "edition, term", [(V2, "Pericardial effusion/pericarditis"), (V3, "Pericardial effusion (non-malignant)")]
)
def test_case_2_an_asymptomatic_pericardial_effusion_rises_to_grade_2(graded, edition, term):
    assert interval(graded(edition, term, 1)) == (2, 2, 2)


@pytest.mark.parametrize(
    "edition, term, grade, severity",
    [
        (V2, "Rash/desquamation", 4, (3, 4)),
        (V2, "Rash/desquamation", 5, (5, 5)),
        (V3, "Rash/desquamation", 4, (3, 4)),
        (V2, "Edema", 4, (3, 4)),
        (V2, "Edema", 5, (5, 5)),
        (V2, "Petechiae/purpura (hemorrhage/bleeding into skin or mucosa)", 5, (5, 5)),
        (V2, "Headache", 5, (5, 5)),
        (V3, "Edema:trunk/genital", 4, (4, 4)),
    ],
)
def test_case_3_a_grade_without_a_slot_is_unmappable_and_keeps_its_severity(graded, edition, term, grade, severity):
    row = graded(edition, term, grade)
    assert row["mapping_kind"] == "unmappable"
    assert interval(row) == (None, None, None)
    assert (row["concept_grade_lower"], row["concept_grade_upper"]) == severity


@pytest.mark.parametrize(
    "term", ["Epistaxis", "Hematemesis", "Hemoptysis", "Melena/GI bleeding", "Hemorrhage-Other (Specify,_____)"]
)
def test_case_4_v2_bleeding_reaches_grade_2_from_grade_1_only(graded, term):
    assert interval(graded(V2, term, 1)) == (1, 2, 1)
    assert graded(V2, term, 2)["mapping_kind"] is None


@pytest.mark.parametrize(
    "edition, term, grade, exist",
    [
        (V2, "Epistaxis", 2, "1, 3, 4, 5"),
        (V3, "Hemorrhage/Bleeding - Other (Specify, __)", 2, "1, 3, 4, 5"),
        (V2, "CNS hemorrhage/bleeding", 1, "3, 4, 5"),
        (V2, "CNS hemorrhage/bleeding", 2, "3, 4, 5"),
        (V2, "Erythema multiforme (e.g., Stevens-Johnson syndrome, toxic epidermal necrolysis)", 1, "2, 3, 4, 5"),
        (V2, "Hyponatremia", 2, "1, 3, 4, 5"),
        (V2, "Hypokalemia", 2, "1, 3, 4, 5"),
        (V3, RASH3, 4, "1, 2, 3, 5"),
        (V3, "Fatigue (asthenia, lethargy, malaise)", 5, "1, 2, 3, 4"),
        (V4, "Nausea", 4, "1, 2, 3"),
        (V4, "Nausea", 5, "1, 2, 3"),
        (V4, "Edema limbs", 4, "1, 2, 3"),
        (V4, "Rash maculo-papular", 5, "1, 2, 3"),
        (V4, "Esophageal varices hemorrhage", 1, "2, 3, 4, 5"),
    ],
)
def test_case_5_a_grade_the_edition_lacks_is_refused_with_the_grades_that_exist(
    references, edition, term, grade, exist
):
    with pytest.raises(NoAnswerError, match=f"The grades that exist are {exist}"):
        lookup(edition, term, grade, references)


def test_case_6_haemoglobin_below_6_5_spans_v4_grades_3_and_4(graded):
    assert interval(graded(V2, "Hemoglobin", 4))[:2] == (3, 4)
    assert interval(graded(V3, "Hemoglobin", 4))[:2] == (3, 4)


def test_case_6_alt_grade_2_moved_and_grade_3_did_not(graded):
    term = "SGPT (ALT) (serum glutamic pyruvic transaminase)"
    assert interval(graded(V2, term, 2))[:2] == (1, 2)
    assert interval(graded(V2, term, 3)) == (3, 3, 3)


def test_case_7_v2_platelets_and_lymphopenia_straddle_and_v3_do_not(graded):
    assert interval(graded(V2, "Platelets", 3))[:2] == (3, 4)
    assert interval(graded(V3, "Platelets", 3)) == (3, 3, 3)
    assert interval(graded(V2, "Lymphopenia", 2))[:2] == (1, 2)
    assert interval(graded(V2, "Lymphopenia", 3))[:2] == (3, 4)
    assert interval(graded(V3, "Lymphopenia", 3)) == (3, 3, 3)


@pytest.mark.parametrize(
    "edition, term, expected",
    [
        (V2, "Fatigue (lethargy, malaise, asthenia)", (3, 3, 3)),
        (V3, "Fatigue (asthenia, lethargy, malaise)", (3, 3, 3)),
        (V2, "Headache", (3, 3, 3)),
        (V3, "Pain - Head/headache", (3, 3, 3)),
        (V3, "Neuropathy: sensory", (3, 3, 3)),
        (V2, "Neuropathy-sensory", (2, 3, 3)),
        (V2, "Gastrointestinal-Other (Specify,_____)", (3, 4, 4)),
    ],
)
def test_case_8_disabling_is_grade_3_and_only_a_threat_to_life_reaches_4(graded, edition, term, expected):
    assert interval(graded(edition, term, 4)) == expected


def test_case_9_the_generic_bleeding_rows_are_parts_of_the_concept_never_the_whole(references):
    rows = references.terms.filter(grading_system=V2).filter(
        pl.col("term").str.contains("grade 3 or 4 thrombocytopenia")
    )
    bleeding = rows.filter(pl.col("term").str.starts_with("Hemorrhage"))
    assert bleeding.select("concept", "concept_relation").unique().rows() == [("haemorrhage", "subset")]


def test_case_10_an_aggregated_cell_is_the_union_of_its_members(graded):
    row = graded(V2, "CNS hemorrhage/bleeding", 3, 4)
    assert (row["grade_lower"], row["grade_upper"]) == (1, 4)
    assert row["grade_map_id"] == "v2.0/cns_hemorrhage_bleeding/3; v2.0/cns_hemorrhage_bleeding/4"


@pytest.mark.parametrize("variant", ["BMT studies", "leukemia studies"])
def test_case_11_transplant_and_leukaemia_counts_do_not_share_the_standard_cut_offs(references, variant):
    standard = references.grade_map.filter(pl.col("grade_map_id") == "v2.0/neutrophils_granulocytes_anc_agc/3")
    others = references.grade_map.filter(
        (pl.col("grading_system") == V2)
        & pl.col("term").str.starts_with("Neutrophils/granulocytes")
        & pl.col("term").str.contains(variant)
        & (pl.col("grade") == 3)
    )
    assert standard["grade_lower"].to_list() == [3]
    assert others.height == 1
    assert (others["grade_lower"].item(), others["grade_upper"].item()) != (3, 3)


def test_case_12_v2_erythema_multiforme_includes_what_v4_splits_off(graded):
    row = graded(V2, "Erythema multiforme (e.g., Stevens-Johnson syndrome, toxic epidermal necrolysis)", 3)
    assert interval(row) == (2, 4, 3)
    assert row["mapping_kind"] == "ambiguous"


@pytest.mark.parametrize(
    "edition, term, concept",
    [
        (V2, "Epistaxis", "haemorrhage"),
        (V4, "Epistaxis", "haemorrhage"),
        (V2, "CNS hemorrhage/bleeding", "haemorrhage"),
        (V4, "Intracranial hemorrhage", "haemorrhage"),
        (V2, "Petechiae/purpura (hemorrhage/bleeding into skin or mucosa)", "purpura"),
        (V4, "Periorbital edema", "edema"),
        (V4, "Genital edema", "edema"),
        (V4, "Pulmonary edema", "pulmonary_edema"),
        (V4, "Edema cerebral", "edema_cerebral"),
        (V4, "Hematoma", "hematoma"),
        (V4, "Pruritus", "pruritus"),
        (V4, "Dermatitis radiation", "dermatitis_radiation"),
    ],
)
def test_case_13_concepts_follow_the_term_whatever_its_category(graded, edition, term, concept):
    assert graded(edition, term, 1, 5)["concept"] == concept


@pytest.mark.parametrize("grade, expected", [(1, (2, 2)), (2, (3, 3)), (3, (4, 4)), (4, (4, 4))])
def test_case_14_v6_neutrophils_sit_one_grade_lower_than_v4(graded, grade, expected):
    assert interval(graded(V6, "Neutrophil count decreased", grade))[:2] == expected


def test_case_14_v5_rash_grade_2_may_be_v4_grade_3(graded):
    assert interval(graded(V5, "Rash maculo-papular", 2)) == (2, 3, 2)


@pytest.mark.parametrize("text", ["Edema:limb", "Edema: limb", "Oedema: limb", "EDEMA - LIMB", "oedema limbs"])
def test_case_15_spellings_of_one_term_meet(graded, text):
    assert graded(V3, text, 2)["source_term"] == "Edema:limb"
