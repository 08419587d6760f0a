"""What is generated from the crosswalk is up to date."""

from pathlib import Path

from safety_pipeline.reference.crosswalk.report import with_counts
from safety_pipeline.reference.readers.reading_report import with_readings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "crosswalk.md"


def test_the_counts_in_the_docs_are_those_of_the_data(references):
    page = PAGE.read_text(encoding="utf-8")
    assert with_readings(with_counts(page, references)) == page, (
        "run: python -m safety_pipeline.reference counts docs/crosswalk.md"
    )
