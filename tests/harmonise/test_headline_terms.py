"""Which terms of real packages belong to a headline concept, and which are kept separate by its boundary."""

import polars as pl
import pytest

from safety_pipeline.harmonise import grade, match
from safety_pipeline.tables.vocabulary import GRADING_SYSTEMS

IN = {
    "haemorrhage": """WOUND HAEMORRHAGE;Application site bleeding;Injection site hemorrhage;Post procedural haemorrhage;
        Gastric ulcer haemorrhage;Haemoperitoneum;Hemarthrosis;Retinal haemorrhage;Intermenstrual bleeding;Melaena;
        Haematochezia;Tumour haemorrhage;Cerebral haematoma;Skin haemorrhage;Cystitis haemorrhagic;Anal haemorrhage""",
    "edema": """OEDEMA PERIPHERAL;Eye swelling;Swelling face;Limb swelling;Foot oedema;Orbital edema;Scrotal swelling;
        Gravitational oedema;Breast oedema;Generalised oedema;Localized swelling;Neck swelling""",
    "rash": """Rash maculo-papular;Rash generalised;Facial rash;Rash papulosquamous;Fixed eruption;Toxic skin eruption;
        Dermatitis allergic;Dermatitis contact;Rash pustular;Eczema;Drug eruption;Rash follicular""",
}
OUT = """Petechiae;Ecchymosis;Contusion;Increased tendency to bruise;Injection site haematoma;Injection site bruising;
    Haemorrhoids;Heavy menstrual bleeding;Occult blood positive;Bleeding time prolonged;Purpura;Haematoma;Anaemia;
    Angioedema;Lip swelling;Tongue oedema;Laryngeal oedema;Pulmonary oedema;Brain oedema;Joint swelling;Lymphoedema;
    Application site swelling;Macular oedema;Conjunctival oedema;Papilloedema;Pleural effusion;Hypervolaemia;
    Application site rash;Injection site dermatitis;Urticaria;Pruritus;Psoriasis;Stevens-Johnson syndrome;Folliculitis;
    Palmar-plantar erythrodysaesthesia syndrome;Drug reaction with eosinophilia and systemic symptoms"""


def split(texts):
    return [" ".join(text.split()) for text in texts.split(";")]


@pytest.fixture(scope="module")
def concepts(references):
    texts = [text for each in (*IN.values(), OUT) for text in split(each)]
    rows = [(edition, "subject", text, None) for edition in GRADING_SYSTEMS for text in texts]
    names = ("grading_system", "source_kind", "term_as_reported", "parent_row_label")
    asked = pl.LazyFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").with_columns(
        grade_lower_reported=pl.lit(1, pl.Int64), grade_upper_reported=pl.lit(5, pl.Int64)
    )
    found = match(asked, references).collect()
    known = references.targets.select("target_id", "concept", "concept_relation")
    return found.join(known, on="target_id", how="left", validate="m:1")


@pytest.mark.parametrize("concept", IN)
def test_a_term_within_a_headline_concept_counts_for_it_in_every_edition(concepts, concept):
    asked = concepts.filter(pl.col("_term").is_in(split(IN[concept])))
    inside = (pl.col("concept") == concept) & pl.col("concept_relation").is_in(["equal", "subset"])
    assert asked.filter(~inside.fill_null(value=False)).select("grading_system", "_term", "concept").rows() == []


def test_what_the_boundaries_keep_separate_counts_for_no_headline_concept(concepts):
    asked = concepts.filter(pl.col("_term").is_in(split(OUT)), pl.col("concept").is_in(list(IN)))
    assert asked.select("grading_system", "_term", "concept").rows() == []


FRAMED = ["Oedema events", "Any edema", "Total edema", "Edema (any grade)", "Patients with edema", "Edema AEs"]


def test_words_that_only_say_that_patients_are_counted_do_not_change_the_event(reported, references):
    rows = reported(*(("CTCAE v3.0", text, None, 1, 5) for text in ("Edema", *FRAMED)))
    found = grade(rows, references).select("concept", "concept_relation").collect().unique().rows()
    assert found == [("edema", "equal")]


def test_an_event_that_a_dictionary_names_so_keeps_its_name(reported, references):
    row = grade(reported(("CTCAE v3.0", "Thromboembolic event", None, 1, 5)), references).collect()
    assert row["concept"].to_list() == ["thromboembolic_event"]


def test_every_term_that_an_edition_lists_as_bleeding_counts_as_haemorrhage(references):
    bleeding = pl.col("source_category").str.to_uppercase().str.contains("HEMORRHAGE", literal=True)
    own = ~pl.col("target_id").str.contains("|", literal=True)
    apart = ["hematoma", "purpura"]
    inside = (pl.col("concept") == "haemorrhage") & pl.col("concept_relation").is_in(["equal", "subset"])
    terms = references.targets.filter(bleeding & own & ~pl.col("concept").is_in(apart).fill_null(value=False))
    assert terms.height > 60
    assert terms.filter(~inside.fill_null(value=False))["target_id"].to_list() == []


@pytest.mark.parametrize("heading", ["Hemorrhage, GI", "Hemorrhage, GU", "Hemorrhage/Bleeding", "Bleeding"])
def test_a_site_of_v3_under_a_bleeding_heading_is_that_bleeding(references, heading):
    sites = ["Oesophagus", "Bladder", "Lung", "Vas deferens", "Abdomen NOS", "Varices (rectal)"]
    names = ("grading_system", "source_kind", "term_as_reported", "parent_row_label")
    rows = [("CTCAE v3.0", "literature", site, heading) for site in sites] + [
        ("CTCAE v3.0", "literature", heading, None)
    ]
    asked = pl.LazyFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").with_columns(
        grade_lower_reported=pl.lit(1, pl.Int64), grade_upper_reported=pl.lit(5, pl.Int64)
    )
    known = references.targets.select("target_id", "concept")
    found = match(asked, references).collect().join(known, on="target_id", how="left", validate="m:1")
    assert found.height == len(rows)
    assert set(found["concept"]) == {"haemorrhage"}
