"""What a record planned: its arms and the drugs of each, as registered, however the format links them."""

from pathlib import Path
from typing import Any

from ingest_ctgov.register_reading import module, record, tables_of

PLAN = ("plan_number", "planned_arm_number", "planned_arm", "planned_drug_number", "planned_drug")


def _planned(arms: list[dict[str, Any]], interventions: list[dict[str, Any]]) -> dict[str, Any]:
    changed = record()
    changed["protocolSection"]["armsInterventionsModule"] = {"armGroups": arms, "interventions": interventions}
    return changed


def _drug(name: str, *labels: str, kind: str = "DRUG") -> dict[str, Any]:
    return {"type": kind, "name": name, "armGroupLabels": list(labels)}


def test_an_arm_names_its_drugs_or_a_drug_its_arms(tmp_path: Path) -> None:
    arms = [{"label": "A", "interventionNames": ["Drug: Imatinib"]}, {"label": "B"}]
    found = tables_of(_planned(arms, [_drug("Imatinib"), _drug("Sunitinib", "b", "A")]), tmp_path)
    assert found["planned_treatment"].select(PLAN).rows() == [
        (1, 1, "A", 1, "Imatinib"),
        (2, 1, "A", 2, "Sunitinib"),
        (3, 2, "B", 2, "Sunitinib"),
    ]


def test_an_arm_without_a_drug_and_a_drug_without_an_arm_have_a_row_each(tmp_path: Path) -> None:
    arms = [{"label": "A", "description": "Watched only", "interventionNames": ["Device: Pump"]}]
    interventions = [_drug("Pump", "A", kind="DEVICE"), _drug("Imatinib")]
    found = tables_of(_planned(arms, interventions), tmp_path)["planned_treatment"]
    assert found.select(PLAN).rows() == [(1, 1, "A", None, None), (2, None, None, 2, "Imatinib")]
    assert found["planned_arm_description"].to_list() == ["Watched only", None]


def test_other_names_are_a_list_as_json_and_nothing_where_there_are_none(tmp_path: Path) -> None:
    drugs = [{**_drug("Imatinib"), "otherNames": ["Gleevec", "Glivec® 400"]}, _drug("Placebo")]
    found = tables_of(_planned([], drugs), tmp_path)["planned_treatment"]
    assert found["other_names"].to_list() == ['["Gleevec", "Glivec® 400"]', None]


def test_two_planned_arms_of_one_label_are_two_arms(tmp_path: Path) -> None:
    arms = [{"label": "A", "description": "first"}, {"label": "A", "description": "second"}]
    found = tables_of(_planned(arms, [_drug("Imatinib", "A")]), tmp_path)["planned_treatment"]
    assert found.select("planned_arm_number", "planned_arm_description").rows() == [(1, "first"), (2, "second")]


def test_the_reader_keeps_texts_and_states_no_dose(tmp_path: Path) -> None:
    changed = record()
    module(changed)["eventGroups"][0]["description"] = "400 mg orally"
    arm = tables_of(changed, tmp_path)["arm"].row(0, named=True)
    assert (arm["label"], arm["description"]) == ("Imatinib 400 mg daily", "400 mg orally")
    assert {arm[name] for name in ("drug", "combination_drugs", "dose_mg_per_day", "dose_text", "dose_note")} == {None}


def test_a_record_without_event_groups_has_no_plan(tmp_path: Path) -> None:
    changed = record()
    module(changed)["eventGroups"] = []
    assert tables_of(changed, tmp_path)["planned_treatment"].is_empty()
