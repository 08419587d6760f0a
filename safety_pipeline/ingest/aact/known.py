"""What is known before the events of a snapshot are streamed, and how it is joined to them."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from safety_pipeline.engine import streamed_lookup
from safety_pipeline.ingest.aact.scanning import WORD
from safety_pipeline.ingest.aact.soundness import GROUP, STUDY, OddTexts
from safety_pipeline.ingest.ctgov.wording import NOT_STATED, edition_of, editions_in, names_criteria
from safety_pipeline.tables.ingested import CELL


@dataclass(frozen=True)
class Known:
    """What is joined to each event: its group with its study's facts, one row a group, and the group's vocabularies."""

    delivery_id: str
    groups: pl.LazyFrame
    vocabularies: pl.DataFrame
    may_be_refused: bool
    odd_texts: OddTexts

    def facts(self) -> pl.LazyFrame:
        """One row a group; what is the same for all its events is made here, once."""
        return self.groups.select(
            *GROUP,
            "column_number",
            "attribution",
            "described_edition",
            is_study=is_study(),
            document_id=pl.format("{}.{}", "nct_id", pl.lit(self.delivery_id)),
            arm_id=pl.format("{}.{}", "nct_id", "ctgov_group_code"),
            column_label=pl.coalesce("title", "ctgov_group_code"),
            group_at_risk="at_risk",
            is_part=pl.col("limits").str.contains("counts", literal=True).fill_null(value=False),
        )

    def facts_by_vocabulary(self) -> pl.LazyFrame:
        """The same, one row a group and vocabulary, with the edition of the criteria that the vocabulary settles."""
        named = self.vocabularies["vocabulary"].drop_nulls().unique().sort().to_list()
        own = pl.col("vocabulary").replace_strict(named, list(map(_own_edition, named)), default=None)
        edition = pl.coalesce(own.cast(pl.String), "described_edition", pl.lit(NOT_STATED))
        by_vocabulary = self.facts().join(self.vocabularies.lazy(), on=GROUP).with_columns(grading_system=edition)
        return as_stored(by_vocabulary)


def lookup_join(rows: pl.LazyFrame, table: pl.LazyFrame, on: str | list[str]) -> pl.LazyFrame:
    """The rows, in their order, with what a small table says of them.

    The small tables have one row a key: `group_by` and `unique` made them so, or their key was proven when they were
    read. Asking the join to prove it again takes half as much memory and time again (measured with Polars 2.1).
    """
    return streamed_lookup(rows, table, on, nulls_equal=True)


def said_of(name: str, meanings: Mapping[str, pl.Expr]) -> pl.Expr:
    """The meaning of a word; `replace_strict` holds all rows in memory (4 GB more at ten million, Polars 2.1)."""
    return pl.coalesce(pl.when(pl.col(name) == said).then(meaning) for said, meaning in meanings.items())


def word(column: str, text: str | None) -> pl.Expr:
    """A text that many cells have in common, as it is stored in one of their columns."""
    return pl.lit(text, CELL.column(column).stored_dtype)


def is_study() -> pl.Expr:
    return pl.col("nct_id").str.contains(STUDY)


def as_stored(facts: pl.LazyFrame) -> pl.LazyFrame:
    """Texts to be joined to events, as cells store them: then they are made into dictionaries once, and not by row."""
    limited = {name: dtype for name, dtype in CELL.stored_schema.items() if isinstance(dtype, pl.Enum)}
    present = facts.collect_schema()
    return facts.cast({name: dtype for name, dtype in limited.items() if name in present}).cast({pl.String: WORD})


def _own_edition(vocabulary: str) -> str | None:
    """The edition that a vocabulary settles; nothing where a description may settle it."""
    own = edition_of(vocabulary, "")
    leaves_open = not editions_in(vocabulary) and names_criteria("nci", vocabulary)
    return None if own == NOT_STATED and leaves_open and not names_criteria("other", vocabulary) else own
