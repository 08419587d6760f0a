"""A refused count of a register keeps its event, group and table, so that nobody takes it for unreported."""

from pathlib import Path

import polars as pl
import pytest
from ingest_ctgov.register_reading import OTHER, SERIOUS, module, record, tables_of

from safety_pipeline.harmonise import refusals
from safety_pipeline.reference import load

KNOWN = ("table_label", "term_as_reported", "arm_id", "grade_band", "seriousness", "n_at_risk")


@pytest.mark.parametrize(
    ("kind", "stats", "known"),
    [
        (
            "seriousEvents",
            [{"groupId": "EG000", "numAffected": "many", "numAtRisk": 20}],
            (SERIOUS, "Melaena", "NCT00000001.EG000", "any", "serious", 20),
        ),
        (
            "otherEvents",
            [{"groupId": "EG000", "numAtRisk": 20}],
            (OTHER, "Melaena", "NCT00000001.EG000", "any", "other", 20),
        ),
        ("otherEvents", [{"groupId": "EG9", "numAffected": 4}], (OTHER, "Melaena", None, "any", "other", None)),
        ("otherEvents", [], (OTHER, "Melaena", None, "any", "other", None)),
        ("seriousEvents", ["four"], (SERIOUS, "Melaena", None, "any", "serious", None)),
    ],
)
def test_what_can_be_read_of_a_refused_count_is_kept(
    tmp_path: Path, kind: str, stats: list[object], known: tuple[object, ...]
) -> None:
    changed = record()
    module(changed)[kind] = [{"term": "Melaena", "stats": stats}]
    refused = tables_of(changed, tmp_path)["refusal"]
    assert refused.select(KNOWN).rows() == [known]
    assert refusals(refused.lazy(), load()).collect()["concept"].to_list() == ["haemorrhage"]


def test_a_refusal_that_is_of_no_line_has_no_event_and_no_concept(tmp_path: Path) -> None:
    changed = record()
    module(changed)["frequencyThreshold"] = "a few"
    refused = refusals(tables_of(changed, tmp_path)["refusal"].lazy(), load()).collect()
    assert refused.select("rule", "term_as_reported", "grade_band", "concept").rows() == [
        ("threshold_is_a_percentage", None, None, None)
    ]


def test_a_word_that_no_dictionary_has_leaves_the_concept_open(tmp_path: Path) -> None:
    changed = record()
    module(changed)["otherEvents"] = [{"term": "Qwertz", "stats": []}]
    refused = refusals(tables_of(changed, tmp_path)["refusal"].lazy(), load()).collect()
    assert refused.select("term_as_reported", pl.col("concept").is_null()).rows() == [("Qwertz", True)]
