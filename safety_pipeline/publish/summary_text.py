"""The summary as a terminal shows it: the headline concepts by dose, and where to look next."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from rich.table import Table as Grid

_COLUMNS = (
    "concept",
    "drug",
    "mg/day",
    "band",
    "attribution",
    "patients",
    "incidence",
    "95 % interval",
    "method",
    "note",
)
_FIGURES = ("mg/day", "patients", "incidence")
Row = Mapping[str, Any]


def headline_table(published: Path, concept: str | None = None) -> tuple[Grid, str]:
    """One line per concept, dose and band (the default row of each group), and the notes it refers to."""
    grid = Grid(title="Incidence by dose", title_justify="left", pad_edge=False, box=None, header_style="bold")
    for name in _COLUMNS:
        grid.add_column(name, justify="right" if name in _FIGURES else "left", no_wrap=True)
    notes: dict[str, int] = {}
    for row in _rows(published, concept).to_dicts():
        grid.add_row(*_line(row, notes))
    return grid, "\n".join(f"[{number}] {note}" for note, number in notes.items())


def _rows(published: Path, concept: str | None) -> pl.DataFrame:
    concepts = pl.scan_parquet(published / "dim_concept.parquet")
    wanted = concepts.filter(pl.col("is_headline") if concept is None else pl.col("concept") == concept)
    rows = pl.scan_parquet(published / "incidence_by_dose.parquet").filter("is_default", pl.col("stratum") == "all")
    keys = ["concept", "drug", "grade_band", "dose_mg_per_day", "attribution"]
    return rows.join(wanted.select("concept"), on="concept", how="semi").sort(keys).collect()


def _line(row: Row, notes: dict[str, int]) -> list[str]:
    cautions = [caution for caution in (row["caution"] or "").split("; ") if caution]
    numbers = [notes.setdefault(caution, len(notes) + 1) for caution in cautions]
    return [
        row["concept"],
        row["drug"],
        f"{row['dose_mg_per_day']:g}",
        row["grade_band"],
        row["attribution"].replace("_", " "),
        _patients(row),
        _incidence(row),
        _interval(row),
        _method(row),
        " ".join(f"[{number}]" for number in sorted(numbers)),
    ]


def _patients(row: Row) -> str:
    """Patients affected and at risk; added over trials they are a crude total, and called so."""
    if row["n_at_risk"] is None:
        return ""
    return f"{row['n_affected_lower']}/{row['n_at_risk']}" + (" crude" if row["k_trials"] > 1 else "")


def _incidence(row: Row) -> str:
    if row["incidence"] is not None:
        return f"{100 * row['incidence']:.1f} %"
    return "see range" if row["method"] == "trial_range" else "not known"


def _interval(row: Row) -> str:
    if row["ci_lower"] is None or row["ci_upper"] is None:
        return ""
    between = f"{100 * row['ci_lower']:.1f} to {100 * row['ci_upper']:.1f} %"
    return f"range {between}" if row["method"] == "trial_range" else between


def _method(row: Row) -> str:
    trials = "trial" if row["k_trials"] == 1 else "trials"
    return f"{row['k_trials']} {trials}" + ("" if row["k_trials"] < 5 else f", {row['method'].replace('_', ' ')}")


def next_steps(published: Path) -> str:
    """Where the numbers, their reasons and the checks can be read."""
    return (
        f"Report     {published / 'report.html'}\n"
        f"Database   {published / 'safety.duckdb'} (table coverage: what is not known, and why)\n"
        "Next       safety-pipeline summary --concept edema, or safety-pipeline ui for the Dagster UI"
    )
