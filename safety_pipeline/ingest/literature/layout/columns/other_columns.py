"""Columns that count events, but not patients over the whole treatment: visits, two counts in a cell, rates by time."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn
from safety_pipeline.ingest.literature.layout.words.wording import grades_of, without_population
from safety_pipeline.ingest.literature.layout_data import layout, pattern

AT_A_VISIT = "counts one visit or period of the same patients, and not the whole treatment"


def visits_left_out(guesses: Sequence[GuessedColumn]) -> list[GuessedColumn]:
    """Columns that differ by visit or period, or that stand before treatment, are no arms and are not read."""
    visits = {guess.number: visit for guess in guesses if guess.role == "count" and (visit := _visit_in(guess.header))}
    visits |= _visits_of_one_arm(guesses)
    is_before = any(pattern(layout("patterns")["before_treatment"]).search(visit) for visit in visits.values())
    if len(set(visits.values())) < 2 and not is_before:
        return list(guesses)
    return [
        replace(guess, role="ignore", reason=AT_A_VISIT, arm=None) if guess.number in visits else guess
        for guess in guesses
    ]


def two_bands(level: str) -> tuple[str, str] | None:
    """The two ranges of grades that one header names for two counts in a cell: "G3-4/all grades", "All (grade 3)"."""
    for found in re.finditer(r"[/(]", level):
        bands = _band_at_end(level[: found.start()]), grades_of(level[found.end() :].strip(" )"))
        if bands[0] and bands[1] and bands[0] != bands[1]:
            return bands[0], bands[1]
    return None


def _band_at_end(text: str) -> str | None:
    """The grades that a text is, or that stand at its end: "Drug G3-4"."""
    words = text.split()
    return next((found for at in range(len(words)) if (found := grades_of(" ".join(words[at:])))), None)


def _visit_in(header: str) -> str | None:
    """The level of a header that is nothing but a time."""
    names = (_without_unit(without_population(level).casefold()) for level in header.split(" / "))
    return next((name for name in names if pattern(layout("patterns")["visit"]).fullmatch(name)), None)


def _visits_of_one_arm(guesses: Sequence[GuessedColumn]) -> dict[int, str]:
    """The times that stand behind one arm's name in several headers: "400 mg (N=90), Week 4" beside "..., Week 12"."""
    split = {guess.number: _arm_and_visit(guess.header) for guess in guesses if guess.role == "count"}
    timed = {number: found for number, found in split.items() if found}
    visits_of_arm = Counter(arm for arm, _ in set(timed.values()))
    return {number: visit for number, (arm, visit) in timed.items() if visits_of_arm[arm] > 1}


def _arm_and_visit(header: str) -> tuple[str, str] | None:
    """A header whose end is a time, in two; "Drug 12 weeks" says how long a group was treated, and is no visit."""
    name = _without_unit(without_population(header).casefold())
    for found in re.finditer(r"[\s,;:({\[–-]+(?=[a-z])", name):
        visit = name[found.end() :].strip(" )]")
        if found.start() and pattern(layout("patterns")["visit"]).fullmatch(visit):
            return name[: found.start()], visit
    return None


def _without_unit(name: str) -> str:
    return re.sub(r"[,\s]*(?:\bn(?:o\.)?\s*)?[(\[]?\s*%\s*[)\]]?$|[,\s]+n$", "", name).strip()
