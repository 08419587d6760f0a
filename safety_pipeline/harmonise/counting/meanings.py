"""What the words of subjects' events mean: which rows an event counts in, for certain or possibly."""

from typing import Any

import narwhals as nw
import polars as pl

from safety_pipeline.engine import on_small_frame
from safety_pipeline.harmonise.matching.terms import matched
from safety_pipeline.reference.references import References
from safety_pipeline.reference.texts.lexicon import ABSENT, named_concepts
from safety_pipeline.reference.totals import ANY_EVENT

Frame = nw.LazyFrame[Any]

TEXT = ("grading_system", "wording", "is_coded")
UNCODED = "Uncoded term"
_WHOLLY = ("equal", "subset")
_TEXT = {"grading_system": pl.String(), "wording": pl.String(), "is_coded": pl.Boolean()}
_MEANING = {
    **_TEXT,
    "label": pl.String(),
    "given_concept": pl.String(),
    "is_member": pl.Int64(),
    "is_read": pl.Boolean(),
}


def with_wording(events: Frame) -> Frame:
    """The events with the words that say what they are, the coded term or else the investigator's; empty for none."""
    wording = nw.coalesce(nw.col("term_as_reported"), nw.col("verbatim"), nw.lit(""))
    return events.with_columns(wording=wording, is_coded=~nw.col("term_as_reported").is_null())


def meanings(worded: Frame, references: References) -> Frame:
    """One row per wording and row that its events count in: the term, headline concepts, any event.

    ``is_member`` is 0 where they only may: a term wider than the concept, or one that the lexicon finds doubtful. What
    cannot be read (not ``is_read``) may be an event of any concept.
    """
    texts = worded.select(*_TEXT).unique()
    return on_small_frame(texts, lambda rows: _meanings(rows, references), _MEANING)


def _meanings(texts: pl.DataFrame, references: References) -> pl.DataFrame:
    known = _known(texts, references)
    of_concepts = pl.concat([_of_dictionaries(known), _of_lexicon(known, references), _of_unread(known, references)])
    once = of_concepts.group_by(*TEXT, "concept").agg(pl.col("is_member").max(), pl.col("is_read").first())
    labels = references.headlines.rename({"concept_label": "label"})
    parts = [
        _of_terms(known),
        once.join(labels, on="concept", how="inner").rename({"concept": "given_concept"}),
        known.with_columns(label=pl.lit(references.any_event_label), given_concept=pl.lit(ANY_EVENT), is_member=1),
    ]
    names = [*_MEANING]
    return pl.concat([part.cast({"is_member": pl.Int64}).select(names) for part in parts])


def _known(texts: pl.DataFrame, references: References) -> pl.DataFrame:
    """The texts with the target they mean, null where no dictionary knows it, and whether they can be read at all.

    Free text can be anything that no dictionary knows; of a coded term it is enough that its words are known.
    """
    asked = texts.lazy().with_columns(source_kind=pl.lit("subject"), _term="wording", _parent=pl.lit(""))
    found: pl.DataFrame = nw.to_native(matched(nw.from_native(asked), references)).collect()
    targets = references.targets.select("target_id", "ctcae_term", "concept", "concept_relation")
    joined = found.select(*TEXT, "target_id", "match_kind").join(targets, on="target_id", how="left", validate="m:1")
    words = pl.Series([references.wording.is_readable(text) for text in joined["wording"]], dtype=pl.Boolean)
    is_known = pl.col("target_id").is_not_null() & (pl.col("match_kind") != "other_specify")
    return joined.with_columns(is_read=is_known | (pl.col("is_coded") & words))


def _of_terms(known: pl.DataFrame) -> pl.DataFrame:
    """The row of the term itself; a text that is not coded goes by its term of the dictionary, never by its words."""
    own_name = pl.coalesce("ctcae_term", pl.lit(UNCODED))
    label = pl.when("is_coded").then("wording").otherwise(own_name)
    named = known.filter(pl.col("wording") != "")
    return named.with_columns(label=label, given_concept=pl.lit(""), is_member=pl.lit(1))


def _of_dictionaries(known: pl.DataFrame) -> pl.DataFrame:
    is_member = pl.col("concept_relation").is_in(_WHOLLY)
    rows = known.drop_nulls("concept").with_columns(is_member=is_member.cast(pl.Int64))
    return rows.select(*TEXT, "concept", "is_member", "is_read")


def _of_lexicon(known: pl.DataFrame, references: References) -> pl.DataFrame:
    unknown = known.filter(pl.col("target_id").is_null()).drop("concept")
    named = named_concepts(unknown["wording"], references)
    # Who has an event without the concept is not among those who may have it.
    present = named.filter(pl.col("belongs") != ABSENT).select("concept", wording="text")
    found = unknown.join(present, on="wording", how="inner")
    return found.select(*TEXT, "concept", pl.lit(0, pl.Int64).alias("is_member"), "is_read")


def _of_unread(known: pl.DataFrame, references: References) -> pl.DataFrame:
    rows = known.filter(~pl.col("is_read")).drop("concept").join(references.headlines, how="cross")
    return rows.select(*TEXT, "concept", pl.lit(0, pl.Int64).alias("is_member"), "is_read")
