"""What was understood of a table before anyone confirmed it: roles, arms, hints, and questions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from safety_pipeline.ingest.literature.arm_drugs import PLACEBO, drugs_in, is_comparison
from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout.words.wording import ThresholdHint, is_word, names_arm, names_events
from safety_pipeline.ingest.literature.layout_data import words
from safety_pipeline.ingest.literature.lines.said import NOTHING, Said
from safety_pipeline.tables.delivery import RefusedError


@dataclass(frozen=True)
class Question:
    """Something the table does not settle: the key of `document.yaml` that answers it, and the question."""

    key: str
    text: str


@dataclass(frozen=True)
class GuessedColumn:
    """One column: label, count, percent (of the count beside it), population, dose, grade, arm or ignore.

    `is_alike`: another column has the same arm, grades and event, so the header does not tell them apart.
    `is_doubtful_unit`: whole numbers that a caption calls percentages.
    """

    number: int
    header: str
    role: str
    arm: str | None = None
    is_total: bool = False
    grades: str | None = None
    content: str | None = None
    n_at_risk: int | None = None
    term: str | None = None
    reason: str | None = None
    count_unit: str = "patients"
    attribution: str | None = None
    outcome: str | None = None
    is_alike: bool = False
    is_doubtful_unit: bool = False


@dataclass(frozen=True)
class GuessedRow:
    """One line: caption, header, event, section, heading, grade, arm, not_an_event, footnote or blank.

    A section with a `reason` stands over lines that are not counted; `sizes` are patients by column.
    """

    line: int
    role: str
    label: str
    grades: str | None = None
    parent: str | None = None
    body_system: str | None = None
    reason: str | None = None
    term: str | None = None
    arm: str | None = None
    said: Said = NOTHING
    sizes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class GuessedArm:
    """One arm, from a header or a line."""

    id: str
    label: str
    n_at_risk: int | None = None
    dose_mg_per_day: float | None = None
    dose_text: str | None = None
    drug: str | None = None
    combination_drugs: tuple[str, ...] = ()
    subset_of: str | None = None
    is_aggregate: bool = False
    may_overlap: bool = False


def lines_are_grades(columns: Sequence[GuessedColumn]) -> bool:
    """Whether the word over the labels is one for grades, and no header names the grades."""
    of_grades = any(column.role == "label" and is_word("grade_headers", column.header) for column in columns)
    return of_grades and not any(column.grades for column in columns)


def _is_over_arms(corner: str) -> bool:
    """Whether the word over the labels is one for groups or doses, whatever unit stands in brackets after it."""
    bare = re.sub(r"\s*[(\[].*?[)\]]", "", corner)
    return is_word("arm_headers", bare) or is_word("dose_columns", bare)


def heads_arms(columns: Sequence[GuessedColumn]) -> bool:
    """Whether the headers of counts name arms: by a dose, a number of patients, "group", "placebo" and the like."""
    names = [(column.arm or column.term, column.n_at_risk) for column in columns if column.role == "count"]
    if any(name and (PLACEBO in drugs_in(name) or is_comparison(name)) for name, _ in names):
        return True
    arms = [name for name, n_at_risk in names if name and (n_at_risk is not None or names_arm(name))]
    return bool(arms) and 2 * len(arms) > len([name for name, _ in names if name])


@dataclass(frozen=True)
class Understanding:
    """A table as it would be read, and what has to be settled first; `refusal` where it cannot be read at all.

    `others` are further tables of the same file that are read too; `refused_parts` says what is left out, and why.
    """

    path: Path
    grid: Grid
    label: str
    table_number: int = 1
    caption: str = ""
    footnotes: str = ""
    first_line: int = 1
    header_rows: int = 0
    last_line: int | None = None
    label_column: int = 1
    columns: tuple[GuessedColumn, ...] = ()
    rows: tuple[GuessedRow, ...] = ()
    arms: tuple[GuessedArm, ...] = ()
    grades: str | None = None
    threshold: ThresholdHint | None = None
    conditional_threshold: str | None = None
    edition: str | None = None
    attribution: str | None = None
    outcome: str | None = None
    is_worst_grade: bool = False
    term: str | None = None
    questions: tuple[Question, ...] = field(default=())
    others: tuple["Understanding", ...] = ()
    refused_parts: tuple[str, ...] = ()
    refusal: RefusedError | None = None

    @property
    def name(self) -> str:
        """What the file calls the table: its sheet, or the beginning of its caption."""
        return " ".join((self.grid.label or self.caption).split())[:40].strip(" .,;:")

    @property
    def all_tables(self) -> tuple["Understanding", ...]:
        """The table itself and the others of the file, in their order."""
        return (self, *self.others)

    @property
    def all_arms(self) -> tuple[GuessedArm, ...]:
        """The arms of all tables of the file, each once, with the first number of patients that a table gives."""
        arms: dict[str, GuessedArm] = {}
        for arm in (arm for each in self.all_tables for arm in each.arms):
            if arms.setdefault(arm.id, arm).n_at_risk is None:
                arms[arm.id] = arm
        return tuple(arms.values())

    @property
    def own_lines(self) -> Iterator[tuple[int, tuple[Box, ...]]]:
        """The lines of the file that belong to this table: all of them, without those of the others."""
        return (
            (at, row)
            for at, row in self.grid.numbered()
            if self.first_line <= at <= (self.last_line or self.grid.height)
        )

    @property
    def lines_are_grades(self) -> bool:
        """Whether each line is a grade, and the columns are events."""
        return lines_are_grades(self.columns)

    @property
    def speaks_of_events(self) -> bool:
        """Whether the words around the table, or grades in it, make it a table of adverse events."""
        corner = next((column.header for column in self.columns if column.role == "label"), "")
        said = f"{self.caption} {corner}".casefold()
        graded = any(column.grades for column in self.columns) or any(row.grades for row in self.rows)
        return graded or names_events(corner) or any(word in said for word in words("event_tables"))

    @property
    def arms_in_rows(self) -> bool:
        """Whether each line is an arm: the corner says so, or populations stand in a column and no header names one."""
        label = next((column.header for column in self.columns if column.role == "label"), "")
        named = any(column.arm and not column.term for column in self.columns)
        populated = any(column.role == "population" for column in self.columns)
        beside = any(column.role == "arm" for column in self.columns)
        corner_says_so = _is_over_arms(label) and not heads_arms(self.columns)
        return corner_says_so or (populated and not named and not beside and not names_events(label))

    @property
    def arms_beside_rows(self) -> bool:
        """Whether lines of events belong to arms that a column, or a line above them, names."""
        return any(row.arm for row in self.rows)
