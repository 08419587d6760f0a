"""Lines that count other patients than their header says: by a note below the table, or as events of one sex."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.guesses import GuessedArm, GuessedRow
from safety_pipeline.ingest.literature.layout.words.heading_words import (
    counts_other_patients,
    is_of_one_sex,
    populations_in,
)
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_SIGNS = re.compile(r"(?P<mark>[*†‡§¶#]+)\W*$")
_ANY_MARK = r"(?:[*†‡§¶#]+|(?<![^\W_])[a-j1-9](?=[ .:)]))"


def with_other_patients(
    rows: Sequence[GuessedRow], grid: Grid, label_at: int, footnotes: str, arms: Sequence[GuessedArm]
) -> Iterator[GuessedRow]:
    """The rows; one that counts other patients has the number that its note gives for each arm, else none."""
    notes = tidy_spaces(" ".join([footnotes, *_notes_below(rows)]))
    for row in rows:
        is_open = row.role == "event" and row.said.n_at_risk is None
        sizes = _sizes(row, _mark(row, grid, label_at), notes, arms) if is_open else None
        yield row if sizes is None else replace(row, said=replace(row.said, n_at_risk=dict(sizes)))


def _notes_below(rows: Sequence[GuessedRow]) -> list[str]:
    """The lines without values below the last event: notes that were not told from headings."""
    last = max((at for at, row in enumerate(rows) if row.role in {"event", "grade"}), default=-1)
    return [row.label for row in rows[last + 1 :]]


def _sizes(row: GuessedRow, mark: str, notes: str, arms: Sequence[GuessedArm]) -> Mapping[str, int] | None:
    if is_of_one_sex(row.label):
        return {}
    note = _note(mark, notes) if mark else ""
    if not counts_other_patients(note):
        return None
    numbers = populations_in(note)
    return dict(zip((arm.id for arm in arms), numbers, strict=True)) if len(numbers) == len(arms) else {}


def _mark(row: GuessedRow, grid: Grid, label_at: int) -> str:
    """The mark of a label: raised, a sign at its end, or a letter that a file without raised text has glued to it."""
    box = None if grid.is_ragged else grid.box(row.line, label_at)
    if box is not None and box.bare is not None:
        return box.text.removeprefix(box.bare).strip(" ,()")
    if found := _SIGNS.search(row.label):
        return found["mark"]
    is_glued = row.term is not None and row.label[:-1] == row.term
    return row.label[-1] if is_glued else ""


def _note(mark: str, notes: str) -> str:
    """What a note says behind its mark, up to the next mark."""
    start = rf"(?<![^\W_]){re.escape(mark)}(?![*†‡§¶#])[ .:)]*" if mark.isalnum() else rf"{re.escape(mark)}(?![*†‡§¶#])"
    found = re.search(rf"{start}\s*(?P<note>.*?)(?=\s{_ANY_MARK}|$)", notes)
    return found["note"] if found else ""
