"""Stable ids, numbers to join on, and the names that people read instead of ids."""

import hashlib
from collections.abc import Sequence

import polars as pl

from safety_pipeline.publish.marts import wording
from safety_pipeline.publish.plots.words import ATTRIBUTIONS, BANDS

_ID_LENGTH = 16
_BETWEEN = "\x1f"


def stable_id(key: Sequence[str]) -> pl.Expr:
    """The same sixteen characters for the same key, in every release and on every machine."""
    texts = [pl.col(name).cast(pl.String).fill_null("") for name in key]
    return pl.concat_str(texts, separator=_BETWEEN).map_batches(_hashed, return_dtype=pl.String)


def _hashed(keys: pl.Series) -> pl.Series:
    digests = [hashlib.sha256(key.encode()).hexdigest()[:_ID_LENGTH] for key in keys]
    return pl.Series(keys.name, digests, dtype=pl.String)


def with_question_names(rows: pl.LazyFrame, concept: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the names of their concept, grade band and attribution."""
    labels = concept.select("concept", "is_headline", concept_label="label")
    named = rows.join(labels, on="concept", how="left", validate="m:1")
    return named.with_columns(
        _capitalised(pl.col("concept_label").fill_null(wording.worded(pl.col("concept"), {}))),
        pl.col("is_headline").fill_null(value=False),
        grade_band_label=wording.worded(pl.col("grade_band"), BANDS),
        attribution_label=wording.worded(pl.col("attribution"), ATTRIBUTIONS),
    )


def _capitalised(text: pl.Expr) -> pl.Expr:
    return text.str.head(1).str.to_uppercase() + text.str.slice(1)


def trial_names(trial: pl.LazyFrame) -> pl.LazyFrame:
    """Each trial with its number in the release and its name: `B2222 (GIST)`."""
    name = pl.coalesce("registry_id", pl.col("trial_id").str.replace_all("_", " "))
    disease = pl.when(pl.col("indication").is_not_null()).then(pl.format(" ({})", "indication")).otherwise(pl.lit(""))
    return trial.select("trial_id", "trial_key", trial_label=name + disease)


def arm_names(arm: pl.LazyFrame) -> pl.LazyFrame:
    """Each arm with its number in the release and its name."""
    return arm.select("arm_id", "arm_key", arm_label="label")


def regimens(arm: pl.LazyFrame) -> pl.LazyFrame:
    """Each arm with what it is given; drugs given together are named as the answers by dose name them."""
    together = pl.col("combination_drugs").str.replace_all("; ", " + ", literal=True)
    return arm.select("arm_id", regimen=pl.coalesce(pl.format("{} + {}", "drug", together), "drug"))


def document_names(document: pl.LazyFrame) -> pl.LazyFrame:
    """Each document with its title, or its name where it has none."""
    name = pl.coalesce("title", pl.col("document_id").str.replace_all("_", " "))
    return document.select("document_id", document_label=name)
