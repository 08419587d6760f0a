"""Great Expectations suites as data: read from `expectations/`, or derived from the declared tables."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from safety_pipeline.tables.checked import CHECKED
from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.published import PUBLISHED

Suite = dict[str, object]
Expectation = dict[str, Any]
_PACKAGED = Path(__file__).resolve().parent.parent / "_expectations"
_IN_THE_CLONE = Path(__file__).resolve().parent.parent.parent / "expectations"
DERIVED_TABLES: tuple[Table, ...] = (*CHECKED, *PUBLISHED)


class SuiteError(Exception):
    """A suite file that cannot be run as it stands."""


def suites_folder() -> Path:
    """The suites of the clone, or those the wheel carries."""
    return _PACKAGED if _PACKAGED.is_dir() else _IN_THE_CLONE


def read_suites(folder: Path) -> list[Suite]:
    """Every suite below the folder, ordered by asset; check names are unique within an asset."""
    suites = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/*.json"))]
    _refuse_repeated_names(suites)
    return sorted(suites, key=lambda suite: (str(suite["asset"]), str(suite["name"])))


def _refuse_repeated_names(suites: Iterable[Suite]) -> None:
    seen: set[tuple[str, str]] = set()
    for suite in suites:
        for check_name in check_names(suite):
            if (key := (str(suite["asset"]), check_name)) in seen:
                raise SuiteError(f"suite {suite['name']}: check_name {check_name!r} stands twice for {suite['asset']}")
            seen.add(key)


def check_names(suite: Suite) -> list[str]:
    return [expectation["meta"]["check_name"] for expectation in expectations(suite)]


def expectations(suite: Suite) -> list[Expectation]:
    return suite["expectations"]  # type: ignore[return-value]


def derived_suites() -> list[Suite]:
    """The structural promises of the accepted and the published tables, from their declarations."""
    return [_derived(table) for table in DERIVED_TABLES]


def _derived(table: Table) -> Suite:
    return {"name": f"{table.stage}_{table.name}", "asset": table.path, "expectations": list(_structure(table))}


def _structure(table: Table) -> Iterator[dict[str, object]]:
    columns = {"column_list": [*table.column_names, *broken_columns(table)]}
    yield _expectation("expect_table_columns_to_match_ordered_list", columns, "columns_as_declared", table)
    if table.key:
        yield _expectation(*_uniqueness(table), "key_is_unique", table)
    for name in broken_columns(table):
        yield _expectation(
            "expect_column_values_to_be_in_set",
            {"column": name, "value_set": [""]},
            name.removeprefix("broken_"),
            table,
        )


def _uniqueness(table: Table) -> tuple[str, dict[str, object]]:
    if len(table.key) == 1:
        return "expect_column_values_to_be_unique", {"column": table.key[0]}
    return "expect_compound_columns_to_be_unique", {"column_list": list(table.key)}


def _expectation(kind: str, kwargs: Mapping[str, object], check_name: str, table: Table) -> dict[str, object]:
    return {
        "type": kind,
        "severity": "critical",
        "kwargs": kwargs,
        "description": _DESCRIPTIONS[check_name].format(table=table.path, key=", ".join(table.key)),
        "meta": {"check_name": check_name},
    }


_DESCRIPTIONS = {
    "columns_as_declared": "{table} has the declared columns in their order.",
    "key_is_unique": "No two rows of {table} share {key}.",
    "required_values": "No column of {table} that is declared required is empty; the value names the columns that are.",
    "ranges": "Every number of {table} lies in its declared range; the value names the columns that do not.",
    "closed_lists": "Every coded value of {table} is in its declared list; the value names the columns that are not.",
}


def broken_columns(table: Table) -> dict[str, pl.Expr]:
    """Per promise one text column a row: the names of the declared columns that break it, empty where none does.

    One expectation a promise, not one a column: a table has dozens of columns, and a page of some hundred checks
    is one nobody reads.
    """
    required = [(column.name, pl.col(column.name).is_null()) for column in table.columns if not column.nullable]
    ranges = [(column.name, _outside(column)) for column in table.columns if column.minimum is not None]
    lists = [
        (column.name, ~pl.col(column.name).is_in(list(column.allowed))) for column in table.columns if column.allowed
    ]
    promises = {"broken_required_values": required, "broken_ranges": ranges, "broken_closed_lists": lists}
    return {name: _names(failures) for name, failures in promises.items() if failures}


def _outside(column: Column) -> pl.Expr:
    below = pl.col(column.name) < column.minimum
    return below if column.maximum is None else below | (pl.col(column.name) > column.maximum)


def _names(failures: list[tuple[str, pl.Expr]]) -> pl.Expr:
    named = [pl.when(fails).then(pl.lit(name)) for name, fails in failures]
    return pl.concat_str(named, separator="; ", ignore_nulls=True)
