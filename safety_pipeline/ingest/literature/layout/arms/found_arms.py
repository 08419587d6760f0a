"""The arms of a table: named over its columns, by its lines, or beside them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from safety_pipeline.ingest.literature.arm_drugs import drugs_in
from safety_pipeline.ingest.literature.layout.guesses import GuessedArm, GuessedColumn, GuessedRow, Understanding
from safety_pipeline.ingest.literature.layout.rows.sections import EVENTS
from safety_pipeline.ingest.literature.layout.words.wording import daily_dose_of, population_of, without_population
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_NUMBER = re.compile(r"\d{1,4}(?:\.\d+)?")
# Signs that tell two arms apart: "<65 years" and "≥65 years".
_SIGNS = (("≥", "ge"), (">=", "ge"), ("≤", "le"), ("<=", "le"), ("<", "lt"), (">", "gt"), ("+", "plus"))


def arms_of(understood: Understanding) -> list[GuessedArm]:
    """Each arm once, with its patients and dose where the table gives them."""
    if understood.arms_beside_rows:
        return list(_arms_beside_rows(understood))
    return _arms_in_rows(understood) if understood.arms_in_rows else _arms_in_columns(understood)


def _arms_in_columns(understood: Understanding) -> list[GuessedArm]:
    arms: dict[str, GuessedArm] = {}
    named = any(column.arm for column in understood.columns)
    for column in understood.columns:
        if column.role == "count" and not column.is_total and bool(column.arm) == named:
            label = column.arm or "all patients"
            n_at_risk = column.n_at_risk or (
                arms[label].n_at_risk if label in arms else _printed_below(understood, column)
            )
            arms[label] = _treated(GuessedArm(_arm_id(label), label, n_at_risk, daily_dose_of(label)))
    if len(arms) == 1 and next(iter(arms.values())).n_at_risk is None:
        only = next(iter(arms.values()))
        around = f"{understood.caption} {corner_of(understood.columns)}"
        return [replace(only, n_at_risk=population_of(around))]
    return list(arms.values())


def _printed_below(understood: Understanding, column: GuessedColumn) -> int | None:
    """The patients of a group in a line of their own, such as "No. of patients": above the events, or the only such."""
    above = [row for row in takewhile(lambda row: row.role not in EVENTS, understood.rows) if row.sizes]
    anywhere = [row for row in understood.rows if row.sizes]
    lines = above or (anywhere if len(anywhere) == 1 else [])
    return next((n for row in lines for number, n in row.sizes if number == column.number), None)


def _arms_in_rows(understood: Understanding) -> list[GuessedArm]:
    return [_arm_in_row(understood, row) for row in understood.rows if row.role == "event"]


def _arm_in_row(understood: Understanding, row: GuessedRow) -> GuessedArm:
    def under(role: str) -> str:
        column = next((column.number for column in understood.columns if column.role == role), None)
        return tidy_spaces(understood.grid.box(row.line, column).text) if column else ""

    population, dose = under("population"), under("dose")
    n_at_risk = int(population) if re.fullmatch(r"\d{1,6}", population) else None
    unit = corner_of(understood.columns) if not dose and _NUMBER.fullmatch(row.label) else ""
    amount = float(dose) if _NUMBER.fullmatch(dose) else daily_dose_of(dose or f"{row.label} {_in_brackets(unit)}")
    label = f"{row.label} {dose}".strip()
    return _treated(GuessedArm(_arm_id(label), label, n_at_risk, amount, dose or None))


def _in_brackets(header: str) -> str:
    """The unit of a header: "mg/day" of "Dose level (mg/day)"."""
    found = re.search(r"[(\[,]\s*([^)\]]+)", header)
    return found[1] if found else ""


def _arms_beside_rows(understood: Understanding) -> Iterator[GuessedArm]:
    """Each arm named beside or above the lines, with the first number of patients that a line of it gives."""
    for label in dict.fromkeys(row.arm for row in understood.rows if row.arm):
        line = next(row.line for row in understood.rows if row.arm == label)
        found = _arm_in_row(understood, GuessedRow(line, "event", label))
        name = without_population(label) or label
        n_at_risk = population_of(label) or found.n_at_risk
        yield _treated(replace(found, id=_arm_id(name), label=label, n_at_risk=n_at_risk))


def _treated(arm: GuessedArm) -> GuessedArm:
    """The arm with the drugs that its name says."""
    drugs = drugs_in(arm.label)
    return replace(arm, drug=drugs[0] if drugs else None, combination_drugs=tuple(drugs[1:]))


def _arm_id(label: str) -> str:
    spelt = label.lower()
    for sign, word in _SIGNS:
        spelt = spelt.replace(sign, f" {word} ")
    return re.sub(r"[^a-z0-9]+", "_", spelt).strip("_")[:40] or "arm"


def corner_of(columns: Sequence[GuessedColumn]) -> str:
    """The word over the labels."""
    return next((column.header for column in columns if column.role == "label"), "")
