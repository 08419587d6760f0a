"""The data dictionary, the contract and the package descriptor, from the declared tables."""

import json
from collections.abc import Iterable, Mapping

import polars as pl

from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.published import PUBLIC_TABLES
from safety_pipeline.tables.released import DATA_DICTIONARY
from safety_pipeline.tables.views import SHOWN

_JSON_TYPES = {
    pl.String: "string",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Boolean: "boolean",
    pl.Datetime: "datetime",
}


def dictionary_rows(tables: Iterable[Table] = SHOWN) -> pl.LazyFrame:
    """One row per table or view and column of what is public."""
    rows = [
        {
            "table_name": table.name,
            "grain": table.description,
            "column_name": column.name,
            "data_type": str(column.dtype),
            "is_nullable": column.nullable,
            "is_key": column.name in table.key,
            "unit": column.unit,
            "additivity": column.additivity,
            "caution": column.caution,
            "allowed_values": "; ".join(column.allowed) if column.allowed else None,
            "description": column.description,
        }
        for table in tables
        for column in table.columns
    ]
    return DATA_DICTIONARY.from_rows(rows)


def dictionary_markdown(tables: Iterable[Table] = SHOWN) -> str:
    """The dictionary as a page for people."""
    pages = [_table_markdown(table) for table in tables]
    return "# Data dictionary\n\nWritten from `safety_pipeline/tables/`; do not edit.\n\n" + "\n".join(pages)


def _table_markdown(table: Table) -> str:
    head = f"## {table.name}\n\n{table.description}\n\nKey: {', '.join(table.key) or 'none'}\n\n"
    rows = "".join(_column_markdown(column) for column in table.columns)
    columns = ("column", "type", "may be empty", "unit", "add up", "values", "meaning")
    return f"{head}| {' | '.join(columns)} |\n{'|---' * len(columns)}|\n{rows}"


def _column_markdown(column: Column) -> str:
    values = ", ".join(f"`{value}`" for value in column.allowed or ())
    is_empty = "yes" if column.nullable else "no"
    cells = (column.name, str(column.dtype), is_empty, column.unit or "", column.additivity or "", values)
    meaning = " ".join(part for part in (column.description, column.caution) if part)
    return "| " + " | ".join((*cells, meaning)) + " |\n"


def contract(tables: Iterable[Table] = SHOWN) -> str:
    """What dashboards may rely on, as JSON: name, type, nullability and key of every public column."""
    promised = {
        table.name: {
            column.name: {
                "dtype": str(column.dtype),
                "nullable": column.nullable,
                "key": column.name in table.key,
            }
            for column in table.columns
        }
        for table in tables
    }
    return json.dumps(promised, indent=2) + "\n"


def descriptor(release_id: str, hashes: Mapping[str, str], tables: Iterable[Table] = PUBLIC_TABLES) -> str:
    """The release as a Data Package (Frictionless, v1) in JSON."""
    package = {
        "name": "adverse-event-safety-signals",
        "id": release_id,
        "profile": "data-package",
        "licenses": [{"name": "Apache-2.0"}],
        "resources": [_resource(table, hashes.get(table.name)) for table in tables],
    }
    return json.dumps(package, indent=2) + "\n"


def _resource(table: Table, sha256: str | None) -> dict[str, object]:
    return {
        "name": table.name,
        "path": f"{table.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": table.description,
        **({"hash": f"sha256:{sha256}"} if sha256 else {}),
        "schema": {"fields": [_field(column) for column in table.columns], "primaryKey": list(table.key)},
    }


def _field(column: Column) -> dict[str, object]:
    limits = {"minimum": column.minimum, "maximum": column.maximum, "enum": column.allowed}
    constraints = {name: value for name, value in limits.items() if value is not None}
    return {
        "name": column.name,
        "type": _JSON_TYPES[type(column.dtype)],
        "description": column.description,
        "constraints": {"required": not column.nullable, **constraints},
    }
