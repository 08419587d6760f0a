"""The main job, and the part of it that a set of stale deliveries needs."""

from collections.abc import Collection

import dagster as dg

from safety_pipeline.orchestration.assets import delivery_assets, lake_assets
from safety_pipeline.orchestration.assets.checks import CHECKS
from safety_pipeline.orchestration.assets.delivery_assets import LANDED
from safety_pipeline.orchestration.assets.metadata import asset_key
from safety_pipeline.tables import ingested, published

MAIN_JOB = dg.define_asset_job(
    "main_job",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(LANDED.key).without_checks(),
    description="Landed documents to the published release: ingest, harmonise, check, summarise, publish. "
    "The sensor asks for it by itself; by hand, choose the deliveries or All.",
)
SUMMARY_JOB = dg.define_asset_job(
    "summary_job",
    selection=dg.AssetSelection.groups("summarised", "published"),
    description="The summaries and the release again, from what is checked.",
)
JOBS = (MAIN_JOB, SUMMARY_JOB)


def selected(*, with_deliveries: bool, with_summaries: bool) -> list[dg.AssetKey]:
    """The asset keys of a run."""
    partitioned = [asset for asset in delivery_assets.ASSETS if isinstance(asset, dg.AssetsDefinition)]
    chosen = [*(partitioned if with_deliveries else []), *(lake_assets.ASSETS if with_summaries else [])]
    return [key for asset in chosen for key in asset.keys]


def checks_of(keys: Collection[dg.AssetKey]) -> list[dg.AssetCheckKey]:
    """The checks of a run: those of its assets, and with the summaries those of the tables of all deliveries.

    A delivery that is withdrawn makes no table of its own anew, and the results of a release are about what it holds.
    """
    found = [key for check in CHECKS for key in check.check_keys]
    is_of_all = asset_key(published.DQ_RESULT) in keys
    with_deliveries = asset_key(ingested.DOCUMENT) in keys
    return [
        key for key in found if is_of_all or key.asset_key in keys or (with_deliveries and key.asset_key == LANDED.key)
    ]
