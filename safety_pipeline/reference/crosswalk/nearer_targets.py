"""Terms whose official texts are nearer to another v4.03 term than to their own: a report, never applied by itself."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz, process

from safety_pipeline.reference.layout import TERM_KEY
from safety_pipeline.reference.terms import TARGET_EDITION

# A name says more than the criteria, which many terms share word for word.
_NAME_WEIGHT = 2 / 3
_GRADES = (1, 2, 3, 4)
_NEARER_BY = 10.0
SCHEMA = {
    **dict.fromkeys(TERM_KEY, pl.String),
    "ctcae_term": pl.String,
    "likeness": pl.Float64,
    "nearer_term": pl.String,
    "nearer_likeness": pl.Float64,
}
Matrix = npt.NDArray[np.float64]


def nearer_targets(texts: pl.DataFrame, terms: pl.DataFrame, nearer_by: float = _NEARER_BY) -> pl.DataFrame:
    """One row per term that another v4.03 term resembles more by ``nearer_by`` of 100 points, the widest gap first.

    Terms that are read on an "Other, specify" come last: most of them have no v4.03 term of their own.
    ``texts`` are the official texts a user imported; an edition without texts is left out.
    """
    wide = _by_term(texts)
    targets = wide.filter(grading_system=TARGET_EDITION)
    known = terms.select(*TERM_KEY, "ctcae_term").filter(pl.col("grading_system") != TARGET_EDITION)
    sources = wide.join(known, on=TERM_KEY, how="inner", validate="1:1", maintain_order="left")
    sources = sources.filter(pl.col("ctcae_term").is_in(targets["term"].to_list()))
    if sources.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    likeness = _likeness(sources, targets)
    names = targets["term"].to_list()
    own = likeness[np.arange(sources.height), [names.index(term) for term in sources["ctcae_term"]]]
    best = likeness.argmax(axis=1)
    found = sources.select(*TERM_KEY, "ctcae_term").with_columns(
        likeness=pl.Series(own),
        nearer_term=pl.Series([names[at] for at in best]),
        nearer_likeness=pl.Series(likeness.max(axis=1)),
    )
    gap = pl.col("nearer_likeness") - pl.col("likeness")
    other = pl.col("ctcae_term").str.ends_with("Other, specify")
    listed = found.filter(gap >= nearer_by).sort(other, gap, descending=[False, True], maintain_order=True)
    return listed.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _by_term(texts: pl.DataFrame) -> pl.DataFrame:
    """One row per term with a column per grade, empty where the grade has no text."""
    name = pl.concat_str("term", pl.lit(" "), "select_term")
    columns = [
        pl.col("text").filter(pl.col("grade") == grade).first().fill_null("").alias(str(grade)) for grade in _GRADES
    ]
    return texts.group_by(TERM_KEY, maintain_order=True).agg(columns).with_columns(name=name)


def _likeness(sources: pl.DataFrame, targets: pl.DataFrame) -> Matrix:
    """How alike each source is to each target, 0 to 100: its name, and the texts of the grades that either has."""
    shared = np.mean([_alike(sources[str(grade)], targets[str(grade)]) for grade in _GRADES], axis=0)
    named: Matrix = _alike(sources["name"], targets["name"])
    whole: Matrix = _NAME_WEIGHT * named + (1 - _NAME_WEIGHT) * shared
    return whole


def _alike(ones: pl.Series, others: pl.Series) -> Matrix:
    texts: Sequence[Sequence[str]] = [series.str.to_lowercase().to_list() for series in (ones, others)]
    return process.cdist(*texts, scorer=fuzz.token_sort_ratio).astype(np.float64)
