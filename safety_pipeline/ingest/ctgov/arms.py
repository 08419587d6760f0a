"""Rows of `ingested/arm`: each group of the results with its texts and population; a register states no dose."""

from safety_pipeline.ingest.ctgov.groups import Standing
from safety_pipeline.ingest.ctgov.rows import Record
from safety_pipeline.ingest.ctgov.study import Group

UNTITLED = "The register gives the group no title; its id stands in."
OF_LINES = "The totals give no number at risk; it is that of the group's lines, which all give the same."


def arm_row(place: Record, group: Group, standing: Standing) -> Record:
    """One arm; a group without a title goes by its id."""
    notes = [standing.note, None if group.title else UNTITLED]
    return {
        **{name: place[name] for name in ("delivery_id", "document_id", "trial_id")},
        "arm_id": f"{place['trial_id']}.{group.group_id}",
        "label": group.title or group.group_id,
        "description": group.description,
        "dose_note": " ".join(note for note in notes if note) or None,
        "n_at_risk": group.at_risk,
        "analysis_population": OF_LINES if group.is_at_risk_of_lines else None,
        "is_aggregate": standing.is_aggregate,
        "may_overlap": standing.may_overlap,
    }
