"""Which events and totals of a snapshot can be counted, and the rule that each of the others breaks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.aact.scanning import (
    as_texts,
    is_text,
    is_whole,
    is_whole_as_it_stands,
    whole,
    whole_as_it_stands,
)
from safety_pipeline.ingest.ctgov.register_words import register_rows

GROUP = ["nct_id", "ctgov_group_code"]
KINDS = ("serious", "other")
STUDY = r"^NCT[0-9]{8}$"
NUMBERS = {"affected": "subjects_affected", "own_at_risk": "subjects_at_risk", "episodes": "event_count"}
SENTENCES = {
    "event_is_placed": "its study number or kind of event is not the register's, so fields may have slipped",
    "event_has_a_term": "the event has no term",
    "count_is_a_whole_number": "a number of patients or events is not a whole number",
    "count_is_given": "neither patients affected nor events are given",
    "group_is_described": "its group is not in result_groups.txt",
    "total_can_be_read": "the total has no known kind or no whole number",
}


def read_events(events: pl.LazyFrame, number: Callable[[str], pl.Expr] = whole) -> pl.LazyFrame:
    """The events with their numbers read and their vocabulary named."""
    return events.with_columns(vocabulary(), **{name: number(column) for name, column in NUMBERS.items()})


def vocabulary() -> pl.Expr:
    """The vocabulary that an event's term is of."""
    return pl.coalesce("vocab", "default_vocab").alias("vocabulary")


def is_placed() -> pl.Expr:
    """Whether an event is of a study and of a kind that the register has."""
    known = pl.col("nct_id").cast(pl.String).str.contains(STUDY) & pl.col("event_type").cast(pl.String).is_in(KINDS)
    return known.fill_null(False)


def _has_wrong_number() -> pl.Expr:
    """Whether a number is printed that is no whole number."""
    return pl.any_horizontal(pl.col(read).is_null() & pl.col(name).is_not_null() for read, name in NUMBERS.items())


def _says_nothing() -> pl.Expr:
    """A line may leave its counts out only where it says that nobody was at risk."""
    nothing = pl.col("affected").is_null() & pl.col("episodes").is_null()
    return nothing & (pl.col("own_at_risk").fill_null(-1) != 0)


def is_sound() -> pl.Expr:
    """Whether an event breaks no rule, once it is read and its group looked up: seen from nulls, not from texts."""
    is_known = pl.col("is_study").fill_null(False) & pl.col("seriousness").is_not_null()
    return is_known & pl.col("term").is_not_null() & ~_has_wrong_number() & ~_says_nothing()


@dataclass(frozen=True)
class OddTexts:
    """The distinct terms and numbers that are not plainly such and the studies with odd groups, by their columns."""

    by_column: Mapping[str, list[str]]

    def __bool__(self) -> bool:
        return any(self.by_column.values())

    def number(self) -> Callable[[str], pl.Expr]:
        """How to read a number: an odd one may be a whole number with spaces around it."""
        printed = [text for name in NUMBERS.values() for text in self.by_column[name]]
        are_whole = pl.DataFrame({"printed": printed}, schema={"printed": pl.String}).select(is_whole("printed"))
        return whole if are_whole.to_series().any() else whole_as_it_stands

    def may_be_unsound(self) -> pl.Expr:
        """Whether an event may break a rule: all that do, and few others."""
        has_odd_text = pl.any_horizontal(pl.col(name).is_in(texts) for name, texts in self.by_column.items())
        lacks_a_text = pl.any_horizontal(pl.col(*GROUP, "event_type", "adverse_event_term").is_null())
        is_of_other_kind = ~pl.col("event_type").is_in(KINDS)
        gives_nothing = pl.col("subjects_affected").is_null() & pl.col("event_count").is_null()
        return (has_odd_text | is_of_other_kind).fill_null(False) | lacks_a_text | gives_nothing


def odd_texts(events: pl.LazyFrame, odd_studies: list[str]) -> OddTexts:
    """Each distinct text is looked at once; the studies come from the groups that the events are of."""
    plain = {"adverse_event_term": is_text("adverse_event_term")} | {
        name: is_whole_as_it_stands(name) for name in NUMBERS.values()
    }
    odd = {name: events.select(name).drop_nulls().unique().filter(~expr) for name, expr in plain.items()}
    texts = {name: as_texts(rows).collect(engine="streaming")[name].to_list() for name, rows in odd.items()}
    return OddTexts({"nct_id": odd_studies, **texts})


def is_counted() -> pl.Expr:
    """Whether an event has a term and a count printed."""
    counted = pl.col("subjects_affected").is_not_null() | pl.col("event_count").is_not_null()
    return counted & pl.col("adverse_event_term").is_not_null()


def reason() -> pl.Expr:
    """The rule that an event breaks, or nothing."""
    return (
        pl.when(~is_placed())
        .then(pl.lit("event_is_placed"))
        .when(~is_text("adverse_event_term"))
        .then(pl.lit("event_has_a_term"))
        .when(_has_wrong_number())
        .then(pl.lit("count_is_a_whole_number"))
        .when(_says_nothing())
        .then(pl.lit("count_is_given"))
    )


def says_something() -> pl.Expr:
    """Whether a total is meant as one: the snapshot has a row for deaths even where the record gives none."""
    has_number = pl.col("subjects_affected").is_not_null() | pl.col("subjects_at_risk").is_not_null()
    return has_number | pl.col("event_type").cast(pl.String).is_in(KINDS).fill_null(value=False)


def total_is_sound() -> pl.Expr:
    """Whether a total of persons can be counted: whole numbers, of a kind that is known."""
    whole_ones = pl.all_horizontal(
        is_whole(name) | pl.col(name).is_null() for name in ("subjects_affected", "subjects_at_risk")
    )
    given = pl.col("subjects_affected").is_not_null() | (whole("subjects_at_risk") == 0)
    kinds = register_rows("total")["kind"].to_list()
    return (whole_ones & given & pl.col("event_type").cast(pl.String).is_in(kinds)).fill_null(False)
