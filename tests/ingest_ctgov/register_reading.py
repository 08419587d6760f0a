"""Reading of register records in tests, from the samples or made up on the spot."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from safety_pipeline.ingest.ctgov import read
from safety_pipeline.tables.delivery import Delivery

Tables = Mapping[str, pl.DataFrame]
SERIOUS, OTHER, TOTALS = "Serious adverse events", "Other adverse events", "Totals"

RECORD: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT00000001", "briefTitle": "A small trial"},
        "designModule": {
            "phases": ["PHASE2"],
            "designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"},
            "enrollmentInfo": {"count": 30, "type": "ACTUAL"},
        },
        "conditionsModule": {"conditions": ["GIST"]},
        "armsInterventionsModule": {
            "interventions": [{"type": "DRUG", "name": "Imatinib mesylate"}, {"type": "DRUG", "name": "Placebo"}]
        },
    },
    "resultsSection": {
        "adverseEventsModule": {
            "frequencyThreshold": "5",
            "timeFrame": "Up to 30 days",
            "eventGroups": [
                {"id": "EG000", "title": "Imatinib 400 mg daily", "seriousNumAffected": 2, "seriousNumAtRisk": 20},
                {"id": "EG001", "title": "Placebo", "seriousNumAffected": 0, "seriousNumAtRisk": 10},
            ],
            "seriousEvents": [
                {
                    "term": "Oedema peripheral",
                    "organSystem": "General disorders",
                    "sourceVocabulary": "CTCAE (4.0)",
                    "stats": [
                        {"groupId": "EG000", "numEvents": 3, "numAffected": 2, "numAtRisk": 20},
                        {"groupId": "EG001", "numAffected": 0, "numAtRisk": 10},
                    ],
                }
            ],
            "otherEvents": [
                {
                    "term": "Rash <b>& more</b>",
                    "organSystem": "Skin",
                    "stats": [{"groupId": "EG000", "numAffected": 1, "numAtRisk": 20}],
                }
            ],
        }
    },
}


def record() -> dict[str, Any]:
    """A small sound record, free to change."""
    return copy.deepcopy(RECORD)


def module(changed: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = changed["resultsSection"]["adverseEventsModule"]
    return found


def tables(path: Path) -> Tables:
    """What the reader makes of a file."""
    ingested = read(Delivery(f"ctgov.{path.stem}", "ctgov", path, "0" * 64))
    return {name: frame.collect() for name, frame in ingested.tables().items()}


def tables_of(content: object, folder: Path, name: str = "NCT00000001.json") -> Tables:
    """What the reader makes of a record, of bytes or of a text."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return tables(path)


def rows_in(found: Tables, table_label: str) -> pl.DataFrame:
    return found["cell"].filter(pl.col("table_label") == table_label)


def counts(found: Tables, term: str, table_label: str) -> list[tuple[Any, ...]]:
    """(group, affected, at risk, episodes) of a term in a table."""
    rows = rows_in(found, table_label).filter(pl.col("term_as_reported") == term).sort("arm_id")
    return rows.select(pl.col("arm_id").str.tail(5), "n_affected_lower", "n_at_risk", "n_episodes").rows()
