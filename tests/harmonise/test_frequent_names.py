"""The names that oncology and registers print most often are known in every edition."""

import pytest

from safety_pipeline.harmonise import grade

EDITIONS = ("CTC v2.0", "CTCAE v3.0", "CTCAE v4.03", "CTCAE v5.0", "CTCAE v6.0", "not stated")
NAMES = [
    ("Interstitial lung disease", "Pneumonitis"),
    ("Venous thromboembolism", "Thromboembolic event"),
    ("Hypoaesthesia", "Peripheral sensory neuropathy"),
    ("Taste disorder", "Dysgeusia"),
    ("Disorientation", "Confusion"),
    ("ALAT increased", "Alanine aminotransferase increased"),
    ("SGOT elevation", "Aspartate aminotransferase increased"),
    ("γ-GT elevated", "GGT increased"),
    ("WBC decreased", "White blood cell decreased"),
    ("Hb low", "Anemia"),
    ("HFS", "Palmar-plantar erythrodysesthesia syndrome"),
    ("QTc prolongation", "Electrocardiogram QT corrected interval prolonged"),
    ("Radiation skin injury", "Dermatitis radiation"),
    ("Hot flushes", "Hot flashes"),
    ("Pollakiuria", "Urinary frequency"),
    ("Pneumonitis", "Pneumonitis"),
    ("Syncope", "Syncope"),
    ("Dysphagia", "Dysphagia"),
    ("Hypothyroidism", "Hypothyroidism"),
]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_frequent_name_means_the_same_event_in_every_edition(references, reported, edition):
    rows = reported(*((edition, name, None, 2, 2) for name, _ in NAMES))
    found = grade(rows, references).collect().select("term_as_reported", "ctcae_term").rows()
    assert found == NAMES


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", ["Lower GI haemorrhage", "Anal bleeding", "Colonic hemorrhage", "Bloody stools"])
def test_bleeding_of_the_lower_gut_is_never_read_as_of_the_upper(references, reported, edition, name):
    row = grade(reported((edition, name, None, 1, 5)), references).collect().row(0, named=True)
    assert row["concept"] == "haemorrhage"
    assert "Upper" not in (row["ctcae_term"] or "")


@pytest.mark.parametrize("edition", ["CTCAE v3.0", "CTCAE v4.03", "CTCAE v5.0"])
def test_tarry_stool_is_bleeding_of_the_upper_gut(graded, edition):
    assert graded(edition, "Melaena", 2)["ctcae_term"] == "Upper gastrointestinal hemorrhage"


@pytest.mark.parametrize(
    "edition, own_grade, term",
    [("CTCAE v3.0", 2, "Ejection fraction decreased"), ("CTCAE v3.0", 3, "Left ventricular systolic dysfunction")],
)
def test_the_grades_of_one_term_may_belong_to_two_v4_03_terms(graded, edition, own_grade, term):
    assert graded(edition, "Left ventricular systolic dysfunction", own_grade)["ctcae_term"] == term
