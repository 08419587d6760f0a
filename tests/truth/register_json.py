"""A register record as ClinicalTrials.gov sends it (API v2)."""

import json

from truth.printed import Printed
from truth.register import Line, Record, causes, features, random_record, rule
from truth.trial import Arm, Size, all_causes


def print_record(seed: int, number: int, size: Size) -> Printed:
    return printed_record(random_record(seed, number, size, "register"))


def printed_record(record: Record) -> Printed:
    return Printed(
        kind="register",
        trial=record.trial,
        trial_id=record.nct_id,
        files={f"ctgov/{record.nct_id}.json": json.dumps(_study(record), ensure_ascii=False, indent=1)},
        arm_ids={f"{record.nct_id}.EG{at:03d}": at for at in range(len(record.trial.arms))},
        counted={"not_stated": all_causes},
        features=features(record),
        rule=rule(record),
        causes=causes(record),
    )


def _study(record: Record) -> dict:
    sizes = [arm.n for arm in record.trial.arms]
    module = {
        "eventGroups": [_group(record, at, arm) for at, arm in enumerate(record.trial.arms)],
        "seriousEvents": [_line(record, line) for line in record.lines if line.kind == "serious"],
        "otherEvents": [_line(record, line) for line in record.lines if line.kind == "other"],
    }
    if record.threshold is not None:
        module["frequencyThreshold"] = record.threshold
    design = {
        "designInfo": {"allocation": "RANDOMIZED" if len(sizes) > 1 else "NA"},
        "enrollmentInfo": {"count": sum(sizes), "type": "ACTUAL"},
    }
    protocol = {
        "identificationModule": {"nctId": record.nct_id},
        "designModule": design,
        "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": record.trial.drug.capitalize()}]},
    }
    return {
        "protocolSection": protocol,
        "resultsSection": {"adverseEventsModule": module},
    }


def _group(record: Record, at: int, arm: Arm) -> dict:
    totals = record.totals[at]
    group = {
        "id": f"EG{at:03d}",
        "title": f"{record.trial.drug.capitalize()} {arm.dose} mg daily",
        "seriousNumAffected": totals.serious,
        "otherNumAffected": totals.other,
        "deathsNumAffected": totals.deaths,
    }
    at_risk = dict.fromkeys(("seriousNumAtRisk", "otherNumAtRisk", "deathsNumAtRisk"), arm.n)
    return {**group, **at_risk} if record.has_n else group


def _line(record: Record, line: Line) -> dict:
    vocabulary = "CTCAE (4.0)" if record.trial.edition == "CTCAE v4.03" else "MedDRA 20.0"
    stats = [
        {
            "groupId": f"EG{at:03d}",
            "numEvents": _number(place.n_events),
            "numAffected": _number(place.affected),
            **({"numAtRisk": _number(place.at_risk)} if place.at_risk else {}),
        }
        for at, place in line.places.items()
    ]
    return {"term": line.term, "sourceVocabulary": vocabulary, "stats": stats}


def _number(printed: str) -> int | str:
    return int(printed) if printed.isdigit() else printed
