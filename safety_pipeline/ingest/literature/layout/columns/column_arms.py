"""Whom a column counts where its header says arm and grades in one line."""

import re
from collections.abc import Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn
from safety_pipeline.ingest.literature.layout.words.units import split_unit
from safety_pipeline.ingest.literature.layout.words.wording import (
    attribution_in_header,
    grades_of,
    is_word,
    without_population,
)
from safety_pipeline.ingest.literature.layout_data import folded, words


def arms_beside_grades(guesses: Sequence[GuessedColumn]) -> list[GuessedColumn]:
    """Where the lines are events, a name beside the grades of a column is an arm; elsewhere it is an event."""
    corner = next((guess.header for guess in guesses if guess.role == "label"), "")
    events_in_columns = is_word("grade_headers", corner) or is_word("arm_headers", corner)
    if events_in_columns or any(guess.role == "population" for guess in guesses):
        return list(guesses)
    return [_named(guess) if guess.role == "count" and guess.term else guess for guess in guesses]


def all_events_of_any_grade(guesses: Sequence[GuessedColumn]) -> list[GuessedColumn]:
    """Columns of all events beside columns of grades are of any grade; "all" says nothing of the cause there."""
    graded = any(guess.grades for guess in guesses if guess.role == "count")
    return [
        replace(guess, grades="any", attribution=None)
        if graded and guess.role == "count" and guess.grades is None and _is_of_all_events(guess.header)
        else guess
        for guess in guesses
    ]


def totals_of_one_arm(guesses: Sequence[GuessedColumn]) -> list[GuessedColumn]:
    """A "total" beside columns of grades of one arm counts any grade of that arm, and is no total over arms."""
    graded = {_above(guess): guess for guess in guesses if guess.grades and guess.arm and _says_grades_last(guess)}
    return [
        replace(guess, is_total=False, arm=graded[_above(guess)].arm, grades="any")
        if guess.is_total and guess.grades is None and _above(guess) in graded
        else guess
        for guess in guesses
    ]


def _above(guess: GuessedColumn) -> str:
    """What stands above the last level of a header."""
    return guess.header.rpartition(" / ")[0]


def _says_grades_last(guess: GuessedColumn) -> bool:
    return grades_of(split_unit(guess.header.rpartition(" / ")[2])[0]) is not None


def arms_named_in_short(guesses: Sequence[GuessedColumn]) -> list[GuessedColumn]:
    """A later column of grades may name its arm by the end of the name only: "Drug 400 mg (n=73)", then "400 mg"."""
    whole = {guess.arm for guess in guesses if guess.arm and guess.n_at_risk is not None}
    return [replace(guess, arm=_whole_name(guess, whole)) for guess in guesses]


def _whole_name(guess: GuessedColumn, whole: set[str]) -> str | None:
    if guess.arm is None or guess.arm in whole or guess.n_at_risk is not None or not guess.grades:
        return guess.arm
    longer = [name for name in whole if name.casefold().endswith(f" {guess.arm.casefold()}")]
    return longer[0] if len(longer) == 1 else guess.arm


def _is_of_all_events(header: str) -> bool:
    names = (split_unit(without_population(level))[0] for level in header.split(" / "))
    return any(is_word("all_event_headers", name) for name in names)


def _named(guess: GuessedColumn) -> GuessedColumn:
    name = split_unit(guess.term or "")[0].strip(" ,;:")
    plain = replace(guess, term=None)
    if attribution := attribution_in_header(name) if name else None:
        return replace(plain, attribution=guess.attribution or attribution)
    if is_word("total_columns", name):
        return replace(plain, is_total=True)
    if not name or guess.arm or guess.is_total or _is_about_events(name):
        return plain
    return replace(plain, arm=name)


def _is_about_events(name: str) -> bool:
    """Whether the words beside grades only say what is graded, or by what: "toxicity", "CTCAE", "worst"."""
    if re.split(r"[\s,:]", folded(name), maxsplit=1)[0] in words("before_grades"):
        return True
    return any(is_word(kind, name) for kind in ("label_headers", "grade_headers", "severity_headers")) or is_word(
        "grade_headers", f"{name} grade"
    )
