"""Targets: what a printed text can stand for, from one term to several terms with a concept of their own."""

from collections.abc import Sequence

import narwhals as nw
import polars as pl

from safety_pipeline.reference.layout import TERM_KEY
from safety_pipeline.reference.terms import TARGET_EDITION, slug
from safety_pipeline.reference.texts.spelling import SpellingRule, plain_words, term_key

NOT_STATED = "not stated"
_SAYS = ("ctcae_term", "concept", "concept_relation", "site")
_SCOPE = ("grading_system", "source_kind", "parent_concept", "text_key")


def with_key(rows: pl.DataFrame, text: str, rules: Sequence[SpellingRule]) -> pl.DataFrame:
    """The rows with ``text_key``, the spelling key of the named column."""
    words = plain_words(nw.col(text), rules)
    frame: pl.DataFrame = nw.from_native(rows).with_columns(text_key=term_key(words, rules)).to_native()
    return frame


def curated_targets(synonym: pl.DataFrame, terms: pl.DataFrame, rules: Sequence[SpellingRule]) -> pl.DataFrame:
    """One row per edition, kind of source, parent and text, with the terms it stands for joined by ` + `."""
    ids = terms.select(*TERM_KEY, "term_id")
    known = with_key(synonym, "text", rules).join(ids, on=TERM_KEY, how="left", validate="m:1", maintain_order="left")
    texts = (
        known.unique([*_SCOPE, "term_id"], keep="first", maintain_order=True)
        .group_by(_SCOPE, maintain_order=True)
        .agg(
            pl.col("term_id").drop_nulls().alias("members"),
            pl.col("text", *_SAYS, "match_kind", "rationale").first(),
        )
    )
    return texts.with_columns(target_id=_target_id())


def _target_id() -> pl.Expr:
    members = pl.col("members").list.join(" + ")
    says = [pl.when(pl.col(name).is_not_null()).then(pl.concat_str(pl.lit(f"{name}="), slug(name))) for name in _SAYS]
    return pl.concat_str(members, *says, separator="|", ignore_nulls=True)


def term_targets(terms: pl.DataFrame, curated: pl.DataFrame) -> pl.DataFrame:
    """One row per target with its members; a curated text's own v4.03 term, concept, relation and site win."""
    plain = terms.select(target_id="term_id", members=pl.concat_list("term_id"))
    said = curated.select("target_id", "members", *_SAYS).unique("target_id", keep="first", maintain_order=True)
    own = said.join(plain, on="target_id", how="anti").rename({name: f"own_{name}" for name in _SAYS})
    targets = pl.concat([plain, own], how="diagonal")
    described = targets.with_columns(term_id=pl.col("members").list.first()).join(
        terms.drop("source", "variant"), on="term_id", how="left", validate="m:1"
    )
    return described.select(
        "target_id",
        "members",
        "own_ctcae_term",
        source_category="category",
        source_term="term",
        source_select_term="select_term",
        ctcae_term=pl.coalesce("own_ctcae_term", "ctcae_term"),
        concept=pl.coalesce("own_concept", slug("own_ctcae_term"), "concept"),
        concept_relation=pl.coalesce("own_concept_relation", "concept_relation", pl.lit("equal")),
        site="own_site",
        threshold_relation="threshold_relation",
        grades_defined="grades_defined",
    )


def not_stated_copies(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of v4.03 once more for tables that name no edition: their words are known, their grades are not."""
    return rows.filter(grading_system=TARGET_EDITION).with_columns(grading_system=pl.lit(NOT_STATED))
