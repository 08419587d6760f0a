"""Which reference files there are, and which columns and key each must have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataFile:
    """One reference table: one file, or several of one shape; ``may_extend`` where a user adds rows of their own."""

    pattern: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    whole: tuple[str, ...] = ()
    nullable: tuple[str, ...] = ()
    may_extend: bool = False


TERM_KEY = ("grading_system", "term", "select_term")
_GRADES = ("grade_lower", "grade_upper", "grade_preferred", "concept_grade_lower", "concept_grade_upper")
_SYNONYM = DataFile(
    pattern="synonym*.csv",
    columns=(
        "grading_system",
        "source_kind",
        "parent_concept",
        "text",
        "term",
        "select_term",
        "ctcae_term",
        "concept",
        "concept_relation",
        "site",
        "match_kind",
        "rationale",
        "source",
    ),
    key=("grading_system", "source_kind", "parent_concept", "text", "term", "select_term"),
    nullable=("ctcae_term", "concept", "concept_relation", "site"),
    may_extend=True,
)

FILES: dict[str, DataFile] = {
    "term": DataFile(
        pattern="term.csv",
        columns=("grading_system", "category", "term", "select_term", "grades_defined", "variant", "source"),
        key=TERM_KEY,
    ),
    "grade_map": DataFile(
        pattern="grade_map/*.csv",
        columns=(
            "grade_map_id",
            "grading_system",
            "category",
            "term",
            "select_term",
            "grade",
            "ctcae_term",
            *_GRADES[:3],
            "mapping_kind",
            "fallback_ctcae_term",
            *_GRADES[3:],
            "rationale",
            "mapping_source",
            "review_status",
            "reviewed_on",
        ),
        key=("grade_map_id",),
        whole=("grade", *_GRADES),
        nullable=("ctcae_term", "fallback_ctcae_term", "reviewed_on"),
    ),
    "verdict": DataFile(
        pattern="verdict.csv",
        columns=("grade_map_id", "verdict", *_GRADES[:3], "comment", "reviewer", "reviewed_on"),
        key=("grade_map_id",),
        whole=_GRADES[:3],
        may_extend=True,
    ),
    "crosswalk_version": DataFile(
        pattern="crosswalk_version.csv",
        columns=("version", "released_on", "n_rows", "n_changed", "what_changed"),
        key=("version",),
        whole=("n_rows", "n_changed"),
    ),
    "synonym": _SYNONYM,
    "proposal": DataFile(
        pattern="accepted_proposal.csv",
        columns=_SYNONYM.columns,
        key=_SYNONYM.key,
        nullable=_SYNONYM.nullable,
        may_extend=True,
    ),
    "spelling": DataFile(
        pattern="spelling.csv",
        columns=("step", "pattern", "replacement", "reason", "source"),
        key=("step", "pattern"),
    ),
    "cutoff": DataFile(
        pattern="cutoff.csv",
        columns=(
            *TERM_KEY,
            "grade",
            "unit",
            "condition",
            "direction",
            "mild_limit",
            "severe_limit",
            "highest_baseline",
            "has_clinical_part",
            "source",
        ),
        key=(*TERM_KEY, "grade", "unit", "condition"),
        whole=("grade",),
    ),
    "official": DataFile(
        pattern="official_v2_v3.csv",
        columns=("term", "grade", "v3_term", "v3_select_term", "v3_grade", "change", "source"),
        key=("term", "grade"),
        whole=("grade", "v3_grade"),
    ),
    "concept": DataFile(
        pattern="concept.csv",
        columns=("concept", "label", "definition", "boundary", "is_headline", "source"),
        key=("concept",),
        may_extend=True,
    ),
    "concept_member": DataFile(
        pattern="concept_member.csv",
        columns=("grading_system", "term", "select_term", "concept", "concept_relation", "rationale", "source"),
        key=TERM_KEY,
        may_extend=True,
    ),
    "concept_lexicon": DataFile(
        pattern="concept_lexicon.csv",
        columns=("concept", "kind", "pattern", "language", "reason", "source"),
        key=("concept", "kind", "pattern"),
        may_extend=True,
    ),
    "wording_rule": DataFile(
        pattern="wording.csv",
        columns=("kind", "text", "reason", "source"),
        key=("kind", "text"),
        may_extend=True,
    ),
    "threshold": DataFile(
        pattern="threshold.csv",
        columns=("grading_system", "term", "select_term", "threshold_relation", "rationale", "source"),
        key=TERM_KEY,
    ),
}
