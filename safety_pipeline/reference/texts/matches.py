"""The one table a printed text is looked up in."""

from collections.abc import Sequence

import narwhals as nw
import polars as pl

from safety_pipeline.reference.read import ReferenceDataError
from safety_pipeline.reference.texts.spelling import SpellingRule, plain_words, typed_lower
from safety_pipeline.reference.texts.targets import not_stated_copies, with_key

SOURCE_KINDS = ("literature", "register", "subject")
MATCH_KEY = ("grading_system", "source_kind", "parent_concept", "text_key")


def match_table(terms: pl.DataFrame, curated: pl.DataFrame, rules: Sequence[SpellingRule]) -> pl.DataFrame:
    """One row per edition, kind of source, parent concept and text key; a dictionary's own name comes first."""
    named = _named(terms, rules)
    said = curated.select(
        "grading_system", "source_kind", "parent_concept", "text_key", "text", "target_id", "match_kind", "rationale"
    )
    both = pl.concat([_each_kind(named, rank=0), _each_kind(said, rank=1)])
    ranked = pl.concat([both, not_stated_copies(both)]).sort("rank", maintain_order=True)
    first = ranked.unique(MATCH_KEY, keep="first", maintain_order=True)
    return _with_grade_in_name(first.drop("rank"), rules)


def _named(terms: pl.DataFrame, rules: Sequence[SpellingRule]) -> pl.DataFrame:
    """One row per term of an edition, by its own name and, with a select term, by both names."""
    text = pl.concat_str(
        "term", pl.when(pl.col("select_term") != "").then(pl.col("select_term")), separator=" ", ignore_nulls=True
    )
    named = with_key(terms.with_columns(text=text), "text", rules).select(
        "grading_system",
        pl.lit("").alias("source_kind"),
        pl.lit("").alias("parent_concept"),
        "text_key",
        "text",
        pl.col("term_id").alias("target_id"),
        pl.lit("exact").alias("match_kind"),
        pl.lit("").alias("rationale"),
    )
    clash = named.filter(pl.struct("grading_system", "text_key").is_duplicated())
    if not clash.is_empty():
        raise ReferenceDataError(f"term.csv: names that read alike in one edition: {clash['text'].to_list()}.")
    return named


def _each_kind(rows: pl.DataFrame, *, rank: int) -> pl.DataFrame:
    """The rows for each kind of source: those scoped to one kind come before those for all."""
    scoped = rows.filter(pl.col("source_kind") != "").with_columns(rank=2 * rank)
    everywhere = (
        rows.filter(source_kind="")
        .drop("source_kind")
        .join(pl.DataFrame({"source_kind": SOURCE_KINDS}), how="cross")
        .with_columns(rank=2 * rank + 1)
    )
    return pl.concat([scoped, everywhere.select(scoped.columns)])


def _with_grade_in_name(rows: pl.DataFrame, rules: Sequence[SpellingRule]) -> pl.DataFrame:
    """Mark texts that name a grade themselves, such as bleeding with grade 3 or 4 thrombocytopenia."""
    words = plain_words(nw.col("text"), rules)
    frame: pl.DataFrame = nw.from_native(rows).with_columns(grade_in_name=~typed_lower(words).is_null()).to_native()
    return frame
