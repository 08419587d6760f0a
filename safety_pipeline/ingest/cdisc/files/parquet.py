"""Data sets as Parquet."""

from collections.abc import Collection
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from safety_pipeline.ingest.cdisc.files.opened import Opened, broken, wanted_names

LARGEST_UNPACKED_BYTES = 8_000_000_000
_FIX = "write the data set again as Parquet, or export it as XPT"


def read_parquet(path: Path, file: str, known: Collection[str]) -> Opened:
    """The known variables; read with Arrow, whose faults are exceptions and print nothing."""
    try:
        source = pq.ParquetFile(path)
        groups = [source.metadata.row_group(at).total_byte_size for at in range(source.metadata.num_row_groups)]
        names = list(source.schema_arrow.names)
    except Exception:  # noqa: BLE001  (broken files fail in many ways, and a message may quote a row)
        raise broken(file, "cannot be read as Parquet", _FIX) from None
    if sum(groups) > LARGEST_UNPACKED_BYTES:
        raise broken(file, f"unpacks to more than {LARGEST_UNPACKED_BYTES} bytes", "land it in parts")
    wanted = wanted_names(names, known, file)
    try:
        columns = {name: _plain(source.read(columns=[name]).column(0)) for name in wanted}
        frame = pl.from_arrow(pa.table(columns))
    except (Exception, pl.exceptions.PanicException):  # noqa: BLE001  (as above)
        raise broken(file, "cannot be read as Parquet", _FIX) from None
    if not isinstance(frame, pl.DataFrame):
        raise broken(file, "is not a table", _FIX)
    return Opened(frame)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without time zone or dictionary, proven to hold what its type says.

    Polars panics, past every `except Exception`, on a field whose texts are not UTF-8.
    """
    column.validate(full=True)
    kind = column.type
    if pa.types.is_timestamp(kind):
        return column.cast(pa.int64()).cast(pa.timestamp(kind.unit))
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.large_string())
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_date(kind):
        return column
    return pa.nulls(len(column), pa.string())
