"""Register records as one AACT snapshot: pipe-delimited tables in which studies stand below each other."""

from collections.abc import Iterable, Sequence

from truth.printed import Printed
from truth.register import Record, causes, features, random_record, rule
from truth.trial import Size, all_causes

_HEADERS = {
    "studies": ("nct_id", "brief_title", "phase", "enrollment", "enrollment_type", "number_of_arms"),
    "result_groups": ("id", "nct_id", "ctgov_group_code", "result_type", "title", "description"),
    "interventions": ("id", "nct_id", "intervention_type", "name", "description"),
    "reported_events": (
        "id", "nct_id", "result_group_id", "ctgov_group_code", "time_frame", "event_type", "default_vocab",
        "default_assessment", "subjects_affected", "subjects_at_risk", "description", "event_count", "organ_system",
        "adverse_event_term", "frequency_threshold", "vocab", "assessment",
    ),
    "reported_event_totals": (
        "id", "nct_id", "ctgov_group_code", "event_type", "classification", "subjects_affected", "subjects_at_risk",
        "created_at", "updated_at",
    ),
}  # fmt: skip
_TOTALS = {
    "serious": "Total, serious adverse events",
    "other": "Total, other adverse events",
    "deaths": "Total, all-cause mortality",
}


def print_snapshot(seed: int, numbers: Iterable[int], size: Size) -> list[Printed]:
    """The studies of one snapshot; the first of them carries its files."""
    records = [random_record(seed, number, size, "aact") for number in numbers]
    files = _files(records, f"aact/2026-{seed:02d}-{records[0].trial.number}") if records else {}
    return [
        Printed(
            kind="aact",
            trial=record.trial,
            trial_id=record.nct_id,
            files=files if at == 0 else {},
            arm_ids={f"{record.nct_id}.EG{place:03d}": place for place in range(len(record.trial.arms))},
            counted={"not_stated": all_causes},
            features=features(record),
            rule=rule(record),
            causes=causes(record),
            shown=_shown(record),
        )
        for at, record in enumerate(records)
    ]


def _shown(record: Record) -> str:
    """The study's own part, as a snapshot of it alone."""
    return "\n".join(f"--- {name}\n{content.strip()}" for name, content in _files([record], "aact/own").items())


def _files(records: Sequence[Record], folder: str) -> dict[str, str]:
    tables = {
        "studies": [_study(record) for record in records],
        "interventions": [_intervention(record) for record in records],
        "result_groups": [row for record in records for row in _groups(record)],
        "reported_events": [row for record in records for row in _events(record)],
        "reported_event_totals": [row for record in records for row in _totals(record)],
    }
    return {f"{folder}/{name}.txt": _as_text(_HEADERS[name], rows) for name, rows in tables.items()}


def _as_text(header: Sequence[str], rows: Iterable[dict[str, object]]) -> str:
    lines = [{**row, "id": number} for number, row in enumerate(rows, start=1)]
    body = ["|".join(str(line.get(name, "")) for name in header) for line in lines]
    return "\n".join(["|".join(header), *body]) + "\n"


def _study(record: Record) -> dict[str, object]:
    sizes = [arm.n for arm in record.trial.arms]
    return {
        "nct_id": record.nct_id,
        "brief_title": "An invented trial",
        "phase": "PHASE2",
        "enrollment": sum(sizes),
        "enrollment_type": "ACTUAL",
        "number_of_arms": len(sizes),
    }


def _intervention(record: Record) -> dict[str, object]:
    return {"nct_id": record.nct_id, "intervention_type": "DRUG", "name": record.trial.drug.capitalize()}


def _groups(record: Record) -> list[dict[str, object]]:
    return [
        {
            "nct_id": record.nct_id,
            "ctgov_group_code": f"EG{at:03d}",
            "result_type": "Reported Event",
            "title": f"{record.trial.drug.capitalize()} {arm.dose} mg daily",
        }
        for at, arm in enumerate(record.trial.arms)
    ]


def _events(record: Record) -> list[dict[str, object]]:
    return [
        {
            "nct_id": record.nct_id,
            "ctgov_group_code": f"EG{at:03d}",
            "event_type": line.kind,
            "subjects_affected": place.affected,
            "subjects_at_risk": place.at_risk,
            "event_count": place.n_events,
            "adverse_event_term": line.term,
            "frequency_threshold": record.threshold or "",
            "vocab": "CTCAE (4.0)" if record.trial.edition == "CTCAE v4.03" else "MedDRA 20.0",
        }
        for line in record.lines
        for at, place in line.places.items()
    ]


def _totals(record: Record) -> list[dict[str, object]]:
    return [
        {
            "nct_id": record.nct_id,
            "ctgov_group_code": f"EG{at:03d}",
            "event_type": kind,
            "classification": label,
            "subjects_affected": getattr(record.totals[at], kind),
            "subjects_at_risk": arm.n if record.has_n else "",
        }
        for at, arm in enumerate(record.trial.arms)
        for kind, label in _TOTALS.items()
    ]
