"""A delivery: one folder or file as received, and the eight tables a reader makes of it."""

from dataclasses import dataclass, field, fields
from pathlib import Path

import polars as pl

from safety_pipeline.tables.ingested import (
    ARM,
    CELL,
    DOCUMENT,
    EVENT,
    PLANNED_TREATMENT,
    REFUSAL,
    SOURCE_TABLE,
    SUBJECT,
)


@dataclass(frozen=True)
class Delivery:
    """What was landed: ``delivery_id`` is ``<kind>.<name>``, ``path`` a file or folder, the hash its version."""

    delivery_id: str
    kind: str
    path: Path
    content_sha256: str

    @property
    def name(self) -> str:
        return self.delivery_id.split(".", 1)[1]


@dataclass(frozen=True)
class Ingested:
    """The tables one delivery becomes; each field is a conforming frame of the table of the same name."""

    document: pl.LazyFrame = field(default_factory=DOCUMENT.empty)
    source_table: pl.LazyFrame = field(default_factory=SOURCE_TABLE.empty)
    arm: pl.LazyFrame = field(default_factory=ARM.empty)
    planned_treatment: pl.LazyFrame = field(default_factory=PLANNED_TREATMENT.empty)
    cell: pl.LazyFrame = field(default_factory=CELL.empty)
    subject: pl.LazyFrame = field(default_factory=SUBJECT.empty)
    event: pl.LazyFrame = field(default_factory=EVENT.empty)
    refusal: pl.LazyFrame = field(default_factory=REFUSAL.empty)

    def tables(self) -> dict[str, pl.LazyFrame]:
        """Table name to frame."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


class RefusedError(Exception):
    """A source that cannot be read safely: the rule it broke, and a sentence naming the place and the fix."""

    def __init__(self, rule: str, explanation: str, *, source_file: str | None = None) -> None:
        super().__init__(explanation)
        self.rule = rule
        self.explanation = explanation
        self.source_file = source_file


def refused(delivery: Delivery, error: RefusedError) -> Ingested:
    """Nothing but the refusal of the whole delivery."""
    row = {
        "delivery_id": delivery.delivery_id,
        "source_file": error.source_file,
        "rule": error.rule,
        "explanation": error.explanation,
    }
    return Ingested(refusal=REFUSAL.from_rows([row]))
