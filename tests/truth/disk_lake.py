"""A lake on disk taken through the real stages, small deliveries together as in the main job, but without Dagster."""

from pathlib import Path

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.lakes.taken_out import delivery_without_broken_rows, without_broken_rows
from safety_pipeline.orchestration.making import stages, summaries
from safety_pipeline.orchestration.making.publications import PUBLICATIONS
from safety_pipeline.orchestration.making.side_by_side import side_by_side
from safety_pipeline.orchestration.making.summary import Summary
from safety_pipeline.tables import checked, harmonised, ingested
from safety_pipeline.tables.column import Table

_OF_A_DELIVERY = {
    "ingested": (ingested.INGESTED, stages.ingest),
    "harmonised": (harmonised.HARMONISED, stages.harmonised_tables),
    "checked": (checked.CHECKED, stages.check),
}


def run(folder: Path, last: Table) -> Lake:
    """From what is landed in the folder to a summary."""
    lake = Lake(folder)
    for stage, (tables_of_stage, make) in _OF_A_DELIVERY.items():
        make_one = side_by_side(lake, stage, list(lake.deliveries), make)
        for delivery_id in lake.deliveries:
            made = make_one(lake, delivery_id)
            stored = lake.write_all({table: made[table.name] for table in tables_of_stage}, delivery_id)
            if stage == "checked":
                delivery_without_broken_rows(lake, stored, delivery_id)
    tables = [summary.table for summary in summaries.SUMMARIES]
    _make(lake, summaries.SUMMARIES[: tables.index(last) + 1])
    return lake


def publish(folder: Path) -> Lake:
    """From what is landed to every public table."""
    lake = run(folder, summaries.SUMMARIES[-1].table)
    _make(lake, PUBLICATIONS)
    return lake


def _make(lake: Lake, summaries: tuple[Summary, ...]) -> None:
    for summary in summaries:
        without_broken_rows(lake, summary.table, lake.write(summary.table, summary.make(lake)))
