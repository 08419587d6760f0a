"""One AACT snapshot, read into the ingested tables without holding its events in memory."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from safety_pipeline.ingest.aact.arms import arm_rows
from safety_pipeline.ingest.aact.documents import document_rows, source_table_rows, studies
from safety_pipeline.ingest.aact.events import event_cells, total_cells
from safety_pipeline.ingest.aact.known import Known
from safety_pipeline.ingest.aact.planned import planned_rows
from safety_pipeline.ingest.aact.refusals import event_refusals, total_refusals
from safety_pipeline.ingest.aact.scanning import Table, open_table, open_tables
from safety_pipeline.ingest.aact.snapshot import EVENTS, TOTALS, table_files, table_specs
from safety_pipeline.ingest.aact.soundness import GROUP, says_something
from safety_pipeline.ingest.aact.survey import Survey, event_groups, survey
from safety_pipeline.tables.delivery import Delivery, Ingested, RefusedError, refused
from safety_pipeline.tables.ingested import REFUSAL


def read(delivery: Delivery) -> Ingested:
    """The tables of one snapshot; a record that cannot be read is a row of `refusal`, and the others go on."""
    try:
        return _read(delivery)
    except RefusedError as error:
        return refused(delivery, RefusedError(error.rule, error.explanation, source_file=delivery.path.name))
    except pl.exceptions.PolarsError as error:
        reason = str(error).split("\n", 1)[0][:200]
        explanation = f"{delivery.path.name}: a table cannot be parsed ({reason}); download the snapshot again."
        return refused(delivery, RefusedError("snapshot_is_readable", explanation, source_file=delivery.path.name))


def _read(delivery: Delivery) -> Ingested:
    files = table_files(delivery.path, delivery.content_sha256)
    # The events take long to open and leave processors idle: what the other tables say is read meanwhile.
    with ThreadPoolExecutor(1) as beside:
        events = beside.submit(open_table, files[EVENTS], table_specs()[EVENTS])
        others = open_tables({name: file for name, file in files.items() if name != EVENTS})
        described = event_groups(others)
        planned = planned_rows(others, described["nct_id"].unique(), delivery).collect(engine="streaming")
        tables = {**others, EVENTS: events.result()}
    surveyed = survey(tables, described)
    found = studies(tables, surveyed)
    known = _known(delivery, surveyed, found)
    remark = _remark(tables)
    arm = arm_rows(surveyed.groups, found, delivery)
    return Ingested(
        document=document_rows(found, arm, delivery),
        source_table=source_table_rows(found, delivery, has_totals=TOTALS in tables, remark=remark),
        arm=arm,
        planned_treatment=planned.lazy(),
        cell=_cells(tables, known),
        refusal=_refusals(delivery, tables, known),
    )


def _known(delivery: Delivery, surveyed: Survey, found: pl.DataFrame) -> Known:
    facts = found.select("nct_id", "attribution", "described_edition", "limits")
    groups = surveyed.groups.select(*GROUP, "title", "description", "at_risk", "column_number")
    joined = groups.join(facts, on="nct_id", how="left", validate="m:1")
    return Known(
        delivery.delivery_id, joined.lazy(), surveyed.vocabularies, surveyed.may_be_refused, surveyed.odd_texts
    )


def _cells(tables: Mapping[str, Table], known: Known) -> pl.LazyFrame:
    events = event_cells(tables[EVENTS].rows, known)
    if TOTALS not in tables:
        return events
    # Three rows a group: kept, they are joined to the stream of events in a third of the time of a second stream.
    totals = total_cells(tables[TOTALS].rows.filter(says_something()), known).collect(engine="streaming")
    return pl.concat([events, totals.lazy()])


def _refusals(delivery: Delivery, tables: Mapping[str, Table], known: Known) -> pl.LazyFrame:
    parts = [_left_out(delivery, table) for table in tables.values()]
    if known.may_be_refused:
        parts.append(event_refusals(tables[EVENTS].rows, known))
    if TOTALS in tables:
        parts.append(total_refusals(tables[TOTALS].rows.filter(says_something()), known))
    return pl.concat(parts)


def _left_out(delivery: Delivery, table: Table) -> pl.LazyFrame:
    """One refusal for each record of a file that has no sense or not the fields of its header.

    One of the events may be any event of its study.
    """
    if table.left_out is None:
        return REFUSAL.empty()
    place = {
        "delivery_id": pl.lit(delivery.delivery_id),
        "document_id": pl.format("{}.{}", "trial_id", pl.lit(delivery.delivery_id)),
        "source_file": pl.lit(table.file.name),
        "grade_band": pl.lit("any" if table.file.name == f"{EVENTS}.txt" else None, pl.String),
    }
    return REFUSAL.complete(table.left_out.with_columns(**place))


def _remark(tables: Mapping[str, Table]) -> str | None:
    """What the tables that are not there would have told."""
    absent = [spec for name, spec in table_specs().items() if name not in tables]
    said = [f"The snapshot has no {spec.name}.txt, which would give {spec.gives}." for spec in absent]
    return " ".join(said) or None
