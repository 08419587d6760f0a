"""What has to be known of a whole snapshot before its events can be streamed: one row a group, one row a study."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.aact.events import is_sound
from safety_pipeline.ingest.aact.scanning import Table, tidy, whole

GROUP = ["nct_id", "ctgov_group_code"]
_EVENT_GROUPS = "reportedevent"


@dataclass(frozen=True)
class Survey:
    """Small frames: ``groups`` has one row an event group, ``texts`` one row a study with events.

    ``n_refused`` is 0 where every event is sound and in a known group, so that refusals need no pass of their own.
    """

    groups: pl.DataFrame
    texts: pl.DataFrame
    vocabularies: tuple[str, ...]
    n_refused: int


def survey(tables: dict[str, Table]) -> Survey:
    """One pass over the events, and the groups beside it."""
    seen = _seen(tables["reported_events"].rows)
    groups = _groups(tables).join(
        seen.group_by(GROUP).agg(pl.col("most_at_risk").max()), on=GROUP, how="left", validate="1:1"
    )
    in_order = groups.with_columns(
        at_risk=pl.coalesce("total_at_risk", "most_at_risk"),
        column_number=pl.int_range(1, pl.len() + 1).over("nct_id", order_by="ctgov_group_code"),
    ).sort(GROUP)
    n_unplaced = seen.join(groups, on=GROUP, how="anti").select(pl.col("n_events").sum()).item()
    n_unsound = seen.select(pl.col("n_unsound").sum()).item()
    vocabularies = seen.select(pl.col("vocabularies").explode().unique().drop_nulls().sort()).to_series().to_list()
    return Survey(in_order, _texts(seen), tuple(vocabularies), n_unsound + n_unplaced)


def _seen(events: pl.LazyFrame) -> pl.DataFrame:
    """One row a group and kind of event: how many events, which texts, which vocabularies."""
    return (
        events.group_by([*GROUP, "event_type"])
        .agg(
            n_events=pl.len(),
            n_unsound=(~is_sound()).sum(),
            most_at_risk=whole("subjects_at_risk").max(),
            time_frame=pl.col("time_frame").drop_nulls().first(),
            description=pl.col("description").drop_nulls().first(),
            threshold=pl.col("frequency_threshold").drop_nulls().first(),
            vocabularies=vocabulary().unique(),
        )
        .with_columns(tidy("time_frame"), tidy("description"))
        .sort([*GROUP, "event_type"])
        .collect(engine="streaming")
    )


def vocabulary() -> pl.Expr:
    return pl.coalesce("vocab", "default_vocab")


def _groups(tables: dict[str, Table]) -> pl.DataFrame:
    kind = pl.col("result_type").str.to_lowercase().str.replace_all("[^a-z]", "")
    groups = (
        tables["result_groups"]
        .rows.filter(kind == _EVENT_GROUPS, pl.col("nct_id").is_not_null(), pl.col("ctgov_group_code").is_not_null())
        .with_columns(tidy("title"), tidy("description"))
        .unique(GROUP, keep="first", maintain_order=True)
        .collect(engine="streaming")
    )
    return groups.join(_total_at_risk(tables), on=GROUP, how="left", validate="1:1")


def _total_at_risk(tables: dict[str, Table]) -> pl.DataFrame:
    """The group's own number: the totals of serious and other events, not of deaths."""
    if "reported_event_totals" not in tables:
        return pl.DataFrame(schema={"nct_id": pl.String, "ctgov_group_code": pl.String, "total_at_risk": pl.Int64})
    rows = tables["reported_event_totals"].rows.filter(pl.col("event_type").is_in(["serious", "other"]))
    return rows.group_by(GROUP).agg(total_at_risk=whole("subjects_at_risk").max()).collect(engine="streaming")


def _texts(seen: pl.DataFrame) -> pl.DataFrame:
    return seen.group_by("nct_id").agg(
        pl.col("time_frame").drop_nulls().first(),
        pl.col("description").drop_nulls().first(),
        pl.col("threshold").drop_nulls().first(),
        pl.col("vocabularies").explode().unique().sort(),
        pl.col("n_events").sum(),
    )
