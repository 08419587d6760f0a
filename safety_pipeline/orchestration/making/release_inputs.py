"""What a release is made of, so that two releases can be told apart: documents, reference data, settings and code."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import polars as pl

from safety_pipeline.ingest.cdisc.package import smallest_cell
from safety_pipeline.orchestration.lakes.lake import Lake, files_digest
from safety_pipeline.orchestration.making.plan import STAGE_TABLES, code_version
from safety_pipeline.reference.read import DATA
from safety_pipeline.summarise.comparisons import hierarchical_contrasts
from safety_pipeline.tables.released import RELEASE_INPUT

# Those that make or store a number; another version of them may give another one.
PACKAGES = ("polars", "pyarrow", "duckdb", "numpy", "scipy", "statsmodels", "narwhals", "great-expectations", "dagster")


def release_inputs(lake: Lake, documents: Mapping[str, str]) -> pl.LazyFrame:
    """One row per thing the release is made of, with its version."""
    made_of = (
        *(("document", name, content) for name, content in documents.items()),
        *_reference_files(lake.own_reference),
        *(("setting", name, value) for name, value in settings().items()),
        *(("code", stage, code_version(stage)) for stage in STAGE_TABLES),
        *(("package", name, version(name)) for name in PACKAGES),
    )
    rows = [dict(zip(RELEASE_INPUT.column_names, row, strict=True)) for row in made_of]
    return RELEASE_INPUT.from_rows(rows).sort(RELEASE_INPUT.key)


def settings() -> dict[str, str]:
    """What a user may set that changes a number."""
    return {
        "smallest_cell": smallest_cell.setting() or "as the package says",
        "hierarchical": "yes" if hierarchical_contrasts.is_wanted() else "no",
    }


def _reference_files(own: Path | None) -> Iterator[tuple[str, str, str]]:
    """Each file that ships, and each that the lake's user has added."""
    yield from _files(DATA, "")
    if own:
        yield from _files(own, "own/")


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, str, str]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield "reference", f"{prefix}{file.relative_to(folder).as_posix()}", files_digest([file])
