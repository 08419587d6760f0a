"""Rows of `ingested/refusal`: file, row number and rule, never what stands in a subject's row."""

from collections.abc import Mapping
from functools import cache

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.reference.read import DATA, read_keyed

Record = dict[str, object]


def row_refusals(dataset: Dataset, rows: pl.DataFrame, rule: str) -> list[Record]:
    """One refusal per row; a row that lacks only one value of it names that column instead of leaving it out."""
    explanation = rule_sentences()[rule]
    return [
        {
            "source_file": file,
            "table_label": dataset.name,
            "row_number": number,
            "rule": rule,
            "explanation": f"{file}, row {number}: {explanation}",
        }
        for file, number in map(dataset.place, rows["row_number"])
    ]


def value_refusals(dataset: Dataset, rows: pl.DataFrame, rule: str, meaning: str) -> list[Record]:
    """One refusal per value; the row itself is kept without it."""
    column = dataset.written_as.get(meaning, meaning)
    return [{**row, "column_label": column} for row in row_refusals(dataset, rows, rule)]


@cache
def rule_sentences() -> Mapping[str, str]:
    """Rule to the sentence that tells a reader what was refused and how to mend it."""
    rows = read_keyed([DATA / "cdisc" / "rule.csv"], ("rule", "sentence"), ("rule",))
    return dict(rows.iter_rows())
