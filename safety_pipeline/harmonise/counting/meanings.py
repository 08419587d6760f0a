"""What the words of subjects' events mean: which headline concepts they belong to, for certain or possibly."""

from typing import Any

import narwhals as nw
import polars as pl

from safety_pipeline.engine import beside, on_small_frame
from safety_pipeline.harmonise.matching.terms import matched
from safety_pipeline.reference.references import References

Frame = nw.LazyFrame[Any]

TEXT = ("grading_system", "wording", "is_coded")
UNCODED = "Uncoded term"
_SCHEMA = {"grading_system": pl.String(), "wording": pl.String(), "is_coded": pl.Boolean()}
_WHOLLY = ("equal", "subset")


def with_text(events: Frame) -> Frame:
    """The events with the text that says what they are: the coded term, else the investigator's wording."""
    is_coded = ~nw.col("term_as_reported").is_null()
    return events.with_columns(wording=nw.coalesce(nw.col("term_as_reported"), nw.col("verbatim")), is_coded=is_coded)


def texts_of(events: Frame, references: References) -> Frame:
    """One row per distinct text of the events, with the target it means, null where no dictionary knows it."""
    texts = events.filter(~nw.col("wording").is_null()).select(*TEXT).unique()
    asked = texts.with_columns(source_kind=nw.lit("subject"), _term=nw.col("wording"), _parent=nw.lit(""))
    found = matched(asked, references).select(*TEXT, "target_id", "match_kind")
    targets = beside(references.targets.select("target_id", "ctcae_term", "concept", "concept_relation"), found)
    return found.join(targets, on="target_id", how="left")


def concepts_of(texts: Frame, references: References) -> Frame:
    """One row per text and headline concept it belongs to; ``is_member`` is 0 where only possibly.

    A term wider than the concept, or one that overlaps it, may be an event of the concept.
    """
    known = texts.join(beside(references.headlines, texts), on="concept", how="inner")
    is_member = nw.col("concept_relation").is_in(_WHOLLY).cast(nw.Int64)
    return known.with_columns(is_member=is_member).select(*TEXT, "concept", "concept_label", "is_member")


def readings(texts: Frame, references: References) -> Frame:
    """One row per text: the label it is counted under, and whether it can be read at all.

    What cannot be read may be an event of any concept. Free text can be anything that no dictionary knows; of a coded
    term it is enough that its words are known.
    """
    names = [*_SCHEMA]
    judged = on_small_frame(
        texts.select(*names), lambda rows: _judged(rows, references), {**_SCHEMA, "has_known_words": pl.Boolean()}
    )
    is_known = ~nw.col("target_id").is_null() & (nw.col("match_kind") != "other_specify")
    named = texts.join(judged, on=names, how="inner")
    return named.select(
        *TEXT,
        label=nw.when(nw.col("is_coded"))
        .then(nw.col("wording"))
        .otherwise(nw.coalesce(nw.col("ctcae_term"), nw.lit(UNCODED))),
        is_read=is_known | (nw.col("is_coded") & nw.col("has_known_words")),
    )


def _judged(rows: pl.DataFrame, references: References) -> pl.DataFrame:
    known = [references.wording.is_readable(text) for text in rows["wording"]]
    return rows.with_columns(has_known_words=pl.Series(known, dtype=pl.Boolean))
