"""The sections of the headline concepts: a forest plot and its numbers for each grade band."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from safety_pipeline.publish.plots.forest import forest
from safety_pipeline.publish.plots.forest_rows import GROUP, forest_rows
from safety_pipeline.publish.plots.words import ATTRIBUTIONS, BANDS, dose, group_heading, words

Tables = Mapping[str, pl.DataFrame]
# Beyond this a page is no longer read; the Parquet tables hold every row.
MAX_ROWS = 150
MAX_DOSES = 8


def headline(tables: Tables) -> list[dict[str, Any]]:
    """The headline concepts, in order of their names."""
    return tables["dim_concept"].filter("is_headline").sort("concept").to_dicts()


def concept_sections(tables: Tables) -> list[dict[str, Any]]:
    """One section per headline concept, with its bands."""
    return [{**concept, "bands": _bands(tables, concept)} for concept in headline(tables)]


def _bands(tables: Tables, concept: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_band(tables, concept, name, wording) for name, wording in BANDS.items()]


def _band(tables: Tables, concept: Mapping[str, Any], band: str, wording: str) -> dict[str, Any]:
    rows = rows_of(tables, concept["concept"], band)
    footnotes = Footnotes()
    return {
        "wording": wording,
        # Markup: drawn by our own code, which escapes the text inside.
        "plot": Markup(forest(rows, f"{concept['label']}, {wording}, by dose")) if rows.height else None,  # noqa: S704
        "groups": _groups(rows.head(MAX_ROWS), footnotes),
        "n_hidden": max(0, rows.height - MAX_ROWS),
        "footnotes": footnotes.texts,
    }


def rows_of(tables: Tables, concept: str, band: str) -> pl.DataFrame:
    """The lines of the forest plot of a concept and band."""
    by_dose, by_arm = (
        tables[name].filter(concept=concept, grade_band=band) for name in ("incidence_by_dose", "incidence_by_arm")
    )
    return forest_rows(by_dose, by_arm, _regimens(tables["dim_arm"]))


def _regimens(arm: pl.DataFrame) -> dict[str, str]:
    """Drugs given together, named as the estimates by dose name them."""
    given = arm.filter(pl.col("combination_drugs").is_not_null())
    return {
        row["arm_id"]: f"{row['drug']} + {row['combination_drugs'].replace('; ', ' + ')}" for row in given.to_dicts()
    }


class Footnotes:
    """The notes of one table, each numbered once."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def numbers(self, notes: Iterable[str]) -> list[int]:
        """The numbers of the notes, in ascending order."""
        found = []
        for note in notes:
            if note not in self.texts:
                self.texts.append(note)
            found.append(self.texts.index(note) + 1)
        return sorted(found)


def _groups(rows: pl.DataFrame, footnotes: Footnotes) -> list[dict[str, Any]]:
    return [
        {"heading": group_heading(*key), "rows": [_row(row, footnotes) for row in group.to_dicts()]}
        for key, group in rows.group_by(GROUP, maintain_order=True)
    ]


def _row(row: Mapping[str, Any], footnotes: Footnotes) -> dict[str, Any]:
    notes = [note[:1].upper() + note[1:] for note in row["note"].split("; ") if note]
    return {**row, "notes": footnotes.numbers(notes)}


def overview(tables: Tables) -> dict[str, Any]:
    """The default figure of each headline concept and band, one column a dose, one line a drug and attribution."""
    chosen = tables["incidence_by_dose"].filter("is_default", pl.col("stratum") == "all")
    listed = chosen.join(tables["dim_concept"].filter("is_headline").select("concept", "label"), on="concept")
    doses = listed["dose_mg_per_day"].unique().sort().to_list()
    none = tables["incidence_by_arm"].head(0)
    lines = [
        {"label": f"{label}, {words(BANDS, band)}", "drug": drug, "cells": _cells(group, none, doses[:MAX_DOSES])}
        for (drug, label, band), group in listed.sort("drug", "concept", "grade_band").group_by(
            ["drug", "label", "grade_band"], maintain_order=True
        )
    ]
    return {
        "doses": [dose(value) for value in doses[:MAX_DOSES]],
        "lines": lines[:MAX_ROWS],
        "n_hidden_doses": max(0, len(doses) - MAX_DOSES),
        "n_hidden": max(0, len(lines) - MAX_ROWS),
    }


def _cells(group: pl.DataFrame, none: pl.DataFrame, doses: list[float]) -> list[list[str]]:
    rows = forest_rows(group, none, {}).to_dicts()
    return [[_cell(row) for row in rows if row["dose_mg_per_day"] == value] for value in doses]


def _cell(row: Mapping[str, Any]) -> str:
    if row["kind"] == "unknown":
        return "not known: no count of patients"
    return f"{row['shown']}, {row['counts']}, {words(ATTRIBUTIONS, row['attribution'])}"
