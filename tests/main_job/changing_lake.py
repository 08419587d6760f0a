"""A lake that changes a little from run to run, taken through the real stages without Dagster."""

from pathlib import Path

from safety_pipeline.orchestration.increments import basis
from safety_pipeline.orchestration.increments.remade import remade
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making import stages
from safety_pipeline.orchestration.making.plan import STAGE_TABLES, fingerprint
from safety_pipeline.orchestration.making.publications import PUBLICATIONS
from safety_pipeline.orchestration.making.side_by_side import side_by_side
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.orchestration.making.summary import Summary

_MAKE = {"ingested": stages.ingest, "harmonised": stages.harmonised_tables, "checked": stages.check}


def read(folder: Path) -> Lake:
    """The deliveries of the lake read, harmonised and checked, where they are not."""
    lake = Lake(folder)
    lake.withdraw(lake.remembered_deliveries())
    for stage, make in _MAKE.items():
        made_of = {name: fingerprint(lake, stage, name) for name in lake.deliveries}
        stale = [name for name in made_of if lake.state(stage, name).get("fingerprint") != made_of[name]]
        make_one = side_by_side(lake, stage, stale, make)
        for name in stale:
            frames = make_one(lake, name)
            stored = lake.write_all({table: frames[table.name] for table in STAGE_TABLES[stage]}, name)
            lake.remember_tables(stage, stored, made_of[name], name)
    return lake


def summarise(lake: Lake) -> dict[str, bool]:
    """Every table over all deliveries, as after a change where that can be; answers which were made so."""
    made_so = {}
    for summary in (*SUMMARIES, *PUBLICATIONS):
        made_so[summary.table.path] = _summarise(lake, summary)
    basis.keep(lake, "a release")
    return made_so


def _summarise(lake: Lake, summary: Summary) -> bool:
    made = remade(lake, summary) if summary.same_as is None else None
    stored = summary.write(lake, lambda lake, summary: summary.in_blocks(lake) if made is None else made)
    lake.remember_tables(summary.table.stage, {summary.table: stored}, "a run")
    return made is not None
