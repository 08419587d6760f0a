"""What the arms of a register's study were planned to be given, which helps where an arm's own texts do not say it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import polars as pl

from safety_pipeline.dose import Dose, Naming, drug_name, folded_text, parse_dose

_Row = tuple[str, int | None, str | None, str | None, int | None, str | None, str | None]
_COLUMNS = (
    "document_id",
    "planned_arm_number",
    "planned_arm",
    "planned_arm_description",
    "planned_drug_number",
    "planned_drug",
    "other_names",
)


@dataclass(frozen=True)
class PlannedArm:
    """One planned arm: its description, and the drugs it is linked to."""

    description: str
    drugs: tuple[Naming, ...]


@dataclass(frozen=True)
class Plan:
    """One study: its planned arms by their folded labels, and all of its drugs in the register's order."""

    arms: Mapping[str, PlannedArm]
    drugs: tuple[Naming, ...]

    def dose(self, title: str, description: str) -> Dose:
        """The drug and dose of an arm's title and description; the planned arm of its name helps out.

        An arm is given the drugs of its planned arm; where the register does not say, any of the study's.
        """
        texts, drugs = [title, description], self.drugs
        if (planned := self.arms.get(folded_text(title))) is not None:
            drugs = planned.drugs or drugs
            if folded_text(planned.description) != folded_text(description):
                texts.append(planned.description)
        return parse_dose(texts, drugs)


def plans(planned: pl.DataFrame) -> dict[str, Plan]:
    """The plans of the documents of `ingested/planned_treatment`."""
    rows = planned.sort("document_id", "plan_number").select(_COLUMNS).iter_rows()
    return {document_id: _plan(list(own)) for document_id, own in groupby(rows, key=itemgetter(0))}


def _plan(rows: list[_Row]) -> Plan:
    """Of two planned arms with one label the last one counts."""
    numbered = {number: _naming(name, others) for *_, number, name, others in rows if number is not None}
    arms = {}
    for at, own in groupby(rows, key=itemgetter(1)):
        if at is not None:
            label, planned = _planned_arm(list(own), numbered)
            arms[label] = planned
    return Plan(arms, tuple(naming for _, naming in sorted(numbered.items(), key=itemgetter(0))))


def _planned_arm(rows: list[_Row], numbered: Mapping[int, Naming]) -> tuple[str, PlannedArm]:
    _, _, label, description, *_ = rows[0]
    given: Iterable[int | None] = (row[4] for row in rows)
    drugs = tuple(numbered[number] for number in given if number is not None)
    return folded_text(label or ""), PlannedArm(description or "", drugs)


def _naming(name: str | None, other_names: str | None) -> Naming:
    """A drug by all of its names; the first names it in our tables."""
    others: list[str] = json.loads(other_names) if other_names else []
    return Naming(drug_name(name or ""), (name or "", *others))
