"""What was understood of a table before anyone confirmed it: roles, arms, hints, and questions."""

from dataclasses import dataclass, field
from pathlib import Path

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.wording import ThresholdHint, is_word
from safety_pipeline.tables.delivery import RefusedError


@dataclass(frozen=True)
class Question:
    """Something the table does not settle: the key of `document.yaml` that answers it, and the question."""

    key: str
    text: str


@dataclass(frozen=True)
class GuessedColumn:
    """One column: label, count, percent (of the count before it), population, dose or ignore."""

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


@dataclass(frozen=True)
class GuessedRow:
    """One line: caption, header, event, section, heading, grade, arm, not_an_event, footnote or blank."""

    line: int
    role: str
    label: str
    grades: str | None = None
    parent: str | None = None
    body_system: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class GuessedArm:
    """One arm, from a header or a line."""

    id: str
    label: str
    n_at_risk: int | None = None
    dose_mg_per_day: float | None = None
    dose_text: str | None = None


@dataclass(frozen=True)
class Understanding:
    """A table as it would be read, and what has to be settled first; `refusal` where it cannot be read at all."""

    path: Path
    grid: Grid
    label: str
    caption: str = ""
    header_rows: int = 0
    last_line: int | None = None
    label_column: int = 1
    columns: tuple[GuessedColumn, ...] = ()
    rows: tuple[GuessedRow, ...] = ()
    arms: tuple[GuessedArm, ...] = ()
    grades: str | None = None
    threshold: ThresholdHint | None = None
    edition: str | None = None
    attribution: str | None = None
    questions: tuple[Question, ...] = field(default=())
    refused_parts: tuple[str, ...] = ()
    refusal: RefusedError | None = None

    @property
    def arms_in_rows(self) -> bool:
        """Whether each line is an arm: the corner says so, or populations stand in a column and no header names one."""
        label = next((column.header for column in self.columns if column.role == "label"), "")
        named = any(column.arm and not column.term for column in self.columns)
        populated = any(column.role == "population" for column in self.columns)
        return is_word("arm_headers", label) or (populated and not named)
