"""What Dagster shows of a table: columns, row counts, lineage and, where nobody can be recognised, a preview."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.storage import Stored

PREVIEW_ROWS = 8
# Subject-level rows never leave their files.
RESTRICTED = ("subject", "event")


def asset_key(table: Table) -> dg.AssetKey:
    return dg.AssetKey([table.stage, table.name])


def spec(table: Table, reads: Iterable[Table], **options: Any) -> dg.AssetSpec:
    """The asset of a table, with what is known of it before it is made."""
    upstream = list(reads)
    return dg.AssetSpec(
        asset_key(table),
        deps=[asset_key(each) for each in upstream],
        description=table.description,
        group_name=table.stage,
        kinds={"polars", "parquet"},
        metadata={
            "dagster/column_schema": column_schema(table),
            **({"dagster/column_lineage": lineage(table, upstream)} if upstream else {}),
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


def lineage(table: Table, upstream: Iterable[Table]) -> dg.TableColumnLineage:
    """Each column's columns of the same name upstream: one name means one thing in every table."""
    deps = {
        column.name: [
            dg.TableColumnDep(asset_key(source), column.name)
            for source in upstream
            if column.name in source.column_names
        ]
        for column in table.columns
    }
    return dg.TableColumnLineage({name: found for name, found in deps.items() if found})


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
    """The first rows of an aggregate table as Markdown; nothing of a subject-level one."""
    if table.name in RESTRICTED:
        return {}
    head = pl.scan_parquet(path).head(PREVIEW_ROWS).collect()
    if head.is_empty():
        return {}
    return {"preview": dg.MetadataValue.md(_markdown(head))}


def _markdown(frame: pl.DataFrame) -> str:
    rows = [frame.columns, ["---"] * frame.width, *([_cell(value) for value in row] for row in frame.iter_rows())]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(value: object) -> str:
    shown = "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
    return shown.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")[:80]
