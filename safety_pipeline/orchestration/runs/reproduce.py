"""A release built again from what is landed now, where inputs and code are the same."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.release_inputs import release_inputs
from safety_pipeline.orchestration.runs.run import run
from safety_pipeline.publish.release import LATEST, MANIFEST
from safety_pipeline.publish.release_causes import changed_inputs
from safety_pipeline.publish.release_history import Release, read
from safety_pipeline.tables.ingested import DOCUMENT
from safety_pipeline.tables.published import PUBLISHED
from safety_pipeline.tables.released import RELEASE_INPUT

# Their dates come from the releases before, which a lake built from nothing has not seen.
_DATED = ("signal", "mart_signal")


@dataclass(frozen=True)
class Reproduction:
    """What the attempt found: inputs that are other ones now, or the tables built again, equal and different."""

    other_inputs: pl.DataFrame
    equal: tuple[str, ...] = ()
    different: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether every table came out byte by byte as it was published."""
        return self.other_inputs.is_empty() and bool(self.equal) and not self.different


def reproduce(folder: Path, release: Release, workshop: Path) -> Reproduction:
    """Build the release again in an empty folder and compare the tables; not where an input is another one now."""
    recorded = read(release.folder, RELEASE_INPUT)
    other = changed_inputs(recorded, _inputs_now(Lake(folder)))
    if not other.is_empty() or recorded.is_empty():
        return Reproduction(other)
    for part in ("landed", "reference"):
        if (folder / part).is_dir():
            shutil.copytree(folder / part, workshop / part)
    run(workshop, say=lambda _: None)
    return _compared(_hashes(release.folder), _hashes(workshop / "published" / LATEST))


def _inputs_now(lake: Lake) -> pl.DataFrame:
    """What a release made now would be made of; a delivery that was never read has no document yet."""
    documents = lake.scan(DOCUMENT).select("document_id", "content_sha256").collect()
    return release_inputs(lake, dict(documents.iter_rows())).collect()


def _hashes(folder: Path) -> dict[str, str]:
    files: dict[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return files


def _compared(then: dict[str, str], now: dict[str, str]) -> Reproduction:
    names = [f"{table.name}.parquet" for table in PUBLISHED if table.name not in _DATED]
    equal = tuple(name for name in names if then.get(name) == now.get(name))
    different = tuple(name for name in names if name not in equal)
    return Reproduction(RELEASE_INPUT.empty().collect(), equal, different)
