"""A column and a table, declared once; casts, suites, comments and documentation are derived from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl


class SchemaMismatchError(Exception):
    """A frame does not have the columns its table declares."""


@dataclass(frozen=True)
class Column:
    """One named quantity: the same name means the same thing in every table."""

    name: str
    dtype: pl.DataType
    description: str
    nullable: bool = False
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] | None = None


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
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def empty(self) -> pl.LazyFrame:
        """The table without rows."""
        return pl.LazyFrame(schema=self.schema)

    def conform(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame with exactly this table's columns, order and types; a strict cast, so a wrong value raises."""
        present = frame.collect_schema().names()
        missing = [name for name in self.column_names if name not in present]
        unexpected = [name for name in present if name not in self.column_names]
        if missing or unexpected:
            raise SchemaMismatchError(
                f"{self.path}: missing columns {missing}, unexpected columns {unexpected}. "
                "Declare columns in safety_pipeline/tables/, not in the transform."
            )
        return frame.select(pl.col(column.name).cast(column.dtype) for column in self.columns)

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
    return _with_nullable(column, nullable=False)


def optional(column: Column) -> Column:
    """The same column where a null is accepted."""
    return _with_nullable(column, nullable=True)


def _with_nullable(column: Column, *, nullable: bool) -> Column:
    return Column(**{**column.__dict__, "nullable": nullable})
