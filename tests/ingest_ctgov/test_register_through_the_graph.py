"""One study in two register files, from landed to published: counted once, with bounds where tables overlap."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from lakes import bring_up_to_date, published

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def lake(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register") / "lake"
    landed = folder / "landed" / "ctgov"
    landed.mkdir(parents=True)
    for file in ("ctgov_legacy_json/NCT00023673.json", "ctgov_v1_xml/NCT00023673.xml"):
        shutil.copy(shared / "samples" / file, landed)
    report = bring_up_to_date(folder)
    assert report.faults == ()
    return folder


def test_the_json_is_the_index_report_and_the_xml_is_superseded(lake: Path) -> None:
    documents = published(lake, "dim_document").sort("document_id").select("document_id", "is_index_report").rows()
    assert documents == [("NCT00023673.legacy_json", True), ("NCT00023673.v1_xml", False)]


def test_every_count_of_both_files_is_in_the_fact_table(lake: Path) -> None:
    facts = published(lake, "fact_toxicity")
    assert dict(facts.group_by("document_id").len().rows()) == {
        "NCT00023673.legacy_json": 332, "NCT00023673.v1_xml": 332,
    }  # fmt: skip
    assert published(lake, "rejected").is_empty()


def test_nobody_is_counted_twice_and_totals_count_for_no_term(lake: Path) -> None:
    used = published(lake, "fact_toxicity").filter("is_used")
    assert set(used["document_id"]) == {"NCT00023673.legacy_json"}
    totals = used.filter(pl.col("table_label") == "Totals")["concept"]
    terms = used.filter(pl.col("table_label") != "Totals")["concept"]
    assert not set(totals) & set(terms)


def test_a_term_in_the_serious_and_the_other_table_gives_bounds(lake: Path) -> None:
    """Epistaxis, haemoptysis and other bleeding lines overlap in unknown ways, so haemorrhage is bounded."""
    rows = published(lake, "incidence_by_arm").filter(
        pl.col("concept") == "haemorrhage", pl.col("grade_band") == "any", pl.col("arm_id") == "NCT00023673.EG001"
    )
    row = rows.row(0, named=True)
    assert (row["reporting_status"], row["n_at_risk"], row["incidence"]) == ("derived_bounds", 53, None)
    assert row["n_affected_lower"] < row["n_affected_upper"] <= 53
