"""The releases of a lake: which there are, in which order, and what lies in each."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from safety_pipeline.publish.find_name import find_name
from safety_pipeline.publish.release import MANIFEST, latest_id
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.released import RELEASE
from safety_pipeline.tables.storage import count_rows


class NoSuchReleaseError(Exception):
    """The lake has no release of that name; the message says which there are."""


@dataclass(frozen=True)
class Release:
    """One release that the lake keeps; what a product without `release` tables has made has no date of its own."""

    release_id: str
    folder: Path
    released_at: datetime
    is_latest: bool


def releases(published: Path) -> list[Release]:
    """The releases that are kept, the newest first."""
    latest = latest_id(published)
    manifests = (published / "releases").glob(f"[!.]*/{MANIFEST}")
    found = [_release(manifest.parent, latest) for manifest in manifests]
    return sorted(found, key=lambda each: (each.released_at, each.release_id), reverse=True)


def _release(folder: Path, latest: str | None) -> Release:
    described = read(folder, RELEASE)
    written = datetime.fromtimestamp((folder / MANIFEST).stat().st_mtime).replace(tzinfo=None)
    released_at = written if described.is_empty() else described["released_at"].item()
    return Release(folder.name, folder, released_at, folder.name == latest)


def find_release(published: Path, asked: str) -> Release:
    """The release of that name, of the beginning of a name, or `latest` or `previous`."""
    kept = releases(published)
    if not kept:
        raise NoSuchReleaseError(f"{published} holds no release yet: run `safety-pipeline run` first.")
    by_word = {"latest": next((each for each in kept if each.is_latest), kept[0])}
    if (before := _before(kept, by_word["latest"])) is not None:
        by_word["previous"] = before
    named = [by_word[asked]] if asked in by_word else [each for each in kept if each.release_id.startswith(asked)]
    if len(named) == 1 and asked:
        return named[0]
    raise NoSuchReleaseError(_which_there_are(asked, [each.release_id for each in kept], tuple(by_word)))


def _which_there_are(asked: str, ids: list[str], words: tuple[str, ...]) -> str:
    """A sentence on the releases that could be meant."""
    if asked == "previous":
        return f"No release before the latest is kept. There is {', '.join(ids[:5])}."
    near = find_name(asked, {each: each for each in ids}).near or ids
    return f"There is no single release {asked!r}. Near: {', '.join((*near[:5], *words))}."


def _before(kept: list[Release], latest: Release) -> Release | None:
    """The release that was current before the latest, where it is still kept."""
    described = read(latest.folder, RELEASE)
    name = None if described.is_empty() else described["previous_release_id"].item()
    return next((each for each in kept if each.release_id == name), None)


def n_rows(folder: Path, table: Table) -> int:
    """How many rows the table of a release has, none of them read."""
    file = folder / f"{table.name}.parquet"
    return count_rows(file) if file.exists() else 0


def read(folder: Path, table: Table) -> pl.DataFrame:
    """The table of a release; empty where the product that made the release did not have it yet."""
    file = folder / f"{table.name}.parquet"
    if not file.exists():
        return table.empty().collect()
    stored = pl.scan_parquet(file)
    present = set(stored.collect_schema().names())
    known = [column for column in table.columns if column.name in present]
    texts = stored.select(pl.col(column.name).cast(column.dtype) for column in known)
    absent = [pl.lit(None, column.dtype).alias(column.name) for column in table.columns if column.name not in present]
    return texts.with_columns(absent).select(table.column_names).collect()
