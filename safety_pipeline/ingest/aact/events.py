"""Events and totals of a snapshot as rows of `ingested/cell` and `ingested/refusal`, streamed."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.aact.scanning import ROW, WORD, as_texts, tidy, whole, whole_as_it_stands
from safety_pipeline.ingest.aact.soundness import (
    GROUP,
    KINDS,
    SENTENCES,
    STUDY,
    is_placed,
    is_unsound,
    read_events,
    reason,
    total_is_sound,
)
from safety_pipeline.ingest.ctgov.register_words import register_rows
from safety_pipeline.ingest.ctgov.wording import NOT_STATED, edition_of, editions_in, names_criteria
from safety_pipeline.tables.ingested import CELL, REFUSAL

_NO_NUMBER = "The line gives no number at risk; the group's number is used."
_EVENTS, _TOTALS = "reported_events", "reported_event_totals"


@dataclass(frozen=True)
class Known:
    """What is joined to each event: its group with its study's facts, one row a group, and the group's vocabularies."""

    delivery_id: str
    groups: pl.LazyFrame
    vocabularies: pl.DataFrame
    may_be_refused: bool

    def facts(self) -> pl.LazyFrame:
        """One row a group; what is the same for all its events is made here, once."""
        return self.groups.select(
            *GROUP,
            "column_number",
            "attribution",
            "described_edition",
            document_id=pl.format("{}.{}", "nct_id", pl.lit(self.delivery_id)),
            arm_id=pl.format("{}.{}", "nct_id", "ctgov_group_code"),
            column_label=pl.coalesce("title", "ctgov_group_code"),
            group_at_risk="at_risk",
        )

    def facts_by_vocabulary(self) -> pl.LazyFrame:
        """The same, one row a group and vocabulary, with the edition of the criteria that the vocabulary settles."""
        named = self.vocabularies["vocabulary"].drop_nulls().unique().sort().to_list()
        own = pl.col("vocabulary").replace_strict(named, list(map(_own_edition, named)), default=None)
        edition = pl.coalesce(own.cast(pl.String), "described_edition", pl.lit(NOT_STATED))
        by_vocabulary = self.facts().join(self.vocabularies.lazy(), on=GROUP).with_columns(grading_system=edition)
        return _as_stored(by_vocabulary)


def _looked_up(rows: pl.LazyFrame, table: pl.LazyFrame, on: str | list[str]) -> pl.LazyFrame:
    """The rows, in their order, with what a small table says of them.

    The small tables have one row a key: `group_by` and `unique` made them so, or their key was proven when they were
    read. Asking the join to prove it again takes half as much memory and time again (measured with Polars 2.1).
    """
    return rows.join(table, on=on, how="left", maintain_order="left", build_side="force_right", nulls_equal=True)


def _said_of(name: str, meanings: Mapping[str, pl.Expr]) -> pl.Expr:
    """The meaning of a word; `replace_strict` holds all rows in memory (4 GB more at ten million, Polars 2.1)."""
    return pl.coalesce(pl.when(pl.col(name) == word).then(meaning) for word, meaning in meanings.items())


def _word(column: str, text: str | None) -> pl.Expr:
    """A text that many cells have in common, as it is stored in one of their columns."""
    return pl.lit(text, CELL.column(column).stored_dtype)


def _as_stored(facts: pl.LazyFrame) -> pl.LazyFrame:
    """Texts to be joined to events, as cells store them: then they are made into dictionaries once, and not by row."""
    limited = {name: dtype for name, dtype in CELL.stored_schema.items() if isinstance(dtype, pl.Enum)}
    present = facts.collect_schema()
    return facts.cast({name: dtype for name, dtype in limited.items() if name in present}).cast({pl.String: WORD})


def event_cells(events: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One cell for each sound event of a known group, in the order of the file."""
    labels = register_rows("table").filter(pl.col("kind") != "total").select("kind", "table_label").iter_rows()
    tidied = _tidied(_tidied(events, "adverse_event_term", "term"), "organ_system", "body_system")
    read = read_events(tidied, whole if known.may_be_refused else whole_as_it_stands)
    placed = _looked_up(read, known.facts_by_vocabulary(), [*GROUP, "vocabulary"]).with_columns(
        table_label=_said_of("event_type", {kind: _word("table_label", label) for kind, label in labels}),
        seriousness=_said_of("event_type", {kind: _word("seriousness", kind) for kind in KINDS}),
    )
    sound = (
        placed.filter(pl.col("arm_id").is_not_null(), is_placed(), ~is_unsound()) if known.may_be_refused else placed
    )
    return _cells(sound, known, _EVENTS)


def _tidied(rows: pl.LazyFrame, name: str, into: str) -> pl.LazyFrame:
    """The rows with one of their repeated texts tidied; each distinct text is looked at once."""
    distinct = rows.select(name).unique().with_columns(tidy(name).alias(into)).collect(engine="streaming")
    if distinct.filter(pl.col(name).cast(pl.String).ne_missing(pl.col(into))).is_empty():
        return rows.with_columns(pl.col(name).alias(into))
    return _looked_up(rows, distinct.lazy().with_columns(pl.col(into).cast(WORD)), name)


def _own_edition(vocabulary: str) -> str | None:
    """The edition that a vocabulary settles; nothing where a description may settle it."""
    own = edition_of(vocabulary, "")
    leaves_open = not editions_in(vocabulary) and names_criteria("nci", vocabulary)
    return None if own == NOT_STATED and leaves_open and not names_criteria("other", vocabulary) else own


def total_cells(totals: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One cell for each total of a known group."""
    kinds = register_rows("total").lazy().with_columns(pl.when(pl.col("seriousness") != "").then("seriousness"))
    described = _as_stored(kinds.select("seriousness", event_type="kind", term="label"))
    facts = _as_stored(known.facts())
    named = _looked_up(_looked_up(totals.filter(total_is_sound()), facts, GROUP), described, "event_type")
    label = register_rows("table").filter(pl.col("kind") == "total")["table_label"][0]
    return _cells(
        named.filter(pl.col("arm_id").is_not_null()).with_columns(
            table_label=_word("table_label", label),
            body_system=_word("body_system_as_reported", None),
            grading_system=_word("grading_system", NOT_STATED),
            affected=whole("subjects_affected"),
            own_at_risk=whole("subjects_at_risk"),
            episodes=pl.lit(None, pl.Int64),
        ),
        known,
        _TOTALS,
    )


def _status(episodes_only: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("affected") > 0)
        .then(_word("cell_status", "observed"))
        .when(pl.col("affected").is_not_null())
        .then(_word("cell_status", "reported_zero"))
        .when(episodes_only)
        .then(_word("cell_status", "episodes_only"))
        .otherwise(_word("cell_status", "missing"))
    )


def _cells(placed: pl.LazyFrame, known: Known, table: str) -> pl.LazyFrame:
    """The columns of a cell."""
    episodes_only = pl.col("affected").is_null() & pl.col("episodes").is_not_null()
    cells = placed.select(
        table_id=_word("table_id", table),
        delivery_id=_word("delivery_id", known.delivery_id),
        document_id="document_id",
        trial_id="nct_id",
        source_file=_word("source_file", f"{table}.txt"),
        table_label="table_label",
        row_number=ROW,
        row_label="term",
        column_label="column_label",
        column_role=_word("column_role", "arm"),
        arm_id="arm_id",
        printed="subjects_affected",
        column_number="column_number",
        term_as_reported="term",
        body_system_as_reported="body_system",
        is_composite=pl.lit(False),
        grading_system="grading_system",
        grade_lower_reported=pl.lit(1),
        grade_upper_reported=pl.lit(5),
        grade_band_as_reported=_word("grade_band_as_reported", "any"),
        grade_counting=_word("grade_counting", "unknown"),
        count_unit=pl.when(episodes_only)
        .then(_word("count_unit", "episodes"))
        .otherwise(_word("count_unit", "patients")),
        n_episodes="episodes",
        n_printed="affected",
        n_affected_lower="affected",
        n_affected_upper="affected",
        n_at_risk=pl.coalesce("own_at_risk", "group_at_risk"),
        seriousness="seriousness",
        attribution="attribution",
        cell_status=_status(episodes_only),
        note=pl.when(pl.col("own_at_risk").is_null()).then(_word("note", _NO_NUMBER)),
    )
    return CELL.stored(CELL.complete(cells))


def event_refusals(events: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One refusal for each event that is no cell."""
    judged = read_events(as_texts(events)).with_columns(rule=reason())
    return _refusals(judged, known, _EVENTS, pl.col("adverse_event_term"))


def total_refusals(totals: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One refusal for each total that is no cell."""
    judged = as_texts(totals).with_columns(rule=pl.when(~total_is_sound()).then(pl.lit("total_can_be_read")))
    return _refusals(judged, known, _TOTALS, pl.col("event_type"))


def _refusals(judged: pl.LazyFrame, known: Known, table: str, label: pl.Expr) -> pl.LazyFrame:
    """The rows that break a rule, and those of groups that are not described."""
    file = f"{table}.txt"
    unplaced = pl.when(pl.col("arm_id").is_null()).then(pl.lit("group_is_described"))
    ruled = _looked_up(judged, known.facts(), GROUP).with_columns(rule=pl.coalesce("rule", unplaced))
    is_study = pl.col("nct_id").str.contains(STUDY)
    refusals = ruled.filter(pl.col("rule").is_not_null()).select(
        delivery_id=pl.lit(known.delivery_id),
        trial_id=pl.when(is_study).then("nct_id"),
        document_id=pl.when(is_study).then(pl.format("{}.{}", "nct_id", pl.lit(known.delivery_id))),
        source_file=pl.lit(file),
        row_number=ROW,
        row_label=label,
        column_label="ctgov_group_code",
        printed="subjects_affected",
        rule="rule",
        explanation=pl.format(
            "{}: record {}: {}; correct it, or download the snapshot again.",
            pl.lit(file),
            ROW,
            _said_of("rule", {rule: pl.lit(sentence) for rule, sentence in SENTENCES.items()}),
        ),
    )
    return REFUSAL.complete(refusals)
