"""Whether a text that no dictionary knows names a headline concept, by stems and exceptions kept as data."""

from collections.abc import Iterable
from typing import Any

import narwhals as nw
import polars as pl

from safety_pipeline.reference.references import References
from safety_pipeline.reference.texts.letters import plain_letters
from safety_pipeline.reference.texts.lexicon_targets import CONCEPT_RULE, lexicon_concepts
from safety_pipeline.reference.texts.spelling import spelt

Frame = nw.LazyFrame[Any]

PLAIN, DOUBTFUL, ABSENT = "plain", "doubtful", "absent"
# Cut out of the text before it is read: words that only look like the concept, and what is kept apart from it.
_CUT = ("exception", "boundary")
# Lines of the lexicon without a concept are read for each.
_EACH = pl.col("concept") == ""
_NAMED = pl.Schema({"text": pl.String(), "concept": pl.String(), "belongs": pl.String(), "reason": pl.String()})
# To compile the expressions of the lexicon takes longer than to read a hundred texts; so what was read is kept.
_KEPT = 200_000


def named_concepts(texts: pl.Series, references: References) -> pl.DataFrame:
    """One row per distinct text and headline concept that it names: ``text``, ``concept``, ``belongs``, ``reason``.

    ``belongs`` is ``plain`` where the words leave no doubt that a patient counted in the row has the concept,
    ``doubtful`` where the patient may have it, and ``absent`` where the row counts those without it, or only some of
    those with it, so that the others may have it. A text outside a concept has no row for it.
    """
    asked = texts.drop_nulls().unique(maintain_order=True).to_list()
    known = references.read_by_lexicon
    found = {text: named for text in asked if (named := known.get(text)) is not None}
    if unread := [text for text in asked if text not in found]:
        read = _readings(unread, references)
        found.update(read)
        if len(known) > _KEPT:
            known.clear()
        known.update(read)
    rows = [(text, *named) for text in asked for named in found[text]]
    return pl.DataFrame(rows, schema=_NAMED, orient="row")


def plain_concepts(texts: pl.Series, references: References) -> pl.DataFrame:
    """One row per distinct text that plainly names one concept, and no other even doubtfully.

    ``rule_target`` is the target of that concept, ``rule_reason`` why.
    """
    present = named_concepts(texts, references).filter(pl.col("belongs") != ABSENT)
    sole = present.filter(pl.len().over("text") == 1, pl.col("belongs") == PLAIN)
    return sole.select("text", rule_target=pl.format(f"{CONCEPT_RULE}/{{}}", "concept"), rule_reason="reason")


def _readings(texts: Iterable[str], references: References) -> dict[str, list[tuple[str, str, str]]]:
    """What each text names: concept, how it belongs to it, and why."""
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String()})
    read = nw.to_native(_read(nw.from_native(frame.lazy()), references)).collect()
    found: dict[str, list[tuple[str, str, str]]] = {text: [] for text in frame["text"]}
    for concept in lexicon_concepts(references.concept_lexicon):
        named = read.select("text", belongs=f"_belongs_{concept}", reason=f"_reason_{concept}").drop_nulls("belongs")
        for text, belongs, reason in named.iter_rows():
            found[text].append((concept, belongs, reason))
    return found


def _read(texts: Frame, references: References) -> Frame:
    """The texts with what each is to each concept, ``_belongs_`` and ``_reason_`` with the concept's name."""
    lexicon = references.concept_lexicon
    each, concepts = lexicon.filter(_EACH), lexicon_concepts(lexicon)
    words = nw.col("_words")
    plain = texts.with_columns(_words=spelt(plain_letters(nw.col("text")), references.spelling_rules))
    read = plain.with_columns(_is_absent=words.str.contains(_any_of(each, ABSENT))).with_columns(
        _event=nw.when("_is_absent").then(words).otherwise(words.str.replace_all(_any_of(each, *_CUT), " "))
    )
    for concept in concepts:
        own = lexicon.filter(concept=concept)
        rest = read.with_columns(_rest=nw.col("_event").str.replace_all(_any_of(own, *_CUT), " "))
        belongs, reason = _first_fit(own, each)
        read = rest.with_columns(belongs.alias(f"_belongs_{concept}"), reason.alias(f"_reason_{concept}"))
    return read.drop("_words", "_is_absent", "_event", "_rest")


def _first_fit(own: pl.DataFrame, each: pl.DataFrame) -> tuple[nw.Expr, nw.Expr]:
    """What a text is to a concept, and why: the first line of the lexicon that fits decides."""
    decided = own.filter(pl.col("kind").is_in([PLAIN, DOUBTFUL])).group_by("kind", "reason", maintain_order=True)
    fits = [(kind, reason, nw.col("_rest").str.contains(_any_of(rows))) for (kind, reason), rows in decided]
    belongs = nw.coalesce(*(nw.when(fit).then(nw.lit(kind)) for kind, _, fit in fits))
    reason = nw.coalesce(*(nw.when(fit).then(nw.lit(reason)) for _, reason, fit in fits))
    is_absent = nw.col("_is_absent") & ~belongs.is_null()
    is_part = nw.col("_words").str.contains(_any_of(each, "some")) & ~belongs.is_null()
    is_unsure = nw.col("_words").str.contains(_any_of(each, "several")) & (belongs == PLAIN)
    unsure = nw.when(is_unsure).then(nw.lit(DOUBTFUL)).otherwise(belongs)
    why_unsure = nw.when(is_unsure).then(_why(each, "several")).otherwise(reason)
    return (
        nw.when(is_absent | is_part).then(nw.lit(ABSENT)).otherwise(unsure),
        nw.when(is_absent).then(_why(each, ABSENT)).when(is_part).then(_why(each, "some")).otherwise(why_unsure),
    )


def _why(each: pl.DataFrame, kind: str) -> nw.Expr:
    return nw.lit(str(each.filter(kind=kind)["reason"].first()))


def _any_of(lexicon: pl.DataFrame, *kinds: str) -> str:
    """One expression for all patterns of these kinds, of any kind where none is named."""
    rows = lexicon.filter(pl.col("kind").is_in(kinds)) if kinds else lexicon
    return "|".join(f"(?:{pattern})" for pattern in rows["pattern"])
