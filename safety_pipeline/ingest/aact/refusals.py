"""Events and totals of a snapshot that cannot be counted, as rows of `ingested/refusal`."""

import polars as pl

from safety_pipeline.ingest.aact.known import Known, is_study, lookup_join, said_of
from safety_pipeline.ingest.aact.scanning import ROW, as_texts, tidy
from safety_pipeline.ingest.aact.snapshot import EVENTS, TOTALS
from safety_pipeline.ingest.aact.soundness import GROUP, KINDS, SENTENCES, read_events, reason, total_is_sound
from safety_pipeline.ingest.ctgov.register_words import register_rows
from safety_pipeline.tables.ingested import REFUSAL


def event_refusals(events: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One refusal for each event that is no cell."""
    odd = as_texts(events.filter(known.odd_texts.may_be_unsound()))
    judged = read_events(odd).with_columns(rule=reason())
    return _refusals(judged, known, EVENTS, tidy("adverse_event_term"))


def total_refusals(totals: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One refusal for each total that is no cell."""
    judged = as_texts(totals).with_columns(rule=pl.when(~total_is_sound()).then(pl.lit("total_can_be_read")))
    labels = dict(register_rows("total").select("kind", "label").iter_rows())
    named = said_of("event_type", {kind: pl.lit(label) for kind, label in labels.items()})
    return _refusals(judged, known, TOTALS, pl.coalesce(named, "event_type"))


def _refusals(judged: pl.LazyFrame, known: Known, table: str, term: pl.Expr) -> pl.LazyFrame:
    """The rows that break a rule, and those of groups that are not described, with what can be read of them."""
    file = f"{table}.txt"
    labels = dict(register_rows("table").select("kind", "table_label").iter_rows())
    of_kind = {kind: pl.lit(labels["total" if table == TOTALS else kind]) for kind in KINDS}
    unplaced = pl.when(pl.col("arm_id").is_null()).then(pl.lit("group_is_described"))
    ruled = lookup_join(judged, known.facts(), GROUP).with_columns(rule=pl.coalesce("rule", unplaced))
    refusals = ruled.filter(pl.col("rule").is_not_null()).select(
        delivery_id=pl.lit(known.delivery_id),
        trial_id=pl.when(is_study()).then("nct_id"),
        document_id=pl.when(is_study()).then(pl.format("{}.{}", "nct_id", pl.lit(known.delivery_id))),
        source_file=pl.lit(file),
        table_label=said_of("event_type", of_kind),
        row_number=ROW,
        row_label=term,
        column_label="ctgov_group_code",
        arm_id="arm_id",
        printed="subjects_affected",
        term_as_reported=term,
        grade_band=pl.lit("any"),
        seriousness=said_of("event_type", {kind: pl.lit(kind) for kind in KINDS}),
        attribution="attribution",
        n_at_risk="group_at_risk",
        rule="rule",
        explanation=pl.format(
            "{}: record {}: {}; correct it, or download the snapshot again.",
            pl.lit(file),
            ROW,
            said_of("rule", {rule: pl.lit(sentence) for rule, sentence in SENTENCES.items()}),
        ),
    )
    return REFUSAL.complete(refusals)
