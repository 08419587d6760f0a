"""The sample snapshot gives the facts of the register's own records, and AACT's expected rows are reproduced."""

import json
from pathlib import Path

import polars as pl
import pytest
from ingest_aact.snapshots import Tables, tables
from ingest_ctgov.register_reading import OTHER, SERIOUS, tables_of
from ingest_ctgov.register_reading import tables as record_tables
from polars.testing import assert_frame_equal
from register_arms import arms_of

pytestmark = pytest.mark.shared

FACTS = [
    "trial_id",
    "arm_id",
    "table_label",
    "row_label",
    "column_label",
    "printed",
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
ARM = ["arm_id", "label", "drug", "combination_drugs", "dose_mg_per_day", "dose_text", "dose_note", "n_at_risk"]
# A snapshot's other names of drugs are a table of their own, which is not read.
PLANNED = [
    "plan_number",
    "planned_arm_number",
    "planned_arm",
    "planned_arm_description",
    "planned_drug_number",
    "planned_drug",
]
SAME = [
    "ctgov_v2_json/NCT02210780.json",
    "ctgov_v2_json/NCT05594173.json",
    "ctgov_v2_json/NCT00763412.json",
    "ctgov_v2_json/NCT01874431.json",
    "ctgov_v2_json/NCT03192891.json",
    "ctgov_legacy_json/NCT00023673.json",
    "ctgov_v1_xml/NCT00023673.xml",
]


@pytest.fixture(scope="module")
def snapshot(shared: Path) -> Tables:
    return tables(shared / "samples" / "aact_shaped")


def test_the_snapshot_gives_every_event_and_total_of_its_files(snapshot: Tables) -> None:
    sizes = dict(snapshot["cell"].group_by("source_file").len().rows())
    assert sizes == {"reported_events.txt": 603, "reported_event_totals.txt": 46}
    assert (snapshot["document"].height, snapshot["arm"].height) == (6, 16)
    assert snapshot["refusal"].is_empty()


@pytest.mark.parametrize("file", SAME)
def test_a_study_of_the_snapshot_has_the_facts_of_its_record(shared: Path, snapshot: Tables, file: str) -> None:
    of_study = pl.col("trial_id") == Path(file).stem
    own = record_tables(shared / "samples" / file)
    for table, columns in (("cell", FACTS), ("planned_treatment", PLANNED)):
        mine = snapshot[table].filter(of_study).select(columns).sort(columns)
        assert_frame_equal(mine, own[table].select(columns).sort(columns))
    assert_frame_equal(arms_of(snapshot).filter(of_study).select(ARM), arms_of(own).select(ARM))


def _aact_rows(shared: Path, name: str, folder: Path) -> Tables:
    content = json.loads((shared / "samples" / "aact_shaped" / name).read_text())
    content["protocolSection"] = {"identificationModule": {"nctId": "NCT00000001"}}
    return tables_of(content, folder)


def test_the_rows_that_aact_expects_of_its_own_fixture_are_reproduced(shared: Path, tmp_path: Path) -> None:
    found = _aact_rows(shared, "_aact_fixture_reported_event.json", tmp_path)
    expected = json.loads((shared / "samples/aact_shaped/_aact_fixture_reported_event_expected.json").read_text())
    wanted = {
        (
            row["ctgov_group_code"],
            row["event_type"],
            row["organ_system"],
            row["adverse_event_term"],
            row["subjects_affected"],
            row["subjects_at_risk"],
            row["event_count"],
        )
        for row in expected
    }
    cells = found["cell"].filter(pl.col("table_label").is_in([SERIOUS, OTHER]))
    names = [
        "seriousness",
        "body_system_as_reported",
        "term_as_reported",
        "n_affected_lower",
        "n_at_risk",
        "n_episodes",
    ]
    made = cells.select(pl.col("arm_id").str.tail(5), *names).rows()
    assert len(made) == len(expected) == 6
    assert set(made) == wanted
    texts = found["source_table"].filter(pl.col("table_label") == OTHER).row(0, named=True)
    assert (texts["time_frame"], texts["note"]) == (expected[0]["time_frame"], expected[0]["description"])


def test_the_totals_of_aacts_fixture_are_those_its_test_names(shared: Path, tmp_path: Path) -> None:
    cells = _aact_rows(shared, "_aact_fixture_reported_event_total.json", tmp_path)["cell"]
    made = cells.select(pl.col("arm_id").str.tail(5), "term_as_reported", "n_affected_lower", "n_at_risk").rows()
    assert sorted(made) == [
        ("EG000", "Total, all-cause mortality", 0, 20),
        ("EG000", "Total, other adverse events", 8, 20),
        ("EG000", "Total, serious adverse events", 0, 20),
        ("EG001", "Total, all-cause mortality", 0, 4),
        ("EG001", "Total, other adverse events", 4, 4),
        ("EG001", "Total, serious adverse events", 0, 4),
    ]
