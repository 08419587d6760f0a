"""How much of what sources report is known to the dictionaries: of rows, of counted patients and of distinct events."""

import polars as pl

from safety_pipeline.reference.references import References
from safety_pipeline.reference.terms import TARGET_EDITION
from safety_pipeline.reference.texts.lexicon import ABSENT, named_concepts
from safety_pipeline.reference.texts.targets import with_key

ALL_EVENTS, HEADLINE = "all events", "headline concepts"


def matched_shares(toxicity: pl.LazyFrame, references: References) -> pl.DataFrame:
    """One row per kind of source (`source`) and whether all events or those of the headline concepts are meant.

    `rows` are harmonised rows, `counts` the patients they count, `terms` distinct texts; `matched_` is the part of
    each that a dictionary, a synonym or the rule of a concept knows. The name of a whole body system is no event. A
    text is of the headline concepts where it is matched to one or where its words may name one.
    """
    texts = toxicity.select(text="term_as_reported").unique().collect()
    rows = _read(toxicity, _body_systems(texts, references), _named(texts, references), references).collect()
    parts = [
        _shares(rows).with_columns(events=pl.lit(ALL_EVENTS)),
        _shares(rows.filter("is_headline")).with_columns(events=pl.lit(HEADLINE)),
    ]
    return pl.concat(parts).sort("source", "events", maintain_order=True)


def _read(toxicity: pl.LazyFrame, body_systems: list[str], named: list[str], references: References) -> pl.LazyFrame:
    headline = references.concept.filter(is_headline="true")["concept"].to_list()
    return toxicity.filter(~pl.col("term_as_reported").is_in(body_systems)).select(
        "source",
        "term_as_reported",
        is_known=pl.col("match_kind") != "unmatched",
        n=pl.col("n_affected_upper").fill_null(0),
        is_headline=pl.col("concept").is_in(headline).fill_null(value=False) | pl.col("term_as_reported").is_in(named),
    )


def _body_systems(texts: pl.DataFrame, references: References) -> list[str]:
    names = references.terms.filter(grading_system=TARGET_EDITION).select(text="category").unique()
    rules = references.spelling_rules
    keys = with_key(names, "text", rules)["text_key"].to_list()
    return with_key(texts, "text", rules).filter(pl.col("text_key").is_in(keys))["text"].to_list()


def _named(texts: pl.DataFrame, references: References) -> list[str]:
    named = named_concepts(texts["text"], references)
    return named.filter(pl.col("belongs") != ABSENT)["text"].unique().to_list()


def _shares(rows: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("is_known")
    return rows.group_by("source", maintain_order=True).agg(
        rows=pl.len(),
        matched_rows=known.sum(),
        counts=pl.col("n").sum(),
        matched_counts=pl.col("n").filter(known).sum(),
        terms=pl.col("term_as_reported").n_unique(),
        matched_terms=pl.col("term_as_reported").filter(known).n_unique(),
    )
