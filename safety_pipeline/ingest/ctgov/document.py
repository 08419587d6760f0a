"""Rows of `ingested/document` and `ingested/source_table` of a register record."""

import re
from collections.abc import Sequence

from safety_pipeline.dose import drug_name
from safety_pipeline.ingest.ctgov.numbers import believable, percentage
from safety_pipeline.ingest.ctgov.planned import drugs
from safety_pipeline.ingest.ctgov.register_words import design_value, table_row
from safety_pipeline.ingest.ctgov.rows import Record, Source
from safety_pipeline.ingest.ctgov.study import Design, Study
from safety_pipeline.ingest.ctgov.wording import document_grading

NO_MODULE = "The register record has no adverse event section."
NO_ROWS = "The register record has an adverse event section, but lists no event."


def enrolled(design: Design) -> int | None:
    """Patients enrolled: an estimated number is not patients."""
    is_actual = design_value("enrolment_type", design.enrolment_type or "") == "actual"
    return believable(design.enrolment) if is_actual else None


def planned(design: Design) -> int | None:
    """The planned number of patients; nothing where the number is of patients enrolled."""
    return None if enrolled(design) is not None else believable(design.enrolment)


def phase(design: Design) -> str | None:
    """`1/2` for phases 1 and 2; a study without phases has none."""
    parts = [part for each in design.phases for part in each.split("/")]
    return "/".join(filter(None, (design_value("phase", part) for part in parts))) or None


def allocation(design: Design, n_groups: int) -> str:
    """How patients came to their arm; a single-group design is single-arm only where one group is reported."""
    stated = design_value("allocation", design.allocation or "")
    if stated == "randomised":
        return stated
    is_single = design_value("model", design.model or "") == "single_group" and max(len(design.arms), n_groups) <= 1
    return "single_arm" if is_single else stated or "not_stated"


def year_of(posted: str | None) -> int | None:
    """The year in a date as registers write it: `2019-05-14`, `May 14, 2019`."""
    found = _YEAR.search(posted or "")
    return int(found[0]) if found else None


_YEAR = re.compile(r"\b(?:19[5-9]\d|20\d\d)\b")


def document_row(source: Source, *, priority: int, content_sha256: str, n_safety: int | None) -> Record:
    """The record as a document of its trial; the priority decides between several formats of one record."""
    study = source.study
    grading = document_grading(_vocabularies(study), study.description or "")
    has_events = any(event.kind != "total" for event in study.events)
    return {
        **{name: value for name, value in source.place().items() if name != "source_file"},
        "kind": "ctgov",
        "title": study.design.title,
        "registry_id": study.nct_id,
        "year": year_of(study.design.posted),
        "grading_system": grading.edition,
        "grading_system_basis": grading.basis,
        "grading_system_evidence": grading.evidence,
        "phase": phase(study.design),
        "allocation": allocation(study.design, len(study.groups)),
        "indication": "; ".join(study.design.conditions) or None,
        "drug": _drug(study.design),
        "n_enrolled": enrolled(study.design),
        "n_safety": n_safety,
        "n_planned": planned(study.design),
        "has_toxicity_results": has_events,
        "no_results_reason": None if has_events else NO_ROWS if study.has_module else NO_MODULE,
        "document_priority": priority,
        "content_sha256": content_sha256,
    }


def _drug(design: Design) -> str | None:
    """The drugs studied, placebo left out, joined by `; `."""
    names = dict.fromkeys(drug_name(each.name) for _, each in drugs(design))
    active = [name for name in names if name and not name.startswith("placebo")]
    return "; ".join(active) or ("placebo" if names else None)


def _vocabularies(study: Study) -> tuple[str | None, ...]:
    return tuple(dict.fromkeys(event.vocabulary for event in study.events if event.kind != "total"))


def source_table_rows(source: Source) -> Sequence[Record]:
    """One row a table; a record with results has both tables, and an empty one is left out by some formats only."""
    if not source.study.has_module:
        return []
    has_totals = any(event.kind == "total" for event in source.study.events)
    return [_source_table(source, kind) for kind in ("serious", "other", *(["total"] if has_totals else []))]


def _source_table(source: Source, kind: str) -> Record:
    table = table_row(kind)
    # A threshold says what is listed only where nothing else keeps events from the list.
    percent = percentage(source.study.threshold) if kind == "other" and not source.limits() else None
    return {
        **source.place(),
        "table_label": table["table_label"],
        "table_kind": table["table_kind"],
        "table_priority": int(table["table_priority"]),
        "attribution": source.attribution,
        "threshold_percent": percent,
        "threshold_operator": None if percent is None else ">",
        "threshold_scope": None if percent is None else "any_arm",
        "grade_counting": "unknown",
        "time_frame": source.study.time_frame,
        "note": source.study.description,
    }
