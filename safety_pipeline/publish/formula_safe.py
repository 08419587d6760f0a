"""Texts that a spreadsheet would run as formulas, written so that it shows them."""

import polars as pl

# What makes Excel, LibreOffice or Google Sheets take a text for a formula; an apostrophe before it makes it a text.
_FORMULA = r"^[=+\-@\t\r]"


def formula_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text that begins like a formula."""
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts).name.keep())


def csv(frame: pl.DataFrame) -> bytes:
    """The frame as CSV that a spreadsheet may open."""
    return formula_safe(frame).write_csv().encode("utf-8")
