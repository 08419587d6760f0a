"""Rows of `ingested/arm`: label, drug, dose and the subjects of its safety population."""

import re
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from safety_pipeline.dose import Dose, Naming, drug_name, parse_dose
from safety_pipeline.ingest.cdisc.package.refusals import Record
from safety_pipeline.ingest.cdisc.package.study import Arm, Study
from safety_pipeline.ingest.cdisc.package.words import note, words
from safety_pipeline.ingest.cdisc.people.conflicting_dose import conflict
from safety_pipeline.ingest.cdisc.people.courses import Courses
from safety_pipeline.ingest.cdisc.people.mirrored import is_mirrored

_IS_PLACEBO = pl.col("is_zero") | pl.col("treatment").str.to_lowercase().str.starts_with("placebo")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def arm_ids(trial_id: str, courses: pl.DataFrame) -> dict[str, str]:
    """The id of each arm label; the label decides, not the code: ADaM and SDTM have only it in common."""
    labels = pl.concat([courses["arm_label"], courses["planned_label"]]).drop_nulls().unique().sort()
    ids: dict[str, str] = {}
    for number, label in enumerate(labels, start=1):
        short = f"{trial_id}.{_BETWEEN_WORDS.sub('_', label.casefold()).strip('_') or 'arm'}"
        ids[label] = f"{short}_{number}" if short in ids.values() else short
    return ids


# "Selutinib 400 mg BID": the words before an amount are the drug.
_BEFORE_AMOUNT = re.compile(r"^([A-Za-z][A-Za-z0-9 .'/-]*?)[ ,:(]+\d+(?:[.,]\d+)? ?(?:mg|g|mcg|\u00b5g|ug|IU|U)\b")


def _drugs_of_labels(labels: Iterable[str]) -> list[str]:
    """The names that stand before an amount in the labels, where they are no word for an arm."""
    found = (_BEFORE_AMOUNT.match(label) for label in labels)
    names = [match[1].strip() for match in found if match is not None]
    is_no_drug = words("word_of_arms")
    return [name for name in dict.fromkeys(names) if not any(word in is_no_drug for word in name.upper().split())]


def drugs_of(regimens: pl.DataFrame, study: Study, labels: Iterable[str], in_summary: str | None) -> list[Naming]:
    """The drugs that may be meant: what the manifest, the trial summary and EX name, else what the arms' labels do."""
    given = regimens["treatment"].drop_nulls().unique(maintain_order=True).to_list()
    stated = [each for each in (study.drug, in_summary) if each]
    named = [*stated, *given] or _drugs_of_labels(labels)
    by_name = {drug_name(name): Naming(drug_name(name), (name,)) for name in named}
    return [each for each in by_name.values() if not each.drug.startswith("placebo")]


def document_drug(drugs: list[Naming]) -> str | None:
    """The drugs of the package in one text; nothing where none is known."""
    return "; ".join(each.drug for each in drugs) or None


def arm_rows(
    place: Record,
    given: Courses,
    regimens: pl.DataFrame,
    ids: dict[str, str],
    drugs: list[Naming],
    study: Study,
) -> list[Record]:
    """One row per arm that somebody was treated in or planned for, but for the words on its population."""
    at_risk = _counts(given.frame.filter("is_safety_population"), "arm_label")
    planned = {} if given.is_crossover else _counts(given.frame, "planned_label")
    codes = dict(given.frame.select("arm_label", "actual_arm_code").drop_nulls().unique("arm_label").iter_rows())
    read = {label: _dose(label, regimens.filter(arm_label=label), drugs) for label in ids}
    doses = {
        label: _of_sequence(label) if each.drug and is_mirrored(label, ids) else each for label, each in read.items()
    }
    return [
        {
            **place,
            "arm_id": ids[label],
            "label": label,
            **_treatment(doses[label], _stated(study, label, codes.get(label)), has_exposure=not regimens.is_empty()),
            "n_at_risk": at_risk.get(label, 0),
            "n_assigned": planned.get(label, 0) if planned else None,
            "is_aggregate": False,
            "may_overlap": given.is_crossover,
        }
        for label in ids
    ]


def _of_sequence(label: str) -> Dose:
    return Dose(text=label, reason=note("in_turn"))


def _has_number(label: str) -> bool:
    return any(sign.isdigit() for sign in label)


def _counts(subjects: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(subjects.drop_nulls(name).group_by(name).len().iter_rows())


def _dose(label: str, given: pl.DataFrame, drugs: list[Naming]) -> Dose:
    """The label's dose; where it has none, the only one with which the subjects of the arm began its drug."""
    dose = parse_dose(label, drugs)
    own = [each for each in drugs if each.drug == dose.drug]
    if (other := _settled_by_exposure(label, dose, given, own)) is not None:
        return other
    active = given.filter(~pl.col("is_zero")).drop_nulls("regimen")
    of_drug = active.filter(pl.col("treatment").map_elements(drug_name, return_dtype=pl.String) == (dose.drug or ""))
    regimens = of_drug["regimen"].to_list()
    if dose.mg_per_day is not None or dose.is_placebo or not regimens:
        return dose
    begun = _begun(list(of_drug.select("regimen", "is_first").iter_rows()), own)
    if begun is None:
        reason = note("titration", n=len(regimens), doses=", ".join(regimens))
        return Dose(drug=dose.drug, combination_drugs=dose.combination_drugs, text=label, reason=reason)
    found, later = begun
    kept = [note("dose_from_exposure")] if found.mg_per_day is not None else []
    reduced = [note("dose_reduced", doses=", ".join(later))] if later else []
    return Dose(
        drug=dose.drug,
        combination_drugs=dose.combination_drugs,
        mg_per_day=found.mg_per_day,
        text=found.text,
        reason=found.reason,
        note=" ".join([*kept, *reduced]) or None,
    )


def _settled_by_exposure(label: str, dose: Dose, given: pl.DataFrame, own: list[Naming]) -> Dose | None:
    """What the arm was given where EX says another thing than the label, or what the label leaves open."""
    if (dose.is_placebo or dose.is_left_open) and (others := _drugs_after_placebo(label, given)):
        return Dose(text=label, reason=note("placebo_and_drug", drugs=", ".join(others)))
    if dose.is_left_open and _is_placebo_only(given):
        return parse_dose("placebo")
    if (conflicting := conflict(dose, given, own)) is not None:
        return conflicting
    return Dose(text=label, reason=note("zero_doses")) if _is_of_nothing(dose, given) else None


def _is_of_nothing(dose: Dose, given: pl.DataFrame) -> bool:
    """Whether a label that states nothing stands for doses of 0 only: a blinded placebo bears the name of the drug."""
    is_said = dose.mg_per_day is not None or dose.is_placebo
    return not is_said and given.height > 0 and bool(given["is_zero"].all())


def _begun(regimens: list[tuple[str, bool]], own: list[Naming]) -> tuple[Dose, list[str]] | None:
    """The dose with which every subject of the arm began, and the lower ones given later; nothing where any rose.

    Amounts are compared in milligrams a day, so that 0.5 g is 500 mg.
    """
    read = [(regimen, is_first, parse_dose(regimen, own)) for regimen, is_first in regimens]
    firsts = [(regimen, dose) for regimen, is_first, dose in read if is_first]
    begun = {dose.mg_per_day or regimen for regimen, dose in firsts}
    if len(begun) > 1:
        return None
    regimen, dose = firsts[0]
    later = [(text, each) for text, is_first, each in read if not is_first and text != regimen]
    others = [(text, each) for text, each in later if (each.mg_per_day or text) not in begun]
    if any(each.mg_per_day is None or each.mg_per_day > (dose.mg_per_day or 0) for _, each in others):
        return None
    return replace(dose, text=regimen), [text for text, _ in others]


def _drugs_after_placebo(label: str, given: pl.DataFrame) -> list[str]:
    """The drugs that a label names beside placebo, where the arm was given both: one wrong dose is no sequence."""
    named = given.filter(pl.col("treatment").is_not_null())
    drugs = named.filter(~_IS_PLACEBO)["treatment"].unique().sort().to_list()
    has_placebo = named.filter(_IS_PLACEBO).height > 0
    return [each for each in drugs if has_placebo and drug_name(each) in label.casefold()]


def _is_placebo_only(given: pl.DataFrame) -> bool:
    return given.height > 0 and given.filter(~_IS_PLACEBO.fill_null(value=False)).is_empty()


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
        "dose_note": dose.explanation if has_exposure or is_said or _has_number(dose.text or "") else note("no_dose"),
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
