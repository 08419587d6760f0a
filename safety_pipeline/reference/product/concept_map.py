"""The crosswalk as FHIR R4 resources: one ConceptMap per edition."""

from typing import Any

import polars as pl

from safety_pipeline.reference.product.mappings import single_mappings
from safety_pipeline.reference.references import References
from safety_pipeline.reference.terms import TARGET_EDITION

# FHIR says how the target stands to the source: a grade that lies inside one of v4.03 has a wider target.
_EQUIVALENCE = {
    "exact": "equivalent",
    "narrower": "wider",
    "broader": "narrower",
    "ambiguous": "inexact",
    "unmappable": "unmatched",
}


def concept_maps(references: References) -> dict[str, dict[str, Any]]:
    """The ConceptMap resource of each other edition by its short name, `v3.0`."""
    rows = single_mappings(references)
    version = references.crosswalk_version.row(-1, named=True)
    return {
        str(system).rsplit(" ", 1)[-1]: _concept_map(str(system), own, version)
        for (system,), own in rows.group_by("grading_system", maintain_order=True)
    }


def _concept_map(system: str, rows: pl.DataFrame, version: dict[str, Any]) -> dict[str, Any]:
    short = system.rsplit(" ", 1)[-1]
    return {
        "resourceType": "ConceptMap",
        "id": f"ctcae-grades-{short.replace('.', '-')}-to-v4-03",
        "url": f"urn:safety-pipeline:crosswalk:{short}-to-v4.03",
        "version": version["version"],
        "name": f"CtcaeGrades{short.replace('.', '').title()}ToV403",
        "title": f"Toxicity grades of {system} on {TARGET_EDITION}",
        "status": "active",
        "experimental": True,
        "date": version["released_on"],
        "description": "Every grade of every term with each v4.03 grade a patient may hold; read by no physician.",
        "group": [
            {
                "source": _code_system(system),
                "target": _code_system(TARGET_EDITION),
                "element": [_element(own) for _, own in rows.group_by("subject_code", maintain_order=True)],
            }
        ],
    }


def _code_system(system: str) -> str:
    return f"urn:safety-pipeline:ctcae-grade:{system.rsplit(' ', 1)[-1]}"


def _element(rows: pl.DataFrame) -> dict[str, Any]:
    first = rows.row(0, named=True)
    return {
        "code": first["subject_code"],
        "display": first["subject_label"],
        "target": [_target(row) for row in rows.to_dicts()],
    }


def _target(row: dict[str, Any]) -> dict[str, Any]:
    comment = f"Preferred. {row['rationale']}" if row["is_preferred"] else row["rationale"]
    said = {"equivalence": _EQUIVALENCE[row["mapping_kind"]], "comment": comment}
    if row["object_code"] is None:
        return said
    return {"code": row["object_code"], "display": row["object_label"], **said}
