"""What has to be known of a whole snapshot before its events can be streamed: one row a group, one row a study."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.aact.scanning import ROW, SURPLUS, Table, tidy, whole
from safety_pipeline.ingest.aact.soundness import GROUP, is_placed, is_unsound, read_events

_EVENT_GROUPS = "reportedevent"


@dataclass(frozen=True)
class Survey:
    """Small frames: ``groups`` has one row an event group, ``texts`` one row a study with events.

    ``n_refused`` is 0 where every event is sound and in a known group, so that refusals need no pass of their own.
    ``n_rows`` are all records, ``n_too_long`` those with more fields than the header.
    """

    groups: pl.DataFrame
    texts: pl.DataFrame
    n_refused: int
    n_rows: int
    n_too_long: int


def survey(tables: Mapping[str, Table], described: pl.DataFrame) -> Survey:
    """One pass over the events; ``described`` are the groups that `event_groups` found."""
    seen = _seen(tables["reported_events"].rows)
    groups = described.join(_total_at_risk(tables), on=GROUP, how="left", validate="1:1").join(
        seen.group_by(GROUP).agg(pl.col("most_at_risk").max()), on=GROUP, how="left", validate="1:1"
    )
    in_order = groups.with_columns(
        at_risk=pl.coalesce("total_at_risk", "most_at_risk"),
        column_number=pl.int_range(1, pl.len() + 1).over("nct_id", order_by="ctgov_group_code"),
    ).sort(GROUP)
    counted = [int(seen[name].sum()) for name in ("n_events", "n_too_long")]
    return Survey(in_order, _texts(seen), _n_refused(seen, groups), *counted)


def _n_refused(seen: pl.DataFrame, groups: pl.DataFrame) -> int:
    """Events that are no cells, an event that breaks two rules perhaps counted twice."""
    n_unplaced = seen.join(groups, on=GROUP, how="anti").select(pl.col("n_events").sum()).item()
    n_elsewhere = seen.filter(~is_placed()).select(pl.col("n_events").sum()).item()
    return int(n_unplaced + n_elsewhere + seen["n_unsound"].sum())


def _seen(events: pl.LazyFrame) -> pl.DataFrame:
    """One row a group, kind of event and vocabulary: how many events, and the first texts."""
    return (
        read_events(events)
        .group_by([*GROUP, "event_type", "vocabulary"])
        .agg(
            n_events=pl.len(),
            first_row=pl.col(ROW).min(),
            n_unsound=is_unsound().sum(),
            n_too_long=pl.col(SURPLUS).count(),
            most_at_risk=pl.col("own_at_risk").max(),
            time_frame=pl.col("time_frame").first(ignore_nulls=True),
            description=pl.col("description").first(ignore_nulls=True),
            threshold=pl.col("frequency_threshold").first(ignore_nulls=True),
        )
        .sort([*GROUP, "event_type", "first_row"])
        .collect(engine="streaming")
        .with_columns(tidy("time_frame"), tidy("description"))
    )


def event_groups(tables: Mapping[str, Table]) -> pl.DataFrame:
    """One row a group that events are counted in, in order of its study and code; of two alike the first."""
    kind = pl.col("result_type").str.to_lowercase().str.replace_all("[^a-z]", "")
    return (
        tables["result_groups"]
        .rows.filter(kind == _EVENT_GROUPS, pl.col("nct_id").is_not_null(), pl.col("ctgov_group_code").is_not_null())
        .select(*GROUP, tidy("title"), tidy("description"))
        .unique(GROUP, keep="first", maintain_order=True)
        .sort(GROUP)
        .collect(engine="streaming")
    )


def _total_at_risk(tables: Mapping[str, Table]) -> pl.DataFrame:
    """The group's own number: the totals of serious and other events, not of deaths."""
    if "reported_event_totals" not in tables:
        return pl.DataFrame(schema={"nct_id": pl.String, "ctgov_group_code": pl.String, "total_at_risk": pl.Int64})
    rows = tables["reported_event_totals"].rows.filter(pl.col("event_type").is_in(["serious", "other"]))
    return rows.group_by(GROUP).agg(total_at_risk=whole("subjects_at_risk").max()).collect(engine="streaming")


def _texts(seen: pl.DataFrame) -> pl.DataFrame:
    return seen.group_by("nct_id").agg(
        pl.col("time_frame").first(ignore_nulls=True),
        pl.col("description").first(ignore_nulls=True),
        pl.col("threshold").first(ignore_nulls=True),
        vocabularies=pl.col("vocabulary").unique().sort(),
        n_events=pl.col("n_events").sum(),
    )
