"""A study's package of subjects and events, as SDTM or as ADaM, with the rows that get lost on the way to a package."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import yaml

from truth.printed import Printed
from truth.terms import concepts
from truth.trial import (
    BAND_STARTS,
    Arm,
    Event,
    Size,
    Trial,
    all_causes,
    chance,
    events_of,
    is_of,
    random_trial,
    related,
)

_FIRST_DOSE = date(2020, 3, 10)
_RELATIONS = {True: ("RELATED", "POSSIBLE", "Y"), False: ("NOT RELATED", "UNLIKELY", "N")}

COUNTED = {"all_causality": all_causes, "related": related}


@dataclass(frozen=True)
class Habits:
    """How a package was made, and how often each fault befalls one of its event rows."""

    is_adam: bool
    says_edition: bool
    says_grades: bool
    faults: tuple[tuple[str, float], ...]


LOSSES = ("no subject", "subject not in the study", "no term", "coded term is a placeholder")
GAPS = ("no grade", "grade is no grade", "relation not stated", "start not known")


@dataclass(frozen=True)
class Row:
    """One event as it is entered, by the subject's place in its arm, and what befell it."""

    arm: int
    subject: str
    event: Event
    faults: frozenset[str]


def print_package(seed: int, number: int, size: Size) -> Printed:
    rng = chance("package", seed, number)
    trial = random_trial(seed, number, rng, rng.choice(("MedDRA", "MedDRA", "CTCAE v4.03")), size)
    return package(trial, random_habits(rng), rng)


def random_habits(rng: Random) -> Habits:
    planted = [fault for fault in LOSSES + GAPS if rng.random() < 0.25]
    return Habits(
        is_adam=rng.random() < 0.5,
        says_edition=rng.random() < 0.8,
        says_grades=rng.random() < 0.85,
        faults=tuple((fault, rng.choice((0.05, 0.2))) for fault in planted),
    )


def package(trial: Trial, habits: Habits, rng: Random) -> Printed:
    study_id = f"STUDY{trial.seed}-{trial.number}"
    rows = list(_rows(trial, study_id, habits, rng))
    return Printed(
        kind="package",
        trial=trial,
        trial_id=study_id,
        files=_files(trial, study_id, rows, habits, rng),
        arm_ids={_arm_id(study_id, trial, arm): at for at, arm in enumerate(trial.arms)},
        counted=COUNTED,
        features=("ADaM" if habits.is_adam else "SDTM", *(fault for fault, _ in habits.faults)),
        causes={
            (at, concept, attribution, band): tuple(_causes(trial, rows, habits, at, concept))
            for at in range(len(trial.arms))
            for concept in concepts()
            for attribution in COUNTED
            for band in BAND_STARTS
        },
    )


def _files(trial: Trial, study_id: str, rows: list[Row], habits: Habits, rng: Random) -> dict[str, str]:
    edition = {"grading_system": {"edition": "CTCAE v4.03", "basis": "stated"}} if habits.says_edition else {}
    names, print_form = (("adsl", "adae"), _adam) if habits.is_adam else (("dm", "ae"), _sdtm)
    subjects, events = print_form(trial, study_id, rows, habits, rng)
    folder = f"cdisc/{study_id}"
    return {
        f"{folder}/study.yaml": yaml.safe_dump({"drug": trial.drug, **edition}),
        f"{folder}/{names[0]}.csv": _as_csv(subjects),
        f"{folder}/{names[1]}.csv": _as_csv(events),
    }


def _rows(trial: Trial, study_id: str, habits: Habits, rng: Random) -> Iterator[Row]:
    for at, arm in enumerate(trial.arms):
        for number, patient in enumerate(arm.patients, start=1):
            for event in patient.events:
                faults = frozenset(fault for fault, risk in habits.faults if rng.random() < risk)
                yield Row(at, _subject(study_id, at, number), event, faults)


def _subject(study_id: str, at: int, number: int) -> str:
    return f"{study_id}-{at + 1}{number:03d}"


def _causes(trial: Trial, rows: list[Row], habits: Habits, at: int, concept: str) -> Iterator[str]:
    own = [row for row in rows if row.arm == at and row.event.is_emergent and is_of(row.event, concept)]
    faults = {fault for row in own for fault in row.faults}
    yield from (fault for fault in LOSSES if fault in faults)
    if any(not event.term.is_known for event in events_of(trial.arms[at], concept, all_causes)):
        yield "term no dictionary knows"
    yield from (fault for fault in GAPS if fault in faults)
    if not habits.says_grades:
        yield "no grades"
    yield "another row with a fault" if any(row.faults for row in rows) else "no fault"


def _sdtm(trial: Trial, study_id: str, rows: list[Row], habits: Habits, rng: Random) -> tuple[list[dict], list[dict]]:
    subjects = [
        {"STUDYID": study_id, "USUBJID": subject, "ARMCD": code, "ARM": label, "ACTARMCD": code, "ACTARM": label,
         "RFXSTDTC": _FIRST_DOSE.isoformat(), "RFXENDTC": "2020-12-01"}
        for subject, code, label in _assigned(trial, study_id)
    ]  # fmt: skip
    events = [
        {**_event(row, number, habits, rng), "AETOXGR": _grade(row, habits), "AESTDTC": _start(row, rng)}
        for number, row in enumerate(rows, start=1)
    ]
    return subjects, events


def _adam(trial: Trial, study_id: str, rows: list[Row], habits: Habits, rng: Random) -> tuple[list[dict], list[dict]]:
    subjects = [
        {"STUDYID": study_id, "USUBJID": subject, "TRT01A": label, "TRT01P": label, "ARMCD": code, "SAFFL": "Y",
         "TRTSDT": _FIRST_DOSE.isoformat(), "TRTEDT": "2020-12-01"}
        for subject, code, label in _assigned(trial, study_id)
    ]  # fmt: skip
    # A flag that marks nothing is refused: it may never have been filled.
    otherwise = "" if any(row.event.is_emergent for row in rows) else "N"
    events = [
        {**_event(row, number, habits, rng), "ATOXGR": _grade(row, habits), "TRTEMFL": _flag(row) or otherwise}
        for number, row in enumerate(rows, start=1)
    ]
    return subjects, events


def _assigned(trial: Trial, study_id: str) -> Iterator[tuple[str, str, str]]:
    for at, arm in enumerate(trial.arms):
        for number in range(1, arm.n + 1):
            yield _subject(study_id, at, number), f"ARM{arm.name}", _label(trial, arm)


def _label(trial: Trial, arm: Arm) -> str:
    return f"{trial.drug.capitalize()} {arm.dose} mg QD, group {arm.name}"


def _arm_id(study_id: str, trial: Trial, arm: Arm) -> str:
    """The trial, and the words of the label."""
    words = _label(trial, arm).lower().replace(",", "").replace(" ", "_")
    return f"{study_id}.{words}"


def _event(row: Row, number: int, habits: Habits, rng: Random) -> dict:
    coded = "UNCODED" if "coded term is a placeholder" in row.faults else row.event.term.name
    nameless = "no term" in row.faults
    return {
        "USUBJID": _subject_as_entered(row),
        "AESEQ": number,
        "AETERM": "" if nameless else row.event.term.name.upper(),
        "AEDECOD": "" if nameless else coded,
        "AESER": "Y" if row.event.is_serious else "N",
        "AEREL": "" if "relation not stated" in row.faults else rng.choice(_RELATIONS[row.event.is_related]),
    }


def _subject_as_entered(row: Row) -> str:
    if "no subject" in row.faults:
        return ""
    return f"{row.subject}X" if "subject not in the study" in row.faults else row.subject


def _grade(row: Row, habits: Habits) -> str:
    if not habits.says_grades or "no grade" in row.faults:
        return ""
    return "7" if "grade is no grade" in row.faults else str(row.event.grade)


def _start(row: Row, rng: Random) -> str:
    """The first day of the event, before the first dose where it is not emergent; only its month or nothing if lost."""
    days = rng.randint(0, 200) if row.event.is_emergent else -rng.randint(1, 60)
    if "start not known" in row.faults:
        return rng.choice(("", "2020", (_FIRST_DOSE + timedelta(days=days)).strftime("%Y-%m")))
    return (_FIRST_DOSE + timedelta(days=days)).isoformat()


def _flag(row: Row) -> str:
    if "start not known" in row.faults:
        return "U"
    return "Y" if row.event.is_emergent else ""


def _as_csv(rows: list[dict]) -> str:
    """The data set; one without rows has the header of an empty listing."""
    text = io.StringIO()
    names = list(rows[0]) if rows else ["USUBJID", "AESEQ", "AETERM", "AEDECOD", "AESER", "AEREL", "AETOXGR", "AESTDTC"]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
