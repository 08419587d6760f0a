"""Understands a table file as far as it is unambiguous, and asks about the rest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from safety_pipeline.ingest.literature.files import open_tables
from safety_pipeline.ingest.literature.files.unread import UnreadTableError
from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.arms.arm_questions import about_arms
from safety_pipeline.ingest.literature.layout.arms.found_arms import arms_of, corner_of
from safety_pipeline.ingest.literature.layout.arms.subsets import with_phases, with_unions, with_wholes
from safety_pipeline.ingest.literature.layout.columns.column_guesses import guess_columns
from safety_pipeline.ingest.literature.layout.guesses import (
    GuessedArm,
    GuessedColumn,
    Understanding,
    heads_arms,
    lines_are_grades,
)
from safety_pipeline.ingest.literature.layout.questions import questions_of
from safety_pipeline.ingest.literature.layout.refused.listing import refuse_listings_among
from safety_pipeline.ingest.literature.layout.refused.safety import refuse_unsafe
from safety_pipeline.ingest.literature.layout.rows.glued_marks import without_glued_marks
from safety_pipeline.ingest.literature.layout.rows.other_patients import with_other_patients
from safety_pipeline.ingest.literature.layout.rows.row_arms import with_arms
from safety_pipeline.ingest.literature.layout.rows.row_guesses import guess_rows
from safety_pipeline.ingest.literature.layout.rows.sections import with_patients, with_what_sections_say
from safety_pipeline.ingest.literature.layout.several import told_apart
from safety_pipeline.ingest.literature.layout.shape.bodies import Body, bodies
from safety_pipeline.ingest.literature.layout.shape.lost_spans import with_spans
from safety_pipeline.ingest.literature.layout.shape.short_lines import with_whole_lines
from safety_pipeline.ingest.literature.layout.words.heading_words import (
    counts_worst_grade,
    event_in_caption,
    is_crossover,
    outcome_of_caption,
)
from safety_pipeline.ingest.literature.layout.words.wording import (
    ThresholdHint,
    attribution_of,
    conditional_threshold,
    edition_of,
    grades_of_events,
    grades_within,
    threshold_of,
)
from safety_pipeline.tables.delivery import RefusedError

# A longer text over the labels is a caption: "Adverse events in at least 15 % of patients, n (%)".
LONGEST_CORNER = 20
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
    corner = corner_of(columns)
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
        conditional_threshold=conditional_threshold(around),
        edition=edition_of(around),
        attribution=attribution_of(caption) or _attribution_above(columns),
        outcome=outcome_of_caption(caption),
        term=event_in_caption(body.caption) if lines_are_grades(columns) and heads_arms(columns) else None,
        is_worst_grade=counts_worst_grade(around),
    )
    return _settle(understood, body)


def _settle(understood: Understanding, body: Body) -> Understanding:
    try:
        refuse_unsafe(understood, body)
    except RefusedError as error:
        return replace(understood, refusal=error)
    arms = with_phases(with_unions(with_wholes(arms_of(understood))))
    if len(arms) > 1 and is_crossover(understood.caption):
        arms = [replace(arm, may_overlap=True) for arm in arms]
    sized = tuple(with_patients(understood.rows, understood.columns, arms))
    rows = tuple(with_other_patients(sized, understood.grid, understood.label_column, understood.footnotes, arms))
    threshold = _of_one_arm(understood.threshold, arms)
    understood = replace(understood, arms=tuple(arms), threshold=threshold, rows=rows)
    return replace(understood, questions=tuple(questions_of(understood)))


def _of_one_arm(threshold: ThresholdHint | None, arms: Sequence[GuessedArm]) -> ThresholdHint | None:
    """Where there is one arm, any arm that reaches a threshold is that one."""
    return replace(threshold, scope="any_arm") if threshold and len(arms) == 1 else threshold


def _attribution_above(columns: Sequence[GuessedColumn]) -> str | None:
    """The attribution that every column of counts has in its header."""
    found = {column.attribution for column in columns if column.role == "count"}
    return found.pop() if len(found) == 1 else None


def _table_label(grid: Grid, body: Body, path: Path) -> str:
    said = (grid.label, grid.caption, body.caption.removeprefix(grid.label or "").strip())
    found = (re.match(r"\s*(table\s+\w{1,4})\b", text or "", re.IGNORECASE) for text in said)
    return next((each[1] for each in found if each), path.stem)
