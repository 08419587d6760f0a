"""What registers write and what it means; the words are the files of `reference/data/register`."""

import re
from functools import cache, lru_cache

import polars as pl

from safety_pipeline.reference.read import DATA, read_keyed

_COLUMNS = {
    "table": ("kind", "table_label", "table_kind", "table_priority"),
    "total": ("kind", "label", "seriousness", "row_number"),
    "design_value": ("field", "printed", "value"),
    "edition": ("pattern", "grading_system", "remark"),
    "criteria": ("kind", "pattern"),
    "attribution": ("pattern", "attribution"),
    "limit": ("limits", "pattern"),
    "group_name": ("meaning", "pattern"),
}
_KEYS = {"table": ("kind",), "total": ("kind",), "design_value": ("field", "printed")}
_SIGNS = re.compile(r"[^a-z0-9]")


@cache
def register_rows(name: str) -> pl.DataFrame:
    """One file of `reference/data/register`, its key proven."""
    columns = _COLUMNS[name]
    return read_keyed([DATA / "register" / f"{name}.csv"], columns, _KEYS.get(name, columns))


@cache
def table_row(kind: str) -> dict[str, str]:
    """The line of the data file on one kind of table of a register."""
    return dict(register_rows("table").row(by_predicate=pl.col("kind") == kind, named=True))


def table_label(kind: str) -> str:
    return table_row(kind)["table_label"]


@cache
def total_row(kind: str) -> dict[str, str]:
    """The line of the data file on one kind of total of a register."""
    return dict(register_rows("total").row(by_predicate=pl.col("kind") == kind, named=True))


def total_label(kind: str) -> str:
    return total_row(kind)["label"]


@lru_cache(maxsize=4096)
def total_kind(label: str) -> str | None:
    """The kind of total that a line of the category "Total" gives."""
    found = register_rows("total").filter(pl.col("label").str.to_lowercase() == label.casefold())
    return str(found["kind"][0]) if found.height else None


@lru_cache(maxsize=4096)
def design_value(name: str, printed: str) -> str | None:
    """Our word for an enumerated value, however the format spells it."""
    folded = _SIGNS.sub("", printed.casefold())
    found = register_rows("design_value").filter(pl.col("field") == name, pl.col("printed") == folded)
    return str(found["value"][0]) if found.height else None


@cache
def patterns(name: str, column: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The meanings and patterns of a file, in its order."""
    rows = register_rows(name).select(column, "pattern").iter_rows()
    return tuple((meaning, re.compile(written, re.IGNORECASE)) for meaning, written in rows)
