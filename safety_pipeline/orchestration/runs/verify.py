"""Whether a release and the lake hold the bytes that were recorded when they were written."""

import json
from collections.abc import Iterator
from pathlib import Path

from safety_pipeline.orchestration.lakes.lake import PARTITIONED_STAGES, Lake
from safety_pipeline.orchestration.making.plan import STAGE_TABLES
from safety_pipeline.publish.release import LATEST, MANIFEST
from safety_pipeline.publish.release_history import Release
from safety_pipeline.publish.signature import SIGNATURE
from safety_pipeline.tables.storage import sha256_of

# Written by the latest run, also where it made no new release.
_NEWER_THAN_ITS_RELEASE = "dq_result.parquet"


def release_faults(release: Release) -> Iterator[str]:
    """A sentence for each file of the release that is missing, added or has other bytes than recorded."""
    recorded = _recorded(release.folder)
    yield from _faults(release.folder, recorded)
    present = {file.name for file in release.folder.iterdir()} - {MANIFEST, SIGNATURE}
    yield from (f"{release.folder / name}: not part of the release" for name in sorted(present - set(recorded)))


def lake_faults(folder: Path) -> Iterator[str]:
    """A sentence for each flat file that is not the latest release's, and each stored table with other bytes."""
    published = folder / "published"
    recorded = _recorded(published / LATEST) if (published / LATEST / MANIFEST).exists() else {}
    yield from _faults(published, {name: sha for name, sha in recorded.items() if name != _NEWER_THAN_ITS_RELEASE})
    lake = Lake(folder)
    for stage in PARTITIONED_STAGES:
        for delivery_id in lake.deliveries:
            yield from _stage_faults(lake, stage, delivery_id)
    yield from _stage_faults(lake, "summarised", None)


def _stage_faults(lake: Lake, stage: str, delivery_id: str | None) -> Iterator[str]:
    """Tables of a stage whose bytes are not those remembered; a stage not made yet has none."""
    state = lake.state(stage, delivery_id) if delivery_id else lake.state(stage)
    for table in STAGE_TABLES[stage]:
        if (sha256 := state.get(table.name)) is not None:
            yield from _file_faults(lake.path(table, delivery_id), sha256)


def _recorded(folder: Path) -> dict[str, str]:
    files: dict[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return files


def _faults(folder: Path, recorded: dict[str, str]) -> Iterator[str]:
    for name, sha256 in recorded.items():
        yield from _file_faults(folder / name, sha256)


def _file_faults(file: Path, sha256: str) -> Iterator[str]:
    if not file.exists():
        yield f"{file}: missing"
    elif sha256_of(file) != sha256:
        yield f"{file}: other bytes than recorded"
