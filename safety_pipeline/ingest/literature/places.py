"""What stands at each place of a table, line by line: a value, a blank, or a fault; nothing is left out."""

from dataclasses import dataclass

from safety_pipeline.ingest.literature.lines.labels import Meaning
from safety_pipeline.ingest.literature.numbers.printed import Printed


@dataclass(frozen=True)
class Fault:
    """Why something printed could not be read: a rule, and a sentence with the fix."""

    rule: str
    explanation: str


@dataclass(frozen=True)
class Place:
    """One place under a column of counts: what is printed there and what was read, or why nothing could be."""

    printed: str
    value: Printed | None = None
    repair: str | None = None
    fault: Fault | None = None


@dataclass(frozen=True)
class Line:
    """One row of the table, or one of several rows packed into a printed line; a place for each count column."""

    row_number: int
    sub_number: int | None
    meaning: Meaning
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Stray:
    """Something printed that is no count: outside the columns described, or in a row that is not an event.

    `meaning` is there where the whole line could not be read, although its label is known.
    """

    row_number: int
    label: str
    column: int | None
    printed: str
    fault: Fault
    meaning: Meaning | None = None
