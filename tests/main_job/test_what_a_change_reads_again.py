"""Which code and data a stage depends on, and arms that no cell counts."""

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.plan import code_of
from safety_pipeline.orchestration.making.stages import harmonised_tables
from safety_pipeline.reference.read import DATA
from safety_pipeline.tables.ingested import ARM, DOCUMENT

UNITS_OF_DOSES = DATA / "dose" / "unit.csv"


def _grammar(stage, kind=None):
    """Whether a change of the units of doses makes the stage run again."""
    return any(place in UNITS_OF_DOSES.parents for place in code_of(stage, kind))


def test_a_changed_grammar_of_doses_reads_no_register_again():
    assert not _grammar("ingested", "aact")
    assert not _grammar("ingested", "ctgov")
    assert _grammar("ingested", "cdisc")
    assert _grammar("harmonised")


def test_the_code_and_data_a_stage_depends_on_are_there():
    for kind in ("literature", "cdisc"):
        assert [place for place in code_of("ingested", kind) if not place.exists()] == []


def test_the_arms_of_a_delivery_without_cells_are_harmonised(tmp_path):
    (tmp_path / "landed" / "ctgov").mkdir(parents=True)
    (tmp_path / "landed" / "ctgov" / "NCT00000001.json").write_text("{}")
    lake = Lake(tmp_path)
    (delivery_id,) = lake.deliveries
    place = {"delivery_id": delivery_id, "document_id": "NCT00000001", "trial_id": "NCT00000001"}
    arm = {**place, "arm_id": "NCT00000001.EG000", "label": "400 mg daily", "is_aggregate": False, "may_overlap": False}
    document = {**place, "kind": "ctgov", "document_priority": 5, "has_toxicity_results": False}
    lake.write(ARM, ARM.from_rows([arm]), delivery_id)
    lake.write(DOCUMENT, DOCUMENT.from_rows([document]), delivery_id)
    made = harmonised_tables(lake, delivery_id)
    assert made["arm"].select("arm_id", "dose_mg_per_day").collect().rows() == [("NCT00000001.EG000", 400.0)]
    assert made["toxicity"].collect().is_empty()
