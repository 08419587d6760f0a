"""When an assessment was first seen: carried from release to release while it does not change."""

import polars as pl

_SIGNAL = ["concept", "drug", "grade_band", "scope"]


def with_first_seen(signal: pl.LazyFrame, previous: pl.LazyFrame | None, *, release_id: str) -> pl.LazyFrame:
    """The signals with the release that first carried their present assessment; this one where it is new or changed."""
    if previous is None:
        return signal.with_columns(first_seen_release=pl.lit(release_id))
    before = previous.select(*_SIGNAL, "assessment", _before="first_seen_release")
    carried = signal.join(before, on=[*_SIGNAL, "assessment"], how="left", validate="1:1")
    return carried.with_columns(first_seen_release=pl.col("_before").fill_null(release_id)).drop("_before")
