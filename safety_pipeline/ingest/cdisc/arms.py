"""Rows of `ingested/arm`: label, drug, dose and the subjects of its safety population."""

import re

import polars as pl

from safety_pipeline.dose import Dose, Naming, drug_name, parse_dose
from safety_pipeline.ingest.cdisc.refusals import Record
from safety_pipeline.ingest.cdisc.study import Arm, Study
from safety_pipeline.ingest.cdisc.words import note

_BETWEEN_WORDS = re.compile(r"[\W_]+")


def arm_ids(trial_id: str, subjects: pl.DataFrame) -> dict[str, str]:
    """The id of each arm label; the label decides, not the code: ADaM and SDTM have only it in common."""
    labels = pl.concat([subjects["arm_label"], subjects["planned_label"]]).drop_nulls().unique().sort()
    ids: dict[str, str] = {}
    for number, label in enumerate(labels, start=1):
        short = f"{trial_id}.{_BETWEEN_WORDS.sub('_', label.casefold()).strip('_') or 'arm'}"
        ids[label] = f"{short}_{number}" if short in ids.values() else short
    return ids


def drugs_of(regimens: pl.DataFrame, study: Study) -> list[Naming]:
    """The drugs that may be meant: the one the manifest names, and those EX names."""
    given = regimens["treatment"].drop_nulls().unique(maintain_order=True)
    named = [*([study.drug] if study.drug else []), *given]
    by_name = {drug_name(name): Naming(drug_name(name), (name,)) for name in named}
    return [each for each in by_name.values() if not each.drug.startswith("placebo")]


def document_drug(drugs: list[Naming]) -> str | None:
    return "; ".join(each.drug for each in drugs) or None


def arm_rows(
    place: Record,
    subjects: pl.DataFrame,
    regimens: pl.DataFrame,
    ids: dict[str, str],
    drugs: list[Naming],
    study: Study,
) -> list[Record]:
    """One row per arm that somebody was treated in or planned for, but for the words on its population."""
    at_risk = _counts(subjects.filter("is_safety_population"), "arm_label")
    planned = _counts(subjects, "planned_label")
    codes = dict(subjects.select("arm_label", "actual_arm_code").drop_nulls().unique("arm_label").iter_rows())
    doses = {label: _dose(label, regimens.filter(arm_label=label), drugs) for label in ids}
    return [
        {
            **place,
            "arm_id": ids[label],
            "label": label,
            **_treatment(doses[label], _stated(study, label, codes.get(label)), has_exposure=not regimens.is_empty()),
            "n_at_risk": at_risk.get(label, 0),
            "n_assigned": planned.get(label, 0) if planned else None,
            "is_aggregate": False,
            "may_overlap": False,
        }
        for label in ids
    ]


def _counts(subjects: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(subjects.drop_nulls(name).group_by(name).len().iter_rows())


def _dose(label: str, given: pl.DataFrame, drugs: list[Naming]) -> Dose:
    """The label's dose; where it has none, the only one that EX gives for the arm's drug."""
    dose = parse_dose(label, drugs)
    own = [each for each in drugs if each.drug == dose.drug]
    active = given.filter(~pl.col("is_zero")).drop_nulls("regimen")
    of_drug = active.filter(pl.col("treatment").map_elements(drug_name, return_dtype=pl.String) == (dose.drug or ""))
    regimens = of_drug["regimen"].to_list()
    if dose.is_placebo and (others := _drugs_after_placebo(label, given)):
        return Dose(text=label, reason=note("placebo_and_drug", drugs=", ".join(others)))
    if dose.mg_per_day is not None or dose.is_placebo or not regimens:
        return dose
    if len(regimens) > 1:
        reason = note("titration", n=len(regimens), doses=", ".join(regimens))
        return Dose(drug=dose.drug, combination_drugs=dose.combination_drugs, text=label, reason=reason)
    found = parse_dose([label, regimens[0]], own)
    kept = note("dose_from_exposure") if found.mg_per_day is not None else None
    return Dose(
        drug=dose.drug,
        combination_drugs=dose.combination_drugs,
        mg_per_day=found.mg_per_day,
        text=regimens[0],
        reason=found.reason,
        note=kept,
    )


def _drugs_after_placebo(label: str, given: pl.DataFrame) -> list[str]:
    """The drugs that a label names beside placebo, where the arm was given both: one wrong dose is no sequence."""
    named = given.filter(pl.col("treatment").is_not_null())
    is_placebo = pl.col("is_zero") | pl.col("treatment").str.to_lowercase().str.starts_with("placebo")
    drugs = named.filter(~is_placebo)["treatment"].unique().sort().to_list()
    has_placebo = named.filter(is_placebo).height > 0
    return [each for each in drugs if has_placebo and drug_name(each) in label.casefold()]


def _stated(study: Study, label: str, code: str | None) -> Arm | None:
    names = {label.upper(), (code or label).upper()}
    return next((arm for arm in study.arms if arm.arm.upper() in names), None)


def _treatment(dose: Dose, stated: Arm | None, *, has_exposure: bool) -> Record:
    """What a person says of the arm stands before what the data sets say."""
    is_said = dose.mg_per_day is not None or dose.is_placebo
    read: Record = {
        "drug": dose.drug,
        "combination_drugs": "; ".join(dose.combination_drugs) or None,
        "dose_mg_per_day": dose.mg_per_day,
        "dose_text": dose.text,
        "dose_note": dose.explanation if has_exposure or is_said else note("no_dose"),
    }
    if stated is None:
        return read
    said: Record = {
        "drug": stated.drug,
        "combination_drugs": "; ".join(stated.combination_drugs) or None,
        "dose_mg_per_day": stated.dose_mg_per_day,
        "dose_text": stated.dose_text,
        "dose_note": stated.dose_note,
    }
    answer = {name: read[name] if value is None else value for name, value in said.items()}
    if stated.dose_mg_per_day is not None:
        answer["dose_note"] = stated.dose_note
    return answer
