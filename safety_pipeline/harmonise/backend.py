"""Brings a small reference table to where the data is: Polars here, PySpark in a cluster."""

from collections.abc import Callable, Mapping
from typing import Any

import narwhals as nw
import polars as pl


def beside(reference: pl.DataFrame, data: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The reference table as a lazy frame of the engine that holds ``data``."""
    native = nw.to_native(data)
    if isinstance(native, pl.LazyFrame):
        return nw.from_native(reference.lazy())
    # Over Arrow, not pandas: pandas turns a missing grade into NaN, which Spark keeps as a number.
    rows = reference.select(pl.exclude(pl.List)).to_arrow(compat_level=pl.CompatLevel.oldest())
    there: nw.LazyFrame[Any] = nw.from_native(native.sparkSession.createDataFrame(rows))
    return there


def on_small_frame(
    data: nw.LazyFrame[Any], made: Callable[[pl.DataFrame], pl.DataFrame], schema: Mapping[str, pl.DataType]
) -> nw.LazyFrame[Any]:
    """A function of a small frame as one step of a plan: Polars runs it where it stands, other engines hand it over.

    For algorithms that look at their rows again and again: as a plan they would unfold without end.
    """
    native = nw.to_native(data)
    if isinstance(native, pl.LazyFrame):
        return nw.from_native(native.map_batches(made, schema=pl.Schema(schema)))
    rows = pl.from_arrow(data.collect("pyarrow").to_native())
    return beside(made(pl.DataFrame(rows)), data)
