"""Tables of a snapshot as lazy frames of texts, with the number of each record in its file."""

import html
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from safety_pipeline.ingest.aact.mending import LEFT_OUT, mended
from safety_pipeline.ingest.aact.snapshot import EVENTS, TOTALS, TableSpec, new_folder, table_specs
from safety_pipeline.ingest.aact.structure import has_its_fields, header, n_separators

SURPLUS = "_surplus"
ROW = "row_number"
Names = tuple[str, ...]
Reading = Callable[[Path, Names, TableSpec], pl.LazyFrame]
_LARGE = (EVENTS, TOTALS)
_TEXT, WORD = pl.String(), pl.Categorical()
# Single spaces are by far the most common and are left alone.
_SPACES = r"[ \t\r\n\x{a0}]{2,}|[\t\r\n\x{a0}]"
_MOST = 999_999_999
_ESCAPED = r"\\([\\`*_{}\[\]()#+\-.!<>~|^&=])"
_ENTITY = r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8});"
_UNTIDY = rf"^\s|\s$|[\t\r\n\x{{a0}}\\]|  |^$|{_ENTITY}"


@dataclass(frozen=True)
class Table:
    """One table: its well-formed records, and those that were not, if there are any."""

    file: Path
    rows: pl.LazyFrame
    left_out: pl.LazyFrame | None = None


def open_tables(files: Mapping[str, Path]) -> dict[str, Table]:
    """Tables of a snapshot by their names."""
    return {name: open_table(file, table_specs()[name]) for name, file in files.items()}


def open_table(file: Path, spec: TableSpec) -> Table:
    """The declared columns of a file; an optional column that it does not have is null.

    The texts of a large table are dictionaries.
    """
    columns, is_large = header(file, spec), spec.name in _LARGE
    readings = (_compacted, _compacted_texts) if is_large else (_numbered,)
    if (rows := _in_order(file, columns, spec, readings)) is not None:
        return Table(file, rows)
    mended = _mended_table(file, columns, spec)
    return replace(mended, rows=_as_words(mended.rows)) if is_large else mended


def _in_order(file: Path, columns: Names, spec: TableSpec, readings: Sequence[Reading]) -> pl.LazyFrame | None:
    """The records of a file in the first way it can be read; nothing where quotes or fields are out of place."""
    if (n := n_separators(file)) is None:
        return None
    printed = _scanned(file, (*columns, SURPLUS)).select(columns)
    for read in readings:
        with suppress(pl.exceptions.PolarsError):
            rows = read(file, columns, spec)
            return rows if has_its_fields(rows, SURPLUS, printed, n) else None
    return None


def _numbered(file: Path, columns: Names, spec: TableSpec) -> pl.LazyFrame:
    return _declared(_scanned(file, (*columns, SURPLUS)), columns, spec).with_row_index(ROW, offset=1)


def _compacted(file: Path, columns: Names, spec: TableSpec) -> pl.LazyFrame:
    """The rows from a copy of dictionaries, which is read in a thirtieth of the time that its text takes."""
    return _copied(_declared(_scanned(file, (*columns, SURPLUS), WORD), columns, spec))


def _compacted_texts(file: Path, columns: Names, spec: TableSpec) -> pl.LazyFrame:
    """The same for a file with bytes that are no UTF-8, which cannot be read as dictionaries at once."""
    return _copied(_declared(_scanned(file, (*columns, SURPLUS)), columns, spec))


def _copied(rows: pl.LazyFrame) -> pl.LazyFrame:
    copy = new_folder() / "rows.parquet"
    _as_words(rows).sink_parquet(copy, compression="lz4", statistics=False)
    return pl.scan_parquet(copy, row_index_name=ROW, row_index_offset=1)


def _as_words(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with each distinct text kept once, in memory: of these there are about as many as studies."""
    return rows.with_columns(pl.selectors.string().cast(WORD))


def _mended_table(file: Path, columns: Names, spec: TableSpec) -> Table:
    """A table out of order: its sound records under their own numbers, and the others left out."""
    lists = mended(file, columns)
    sound = _scanned(lists.sound, (ROW, *columns, SURPLUS)).with_columns(pl.col(ROW).cast(pl.get_index_type()))
    return Table(file, _declared(sound, (ROW, *columns), spec), _left_out(lists.left_out))


def as_texts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows that were compacted, their dictionaries being texts again."""
    return rows.cast({pl.selectors.categorical(): pl.String()})


def _scanned(file: Path, columns: Names, dtype: pl.DataType = _TEXT) -> pl.LazyFrame:
    return pl.scan_csv(
        file,
        separator="|",
        has_header=False,
        skip_lines=1,
        schema=pl.Schema(dict.fromkeys(columns, dtype)),
        infer_schema=False,
        missing_columns="insert",
        truncate_ragged_lines=True,
        encoding="utf8-lossy",
        raise_if_empty=False,
        glob=False,
    )


def _declared(scanned: pl.LazyFrame, columns: Names, spec: TableSpec) -> pl.LazyFrame:
    wanted = (*spec.columns, *spec.optional)
    absent = [pl.lit(None, pl.String).alias(name) for name in wanted if name not in columns]
    number = [ROW] if ROW in columns else []
    return scanned.with_columns(absent).select(*number, *wanted, SURPLUS)


def _left_out(file: Path) -> pl.LazyFrame:
    types = dict.fromkeys(LEFT_OUT, pl.String()) | {ROW: pl.Int64()}
    return pl.scan_csv(file, schema=pl.Schema(types))


def tidy(name: str) -> pl.Expr:
    """A text on one line, without the escapes of Markdown and HTML; empty is nothing."""
    text = pl.col(name).cast(pl.String)
    return pl.map_batches([text, text.str.contains(_UNTIDY)], _tidied, return_dtype=pl.String, is_elementwise=True)


def _tidied(seen: Sequence[pl.Series]) -> pl.Series:
    """Most texts are tidy: looking whether one is takes a tenth of the time of replacing what is not there."""
    texts, is_untidy = seen
    if not is_untidy.any():
        return texts
    at = is_untidy.arg_true().to_list()
    bare = (
        _unescaped(texts.gather(at)).str.strip_chars().str.replace_all(_SPACES, " ").str.replace_all(_ESCAPED, "${1}")
    )
    return texts.scatter(at, bare.replace("", None))


def _unescaped(texts: pl.Series) -> pl.Series:
    """The texts without the escapes of HTML, which few have (`&#x27;`)."""
    escaped = texts.str.contains(_ENTITY).fill_null(False).arg_true().to_list()
    return texts.scatter(escaped, [html.unescape(text) for text in texts.gather(escaped)]) if escaped else texts


def is_text(name: str) -> pl.Expr:
    """Whether `tidy` leaves anything of it."""
    return (pl.col(name).cast(pl.String).str.strip_chars() != "").fill_null(False)


def whole(name: str) -> pl.Expr:
    """The whole number that is printed, or nothing: more than a thousand million is no number of patients."""
    text = pl.col(name).cast(pl.String)
    return pl.map_batches([text, whole_as_it_stands(name)], _whole, return_dtype=pl.Int64, is_elementwise=True)


def whole_as_it_stands(name: str) -> pl.Expr:
    """The same where no space stands around it."""
    number = pl.col(name).cast(pl.String).cast(pl.Int64, strict=False)
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
    return pl.col(name).is_null() | whole_as_it_stands(name).is_not_null()


def is_whole(name: str) -> pl.Expr:
    return whole(name).is_not_null()
