"""Events written as several lines, one for each change: what was there before treatment and did not get worse."""

from datetime import timedelta

import polars as pl

from safety_pipeline.ingest.cdisc.people.subjects import day_of

_EVENT = ["subject", "wording"]


def without_carried_on(events: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The events, and how many of them are no longer emergent for certain since they carry on an earlier one.

    An event is treatment-emergent where it was absent before treatment or got worse under it (ICH E9). Lines that
    AEGRPID links are one event. A line that only follows on the day the one before ended may be the same event: where
    it is not worse, it is not known to be emergent.
    """
    dated = events.with_columns(
        wording=pl.coalesce("term", "verbatim"), began=day_of("start"), ended=day_of("end"), grade_before="grade_read"
    )
    before = dated.filter(~pl.col("is_emergent"), pl.col("rule").is_null()).sort("began", "row_number")
    judged = dated.drop("grade_before")
    judged = _beside(judged, before, "group_id", "linked")
    next_day = before.with_columns(ended=pl.col("ended") + timedelta(days=1))
    judged = _beside(judged, pl.concat([before, next_day]).with_columns(began="ended"), "began", "next")
    emergent = (
        pl.when(~pl.col("is_emergent"))
        .then("is_emergent")
        .when("is_linked")
        .then(pl.col("grade_read") > pl.col("grade_linked"))
        .when(pl.col("is_next") & ~(pl.col("grade_read") > pl.col("grade_next")).fill_null(value=False))
        .then(pl.lit(None, pl.Boolean))
        .otherwise("is_emergent")
    )
    changed = judged.select(emergent.alias("is_emergent"))["is_emergent"]
    n_changed = int(changed.ne_missing(events["is_emergent"]).sum())
    return events.with_columns(is_emergent=changed), n_changed


def _beside(events: pl.DataFrame, before: pl.DataFrame, key: str, name: str) -> pl.DataFrame:
    """The events with the last grade that the same event had before treatment, found by a key."""
    known = before.drop_nulls([*_EVENT, key]).group_by(*_EVENT, key, maintain_order=True)
    last = known.agg(pl.col("grade_before").last().alias(f"grade_{name}")).with_columns(
        pl.lit(value=True).alias(f"is_{name}")
    )
    found = events.join(last, on=[*_EVENT, key], how="left", validate="m:1", maintain_order="left")
    return found.with_columns(pl.col(f"is_{name}").fill_null(value=False))
