"""The concepts that the lexicon names, as targets of their own."""

import polars as pl

CONCEPT_RULE = "concept_rule"


def lexicon_concepts(lexicon: pl.DataFrame) -> list[str]:
    """The concepts that the lexicon has words for."""
    return lexicon.filter(pl.col("concept") != "")["concept"].unique(maintain_order=True).to_list()


def lexicon_targets(lexicon: pl.DataFrame) -> pl.DataFrame:
    """One row per concept: a target without terms or grades, a part of that concept."""
    concepts = pl.DataFrame({"concept": lexicon_concepts(lexicon)})
    return concepts.select(
        pl.concat_str(pl.lit(f"{CONCEPT_RULE}/"), "concept").alias("target_id"),
        "concept",
        concept_relation=pl.lit("subset"),
    )
