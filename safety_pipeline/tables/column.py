"""A column and a table, declared once; casts, suites, comments and documentation are derived from them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

_NULL_CLAUSE = re.compile(r"; null [^;.]*")


class SchemaMismatchError(Exception):
    """A frame does not have the columns its table declares."""


@dataclass(frozen=True)
class Column:
    """One named quantity: the same name means the same thing in every table.

    A text that ``is_repeated`` in many rows is stored as a dictionary, which takes a tenth of the time to write; where
    it is one of the ``allowed``, these are the dictionary (a fifth of the time again), and another cannot be stored.
    A number may be added up over rows only where it ``is_additive``; ``caution`` is what to know before using it.
    """

    name: str
    dtype: pl.DataType
    description: str
    nullable: bool = False
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] | None = None
    is_repeated: bool = False
    is_additive: bool = False
    caution: str | None = None

    @property
    def additivity(self) -> str | None:
        """Whether the numbers of several rows may be added up; null of what is no number."""
        if not self.dtype.is_numeric():
            return None
        return "over the rows" if self.is_additive else "never"

    @property
    def stored_dtype(self) -> pl.DataType:
        """The type in the file; all files share their categories, so that those of a table can be read together."""
        if not self.is_repeated:
            return self.dtype
        return pl.Enum(self.allowed) if self.allowed else pl.Categorical()


@dataclass(frozen=True)
class Table:
    """One stored table: its stage, grain (the description starts "One row per"), columns and key."""

    stage: str
    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            repeated = sorted({name for name in names if names.count(name) > 1})
            raise SchemaMismatchError(f"{self.path}: columns declared twice: {repeated}")
        if unknown := sorted(set(self.key) - set(names)):
            raise SchemaMismatchError(f"{self.path}: key names undeclared columns {unknown}")

    @property
    def path(self) -> str:
        """The table's place in the lake, ``stage/name``."""
        return f"{self.stage}/{self.name}"

    @property
    def schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def stored_schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.stored_dtype for column in self.columns})

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def empty(self) -> pl.LazyFrame:
        """The table without rows."""
        return pl.LazyFrame(schema=self.schema)

    def conform(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame with exactly this table's columns, order and types; a strict cast, so a wrong value raises.

        A repeated text that is a dictionary already stays one.
        """
        schema = frame.collect_schema()
        present = schema.names()
        missing = [name for name in self.column_names if name not in present]
        unexpected = [name for name in present if name not in self.column_names]
        if missing or unexpected:
            raise SchemaMismatchError(
                f"{self.path}: missing columns {missing}, unexpected columns {unexpected}. "
                "Declare columns in safety_pipeline/tables/, not in the transform."
            )
        kept = {name for name, dtype in self.stored_schema.items() if schema[name] == dtype}
        return frame.select(
            pl.col(column.name) if column.name in kept else pl.col(column.name).cast(column.dtype)
            for column in self.columns
        )

    def stored(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """A conforming frame as it is written."""
        return frame.cast(self.stored_schema)

    def restored(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """A frame as it was written, its dictionaries being texts again."""
        return frame.cast({column.name: column.dtype for column in self.columns if column.is_repeated})

    def complete(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """`conform`, after adding each nullable column the frame does not carry as null."""
        present = set(frame.collect_schema().names())
        absent = [column for column in self.columns if column.nullable and column.name not in present]
        return self.conform(frame.with_columns(pl.lit(None, column.dtype).alias(column.name) for column in absent))

    def from_rows(self, rows: Sequence[Mapping[str, object]]) -> pl.LazyFrame:
        """The table from plain dicts; nullable columns may be left out, anything undeclared is refused."""
        self._refuse_unknown(rows)
        filled = [{name: row.get(name) for name in self.column_names} for row in rows]
        return pl.LazyFrame(filled, schema=self.schema, orient="row")

    def _refuse_unknown(self, rows: Sequence[Mapping[str, object]]) -> None:
        if unknown := sorted({name for row in rows for name in row} - set(self.column_names)):
            raise SchemaMismatchError(
                f"{self.path}: unexpected columns {unknown}. Declare them in safety_pipeline/tables/."
            )


def required(column: Column) -> Column:
    """The same column where a null is not accepted."""
    return replace(column, nullable=False, description=_NULL_CLAUSE.sub("", column.description))


def optional(column: Column) -> Column:
    """The same column where a null is accepted."""
    return replace(column, nullable=True)


def repeated(*columns: Column) -> tuple[Column, ...]:
    """The same columns, those of text declared to be repeated in many rows."""
    return tuple(replace(column, is_repeated=column.dtype == pl.String()) for column in columns)
