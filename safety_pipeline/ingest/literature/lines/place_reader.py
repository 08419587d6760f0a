"""Reads what stands in one place of a table: a line under one column of counts."""

from safety_pipeline.ingest.literature.columns import CountColumn
from safety_pipeline.ingest.literature.lines.packed import is_packed
from safety_pipeline.ingest.literature.lines.ragged import numbers_of, read_pair
from safety_pipeline.ingest.literature.numbers.latex import has_latex, without_latex
from safety_pipeline.ingest.literature.numbers.mending import mended, what_is_mended
from safety_pipeline.ingest.literature.numbers.printed import Printed, is_blank, is_dash
from safety_pipeline.ingest.literature.places import Fault, Place

Texts = dict[int, str]


def read_place(texts: Texts, column: CountColumn) -> Place:
    """What stands under one column in a line of one label."""
    texts = {number: texts.get(number, "") for number in numbers_of(column)}
    printed = " ".join(text.strip() for text in texts.values() if not is_blank(text))
    repair = "typesetting marks removed" if any(has_latex(text) for text in texts.values()) else None
    plain = {number: without_latex(text) for number, text in texts.items()}
    if all(is_blank(text) or is_dash(text) for text in plain.values()):
        return Place(printed)
    value = read_pair(plain, column)
    if value is None:
        return _mended(printed, plain, column)
    return Place(printed, value, repair)


def _mended(printed: str, plain: Texts, column: CountColumn) -> Place:
    """A cell that lost a bracket, where its percentage proves the reading; otherwise the fault."""
    value = mended(plain[column.number], column.n_at_risk) if column.content == "n (%)" else None
    if value is None:
        return Place(printed, fault=_unreadable(printed, column))
    what = what_is_mended(plain[column.number])
    return Place(printed, value, f"{what}; read as {value.n} ({value.percent}), which fits n/N")


def unpacked_place(value: Printed | None, repair: str) -> Place:
    """A value of a line that several rows were packed into."""
    if value is None or is_dash(value.text):
        return Place(value.text if value else "", repair=repair)
    return Place(value.text, value, repair)


def _unreadable(printed: str, column: CountColumn) -> Fault:
    if is_packed(printed):
        return Fault(
            "cell_is_readable",
            f"{printed[:60]!r} holds several values in column {column.number}; if several rows run together in this "
            "line, list them in document.yaml as a row with sub_rows",
        )
    return Fault(
        "cell_is_readable",
        f"{printed[:60]!r} does not read as {column.content!r} in column {column.number}; "
        "mend the cell as the source shows it, or the content of the column in document.yaml",
    )
