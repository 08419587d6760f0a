"""Every group of the shared register records: its drug and daily dose as a pharmacist reads them, or why not."""

from pathlib import Path

import pytest

from safety_pipeline.harmonise import arms
from safety_pipeline.ingest import readers
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.harmonised import ARM

pytestmark = pytest.mark.shared
NO_DRUG, PLACEBO = "No dose with a unit", "The arm is given placebo"
FINERENONE = [("finerenone", dose, None) for dose in (1.25, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0)]
SURFACE, WEIGHT = "The dose is by body surface", "The dose is by body weight"
# File; year of the results; patients of all groups; drug, dose and reason of each group in the order of the record.
RECORDS = {
    "ctgov_legacy_json/NCT00023673.json": (2014, 61, [("paclitaxel", None, SURFACE)] * 2),
    "ctgov_v2_json/NCT00763412.json": (2017, 16, [("placebo", None, PLACEBO), ("repaglinide", None, NO_DRUG)]),
    "ctgov_v2_json/NCT01874431.json": (2021, 821, [*FINERENONE, ("placebo", None, PLACEBO)]),
    "ctgov_v2_json/NCT02210780.json": (
        2020,
        194,
        [("placebo", None, PLACEBO), ("dupilumab", None, "There is no daily dose: it is given weekly")],
    ),
    "ctgov_v2_json/NCT03192891.json": (2025, 2294, [(None, None, NO_DRUG)]),
    "ctgov_v2_json/NCT05594173.json": (2022, 18, [(None, None, NO_DRUG)]),
    "ctgov_v1_xml/NCT00023673.xml": (2014, 61, [("paclitaxel", None, SURFACE)] * 2),
    "ctgov_v1_xml/NCT00101400.xml": (2009, 54, [("sorafenib", 800.0, None)]),
    "ctgov_v1_xml/NCT00158600.xml": (
        2010,
        90,
        [("alglucosidase alfa", None, WEIGHT), ("placebo", None, PLACEBO), (None, None, "The group is the union")],
    ),
    "ctgov_v1_xml/NCT00277524.xml": (2013, 0, [(None, None, NO_DRUG)]),
    "ctgov_v1_xml/NCT01065844.xml": (2016, 15, [("nelfinavir", 2500.0, None)]),
    "ctgov_v1_xml/NCT01298141.xml": (2019, 167, [("agalsidase alfa", None, WEIGHT)]),
    "ctgov_v1_xml/NCT01642004.xml": (2016, 260, [("nivolumab", None, WEIGHT), ("docetaxel", None, SURFACE)]),
    "ctgov_v1_xml/NCT02305381.xml": (
        2018,
        396,
        [*[("semaglutide", None, "The dose changes in the course of the treatment")] * 2, ("placebo", None, PLACEBO)],
    ),
}


@pytest.mark.parametrize("record", RECORDS)
def test_every_group_has_its_drug_and_dose_or_a_reason(shared: Path, record: str) -> None:
    path = shared / "samples" / record
    tables = readers.read(Delivery(f"ctgov.{path.stem}", "ctgov", path, "")).tables()
    document = tables["document"].collect().row(0, named=True)
    found = ARM.conform(arms(tables)).collect().sort("arm_id").to_dicts()
    year, n_safety, groups = RECORDS[record]
    assert (document["year"], document["n_safety"]) == (year, n_safety)
    assert [(arm["drug"], arm["dose_mg_per_day"]) for arm in found] == [(drug, dose) for drug, dose, _ in groups]
    for arm, (_, _, reason) in zip(found, groups, strict=True):
        assert (arm["dose_note"] or "").startswith(reason or "")


def test_no_record_of_the_samples_is_left_out(shared: Path) -> None:
    folders = ("ctgov_legacy_json", "ctgov_v1_xml", "ctgov_v2_json")
    files = {f"{name}/{path.name}" for name in folders for path in (shared / "samples" / name).iterdir()}
    assert files == set(RECORDS)
