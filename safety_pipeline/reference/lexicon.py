"""Whether a text that no dictionary knows names a headline concept, by stems and exceptions kept as data."""

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from safety_pipeline.reference.letters import plain_letters
from safety_pipeline.reference.spelling import spelt

if TYPE_CHECKING:
    from safety_pipeline.reference.references import References

Frame = nw.LazyFrame[Any]

PLAIN, DOUBTFUL = "plain", "doubtful"
CONCEPT_RULE = "concept_rule"
# Cut out of the text before it is read: words that only look like the concept, and what is kept apart from it.
_CUT = ("exception", "boundary")


def named_concepts(texts: Frame, references: "References") -> Frame:
    """One row per text and headline concept that it names: ``text``, ``concept``, ``belongs``, ``reason``.

    ``belongs`` is ``plain`` where the words leave no doubt that a patient counted in the row has the concept, and
    ``doubtful`` where the patient may have it. A text outside a concept has no row for it. Give distinct texts.
    """
    words = texts.with_columns(_words=spelt(plain_letters(nw.col("text")), references.spelling_rules))
    parts = [
        _named(words, concept, references.concept_lexicon) for concept in lexicon_concepts(references.concept_lexicon)
    ]
    return nw.concat(parts, how="vertical").filter(~nw.col("belongs").is_null())


def plain_concepts(texts: Frame, references: "References") -> Frame:
    """The rows of `named_concepts` whose text plainly names one headline concept, and no other even doubtfully."""
    named = named_concepts(texts, references)
    counted = named.group_by("text").agg(n_concepts=nw.len())
    sole = named.join(counted, on="text", how="inner").filter(
        (nw.col("n_concepts") == 1) & (nw.col("belongs") == PLAIN)
    )
    target = nw.concat_str(nw.lit(f"{CONCEPT_RULE}/"), nw.col("concept"))
    return sole.select("text", "concept", "reason", target.alias("target_id"))


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


def _named(words: Frame, concept: str, lexicon: pl.DataFrame) -> Frame:
    """Each text with what it is to one concept: the first line of the lexicon that fits decides."""
    own = lexicon.filter(pl.col("concept").is_in([concept, ""]))
    rest = words.with_columns(
        _several=nw.col("_words").str.contains(_any_of(own, "several")),
        _words=nw.col("_words").str.replace_all(_any_of(own, *_CUT), " "),
    )
    decided = own.filter(pl.col("kind").is_in([PLAIN, DOUBTFUL])).group_by("kind", "reason", maintain_order=True)
    fits = [(kind, reason, nw.col("_words").str.contains(_any_of(rows))) for (kind, reason), rows in decided]
    belongs = nw.coalesce(*(nw.when(fit).then(nw.lit(kind)) for kind, _, fit in fits))
    reason = nw.coalesce(*(nw.when(fit).then(nw.lit(reason)) for _, reason, fit in fits))
    several = str(own.filter(kind="several")["reason"].first())
    read = rest.select("text", "_several", concept=nw.lit(concept), belongs=belongs, reason=reason)
    unsure = nw.col("_several") & (nw.col("belongs") == PLAIN)
    return read.select(
        "text",
        "concept",
        nw.when(unsure).then(nw.lit(DOUBTFUL)).otherwise(nw.col("belongs")).alias("belongs"),
        nw.when(unsure).then(nw.lit(several)).otherwise(nw.col("reason")).alias("reason"),
    )


def _any_of(lexicon: pl.DataFrame, *kinds: str) -> str:
    """One expression for all patterns of these kinds, of any kind where none is named."""
    rows = lexicon.filter(pl.col("kind").is_in(kinds)) if kinds else lexicon
    return "|".join(f"(?:{pattern})" for pattern in rows["pattern"])
