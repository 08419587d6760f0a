"""The crosswalk of a lake with official texts and with what is published on each row."""

import threading
from pathlib import Path

import polars as pl

from safety_pipeline.explore.published import NothingPublishedError, Published
from safety_pipeline.reference import load
from safety_pipeline.reference.own_files.grade_texts import KEY, grade_texts
from safety_pipeline.reference.terms import TARGET_EDITION

# The largest cell of each arm: its sub-rows and grades may count the same patients again.
_DEPENDING = """
    SELECT grade_map_id, CAST(sum(patients) AS BIGINT) AS n_patients, CAST(sum(n_cells) AS BIGINT) AS n_cells
    FROM (SELECT b.grade_map_id, f.arm_id, max(f.n_affected_upper) AS patients, count(*) AS n_cells
          FROM bridge_toxicity_grade_map AS b JOIN fact_toxicity AS f USING (toxicity_id)
          WHERE f.arm_id IS NOT NULL AND f.count_unit = 'patients' GROUP BY ALL)
    GROUP BY grade_map_id
"""
_CELLS = """
    SELECT b.grade_map_id, coalesce(d.title, f.document_id) AS document, f.table_label, f.row_label, f.column_label,
           f.printed, f.grade_lower, f.grade_upper, f.n_affected_lower, f.n_affected_upper, f.n_at_risk
    FROM bridge_toxicity_grade_map AS b JOIN fact_toxicity AS f USING (toxicity_id)
    LEFT JOIN dim_document AS d USING (document_id)
    WHERE b.grade_map_id IN (SELECT unnest($ids)) AND f.arm_id IS NOT NULL AND f.count_unit = 'patients'
    ORDER BY f.n_affected_upper DESC NULLS LAST, f.toxicity_id
"""
_NONE_DEPENDING = {"grade_map_id": pl.String, "n_patients": pl.Int64, "n_cells": pl.Int64}
TERM = ("grading_system", "term", "select_term")


class Crosswalk:
    """The rows, read again when the lake's own reference files change."""

    def __init__(self, lake: Path) -> None:
        self._folder = lake / "reference"
        self._lake = lake
        self._lock = threading.Lock()
        self._read: tuple[object, pl.DataFrame, pl.DataFrame] | None = None

    def rows(self, data: Published) -> pl.DataFrame:
        """One row per edition, term and grade, with its text, concept, and the published patients on it."""
        rows, _ = self._current()
        return rows.join(_depending(data), on="grade_map_id", how="left", validate="1:1").with_columns(
            pl.col("n_patients", "n_cells").fill_null(0)
        )

    def texts_of(self, ctcae_terms: list[str]) -> dict[str, dict[int, str]]:
        """The text of each grade of v4.03 terms, as far as it is imported."""
        _, texts = self._current()
        found = texts.filter(pl.col("grading_system") == TARGET_EDITION, pl.col("term").is_in(ctcae_terms))
        told: dict[str, dict[int, str]] = {}
        for term, grade, text in found.select("term", "grade", "text").iter_rows():
            told.setdefault(term, {})[grade] = text
        return told

    def imported(self) -> list[str]:
        """The editions whose texts are there."""
        _, texts = self._current()
        return texts["grading_system"].unique().sort().to_list()

    def _current(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        state = [(str(path), path.stat().st_mtime_ns) for path in sorted(self._folder.rglob("*")) if path.is_file()]
        with self._lock:
            if self._read is None or self._read[0] != state:
                texts = grade_texts(self._lake)
                self._read = (state, _with_texts(self._folder, texts), texts)
            return self._read[1], self._read[2]


def cells_on(data: Published, ids: list[str]) -> dict[str, list[dict[str, object]]]:
    """The published cells that rest on each of the rows, the largest first."""
    try:
        found = data.rows(_CELLS, ids=ids)
    except NothingPublishedError:
        return {}
    told: dict[str, list[dict[str, object]]] = {}
    for cell in found:
        told.setdefault(cell["grade_map_id"], []).append(cell)
    return told


def _depending(data: Published) -> pl.DataFrame:
    try:
        return pl.DataFrame(data.lasting(_DEPENDING), schema=_NONE_DEPENDING)
    except NothingPublishedError:
        return pl.DataFrame(schema=_NONE_DEPENDING)


def _with_texts(overlay: Path, texts: pl.DataFrame) -> pl.DataFrame:
    references = load(overlay if overlay.is_dir() else None)
    concepts = references.terms.select(*TERM, "concept", "threshold_relation")
    rows = references.grade_map.with_columns(pl.col("select_term").fill_null(""))
    return (
        rows.join(concepts.with_columns(pl.col("select_term").fill_null("")), on=TERM, how="left", validate="m:1")
        .join(texts, on=KEY, how="left", validate="m:1", maintain_order="left")
        .with_columns(width=pl.col("grade_upper") - pl.col("grade_lower"))
    )
