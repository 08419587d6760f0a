"""Every register record of the samples gives the counts in its file; numbers were typed in from the files."""

from pathlib import Path

import polars as pl
import pytest
from ingest_ctgov.register_reading import OTHER, SERIOUS, TOTALS, counts, rows_in, tables
from polars.testing import assert_frame_equal
from register_arms import arms_of

pytestmark = pytest.mark.shared

# file: rows of the serious table, of the other table, totals, groups, threshold of the other table
EXPECTED = {
    "ctgov_v2_json/NCT02210780.json": (6, 12, 6, 2, 5.0),
    "ctgov_v2_json/NCT05594173.json": (0, 1, 3, 1, 0.0),
    "ctgov_v2_json/NCT00763412.json": (0, 0, 6, 2, 0.0),
    "ctgov_v2_json/NCT01874431.json": (232, 24, 24, 8, 5.0),
    "ctgov_v2_json/NCT03192891.json": (0, 0, 3, 1, 0.0),
    "ctgov_legacy_json/NCT00023673.json": (98, 230, 4, 2, 0.0),
    "ctgov_v1_xml/NCT00023673.xml": (98, 230, 4, 2, 0.0),
    "ctgov_v1_xml/NCT01065844.xml": (0, 4, 2, 1, 0.0),
    "ctgov_v1_xml/NCT00101400.xml": (31, 59, 2, 1, 5.0),
    "ctgov_v1_xml/NCT00158600.xml": (66, 1068, 6, 3, 0.0),
    "ctgov_v1_xml/NCT01642004.xml": (166, 84, 4, 2, 5.0),
    "ctgov_v1_xml/NCT00277524.xml": (0, 0, 2, 1, 0.0),
    "ctgov_v1_xml/NCT02305381.xml": (111, 24, 6, 3, 5.0),
    "ctgov_v1_xml/NCT01298141.xml": (155, 82, 3, 1, 5.0),
}


@pytest.mark.parametrize(("file", "expected"), EXPECTED.items(), ids=list(EXPECTED))
def test_every_count_of_the_record_is_a_cell_of_its_table(
    shared: Path, file: str, expected: tuple[int, int, int, int, float]
) -> None:
    found = tables(shared / "samples" / file)
    threshold = found["source_table"].filter(pl.col("table_label") == OTHER)["threshold_percent"].item()
    sizes = [rows_in(found, label).height for label in (SERIOUS, OTHER, TOTALS)]
    assert (*sizes, found["arm"].height, threshold) == expected
    assert found["refusal"].is_empty()


HAND_READ = [
    ("ctgov_v2_json/NCT01874431.json", "Diarrhoea", OTHER, ("EG005", 3, 125, 4)),
    ("ctgov_v2_json/NCT01874431.json", "Acute myocardial infarction", SERIOUS, ("EG004", 1, 98, 1)),
    ("ctgov_v2_json/NCT01874431.json", "Total, serious adverse events", TOTALS, ("EG003", 8, 97, None)),
    ("ctgov_v2_json/NCT02210780.json", "Conjunctivitis", OTHER, ("EG001", 8, 97, None)),
    ("ctgov_v2_json/NCT02210780.json", "Total, other adverse events", TOTALS, ("EG000", 29, 97, None)),
    ("ctgov_v2_json/NCT05594173.json", "Digestive complaints", OTHER, ("EG000", 1, 18, 1)),
    ("ctgov_v2_json/NCT03192891.json", "Total, all-cause mortality", TOTALS, ("EG000", 255, 2294, None)),
    ("ctgov_legacy_json/NCT00023673.json", "Hemoglobin decreased", SERIOUS, ("EG000", 2, 8, None)),
    ("ctgov_v1_xml/NCT00023673.xml", "Hemoglobin decreased", SERIOUS, ("EG000", 2, 8, None)),
    ("ctgov_v1_xml/NCT00023673.xml", "Total, serious adverse events", TOTALS, ("EG001", 36, 53, None)),
    ("ctgov_v1_xml/NCT01065844.xml", "platelet count decreased", OTHER, ("EG000", 1, 15, 1)),
    ("ctgov_v1_xml/NCT01065844.xml", "Total, other adverse events", TOTALS, ("EG000", 5, 15, None)),
    ("ctgov_v1_xml/NCT00158600.xml", "Abdominal pain upper", SERIOUS, ("EG002", 1, 90, None)),
    ("ctgov_v1_xml/NCT00158600.xml", "Anaemia", OTHER, ("EG000", 2, 60, None)),
    ("ctgov_v1_xml/NCT01642004.xml", "Anaemia", OTHER, ("EG001", 37, 129, None)),
    ("ctgov_v1_xml/NCT02305381.xml", "Diarrhoea", OTHER, ("EG001", 9, 131, 9)),
    ("ctgov_v1_xml/NCT01298141.xml", "Anaemia", OTHER, ("EG000", 11, 167, 25)),
    ("ctgov_v1_xml/NCT01298141.xml", "Total, all-cause mortality", TOTALS, ("EG000", 6, 167, None)),
]


@pytest.mark.parametrize(("file", "term", "table_label", "count"), HAND_READ)
def test_a_count_is_what_the_file_prints(
    shared: Path, file: str, term: str, table_label: str, count: tuple[object, ...]
) -> None:
    assert count in counts(tables(shared / "samples" / file), term, table_label)


def test_a_term_in_both_tables_keeps_both_counts_and_they_are_not_added(shared: Path) -> None:
    found = tables(shared / "samples/ctgov_legacy_json/NCT00023673.json")
    terms = {label: set(rows_in(found, label)["term_as_reported"]) for label in (SERIOUS, OTHER)}
    assert len(terms[SERIOUS] & terms[OTHER]) == 35


FACTS = [
    "trial_id",
    "arm_id",
    "table_label",
    "column_label",
    "term_as_reported",
    "body_system_as_reported",
    "grading_system",
    "count_unit",
    "n_episodes",
    "n_affected_lower",
    "n_affected_upper",
    "n_at_risk",
    "seriousness",
    "attribution",
    "cell_status",
]


def test_the_retired_json_and_the_xml_of_one_study_give_the_same_facts(shared: Path) -> None:
    json, xml = (
        tables(shared / "samples" / file)
        for file in ("ctgov_legacy_json/NCT00023673.json", "ctgov_v1_xml/NCT00023673.xml")
    )
    assert_frame_equal(json["cell"].select(FACTS).sort(FACTS), xml["cell"].select(FACTS).sort(FACTS))
    ids = ["document_id", "delivery_id", "document_priority", "source_file"]
    for table in ("arm", "planned_treatment", "document", "source_table"):
        assert_frame_equal(*(found[table].drop(ids, strict=False) for found in (json, xml)))
    assert_frame_equal(*(arms_of(found).drop("document_id", "delivery_id") for found in (json, xml)))


EDITIONS = {
    "ctgov_legacy_json/NCT00023673.json": {"CTC v2.0": 304, "not stated": 24},
    "ctgov_v1_xml/NCT00023673.xml": {"CTC v2.0": 304, "not stated": 24},
    "ctgov_v1_xml/NCT01065844.xml": {"CTCAE v3.0": 4},
    "ctgov_v1_xml/NCT00101400.xml": {"CTCAE v3.0": 90},
    "ctgov_v1_xml/NCT01642004.xml": {"not stated": 250},
}


@pytest.mark.parametrize(("file", "editions"), EDITIONS.items(), ids=list(EDITIONS))
def test_each_line_has_the_edition_of_its_own_vocabulary(shared: Path, file: str, editions: dict[str, int]) -> None:
    lines = tables(shared / "samples" / file)["cell"].filter(pl.col("table_label") != TOTALS)
    assert dict(lines.group_by("grading_system").len().rows()) == editions


def test_the_overall_group_is_a_union_and_gets_no_dose(shared: Path) -> None:
    arms = arms_of(tables(shared / "samples/ctgov_v1_xml/NCT00158600.xml"))
    overall = arms.filter("is_aggregate").row(0, named=True)
    assert (overall["label"], overall["n_at_risk"], overall["dose_mg_per_day"], overall["drug"]) == (
        "Overall", 90, None, None,
    )  # fmt: skip
    assert arms["is_aggregate"].sum() == 1


def test_a_group_without_a_title_goes_by_its_id(shared: Path) -> None:
    arm = arms_of(tables(shared / "samples/ctgov_v1_xml/NCT00277524.xml")).row(0, named=True)
    assert (arm["label"], arm["n_at_risk"]) == ("EG000", 0)
    assert "no title" in arm["dose_note"]


DOSES = {
    "ctgov_v2_json/NCT01874431.json": [1.25, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, None],
    "ctgov_v2_json/NCT02210780.json": [None, None],
    "ctgov_v1_xml/NCT00101400.xml": [800.0],
    "ctgov_v1_xml/NCT01065844.xml": [2500.0],
    "ctgov_v1_xml/NCT01642004.xml": [None, None],
    "ctgov_v1_xml/NCT02305381.xml": [None, None, None],
}


@pytest.mark.parametrize(("file", "doses"), DOSES.items(), ids=list(DOSES))
def test_arms_have_the_dose_their_texts_settle_and_no_other(shared: Path, file: str, doses: list[float | None]) -> None:
    arms = arms_of(tables(shared / "samples" / file))
    assert arms["dose_mg_per_day"].to_list() == doses
    assert arms.filter(pl.col("dose_mg_per_day").is_null() & pl.col("dose_note").is_null()).is_empty()


@pytest.mark.parametrize(
    ("file", "facts"),
    [
        ("ctgov_legacy_json/NCT00023673.json", ("1/2", "non_randomised", 63, "Lung Cancer")),
        ("ctgov_v1_xml/NCT00101400.xml", ("2", "single_arm", 54, "Breast Neoplasms; Breast Cancer")),
        ("ctgov_v2_json/NCT01874431.json", ("2", "randomised", 823, "Diabetic Nephropathies")),
        ("ctgov_v2_json/NCT03192891.json", (None, "not_stated", 2349, "Myocardial Ischemia")),
    ],
)
def test_the_document_says_what_the_record_says_of_the_study(
    shared: Path, file: str, facts: tuple[object, ...]
) -> None:
    document = tables(shared / "samples" / file)["document"]
    assert document.select("phase", "allocation", "n_enrolled", "indication").row(0) == facts


@pytest.mark.parametrize("number", ["NCT00763412", "NCT03192891"])
def test_a_record_without_event_rows_says_that_it_has_no_results(shared: Path, number: str) -> None:
    document = tables(shared / f"samples/ctgov_v2_json/{number}.json")["document"].row(0, named=True)
    assert document["has_toxicity_results"] is False
    assert "lists no event" in document["no_results_reason"]


@pytest.mark.parametrize(
    ("file", "attribution"),
    [
        ("ctgov_v2_json/NCT02210780.json", "all_causality"),
        ("ctgov_v1_xml/NCT00158600.xml", "all_causality"),
        ("ctgov_v2_json/NCT01874431.json", "not_stated"),
    ],
)
def test_events_count_whatever_the_cause_only_where_the_record_says_so(
    shared: Path, file: str, attribution: str
) -> None:
    assert set(tables(shared / "samples" / file)["cell"]["attribution"]) == {attribution}
