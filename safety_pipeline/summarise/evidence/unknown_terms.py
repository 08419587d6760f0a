"""Terms that no dictionary knows: which headline concepts they may belong to, and whether they can be read at all."""

import polars as pl

from safety_pipeline.reference.references import References
from safety_pipeline.reference.texts.lexicon import ABSENT, named_concepts
from safety_pipeline.reference.texts.lexicon_targets import lexicon_concepts
from safety_pipeline.summarise.sources import ANY_CONCEPT, UNKNOWN_TERM

_TEXT = "term_as_reported"


def unknown_terms(toxicity: pl.LazyFrame, rejected: pl.LazyFrame, references: References) -> pl.LazyFrame:
    """One row per unmatched term, of an accepted or a refused row, and headline concept that it may belong to.

    A term that cannot be read (a placeholder, a code, another language) may belong to each of them, and to any other
    concept (`ANY_CONCEPT`).
    """
    accepted = toxicity.filter(pl.col("match_kind") == "unmatched").select(_TEXT)
    refused = rejected.filter(pl.col("concept").is_null(), pl.col(_TEXT).is_not_null()).select(_TEXT)
    texts = pl.concat([accepted, refused]).unique()
    return texts.map_batches(lambda rows: _judged(rows, references), schema=pl.Schema(UNKNOWN_TERM))


def _judged(texts: pl.DataFrame, references: References) -> pl.DataFrame:
    readable = pl.Series([references.wording.is_readable(text) for text in texts[_TEXT]], dtype=pl.Boolean)
    judged = texts.with_columns(is_readable=readable, counts_absence=pl.lit(value=False))
    named = named_concepts(judged[_TEXT], references)
    concepts = pl.DataFrame({"doubtful_concept": [*lexicon_concepts(references.concept_lexicon), ANY_CONCEPT]})
    classes = _organ_classes(references, lexicon_concepts(references.concept_lexicon))
    parts = [
        judged.with_columns(organ_class=pl.col(_TEXT).str.strip_chars(" :").str.to_lowercase())
        .join(classes, on="organ_class", how="inner")
        .select(*UNKNOWN_TERM),
        judged.filter(~pl.col("is_readable")).join(concepts, how="cross").select(*UNKNOWN_TERM),
        named.select(
            pl.col("text").alias(_TEXT),
            doubtful_concept="concept",
            is_readable=pl.lit(value=True),
            counts_absence=pl.col("belongs") == ABSENT,
        ),
    ]
    return pl.concat(parts).unique([_TEXT, "doubtful_concept"], keep="last")


def _organ_classes(references: References, concepts: list[str]) -> pl.DataFrame:
    """One row per name of an organ class of the editions and headline concept that it has terms of.

    A row of that name counts patients with any of its events: "Skin" holds rashes. Names joined by a stroke, and those
    before a bracket, also stand alone.
    """
    terms = references.dim_term().filter(pl.col("concept").is_in(concepts)).select("category", "concept").collect()
    whole = terms.with_columns(organ_class=pl.col("category").str.to_lowercase()).unique()
    parts = whole.with_columns(pl.col("organ_class").str.replace(r" \(.*", "").str.split("/")).explode("organ_class")
    named = pl.concat([whole, parts]).select("organ_class", doubtful_concept="concept").drop_nulls()
    return named.unique()
