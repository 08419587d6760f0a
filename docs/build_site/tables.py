"""The pages of the public tables, one a table, from the declared columns."""

from collections.abc import Iterator, Mapping

from build_site.markdown import page, table
from safety_pipeline.publish.metrics import metrics
from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.published import PUBLIC_TABLES
from safety_pipeline.tables.views import SHOWN

# What a reader looks for, and the beginning of the names of its tables; the first that fits holds.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Marts: one row answers one question": ("mart_",),
    "Numbers: incidence, comparisons, signals": (
        "incidence_", "ae_overview", "dose_contrast", "arm_contrast", "control_contrast", "signal", "sensitivity",
    ),
    "Facts: what was printed, and what is missing": ("fact_", "coverage", "rejected", "suspected_duplicate"),
    "Dimensions: documents, trials, arms, terms": ("dim_",),
    "Bridges: from a number to its cells": ("printed_cell", "bridge_"),
    "The release and its quality": ("",),
}  # fmt: skip
_TYPES = {"String": "text", "Int64": "whole number", "Float64": "number", "Boolean": "true or false"}


def table_pages() -> dict[str, str]:
    """Path below `reference/tables/` to text: a page a table, the page that lists them, and their navigation."""
    pages = {f"{each.name}.md": _page(each) for each in SHOWN}
    return {**pages, "index.md": _index(), "SUMMARY.md": _navigation()}


def _groups() -> dict[str, list[Table]]:
    grouped: dict[str, list[Table]] = {title: [] for title in GROUPS}
    for each in SHOWN:
        title = next(title for title, beginnings in GROUPS.items() if each.name.startswith(beginnings))
        grouped[title].append(each)
    return grouped


def _index() -> str:
    said = (
        "Begin with the marts: one row is one answer, in numbers and in words. Each table is a Parquet file in "
        "`data_lake/published/` and a table of `safety.duckdb`; `printed_cell` is a view of the database only. "
        "All of them on one page: the "
        "[data dictionary](../../data_dictionary.md).\n"
    )
    return page("Tables", said, *(_listed(title, group) for title, group in _groups().items()))


def _listed(title: str, group: list[Table]) -> str:
    rows = [(f"[{each.name}]({each.name}.md)", _grain(each)) for each in group]
    return f"## {title}\n\n{table(('table', 'one row is'), rows)}"


def _navigation() -> str:
    lines = ["- [All tables](index.md)"]
    for title, group in _groups().items():
        lines.append(f"- {title.split(':')[0]}")
        lines.extend(f"    - [{each.name}]({each.name}.md)" for each in group)
    return "\n".join(lines) + "\n"


def _grain(each: Table) -> str:
    return each.description.removeprefix("One row per ")


def _page(each: Table) -> str:
    key = f"Key: {', '.join(f'`{name}`' for name in each.key)}.\n" if each.key else "No key: a row stands for itself.\n"
    columns = table(("column", "type", "meaning"), [_row(column) for column in each.columns])
    return page(each.name, f"{each.description}\n", key, columns, *_joins(each), *_metrics(each))


def _row(column: Column) -> tuple[str, str, str]:
    kind = _TYPES.get(str(column.dtype), "date and time")
    kind += f", {column.unit}" if column.unit else ""
    kind += ", may be empty" if column.nullable else ""
    return f"`{column.name}`", kind, " ".join(_meaning(column))


def _meaning(column: Column) -> Iterator[str]:
    yield column.description
    if column.caution:
        yield f"**{column.caution}**"
    if column.allowed:
        yield "One of " + ", ".join(f"`{value}`" for value in column.allowed) + "."
    if column.additivity == "over the rows":
        yield "May be added up over rows."


def _joins(each: Table) -> list[str]:
    """Where a column is the whole key of another table, or stands for its number."""
    targets = {target.key[0]: target for target in PUBLIC_TABLES if len(target.key) == 1 and target is not each}
    lines = [
        f"- `{name}` to [{targets[name].name}]({targets[name].name}.md)"
        for name in each.column_names
        if name in targets
    ]
    return ["## Joins\n", "\n".join(lines) + "\n"] if lines else []


def _metrics(each: Table) -> list[str]:
    rows = metrics().filter(table_name=each.name).sort("metric").collect().to_dicts()
    if not rows:
        return []
    told = [(f"`{row['metric']}`", row["description"], f"`{row['expression']}`") for row in rows]
    return ["## Metrics\n", table(("metric", "what it shows", "expression"), told)]
