"""Great Expectations suites as data: read from `expectations/`, or derived from the declared tables."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from safety_pipeline.check.views import VIEWS
from safety_pipeline.tables.checked import CHECKED
from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.published import PUBLISHED

Suite = dict[str, object]
Expectation = dict[str, Any]
_PACKAGED = Path(__file__).resolve().parent.parent / "_expectations"
_IN_THE_CLONE = Path(__file__).resolve().parent.parent.parent / "expectations"
DERIVED_TABLES: tuple[Table, ...] = (*CHECKED, *PUBLISHED)
BROKEN_VALUES = "broken_values"
_COLUMNS_MATCH = "expect_table_columns_to_match_ordered_list"


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
    return [derived_suite(table) for table in DERIVED_TABLES]


def derived_suite(table: Table) -> Suite:
    """What every declared table promises: its columns, its key, and values as declared."""
    return {"name": f"{table.stage}_{table.name}", "asset": table.path, "expectations": list(_structure(table))}


def _structure(table: Table) -> Iterator[dict[str, object]]:
    columns = {"column_list": [*table.column_names, BROKEN_VALUES]}
    yield _expectation(_COLUMNS_MATCH, columns, "columns_as_declared", table)
    if table.key:
        yield _expectation(*_uniqueness(table), "key_is_unique", table)
    kwargs = {"column": BROKEN_VALUES, "value_set": [""]}
    yield _expectation("expect_column_values_to_be_in_set", kwargs, "values_as_declared", table)


def _uniqueness(table: Table) -> tuple[str, dict[str, object]]:
    if len(table.key) == 1:
        return "expect_column_values_to_be_unique", {"column": table.key[0]}
    return "expect_compound_columns_to_be_unique", {"column_list": list(table.key)}


def _expectation(kind: str, kwargs: Mapping[str, object], check_name: str, table: Table) -> dict[str, object]:
    of = {"table": table.path, "key": ", ".join(table.key)}
    on_failure = {"on_failure": STOP} if check_name in _OF_THE_WHOLE else {}
    return {
        "type": kind,
        "severity": "critical",
        "kwargs": kwargs,
        "description": _DESCRIPTIONS[check_name].format(**of),
        "meta": {"check_name": check_name, "finding": _FINDINGS[check_name].format(**of), **on_failure},
    }


# No row can be taken out for a promise of the whole table.
_OF_THE_WHOLE = ("columns_as_declared", "key_is_unique")
STOP = "stop the release"
_FINDINGS = {
    "columns_as_declared": "{table} has other columns than declared.",
    "key_is_unique": "Rows of {table} share {key}.",
    "values_as_declared": "A value is missing, out of its range or not in its list; `broken_values` names it.",
}
_DESCRIPTIONS = {
    "columns_as_declared": "{table} has the declared columns in their order.",
    "key_is_unique": "No two rows of {table} share {key}.",
    "values_as_declared": "Every value of {table} is there where it is required, in its range and in its closed list; "
    "the value names the columns where it is not.",
}


def asked_rows(rows: pl.LazyFrame, table: Table, suite: Suite) -> pl.LazyFrame:
    """What a suite looks into: rows with what is wrong with their values, or with what the suite's view adds."""
    if "view" in suite:
        return VIEWS[str(suite["view"])](rows)
    return with_broken_values(rows, table)


def stops_release(expectation: Expectation) -> bool:
    """Whether it is a promise of the whole: no row can be taken out for it, so nothing is published without it."""
    return bool(expectation["meta"].get("on_failure") == STOP)


def asks_for_columns(expectation: Expectation) -> bool:
    """Whether it asks which columns a table has, not what is in them."""
    return bool(expectation["type"] == _COLUMNS_MATCH)


def with_broken_values(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """Each row with what is wrong with its values as declared, in one text, empty where nothing is.

    One expectation a table, not one a column: a table has dozens of columns, and a page of some hundreds of checks is
    one nobody reads.
    """
    present = set(rows.collect_schema().names())
    faults = [fault for column in table.columns if column.name in present for fault in _faults(column)]
    named = [pl.when(fails).then(pl.lit(words)) for words, fails in faults]
    return rows.with_columns(pl.concat_str(named, separator="; ", ignore_nulls=True).alias(BROKEN_VALUES))


def _faults(column: Column) -> Iterator[tuple[str, pl.Expr]]:
    value = pl.col(column.name)
    if not column.nullable:
        yield f"{column.name} is missing", value.is_null()
    if column.minimum is not None:
        yield f"{column.name} is below {column.minimum:g}", value < column.minimum
    if column.maximum is not None:
        yield f"{column.name} is above {column.maximum:g}", value > column.maximum
    if column.allowed:
        yield f"{column.name} is not in its list", ~value.is_in(list(column.allowed))
