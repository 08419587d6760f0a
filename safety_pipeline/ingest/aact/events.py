"""Events and totals of a snapshot as rows of `ingested/cell`, streamed."""

import polars as pl

from safety_pipeline.ingest.aact.known import Known, as_stored, lookup_join, said_of, word
from safety_pipeline.ingest.aact.scanning import ROW, WORD, tidy, whole
from safety_pipeline.ingest.aact.snapshot import EVENTS, TOTALS
from safety_pipeline.ingest.aact.soundness import GROUP, KINDS, is_sound, read_events, total_is_sound
from safety_pipeline.ingest.ctgov.register_words import register_rows
from safety_pipeline.ingest.ctgov.wording import NOT_STATED
from safety_pipeline.tables.ingested import CELL

_NO_NUMBER = "The line gives no number at risk; the group's number is used."


def event_cells(events: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One cell for each sound event of a known group, in the order of the file."""
    placed = _placed(events, known)
    return _cells(placed.filter(is_sound()) if known.may_be_refused else placed, known, EVENTS)


def _placed(events: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """The events with their numbers read, their kind, and what is known of their group; nulls where these are odd."""
    labels = register_rows("table").filter(pl.col("kind") != "total").select("kind", "table_label").iter_rows()
    tidied = _tidied(_tidied(events, "adverse_event_term", "term"), "organ_system", "body_system")
    read = read_events(tidied, known.odd_texts.number())
    return lookup_join(read, known.facts_by_vocabulary(), [*GROUP, "vocabulary"]).with_columns(
        table_label=said_of("event_type", {kind: word("table_label", label) for kind, label in labels}),
        seriousness=said_of("event_type", {kind: word("seriousness", kind) for kind in KINDS}),
    )


def _tidied(rows: pl.LazyFrame, name: str, into: str) -> pl.LazyFrame:
    """The rows with one of their repeated texts tidied; each distinct text is looked at once."""
    distinct = rows.select(name).unique().with_columns(tidy(name).alias(into)).collect(engine="streaming")
    if distinct.filter(pl.col(name).cast(pl.String).ne_missing(pl.col(into))).is_empty():
        return rows.with_columns(pl.col(name).alias(into))
    return lookup_join(rows, distinct.lazy().with_columns(pl.col(into).cast(WORD)), name)


def total_cells(totals: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One cell for each total of a known group."""
    kinds = register_rows("total").lazy().with_columns(pl.when(pl.col("seriousness") != "").then("seriousness"))
    described = as_stored(kinds.select("seriousness", event_type="kind", term="label"))
    facts = as_stored(known.facts())
    named = lookup_join(lookup_join(totals.filter(total_is_sound()), facts, GROUP), described, "event_type")
    label = register_rows("table").filter(pl.col("kind") == "total")["table_label"][0]
    return _cells(
        named.filter(pl.col("arm_id").is_not_null()).with_columns(
            table_label=word("table_label", label),
            body_system=word("body_system_as_reported", None),
            grading_system=word("grading_system", NOT_STATED),
            affected=whole("subjects_affected"),
            own_at_risk=whole("subjects_at_risk"),
            episodes=pl.lit(None, pl.Int64),
        ),
        known,
        TOTALS,
    )


def _most() -> pl.Expr:
    """All patients where milder events were not counted; null where their number or the count is not known."""
    n_at_risk = pl.coalesce("own_at_risk", "group_at_risk")
    known = pl.col("affected").is_not_null() & n_at_risk.is_not_null()
    return pl.when(known).then(pl.max_horizontal("affected", n_at_risk))


def _status(episodes_only: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("affected") > 0)
        .then(word("cell_status", "observed"))
        .when(pl.col("affected").is_not_null())
        .then(word("cell_status", "reported_zero"))
        .when(episodes_only)
        .then(word("cell_status", "episodes_only"))
        .otherwise(word("cell_status", "missing"))
    )


def _cells(placed: pl.LazyFrame, known: Known, table: str) -> pl.LazyFrame:
    """The columns of a cell."""
    episodes_only = pl.col("affected").is_null() & pl.col("episodes").is_not_null()
    cells = placed.select(
        table_id=word("table_id", table),
        delivery_id=word("delivery_id", known.delivery_id),
        document_id="document_id",
        trial_id="nct_id",
        source_file=word("source_file", f"{table}.txt"),
        table_label="table_label",
        row_number=ROW,
        row_label="term",
        column_label="column_label",
        column_role=word("column_role", "arm"),
        arm_id="arm_id",
        printed="subjects_affected",
        column_number="column_number",
        term_as_reported="term",
        body_system_as_reported="body_system",
        is_composite=pl.lit(False),
        grading_system="grading_system",
        grade_lower_reported=pl.lit(1),
        grade_upper_reported=pl.lit(5),
        grade_band_as_reported=word("grade_band_as_reported", "any"),
        grade_counting=word("grade_counting", "unknown"),
        count_unit=pl.when(episodes_only)
        .then(word("count_unit", "episodes"))
        .otherwise(word("count_unit", "patients")),
        n_episodes="episodes",
        n_printed="affected",
        n_affected_lower="affected",
        n_affected_upper=pl.when("is_part").then(_most()).otherwise("affected"),
        n_at_risk=pl.coalesce("own_at_risk", "group_at_risk"),
        seriousness="seriousness",
        attribution="attribution",
        cell_status=pl.when(pl.col("is_part") & pl.col("affected").is_not_null())
        .then(word("cell_status", "derived_bounds"))
        .otherwise(_status(episodes_only)),
        note=pl.when(pl.col("own_at_risk").is_null()).then(word("note", _NO_NUMBER)),
    )
    return CELL.stored(CELL.complete(cells))
