"""Rows of `ingested/arm`: each group of the results with its drug, dose and population."""

from collections.abc import Sequence

from safety_pipeline.dose import Dose, Naming, drug_name, folded_text, parse_dose
from safety_pipeline.ingest.ctgov.groups import Standing
from safety_pipeline.ingest.ctgov.register_words import design_value
from safety_pipeline.ingest.ctgov.rows import Record
from safety_pipeline.ingest.ctgov.study import Design, Group, Intervention, RegisteredArm

UNTITLED = "The register gives the group no title; its id stands in."


def arm_row(place: Record, group: Group, standing: Standing, naming: "ArmNaming") -> Record:
    """One arm; a group without a title goes by its id."""
    dose = naming.dose(group)
    if standing.is_aggregate:
        dose = Dose(text=dose.text)
    untitled = None if group.title else UNTITLED
    notes = [dose.explanation, standing.note, untitled]
    return {
        **{name: place[name] for name in ("delivery_id", "document_id", "trial_id")},
        "arm_id": f"{place['trial_id']}.{group.group_id}",
        "label": group.title or group.group_id,
        "description": group.description,
        "drug": dose.drug,
        "combination_drugs": "; ".join(dose.combination_drugs) or None,
        "dose_mg_per_day": dose.mg_per_day,
        "dose_text": dose.text,
        "dose_note": " ".join(note for note in notes if note) or None,
        "n_at_risk": group.at_risk,
        "is_aggregate": standing.is_aggregate,
        "may_overlap": standing.may_overlap,
    }


class ArmNaming:
    """The names of one study's drugs, ready to be found in the texts of its groups."""

    def __init__(self, design: Design) -> None:
        self._drugs = [each for each in design.interventions if design_value("intervention", each.kind) == "drug"]
        self._arms = {folded_text(arm.label): arm for arm in design.arms}

    def dose(self, group: Group) -> Dose:
        """The drug and dose that the group's title and description give, the registered arm helping out."""
        arm = self._arms.get(folded_text(group.title or ""))
        texts = [group.title or "", group.description or ""]
        if arm is not None and folded_text(arm.description or "") != folded_text(group.description or ""):
            texts.append(arm.description or "")
        return parse_dose(texts, [_naming(each) for each in self._given(arm)])

    def _given(self, arm: RegisteredArm | None) -> Sequence[Intervention]:
        """The drugs the registered arm is given; all of the study's where it does not say."""
        if arm is None:
            return self._drugs
        named = {folded_text(name.split(": ", 1)[-1]) for name in arm.interventions}
        label = folded_text(arm.label)
        own = [
            each
            for each in self._drugs
            if folded_text(each.name) in named or label in {folded_text(other) for other in each.arm_labels}
        ]
        return own or self._drugs


def _naming(intervention: Intervention) -> Naming:
    return Naming(drug_name(intervention.name), (intervention.name, *intervention.other_names))


def document_drug(design: Design) -> str | None:
    """The drugs studied, placebo left out, joined by `; `."""
    drugs = [each for each in design.interventions if design_value("intervention", each.kind) == "drug"]
    names = dict.fromkeys(drug_name(each.name) for each in drugs)
    active = [name for name in names if name and not name.startswith("placebo")]
    return "; ".join(active) or ("placebo" if names else None)
