"""Proposals of a v4.03 term with a nearer definition, from made-up official texts."""

import polars as pl

from safety_pipeline.reference.crosswalk.nearer_targets import nearer_targets

TEXTS = [
    ("CTCAE v4.03", "Aortic injury", "", 3, "Repair of the aorta"),
    ("CTCAE v4.03", "Venous injury", "", 3, "Repair of a vein"),
    ("CTCAE v4.03", "Voice alteration", "", 1, "Mild change of voice"),
    ("CTCAE v3.0", "Vessel injury", "Vein", 3, "Repair of a vein"),
    ("CTCAE v3.0", "Voice changes", "", 1, "Mild change of the voice"),
]
KEY = ["grading_system", "term", "select_term"]


def found(read_on):
    texts = pl.DataFrame(TEXTS, schema=[*KEY, "grade", "text"], orient="row")
    terms = pl.DataFrame(read_on, schema=[*KEY, "ctcae_term"], orient="row")
    return nearer_targets(texts, terms).select("term", "ctcae_term", "nearer_term").rows()


def test_a_term_read_on_another_than_the_nearest_definition_is_listed():
    read_on = [("CTCAE v3.0", "Vessel injury", "Vein", "Aortic injury")]
    assert found(read_on) == [("Vessel injury", "Aortic injury", "Venous injury")]


def test_a_term_read_on_its_nearest_definition_is_not_listed():
    assert found([("CTCAE v3.0", "Voice changes", "", "Voice alteration")]) == []


def test_without_official_texts_nothing_is_listed():
    texts = pl.DataFrame(schema=dict.fromkeys(KEY, pl.String) | {"grade": pl.Int64, "text": pl.String})
    terms = pl.DataFrame(schema=dict.fromkeys((*KEY, "ctcae_term"), pl.String))
    assert nearer_targets(texts, terms).is_empty()
