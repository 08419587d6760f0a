"""Every printed term of the two imatinib tables; expected mapping typed from the crosswalk notes."""

import pytest

V2, V4 = "CTC v2.0", "CTCAE v4.03"

NEJM = """
Edema or fluid retention | | Edema limbs | edema | superset | not_comparable
Periorbital | Edema or fluid retention | Periorbital edema | edema | subset | not_comparable
Leg | Edema or fluid retention | Edema limbs | edema | subset | not_comparable
Face | Edema or fluid retention | Edema face | edema | subset | not_comparable
Other site | Edema or fluid retention | Localized edema | edema | subset | not_comparable
Eyelid | Edema or fluid retention | Periorbital edema | edema | subset | not_comparable
Nausea | | Nausea | nausea | equal | lower_bound
Diarrhea | | Diarrhea | diarrhea | equal | upper_bound
Myalgia or musculoskeletal pain | | Myalgia | myalgia | superset | equal
Fatigue | | Fatigue | fatigue | equal | not_comparable
Dermatitis or rash | | Rash maculo-papular | rash | equal | lower_bound
Headache | | Headache | headache | equal | equal
Abdominal pain | | Abdominal pain | abdominal_pain | equal | equal
Flatulence | | Flatulence | flatulence | equal | equal
Vomiting | | Vomiting | vomiting | equal | upper_bound
Hemorrhage | | Vascular disorders - Other, specify | haemorrhage | equal | lower_bound
Cerebral hemorrhage or subdural hematoma | Hemorrhage | Intracranial hemorrhage | haemorrhage | subset | upper_bound
Upper GI tract bleeding or perforation|Hemorrhage|Upper gastrointestinal hemorrhage|haemorrhage|overlapping|lower_bound
Dyspepsia | | Dyspepsia | dyspepsia | equal | equal
Increased lacrimation | | Watering eyes | watering_eyes | equal | not_comparable
Anemia | | Anemia | anemia | equal | equal
Loose stools | | Diarrhea | diarrhea | equal | upper_bound
Taste disturbance | | Dysgeusia | dysgeusia | equal | equal
Neutropenia | | Neutrophil count decreased | neutrophil_count_decreased | equal | equal
Abdominal distention | | Abdominal distension | abdominal_distension | equal | equal
Abnormal liver-function results | | Investigations - Other, specify | liver_function_abnormal | equal | equal
Leukopenia | | White blood cell decreased | white_blood_cell_decreased | equal | equal
Arthralgia | | Arthralgia | arthralgia | equal | equal
Paresthesia | | Paresthesia | paresthesia | equal | upper_bound
Esophageal reflux | | Gastroesophageal reflux disease | gastroesophageal_reflux_disease | equal | equal
Pruritus | | Pruritus | pruritus | equal | not_comparable
Pain (in an extremity) | | Pain in extremity | pain_in_extremity | equal | equal
Blurred vision | | Blurred vision | blurred_vision | equal | upper_bound
Photosensitivity | | Photosensitivity | photosensitivity | equal | not_comparable
"""

KIT = {
    "Edema": ("Edema limbs", "edema"),
    "Anorexia": ("Anorexia", "anorexia"),
    "Nausea": ("Nausea", "nausea"),
    "Skin rash": ("Rash maculo-papular", "rash"),
    "Fatigue": ("Fatigue", "fatigue"),
    "Myalgia": ("Myalgia", "myalgia"),
    "Pneumonia": ("Lung infection", "lung_infection"),
    "Alopecia": ("Alopecia", "alopecia"),
    "Anemia": ("Anemia", "anemia"),
    "Constipation": ("Constipation", "constipation"),
    "General weakness": ("Generalized muscle weakness", "generalized_muscle_weakness"),
    "Neutropenia": ("Neutrophil count decreased", "neutrophil_count_decreased"),
    "Sensory neuropathy": ("Peripheral sensory neuropathy", "peripheral_sensory_neuropathy"),
}


@pytest.mark.parametrize("line", NEJM.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_a_row_of_the_2002_table_gets_its_v4_term_concept_and_threshold_relation(graded, line):
    text, parent, ctcae_term, concept, relation, threshold = (part.strip() for part in line.split("|"))
    row = graded(V2, text, 1, 5, parent=parent or None)
    found = (row["ctcae_term"], row["concept"], row["concept_relation"], row["threshold_relation"])
    assert found == (ctcae_term, concept, relation, threshold)
    assert row["rationale"]


@pytest.mark.parametrize("text", KIT)
def test_a_row_of_the_kit_table_keeps_its_grades(graded, text):
    row = graded(V4, text, 1, 5)
    assert (row["ctcae_term"], row["concept"], row["threshold_relation"]) == (*KIT[text], "equal")
    assert row["mapping_kind"] == "exact"


def test_any_adverse_effect_is_a_concept_of_its_own_without_a_grade_map(graded):
    row = graded(V2, "Any adverse effect with suspected relation to study drug", 3, 4)
    assert (row["concept"], row["ctcae_term"], row["grade_lower"], row["grade_upper"]) == ("any_event", None, 3, 4)
    assert row["grade_map_id"] is None


@pytest.mark.parametrize(
    "text, low, high, expected",
    [
        ("Edema or fluid retention", 3, 4, (2, 3, 2, 4)),
        ("Dermatitis or rash", 3, 4, (3, 3, 3, 4)),
        ("Hemorrhage", 3, 4, (3, 4, None, None)),
        ("Nausea", 1, 2, (1, 3, None, None)),
        ("Diarrhea", 1, 5, (1, 5, None, None)),
    ],
)
def test_an_aggregated_cell_of_the_2002_table_holds_the_union_of_its_grades(graded, text, low, high, expected):
    row = graded(V2, text, low, high)
    names = ("grade_lower", "grade_upper", "concept_grade_lower", "concept_grade_upper")
    assert tuple(row[name] for name in names) == expected
