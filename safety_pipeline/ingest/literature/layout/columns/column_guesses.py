"""Guesses what each column of a table is from its header and from what stands below it."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout.columns.caption_units import counted_as_the_caption_says
from safety_pipeline.ingest.literature.layout.columns.column_arms import (
    all_events_of_any_grade,
    arms_beside_grades,
    arms_named_in_short,
    totals_of_one_arm,
)
from safety_pipeline.ingest.literature.layout.columns.column_doubts import (
    alike_marked,
    doubtful_units_marked,
    fractions_left_out,
    strange_denominators_left_out,
    told_apart_by_population,
    without_lost_spans,
)
from safety_pipeline.ingest.literature.layout.columns.header_levels import label_column, levels_over
from safety_pipeline.ingest.literature.layout.columns.headings import (
    Heading,
    group_and_kind,
    group_and_unit,
    read_heading,
    shared_names,
)
from safety_pipeline.ingest.literature.layout.columns.other_columns import two_bands, visits_left_out
from safety_pipeline.ingest.literature.layout.columns.percent_columns import pair_percentages
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn, heads_arms, lines_are_grades
from safety_pipeline.ingest.literature.layout.shape.bodies import Body
from safety_pipeline.ingest.literature.layout.shape.flat_header import header_lines, headings_over
from safety_pipeline.ingest.literature.layout.words.bare_grades import with_grade_word
from safety_pipeline.ingest.literature.layout.words.heading_words import is_rate, why_left_out
from safety_pipeline.ingest.literature.layout.words.units import Unit, split_unit
from safety_pipeline.ingest.literature.layout.words.wording import is_word, names_events, population_of
from safety_pipeline.ingest.literature.numbers.mending import mended
from safety_pipeline.ingest.literature.numbers.printed import (
    INTERVAL,
    WITH_EVENTS,
    is_dash,
    kind_of,
    read_printed,
)

TWO_COUNTS = "two counts of different grades in one cell; give each a column of its own"


def guess_columns(grid: Grid, body: Body) -> list[GuessedColumn]:
    """One guess for each column, the label column found first."""
    label = 1 if grid.is_ragged else label_column(grid, body)
    headers = with_grade_word(_headers(grid, body), label, body.caption)
    shared = shared_names([levels for at, levels in enumerate(headers, start=1) if at != label])
    corner = " / ".join(headers[label - 1])
    guesses = [
        GuessedColumn(at, corner, "label") if at == label else _guess(grid, body, at, levels, corner, shared)
        for at, levels in enumerate(headers, start=1)
    ]
    guesses = visits_left_out(guesses)
    guesses = totals_of_one_arm(all_events_of_any_grade(guesses))
    guesses = arms_beside_grades(_counts_beside_events(grid, body, guesses))
    guesses = arms_named_in_short(guesses)
    guesses = strange_denominators_left_out(grid, body, fractions_left_out(grid, body, guesses))
    guesses = doubtful_units_marked(without_lost_spans(grid, body, guesses), body)
    guesses = counted_as_the_caption_says(guesses, body.caption)
    guesses = _totals_of_arms_only(pair_percentages(guesses))
    guesses = told_apart_by_population(_events_beside_grades(guesses))
    return alike_marked(guesses)


def _headers(grid: Grid, body: Body) -> list[list[str]]:
    if not grid.is_ragged:
        levels = [levels_over(grid, body, at) for at in range(1, grid.width + 1)]
        return [
            [part for level in each for whole in group_and_kind(level) for part in group_and_unit(whole)]
            for each in levels
        ]
    width = max(len(grid.rows[line - 1]) for line in body.lines)
    return headings_over(grid, header_lines(grid, body.head, body.header_rows + 1, width), width)


def _totals_of_arms_only(guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """A "total" beside grades and no arms adds up grades: whose grades is asked, and it is no total over arms."""
    counted = [guess for guess in guesses if guess.role == "count"]
    if any(guess.arm for guess in counted) or not any(guess.grades for guess in counted):
        return guesses
    return [replace(guess, is_total=False) for guess in guesses]


def _events_beside_grades(guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """Where the lines are grades, the names over the columns are events, unless they name arms."""
    if not lines_are_grades(guesses) or heads_arms(guesses):
        return guesses
    return [
        replace(guess, term=guess.arm, arm=None) if guess.role == "count" and not guess.term else guess
        for guess in guesses
    ]


def _counts_beside_events(grid: Grid, body: Body, guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """An "n" beside events, or one of several, counts patients with the event and not the patients of the line."""
    populations = [guess for guess in guesses if guess.role == "population"]
    corner = next((guess.header for guess in guesses if guess.role == "label"), "")
    if (len(populations) < 2 and not names_events(corner)) or _are_sizes_of_arms(grid, body, guesses):
        return guesses
    return [
        _counted(guess.number, guess.header, read_heading(guess.header.split(" / "), ()), Counter("n"))
        if guess.role == "population" and is_word("count_units", guess.header)
        else guess
        for guess in guesses
    ]


def _are_sizes_of_arms(grid: Grid, body: Body, guesses: list[GuessedColumn]) -> bool:
    """Whether one whole number stands beside each arm, whatever the event."""
    beside = next((guess.number for guess in guesses if guess.role == "arm"), None)
    sizes = [guess.number for guess in guesses if guess.role == "population"]
    others = any(guess.role == "count" and guess.content != "%" for guess in guesses)
    if beside is None or len(sizes) != 1 or not others:
        return False
    pairs = {(grid.box(line, beside).text, grid.box(line, sizes[0]).text) for line in body.lines}
    arms = {arm for arm, _ in pairs}
    repeats = len(arms) < len(body.lines) or guesses[sizes[0] - 1].header == "N"
    return len(pairs) == len(arms) and repeats


def _guess(
    grid: Grid, body: Body, number: int, levels: Sequence[str], corner: str, shared: Collection[str]
) -> GuessedColumn:
    header = " / ".join(levels)
    reason = next((found for level in levels if (found := why_left_out(level)) is not None), None)
    if reason is not None:
        return GuessedColumn(number, header, "ignore", reason=reason)
    if any(two_bands(level) for level in levels):
        return GuessedColumn(number, header, "ignore", reason=TWO_COUNTS)
    heading = read_heading(levels, shared)
    n_at_risk = heading.n_at_risk or population_of(body.caption)
    boxes = [grid.box(line, number) for line in body.lines]
    kinds = _kinds(boxes, n_at_risk, heading.unit)
    role = _role_by_name(levels, kinds, corner)
    if role is not None:
        return GuessedColumn(number, header, role)
    has_dashes = any(is_dash(box.text) for box in boxes) and heading.n_at_risk
    if not (kinds or heading.grades or has_dashes) or (
        set(kinds) == {INTERVAL} and not _is_share(header, corner, body)
    ):
        return GuessedColumn(number, header, "ignore", reason="no counts in it")
    if _is_rate(levels, body.caption, heading.unit, kinds):
        return GuessedColumn(number, header, "ignore", reason="rate per time")
    return _counted(number, header, heading, kinds)


def _is_rate(levels: Sequence[str], caption: str, unit: Unit, kinds: Counter[str]) -> bool:
    """Whether the numbers are rates by time: by their header, or by a caption where the header names no percentage.

    A number in brackets may be the rate of a count before it. Below a caption whole numbers are counts where the
    header says so; else they may be rates that were rounded, of which no number of events follows.
    """
    if "n (%)" in kinds:
        return False
    says_counts = "n" in kinds and any(split_unit(level)[1] for level in levels)
    return any(map(is_rate, levels)) or (is_rate(caption) and not unit.is_percent and not says_counts)


def _role_by_name(levels: Sequence[str], kinds: Counter[str], corner: str) -> str | None:
    """`arm`, `dose` or `population` where the header says so; a population is whole numbers only, and names no group.

    Beside events (`corner` names them, or nothing stands over them) a column of groups says which arm each line counts.
    """
    name = levels[-1] if levels else ""
    before, _, last = re.sub(r"\(.*\)", "", name).strip().rpartition(" ")
    is_group = is_word("dose_groups", before.rpartition(" ")[2] or before)
    beside_events = names_events(corner) or not corner
    if beside_events and is_word("arm_headers", name) and (not kinds or is_word("numbered_arms", name)):
        return "arm"
    if is_word("dose_columns", last or name) and len(before.split()) < 2 and not is_group and set(kinds) <= {"n"}:
        return "arm" if names_events(corner) else "dose"
    if is_word("grade_headers", name):
        return "grade"
    return "population" if levels and is_word("population_columns", " ".join(levels)) and set(kinds) == {"n"} else None


def _kinds(boxes: Sequence[Box], n_at_risk: int | None, unit: Unit) -> Counter[str]:
    """How often each content stands there; a value that lost a bracket counts where its percentage fits n/N."""
    own = [box.unmarked for box in boxes if not box.is_repeat]
    kinds = Counter(kind for text in own if (kind := kind_of(text)) is not None)
    kinds["n (%)"] += sum(kind_of(text) is None and mended(text, n_at_risk) is not None for text in own)
    if unit.counts_episodes_too:
        kinds[WITH_EVENTS] += sum(kind_of(text) is None and read_printed(text, WITH_EVENTS) is not None for text in own)
    return +kinds


def _counted(number: int, header: str, heading: Heading, kinds: Counter[str]) -> GuessedColumn:
    return GuessedColumn(
        number,
        header,
        "count",
        arm=None if heading.is_total else heading.arm,
        is_total=heading.is_total,
        grades=heading.grades,
        content=_content(kinds, heading.unit),
        n_at_risk=heading.n_at_risk,
        term=heading.term,
        count_unit="episodes" if heading.unit.is_episodes else "patients",
        attribution=heading.attribution,
        outcome=heading.outcome,
    )


def _is_share(header: str, corner: str, body: Body) -> bool:
    """Whether numbers with an interval are percentages of patients: the header, the corner or the caption says so."""
    return bool(re.search(r"%|percent|\bCI\b", f"{header} {corner} {body.caption}", re.IGNORECASE))


def _content(kinds: Counter[str], unit: Unit) -> str:
    """The fullest content that stands below; a bare 0 among `n (%)` does not make the column one of counts."""
    if unit.is_episodes and "n (%)" in kinds:
        return "n (rate)"
    if unit.counts_episodes_too and {"n (%)", WITH_EVENTS} & set(kinds):
        return WITH_EVENTS
    if unit.is_percent_first and {"n (%)", "% (n)"} & set(kinds):
        return "% (n)"
    for content in (WITH_EVENTS, "n/N (%)", "n (%)", "% (n)", "n/N", INTERVAL):
        if content in kinds:
            return content
    return "%" if unit.is_percent or "%" in kinds else "n"
