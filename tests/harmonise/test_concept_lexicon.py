"""What a text that no dictionary knows says of the three headline concepts."""

import polars as pl
import pytest

from safety_pipeline.harmonise import grade
from safety_pipeline.reference.texts.lexicon import named_concepts


@pytest.fixture(scope="module")
def named(references):
    def ask(text: str) -> dict[str, str]:
        """What the text is to each concept that it names."""
        rows = named_concepts(pl.Series([text]), references)
        return dict(rows.select("concept", "belongs").iter_rows())

    return ask


@pytest.mark.parametrize(
    "text, concept",
    [
        ("Traumatic intracranial haemorrhage", "haemorrhage"),
        ("Stomatitis haemorrhagic", "haemorrhage"),
        ("Intraventricular haemorrhage neonatal", "haemorrhage"),
        ("Vascular access site bleeding", "haemorrhage"),
        ("Chronic subdural hematoma, left", "haemorrhage"),
        ("Bleeding haemorrhoids, severe", "haemorrhage"),
        ("swelling of left lower leg", "edema"),
        ("Oedema of the right ankle", "edema"),
        ("rash over the chest", "rash"),
        ("acneiform facial eruption", "rash"),
    ],
)
def test_words_that_leave_no_doubt_are_plain(named, text, concept):
    assert named(text) == {concept: "plain"}


@pytest.mark.parametrize(
    "text, concept",
    [
        ("Nasenbluten", "haemorrhage"),
        ("Épistaxis modérée", "haemorrhage"),
        ("hemorragia digestiva alta", "haemorrhage"),
        ("носовое кровотечение", "haemorrhage"),
        ("消化管出血", "haemorrhage"),
        ("krwotok z nosa", "haemorrhage"),
        ("Beinödeme beidseits", "edema"),
        ("œdème des membres inférieurs", "edema"),
        ("下肢浮腫", "edema"),
        ("Hautausschlag", "rash"),
        ("erupción cutánea", "rash"),
        ("皮疹", "rash"),
    ],
)
def test_other_languages_and_scripts_are_read(named, text, concept):
    assert named(text) == {concept: "plain"}


@pytest.mark.parametrize(
    "text",
    [
        "Serum ferritin increased", "Haemorrhoids", "Haematocrit decreased", "Haemorrhagic fever",
        "Gastric ulcer without haemorrhage", "History of GI bleeding", "Durchblutungsstörung",
        "Heavy menstrual bleeding", "Pulmonary oedema", "oedema, pulmonary", "Angioedema", "Lymphoedema",
        "Lungenödem", "Swelling of knee joint", "Injection site swelling", "œdème aigu du poumon", "肺水腫",
        "Model error", "Road traffic crash",
        "Dermatomyositis", "Radiation dermatitis", "Rash due to radiation", "Petechial rash", "Injection site rash",
        "Tooth eruption", "Strahlendermatitis",
    ],
)  # fmt: skip
def test_look_alikes_and_what_is_kept_apart_name_no_concept(named, text):
    assert named(text) == {}


@pytest.mark.parametrize(
    "text, concept",
    [
        ("Bleeding tendency", "haemorrhage"),
        ("Splenic rupture", "haemorrhage"),
        ("Swelling", "edema"),
        ("Ödem", "edema"),
        ("Skin toxicity", "rash"),
        ("Acute blood loss", "haemorrhage"),
        ("Loss of blood", "haemorrhage"),
        ("Skin complaints", "rash"),
        ("Fluid in the legs", "edema"),
        ("Epistaxis/nausea", "haemorrhage"),
        ("pulmonary and peripheral oedema", "edema"),
    ],
)
def test_what_may_belong_is_doubtful(named, text, concept):
    assert named(text) == {concept: "doubtful"}


@pytest.mark.parametrize(
    "text, concept",
    [
        ("No oedema", "edema"),
        ("Number of subjects without any bleeding event", "haemorrhage"),
        ("Patients with no skin toxicity", "rash"),
        ("Rash: none", "rash"),
        ("Rash: no", "rash"),
        ("Rash-free patients", "rash"),
        ("Kein Hautausschlag", "rash"),
        ("Sans saignement", "haemorrhage"),
    ],
)
def test_a_row_of_those_without_the_event_is_no_count_of_it(named, text, concept):
    assert named(text) == {concept: "absent"}


@pytest.mark.parametrize(
    "text, concept",
    [
        ("Rash resolved", "rash"),
        ("Rash, not resolved at data cut-off", "rash"),
        ("Oedema - ongoing", "edema"),
        ("Recovered bleeding", "haemorrhage"),
        ("Resolution of rash", "rash"),
        ("Bleeding that recovered after the drug was stopped", "haemorrhage"),
        ("Edema improving with diuretics", "edema"),
    ],
)
def test_a_row_of_those_whose_event_took_a_course_is_no_count_of_all_who_had_it(named, text, concept):
    assert named(text) == {concept: "absent"}


@pytest.mark.parametrize(
    "text",
    ["Suspected bleeding", "Bleeding risk", "At risk of rash", "Time to onset of rash", "Median duration of edema"],
)
def test_what_was_suspected_feared_or_timed_is_no_count_of_the_event(named, text):
    assert named(text) == {}


@pytest.mark.parametrize("text", ["Persistent rash", "Rash aggravated", "Rash worsened", "Recurrent rash"])
def test_an_event_of_a_kind_stays_the_event(named, text):
    assert named(text) == {"rash": "plain"}


@pytest.mark.parametrize("text", ["No. of patients with a rash", "Rash, not elsewhere classified", "Rash not related"])
def test_a_negation_of_something_else_leaves_the_event(named, text):
    assert named(text) == {"rash": "plain"}


def test_a_row_of_two_concepts_is_doubtful_for_both(named):
    assert named("Rash and oedema of the legs") == {"rash": "doubtful", "edema": "doubtful"}


def test_each_pattern_of_the_lexicon_has_a_reason_a_source_and_a_known_kind(references):
    rows = references.concept_lexicon
    assert set(rows["kind"]) == {"plain", "doubtful", "absent", "exception", "boundary", "several", "some"}
    assert rows.filter((pl.col("reason") == "") | (pl.col("source") == "") | (pl.col("pattern") == "")).is_empty()
    assert set(rows["concept"]) == {"", *references.headlines["concept"]}


def test_the_lexicon_agrees_with_the_dictionaries_where_they_know_the_text(references):
    known = references.matches.filter(parent_concept="", source_kind="register").join(
        references.targets.select("target_id", known_concept="concept"), on="target_id", how="left"
    )
    pairs = known.select("text", "known_concept").unique()
    plain = named_concepts(pairs["text"], references).filter(belongs="plain")
    other = plain.join(pairs, on="text").filter(pl.col("concept") != pl.col("known_concept"))
    # A select term of v3.0 without a v4.03 site of its own, and a form of psoriasis.
    assert set(other["text"]) <= {"Hemorrhage, GU Vas deferens", "Dermatitis psoriasiform"}


@pytest.mark.parametrize(
    "system, severe", [("CTCAE v4.03", "equal"), ("CTC v2.0", "not_comparable"), ("not stated", None)]
)
def test_an_unknown_term_of_a_concept_counts_for_it_without_a_term(graded, system, severe):
    row = graded(system, "Haemorrhagic gastroduodenitis of unknown origin", 3)
    assert (row["concept"], row["concept_relation"]) == ("haemorrhage", "subset")
    assert (row["match_kind"], row["mapping_source"]) == ("concept_rule", "concept rule")
    assert row["rationale"].startswith("The words name bleeding.")
    assert row["threshold_relation"] == severe
    assert {row[name] for name in ("source_term", "ctcae_term", "grade_lower", "grade_map_id")} == {None}


def test_a_known_term_is_never_read_by_the_lexicon(references, reported):
    rows = grade(reported(("CTCAE v4.03", "Hematuria", None, 1, 5), ("CTCAE v4.03", "Zzyx", None, 1, 5)), references)
    assert rows.collect()["match_kind"].to_list() == ["exact", "unmatched"]


@pytest.mark.parametrize(
    "text",
    ["Prior rash", "Previous GI bleed", "Pre-existing edema", "Rash at baseline", "Haemorrhage prevention"],
)
def test_what_was_there_before_treatment_or_was_only_feared_is_no_event(named, text):
    assert named(text) == {}


@pytest.mark.parametrize(
    ("text", "concept", "belongs"),
    [
        ("Denies rash", "rash", "absent"),
        ("Bleeding, controlled", "haemorrhage", "absent"),
        ("Uncontrolled bleeding", "haemorrhage", "plain"),
        ("Hemmorhage", "haemorrhage", "plain"),
        ("Heamorrhage of the eye", "haemorrhage", "plain"),
        ("Epitaxis", "haemorrhage", "plain"),
    ],
)
def test_denials_courses_and_common_misspellings_are_known(named, text, concept, belongs):
    assert named(text) == {concept: belongs}
