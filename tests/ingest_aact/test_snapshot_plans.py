"""What the studies of a snapshot planned, from the tables of arms, of interventions and of the links between them."""

from pathlib import Path

import polars as pl
import pytest
from ingest_aact.snapshots import FILES, tables, tables_with, write
from register_arms import arms_of

GROUPS = "id|nct_id|group_type|title|description\n"
LINKS = "id|nct_id|design_group_id|intervention_id\n"
PLAN = ("trial_id", "plan_number", "planned_arm_number", "planned_arm", "planned_drug_number", "planned_drug")
PLANNED = {
    "design_groups": GROUPS + "7|NCT00000001|E|Low|400 mg daily\n6|NCT00000001|E|None|\n9|NCT00000002|E|Unseen|\n",
    "interventions": "id|nct_id|intervention_type|name|description\n5|NCT00000001|DEVICE|Pump|\n"
    "3|NCT00000001|DRUG|Imatinib|\n4|NCT00000001|Biological|Sera|\n2|NCT00000001|DRUG||\n",
    "design_group_interventions": LINKS
    + "1|NCT00000001|7|3\n2|NCT00000001|7|3\n3|NCT00000001|6|5\n4|NCT00000001|6|99\n",
}


def _plan(folder: Path, **changed: str) -> pl.DataFrame:
    return tables_with(folder, **{**PLANNED, **changed})["planned_treatment"]


def test_the_plan_stands_in_the_order_of_the_files_for_studies_with_event_groups(tmp_path: Path) -> None:
    assert _plan(tmp_path).select(PLAN).rows() == [
        ("NCT00000001", 1, 1, "Low", 2, "Imatinib"),
        ("NCT00000001", 2, 2, "None", None, None),
        ("NCT00000001", 3, None, None, 3, "Sera"),
    ]


def test_the_dose_of_a_planned_arm_reaches_the_group_of_its_name(tmp_path: Path) -> None:
    groups = FILES["result_groups"].replace("Imatinib 400 mg daily", "low")
    arms = arms_of(tables_with(tmp_path, **PLANNED, result_groups=groups))
    assert arms.select("label", "drug", "dose_mg_per_day").row(0) == ("low", "imatinib", 400.0)


ABSENT = {
    "design_groups": [(None, "Imatinib"), (None, "Sera")],
    "interventions": [("Low", None), ("None", None)],
    "design_group_interventions": [("Low", None), ("None", None), (None, "Imatinib"), (None, "Sera")],
}


@pytest.mark.parametrize("absent", ABSENT)
def test_without_one_of_the_tables_the_others_say_what_they_hold(tmp_path: Path, absent: str) -> None:
    there = {name: text for name, text in {**FILES, **PLANNED}.items() if name != absent}
    found = tables(write(tmp_path / "snapshot", there))["planned_treatment"]
    assert found.select("planned_arm", "planned_drug").rows() == ABSENT[absent]


def test_without_any_of_the_tables_there_is_no_plan(tmp_path: Path) -> None:
    there = {name: text for name, text in FILES.items() if name != "interventions"}
    assert tables(write(tmp_path / "snapshot", there))["planned_treatment"].is_empty()
