"""From each answer by dose to the printed cells behind it, as lines of text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from safety_pipeline.publish.largest import left_out, of_largest_drugs
from safety_pipeline.publish.summary_text import MAX_LINES, Chosen, answer, answers

Row = Mapping[str, Any]
_PLACE = ("document_id", "table_label", "row_number", "column_number")


def answer_and_cell_lines(published: Path, chosen: Chosen) -> list[str]:
    """Each answer, under it its arms, and under each arm the cells as printed, with file, line and column."""
    rows = answers(published, chosen)
    shown = of_largest_drugs(rows, MAX_LINES)
    arms = _arms(published, shown)
    cells = _by(_cells(published, arms), "incidence_id")
    of_dose = _by(arms, "dose_id")
    lines: list[str] = []
    for row in shown.to_dicts():
        lines.extend(answer(row))
        for arm in of_dose.get(row["dose_id"], []):
            lines.extend(_of_arm(arm, cells.get(arm["incidence_id"], [])))
    landed = published.parent / "landed"
    return [*lines, *left_out(rows, shown, "mart_incidence_by_dose"), "", f"The files lie in {landed}."]


def _arms(published: Path, shown: pl.DataFrame) -> pl.DataFrame:
    """The arms at the dose of each answer, those of the answer first."""
    arms = pl.scan_parquet(published / "mart_incidence_by_arm.parquet")
    return (
        pl.scan_parquet(published / "bridge_dose_trial.parquet")
        .select("dose_id", "incidence_id", "is_in_answer")
        .join(shown.lazy().select("dose_id"), on="dose_id", how="semi")
        .join(arms.select("incidence_id", "trial_id", "arm_label", "label", "why"), on="incidence_id", how="inner")
        .sort(pl.col("is_in_answer").not_(), "trial_id", "arm_label")
        .collect()
    )


def _cells(published: Path, arms: pl.DataFrame) -> pl.DataFrame:
    """The cells behind the number of each arm, in the order of the tables."""
    facts = pl.scan_parquet(published / "fact_toxicity.parquet")
    printed = facts.select("toxicity_id", *_PLACE, "source_file", "row_label", "column_label", "printed", "note")
    return (
        pl.scan_parquet(published / "bridge_incidence_toxicity.parquet")
        .join(arms.lazy().select("incidence_id"), on="incidence_id", how="semi")
        .join(printed, on="toxicity_id", how="inner", validate="m:1")
        .sort(*_PLACE)
        .collect()
    )


def _by(rows: pl.DataFrame, column: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.to_dicts():
        found.setdefault(row[column], []).append(row)
    return found


def _of_arm(arm: Row, cells: list[dict[str, Any]]) -> list[str]:
    left = "" if arm["is_in_answer"] else " (not in the answer)"
    named = f"      {arm['trial_id']}, {arm['arm_label']}: {arm['label']}{left}"
    return [named, *([_of_cell(cell) for cell in cells] or [f"        no cell: {arm['why']}"])]


def _of_cell(cell: Row) -> str:
    """`52 (71.2)`, as printed, then where it stands; of a blank cell also what settles it."""
    where = (cell["document_id"], cell["table_label"], cell["source_file"])
    printed = f"“{cell['printed']}”" if cell["printed"] else "(blank)"
    named = " / ".join(label for label in (cell["row_label"], cell["column_label"]) if label)
    place = f"line {cell['row_number']}, column {cell['column_number']}"
    note = f" ({cell['note']})" if cell["note"] and not cell["printed"] else ""
    return f"        {printed} {', '.join(part for part in where if part)}, {place}: {named}{note}"
