"""What a header leaves open: spans that a file lost, columns that look alike, numbers that may be percentages."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn
from safety_pipeline.ingest.literature.layout.shape.bodies import Body
from safety_pipeline.ingest.literature.layout.words.wording import (
    grades_of,
    is_word,
    names_events,
    population_of,
    speaks_of_percentages,
    speaks_of_percentages_below,
)
from safety_pipeline.ingest.literature.numbers.printed import is_blank, read_printed

# "Patients (%)" over whole numbers: a percentage of patients, unless the column is one of counts after all.
_OF_PERSONS = re.compile(r"^(?:patients|subjects|cases|pts\.?)\s*[\[(]\s*(?:%|percent)", re.IGNORECASE)


def without_lost_spans(grid: Grid, body: Body, guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """In a file that cannot say how far a header spans: no grades, where only some columns have them.

    The name of a group stands over its first column there, or over any other, so it settles none of them. Where
    grades or patients stand over the labels, the header lost its first cell, and no column has its own header.
    """
    if grid.keeps_spans or grid.is_ragged:
        return guesses
    if _header_lacks_label_column(grid, body, guesses):
        return [_unnamed(guess) if guess.role == "count" else guess for guess in guesses]
    counted = [guess for guess in guesses if guess.role == "count" and guess.content != "%" and not guess.is_total]
    if not _has_gaps(grid, body, guesses) or all(guess.grades for guess in counted):
        return guesses
    return [replace(guess, grades=None) if guess.role == "count" else guess for guess in guesses]


def _header_lacks_label_column(grid: Grid, body: Body, guesses: Sequence[GuessedColumn]) -> bool:
    """Whether a line of the header begins one column too early."""
    label = next((guess.number for guess in guesses if guess.role == "label"), 1)
    counted = [guess.number for guess in guesses if guess.role in {"count", "percent"}]
    for line in range(body.head, body.header_rows + 1):
        corner = grid.box(line, label).text
        blanks = [is_blank(grid.box(line, number).text) for number in counted]
        ends_early = bool(blanks) and blanks[-1] and not all(blanks) and not is_blank(corner)
        if grades_of(corner) or (not names_events(corner) and (ends_early or (any(blanks) and population_of(corner)))):
            return True
    return False


def _unnamed(guess: GuessedColumn) -> GuessedColumn:
    return replace(guess, grades=None, arm=None, n_at_risk=None, is_total=False, term=None, is_alike=True)


def _has_gaps(grid: Grid, body: Body, guesses: Sequence[GuessedColumn]) -> bool:
    """Whether a line of the header leaves columns of counts empty."""
    counted = [guess.number for guess in guesses if guess.role in {"count", "percent"}]
    for line in range(body.head, body.header_rows + 1):
        blanks = [is_blank(grid.box(line, number).text) for number in counted]
        if any(blanks) and not all(blanks):
            return True
    return False


def doubtful_units_marked(guesses: list[GuessedColumn], body: Body) -> list[GuessedColumn]:
    """Whole numbers that caption, footnote or their own header calls percentages are percentages, and that is asked."""
    corner = next((guess.header for guess in guesses if guess.role == "label"), "")
    counted = [guess for guess in guesses if guess.role == "count"]
    if any(guess.content not in {"n", "%"} for guess in counted):
        return guesses
    around = speaks_of_percentages(f"{body.caption} {corner}") or speaks_of_percentages_below(body.footnotes)
    said = around and not any(_names_counts(guess.header) for guess in counted)
    return [
        replace(guess, content="%", is_doubtful_unit=True)
        if guess.role == "count" and guess.content == "n" and (said or _OF_PERSONS.search(guess.header))
        else guess
        for guess in guesses
    ]


def _names_counts(header: str) -> bool:
    """Whether a header says itself that numbers of patients stand below it."""
    return any(is_word("count_units", level) or is_word("unit_counts", level) for level in header.split(" / "))


def fractions_left_out(grid: Grid, body: Body, guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """Decimals none of which exceeds 1 may be fractions of 1; without a percent sign anywhere they are not read."""
    corner = next((guess.header for guess in guesses if guess.role == "label"), "")
    said = re.search(r"%|percent", f"{body.caption} {body.footnotes} {corner}", re.IGNORECASE)
    if said or grid.is_ragged:
        return guesses
    return [_fraction(guess) if _may_be_fractions(grid, body, guess) else guess for guess in guesses]


def strange_denominators_left_out(grid: Grid, body: Body, guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """Columns of "10/14" below a number of patients that is no denominator of theirs: episodes, or grades."""
    return [_strange(guess) if _has_strange_denominators(grid, body, guess) else guess for guess in guesses]


def _strange(guess: GuessedColumn) -> GuessedColumn:
    reason = f"no second number is the N = {guess.n_at_risk} of the header: patients and episodes? Say what it is"
    return replace(guess, role="ignore", reason=reason)


def _has_strange_denominators(grid: Grid, body: Body, guess: GuessedColumn) -> bool:
    if guess.role != "count" or guess.content != "n/N" or guess.n_at_risk is None:
        return False
    texts = [grid.box(line, guess.number).unmarked for line in body.lines]
    second = [int(found[1]) for text in texts if (found := re.fullmatch(r"\s*\d+\s*/\s*(\d+)\s*", text))]
    return len(set(second)) > 1 and guess.n_at_risk not in second


def _fraction(guess: GuessedColumn) -> GuessedColumn:
    reason = "numbers up to 1 without a percent sign: fractions? Write them as percentages to have them read"
    return replace(guess, role="ignore", reason=reason)


def _may_be_fractions(grid: Grid, body: Body, guess: GuessedColumn) -> bool:
    if guess.role != "count" or guess.content != "%" or re.search(r"%|percent", guess.header, re.IGNORECASE):
        return False
    texts = [grid.box(line, guess.number).unmarked for line in body.lines]
    values = [value for text in texts if (value := read_printed(text, "%")) is not None and value.share is not None]
    return len(values) > 1 and all("%" not in value.text and value.share <= 1 for value in values if value.share)


def alike_marked(guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """Columns of the same arm, grades and event: the header does not say which is which."""
    keys = Counter(_key(guess) for guess in guesses if guess.role == "count")
    return [
        replace(guess, is_alike=True)
        if guess.role == "count" and not guess.is_total and keys[_key(guess)] > 1 and (guess.grades or not guess.arm)
        else guess
        for guess in guesses
    ]


def told_apart_by_population(guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """Arms of one name and different numbers of patients are different arms."""
    sizes: dict[str | None, set[int]] = {}
    for guess in guesses:
        if guess.n_at_risk is not None:
            sizes.setdefault(guess.arm, set()).add(guess.n_at_risk)
    return [
        replace(guess, arm=f"{guess.arm} (n={guess.n_at_risk})")
        if guess.arm and guess.n_at_risk is not None and len(sizes[guess.arm]) > 1
        else guess
        for guess in guesses
    ]


def _key(guess: GuessedColumn) -> tuple[object, ...]:
    return (guess.arm, guess.is_total, guess.grades, guess.term, guess.count_unit, guess.attribution, guess.outcome)
