"""What the arms of a register's study were planned to be given, which helps where an arm's own texts do not say it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

import polars as pl

from safety_pipeline.dose import (
    Dose,
    Naming,
    abbreviations,
    drug_name,
    drug_of_title,
    folded_text,
    mentions,
    parse_dose,
    parts_of,
)

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

        An arm is given the drugs of its planned arm; where the register does not say, or where the arm's own texts
        name others, any of the study's. A drug that the plan does not name may be the title itself.
        """
        texts, drugs = [title, description], self.drugs
        if (planned := self.arms.get(folded_text(title))) is not None:
            drugs = planned.drugs if planned.drugs and not self._names_others(texts, planned.drugs) else drugs
            if folded_text(planned.description) != folded_text(description):
                texts.append(planned.description)
        dose = parse_dose(texts, drugs)
        named = drug_of_title(title)
        if dose.drug is not None or dose.is_placebo or named is None or dose.is_never_given:
            return dose
        return parse_dose(texts, (*drugs, Naming(named, (named,))))

    def _names_others(self, texts: Sequence[str], given: tuple[Naming, ...]) -> bool:
        """Whether the texts name drugs of the study, and none of those that the plan links to the arm."""
        own = {each.drug for each in given}
        named = {each.drug for text in texts for each in mentions(text, _active(self.drugs))}
        return bool(named) and not named & own


def _active(drugs: tuple[Naming, ...]) -> tuple[Naming, ...]:
    return tuple(each for each in drugs if not each.drug.startswith("placebo"))


def plans(planned: pl.DataFrame, texts: Mapping[str, Sequence[str]]) -> dict[str, Plan]:
    """The plans of the documents of `ingested/planned_treatment`, by the short forms that the arms' ``texts`` use."""
    rows = planned.sort("document_id", "plan_number").select(_COLUMNS).iter_rows()
    found = groupby(rows, key=itemgetter(0))
    return {document_id: _plan(list(own), texts.get(document_id, ())) for document_id, own in found}


def _plan(rows: list[_Row], texts: Sequence[str]) -> Plan:
    """Of two planned arms with one label the last one counts."""
    numbered = {
        number: [_with_short_forms(each, texts) for each in _namings(name, others)]
        for *_, number, name, others in rows
        if number is not None
    }
    arms = {}
    for at, own in groupby(rows, key=itemgetter(1)):
        if at is not None:
            label, planned = _planned_arm(list(own), numbered)
            arms[label] = planned
    listed = (naming for _, own in sorted(numbered.items(), key=itemgetter(0)) for naming in own)
    return Plan(arms, tuple(listed))


def _planned_arm(rows: list[_Row], numbered: Mapping[int, Sequence[Naming]]) -> tuple[str, PlannedArm]:
    _, _, label, description, *_ = rows[0]
    given: Iterable[int | None] = (row[4] for row in rows)
    drugs = tuple(naming for number in given if number is not None for naming in numbered[number])
    return folded_text(label or ""), PlannedArm(description or "", drugs)


def _namings(name: str | None, other_names: str | None) -> list[Naming]:
    """A drug by all of its names, the first naming it in our tables; a name that joins several gives each of them."""
    others: list[str] = json.loads(other_names) if other_names else []
    parts = parts_of(name or "")
    if len(parts) > 1:
        return [Naming(drug_name(part), (part,)) for part in parts]
    return [Naming(drug_name(name or ""), (name or "", *others))]


def _with_short_forms(drug: Naming, texts: Sequence[str]) -> Naming:
    short = sorted(abbreviations(replace(drug, names=(drug.drug, *drug.names)), texts))
    return replace(drug, names=(*drug.names, *short)) if short else drug
