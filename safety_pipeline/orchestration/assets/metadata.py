"""What Dagster shows of a table: columns, row counts, lineage and, where nobody can be recognised, a preview."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from safety_pipeline import reference
from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.storage import Stored

PREVIEW_ROWS = 8
OWNER = "team:safety-data"
# Subject-level rows never leave their files.
RESTRICTED = ("subject", "event")


def asset_key(table: Table) -> dg.AssetKey:
    """Its last part is what a node of the graph shows, so that it names the stage too."""
    return dg.AssetKey([table.stage, f"{table.stage}_{table.name}"])


def table_path(key: dg.AssetKey) -> str:
    """The table of an asset as the lake calls it, `stage/table`."""
    stage, name = key.path
    return f"{stage}/{name.removeprefix(f'{stage}_')}"


def spec(table: Table, reads: Iterable[Table], **options: Any) -> dg.AssetSpec:
    """The asset of a table, with what is known of it before it is made."""
    return dg.AssetSpec(
        asset_key(table),
        deps=[asset_key(each) for each in reads],
        description=table.description,
        group_name=table.stage,
        kinds={"polars", "parquet"},
        owners=[OWNER],
        metadata={
            "dagster/column_schema": column_schema(table),
            "key": ", ".join(table.key) or "none",
        },
        **options,
    )


def column_schema(table: Table) -> dg.TableSchema:
    return dg.TableSchema(columns=[_column(column) for column in table.columns])


def _column(column: Column) -> dg.TableColumn:
    limits = [f"one of: {', '.join(column.allowed)}"] if column.allowed else []
    unit = f" [{column.unit}]" if column.unit else ""
    return dg.TableColumn(
        column.name,
        str(column.dtype),
        description=column.description + unit,
        constraints=dg.TableColumnConstraints(nullable=column.nullable, other=limits),
    )


def stored_metadata(table: Table, stored: Stored, *, is_partition: bool) -> dict[str, Any]:
    """The row count, place, hash and first rows of what was written."""
    count = "dagster/partition_row_count" if is_partition else "dagster/row_count"
    return {
        count: stored.n_rows,
        "path": dg.MetadataValue.path(str(stored.path)),
        "sha256": stored.sha256,
        "is_rewritten": stored.is_rewritten,
        **preview(table, stored.path),
    }


def preview(table: Table, path: Path) -> Mapping[str, Any]:
    """Some rows of an aggregate table as Markdown, headline concepts first; nothing of a subject-level one."""
    if table.name in RESTRICTED:
        return {}
    head = _first_rows(pl.scan_parquet(path), "concept" in table.column_names)
    return {"preview": dg.MetadataValue.md(_markdown(head))} if not head.is_empty() else {}


def _first_rows(rows: pl.LazyFrame, has_concepts: bool) -> pl.DataFrame:
    if not has_concepts:
        return rows.head(PREVIEW_ROWS).collect()
    is_headline = pl.col("concept").cast(pl.String).is_in(headline_concepts()).fill_null(False)
    asked = [rows.filter(chosen).head(PREVIEW_ROWS) for chosen in (is_headline, ~is_headline)]
    return pl.concat(pl.collect_all(asked)).head(PREVIEW_ROWS)


@cache
def headline_concepts() -> list[str]:
    """What people look for first; an own concept of a lake's user comes after the shipped ones."""
    return reference.load(None).dim_concept().filter("is_headline").select("concept").collect()["concept"].to_list()


def _markdown(frame: pl.DataFrame) -> str:
    rows = [frame.columns, ["---"] * frame.width, *([_cell(value) for value in row] for row in frame.iter_rows())]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(value: object) -> str:
    shown = "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
    return shown.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")[:80]
