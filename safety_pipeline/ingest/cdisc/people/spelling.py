"""Subjects whose identifier one data set writes in other case or spacing than the subjects' own data set does."""

from dataclasses import replace

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.package.words import note

_FOLDED = pl.col("subject").str.to_uppercase().str.replace_all(r"\s", "")


def spelled_as(subjects: Dataset, other: Dataset) -> tuple[Dataset, list[str]]:
    """The other data set with the subjects' own identifiers, and a note; only where exactly one subject is meant."""
    own = subjects.frame.select("subject", folded=_FOLDED).drop_nulls().unique()
    one = own.filter(~pl.col("folded").is_duplicated())
    strangers = other.frame.filter(~pl.col("subject").is_in(own["subject"].implode()))
    if strangers.is_empty() or one.is_empty():
        return other, []
    alike = _FOLDED.replace_strict(dict(one.select("folded", "subject").iter_rows()), default=None)
    is_known = pl.col("subject").is_in(own["subject"].implode())
    n = strangers.select(alike.count()).item()
    frame = other.frame.with_columns(subject=pl.when(is_known).then("subject").otherwise(pl.coalesce(alike, "subject")))
    said = [note("spelled_alike", file=other.file, n=n, dataset=subjects.name)] if n else []
    return replace(other, frame=frame), said
