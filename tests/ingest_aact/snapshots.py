"""Small AACT-shaped snapshots for tests."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from safety_pipeline.ingest.aact import read
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.ingested import INGESTED

FILES = {
    "studies": "nct_id|brief_title|phase|enrollment|enrollment_type|number_of_arms\n"
    'NCT00000001|"A ""small"" trial|of two lines\nhere"|PHASE2|30|ACTUAL|2\n'
    "NCT00000002|No results yet||50|ESTIMATED|\n",
    "result_groups": "id|nct_id|ctgov_group_code|result_type|title|description\n"
    "1|NCT00000001|EG000|Reported Event|Imatinib 400 mg daily|\n"
    "2|NCT00000001|EG001|Reported Event|Placebo|\n"
    "3|NCT00000001|OG000|Outcome|Imatinib|\n",
    "reported_events": "id|nct_id|result_group_id|ctgov_group_code|time_frame|event_type|default_vocab|"
    "default_assessment|subjects_affected|subjects_at_risk|description|event_count|organ_system|adverse_event_term|"
    "frequency_threshold|vocab|assessment\n"
    '1|NCT00000001|1|EG000|"30\ndays"|serious|||2|20|||General disorders|Oedema peripheral|5|CTCAE (4.0)|SYSTEMATIC\n'
    "2|NCT00000001|2|EG001|30 days|serious|||0|10|||General disorders|Oedema peripheral|5|CTCAE (4.0)|SYSTEMATIC\n"
    '3|NCT00000001|1|EG000|30 days|other|||1|20||4|Skin|"Rash, ""bad""|type"|5||SYSTEMATIC\n',
    "reported_event_totals": "id|nct_id|ctgov_group_code|event_type|classification|subjects_affected|"
    "subjects_at_risk|created_at|updated_at\n"
    "1|NCT00000001|EG000|serious|Total, serious adverse events|2|20||\n"
    "2|NCT00000001|EG000|deaths|Total, all-cause mortality||||\n",
    "interventions": "id|nct_id|intervention_type|name|description\n1|NCT00000001|DRUG|Imatinib mesylate|\n",
}

Tables = Mapping[str, pl.DataFrame]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.txt").write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def tables(path: Path, sha256: str = "0" * 64) -> Tables:
    frames = read(Delivery("aact.snapshot", "aact", path, sha256)).tables()
    return {table.name: table.restored(frames[table.name]).collect() for table in INGESTED}


def tables_with(folder: Path, **changed: str | bytes) -> Tables:
    """The small snapshot with some files changed."""
    return tables(write(folder / "snapshot", {**FILES, **changed}))


def counts(found: Tables) -> list[tuple[object, ...]]:
    wanted = (
        "arm_id",
        "table_label",
        "term_as_reported",
        "n_affected_lower",
        "n_at_risk",
        "n_episodes",
        "grading_system",
    )
    return found["cell"].select(wanted).rows()
