"""The reference values of the shared folder, and how each method of ours answers to its row."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Row:
    case: str
    method: str
    quantity: str
    value: str
    note: str
    area: str

    def field(self, name: str) -> str:
        found = re.search(rf"(?:^|;){name}=([^;]*)", self.case)
        return found[1] if found else ""

    def number(self, name: str) -> float:
        text = self.field(name)
        return float("nan") if text in {"", "NA"} else float(text)

    @property
    def level(self) -> float:
        return float(self.field("level") or 0.95)

    @property
    def two_arms(self) -> tuple[float, float, float, float]:
        return self.number("x600"), self.number("n600"), self.number("x400"), self.number("n400")


@cache
def read_rows(shared: Path) -> tuple[Row, ...]:
    with (shared / "reference" / "stats-examples.csv").open(newline="", encoding="utf-8") as file:
        return tuple(Row(**line) for line in csv.DictReader(file))


@cache
def read_studies(shared: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The patients affected and at risk of the trials of each pooled case."""
    found = {}
    for row in read_rows(shared):
        if row.method == "design" and row.quantity == "studies":
            pairs = [part.split("/") for part in row.value.split(" + ")]
            found[row.case] = tuple(np.array(side, float) for side in zip(*pairs, strict=True))
    return found


@cache
def read_data(shared: Path, name: str) -> dict[str, list[str]]:
    with (shared / "reference" / "data" / name).open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    return {column: [line[column] for line in lines] for column in lines[0]}


def part(limits: tuple, quantity: str):
    """The lower or upper one of a pair, as the quantity asks."""
    return float(np.ravel(limits["upper" in quantity])[0])


def side(estimate, quantity: str):
    """One number of an estimate, or its state."""
    if not estimate.is_estimated:
        return estimate.state
    if "lower" in quantity:
        return estimate.lower
    return estimate.upper if "upper" in quantity else estimate.value
