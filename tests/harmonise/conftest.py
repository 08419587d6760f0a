"""Small reported frames and the references that ship."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from safety_pipeline.harmonise import grade
from safety_pipeline.reference import References, load

REPORTED = {
    "grading_system": pl.String,
    "source_kind": pl.String,
    "term_as_reported": pl.String,
    "parent_row_label": pl.String,
    "grade_lower_reported": pl.Int64,
    "grade_upper_reported": pl.Int64,
}


@pytest.fixture(scope="session")
def references() -> References:
    return load()


@pytest.fixture(scope="session")
def reported() -> Callable[..., pl.LazyFrame]:
    def build(*rows: tuple[Any, ...]) -> pl.LazyFrame:
        """Rows of (edition, text, parent, lower, upper) as literature cells."""
        return pl.LazyFrame(
            [(system, "literature", text, parent, low, high) for system, text, parent, low, high in rows],
            schema=REPORTED,
            orient="row",
        )

    return build


@pytest.fixture(scope="session")
def graded(references: References, reported: Callable[..., pl.LazyFrame]) -> Callable[..., dict[str, Any]]:
    def ask(
        system: str, text: str, low: int | None, high: int | None = None, parent: str | None = None
    ) -> dict[str, Any]:
        """The harmonised row of one printed text and range."""
        top = low if high is None else high
        answered = grade(reported((system, text, parent, low, top)), references)
        return answered.collect().row(0, named=True)

    return ask
