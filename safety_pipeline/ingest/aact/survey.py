"""What has to be known of a whole snapshot before its events can be streamed: one row a group, one row a study."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.aact.scanning import ROW, Table, as_texts, tidy, whole
from safety_pipeline.ingest.aact.snapshot import EVENTS, TOTALS
from safety_pipeline.ingest.aact.soundness import (
    GROUP,
    KINDS,
    STUDY,
    OddTexts,
    is_counted,
    is_placed,
    odd_texts,
    vocabulary,
)

_EVENT_GROUPS = "reportedevent"


@dataclass(frozen=True)
class Survey:
    """Small frames: ``groups`` has one row an event group, ``texts`` one row a study with events, ``vocabularies`` one
    row a vocabulary that a group's events are worded in.

    Where nothing ``may_be_refused``, every event is sound and in a known group: refusals need no pass of their own.
    Else an event that is refused has one of the ``odd_texts``, or lacks something.
    """

    groups: pl.DataFrame
    texts: pl.DataFrame
    vocabularies: pl.DataFrame
    may_be_refused: bool
    odd_texts: OddTexts


def survey(tables: Mapping[str, Table], described: pl.DataFrame) -> Survey:
    """One pass over the events; ``described`` are the groups that `event_groups` found."""
    events = tables[EVENTS].rows
    seen = _seen(events)
    groups = described.join(_total_at_risk(tables), on=GROUP, how="left", validate="1:1").join(
        _agreed_at_risk(seen), on=GROUP, how="left", validate="1:1"
    )
    in_order = groups.with_columns(
        at_risk=pl.coalesce("total_at_risk", "agreed_at_risk"),
        is_at_risk_of_lines=pl.col("total_at_risk").is_null() & pl.col("agreed_at_risk").is_not_null(),
        column_number=pl.int_range(1, pl.len() + 1).over("nct_id", order_by="ctgov_group_code"),
    ).sort(GROUP)
    vocabularies = seen.select(*GROUP, "vocabulary").unique()
    odd = odd_texts(events, _odd_studies(seen, groups))
    return Survey(in_order, _texts(seen), vocabularies, bool(odd) or not _are_in_place(seen), odd)


def _are_in_place(seen: pl.DataFrame) -> bool:
    """Whether all events name a study, a group and a known kind, and have a term and a count."""
    names_group = pl.col("ctgov_group_code").is_not_null()
    in_place = is_placed() & names_group & (pl.col("n_counted") == pl.col("n_events"))
    return bool(seen.select(in_place.all()).item())


def _odd_studies(seen: pl.DataFrame, groups: pl.DataFrame) -> list[str]:
    """Studies with an event in a group that is not described, or whose number is not the register's."""
    described = groups.filter(pl.col("nct_id").str.contains(STUDY))
    return seen.join(described, on=GROUP, how="anti")["nct_id"].drop_nulls().unique().to_list()


def _seen(events: pl.LazyFrame) -> pl.DataFrame:
    """One row a group, kind of event, vocabulary and number at risk: how many events, and the first texts."""
    return (
        events.group_by([*GROUP, "event_type", vocabulary(), "subjects_at_risk"])
        .agg(
            n_events=pl.len(),
            first_row=pl.col(ROW).min(),
            n_counted=is_counted().sum(),
            time_frame=pl.col("time_frame").first(ignore_nulls=True),
            description=pl.col("description").first(ignore_nulls=True),
            threshold=pl.col("frequency_threshold").first(ignore_nulls=True),
        )
        .pipe(as_texts)
        .collect(engine="streaming")
        .with_columns(own_at_risk=whole("subjects_at_risk"))
        .sort([*GROUP, "event_type", "first_row"])
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


def _agreed_at_risk(seen: pl.DataFrame) -> pl.DataFrame:
    """The number at risk of a group's lines, where all that give one give the same."""
    numbers = pl.col("own_at_risk").filter(pl.col("own_at_risk") > 0)
    return seen.group_by(GROUP).agg(agreed_at_risk=pl.when(numbers.n_unique() == 1).then(numbers.first()))


def _total_at_risk(tables: Mapping[str, Table]) -> pl.DataFrame:
    """The group's own number: the totals of serious and other events, not of deaths."""
    if TOTALS not in tables:
        return pl.DataFrame(schema={"nct_id": pl.String, "ctgov_group_code": pl.String, "total_at_risk": pl.Int64})
    rows = tables[TOTALS].rows.filter(pl.col("event_type").cast(pl.String).is_in(KINDS))
    at_risk = rows.group_by(GROUP).agg(total_at_risk=whole("subjects_at_risk").max())
    return as_texts(at_risk).collect(engine="streaming")


def _texts(seen: pl.DataFrame) -> pl.DataFrame:
    texts = seen.group_by("nct_id").agg(
        pl.col("time_frame").first(ignore_nulls=True),
        pl.col("description").first(ignore_nulls=True),
        pl.col("threshold").first(ignore_nulls=True),
        vocabularies=pl.col("vocabulary").unique().sort(),
        n_events=pl.col("n_events").sum(),
    )
    return texts.with_columns(tidy("time_frame"), tidy("description"))
