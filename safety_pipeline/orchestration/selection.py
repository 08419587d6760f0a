"""The main job, and the part of it that a set of stale deliveries needs."""

import dagster as dg

from safety_pipeline.orchestration import delivery_assets, lake_assets

MAIN_JOB = dg.define_asset_job(
    "main_job",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(delivery_assets.LANDED.key),
    description="Landed documents to the published release: ingest, harmonise, check, summarise, publish.",
)
SUMMARY_JOB = dg.define_asset_job(
    "summary_job",
    selection=dg.AssetSelection.groups("summarised", "published"),
    description="The summaries and the release again, from what is checked.",
)
JOBS = (MAIN_JOB, SUMMARY_JOB)
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


def selected(*, with_deliveries: bool, with_summaries: bool) -> list[dg.AssetKey]:
    """The asset keys of a run."""
    partitioned = [asset for asset in delivery_assets.ASSETS if isinstance(asset, dg.AssetsDefinition)]
    chosen = [*(partitioned if with_deliveries else []), *(lake_assets.ASSETS if with_summaries else [])]
    return [key for asset in chosen for key in asset.keys]


def range_tags(block: list[str]) -> dict[str, str]:
    """The tags of a run over neighbouring partitions."""
    return {RANGE_START: block[0], RANGE_END: block[-1]}


# The timeline of the UI shows the runs of a code location, which Dagster notes of those it starts itself.
OF_THIS_LOCATION = {".dagster/repository": "__repository__@safety_pipeline"}
