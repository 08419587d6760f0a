"""The summary as a terminal shows it: the headline concepts by dose, arms without one, and where to look next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.table import Table as Grid

from safety_pipeline.publish.largest import left_out, of_largest_drugs
from safety_pipeline.publish.plots.words import of_trials

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
_ARM_COLUMNS = ("concept", "trial", "arm", "band", "attribution", "patients", "incidence", "95 % interval", "note")
_FIGURES = ("mg/day", "patients", "incidence")
MAX_LINES, MAX_ARMS = 80, 24
_ORDER = ("concept", "drug", "grade_band", "dose_mg_per_day", "attribution")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Chosen:
    """What is shown: one concept or the headline ones, one drug or all."""

    concept: str | None = None
    drug: str | None = None


def answers(published: Path, chosen: Chosen) -> pl.DataFrame:
    """The answers by dose, each with its words."""
    return _of_choice(published, "mart_incidence_by_dose", chosen).sort(*_ORDER).collect()


def answer_lines(published: Path, chosen: Chosen) -> list[str]:
    """The answers by dose as lines that fit 80 columns, the question above and the answer below it."""
    rows = answers(published, chosen)
    shown = of_largest_drugs(rows, MAX_LINES)
    lines = [line for row in shown.to_dicts() for line in answer(row)]
    more = left_out(rows, shown, "mart_incidence_by_dose")
    return [*lines, *more, "", f"Report  {published / 'report.html'}", "Next    safety-pipeline explore"]


def answer(row: Row) -> list[str]:
    """The question, and below it the answer with its cautions."""
    question = (row["concept_label"], f"{row['drug']} {row['dose_label']}", row["grade_band"])
    cautions = f" [{row['caution']}]" if row["caution"] else ""
    return [f"{', '.join(question)}, {row['attribution_label']}", f"    {row['label']}{cautions}"]


def nothing_to_show(published: Path, chosen: Chosen) -> str:
    """What to do where no document is read, or none has an answer to what is chosen; empty where there are answers."""
    if pl.scan_parquet(published / "dim_document.parquet").select(pl.len()).collect().item() == 0:
        return (
            "No document of this lake is read. Begin with `safety-pipeline init` (the five shipped documents) or with "
            "`safety-pipeline land FILE`."
        )
    if _rows(published, chosen).is_empty() and _arms_with_a_count(published, chosen).is_empty():
        return (
            "No arm of the landed documents has a count of these events. What is known of each arm, and why not more: "
            "`safety-pipeline explore`, page Coverage."
        )
    return ""


def headline_table(published: Path, chosen: Chosen) -> tuple[Grid, str]:
    """One line per concept, dose and band (the default row of each group), and the notes it refers to."""
    rows = _rows(published, chosen)
    notes: dict[str, int] = {}
    shown = of_largest_drugs(rows, MAX_LINES)
    lines = [_line(row, notes) for row in shown.to_dicts()]
    more = left_out(rows, shown, "incidence_by_dose")
    return _grid("Incidence by dose", _COLUMNS, lines), _below(notes, more)


def arm_table(published: Path, chosen: Chosen) -> tuple[Grid, str]:
    """One line per concept, arm without a daily dose and band that has a count, and how many are left out."""
    rows = _arms_with_a_count(published, chosen)
    notes: dict[str, int] = {}
    shown = of_largest_drugs(rows, MAX_ARMS)
    lines = [_arm_line(row, notes) for row in shown.to_dicts()]
    grid = _grid("Incidence by arm, where the arm has no daily dose", _ARM_COLUMNS, lines)
    return grid, _below(notes, left_out(rows, shown, "incidence_by_arm"))


def _arms_with_a_count(published: Path, chosen: Chosen) -> pl.DataFrame:
    arms = pl.scan_parquet(published / "dim_arm.parquet").select("arm_id", "label")
    return (
        _of_choice(published, "incidence_by_arm", chosen)
        .filter(pl.col("dose_mg_per_day").is_null(), pl.col("ci_lower").is_not_null())
        .filter(pl.col("reporting_status") != "below_threshold")
        .join(arms, on="arm_id", how="left", validate="m:1")
        .sort("concept", "trial_id", "arm_id", "grade_band", "attribution")
        .collect()
    )


def _grid(title: str, columns: Sequence[str], lines: Sequence[Sequence[str]]) -> Grid:
    grid = Grid(title=title, title_justify="left", pad_edge=False, box=None, header_style="bold")
    for name in columns:
        grid.add_column(name, justify="right" if name in _FIGURES else "left", no_wrap=True)
    for line in lines:
        grid.add_row(*line)
    return grid


def _below(notes: Mapping[str, int], more: Sequence[str]) -> str:
    """The notes the lines refer to, and what is left out."""
    return "\n".join([*(f"[{number}] {note}" for note, number in notes.items()), *more])


def _rows(published: Path, chosen: Chosen) -> pl.DataFrame:
    rows = _of_choice(published, "incidence_by_dose", chosen).filter("is_default", pl.col("stratum") == "all")
    return rows.sort(*_ORDER).collect()


def _of_choice(published: Path, table: str, chosen: Chosen) -> pl.LazyFrame:
    """The rows of the table on the concept, or on the headline concepts, and on the drug."""
    concepts = pl.scan_parquet(published / "dim_concept.parquet")
    is_wanted = pl.col("is_headline") if chosen.concept is None else pl.col("concept") == chosen.concept
    rows = pl.scan_parquet(published / f"{table}.parquet")
    of_concept = rows.join(concepts.filter(is_wanted).select("concept"), on="concept", how="semi")
    return of_concept if chosen.drug is None else of_concept.filter(pl.col("drug") == chosen.drug)


def _arm_line(row: Row, notes: dict[str, int]) -> list[str]:
    agree = row["n_affected_lower"] == row["n_affected_upper"]
    note = _RELATIONS.get(row["concept_relation"])
    return [
        row["concept"],
        row["trial_id"],
        row["label"][:_WIDEST_ARM],
        row["grade_band"],
        row["attribution"].replace("_", " "),
        _affected(row),
        f"{100 * row['incidence']:.1f} %" if agree else "bounds",
        _between(row["ci_lower"], row["ci_upper"]),
        f"[{notes.setdefault(note, len(notes) + 1)}]" if note else "",
    ]


_WIDEST_ARM = 36
_RELATIONS = {
    "subset": "counts of the listed terms only; others of the concept may be hidden",
    "superset": "the printed row holds more than the concept",
    "overlapping": "the printed row is not the concept",
}


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
    k = row["k_bounded"] if row["method"] == "bounds" else row["k_trials"]
    return _affected(row) + (" crude" if k > 1 else "")


def _affected(row: Row) -> str:
    lower, upper = row["n_affected_lower"], row["n_affected_upper"]
    return f"{lower}/{row['n_at_risk']}" if lower == upper else f"{lower} to {upper} of {row['n_at_risk']}"


def _incidence(row: Row) -> str:
    if row["incidence"] is not None:
        return f"{100 * row['incidence']:.1f} %"
    if row["method"] == "bounds":
        return "bounds" if _narrow(row) else "not known"
    return "see range" if row["method"] == "trial_range" else "not known"


def _narrow(row: Row) -> bool:
    """Whether bounds say more than that the count lies between no patient and all of them."""
    return bool(row["n_affected_lower"] > 0 or row["n_affected_upper"] < row["n_at_risk"])


def _interval(row: Row) -> str:
    if row["method"] == "trial_range":
        trials = of_trials(row["range_lower"], row["range_upper"])
        return trials.replace("from", "range")
    if row["ci_lower"] is None or row["ci_upper"] is None:
        return ""
    return _between(row["ci_lower"], row["ci_upper"])


def _between(lower: float, upper: float) -> str:
    return f"{100 * lower:.1f} to {100 * upper:.1f} %"


def _method(row: Row) -> str:
    trials = "trial" if row["k_trials"] == 1 else "trials"
    return f"{row['k_trials']} {trials}" + ("" if row["k_trials"] < 5 else f", {row['method'].replace('_', ' ')}")


def next_steps(published: Path) -> str:
    """Where the numbers, their reasons and the checks can be read."""
    return (
        f"Report     {published / 'report.html'}\n"
        f"Database   {published / 'safety.duckdb'} (table coverage: what is not known, and why)\n"
        "Next       safety-pipeline explore for the charts, or safety-pipeline ui for the Dagster UI"
    )
