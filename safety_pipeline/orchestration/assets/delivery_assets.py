"""The assets with one partition a delivery: ingested, harmonised and checked tables."""

from collections.abc import Iterator

import dagster as dg

from safety_pipeline.orchestration.assets.engine_resource import ENGINE
from safety_pipeline.orchestration.assets.metadata import OWNER, asset_key, spec, stored_metadata
from safety_pipeline.orchestration.assets.partitions import DELIVERIES
from safety_pipeline.orchestration.assets.writer import WRITER
from safety_pipeline.orchestration.lakes import left_out, taken_out
from safety_pipeline.orchestration.lakes.lake import Lake, digest, lake_folder
from safety_pipeline.orchestration.making import stages
from safety_pipeline.orchestration.making.plan import STAGE_TABLES, code_version, fingerprint
from safety_pipeline.orchestration.making.progress import with_progress
from safety_pipeline.orchestration.making.side_by_side import Made, Stage
from safety_pipeline.tables import harmonised, ingested
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.storage import Stored

LANDED = dg.AssetSpec(
    ["landed", "delivery"],
    group_name="landed",
    partitions_def=DELIVERIES,
    owners=[OWNER],
    description="One partition per source as received: a folder or file under `landed/`, versioned by its content.",
)


def _specs(stage: str, reads: tuple[dg.AssetKey, ...] | tuple[Table, ...]) -> list[dg.AssetSpec]:
    tables = [each for each in reads if isinstance(each, Table)]
    others = [each for each in reads if isinstance(each, dg.AssetKey)]
    specs = [spec(table, tables, code_version=code_version(stage)) for table in STAGE_TABLES[stage]]
    return [each.merge_attributes(deps=others) if others else each for each in specs]


def _materialised(context: dg.AssetExecutionContext, stage: str, make: Stage) -> Iterator[dg.MaterializeResult[None]]:
    """Every table of the stage for every delivery of the run, one delivery after the other."""
    lake = Lake(lake_folder())
    make_one = context.resources.engine.of_deliveries(lake, stage, make, context.partition_keys)
    hashes: dict[str, list[str]] = {table.name: [] for table in STAGE_TABLES[stage]}
    for delivery_id in with_progress(context.partition_keys, stage, context.log.info):
        for table, stored in _store(lake, stage, delivery_id, make_one).items():
            hashes[table.name].append(stored.sha256)
            # Dagster looks the partition up three times a call; an empty table has nothing to show.
            if stored.n_rows:
                known = stored_metadata(table, stored, is_partition=True)
                context.add_asset_metadata(known, asset_key=asset_key(table), partition_key=delivery_id)
    for table in STAGE_TABLES[stage]:
        made = hashes[table.name]
        version = made[0] if len(made) == 1 else digest(made)
        yield dg.MaterializeResult(asset_key=asset_key(table), data_version=dg.DataVersion(version))


def _store(lake: Lake, stage: str, delivery_id: str, make: Made) -> dict[Table, Stored]:
    """The stored tables of the stage; where it fails they are empty, and the delivery is left out of what follows."""
    made_of = fingerprint(lake, stage, delivery_id)
    left_out.take_back(lake, [delivery_id], stage)
    stored = left_out.tried(lambda: _stored(lake, stage, delivery_id, make))
    if isinstance(stored, BaseException):
        left_out.leave_out(lake, delivery_id, stage, left_out.of_the_program(stage, stored))
        stored = lake.write_all({table: table.empty() for table in STAGE_TABLES[stage]}, delivery_id)
    lake.remember_tables(stage, stored, made_of, delivery_id)
    return stored


def _stored(lake: Lake, stage: str, delivery_id: str, make: Made) -> dict[Table, Stored]:
    frames = make(lake, delivery_id)
    stored = lake.write_all({table: frames[table.name] for table in STAGE_TABLES[stage]}, delivery_id)
    return taken_out.delivery_without_broken_rows(lake, stored, delivery_id) if stage == "checked" else stored


# However many deliveries a run covers, it is one run with one step a stage.
_ONE_RUN = dg.BackfillPolicy.single_run()


@dg.multi_asset(
    name="ingested",
    specs=_specs("ingested", (LANDED.key,)),
    partitions_def=DELIVERIES,
    backfill_policy=_ONE_RUN,
    required_resource_keys={WRITER, ENGINE},
)
def ingested_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    yield from _materialised(context, "ingested", stages.ingest)


@dg.multi_asset(
    name="harmonised",
    specs=_specs("harmonised", ingested.INGESTED),
    partitions_def=DELIVERIES,
    backfill_policy=_ONE_RUN,
    required_resource_keys={WRITER, ENGINE},
)
def harmonised_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    yield from _materialised(context, "harmonised", stages.harmonised_tables)


@dg.multi_asset(
    name="checked",
    specs=_specs("checked", (harmonised.TOXICITY, harmonised.REFUSAL)),
    partitions_def=DELIVERIES,
    backfill_policy=_ONE_RUN,
    required_resource_keys={WRITER, ENGINE},
)
def checked_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    yield from _materialised(context, "checked", stages.check)


ASSETS = (LANDED, ingested_tables, harmonised_tables, checked_tables)
