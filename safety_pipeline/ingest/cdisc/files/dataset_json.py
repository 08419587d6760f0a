"""Dataset-JSON: 1.1, one object with `columns` and `rows`, or the same as lines (NDJSON); 1.0, `items`, `itemData`."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl

from safety_pipeline.ingest.cdisc.files.opened import Opened, broken, wanted_names

LARGEST_BYTES = 1_000_000_000
_EXPORT = "export the data set again as Dataset-JSON 1.1, or as XPT"


def read_dataset_json(path: Path, file: str, known: Collection[str]) -> Opened:
    """The known variables of a Dataset-JSON file of version 1.0 or 1.1."""
    content = _parsed(_text(path, file), file)
    if not isinstance(content, dict):
        raise broken(file, "is not a Dataset-JSON object", _EXPORT)
    if "clinicalData" in content or "referenceData" in content:
        content = _as_version_1_1(content, file)
    return _opened(content, content.get("rows"), file, known)


def _as_version_1_1(content: dict[str, Any], file: str) -> dict[str, Any]:
    """Version 1.0 holds the same under other names, one or more data sets in a group each."""
    parts = [content[name] for name in ("clinicalData", "referenceData") if name in content]
    groups = [group for part in parts if isinstance(part, dict) for group in _values(part.get("itemGroupData"))]
    if len(groups) != 1 or not isinstance(groups[0], dict):
        raise broken(file, f"holds {len(groups)} data sets in its `itemGroupData`", "export one data set a file")
    group = groups[0]
    return {"records": group.get("records"), "columns": group.get("items"), "rows": group.get("itemData")}


def _values(groups: Any) -> list[Any]:
    return list(groups.values()) if isinstance(groups, dict) else []


def read_dataset_ndjson(path: Path, file: str, known: Collection[str]) -> Opened:
    """The first line describes the data set, each further line is a row."""
    lines = [line for line in _text(path, file).split("\n") if line.strip()]
    head = _parsed(lines[0], file) if lines else None
    if not isinstance(head, dict):
        raise broken(file, "does not begin with a line that describes the data set", _EXPORT)
    return _opened(head, [_parsed(line, file) for line in lines[1:]], file, known)


def _opened(head: dict[str, Any], rows: Any, file: str, known: Collection[str]) -> Opened:
    names, labels = _columns(head.get("columns"), file)
    wanted = wanted_names(names, known, file)
    # `rows` is optional: a data set without records may leave it out.
    rows = [] if rows is None and head.get("records") == 0 else rows
    _check_rows(rows, head.get("records"), len(names), file)
    places = [(name, names.index(name)) for name in wanted]
    columns = {name: [_scalar(row[at]) for row in rows] for name, at in places}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(wanted, pl.String()))
    return Opened(frame, {name.strip().upper(): label for name, label in zip(names, labels, strict=True)})


def _columns(columns: Any, file: str) -> tuple[list[str], list[str]]:
    if not isinstance(columns, list) or not columns:
        raise broken(file, "has no `columns`", _EXPORT)
    if not all(isinstance(each, dict) and isinstance(each.get("name"), str) for each in columns):
        raise broken(file, "has a column without a name", _EXPORT)
    return [each["name"] for each in columns], [str(each.get("label") or "") for each in columns]


def _check_rows(rows: Any, n_stated: Any, width: int, file: str) -> None:
    if not isinstance(rows, list):
        raise broken(file, "has no `rows`", _EXPORT)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != width:
            raise broken(file, f"row {number}: is not a list of {width} values, one a column", _EXPORT)
    if isinstance(n_stated, int) and n_stated != len(rows):
        raise broken(file, f"says it has {n_stated} records, but has {len(rows)} rows", _EXPORT)


def _scalar(value: Any) -> str | None:
    """The value as text; a list or an object in a cell is no value of a data set."""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, str | int) else None


def _parsed(text: str, file: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise broken(file, "is not JSON, or is nested too deeply", _EXPORT) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _text(path: Path, file: str) -> str:
    if path.stat().st_size > LARGEST_BYTES:
        raise broken(file, f"is larger than {LARGEST_BYTES} bytes", "land it as XPT or Parquet")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise broken(file, "is not UTF-8", _EXPORT) from None
