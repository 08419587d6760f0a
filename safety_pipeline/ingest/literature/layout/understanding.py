"""Understands a table file as far as it is unambiguous, and asks about the rest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from safety_pipeline.ingest.literature.arm_drugs import drugs_in
from safety_pipeline.ingest.literature.files import open_tables
from safety_pipeline.ingest.literature.files.unread import UnreadTableError
from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.arm_questions import about_arms
from safety_pipeline.ingest.literature.layout.bodies import Body, bodies
from safety_pipeline.ingest.literature.layout.column_guesses import guess_columns
from safety_pipeline.ingest.literature.layout.glued_marks import without_glued_marks
from safety_pipeline.ingest.literature.layout.guesses import (
    GuessedArm,
    GuessedColumn,
    GuessedRow,
    Understanding,
    heads_arms,
    lines_are_grades,
)
from safety_pipeline.ingest.literature.layout.heading_words import counts_worst_grade, event_in_caption, outcome_of
from safety_pipeline.ingest.literature.layout.listing import refuse_listings_among
from safety_pipeline.ingest.literature.layout.lost_spans import with_spans
from safety_pipeline.ingest.literature.layout.questions import questions_of
from safety_pipeline.ingest.literature.layout.row_arms import with_arms
from safety_pipeline.ingest.literature.layout.row_guesses import guess_rows
from safety_pipeline.ingest.literature.layout.safety import refuse_unsafe
from safety_pipeline.ingest.literature.layout.sections import EVENTS, with_patients, with_what_sections_say
from safety_pipeline.ingest.literature.layout.several import told_apart
from safety_pipeline.ingest.literature.layout.short_lines import with_whole_lines
from safety_pipeline.ingest.literature.layout.subsets import with_wholes
from safety_pipeline.ingest.literature.layout.wording import (
    ThresholdHint,
    attribution_of,
    daily_dose_of,
    edition_of,
    grades_of_events,
    grades_within,
    population_of,
    threshold_of,
    without_population,
)
from safety_pipeline.ingest.literature.printed import tidy_spaces
from safety_pipeline.tables.delivery import RefusedError

# A longer text over the labels is a caption: "Adverse events in at least 15 % of patients, n (%)".
LONGEST_CORNER = 20
_NUMBER = re.compile(r"\d{1,4}(?:\.\d+)?")
# Signs that tell two arms apart: "<65 years" and "≥65 years".
_SIGNS = (("≥", "ge"), (">=", "ge"), ("≤", "le"), ("<=", "le"), ("<", "lt"), (">", "gt"), ("+", "plus"))
NO_TABLE = "no line of counts below a header; counts that stand in sentences are given as statements in document.yaml"


def understand(path: Path) -> Understanding:
    """What a table file says, with guessed roles; every table of adverse events in it that can be read."""
    try:
        read, unread = _readings(path)
    except RefusedError as error:
        return Understanding(path, Grid(()), path.stem, refusal=error)
    chosen = _chosen([each for each in read if each.refusal is None])
    if not chosen:
        return read[-1]
    left_out = (
        *(_part(each) for each in read if each not in chosen),
        *(error.explanation for error in unread if isinstance(error, UnreadTableError)),
    )
    chosen = told_apart(chosen)
    first, others = chosen[0], tuple(_without_known_questions(chosen[1:]))
    whole = replace(first, others=others, refused_parts=left_out)
    return replace(whole, questions=(*first.questions, *about_arms(whole)))


def _chosen(readable: list[Understanding]) -> list[Understanding]:
    """Where a file holds several tables, those of adverse events; the parts of one stacked table stay together."""
    about = [each for each in readable if each.speaks_of_events] or readable[:1]
    numbers = {each.table_number for each in about}
    return [each for each in readable if each.table_number in numbers]


def _readings(path: Path) -> tuple[list[Understanding], list[RefusedError]]:
    """Every table that was opened as it would be read, and why others could not be opened."""
    grids, unread = open_tables(path.parent, path.name)
    refuse_listings_among(grids, unread, path.name)
    if not grids:
        raise unread[0]
    found = [(number, grid, body) for number, grid in grids for body in bodies(grid)]
    if not found:
        raise RefusedError("table_has_counts", f"{path.name}: {NO_TABLE}", source_file=path.name)
    return [_understand(path, grid, body, number) for number, grid, body in found], unread


def _without_known_questions(others: Sequence[Understanding]) -> Iterator[Understanding]:
    """Further tables ask only what their own entry of the manifest has to say."""
    for at, each in enumerate(others, start=1):
        own = [question for question in each.questions if question.key.startswith("tables[0]")]
        yield replace(each, questions=tuple(replace(q, key=q.key.replace("[0]", f"[{at}]", 1)) for q in own))


def _part(understood: Understanding) -> str:
    where = (
        f"table {understood.table_number}"
        if understood.table_number > 1 or understood.grid.keeps_spans
        else "the table"
    )
    where += f" ({understood.caption[:60] or understood.label})"
    if understood.refusal is None:
        return f"{where} is left out: it does not speak of adverse events"
    return f"{where}, below line {understood.header_rows}, is refused: {understood.refusal.explanation}"


def _understand(path: Path, grid: Grid, body: Body, number: int) -> Understanding:
    try:
        whole = with_whole_lines(grid, body, path.name)
    except RefusedError as error:
        return Understanding(path, grid, _table_label(grid, body, path), number, body.caption, refusal=error)
    columns = guess_columns(with_spans(whole, body), body)
    rows = with_arms(grid, columns, list(without_glued_marks(guess_rows(grid, body, columns))))
    label_at = next(column.number for column in columns if column.role == "label")
    rows = list(with_what_sections_say(grid, label_at, rows))
    corner = _corner(columns)
    said = (body.caption, corner if len(corner) > LONGEST_CORNER else "")
    caption = " ".join(dict.fromkeys(part for part in said if part))
    around = f"{caption}. {body.footnotes}"
    graded = any(column.grades for column in columns)
    within = grades_within(body.caption) or (None if graded else grades_of_events(corner))
    understood = Understanding(
        path=path,
        grid=grid,
        label=_table_label(grid, body, path),
        table_number=number,
        caption=caption,
        footnotes=body.footnotes,
        first_line=body.head if body.head > 1 and body.after_others else 1,
        header_rows=body.header_rows,
        last_line=body.last if body.last < grid.height else None,
        label_column=label_at,
        columns=tuple(columns),
        rows=tuple(rows),
        grades=within[0] if within else None,
        threshold=threshold_of(around) or threshold_of(". ".join(row.label for row in rows if row.role == "section")),
        edition=edition_of(around),
        attribution=attribution_of(caption) or _attribution_above(columns),
        outcome=outcome_of(caption),
        term=event_in_caption(body.caption) if lines_are_grades(columns) and heads_arms(columns) else None,
        is_worst_grade=counts_worst_grade(around),
    )
    return _settle(understood, body)


def _settle(understood: Understanding, body: Body) -> Understanding:
    try:
        refuse_unsafe(understood, body)
    except RefusedError as error:
        return replace(understood, refusal=error)
    if understood.arms_beside_rows:
        arms = list(_arms_beside_rows(understood))
    else:
        arms = _arms_in_rows(understood) if understood.arms_in_rows else _arms_in_columns(understood)
    arms = with_wholes(arms)
    rows = tuple(with_patients(understood.rows, understood.columns, arms))
    threshold = _of_one_arm(understood.threshold, arms)
    understood = replace(understood, arms=tuple(arms), threshold=threshold, rows=rows)
    return replace(understood, questions=tuple(questions_of(understood)))


def _of_one_arm(threshold: ThresholdHint | None, arms: Sequence[GuessedArm]) -> ThresholdHint | None:
    """Where there is one arm, any arm that reaches a threshold is that one."""
    return replace(threshold, scope="any_arm") if threshold and len(arms) == 1 else threshold


def _arms_in_columns(understood: Understanding) -> list[GuessedArm]:
    arms: dict[str, GuessedArm] = {}
    named = any(column.arm for column in understood.columns)
    for column in understood.columns:
        if column.role == "count" and not column.is_total and bool(column.arm) == named:
            label = column.arm or "all patients"
            n_at_risk = column.n_at_risk or (
                arms[label].n_at_risk if label in arms else _printed_below(understood, column)
            )
            arms[label] = _treated(GuessedArm(_arm_id(label), label, n_at_risk, daily_dose_of(label)))
    if len(arms) == 1 and next(iter(arms.values())).n_at_risk is None:
        only = next(iter(arms.values()))
        return [replace(only, n_at_risk=population_of(understood.caption))]
    return list(arms.values())


def _printed_below(understood: Understanding, column: GuessedColumn) -> int | None:
    """The patients of a group in a line of their own, such as "No. of patients"."""
    above = takewhile(lambda row: row.role not in EVENTS, understood.rows)
    return next((n for row in above for number, n in row.sizes if number == column.number), None)


def _arms_in_rows(understood: Understanding) -> list[GuessedArm]:
    return [_arm_in_row(understood, row) for row in understood.rows if row.role == "event"]


def _arm_in_row(understood: Understanding, row: GuessedRow) -> GuessedArm:
    def under(role: str) -> str:
        column = next((column.number for column in understood.columns if column.role == role), None)
        return tidy_spaces(understood.grid.box(row.line, column).text) if column else ""

    population, dose = under("population"), under("dose")
    n_at_risk = int(population) if re.fullmatch(r"\d{1,6}", population) else None
    unit = _corner(understood.columns) if not dose and _NUMBER.fullmatch(row.label) else ""
    amount = float(dose) if _NUMBER.fullmatch(dose) else daily_dose_of(dose or f"{row.label} {_in_brackets(unit)}")
    label = f"{row.label} {dose}".strip()
    return _treated(GuessedArm(_arm_id(label), label, n_at_risk, amount, dose or None))


def _in_brackets(header: str) -> str:
    """The unit of a header: "mg/day" of "Dose level (mg/day)"."""
    found = re.search(r"[(\[,]\s*([^)\]]+)", header)
    return found[1] if found else ""


def _arms_beside_rows(understood: Understanding) -> Iterator[GuessedArm]:
    """Each arm named beside or above the lines, with the first number of patients that a line of it gives."""
    for label in dict.fromkeys(row.arm for row in understood.rows if row.arm):
        line = next(row.line for row in understood.rows if row.arm == label)
        found = _arm_in_row(understood, GuessedRow(line, "event", label))
        name = without_population(label) or label
        n_at_risk = population_of(label) or found.n_at_risk
        yield _treated(replace(found, id=_arm_id(name), label=label, n_at_risk=n_at_risk))


def _treated(arm: GuessedArm) -> GuessedArm:
    """The arm with the drugs that its name says."""
    drugs = drugs_in(arm.label)
    return replace(arm, drug=drugs[0] if drugs else None, combination_drugs=tuple(drugs[1:]))


def _arm_id(label: str) -> str:
    spelt = label.lower()
    for sign, word in _SIGNS:
        spelt = spelt.replace(sign, f" {word} ")
    return re.sub(r"[^a-z0-9]+", "_", spelt).strip("_")[:40] or "arm"


def _attribution_above(columns: Sequence[GuessedColumn]) -> str | None:
    """The attribution that every column of counts has in its header."""
    found = {column.attribution for column in columns if column.role == "count"}
    return found.pop() if len(found) == 1 else None


def _corner(columns: Sequence[GuessedColumn]) -> str:
    return next((column.header for column in columns if column.role == "label"), "")


def _table_label(grid: Grid, body: Body, path: Path) -> str:
    said = (grid.label, grid.caption, body.caption.removeprefix(grid.label or "").strip())
    found = (re.match(r"\s*(table\s+\w{1,4})\b", text or "", re.IGNORECASE) for text in said)
    return next((each[1] for each in found if each), path.stem)
