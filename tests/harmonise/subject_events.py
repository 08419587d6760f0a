"""Small packages of subject-level events, as the reader hands them on."""

from safety_pipeline.tables.delivery import Ingested
from safety_pipeline.tables.ingested import ARM, DOCUMENT, EVENT, SOURCE_TABLE, SUBJECT

PLACE = {"delivery_id": "cdisc.s", "document_id": "s", "trial_id": "S"}
HIGH, LOW = "S.high", "S.low"


def package(events, *, edition="CTCAE v4.03"):
    """Five subjects: a, b, c and x (not in the safety population) on the high dose, d on the low dose."""
    document = {**PLACE, "kind": "cdisc", "grading_system": edition, "grading_system_basis": "stated",
                "allocation": "randomised", "has_toxicity_results": True, "document_priority": 1,
                "content_sha256": "0"}  # fmt: skip
    table = {**PLACE, "table_label": "ADAE", "table_kind": "subject_level", "source_file": "adae.xpt",
             "table_priority": 1, "attribution": "all_causality", "grade_counting": "worst"}  # fmt: skip
    arms = [
        {**PLACE, "arm_id": arm, "label": arm, "n_at_risk": n, "is_aggregate": False, "may_overlap": False}
        for arm, n in ((HIGH, 3), (LOW, 1))
    ]
    subjects = [
        {**PLACE, "subject_id": name, "arm_id": arm, "is_safety_population": safe}
        for name, arm, safe in (
            ("a", HIGH, True),
            ("b", HIGH, True),
            ("c", HIGH, True),
            ("x", HIGH, False),
            ("d", LOW, True),
        )
    ]
    rows = [
        {
            **PLACE,
            "source_file": "adae.xpt",
            "event_number": number,
            "grading_system": edition,
            "is_refused": False,
            **event,
        }
        for number, event in enumerate(events)
    ]
    return Ingested(
        document=DOCUMENT.from_rows([document]),
        source_table=SOURCE_TABLE.from_rows([table]),
        arm=ARM.from_rows(arms),
        subject=SUBJECT.from_rows(subjects),
        event=EVENT.from_rows(rows),
    ).tables()


def event(subject, term, grade=None, emergent=True, related=None):
    return {"subject_id": subject, "term_as_reported": term, "grade": grade,
            "is_treatment_emergent": emergent, "is_related": related}  # fmt: skip
