"""The sections of a table: what each says of the lines below it, and how many patients of each arm these count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.guesses import GuessedArm, GuessedColumn, GuessedRow
from safety_pipeline.ingest.literature.layout.words.heading_words import populations_in, said_in_heading, said_of_event
from safety_pipeline.ingest.literature.layout.words.wording import is_body_system, without_population
from safety_pipeline.ingest.literature.lines.said import NOTHING
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

EVENTS = {"event", "grade"}


def with_what_sections_say(grid: Grid, label_at: int, rows: Sequence[GuessedRow]) -> Iterator[GuessedRow]:
    """The rows, each section with what it says of those below; organ systems inside it repeat that."""
    above, indent_above = NOTHING, 0
    for row in rows:
        if row.role == "section":
            said = said_in_heading(row.label)
            indent = 0 if grid.is_ragged else grid.box(row.line, label_at).indent
            if not said.is_nothing or not (is_body_system(row.label) or indent > indent_above):
                above, indent_above = said, indent
            yield replace(row, said=above)
        elif row.role == "event":
            said, term = said_of_event(row.label)
            yield replace(row, said=said, term=row.term or term)
        else:
            yield row


def with_patients(
    rows: Sequence[GuessedRow], columns: Sequence[GuessedColumn], arms: Sequence[GuessedArm]
) -> Iterator[GuessedRow]:
    """The rows with the patients of each arm where a line says them; none where they cannot be told apart."""
    ids = {arm.label: arm.id for arm in arms}
    of_column = {each.number: ids.get(each.arm or "all patients") for each in columns if each.role == "count"}
    seen_event = False
    for row in rows:
        seen_event = seen_event or row.role in EVENTS
        if row.sizes and seen_event:
            sizes = {arm: n for number, n in row.sizes if (arm := of_column.get(number)) is not None}
            yield _of(row, sizes)
        elif (numbers := _numbers(row)) and without_population(row.label):
            named = dict(zip((arm.id for arm in arms), numbers, strict=False))
            yield _of(row, named if len(numbers) == len(arms) else {})
        else:
            yield row


def _numbers(row: GuessedRow) -> list[int]:
    """The numbers of patients in a heading; beside an event only a capital N is one, and no count of affected."""
    if row.role == "section":
        return populations_in(row.label)
    is_capital = "N=" in tidy_spaces(row.label).replace(" ", "")
    return populations_in(row.label) if row.role == "event" and is_capital else []


def _of(row: GuessedRow, sizes: Mapping[str, int]) -> GuessedRow:
    return replace(row, said=replace(row.said, n_at_risk=dict(sizes)))
