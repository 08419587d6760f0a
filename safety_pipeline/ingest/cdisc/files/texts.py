"""Values as texts, so that the same data set is the same frame in every format."""

import polars as pl


def as_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as trimmed text: whole numbers without a point, dates as ISO, blank as null."""
    return frame.select(_text(name, dtype) for name, dtype in frame.schema.items())


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype.is_float():
        text = _number(column.cast(pl.Float64))
    elif dtype == pl.Boolean:
        text = pl.when(column).then(pl.lit("Y")).when(~column).then(pl.lit("N"))
    elif isinstance(dtype, pl.Datetime):
        text = column.dt.strftime("%Y-%m-%dT%H:%M:%S")
    elif dtype == pl.Binary or dtype.is_nested():
        text = pl.lit(None, pl.String)
    else:
        text = column.cast(pl.String)
    trimmed = text.str.strip_chars(" \t\r\n\0")
    return pl.when(trimmed != "").then(trimmed).alias(name)


# Above this a float no longer holds every whole number, and its text would pretend it does.
_WHOLE_UP_TO = 2**53


def _number(column: pl.Expr) -> pl.Expr:
    is_whole = (column == column.floor()) & (column.abs() < _WHOLE_UP_TO)
    whole = pl.when(is_whole).then(column).cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(column.is_finite()).then(pl.coalesce(whole, column.cast(pl.String)))
