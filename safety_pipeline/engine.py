"""Steps that each engine takes in its own way: Polars here, PySpark in a cluster."""

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, Literal

import narwhals as nw
import polars as pl


def to_engine_of(reference: pl.DataFrame, data: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The reference table as a lazy frame of the engine that holds ``data``."""
    native = nw.to_native(data)
    if isinstance(native, pl.LazyFrame):
        return nw.from_native(reference.lazy())
    # Over Arrow, not pandas: pandas turns a missing grade into NaN, which Spark keeps as a number.
    rows = reference.select(pl.exclude(pl.List)).to_arrow(compat_level=pl.CompatLevel.oldest())
    there: nw.LazyFrame[Any] = nw.from_native(native.sparkSession.createDataFrame(rows))
    return there


def distinct_rows(data: nw.LazyFrame[Any], *names: str) -> nw.LazyFrame[Any]:
    """The distinct rows of some columns, few enough to be held in memory.

    Polars reads them apart from the plan they are part of. Else it keeps all rows until their distinct ones are known.
    """
    few = data.select(*names).unique()
    native = nw.to_native(few)
    if not isinstance(native, pl.LazyFrame):
        return few
    return nw.from_native(pl.defer(lambda: native.collect(engine="streaming"), schema=native.collect_schema()))


def computed_once(data: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """`collected_once` of Polars; other engines plan it themselves."""
    native = nw.to_native(data)
    return nw.from_native(collected_once(native)) if isinstance(native, pl.LazyFrame) else data


def collected_once(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows, computed once however many parts of a plan ask for them, and only where one does.

    Polars finds common parts of a plan only where no Python function is among them; with one it asks for it each time.
    """
    lock, kept = Lock(), list[pl.DataFrame]()

    def collected() -> pl.DataFrame:
        with lock:
            if not kept:
                kept.append(rows.collect(engine="streaming"))
            return kept[0]

    return pl.defer(collected, schema=rows.collect_schema())


def lookup_join(data: nw.LazyFrame[Any], answers: nw.LazyFrame[Any], on: Sequence[str]) -> nw.LazyFrame[Any]:
    """The rows with what a table of one row a key says of them; Polars keeps their order."""
    native = nw.to_native(data)
    if not isinstance(native, pl.LazyFrame):
        return data.join(answers, on=list(on), how="left")
    return nw.from_native(streamed_lookup(native, nw.to_native(answers), on))


def streamed_lookup(
    rows: pl.LazyFrame,
    table: pl.LazyFrame,
    on: str | Sequence[str],
    *,
    nulls_equal: bool = False,
    validate: Literal["m:m", "m:1", "1:m", "1:1"] = "m:m",
) -> pl.LazyFrame:
    """The rows, in their order, with what a table says of them.

    Polars is told to hold that table; else it may hold the rows, which are many (3 GB more at 3 million, Polars 2.1).
    """
    return rows.join(
        table,
        on=on,
        how="left",
        nulls_equal=nulls_equal,
        validate=validate,
        maintain_order="left",
        build_side="force_right",
    )


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
    return to_engine_of(made(pl.DataFrame(rows)), data)
