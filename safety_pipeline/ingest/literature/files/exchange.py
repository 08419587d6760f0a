"""Cells of the OASIS table exchange model (CALS): columns have names, and spans name their first and last."""

import re

from safety_pipeline.ingest.literature.files.cell_text import Element, name_of, text_of
from safety_pipeline.ingest.literature.files.spans import Spanned
from safety_pipeline.ingest.literature.grid import indent_of

_LARGEST = 400


def column_names(part: Element) -> dict[str, int]:
    """Where each name of a `tgroup` stands: columns by their place, spans (`first:last`) by both their ends."""
    columns: dict[str, int] = {}
    for at, each in enumerate(_children(part, "colspec"), start=1):
        number = _number(each.get("colnum")) or at
        columns[each.get("colname") or f"col{number}"] = number
    spans: dict[str, int] = {}
    for each in _children(part, "spanspec"):
        first, last = columns.get(each.get("namest", "")), columns.get(each.get("nameend", ""))
        if first and last and each.get("spanname"):
            spans |= {f"{each.get('spanname')}:first": first, f"{each.get('spanname')}:last": last}
    return columns | spans


def exchange_cell(cell: Element, text: str, bare: str | None, names: dict[str, int]) -> Spanned:
    """One `entry`, put where it names its column and as wide as the columns it names."""
    span = cell.get("spanname", "")
    first = names.get(f"{span}:first") or names.get(cell.get("namest", "")) or names.get(cell.get("colname", ""))
    last = names.get(f"{span}:last") or names.get(cell.get("nameend", "")) or first
    return Spanned(
        text=text,
        bare=bare,
        indent=indent_of(text_of(cell)),
        columns=max(1, last - first + 1) if first and last else 1,
        rows=1 + (_number(cell.get("morerows")) or 0),
        at=first,
    )


def _children(part: Element, name: str) -> list[Element]:
    return [each for each in part if name_of(each) == name]


def _number(written: str | None) -> int | None:
    if not written or not re.fullmatch(r"[0-9]{1,6}", written):
        return None
    return min(int(written), _LARGEST)
