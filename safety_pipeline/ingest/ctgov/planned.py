"""Rows of `ingested/planned_treatment`: the arms a study planned and the drugs each is given, as registered."""

import json
from collections.abc import Iterator

from safety_pipeline.dose import folded_text
from safety_pipeline.ingest.ctgov.register_words import design_value
from safety_pipeline.ingest.ctgov.rows import Record, Source
from safety_pipeline.ingest.ctgov.study import Design, Intervention, RegisteredArm

_Drug = tuple[int, Intervention]
_Arm = tuple[int, RegisteredArm]


def planned_rows(source: Source) -> Iterator[Record]:
    """One row a planned arm and drug it is given, then the drugs that no arm is linked to."""
    place = {name: source.place()[name] for name in ("delivery_id", "document_id", "trial_id")}
    for number, (arm, drug) in enumerate(_pairs(source.study.design), start=1):
        yield {**place, "plan_number": number, **_arm_columns(arm), **_drug_columns(drug)}


def drugs(design: Design) -> list[_Drug]:
    """The interventions that are drugs, with their place in the register's list."""
    listed = enumerate(design.interventions, start=1)
    return [(number, each) for number, each in listed if design_value("intervention", each.kind) == "drug"]


def _pairs(design: Design) -> list[tuple[_Arm | None, _Drug | None]]:
    listed = drugs(design)
    linked: set[int] = set()
    pairs: list[tuple[_Arm | None, _Drug | None]] = []
    for at, arm in enumerate(design.arms, start=1):
        given = _given(arm, listed)
        linked.update(number for number, _ in given)
        pairs.extend(((at, arm), drug) for drug in given or (None,))
    return pairs + [(None, drug) for drug in listed if drug[0] not in linked]


def _given(arm: RegisteredArm, listed: list[_Drug]) -> list[_Drug]:
    """The drugs that the arm names (`Drug: Imatinib`), or that name the arm: formats differ in which they print."""
    named = {folded_text(name.split(": ", 1)[-1]) for name in arm.interventions}
    label = folded_text(arm.label)
    return [
        (number, each)
        for number, each in listed
        if folded_text(each.name) in named or label in map(folded_text, each.arm_labels)
    ]


def _arm_columns(arm: _Arm | None) -> Record:
    if arm is None:
        return {}
    number, registered = arm
    return {
        "planned_arm_number": number,
        "planned_arm": registered.label or None,
        "planned_arm_description": registered.description,
    }


def _drug_columns(drug: _Drug | None) -> Record:
    if drug is None:
        return {}
    number, given = drug
    others = json.dumps(given.other_names, ensure_ascii=False) if given.other_names else None
    return {"planned_drug_number": number, "planned_drug": given.name or None, "other_names": others}
