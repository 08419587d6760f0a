"""Events and totals of a snapshot as rows of `ingested/cell` and `ingested/refusal`, streamed."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.aact.scanning import ROW, is_whole, tidy, whole
from safety_pipeline.ingest.ctgov.register_words import register_rows
from safety_pipeline.tables.ingested import CELL, REFUSAL

GROUP = ["nct_id", "ctgov_group_code"]
_NUMBERS = ("subjects_affected", "subjects_at_risk", "event_count")
_NO_NUMBER = "The line gives no number at risk; the group's number is used."


def is_sound() -> pl.Expr:
    """Whether an event can be a cell, apart from its group being known."""
    return reason().is_null()


def reason() -> pl.Expr:
    """The rule an event breaks, or nothing."""
    wrong = pl.any_horizontal(*(pl.col(name).is_not_null() & ~is_whole(name) for name in _NUMBERS))
    nothing = pl.col("subjects_affected").is_null() & pl.col("event_count").is_null()
    known = pl.col("nct_id").str.contains(r"^NCT[0-9]{8}$") & pl.col("event_type").is_in(["serious", "other"])
    return (
        pl.when(~known.fill_null(False))
        .then(pl.lit("event_is_placed"))
        .when(pl.col("adverse_event_term").str.strip_chars().fill_null("") == "")
        .then(pl.lit("event_has_a_term"))
        .when(wrong)
        .then(pl.lit("count_is_a_whole_number"))
        .when(nothing & (whole("subjects_at_risk").fill_null(-1) != 0))
        .then(pl.lit("count_is_given"))
    )


_SENTENCES = {
    "event_is_placed": "its study number or kind of event is not the register's, so fields may have slipped",
    "event_has_a_term": "the event has no term",
    "count_is_a_whole_number": "a number of patients or events is not a whole number",
    "count_is_given": "neither patients affected nor events are given",
    "group_is_described": "its group is not in result_groups.txt",
}


@dataclass(frozen=True)
class Known:
    """What is joined to each event: its group with its study's facts, and its vocabulary's edition."""

    delivery_id: str
    groups: pl.LazyFrame
    editions: pl.LazyFrame

    def placed(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows of known groups, with their group's facts.

        The groups' key is unique by construction. Joins that prove it again, or that leave rows out themselves, hold
        half as much memory again and take twice as long (measured with Polars 2.1 on three million events).
        """
        groups = self.groups.drop("description").with_columns(is_known=pl.lit(True))
        joined = rows.join(groups, on=GROUP, how="left", maintain_order="left")
        return joined.filter(pl.col("is_known").fill_null(False))


def event_cells(events: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One cell for each sound event of a known group, in the order of the file."""
    kinds = dict(register_rows("table").select("kind", "table_label").iter_rows())
    sound = events.filter(is_sound()).with_columns(vocabulary=pl.coalesce("vocab", "default_vocab"))
    placed = known.placed(sound).join(known.editions, on="vocabulary", how="left", maintain_order="left")
    described = pl.when(pl.col("is_open").fill_null(True)).then("described_edition")
    return _cells(
        placed.with_columns(
            table=pl.lit("reported_events"),
            table_label=pl.col("event_type").replace_strict(kinds, default=None),
            term=tidy("adverse_event_term"),
            body_system=tidy("organ_system"),
            edition=pl.coalesce("edition", described, pl.lit("not stated")),
            seriousness=pl.col("event_type"),
            episodes=whole("event_count"),
        ),
        known,
    )


def total_cells(totals: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One cell for each total of a known group."""
    described = register_rows("total").lazy().select("kind", "label", "seriousness")
    placed = known.placed(totals.filter(_total_is_sound()))
    named = placed.join(described, left_on="event_type", right_on="kind", how="inner", maintain_order="left")
    label = register_rows("table").filter(pl.col("kind") == "total")["table_label"][0]
    return _cells(
        named.with_columns(
            table=pl.lit("reported_event_totals"),
            table_label=pl.lit(label),
            term="label",
            body_system=pl.lit(None, pl.String),
            edition=pl.lit("not stated"),
            seriousness=pl.when(pl.col("seriousness") != "").then("seriousness"),
            episodes=pl.lit(None, pl.Int64),
        ),
        known,
    )


def says_something() -> pl.Expr:
    """Whether a total gives any number: the snapshot has a row for deaths even where the record gives none."""
    return pl.col("subjects_affected").is_not_null() | pl.col("subjects_at_risk").is_not_null()


def _total_is_sound() -> pl.Expr:
    whole_ones = pl.all_horizontal(
        is_whole(name) | pl.col(name).is_null() for name in ("subjects_affected", "subjects_at_risk")
    )
    given = pl.col("subjects_affected").is_not_null() | (whole("subjects_at_risk") == 0)
    kinds = register_rows("total")["kind"].to_list()
    return (whole_ones & given & pl.col("event_type").is_in(kinds)).fill_null(False)


def _cells(placed: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    affected, at_risk = whole("subjects_affected"), whole("subjects_at_risk")
    episodes_only = affected.is_null() & pl.col("episodes").is_not_null()
    status = (
        pl.when(episodes_only)
        .then(pl.lit("episodes_only"))
        .when(affected.is_null())
        .then(pl.lit("missing"))
        .when(affected > 0)
        .then(pl.lit("observed"))
        .otherwise(pl.lit("reported_zero"))
    )
    cells = placed.select(
        cell_id=pl.format("{}:{}:{}:{}", pl.lit(known.delivery_id), "table", ROW, "ctgov_group_code"),
        delivery_id=pl.lit(known.delivery_id),
        document_id=pl.format("{}.{}", "nct_id", pl.lit(known.delivery_id)),
        trial_id="nct_id",
        source_file=pl.format("{}.txt", "table"),
        table_label="table_label",
        row_number=ROW,
        row_label="term",
        column_label=pl.coalesce("title", "ctgov_group_code"),
        column_role=pl.lit("arm"),
        arm_id=pl.format("{}.{}", "nct_id", "ctgov_group_code"),
        printed="subjects_affected",
        column_number="column_number",
        term_as_reported="term",
        body_system_as_reported="body_system",
        is_composite=pl.lit(False),
        grading_system="edition",
        grade_lower_reported=pl.lit(1),
        grade_upper_reported=pl.lit(5),
        grade_band_as_reported=pl.lit("any"),
        grade_counting=pl.lit("unknown"),
        count_unit=pl.when(episodes_only).then(pl.lit("episodes")).otherwise(pl.lit("patients")),
        n_episodes="episodes",
        n_printed=affected,
        n_affected_lower=affected,
        n_affected_upper=affected,
        n_at_risk=pl.coalesce(at_risk, "at_risk"),
        seriousness="seriousness",
        attribution="attribution",
        cell_status=status,
        note=pl.when(at_risk.is_null()).then(pl.lit(_NO_NUMBER)),
    )
    return CELL.complete(cells)


def event_refusals(events: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One refusal for each event that is no cell."""
    unknown = events.filter(is_sound()).join(known.groups, on=GROUP, how="anti", maintain_order="left")
    parts = [
        events.with_columns(rule=reason()).filter(pl.col("rule").is_not_null()),
        unknown.with_columns(rule=pl.lit("group_is_described")),
    ]
    rows = pl.concat(parts).with_columns(why=pl.col("rule").replace_strict(_SENTENCES, default=None))
    return _refusals(rows, known, "reported_events", pl.col("adverse_event_term"))


def total_refusals(totals: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """One refusal for each total that is no cell."""
    unknown = totals.filter(_total_is_sound()).join(known.groups, on=GROUP, how="anti", maintain_order="left")
    parts = [
        totals.filter(~_total_is_sound()).with_columns(
            rule=pl.lit("total_can_be_read"), why=pl.lit("the total has no known kind or no whole number")
        ),
        unknown.with_columns(rule=pl.lit("group_is_described"), why=pl.lit(_SENTENCES["group_is_described"])),
    ]
    return _refusals(pl.concat(parts), known, "reported_event_totals", pl.col("event_type"))


def _refusals(rows: pl.LazyFrame, known: Known, table: str, label: pl.Expr) -> pl.LazyFrame:
    file = f"{table}.txt"
    is_study = pl.col("nct_id").str.contains(r"^NCT[0-9]{8}$")
    refusals = rows.select(
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
            "{}: record {}: {}; correct it, or download the snapshot again.", pl.lit(file), ROW, "why"
        ),
    )
    return REFUSAL.complete(refusals)
