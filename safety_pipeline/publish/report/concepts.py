"""The sections of the headline concepts: a forest plot and its numbers for each grade band."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from safety_pipeline.publish.plots.forest import forest
from safety_pipeline.publish.plots.forest_rows import GROUP, forest_rows, leading, of_all_strata
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
    chosen = _of_concept(tables, concept["concept"], band)
    rows = forest_rows(*leading(*chosen, MAX_ROWS))
    n_rows = of_all_strata(chosen[0]).height + chosen[1].height
    footnotes = Footnotes()
    return {
        "wording": wording,
        # Markup: drawn by our own code, which escapes the text inside.
        "plot": Markup(forest(rows, f"{concept['label']}, {wording}, by dose")) if rows.height else None,  # noqa: S704
        "groups": _groups(rows.head(MAX_ROWS), footnotes),
        "n_hidden": max(0, n_rows - MAX_ROWS),
        "footnotes": footnotes.texts,
    }


def _of_concept(tables: Tables, concept: str, band: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The estimates by dose and by arm of a concept and band."""
    by_dose, by_arm = (
        tables[name].filter(concept=concept, grade_band=band) for name in ("incidence_by_dose", "incidence_by_arm")
    )
    named = by_arm.join(_regimens(tables["dim_arm"]), on="arm_id", how="left", maintain_order="left")
    labels = tables["dim_arm"].select("arm_id", arm_label="label")
    of_arms = named.join(labels, on="arm_id", how="left", maintain_order="left")
    return by_dose, of_arms.with_columns(drug=pl.coalesce("regimen", "drug"))


def _regimens(arm: pl.DataFrame) -> pl.DataFrame:
    """Drugs given together, named as the estimates by dose name them."""
    together = pl.col("combination_drugs").str.replace_all("; ", " + ", literal=True)
    return arm.select("arm_id", regimen=pl.format("{} + {}", "drug", together)).drop_nulls()


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
    keys = ["drug", "concept", "label", "grade_band"]
    named = listed.select(keys).unique().sort(keys)
    shown = listed.join(named.head(MAX_ROWS), on=keys, how="semi").sort(keys)
    lines = [
        {"label": f"{label}, {words(BANDS, str(band))}", "drug": drug, "cells": _cells(group, doses[:MAX_DOSES])}
        for (drug, _, label, band), group in shown.group_by(keys, maintain_order=True)
    ]
    return {
        "doses": [dose(value) for value in doses[:MAX_DOSES]],
        "lines": lines,
        "n_hidden_doses": max(0, len(doses) - MAX_DOSES),
        "n_hidden": max(0, named.height - MAX_ROWS),
    }


def _cells(group: pl.DataFrame, doses: list[float]) -> list[list[str]]:
    rows = forest_rows(group, group.clear()).to_dicts()
    return [[_cell(row) for row in rows if row["dose_mg_per_day"] == value] for value in doses]


def _cell(row: Mapping[str, Any]) -> str:
    if row["kind"] == "unknown":
        return "not known: no count of patients"
    return f"{row['shown']}, {row['counts']}, {words(ATTRIBUTIONS, row['attribution'])}"
