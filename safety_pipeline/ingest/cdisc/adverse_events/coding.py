"""The coded term of each event: placeholders are no terms, and one term has one spelling."""

from functools import cache

import polars as pl

from safety_pipeline.ingest.cdisc.package.words import words
from safety_pipeline.ingest.cdisc.people.treatments import folded
from safety_pipeline.reference import load
from safety_pipeline.reference.texts.wording import Wording


def with_coded_terms(events: pl.DataFrame) -> pl.DataFrame:
    """The events with ``term``, null where a placeholder stands for it, in the spelling that most events have."""
    bare = folded("term").str.strip_chars(" *.[]()<>\"'")
    coded = events.with_columns(term=pl.when(~bare.is_in(list(words("uncoded"))) & (bare != "")).then("term"))
    counted = coded.drop_nulls("term").group_by("term").len().with_columns(folded=folded("term"))
    best = counted.sort(["len", "term"], descending=[True, True]).unique("folded", keep="first", maintain_order=True)
    spelling = dict(best.select("folded", "term").iter_rows())
    return coded.with_columns(term=folded("term").replace_strict(spelling, default=None, return_dtype=pl.String))


def says_no_event() -> pl.Expr:
    """Whether a row is there to say that its subject had no event: "No adverse events", and no coded term."""
    bare = folded("verbatim").str.strip_chars(" *.[]()<>\"'")
    is_coded = pl.col("term").is_not_null() & ~folded("term").is_in(list(words("no_event")))
    return bare.is_in(list(words("no_event"))).fill_null(value=False) & ~is_coded


@cache
def is_readable(term: str) -> bool:
    """Whether the words of a term are known; each distinct term is looked at once."""
    return _wording().is_readable(term)


@cache
def _wording() -> Wording:
    return load().wording
