"""One AACT snapshot, read into the ingested tables without holding its events in memory."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from safety_pipeline.ingest.aact.arms import arm_rows, group_doses
from safety_pipeline.ingest.aact.documents import document_rows, source_table_rows, studies
from safety_pipeline.ingest.aact.events import (
    GROUP,
    Known,
    event_cells,
    event_refusals,
    says_something,
    total_cells,
    total_refusals,
)
from safety_pipeline.ingest.aact.scanning import Table, open_table
from safety_pipeline.ingest.aact.snapshot import table_files, table_specs
from safety_pipeline.ingest.aact.survey import Survey, event_groups, survey
from safety_pipeline.ingest.ctgov.wording import NOT_STATED, edition_of, editions_in, names_criteria
from safety_pipeline.tables.delivery import Delivery, Ingested, RefusedError, refused
from safety_pipeline.tables.ingested import REFUSAL

_TOTALS = "reported_event_totals"


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
    tables = {name: open_table(file, table_specs()[name]) for name, file in files.items()}
    # The texts of the arms are read in Python while Polars reads the events.
    with ThreadPoolExecutor(1) as beside:
        described = event_groups(tables)
        dosed = beside.submit(group_doses, described, tables)
        surveyed = survey(tables, described)
        doses = dosed.result()
    found = studies(tables, surveyed)
    known = _known(delivery, surveyed, found)
    remark = _remark(tables)
    return Ingested(
        document=document_rows(found, delivery),
        source_table=source_table_rows(found, delivery, has_totals=_TOTALS in tables, remark=remark),
        arm=arm_rows(surveyed.groups, doses, found, delivery),
        cell=_cells(tables, known),
        refusal=_refusals(delivery, tables, known, has_refused_events=surveyed.n_refused > 0),
    )


def _known(delivery: Delivery, surveyed: Survey, found: pl.DataFrame) -> Known:
    facts = found.select("nct_id", "attribution", "described_edition")
    groups = surveyed.groups.select(*GROUP, "title", "description", "at_risk", "column_number")
    joined = groups.join(facts, on="nct_id", how="left", validate="m:1")
    editions = [_edition(vocabulary) for vocabulary in surveyed.vocabularies]
    schema = {"vocabulary": pl.String, "edition": pl.String, "is_open": pl.Boolean}
    return Known(delivery.delivery_id, joined.lazy(), pl.LazyFrame(editions, schema=schema, orient="row"))


def _edition(vocabulary: str) -> tuple[str, str | None, bool]:
    """The vocabulary's own edition, and whether a description may settle what it leaves open."""
    own = edition_of(vocabulary, "")
    leaves_open = not editions_in(vocabulary) and names_criteria("nci", vocabulary)
    return vocabulary, None if own == NOT_STATED else own, leaves_open and not names_criteria("other", vocabulary)


def _cells(tables: Mapping[str, Table], known: Known) -> pl.LazyFrame:
    events = event_cells(tables["reported_events"].rows, known)
    return (
        pl.concat([events, total_cells(tables[_TOTALS].rows.filter(says_something()), known)])
        if _TOTALS in tables
        else events
    )


def _refusals(
    delivery: Delivery, tables: Mapping[str, Table], known: Known, *, has_refused_events: bool
) -> pl.LazyFrame:
    parts = [REFUSAL.from_rows(list(_broken_lines(delivery, tables)))]
    if has_refused_events:
        parts.append(event_refusals(tables["reported_events"].rows, known))
    if _TOTALS in tables:
        parts.append(total_refusals(tables[_TOTALS].rows.filter(says_something()), known))
    return pl.concat(parts)


def _broken_lines(delivery: Delivery, tables: Mapping[str, Table]) -> Iterator[dict[str, object]]:
    for table in tables.values():
        for broken in table.broken:
            yield {
                "delivery_id": delivery.delivery_id,
                "source_file": table.file.name,
                "row_number": broken.row_number,
                "printed": broken.printed,
                "rule": "record_has_its_fields",
                "explanation": f"{table.file.name}: record {broken.row_number} has {broken.n_fields} fields, not "
                f"{len(table.columns)}; download the snapshot again.",
            }


def _remark(tables: Mapping[str, Table]) -> str | None:
    """What the tables that are not there would have told."""
    absent = [spec for name, spec in table_specs().items() if name not in tables]
    said = [f"The snapshot has no {spec.name}.txt, which would give {spec.gives}." for spec in absent]
    return " ".join(said) or None
