"""The crosswalk in the Simple Standard for Sharing Ontological Mappings (SSSOM, tab-separated with its metadata)."""

import polars as pl
import yaml

from safety_pipeline.reference.product.mappings import single_mappings
from safety_pipeline.reference.references import References
from safety_pipeline.reference.terms import TARGET_EDITION

PREFIX = "CTCAEGRADE"
# An interval of several grades is several mappings, each to one grade that the source grade may be.
_PREDICATE = {
    "exact": "skos:exactMatch",
    "narrower": "skos:broadMatch",
    "broader": "skos:narrowMatch",
    "ambiguous": "skos:relatedMatch",
    "unmappable": "skos:relatedMatch",
}
_JUSTIFICATION = {
    "same criterion": "semapv:LexicalMatching",
    "numeric cut-offs": "semapv:LogicalReasoning",
    "official NCI v2-v3 map": "semapv:MappingChaining",
    "clause rule": "semapv:CompositeMatching",
    "expert reading": "semapv:ManualMappingCuration",
}
_NO_TARGET = "sssom:NoTermFound"


def sssom_text(references: References, *, licence: str) -> str:
    """The file: metadata as YAML in comment lines, then one mapping a line."""
    version = references.crosswalk_version.row(-1, named=True)
    metadata = {
        "mapping_set_id": f"urn:safety-pipeline:crosswalk:{version['version']}",
        "mapping_set_version": version["version"],
        "mapping_set_title": "Grades of CTC v2.0, CTCAE v3.0, v5.0 and v6.0 on CTCAE v4.03",
        "license": licence,
        "mapping_date": version["released_on"],
        "curie_map": {
            PREFIX: "urn:safety-pipeline:ctcae-grade:",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "semapv": "https://w3id.org/semapv/vocab/",
            "sssom": "https://w3id.org/sssom/",
        },
    }
    header = "".join(f"#{line}\n" for line in yaml.safe_dump(metadata, sort_keys=False).splitlines())
    return header + sssom_rows(references).write_csv(separator="\t")


def sssom_rows(references: References) -> pl.DataFrame:
    """One mapping a row, with the columns that SSSOM names."""
    rows = single_mappings(references)
    preferred = pl.when("is_preferred").then(pl.lit("Preferred grade. ")).otherwise(pl.lit(""))
    code = pl.concat_str(pl.lit(f"{PREFIX}:"), pl.col("object_code"))
    return rows.select(
        subject_id=pl.concat_str(pl.lit(f"{PREFIX}:"), "subject_code"),
        subject_label="subject_label",
        predicate_id=pl.col("mapping_kind").replace_strict(_PREDICATE),
        object_id=code.fill_null(_NO_TARGET),
        object_label="object_label",
        mapping_justification=pl.col("mapping_source").replace_strict(_JUSTIFICATION),
        subject_source_version="grading_system",
        object_source_version=pl.lit(TARGET_EDITION),
        comment=pl.concat_str(preferred, "rationale", pl.lit(" ["), "review_status", pl.lit("]"), ignore_nulls=True),
    )
