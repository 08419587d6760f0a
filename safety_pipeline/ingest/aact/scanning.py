"""Tables of a snapshot as lazy frames of texts, with the number of each record in its file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.ingest.aact.mending import LEFT_OUT, mended
from safety_pipeline.ingest.aact.snapshot import TableSpec, table_specs
from safety_pipeline.ingest.aact.structure import Presumed, header, n_separators

SURPLUS = "_surplus"
ROW = "row_number"
# Single spaces are by far the most common and are left alone.
_SPACES = r"[ \t\r\n\x{a0}]{2,}|[\t\r\n\x{a0}]"
_MOST = 999_999_999
_ESCAPED = r"\\([\\`*_{}\[\]()#+\-.!<>~|^&=])"
_UNTIDY = r"^\s|\s$|[\t\r\n\x{a0}\\]|  |^$"


@dataclass(frozen=True)
class Table:
    """One table: its well-formed records, and those that were not, if there are any.

    ``presumed`` has to hold for the rows to be believed; a mended table has nothing to presume.
    """

    file: Path
    rows: pl.LazyFrame
    left_out: pl.LazyFrame | None = None
    presumed: Presumed | None = None


def open_tables(files: Mapping[str, Path]) -> dict[str, Table]:
    """Tables of a snapshot by their names."""
    return {name: open_table(file, table_specs()[name]) for name, file in files.items()}


def open_table(file: Path, spec: TableSpec) -> Table:
    """The declared columns of a file; an optional column that it does not have is null."""
    opened = open_large_table(file, spec)
    return opened if opened.presumed is None or opened.presumed.holds() else mended_table(file, spec)


def open_large_table(file: Path, spec: TableSpec) -> Table:
    """The same, but whether each record has its fields is left for a later pass over the rows to see."""
    if (n := n_separators(file)) is None:
        return mended_table(file, spec)
    columns = header(file, spec)
    scanned = _scanned(file, (*columns, SURPLUS)).with_row_index(ROW, offset=1)
    return Table(file, _declared(scanned, columns, spec), presumed=Presumed(scanned, columns, SURPLUS, n))


def mended_table(file: Path, spec: TableSpec) -> Table:
    """A table out of order: its sound records under their own numbers, and the others left out."""
    columns = header(file, spec)
    lists = mended(file, columns)
    sound = _scanned(lists.sound, (ROW, *columns, SURPLUS)).with_columns(pl.col(ROW).cast(pl.get_index_type()))
    return Table(file, _declared(sound, columns, spec), _left_out(lists.left_out))


def _scanned(file: Path, columns: tuple[str, ...]) -> pl.LazyFrame:
    return pl.scan_csv(
        file,
        separator="|",
        has_header=False,
        skip_lines=1,
        schema=pl.Schema(dict.fromkeys(columns, pl.String())),
        infer_schema=False,
        missing_columns="insert",
        truncate_ragged_lines=True,
        encoding="utf8-lossy",
        raise_if_empty=False,
        glob=False,
    )


def _declared(scanned: pl.LazyFrame, columns: tuple[str, ...], spec: TableSpec) -> pl.LazyFrame:
    wanted = (*spec.columns, *spec.optional)
    absent = [pl.lit(None, pl.String).alias(name) for name in wanted if name not in columns]
    return scanned.with_columns(absent).select(ROW, *wanted, SURPLUS)


def _left_out(file: Path) -> pl.LazyFrame:
    types = dict.fromkeys(LEFT_OUT, pl.String()) | {ROW: pl.Int64()}
    return pl.scan_csv(file, schema=pl.Schema(types))


def tidy(name: str) -> pl.Expr:
    """A text on one line, without the escapes of Markdown; empty is nothing."""
    seen = [pl.col(name), pl.col(name).str.contains(_UNTIDY)]
    return pl.map_batches(seen, _tidied, return_dtype=pl.String, is_elementwise=True)


def _tidied(seen: Sequence[pl.Series]) -> pl.Series:
    """Most texts are tidy: looking whether one is takes a tenth of the time of replacing what is not there."""
    texts, is_untidy = seen
    if not is_untidy.any():
        return texts
    at = is_untidy.arg_true().to_list()
    bare = texts.gather(at).str.strip_chars().str.replace_all(_SPACES, " ").str.replace_all(_ESCAPED, "${1}")
    return texts.scatter(at, bare.replace("", None))


def is_text(name: str) -> pl.Expr:
    """Whether `tidy` leaves anything of it."""
    return (pl.col(name).str.strip_chars() != "").fill_null(False)


def whole(name: str) -> pl.Expr:
    """The whole number that is printed, or nothing: more than a thousand million is no number of patients."""
    seen = [pl.col(name), _as_it_stands(name)]
    return pl.map_batches(seen, _whole, return_dtype=pl.Int64, is_elementwise=True)


def _as_it_stands(name: str) -> pl.Expr:
    number = pl.col(name).cast(pl.Int64, strict=False)
    return pl.when(number.is_between(0, _MOST)).then(number)


def _whole(seen: Sequence[pl.Series]) -> pl.Series:
    """Spaces are looked for only where some text is no number as it stands."""
    printed, number = seen
    if number.null_count() == printed.null_count():
        return number
    bare = printed.str.strip_chars().cast(pl.Int64, strict=False)
    return bare.set((bare < 0) | (bare > _MOST), None)


def is_whole_as_it_stands(name: str) -> pl.Expr:
    """Whether a whole number, or nothing, is printed without any space: quicker to see than what `whole` answers."""
    return pl.col(name).is_null() | pl.col(name).cast(pl.Int64, strict=False).is_between(0, _MOST).fill_null(False)


def is_whole(name: str) -> pl.Expr:
    return whole(name).is_not_null()
