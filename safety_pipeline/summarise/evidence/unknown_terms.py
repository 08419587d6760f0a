"""Terms that no dictionary knows: which headline concepts they may belong to, and whether they can be read at all."""

import narwhals as nw
import polars as pl

from safety_pipeline.reference.lexicon import named_concepts
from safety_pipeline.reference.lexicon_targets import lexicon_concepts
from safety_pipeline.reference.references import References
from safety_pipeline.summarise.sources import UNKNOWN_TERM

_TEXT = "term_as_reported"


def unknown_terms(toxicity: pl.LazyFrame, rejected: pl.LazyFrame, references: References) -> pl.LazyFrame:
    """One row per unmatched term, of an accepted or a refused row, and headline concept that it may belong to.

    A term that cannot be read (a placeholder, a code, another language) may belong to each of them.
    """
    accepted = toxicity.filter(pl.col("match_kind") == "unmatched").select(_TEXT)
    refused = rejected.filter(pl.col("concept").is_null(), pl.col(_TEXT).is_not_null()).select(_TEXT)
    texts = pl.concat([accepted, refused]).unique()
    return texts.map_batches(lambda rows: _judged(rows, references), schema=pl.Schema(UNKNOWN_TERM))


def _judged(texts: pl.DataFrame, references: References) -> pl.DataFrame:
    readable = pl.Series([references.wording.is_readable(text) for text in texts[_TEXT]], dtype=pl.Boolean)
    judged = texts.with_columns(is_readable=readable)
    texts_to_name = nw.from_native(judged.lazy().select(text=_TEXT))
    named: pl.DataFrame = nw.to_native(named_concepts(texts_to_name, references)).collect()
    concepts = pl.DataFrame({"doubtful_concept": lexicon_concepts(references.concept_lexicon)})
    parts = [
        named.select(pl.col("text").alias(_TEXT), doubtful_concept="concept").with_columns(
            is_readable=pl.lit(value=True)
        ),
        judged.filter(~pl.col("is_readable")).join(concepts, how="cross").select(*UNKNOWN_TERM),
    ]
    return pl.concat([part.select(*UNKNOWN_TERM) for part in parts]).unique([_TEXT, "doubtful_concept"], keep="last")
